"""One agent of a contact centre: what the agent asks for, and what happens."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar

from aiocometd.constants import ConnectionType

from switchbell_client.acknowledge import Acknowledgement
from switchbell_client.cometd import Client
from switchbell_client.errors import NotLoggedIn, UnexpectedAnswer
from switchbell_client.extensions import ArrivalTime, Authorization, basic_authorization
from switchbell_client.model import Call, Device, Resynchronised, User
from switchbell_client.notifications import Notifications, bayeux_errors
from switchbell_client.operations.asking import CallOrId, call_path
from switchbell_client.operations.calls import CallControl
from switchbell_client.operations.consulting import Consulting
from switchbell_client.operations.recording import Recording
from switchbell_client.operations.supervising import Supervising
from switchbell_client.operations.telephone import TelephoneSettings
from switchbell_client.operations.user_data import DataOfCalls
from switchbell_client.operations.working import Working
from switchbell_client.replay import Replay
from switchbell_client.rest import (
    CallReply,
    CallsReply,
    DeviceReply,
    DevicesReply,
    Rest,
    UserReply,
    segment,
)
from switchbell_client.url import server_url

CHANNELS = ("/v2/me/calls", "/v2/me/devices")
"""What an agent is told of (Web Services, "Channels")."""

T = TypeVar("T")


class AgentClient(
    CallControl, Consulting, DataOfCalls, Recording, TelephoneSettings, Supervising, Working
):
    """An agent whose program is connected while the ``async with`` block lasts.

    ::

        async with AgentClient("http://127.0.0.1:8080", "agent15000", "switchbell") as agent:
            await agent.dial("15001")
            async for notification in agent.notifications():
                print(notification)

    An operation returns when the server has accepted it; what it does is told by notifications,
    which may come before that. Where a method takes a call, its id will do. The operations are in
    the modules of ``operations``. The block does not make the agent work: for calls from queues,
    ``start_session()`` in it.

    ``url`` is the server's, with its scheme; ``ValueError`` is raised for any other.
    ``connection_timeout``, in seconds, is how long an answer may take and a lost connection may
    stay lost. When ``max_pending`` notifications wait to be read the client asks for no more, and
    the server keeps what follows for as long as it keeps the session. ``connection_types`` are the
    ways in which notifications may come, the best first: long-polling alone, which works wherever
    HTTP does, unless ``ConnectionType.WEBSOCKET`` is put before it; see ``cometd.Client``.

    Where the server can acknowledge messages, what is lost on its way comes again. A session that
    the server gives up, because it was restarted, or the connection was lost or the program away
    for too long, is replaced by a new one, which is asked for what was missed. Where the server
    cannot tell, because it keeps nothing or not for that long, there is a ``Resynchronised`` among
    the notifications, with what the agent's calls and devices are.

    With ``last_ids`` the notifications begin after those that an earlier program was given: what
    its ``last_ids`` were. For channels that are not among them, there is a ``Resynchronised``.

    Every method, and entering the block, raises ``ConnectionLost``, ``AuthenticationFailed`` or
    ``UnexpectedAnswer``; operations and reads also ``OperationRefused``. Outside the block they
    raise ``NotLoggedIn``; but ``close()`` may be called at any time, and what came before the end
    of the block can still be read from ``notifications()`` after it.
    """

    def __init__(
        self,
        url: str,
        user_name: str,
        password: str,
        *,
        connection_timeout: float = 10.0,
        max_pending: int = 1000,
        connection_types: Sequence[ConnectionType] = (ConnectionType.LONG_POLLING,),
        last_ids: Mapping[str, int] | None = None,
    ) -> None:
        self.user_name = user_name
        self._base = server_url(url) + "/api/v2"
        self._authorization = basic_authorization(user_name, password)
        self._connection_timeout = connection_timeout
        self._max_pending = max_pending
        self._connection_types = connection_types
        self._goes_on = last_ids is not None
        self._last_ids = dict(last_ids or {})
        self._open_rest: Rest | None = None
        self._client: Client | None = None
        self._notifications: Notifications | None = None
        self._device: Device | None = None

    async def __aenter__(self) -> Self:
        """Learn the agent's device, open the notification session and subscribe."""
        self._open_rest = Rest(self._base, self._authorization, timeout=self._connection_timeout)
        client = self._client = Client(
            f"{self._base}/notifications",
            connection_types=self._connection_types,
            extensions=[Authorization(self._authorization), ArrivalTime(), Acknowledgement()],
            connection_timeout=self._connection_timeout,
            network_delay=self._connection_timeout,
            max_pending_count=self._max_pending,
            replay=self._replay(),
        )
        self._notifications = Notifications(
            client,
            self._read_everything,
            patience=self._connection_timeout,
            last_ids=self._last_ids,
        )
        try:
            # The cheapest request first: it tells whether the password is right.
            self._device = await self._first_device()
            with bayeux_errors():
                await client.open(CHANNELS)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Log off."""
        await self.close()

    async def close(self) -> None:
        """End the session. A waiting iteration over the notifications ends with it."""
        client, self._client = self._client, None
        rest, self._open_rest = self._open_rest, None
        try:
            if client is not None:
                await client.close()
        finally:
            if rest is not None:
                await rest.close()

    def notifications(self) -> Notifications:
        """What happens to the agent's calls and device from the log-in on, typed and in order."""
        return self._once_logged_in(self._notifications)

    @property
    def last_ids(self) -> Mapping[str, int]:
        """By channel, the number of the last notification that was given: for a program that shall
        go on where this one ends."""
        return dict(self._last_ids)

    @property
    def device(self) -> Device:
        """The telephone that ``dial`` uses, as it was at log-in."""
        return self._once_logged_in(self._device)

    # Reads

    async def calls(self) -> tuple[Call, ...]:
        """The agent's calls that are not over."""
        return (await self._rest.get("/me/calls?fields=*", CallsReply)).calls

    async def call(self, call: CallOrId) -> Call:
        """One call, as it is now."""
        return (await self._rest.get(call_path(call), CallReply)).call

    async def me(self) -> User:
        """The agent, as the directory has it."""
        return (await self._rest.get("/me", UserReply)).user

    async def devices(self) -> tuple[Device, ...]:
        """The agent's telephones, as they are now."""
        return (await self._rest.get("/me/devices?fields=*", DevicesReply)).devices

    async def current_device(self) -> Device:
        """The telephone that ``dial`` uses, as it is now: whether its agent is ready, and so on."""
        path = f"/me/devices/{segment(self.device.id)}"
        return (await self._rest.get(path, DeviceReply)).device

    @property
    def _rest(self) -> Rest:
        return self._once_logged_in(self._open_rest)

    def _once_logged_in(self, part: T | None) -> T:
        if part is None:
            raise NotLoggedIn(
                f"{self.user_name} is not logged in: use the client in its `async with` block"
            )
        return part

    def _replay(self) -> Replay:
        if self._goes_on:
            return Replay({channel: self._last_ids.get(channel) for channel in CHANNELS})
        self._last_ids.clear()
        return Replay()

    async def _read_everything(self) -> Resynchronised:
        return Resynchronised(calls=await self.calls(), devices=await self.devices())

    async def _first_device(self) -> Device:
        devices = await self.devices()
        if not devices:
            raise UnexpectedAnswer(f"{self.user_name} has no device")
        return devices[0]
