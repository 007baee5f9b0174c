"""What happens next by itself: the voice core does one thing after the other."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from switchbell.voice import basic, releasing
from switchbell.voice.agent_states import end_after_call_work
from switchbell.voice.agents import DnState
from switchbell.voice.calls import Calls, party_at
from switchbell.voice.draft import Draft
from switchbell.voice.model import Call, Due, Party
from switchbell.voice.operations import Answer, Hangup, Reject
from switchbell.voice.queueing import Queues, distribute
from switchbell.voice.supervising import Supervisors, join
from switchbell.voice.switch import Switch
from switchbell.voice.timers import Timers

# Before anything that has a time of its own.
AT_ONCE = 0.0


class Item(Struct, frozen=True):
    """Something that is to happen at a time, or that could have since then."""

    at: float
    happen: Callable[[float], Draft]


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
    """All that is to happen by itself in a centre."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._timers = Timers()
        self._queues = Queues(switch.numbers.queues)
        self._supervisors = Supervisors()

    def note_calls(self, before: Calls | None, changed: Sequence[Call]) -> None:
        """Take note of calls that are about to take the place of those ``before``."""
        for call in changed:
            predecessor = None if before is None else before.get(call.conn_id)
            self._timers.watch_call(predecessor, call)
            self._queues.watch_call(predecessor, call)

    def note_states(self, changed: Iterable[DnState], dns: Iterable[str]) -> None:
        """Take note of states that have changed, and of the DNs whose calls have."""
        states = self._switch.states
        for state in changed:
            self._timers.watch_agent(state)
        for dn in {**dict.fromkeys(dns), **dict.fromkeys(state.dn for state in changed)}:
            if (known := states.get(dn)) is not None:
                self._queues.watch_agent(known, has_calls=bool(self._switch.calls.at(dn)))
                if known.monitoring is not None:
                    self._supervisors.watch(dn)
            if (supervisor := states.supervisor_of(dn)) is not None:
                self._supervisors.watch(supervisor)

    def next(self) -> Item | None:
        """Return what comes first; None if there is nothing."""
        items = (self._timer(), self._wrap_up(), self._distribution(), self._joining())
        return min((item for item in items if item is not None), key=_at, default=None)

    def _timer(self) -> Item | None:
        first = self._timers.first_party()
        if first is None:
            return None
        at, (conn_id, number) = first
        call = self._switch.calls.get(conn_id)
        assert call is not None
        party = party_at(call, number)
        assert party.timer is not None
        do = DUE[party.timer.due]
        return Item(at, lambda now: do(self._switch, call, party, now))

    def _wrap_up(self) -> Item | None:
        first = self._timers.first_agent()
        if first is None:
            return None
        at, dn = first
        return Item(at, lambda now: end_after_call_work(self._switch, dn, now))

    def _distribution(self) -> Item | None:
        first = self._queues.next()
        if first is None:
            return None
        at, conn_id, queue, dn = first
        call = self._switch.calls.get(conn_id)
        assert call is not None
        return Item(at, lambda now: distribute(self._switch, call, queue, dn, now))

    def _joining(self) -> Item | None:
        first = self._supervisors.next(self._switch)
        if first is None:
            return None
        dn, call = first
        return Item(AT_ONCE, lambda now: join(self._switch, dn, call, now))


def _at(item: Item) -> float:
    return item.at
