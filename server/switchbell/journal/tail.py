"""The latest changes, in memory: where followers have them from."""

import asyncio

from switchbell.journal.base import Entry
from switchbell.voice.events import Change


class Tail:
    """At most ``capacity`` entries, those after number ``last``."""

    def __init__(self, capacity: int, last: int = 0) -> None:
        self._capacity = capacity
        self._entries: dict[int, Entry] = {}
        self._news = asyncio.Event()
        self.last = last

    @property
    def oldest(self) -> int:
        """The number of the first entry that is here, or will be."""
        return next(iter(self._entries), self.last + 1)

    @property
    def is_full(self) -> bool:
        """Whether the next entry takes the place of the oldest."""
        return len(self._entries) == self._capacity

    def append(self, change: Change) -> int:
        """Add a change; return its number."""
        self.last += 1
        self._entries[self.last] = Entry(number=self.last, change=change)
        self._entries.pop(self.last - self._capacity, None)
        return self.last

    def get(self, number: int) -> Entry | None:
        return self._entries.get(number)

    def between(self, after: int, last: int) -> list[Entry]:
        """The entries after a number up to another, all of which must be here."""
        return [self._entries[number] for number in range(after + 1, last + 1)]

    def wake(self) -> None:
        """Have those go on who wait for news."""
        # A new event for the next time: whoever waited for this one is awake, and stays so.
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def news(self) -> None:
        """Wait for the next :meth:`wake`."""
        await self._news.wait()
