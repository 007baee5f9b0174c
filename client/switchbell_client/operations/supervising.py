"""Supervisors: hearing the calls of others, and taking part in them."""

from typing import Literal, TypeAlias

from switchbell_client.operations.asking import Asking, CallOrId

Scope: TypeAlias = Literal["Agent", "Call"]
"""For how long a call is monitored: while the agent is on it, or to its end."""

Mode: TypeAlias = Literal["NextCall", "AllCalls"]
"""Which calls of the agent are monitored."""


class Supervising(Asking):
    """Operations of supervisors (Web Services, "Devices, agent state, session").

    ``target`` is the number of the agent who is monitored: on the call that he has, if he has one,
    and those that come. Without ``scope`` and ``mode`` the server goes by ``Call`` and
    ``AllCalls``. That somebody is monitored is told by a ``DeviceNotification``; his calls are the
    supervisor's, too, then.
    """

    async def listen_in(
        self, target: str, *, scope: Scope | None = None, mode: Mode | None = None
    ) -> None:
        """Hear an agent's calls."""
        await self._monitor("ListenIn", target, scope, mode)

    async def coach(
        self, target: str, *, scope: Scope | None = None, mode: Mode | None = None
    ) -> None:
        """Hear an agent's calls, and be heard by him alone."""
        await self._monitor("Coach", target, scope, mode)

    async def barge_in(
        self, target: str, *, scope: Scope | None = None, mode: Mode | None = None
    ) -> None:
        """Take part in an agent's calls."""
        await self._monitor("BargeIn", target, scope, mode)

    async def cancel_monitoring(self) -> None:
        """Monitor nobody any longer."""
        await self._ask_device("CancelSupervisorMonitoring")

    async def switch_to_listen_in(self, call: CallOrId) -> None:
        """Only hear a monitored call from now on."""
        await self._ask_call(call, "SwitchToListenIn")

    async def switch_to_coach(self, call: CallOrId) -> None:
        """Be heard by the monitored agent alone from now on."""
        await self._ask_call(call, "SwitchToCoach")

    async def switch_to_barge_in(self, call: CallOrId) -> None:
        """Take part in a monitored call from now on."""
        await self._ask_call(call, "SwitchToBargeIn")

    async def mute_monitored_user(self, call: CallOrId) -> None:
        """Have the monitored agent be no longer heard."""
        await self._ask_call(call, "MuteMonitoredUser")

    async def unmute_monitored_user(self, call: CallOrId) -> None:
        """Have him be heard again."""
        await self._ask_call(call, "UnmuteMonitoredUser")

    async def _monitor(
        self, operation: str, target: str, scope: Scope | None, mode: Mode | None
    ) -> None:
        await self._ask_device(
            operation,
            phoneNumber=target,
            supervisorMonitoringScope=scope,
            supervisorMonitoringMode=mode,
        )
