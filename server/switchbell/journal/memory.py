"""A journal that lasts as long as the process."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from switchbell.journal.addressees import addressees
from switchbell.journal.base import Entry, JournalClosed, JournalGap
from switchbell.journal.live import LiveState
from switchbell.journal.tail import Tail
from switchbell.voice.core import Snapshot
from switchbell.voice.events import Change


class MemoryJournal:
    """See Journal. ``retention`` is how many changes are kept; ``clock`` gives seconds since
    1970."""

    def __init__(self, *, retention: int = 10_000, clock: Callable[[], float] = time.time) -> None:
        self._tail = Tail(retention)
        self._told: defaultdict[str, deque[int]] = defaultdict(deque)
        self._live = LiveState(Snapshot(site=""))
        self._clock = clock
        self._begun = 0
        self._is_open = False

    @property
    def begun(self) -> int:
        return self._begun

    @property
    def oldest(self) -> int:
        return self._tail.oldest

    @property
    def last(self) -> int:
        return self._tail.last

    @property
    def state(self) -> Snapshot:
        return self._live.snapshot()

    @property
    def trouble(self) -> str | None:
        return None if self._is_open else "it is closed"

    async def open(self, beginning: Snapshot) -> Snapshot:
        self._begun = int(self._clock() * 1000)
        self._live = LiveState(beginning)
        self._is_open = True
        return beginning

    def on_loss(self, lost: Callable[[], None]) -> None:
        """Nothing is ever lost here before all is."""

    async def settled(self) -> bool:
        return True

    async def usable(self) -> None:
        self._require_open()

    def commit(self, change: Change) -> Awaitable[int]:
        self._require_open()
        self._live.apply(change)
        kept = asyncio.get_running_loop().create_future()
        kept.set_result(self._append(change))
        self._tail.wake()
        return kept

    def _append(self, change: Change) -> int:
        gone = self._tail.get(self._tail.oldest) if self._tail.is_full else None
        if gone is not None:
            for dn in addressees(gone.change):
                self._told[dn].popleft()
        number = self._tail.append(change)
        for dn in addressees(change):
            self._told[dn].append(number)
        return number

    async def follow(self, after: int) -> AsyncIterator[Entry]:
        while True:
            while after < self.last:
                after += 1
                yield self._entry(after)
            if not self._is_open:
                return
            await self._tail.news()

    async def replay(self, after: int, limit: int) -> list[Entry]:
        last = min(self.last, after + limit)
        return [self._entry(number) for number in range(after + 1, last + 1)]

    def told(self, dns: Sequence[str], *, after: int | None, last: int, limit: int) -> list[Entry]:
        if after is not None and after < self.oldest - 1:
            raise JournalGap(self.oldest)
        numbers = {number for dn in dns for number in self._told.get(dn, ())}
        wanted = sorted(number for number in numbers if (after or 0) < number <= last)
        return [self._entry(number) for number in wanted[-limit:]]

    async def close(self) -> None:
        self._is_open = False
        self._tail.wake()

    def _require_open(self) -> None:
        if not self._is_open:
            raise JournalClosed("The journal is not open.")

    def _entry(self, number: int) -> Entry:
        entry = self._tail.get(number)
        if entry is None:
            raise JournalGap(self._tail.oldest)
        return entry
