"""The recording of calls, in a centre that records."""

from switchbell_client.operations.asking import Asking, CallOrId


class Recording(Asking):
    """Operations on a call's recording (Web Services, "Operations"). ``Call.recording_state`` tells
    what is recorded."""

    async def start_recording(self, call: CallOrId) -> None:
        """Have a call recorded."""
        await self._ask_call(call, "StartCallRecording")

    async def stop_recording(self, call: CallOrId) -> None:
        """End the recording."""
        await self._ask_call(call, "StopCallRecording")

    async def pause_recording(self, call: CallOrId) -> None:
        """Interrupt the recording."""
        await self._ask_call(call, "PauseCallRecording")

    async def resume_recording(self, call: CallOrId) -> None:
        """Go on with the recording."""
        await self._ask_call(call, "ResumeCallRecording")
