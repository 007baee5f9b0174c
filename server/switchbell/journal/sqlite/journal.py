"""The journal in a file, for the event loop."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from msgspec import Struct

from switchbell.journal.base import (
    Entry,
    JournalClosed,
    JournalGap,
    JournalUnavailable,
)
from switchbell.journal.live import LiveState
from switchbell.journal.options import JournalOptions
from switchbell.journal.sqlite.reader import Reader
from switchbell.journal.sqlite.writer import Writer
from switchbell.journal.tail import Tail
from switchbell.voice.core import Snapshot
from switchbell.voice.events import Change

# How many of the latest changes followers get without a look at the file; how many are read of it
# at a time, and how many are written together at most.
TAIL = 4_096
CHUNK = 100
MOST_TOGETHER = 512

# So many changes may wait to be written: then the disk is too slow for what is going on.
MOST_WAITING = 10_000

# Seconds from a failure to the first trial, and at most from one trial to the next; and from the
# end of one tidying to the next, however busy the journal is.
FIRST_TRIAL = 0.1
LONGEST_WAIT = 5.0
TIDY_EVERY = 60.0

# What passes by itself, perhaps.
_FAILURES = (sqlite3.Error, OSError, JournalUnavailable)

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)


class _Waiting(Struct):
    """A change that is to be written, and who is to be told its number. ``is_durable`` is None
    until that is known."""

    change: Change
    kept: asyncio.Future[int]
    is_durable: bool | None = None


class SqliteJournal:
    """See Journal. It is kept in ``directory``; ``clock`` gives seconds since 1970.

    Changes that come while others are being written are written together, next: one wait for the
    disk is enough for all of them. After a failure nothing is taken until something can be written
    again, which is tried from time to time.
    """

    def __init__(
        self,
        directory: Path,
        options: JournalOptions | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._directory = directory
        self._clock = clock
        self._writer = Writer(directory, options or JournalOptions())
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._reader: Reader | None = None
        self._tail = Tail(TAIL)
        self._live = LiveState(Snapshot(site=""))
        self._begun = 0
        self._oldest = 1
        self._waiting: list[_Waiting] = []
        self._lost: Callable[[], None] | None = None
        self._failure: str | None = None
        self._patience = FIRST_TRIAL
        self._tidy_at = 0.0
        self._is_open = False
        self._work = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None

    @property
    def begun(self) -> int:
        return self._begun

    @property
    def oldest(self) -> int:
        return self._oldest

    @property
    def last(self) -> int:
        return self._tail.last

    @property
    def state(self) -> Snapshot:
        return self._live.snapshot()

    @property
    def trouble(self) -> str | None:
        if not self._is_open:
            return "it is closed"
        if self._failure is None and len(self._waiting) >= MOST_WAITING:
            return "too many changes wait to be written"
        return self._failure

    async def open(self, beginning: Snapshot) -> Snapshot:
        kept = await self._in_thread(self._writer.open, beginning, self._clock())
        self._reader = Reader(self._directory)
        self._begun, self._oldest = kept.begun, kept.oldest
        self._tail = Tail(TAIL, kept.last)
        self._live = LiveState(kept.state)
        self._is_open = True
        self._writing = asyncio.create_task(self._write())
        return kept.state

    def on_loss(self, lost: Callable[[], None]) -> None:
        self._lost = lost

    def commit(self, change: Change) -> Awaitable[int]:
        self._require_open()
        if self.trouble is not None:
            raise JournalUnavailable(self.trouble)
        kept: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(change, kept))
        self._work.set()
        return kept

    async def follow(self, after: int) -> AsyncIterator[Entry]:
        while True:
            while after < self.last:
                if not self._is_open and after < self._tail.oldest - 1:
                    return
                for entry in self._next(after, CHUNK):
                    after = entry.number
                    yield entry
            if not self._is_open:
                return
            await self._tail.news()

    async def replay(self, after: int, limit: int) -> list[Entry]:
        return self._next(after, limit)

    def told(self, dns: Sequence[str], *, after: int | None, last: int, limit: int) -> list[Entry]:
        assert self._reader is not None, "It was opened."
        return self._reader.told(dns, after=after, last=last, limit=limit)

    async def settled(self) -> bool:
        if not self._waiting:
            return True
        latest = self._waiting[-1]
        while latest.is_durable is None:
            await self._tail.news()
        return latest.is_durable

    async def usable(self) -> None:
        self._require_open()
        while self.trouble is not None:
            await self._tail.news()
            self._require_open()

    async def close(self) -> None:
        self._is_open = False
        self._work.set()
        if self._writing is not None:
            await self._writing
            await self._in_thread(self._writer.close)
            self._writing = None
        self._thread.shutdown()
        if self._reader is not None:
            self._reader.close()
        self._tail.wake()

    def _require_open(self) -> None:
        if not self._is_open:
            raise JournalClosed("The journal is not open.")

    def _next(self, after: int, limit: int) -> list[Entry]:
        """The first durable changes with numbers above ``after``, no more than ``limit``. Raises
        JournalGap and JournalUnavailable."""
        last = min(self.last, after + limit)
        if after >= last:
            return []
        if after < self._oldest - 1:
            raise JournalGap(self._oldest)
        if after >= self._tail.oldest - 1:
            return self._tail.between(after, last)
        assert self._reader is not None, "It was opened."
        return self._reader.after(after, last - after)

    async def _write(self) -> None:
        """Write what is handed over, until the journal closes."""
        while self._is_open or self._waiting:
            try:
                await self._write_some()
            except _FAILURES as error:
                await self._fail(str(error))
            except Exception:
                logger.exception("A change cannot be written")
                await self._fail("a change cannot be written")

    async def _write_some(self) -> None:
        """Write what waits, or wait for it; and tidy up a little, if it is time for that."""
        if self._waiting:
            together = self._waiting[:MOST_TOGETHER]
            changes = [one.change for one in together]
            self._oldest = await self._in_thread(self._writer.write, changes, self._clock())
            del self._waiting[: len(together)]
            self._keep(together)
        else:
            await self._rest()
        if asyncio.get_running_loop().time() >= self._tidy_at:
            await self._tidy()
        if self._writer.is_log_long:
            await self._try(self._writer.checkpoint)

    def _keep(self, together: list[_Waiting]) -> None:
        """Say of changes that they are durable."""
        self._patience = FIRST_TRIAL
        for one in together:
            number = self._tail.append(one.change)
            self._live.apply(one.change)
            one.is_durable = True
            if not one.kept.done():
                one.kept.set_result(number)
        self._tail.wake()

    async def _fail(self, reason: str) -> None:
        """Give up all that waits, and wait until something can be written again."""
        logger.error("Changes cannot be kept: %s", reason)
        self._failure = reason
        given_up, self._waiting = self._waiting, []
        if self._lost is not None:
            self._lost()
        for one in given_up:
            one.is_durable = False
            if not one.kept.done():
                one.kept.set_exception(JournalUnavailable(reason))
        self._tail.wake()
        while self._is_open and self._failure is not None:
            await self._try_again()
        self._tail.wake()

    async def _try_again(self) -> None:
        self._work.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._work.wait()  # for the journal to be closed
        self._patience = min(2 * self._patience, LONGEST_WAIT)
        try:
            self._oldest = await self._in_thread(self._writer.recover, self.state)
        except _FAILURES as error:
            self._failure = str(error)
        else:
            self._failure = None
            logger.info("Changes are kept again")

    async def _rest(self) -> None:
        """Wait for something to write, or to tidy up."""
        self._work.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._tidy_at):
                await self._work.wait()

    async def _tidy(self) -> None:
        """Remove some of what is no longer to be kept. If there was nothing, be content for a
        while."""
        before = self._oldest
        self._oldest = await self._try(self._writer.tidy, self._clock()) or before
        if self._oldest == before:
            self._tidy_at = asyncio.get_running_loop().time() + TIDY_EVERY

    async def _try(self, step: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | None:
        """Do what can be left undone if it fails: it will be tried again."""
        try:
            return await self._in_thread(step, *arguments, **named)
        except sqlite3.Error as error:
            logger.warning("The journal cannot be tidied up: %s", error)
            return None

    async def _in_thread(self, step: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(step, *arguments, **named))
