"""The working day: beginning and ending it, and being ready for calls in between."""

from collections.abc import Sequence

from switchbell_client.model import FailedChannel
from switchbell_client.operations.asking import Asking, body
from switchbell_client.rest import SessionReply


class Working(Asking):
    """Operations on the agent's session and on his voice channel (Web Services, "Devices, agent
    state, session"). What came of them is told by a ``DeviceNotification``; to ask for the state
    that the agent is in already does nothing."""

    async def start_session(
        self,
        channels: Sequence[str] = ("voice",),
        *,
        login_code: str | None = None,
        queue: str | None = None,
        place: str | None = None,
        device_path: str | None = None,
    ) -> tuple[FailedChannel, ...]:
        """Begin to work: log in on these channels, and be ready. It may be repeated.

        Without ``login_code`` the server goes by the user's name; without ``queue``, by all queues.
        Returns those of the channels on which the agent is not logged in, for the server has no
        such channel, say; ``OperationRefused`` is raised if there is no other.
        """
        operation = body(
            "StartContactCenterSession",
            channels=list(channels),
            loginCode=login_code,
            queue=queue,
            place=place,
            devicePath=device_path,
        )
        return (await self._rest.ask("/me", operation, SessionReply)).failed

    async def end_session(self) -> None:
        """End the work: log out everywhere. Calls go on, and so do the notifications of this
        client until the end of its block."""
        await self._rest.post("/me", body("EndContactCenterSession"))

    async def ready(self) -> None:
        """Take calls from queues."""
        await self._ask_channel("Ready")

    async def not_ready(self, reason: str | None = None) -> None:
        """Take no calls from queues."""
        await self._ask_channel("NotReady", reason=reason)

    async def after_call_work(self, reason: str | None = None) -> None:
        """Take none because of work that a call has left."""
        await self._ask_channel("AfterCallWork", reason=reason)

    async def aux_work(self, reason: str | None = None) -> None:
        """Take none because of other work."""
        await self._ask_channel("AuxWork", reason=reason)

    async def offline(self) -> None:
        """Log out on the channel."""
        await self._ask_channel("Offline")
