"""Things in the order of their times."""

from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

Key = TypeVar("Key", str, tuple[str, str])

# So many entries of the past are kept before they are cleared away, beside one for each present.
_SPARE = 64


class Schedule(Generic[Key]):
    """One time for each key, soonest first; keys with the same time in their own order.

    Setting and discarding cost the same whatever the number of keys.
    """

    def __init__(self) -> None:
        self._times: dict[Key, float] = {}
        self._heap: list[tuple[float, Key]] = []

    def set(self, key: Key, time: float) -> None:
        """Give a key its time, in place of the one that it had."""
        if self._times.get(key) != time:
            self._times[key] = time
            heappush(self._heap, (time, key))
            if len(self._heap) > 2 * len(self._times) + _SPARE:
                self._heap = [(when, key) for key, when in self._times.items()]
                heapify(self._heap)

    def discard(self, key: Key) -> None:
        """Forget a key, if it is there."""
        self._times.pop(key, None)

    def first(self) -> tuple[float, Key] | None:
        """Return what comes first, and when; None if there is nothing."""
        while self._heap:
            time, key = self._heap[0]
            if self._times.get(key) == time:
                return self._heap[0]
            heappop(self._heap)
        return None
