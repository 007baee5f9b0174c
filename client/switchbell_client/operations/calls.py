"""One call: answering, holding, ending it."""

from switchbell_client.operations.asking import Asking, CallOrId, UserData, number


class CallControl(Asking):
    """Operations on one call (Web Services, "Operations")."""

    async def dial(self, destination: str, user_data: UserData | None = None) -> None:
        """Call a number from the agent's telephone. ``user_data`` travels with the call.

        The new call's id comes with the ``Dialing`` notification.
        """
        await self._ask_device(
            "Dial", about="/calls", destination=number(destination), userData=user_data or None
        )

    async def answer(self, call: CallOrId) -> None:
        """Take a ringing call."""
        await self._ask_call(call, "Answer")

    async def hangup(self, call: CallOrId) -> None:
        """Leave a call. With two parties in it, it ends."""
        await self._ask_call(call, "Hangup")

    async def clear(self, call: CallOrId) -> None:
        """End a call for all its parties. One that rings from a queue goes back there."""
        await self._ask_call(call, "ClearCall")

    async def hold(self, call: CallOrId) -> None:
        """Put a call on hold."""
        await self._ask_call(call, "Hold")

    async def retrieve(self, call: CallOrId) -> None:
        """Take a held call back."""
        await self._ask_call(call, "Retrieve")

    async def mute(self, call: CallOrId) -> None:
        """Be no longer heard on a call."""
        await self._ask_call(call, "MuteCall")

    async def unmute(self, call: CallOrId) -> None:
        """Be heard again."""
        await self._ask_call(call, "UnmuteCall")

    async def send_dtmf(self, call: CallOrId, digits: str) -> None:
        """Send tones: 0 to 9, ``*``, ``#``, A to D."""
        await self._ask_call(call, "SendDtmf", digits=digits)
