"""When to look at which session next, without a timer for each."""

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count

from switchbell.bayeux.session import NEVER, Session


class Deadlines:
    """A heap that holds each session about once, at or before its deadline.

    A deadline that moves to later, as most do on every connect, costs nothing: the entry that is
    there comes up early and is put back. Only one that moves to earlier needs a new entry; the old
    one is recognised as stale, since ``session.armed`` names another time.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Session]] = []
        self._order = count()

    def __len__(self) -> int:
        return len(self._heap)

    def set(self, session: Session, when: float) -> None:
        """Have ``session`` come due at ``when``, and not before."""
        session.deadline = when
        if when < session.armed:
            self._arm(session, when)

    def forget(self, session: Session) -> None:
        """Never bring this session up again."""
        session.deadline = session.armed = NEVER

    def next(self) -> float | None:
        """The time at which to call ``due``; early, perhaps, but never late."""
        while self._heap and self._is_stale(self._heap[0]):
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def due(self, now: float) -> Iterator[Session]:
        """The sessions whose deadline has come. Each must be set or forgotten before the next."""
        while self._heap and self._heap[0][0] <= now:
            entry = heappop(self._heap)
            if self._is_stale(entry):
                continue
            session = entry[2]
            session.armed = NEVER
            if session.deadline <= now:
                yield session
            else:
                self._arm(session, session.deadline)

    def _arm(self, session: Session, when: float) -> None:
        session.armed = when
        heappush(self._heap, (when, next(self._order), session))

    @staticmethod
    def _is_stale(entry: tuple[float, int, Session]) -> bool:
        when, _, session = entry
        return session.armed != when
