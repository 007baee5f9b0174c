"""Events that are kept so that clients can ask for them again."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import merge
from operator import attrgetter
from typing import Protocol

from switchbell.bayeux import channel as channels
from switchbell.bayeux.message import Event


class ReplayIdInvalid(LookupError):
    """No event has, or had, this number; or some that followed it are no longer kept."""


class Retention(Protocol):
    """Keeps events of broadcast channels under numbers that grow, with gaps perhaps."""

    @property
    def last(self) -> int:
        """The number of the latest event that was spread, or where numbers begin if none was."""

    def keep(self, event: Event, audience: Iterable[str] | None) -> int | None:
        """The number of an event that is about to be spread, which may have one already; None if it
        is not kept."""

    def all(self, pattern: str, user: str | None) -> list[Event]:
        """What is kept on the channels that ``pattern`` matches and was for ``user``, in order.
        Raises ReplayIdInvalid if that cannot be told at present."""

    def after(self, replay_id: int, pattern: str, user: str | None) -> list[Event]:
        """The same, of what followed the number ``replay_id``. Raises ReplayIdInvalid."""


@dataclass(frozen=True, slots=True)
class _Kept:
    number: int
    event: Event
    audience: frozenset[str] | None
    size: int


class MemoryRetention:
    """Keeps the latest events in memory: at most ``max_events``, of ``max_bytes`` as encoded, with
    and without their numbers.

    The first has the number after ``start``. Give it one that no earlier run has come to, such as
    the time in milliseconds: what clients have from then is recognised as no longer kept.
    """

    def __init__(
        self, max_events: int = 10_000, max_bytes: int = 64 * 1024 * 1024, *, start: int = 0
    ) -> None:
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._kept: deque[_Kept] = deque()
        self._by_channel: dict[str, deque[_Kept]] = {}
        self._bytes = 0
        self._last = start
        self._last_discarded = start

    @property
    def last(self) -> int:
        """See Retention."""
        return self._last

    def keep(self, event: Event, audience: Iterable[str] | None) -> int:
        """See Retention."""
        self._last += 1
        for_whom = None if audience is None else frozenset(audience)
        kept = _Kept(self._last, event, for_whom, 2 * len(event.encoded))
        self._kept.append(kept)
        self._by_channel.setdefault(event.fields["channel"], deque()).append(kept)
        self._bytes += kept.size
        while len(self._kept) > self._max_events or self._bytes > self._max_bytes:
            self._discard(self._kept.popleft())
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
            for kept in merge(*self._matching(pattern), key=attrgetter("number"))
            if kept.number > replay_id and (kept.audience is None or user in kept.audience)
        ]

    def _matching(self, pattern: str) -> list[deque[_Kept]]:
        if not pattern.endswith("*"):
            return [self._by_channel.get(pattern, deque())]
        return [
            kept
            for channel, kept in self._by_channel.items()
            if pattern in channels.patterns(channel)
        ]

    def _discard(self, kept: _Kept) -> None:
        self._bytes -= kept.size
        self._last_discarded = kept.number
        channel = kept.event.fields["channel"]
        of_channel = self._by_channel[channel]
        of_channel.popleft()  # the oldest of all is the oldest of its channel
        if not of_channel:
            del self._by_channel[channel]
