"""Events that are kept so that clients can ask for them again."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from switchbell.bayeux import channel as channels
from switchbell.bayeux.message import Event


class ReplayIdInvalid(LookupError):
    """No event has, or had, this number; or some that followed it are no longer kept."""


class Retention(Protocol):
    """Keeps events of broadcast channels under numbers that grow, with gaps perhaps."""

    def keep(self, event: Event, audience: Iterable[str] | None) -> int | None:
        """The number of an event that is about to be spread; None if it is not kept."""

    def all(self, pattern: str, user: str | None) -> list[Event]:
        """What is kept on the channels that ``pattern`` matches and was for ``user``, in order."""

    def after(self, replay_id: int, pattern: str, user: str | None) -> list[Event]:
        """The same, of what followed the number ``replay_id``. Raises ReplayIdInvalid."""


@dataclass(frozen=True, slots=True)
class _Kept:
    number: int
    event: Event
    audience: frozenset[str] | None

    def is_for(self, pattern: str, user: str | None) -> bool:
        if self.audience is not None and user not in self.audience:
            return False
        return pattern in channels.patterns(self.event.fields["channel"])


class MemoryRetention:
    """Keeps the latest events in memory: at most ``max_events``, of ``max_bytes`` as encoded."""

    def __init__(self, max_events: int = 10_000, max_bytes: int = 64 * 1024 * 1024) -> None:
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._kept: deque[_Kept] = deque()
        self._bytes = 0
        self._last = 0
        self._last_discarded = 0

    def keep(self, event: Event, audience: Iterable[str] | None) -> int:
        """See Retention."""
        self._last += 1
        for_whom = None if audience is None else frozenset(audience)
        self._kept.append(_Kept(self._last, event, for_whom))
        self._bytes += len(event.encoded)
        while len(self._kept) > self._max_events or self._bytes > self._max_bytes:
            discarded = self._kept.popleft()
            self._bytes -= len(discarded.event.encoded)
            self._last_discarded = discarded.number
        return self._last

    def all(self, pattern: str, user: str | None) -> list[Event]:
        """See Retention."""
        return self.after(self._last_discarded, pattern, user)

    def after(self, replay_id: int, pattern: str, user: str | None) -> list[Event]:
        """See Retention."""
        if not self._last_discarded <= replay_id <= self._last:
            raise ReplayIdInvalid
        return [
            kept.event
            for kept in self._kept
            if kept.number > replay_id and kept.is_for(pattern, user)
        ]
