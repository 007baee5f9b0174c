"""The states of agents, as Web Services has them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from switchbell.voice.agents import Agent, AgentState, WorkMode


class UserState(Struct, frozen=True, kw_only=True):
    """An agent's state. ``id`` and ``display_name`` are constants of Web Services (Devices, agent
    state); a state without them has none."""

    state: str
    id: str | None = None
    display_name: str | None = None
    work_mode: str | None = None


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


def user_state(agent: Agent) -> dict[str, Any]:
    """The ``userState`` of devices and channels; what a state does not have is left out."""
    state = USER_STATES[agent.state, agent.work_mode]
    fields = {
        "id": state.id,
        "displayName": state.display_name,
        "state": state.state,
        "workMode": state.work_mode,
        "reason": agent.reason,
    }
    return {name: value for name, value in fields.items() if value is not None}
