"""The latest events, in memory, by user."""

from collections import deque
from collections.abc import Iterable, Sequence

from switchbell.bayeux.message import Event


class Recent:
    """Keeps the latest events that have a replay id and are for certain users: at most
    ``most_events`` in all, of ``most_bytes`` as encoded, with and without their numbers. All that
    were published with ids above ``since`` are there."""

    def __init__(self, most_events: int, most_bytes: int, *, since: int = 0) -> None:
        self._most_events = most_events
        self._most_bytes = most_bytes
        self._by_user: dict[str, deque[Event]] = {}
        self._order: deque[str] = deque()
        self._bytes = 0
        self.since = since

    def add(self, event: Event, audience: Iterable[str]) -> None:
        """Keep an event, for each of these users."""
        for user in audience:
            self._by_user.setdefault(user, deque()).append(event)
            self._order.append(user)
            self._bytes += 2 * len(event.encoded)
        while len(self._order) > self._most_events or self._bytes > self._most_bytes:
            self._discard(self._order.popleft())

    def after(self, replay_id: int, user: str) -> Sequence[Event]:
        """The events for a user with higher ids, in order."""
        found: deque[Event] = deque()
        for event in reversed(self._by_user.get(user, ())):
            if event.replay_id is None or event.replay_id <= replay_id:
                break
            found.appendleft(event)
        return found

    def _discard(self, user: str) -> None:
        events = self._by_user[user]
        event = events.popleft()
        if not events:
            del self._by_user[user]
        self._bytes -= 2 * len(event.encoded)
        assert event.replay_id is not None, "It was kept by that."
        self.since = event.replay_id
