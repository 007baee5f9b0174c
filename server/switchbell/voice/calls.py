"""The calls of a centre as they stand, and as they would stand after a change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from switchbell.voice.errors import UnknownCall, UnknownDevice
from switchbell.voice.model import (
    DEVICE,
    DIALING,
    ESTABLISHED,
    FAR_END,
    HELD,
    QUEUE,
    RINGING,
    Call,
    MonitoringScope,
    Party,
)


def party_at(call: Call, dn: str) -> Party:
    """Return the party of ``call`` at ``dn``, which must be one of its parties."""
    for party in call.parties:
        if party.dn == dn:
            return party
    raise UnknownCall("The device is no party of the call.")


def everybody(call: Call) -> tuple[Party, ...]:
    """Return the parties of a call and those who observe it."""
    return call.parties + call.observers if call.observers else call.parties


def numbers_on(call: Call) -> list[str]:
    """Return the numbers of all parties and observers of a call."""
    return [party.dn for party in everybody(call)]


TWO = 2
"""The parties of a call that is no conference."""


def is_conference(call: Call) -> bool:
    """Tell whether a call has more than two parties."""
    return len(call.parties) > TWO


def is_outside(call: Call) -> bool:
    """Tell whether nobody in the centre is on a call."""
    for party in call.parties:
        if party.kind is not FAR_END:
            return False
    return bool(call.parties)


THERE = frozenset({ESTABLISHED, HELD})
"""The states of those who have answered, or called and were answered."""


def is_there(party: Party) -> bool:
    """Tell whether a party is in one of these."""
    return party.state in THERE


def goes_on(parties: Sequence[Party]) -> bool:
    """Tell whether there is a call among these: there is none for one who is alone, or for those
    who only hear it ringing."""
    return len(parties) > 1 and any(map(_keeps_it_going, parties))


def _keeps_it_going(party: Party) -> bool:
    return is_there(party) or party.state is DIALING


def with_parties(call: Call, *parties: Party) -> Call:
    """Return ``call`` with each of ``parties`` in place of the party at the same DN."""
    by_dn = {party.dn: party for party in parties}
    return replace(call, parties=tuple([by_dn.get(old.dn, old) for old in call.parties]))


def with_party_replaced(call: Call, old: Party, new: Party) -> Call:
    """Return ``call`` with ``new`` in the place of ``old``, at another number perhaps."""
    return replace(call, parties=tuple([new if one is old else one for one in call.parties]))


def newcomer(call: Call, like: Party) -> Party:
    """Return what a party has of a call that it comes new to, in the place of another perhaps."""
    return replace(like, id=call.uuid, call_type=call.call_type, dnis=call.dnis)


def without_observer(call: Call, observer: Party) -> Call:
    """Return ``call`` after an observer has left it."""
    observers = tuple([one for one in call.observers if one is not observer])
    return replace(call, observers=observers)


def with_supervision_settled(call: Call) -> Call:
    """Return ``call`` with those observers alone who have something to do there, and with those
    marked whom somebody on the call monitors. Nobody else is muted by a supervisor, and no observer
    is supervised."""
    observers = tuple([_marked(one, None) for one in call.observers if _stays(one, call.parties)])
    supervisors = {
        one.monitors.dn: one.dn for one in (*call.parties, *observers) if one.monitors is not None
    }
    return replace(
        call,
        parties=tuple([_marked(party, supervisors.get(party.dn)) for party in call.parties]),
        observers=observers,
    )


def _stays(observer: Party, parties: Sequence[Party]) -> bool:
    """Tell whether there is still a call to observe, and the monitored party on it if the observer
    came for that alone."""
    monitors = observer.monitors
    if not parties or monitors is None or monitors.scope is MonitoringScope.CALL:
        return bool(parties)
    return any(party.dn == monitors.dn for party in parties)


def _marked(party: Party, supervisor: str | None) -> Party:
    if not is_there(party):
        supervisor = None
    if party.supervisor == supervisor:
        return party
    return replace(
        party,
        supervisor=supervisor,
        muted_by_supervisor=party.muted_by_supervisor and supervisor is not None,
    )


def _are_at_the_same_numbers(one: Call, other: Call) -> bool:
    """Tell whether two calls have the same parties and observers, in whatever state."""
    mine, theirs = one.parties, other.parties
    if len(mine) != len(theirs) or one.observers != other.observers:
        return False
    if len(mine) == TWO:
        # Most calls are such, and this is several times faster.
        return mine[0].dn == theirs[0].dn and mine[1].dn == theirs[1].dn
    return [party.dn for party in mine] == [party.dn for party in theirs]


def _only_rings(call: Call, dn: str) -> bool:
    """Tell whether a DN does nothing on its call but ring; an observer hears it."""
    for party in call.parties:
        if party.dn == dn:
            return party.state is RINGING
    return False


_NONE: Mapping[str, str] = MappingProxyType({})


class Calls:
    """Calls by ConnID, and for each DN its own calls: id to ConnID, oldest first.

    Far ends are noted one by one, by number and id: any number of calls may be with the same number
    outside, and have nothing to do with each other. Queues are not noted.
    """

    __slots__ = ("_at", "_calls", "_devices", "_far_ends")

    def __init__(self, dns: Iterable[str]) -> None:
        self._calls: dict[str, Call] = {}
        self._at: dict[str, dict[str, str]] = {dn: {} for dn in dns}
        self._devices = frozenset(self._at)
        self._far_ends: dict[tuple[str, str], str] = {}

    @property
    def by_conn_id(self) -> Mapping[str, Call]:
        """The calls, to look at."""
        return MappingProxyType(self._calls)

    @property
    def far_ends(self) -> Sequence[tuple[str, str]]:
        """Those outside: number and call id."""
        return tuple(self._far_ends)

    @property
    def trunks_in_use(self) -> int:
        """How many parties there are outside."""
        return len(self._far_ends)

    def get(self, conn_id: str) -> Call | None:
        """Return a call by its ConnID, if there is one."""
        return self._calls.get(conn_id)

    def at(self, dn: str) -> Mapping[str, str]:
        """Return the calls of a DN, id to ConnID, oldest first. Raises UnknownDevice."""
        try:
            return self._at[dn]
        except KeyError:
            raise UnknownDevice("There is no such device.") from None

    def ids(self, number: str) -> Mapping[str, str]:
        """Return the calls of a DN, as :meth:`at` does; any other number has none."""
        return self._at.get(number, _NONE)

    def find(self, number: str, call_id: str) -> tuple[Call, Party]:
        """Return the call that is known as ``call_id`` at a number, and its part in it.

        Raises UnknownCall.
        """
        conn_id = self.ids(number).get(call_id) or self.at_far_end(number, call_id)
        call = self.get(conn_id)
        if call is not None:
            for party in call.parties:
                if party.dn == number:
                    return call, party
            for party in call.observers:
                if party.dn == number:
                    return call, party
        raise UnknownCall("The device has no such call.")

    def at_far_end(self, number: str, call_id: str) -> str:
        """Return the ConnID of a call that somebody outside knows so; an empty text without one."""
        return self._far_ends.get((number, call_id), "")

    def of(self, dn: str) -> Iterator[tuple[Call, Party]]:
        """Give the calls of a number with its part in each, oldest first."""
        for call_id in self.ids(dn):
            yield self.find(dn, call_id)

    def off_hook(self, dn: str) -> bool:
        """Tell whether the receiver of a DN is up: it has a call that does not just ring."""
        for conn_id in self.ids(dn).values():
            call = self.get(conn_id)
            assert call is not None
            if not _only_rings(call, dn):
                return True
        return False

    def restore(self, calls: Iterable[Call]) -> None:
        """Make these the present, where there was nothing before."""
        order = []
        for call in calls:
            self._calls[call.conn_id] = call
            order += [(party.since, party.id, party, call.conn_id) for party in everybody(call)]
        for _, call_id, party, conn_id in sorted(order, key=lambda one: one[:2]):
            if party.kind is DEVICE:
                self._at[party.dn][call_id] = conn_id
            elif party.kind is FAR_END:
                self._far_ends[party.dn, call_id] = conn_id

    def adopt(self, successor: "Successor") -> None:
        """Make a successor the present."""
        for call in successor.changed:
            if call.parties:
                self._calls[call.conn_id] = call
            else:
                self._calls.pop(call.conn_id, None)
        self._at.update(successor.moved)
        for far_end, conn_id in successor.far_ends_changed.items():
            if conn_id:
                self._far_ends[far_end] = conn_id
            else:
                self._far_ends.pop(far_end, None)


class Successor(Calls):
    """The calls after ``changed`` have taken the place of their predecessors in ``before``.

    Only what differs is kept, so it costs the same whatever the size of the centre.
    """

    __slots__ = ("_before", "changed", "far_ends_changed", "left", "moved", "near")

    def __init__(self, before: Calls, changed: tuple[Call, ...]) -> None:
        self._before = before
        self._calls = {}
        self.changed = changed
        self.moved: dict[str, dict[str, str]] = {}
        self.near: dict[str, Mapping[str, str]] = {}
        """The calls at all DNs that the changed calls had or have."""
        self.far_ends_changed: dict[tuple[str, str], str] = {}
        """Where far ends are now; nowhere is an empty text."""
        self.left: list[tuple[Party, str]] = []
        """The parties and observers that the changed calls have lost, with the ConnID."""
        # A party that goes from one changed call to another keeps its id and its place in the
        # DN's order: so all are placed where they are now before any that left is removed.
        for call in changed:
            self._calls[call.conn_id] = call
            self._place(call)
        for call in changed:
            predecessor = before.get(call.conn_id)
            if predecessor is not None:
                self._find_lost(predecessor, call)
        for party, conn_id in self.left:
            self._remove(party, conn_id)

    def get(self, conn_id: str) -> Call | None:
        return self._calls.get(conn_id) or self._before.get(conn_id)

    def at(self, dn: str) -> Mapping[str, str]:
        near = self.near.get(dn)
        return self._before.at(dn) if near is None else near

    def ids(self, number: str) -> Mapping[str, str]:
        near = self.near.get(number)
        return self._before.ids(number) if near is None else near

    def at_far_end(self, number: str, call_id: str) -> str:
        conn_id = self.far_ends_changed.get((number, call_id))
        return self._before.at_far_end(number, call_id) if conn_id is None else conn_id

    def _place(self, call: Call) -> None:
        conn_id = call.conn_id
        for party in everybody(call):
            dn = party.dn
            if party.kind is DEVICE:
                if dn not in self.near:
                    self.near[dn] = self._before.ids(dn)
                if self.near[dn].get(party.id) != conn_id:
                    self._own(dn)[party.id] = conn_id
            elif party.kind is FAR_END:
                self.far_ends_changed[dn, party.id] = conn_id

    def _remove(self, party: Party, conn_id: str) -> None:
        """Note that a party has left a call, unless it is on another by now."""
        if party.kind is DEVICE:
            if self.near[party.dn][party.id] == conn_id:
                del self._own(party.dn)[party.id]
        elif self.at_far_end(party.dn, party.id) == conn_id:
            self.far_ends_changed[party.dn, party.id] = ""

    def _find_lost(self, predecessor: Call, call: Call) -> None:
        if _are_at_the_same_numbers(predecessor, call):
            return
        staying = {party.dn for party in everybody(call)}
        for party in everybody(predecessor):
            if party.dn not in staying and party.kind is not QUEUE:
                if party.kind is DEVICE:
                    self.near.setdefault(party.dn, self._before.ids(party.dn))
                self.left.append((party, call.conn_id))

    def _own(self, dn: str) -> dict[str, str]:
        own = self.moved.get(dn)
        if own is None:
            own = self.near[dn] = self.moved[dn] = dict(self.near[dn])
        return own
