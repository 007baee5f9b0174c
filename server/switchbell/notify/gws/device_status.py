"""What Web Services tells of an agent at a device, apart from the device itself."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from switchbell.voice.agents import Agent, AgentState, DnState, WorkMode
from switchbell.voice.dn_capabilities import dn_capabilities
from switchbell.voice.model import Device


class UserState(Struct, frozen=True, kw_only=True):
    """An agent's state. ``id`` and ``display_name`` are constants of Web Services (Devices, agent
    state); a state without them has none. ``reason`` is the agent's own."""

    state: str
    id: str | None = None
    display_name: str | None = None
    work_mode: str | None = None
    reason: str | None = None


READY = UserState(
    id="9430250E-0A1B-421F-B372-F29E69366DED",
    display_name="Ready",
    state="Ready",
)
NOT_READY = UserState(
    id="900D55CC-2BB0-431F-8BF9-D3525B383BE6",
    display_name="Not Ready",
    state="NotReady",
)
AFTER_CALL_WORK = UserState(
    id="D3663509-3D82-4DD3-A82E-2EA8EFA02AEF",
    display_name="AfterCallWork",
    state="NotReady",
    work_mode="AfterCallWork",
)
AUX_WORK = UserState(
    id="2B36138D-C564-4562-A8CB-3C32D564F296",
    display_name="AuxWork",
    state="NotReady",
    work_mode="AuxWork",
)
# One letter of this id is small wherever it is printed.
OFFLINE = UserState(
    id="0F7F5003-EF26-4D13-A6Ef-D0C7EC819BEB",
    display_name="Offline",
    state="LoggedOut",
)
LOGGED_IN = UserState(state="LoggedIn")


class Monitoring(Struct, frozen=True, kw_only=True):
    """A supervisor's monitoring, as ``supervisorMonitoringState`` has it. ``target`` is the id of
    the device that is monitored."""

    state: str
    type: str
    mode: str
    scope: str
    target: str


class DeviceStatus(Struct, frozen=True, kw_only=True):
    """All of a device resource that changes. ``capabilities`` are the operations that the device
    would accept now; ``forward_to`` is a number, and None while calls are not forwarded."""

    user_state: UserState = OFFLINE
    do_not_disturb: bool = False
    forward_to: str | None = None
    monitoring: Monitoring | None = None
    capabilities: tuple[str, ...] = ()


LOGGED_OUT = DeviceStatus()


# A state of an agent and what he works on meanwhile.
USER_STATES: Mapping[tuple[AgentState, WorkMode], UserState] = MappingProxyType(
    {
        (AgentState.LOGGED_OUT, WorkMode.UNKNOWN): OFFLINE,
        (AgentState.LOGGED_IN, WorkMode.UNKNOWN): LOGGED_IN,
        (AgentState.READY, WorkMode.UNKNOWN): READY,
        (AgentState.NOT_READY, WorkMode.UNKNOWN): NOT_READY,
        (AgentState.NOT_READY, WorkMode.AFTER_CALL_WORK): AFTER_CALL_WORK,
        (AgentState.NOT_READY, WorkMode.AUX_WORK): AUX_WORK,
    }
)

# supervisorMonitoringState.state while there is a monitoring: it is shown only then.
MONITORING = "Active"


def status_of(device: Device, state: DnState, devices: Mapping[str, Device]) -> DeviceStatus:
    """What is to be shown of a device whose DN is in ``state``. ``devices`` are all there are, by
    DN."""
    monitoring = state.monitoring
    return DeviceStatus(
        user_state=_of_agent(state.agent),
        do_not_disturb=state.do_not_disturb,
        forward_to=state.forward_to,
        monitoring=None
        if monitoring is None
        else Monitoring(
            state=MONITORING,
            type=monitoring.type,
            mode=monitoring.mode,
            scope=monitoring.scope,
            target=devices[monitoring.target].id,
        ),
        capabilities=dn_capabilities(device, state),
    )


def _of_agent(agent: Agent) -> UserState:
    return replace(USER_STATES[agent.state, agent.work_mode], reason=agent.reason)


def user_state(state: UserState) -> dict[str, Any]:
    """The ``userState`` of devices and channels."""
    fields = {
        "id": state.id,
        "displayName": state.display_name,
        "state": state.state,
        "workMode": state.work_mode,
        "reason": state.reason,
    }
    return {name: value for name, value in fields.items() if value is not None}
