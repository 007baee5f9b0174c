"""A journal that lasts as long as the process."""

import asyncio
from collections.abc import AsyncIterator

from switchbell.journal.base import Entry, JournalClosed, JournalGap
from switchbell.voice.events import Change


class MemoryJournal:
    """See Journal. ``retention`` is how many changes are kept."""

    def __init__(self, *, retention: int = 10_000) -> None:
        self._retention = retention
        self._entries: dict[int, Entry] = {}
        self._last = 0
        self._is_open = False
        self._news = asyncio.Event()

    @property
    def last(self) -> int:
        return self._last

    async def open(self) -> None:
        self._is_open = True

    async def commit(self, change: Change) -> int:
        if not self._is_open:
            raise JournalClosed("The journal is not open.")
        self._last += 1
        self._entries[self._last] = Entry(number=self._last, change=change)
        self._entries.pop(self._last - self._retention, None)
        self._wake()
        return self._last

    async def follow(self, after: int) -> AsyncIterator[Entry]:
        while True:
            while after < self._last:
                after += 1
                yield self._entry(after)
            if not self._is_open:
                return
            await self._news.wait()

    async def replay(self, after: int, limit: int) -> list[Entry]:
        last = min(self._last, after + limit)
        return [self._entry(number) for number in range(after + 1, last + 1)]

    async def close(self) -> None:
        self._is_open = False
        self._wake()

    def _entry(self, number: int) -> Entry:
        try:
            return self._entries[number]
        except KeyError:
            raise JournalGap(next(iter(self._entries), self._last + 1)) from None

    def _wake(self) -> None:
        # A new event for the next time: whoever waited for this one is awake, and stays so.
        news, self._news = self._news, asyncio.Event()
        news.set()
