"""What happens next by itself: the voice core does one thing after the other."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from switchbell.voice import basic, releasing
from switchbell.voice.agent_states import end_after_call_work
from switchbell.voice.agents import DnState
from switchbell.voice.calls import Calls, party_at
from switchbell.voice.draft import Draft
from switchbell.voice.model import QUEUED, Call, Due, Party
from switchbell.voice.operations import Answer, Hangup, Reject
from switchbell.voice.queueing import Queues, distribute
from switchbell.voice.schedule import Schedule
from switchbell.voice.supervising import Supervisors, join
from switchbell.voice.switch import Switch

# Before anything that has a time of its own.
AT_ONCE = 0.0

# In the place of a ConnID, for what an agent does.
NO_CALL = ""


def _stop_ringing(switch: Switch, call: Call, party: Party, now: float) -> Draft:
    return releasing.no_answer(switch, call, party, now)


def _answer(switch: Switch, call: Call, party: Party, now: float) -> Draft:
    return basic.answer(switch, Answer(dn=party.dn, call=party.id), now)


def _reject(switch: Switch, call: Call, party: Party, now: float) -> Draft:
    return releasing.reject(switch, Reject(dn=party.dn, call=party.id), now)


def _hang_up(switch: Switch, call: Call, party: Party, now: float) -> Draft:
    return releasing.hangup(switch, Hangup(dn=party.dn, call=party.id), now)


DUE: Mapping[Due, Callable[[Switch, Call, Party, float], Draft]] = MappingProxyType(
    {
        Due.STOP_RINGING: _stop_ringing,
        Due.ANSWER: _answer,
        Due.REJECT: _reject,
        Due.HANG_UP: _hang_up,
    }
)


class Agenda:
    """All that is to happen by itself in a centre: when parties have rung for long enough, when far
    ends act, when an agent's after-call work is over, and what could happen at once."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._timers: Schedule[tuple[str, str]] = Schedule()
        self._queues = Queues()
        self._supervisors = Supervisors()

    def note_calls(self, before: Calls | None, changed: Sequence[Call]) -> None:
        """Take note of calls that are about to take the place of those ``before``."""
        for call in changed:
            predecessor = None if before is None else before.get(call.conn_id)
            if predecessor is not None:
                for party in predecessor.parties:
                    if party.timer is not None or party.state is QUEUED:
                        self._forget(call.conn_id, party)
            for party in call.parties:
                if party.timer is not None or party.state is QUEUED:
                    self._watch(call.conn_id, party)

    def _forget(self, conn_id: str, party: Party) -> None:
        if party.timer is not None:
            self._timers.discard((conn_id, party.dn))
        if party.state is QUEUED:
            self._queues.forget_call(conn_id, party.dn)

    def _watch(self, conn_id: str, party: Party) -> None:
        if party.timer is not None:
            self._timers.set((conn_id, party.dn), party.timer.at)
        if party.state is QUEUED and party.queued is not None:
            self._queues.watch_call(conn_id, party.queued)

    def note_states(self, changed: Iterable[DnState], dns: Iterable[str]) -> None:
        """Take note of states that have changed, and of the DNs whose calls have."""
        for state in changed:
            self._watch_agent(state)
            self._note(state.dn)
        for dn in dns:
            self._note(dn)

    def _watch_agent(self, state: DnState) -> None:
        """Note until when an agent has after-call work."""
        if state.agent.wrap_up_until is None:
            self._timers.discard((NO_CALL, state.dn))
        else:
            self._timers.set((NO_CALL, state.dn), state.agent.wrap_up_until)

    def _note(self, dn: str) -> None:
        states = self._switch.states
        state = states.get(dn)
        if state is not None:
            self._queues.watch_agent(state, has_calls=bool(self._switch.calls.at(dn)))
            if state.monitoring is not None:
                self._supervisors.watch(dn)
        supervisor = states.supervisor_of(dn) if states.is_anybody_monitored else None
        if supervisor is not None:
            self._supervisors.watch(supervisor)

    def next_time(self) -> float | None:
        """When the next thing is to happen, or could have since; None if there is nothing."""
        if self._supervisors.next(self._switch) is not None:
            return AT_ONCE
        timer = self._timers.first()
        waiting = self._queues.next()
        if waiting is None or (timer is not None and timer[0] < waiting[0]):
            return None if timer is None else timer[0]
        return waiting[0]

    def happen(self, now: float) -> Draft:
        """Return what the next thing comes to, if it happens now."""
        joining = self._supervisors.next(self._switch)
        if joining is not None:
            return join(self._switch, *joining, now)
        timer = self._timers.first()
        waiting = self._queues.next()
        if timer is not None and (waiting is None or timer[0] <= waiting[0]):
            return self._act(*timer[1], now)
        assert waiting is not None
        _, _, conn_id, queue, dn = waiting
        return distribute(self._switch, self._call(conn_id), queue, dn, now)

    def _act(self, conn_id: str, number: str, now: float) -> Draft:
        """Have a party do what its timer says, or end an agent's after-call work."""
        if conn_id == NO_CALL:
            return end_after_call_work(self._switch, number, now)
        call = self._call(conn_id)
        party = party_at(call, number)
        assert party.timer is not None
        return DUE[party.timer.due](self._switch, call, party, now)

    def _call(self, conn_id: str) -> Call:
        call = self._switch.calls.get(conn_id)
        assert call is not None
        return call
