"""The calls of a centre as they stand, and as they would stand after a change."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from switchbell.voice.errors import UnknownCall, UnknownDevice
from switchbell.voice.model import Call, Party, PartyState


def party_at(call: Call, dn: str) -> Party:
    """Return the party of ``call`` at ``dn``, which must be one of its parties."""
    for party in call.parties:
        if party.dn == dn:
            return party
    raise UnknownCall("The device is no party of the call.")


def is_conference(call: Call) -> bool:
    """Tell whether a call has more than two parties."""
    return len(call.parties) > 2  # noqa: PLR2004


_THERE = frozenset({PartyState.ESTABLISHED, PartyState.HELD})


def is_there(party: Party) -> bool:
    """Tell whether a party has answered, or called and was answered."""
    return party.state in _THERE


def with_parties(call: Call, *parties: Party) -> Call:
    """Return ``call`` with each of ``parties`` in place of the party at the same DN."""
    by_dn = {party.dn: party for party in parties}
    return replace(call, parties=tuple([by_dn.get(old.dn, old) for old in call.parties]))


class Calls:
    """Calls by ConnID, and for each DN its own calls: id to ConnID, oldest first."""

    __slots__ = ("_at", "_calls")

    def __init__(self, dns: Iterable[str]) -> None:
        self._calls: dict[str, Call] = {}
        self._at: dict[str, dict[str, str]] = {dn: {} for dn in dns}

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
        raise UnknownCall("The device has no such call.")

    def of(self, dn: str) -> Iterator[tuple[Call, Party]]:
        """Give the calls of a DN with its part in each, oldest first."""
        for call_id in self.at(dn):
            yield self.find(dn, call_id)

    def off_hook(self, dn: str) -> bool:
        """Tell whether the receiver of a DN is up: it has a call that does not just ring."""
        return any(party.state is not PartyState.RINGING for _, party in self.of(dn))

    def adopt(self, successor: "Successor") -> None:
        """Make a successor the present."""
        for call in successor.changed:
            if call.parties:
                self._calls[call.conn_id] = call
            else:
                del self._calls[call.conn_id]
        self._at.update(successor.moved)


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
            for party in call.parties:
                if before.at(party.dn).get(party.id) != call.conn_id:
                    self._own(party.dn)[party.id] = call.conn_id
        self.left = [(party, call.conn_id) for call in changed for party in self._lost(call)]
        """The parties that the changed calls have lost, with the ConnID."""
        for party, conn_id in self.left:
            if self.at(party.dn)[party.id] == conn_id:
                del self._own(party.dn)[party.id]

    def get(self, conn_id: str) -> Call | None:
        return self._calls.get(conn_id) or self._before.get(conn_id)

    def at(self, dn: str) -> Mapping[str, str]:
        own = self.moved.get(dn)
        return self._before.at(dn) if own is None else own

    def _lost(self, call: Call) -> list[Party]:
        predecessor = self._before.get(call.conn_id)
        if predecessor is None:
            return []
        staying = {party.dn for party in call.parties}
        return [party for party in predecessor.parties if party.dn not in staying]

    def involved(self) -> dict[str, None]:
        """Return the DNs of all parties that the changed calls had or have, each once."""
        dns = {party.dn: None for party, _ in self.left}
        for call in self.changed:
            for party in call.parties:
                dns[party.dn] = None
        return dns

    def _own(self, dn: str) -> dict[str, str]:
        own = self.moved.get(dn)
        if own is None:
            own = self.moved[dn] = dict(self._before.at(dn))
        return own
