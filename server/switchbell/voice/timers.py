"""What happens by itself, and when: calls that nobody answers."""

from collections.abc import Iterable
from heapq import heappop, heappush

from switchbell.voice.calls import Calls
from switchbell.voice.model import Call, Party


class Timers:
    """The times until which parties ring, soonest first. Those that have answered meanwhile, or
    are gone, are passed over when their time comes."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, str, str]] = []

    def watch(self, before: Calls, changed: Iterable[Call]) -> None:
        """Note the times of those who have begun to ring with this change."""
        for call in changed:
            for party in call.parties:
                if party.rings_until is not None and party not in _parties(before, call.conn_id):
                    heappush(self._heap, (party.rings_until, call.conn_id, party.dn))

    def next(self, calls: Calls) -> float | None:
        """When somebody will have rung for long enough; None if nobody rings."""
        while self._heap and self._find(calls) is None:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def due(self, calls: Calls, now: float) -> tuple[Call, Party] | None:
        """Who has rung for long enough, if anybody has."""
        deadline = self.next(calls)
        return None if deadline is None or deadline > now else self._find(calls)

    def _find(self, calls: Calls) -> tuple[Call, Party] | None:
        until, conn_id, dn = self._heap[0]
        call = calls.get(conn_id)
        if call is not None:
            for party in call.parties:
                if party.dn == dn and party.rings_until == until:
                    return call, party
        return None


def _parties(calls: Calls, conn_id: str) -> tuple[Party, ...]:
    call = calls.get(conn_id)
    return () if call is None else call.parties
