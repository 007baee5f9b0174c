"""The calls of a centre as they stand, and as they would stand after a change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from switchbell.voice.errors import UnknownCall, UnknownDevice
from switchbell.voice.model import Call, MonitoringScope, Party, PartyKind, PartyState


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


def is_conference(call: Call) -> bool:
    """Tell whether a call has more than two parties."""
    return len(call.parties) > 2  # noqa: PLR2004


_THERE = frozenset({PartyState.ESTABLISHED, PartyState.HELD})


def is_there(party: Party) -> bool:
    """Tell whether a party has answered, or called and was answered."""
    return party.state in _THERE


def goes_on(parties: Sequence[Party]) -> bool:
    """Tell whether there is a call among these: there is none for one who is alone, or for those
    who only hear it ringing."""
    return len(parties) > 1 and any(map(_keeps_it_going, parties))


def _keeps_it_going(party: Party) -> bool:
    return is_there(party) or party.state is PartyState.DIALING


def with_parties(call: Call, *parties: Party) -> Call:
    """Return ``call`` with each of ``parties`` in place of the party at the same DN."""
    by_dn = {party.dn: party for party in parties}
    return replace(call, parties=tuple([by_dn.get(old.dn, old) for old in call.parties]))


def with_party_replaced(call: Call, old: Party, new: Party) -> Call:
    """Return ``call`` with ``new`` in the place of ``old``, at another number perhaps."""
    return replace(call, parties=tuple([new if one is old else one for one in call.parties]))


def without_observer(call: Call, observer: Party) -> Call:
    """Return ``call`` after an observer has left it."""
    observers = tuple([one for one in call.observers if one is not observer])
    return unsupervised(replace(call, observers=observers), observer)


def supervised(call: Call, supervisor: Party) -> Call:
    """Return ``call`` with the one supervised whom a supervisor monitors."""
    return _with_target(call, supervisor, supervisor.dn)


def unsupervised(call: Call, supervisor: Party) -> Call:
    """Return ``call`` with the one left alone, and heard again, whom a supervisor monitored."""
    return _with_target(call, supervisor, None)


def _with_target(call: Call, supervisor: Party, by: str | None) -> Call:
    monitors = supervisor.monitors
    if monitors is None:
        return call
    targets = [party for party in call.parties if party.dn == monitors.dn]
    return with_parties(
        call, *[replace(one, supervisor=by, muted_by_supervisor=False) for one in targets]
    )


def with_observers_left(call: Call) -> Call:
    """Return ``call`` without the observers that have nothing to do there any longer: the call has
    ended, or the monitored party has left it and they came for that alone."""
    here = {party.dn for party in call.parties}
    observers = tuple([one for one in call.observers if here and _stays(one, here)])
    return call if len(observers) == len(call.observers) else replace(call, observers=observers)


def _stays(observer: Party, here: set[str]) -> bool:
    monitors = observer.monitors
    if monitors is None or monitors.dn in here:
        return True
    return monitors.scope is MonitoringScope.CALL


_NONE: Mapping[str, str] = MappingProxyType({})


class Calls:
    """Calls by ConnID, and for each DN its own calls: id to ConnID, oldest first.

    Far ends have their calls noted as devices have, while there are any; queues have not.
    """

    __slots__ = ("_at", "_calls", "_devices", "far_ends")

    def __init__(self, dns: Iterable[str]) -> None:
        self._calls: dict[str, Call] = {}
        self._at: dict[str, dict[str, str]] = {dn: {} for dn in dns}
        self._devices = frozenset(self._at)
        self.far_ends = 0
        """How many parties there are outside."""

    @property
    def by_conn_id(self) -> Mapping[str, Call]:
        """The calls, to look at."""
        return MappingProxyType(self._calls)

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
        """Return the calls of any number, as :meth:`at` does; one that is unknown has none."""
        return self._at.get(number, _NONE)

    def find(self, dn: str, call_id: str) -> tuple[Call, Party]:
        """Return the call that ``dn`` knows as ``call_id``, and its part in it.

        Raises UnknownDevice and UnknownCall.
        """
        conn_id = self.at(dn).get(call_id)
        call = None if conn_id is None else self.get(conn_id)
        if call is not None:
            for party in call.parties:
                if party.dn == dn:
                    return call, party
            for party in call.observers:
                if party.dn == dn:
                    return call, party
        raise UnknownCall("The device has no such call.")

    def of(self, dn: str) -> Iterator[tuple[Call, Party]]:
        """Give the calls of a number with its part in each, oldest first."""
        for call_id in self.ids(dn):
            yield self.find(dn, call_id)

    def off_hook(self, dn: str) -> bool:
        """Tell whether the receiver of a DN is up: it has a call that does not just ring."""
        return any(party.state is not PartyState.RINGING for _, party in self.of(dn))

    def restore(self, calls: Iterable[Call]) -> None:
        """Make these the present, where there was nothing before."""
        order = []
        for call in calls:
            self._calls[call.conn_id] = call
            order += [(party.since, party.id, party, call.conn_id) for party in everybody(call)]
        for _, call_id, party, conn_id in sorted(order, key=lambda one: one[:2]):
            if party.kind is not PartyKind.QUEUE:
                self._at.setdefault(party.dn, {})[call_id] = conn_id
                self.far_ends += party.kind is PartyKind.FAR_END

    def adopt(self, successor: "Successor") -> None:
        """Make a successor the present."""
        for call in successor.changed:
            if call.parties:
                self._calls[call.conn_id] = call
            else:
                self._calls.pop(call.conn_id, None)
        for dn, own in successor.moved.items():
            if dn in self._devices:
                self._at[dn] = own
            else:
                self._set_far_end(dn, own)

    def _set_far_end(self, number: str, own: dict[str, str]) -> None:
        before = self._at.pop(number, {})
        self.far_ends += len(own) - len(before)
        if own:
            self._at[number] = own


class Successor(Calls):
    """The calls after ``changed`` have taken the place of their predecessors in ``before``.

    Only what differs is kept, so it costs the same whatever the size of the centre.
    """

    __slots__ = ("_before", "changed", "left", "moved")

    def __init__(self, before: Calls, changed: tuple[Call, ...]) -> None:
        self._before = before
        self._calls = {call.conn_id: call for call in changed}
        self.changed = changed
        self.moved: dict[str, dict[str, str]] = {}
        # A party that goes from one changed call to another keeps its id and its place in the
        # DN's order: so all are placed where they are now before any that left is removed.
        for call in changed:
            for party in everybody(call):
                if (
                    party.kind is not PartyKind.QUEUE
                    and self.ids(party.dn).get(party.id) != call.conn_id
                ):
                    self._own(party.dn)[party.id] = call.conn_id
        self.left = [(party, call.conn_id) for call in changed for party in self._lost(call)]
        """The parties and observers that the changed calls have lost, with the ConnID."""
        for party, conn_id in self.left:
            if self.at(party.dn)[party.id] == conn_id:
                del self._own(party.dn)[party.id]

    def get(self, conn_id: str) -> Call | None:
        return self._calls.get(conn_id) or self._before.get(conn_id)

    def at(self, dn: str) -> Mapping[str, str]:
        own = self.moved.get(dn)
        return self._before.at(dn) if own is None else own

    def ids(self, number: str) -> Mapping[str, str]:
        own = self.moved.get(number)
        return self._before.ids(number) if own is None else own

    def _lost(self, call: Call) -> list[Party]:
        predecessor = self._before.get(call.conn_id)
        if predecessor is None:
            return []
        staying = {party.dn for party in everybody(call)}
        return [
            party
            for party in everybody(predecessor)
            if party.dn not in staying and party.kind is not PartyKind.QUEUE
        ]

    def involved(self) -> dict[str, None]:
        """Return the DNs of all devices that the changed calls had or have, each once."""
        dns = {party.dn: None for party, _ in self.left if party.kind is PartyKind.DEVICE}
        for call in self.changed:
            for party in everybody(call):
                if party.kind is PartyKind.DEVICE:
                    dns[party.dn] = None
        return dns

    def _own(self, dn: str) -> dict[str, str]:
        own = self.moved.get(dn)
        if own is None:
            own = self.moved[dn] = dict(self._before.ids(dn))
        return own
