"""A disk that is full for a while, as far as a journal can tell."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from switchbell.journal.sqlite import journal as module
from switchbell.journal.sqlite.journal import SqliteJournal

NO_BOUND = 2**31


def be_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have journals try again at once, nearly."""
    monkeypatch.setattr(module, "FIRST_TRIAL", 0.005)
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.02)


@asynccontextmanager
async def full_disk(journal: SqliteJournal) -> AsyncIterator[None]:
    """Inside the file cannot grow. A journal that was closed stays as it is."""
    await journal._in_thread(_bound, journal, 1)
    yield
    if journal.trouble != "it is closed":
        await journal._in_thread(_bound, journal, NO_BOUND)


def _bound(journal: SqliteJournal, pages: int) -> None:
    """Bound the file to so many pages, or to as many as it has if that is more."""
    journal._writer._db.execute(f"PRAGMA max_page_count = {pages}")
