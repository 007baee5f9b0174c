"""Who is logged in at a DN and what he is ready for, and how the DN is set.

Immutable, like the calls: the core replaces the state of a DN by its successor.
"""

from enum import IntEnum, StrEnum

from msgspec import Struct

from switchbell.voice.model import MonitoringScope, MonitoringType


class AgentState(StrEnum):
    """What an agent is ready for (Web Services, user states)."""

    LOGGED_OUT = "LoggedOut"
    LOGGED_IN = "LoggedIn"
    READY = "Ready"
    NOT_READY = "NotReady"


class WorkMode(IntEnum):
    """T-Library AgentWorkMode: what an agent does who is not ready."""

    UNKNOWN = 0
    AFTER_CALL_WORK = 3
    AUX_WORK = 4


class Agent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is logged in at a DN. Nobody has state LoggedOut and no id.

    ``queue`` is the one that the agent serves, every one if it is None. ``since`` is when the
    state began and ``free_since`` when the last call ended that he had while he was ready, in
    seconds since 1970. After-call work that ends by itself does so at ``wrap_up_until``.
    """

    id: str = ""
    state: AgentState = AgentState.LOGGED_OUT
    work_mode: WorkMode = WorkMode.UNKNOWN
    reason: str | None = None
    queue: str | None = None
    since: float = 0.0
    free_since: float = 0.0
    wrap_up_until: float | None = None

    @property
    def ready_since(self) -> float:
        """Since when he waits for a call, if he does."""
        return max(self.since, self.free_since)


class MonitoringMode(StrEnum):
    """Which calls of an agent a supervisor monitors."""

    NEXT_CALL = "NextCall"
    ALL_CALLS = "AllCalls"


class Monitoring(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a supervisor wants to hear: calls of the DN ``target``. ``left`` is the ConnID of a call
    that he has left while it went on, and so is not to be brought into again."""

    target: str
    type: MonitoringType
    scope: MonitoringScope = MonitoringScope.CALL
    mode: MonitoringMode = MonitoringMode.ALL_CALLS
    left: str | None = None


NOBODY = Agent()


class DnState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state of a device's DN that is no matter of calls.

    Calls to a DN that does not want to be disturbed find it busy. Those to a DN with ``forward_to``
    go there instead.
    """

    dn: str
    agent: Agent = NOBODY
    do_not_disturb: bool = False
    forward_to: str | None = None
    monitoring: Monitoring | None = None


class DnStates:
    """The states of all DNs that differ from that of a DN nobody has touched."""

    def __init__(self) -> None:
        self._states: dict[str, DnState] = {}
        self._agents: dict[str, str] = {}
        self._supervisors: dict[str, str] = {}
        self.is_anybody_monitored = False

    def of(self, dn: str) -> DnState:
        return self._states.get(dn) or DnState(dn=dn)

    def get(self, dn: str) -> DnState | None:
        """Return the state of a DN if it was ever set."""
        return self._states.get(dn)

    def all(self) -> tuple[DnState, ...]:
        return tuple(self._states.values())

    def dn_of_agent(self, agent_id: str) -> str | None:
        """Return where an agent is logged in."""
        return self._agents.get(agent_id)

    def supervisor_of(self, dn: str) -> str | None:
        """Return the DN of the supervisor who monitors a DN."""
        return self._supervisors.get(dn)

    def adopt(self, state: DnState) -> None:
        """Make a successor the present."""
        before = self._states.get(state.dn)
        if before is not None:
            self._agents.pop(before.agent.id, None)
            if before.monitoring is not None:
                self._supervisors.pop(before.monitoring.target, None)
        self._states[state.dn] = state
        if state.agent.id:
            self._agents[state.agent.id] = state.dn
        if state.monitoring is not None:
            self._supervisors[state.monitoring.target] = state.dn
        self.is_anybody_monitored = bool(self._supervisors)
