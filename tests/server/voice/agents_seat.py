"""What is known of a place at the centre by one who is only told: of a desk, and of a queue."""

from switchbell.voice.agents import AgentState, DnState, WorkMode
from switchbell.voice.events import Event, EventName

# T-Library, "Agent state events": what an event makes of the agent.
AGENT_IS = {
    EventName.AGENT_LOGIN: AgentState.LOGGED_IN,
    EventName.AGENT_LOGOUT: AgentState.LOGGED_OUT,
    EventName.AGENT_READY: AgentState.READY,
    EventName.AGENT_NOT_READY: AgentState.NOT_READY,
}


class Seat:
    """An agent's state and how his device is set, from the events' attributes alone.

    ``queue`` is the one that he serves, every one if it is None. ``waits_since`` is since when he
    waits for a call, if he does. ``left`` is the last of the calls of the monitored agent that the
    supervisor has left.
    """

    def __init__(self) -> None:
        self.agent: str | None = None
        self.state = AgentState.LOGGED_OUT
        self.work_mode = WorkMode.UNKNOWN
        self.reason: str | None = None
        self.queue: str | None = None
        self.do_not_disturb = False
        self.forward_to: str | None = None
        self.monitors: str | None = None
        self.left: str | None = None
        self.waits_since = 0.0

    def hear(self, event: Event) -> None:
        match event.name:
            case EventName.DND_ON | EventName.DND_OFF:
                self.do_not_disturb = event.name is EventName.DND_ON
            case EventName.FORWARD_SET | EventName.FORWARD_CANCEL:
                self.forward_to = event.other_dn if event.name is EventName.FORWARD_SET else None
            case EventName.MONITORING_NEXT_CALL:
                self.monitors = event.other_dn
                # Asked for, it is for any call; otherwise only the way has changed.
                self.left = None if event.reference_id else self.left
            case EventName.MONITORING_CANCELLED:
                assert event.other_dn == self.monitors
                self.monitors = self.left = None
            case _:
                self._hear_of_agent(event)

    def _hear_of_agent(self, event: Event) -> None:
        assert event.agent_id
        assert self.agent in {None, event.agent_id}
        self.state = AGENT_IS[event.name]
        self.agent = None if event.name is EventName.AGENT_LOGOUT else event.agent_id
        self.queue = event.this_queue
        self.work_mode = event.work_mode or WorkMode.UNKNOWN
        self.reason = event.reason
        self.waits_since = event.time

    def hang_up(self, now: float) -> None:
        """Talk on a call no longer."""
        self.waits_since = now

    def leave(self, conn_id: str) -> None:
        """Hear a monitored call no longer."""
        self.left = conn_id if self.monitors else None

    def serves(self, queue: str) -> bool:
        """Tell whether calls from a queue may come, as far as the seat is concerned."""
        ready = self.state is AgentState.READY and self.queue in {None, queue}
        return ready and not self.do_not_disturb and self.forward_to is None

    def is_like(self, state: DnState) -> bool:
        """Tell whether a state is what was told."""
        agent, monitoring = state.agent, state.monitoring
        return (
            (self.agent or "", self.state, self.work_mode, self.reason, self.queue)
            == (agent.id, agent.state, agent.work_mode, agent.reason, agent.queue)
            and (self.do_not_disturb, self.forward_to) == (state.do_not_disturb, state.forward_to)
            and self.monitors == (monitoring and monitoring.target)
            and self.left == (monitoring and monitoring.left)
        )


class WaitingRoom:
    """The calls that wait in a queue, by ConnID."""

    ENDS = frozenset({EventName.DIVERTED, EventName.ABANDONED})

    def __init__(self) -> None:
        self.calls: set[str] = set()

    def hear(self, event: Event) -> None:
        assert event.conn_id is not None
        assert event.this_queue == event.this_dn
        assert (event.leg, event.dn_state, event.reference_id) == (None, None, None)
        if event.name is EventName.QUEUED:
            assert event.conn_id not in self.calls
            self.calls.add(event.conn_id)
            return
        if event.name is EventName.PARTY_CHANGED:
            assert event.previous_conn_id is not None
            self.calls.remove(event.previous_conn_id)
            self.calls.add(event.conn_id)
        assert event.conn_id in self.calls
        if event.name in self.ENDS:
            self.calls.remove(event.conn_id)
