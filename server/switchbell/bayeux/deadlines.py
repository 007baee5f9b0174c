"""When to look at which session next, without a timer for each."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import count

from switchbell.bayeux.session import NEVER, Session

# So many stale entries are not worth the effort of removing them.
_SLACK = 64


class Deadlines:
    """A heap that holds each session about once or twice, at or before its deadline.

    A deadline that moves to later, as most do on every connect, costs nothing: the entry that is
    there comes up early and is put back. Only one that moves to earlier needs a new entry; the old
    one is recognised as stale, since ``session.armed`` names another time, and goes when there are
    too many of its kind.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Session]] = []
        self._order = count()
        self._armed = 0

    def __len__(self) -> int:
        return len(self._heap)

    def set(self, session: Session, when: float) -> None:
        """Have ``session`` come due at ``when``."""
        session.deadline = when
        if when < session.armed:
            self._arm(session, when)

    def forget(self, session: Session) -> None:
        """Never bring this session up again."""
        if session.armed != NEVER:
            self._armed -= 1
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
            self._armed -= 1
            if session.deadline <= now:
                yield session
            else:
                self._arm(session, session.deadline)

    def _arm(self, session: Session, when: float) -> None:
        if session.armed == NEVER:
            self._armed += 1
        session.armed = when
        heappush(self._heap, (when, next(self._order), session))
        if len(self._heap) > 2 * self._armed + _SLACK:
            self._heap = [entry for entry in self._heap if not self._is_stale(entry)]
            heapify(self._heap)

    @staticmethod
    def _is_stale(entry: tuple[float, int, Session]) -> bool:
        when, _, session = entry
        return session.armed != when
