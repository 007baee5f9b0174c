"""How the agent's telephone takes calls."""

from switchbell_client.operations.asking import Asking


class TelephoneSettings(Asking):
    """Operations on the device (Web Services, "Devices, agent state, session"). What came of them
    is told by a ``DeviceNotification``."""

    async def do_not_disturb_on(self) -> None:
        """Have callers find the telephone busy."""
        await self._ask_device("DoNotDisturbOn")

    async def do_not_disturb_off(self) -> None:
        """Take calls again."""
        await self._ask_device("DoNotDisturbOff")

    async def forward_calls_on(self, destination: str) -> None:
        """Have calls go to another number."""
        # Here, and only here, the number stands by itself.
        await self._ask_device("ForwardCallsOn", destination=destination)

    async def forward_calls_off(self) -> None:
        """Take calls where they are made to."""
        await self._ask_device("ForwardCallsOff")
