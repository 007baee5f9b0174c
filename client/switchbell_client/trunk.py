"""The outside of a demo centre, for those who have no telephone line: customers who ring in."""

from types import TracebackType
from typing import Any, Self, TypeAlias

from switchbell_client.errors import NotLoggedIn, UnexpectedAnswer
from switchbell_client.extensions import basic_authorization
from switchbell_client.model import OutsideCall
from switchbell_client.operations.asking import body
from switchbell_client.rest import OutsideCallReply, OutsideCallsReply, Rest, segment
from switchbell_client.url import server_url

OutsideCallOrId: TypeAlias = OutsideCall | str
"""A call as the trunk gave it; its id there will do, and no other."""


class Trunk:
    """Plays those outside while the ``async with`` block lasts.

    ::

        async with Trunk("http://127.0.0.1:8080", "supervisor", "switchbell") as trunk:
            call = await trunk.ring_in("+14155550142", "16000")
            await trunk.hang_up(call)

    It is for supervisors; in a demo centre for all users. There are no notifications of what
    happens outside: ``call()`` tells how a call stands. ``timeout`` is how long an answer may take,
    in seconds; ``url``, and what methods raise, is as with ``AgentClient``.
    """

    def __init__(self, url: str, user_name: str, password: str, *, timeout: float = 10.0) -> None:
        self._base = server_url(url) + "/trunk"
        self._authorization = basic_authorization(user_name, password)
        self._timeout = timeout
        self._open_rest: Rest | None = None

    async def __aenter__(self) -> Self:
        """Be ready to send. The first request tells whether the password is right."""
        self._open_rest = Rest(self._base, self._authorization, timeout=self._timeout)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give back the sockets. Calls go on."""
        rest, self._open_rest = self._open_rest, None
        if rest is not None:
            await rest.close()

    async def ring_in(
        self, from_number: str, to: str, user_data: dict[str, Any] | None = None
    ) -> OutsideCall:
        """Call a number of the centre, a queue's perhaps, from outside. ``user_data`` travels with
        the call."""
        new = {"from": from_number, "to": to, "userData": user_data or {}}
        calls = (await self._rest.ask("/calls", new, OutsideCallsReply)).calls
        if not calls:
            raise UnexpectedAnswer(f"{from_number} rang in and has no call")
        return calls[-1]

    async def calls(self) -> tuple[OutsideCall, ...]:
        """All calls of those outside."""
        return (await self._rest.get("/calls", OutsideCallsReply)).calls

    async def call(self, call: OutsideCallOrId) -> OutsideCall:
        """One call, as it is now."""
        return (await self._rest.get(_path(call), OutsideCallReply)).call

    async def answer(self, call: OutsideCallOrId) -> None:
        """Take a call that an agent makes."""
        await self._rest.post(_path(call), body("Answer"))

    async def reject(self, call: OutsideCallOrId) -> None:
        """Refuse a call that an agent makes."""
        await self._rest.post(_path(call), body("Reject"))

    async def hang_up(self, call: OutsideCallOrId) -> None:
        """Leave a call."""
        await self._rest.post(_path(call), body("Hangup"))

    async def send_digits(self, call: OutsideCallOrId, digits: str) -> None:
        """Send tones: 0 to 9, ``*``, ``#``, A to D."""
        await self._rest.post(_path(call), body("SendDtmf", digits=digits))

    @property
    def _rest(self) -> Rest:
        if self._open_rest is None:
            raise NotLoggedIn("the trunk is not open: use it in its `async with` block")
        return self._open_rest


def _path(call: OutsideCallOrId) -> str:
    return f"/calls/{segment(call.id if isinstance(call, OutsideCall) else call)}"
