"""The journal in a file keeps what every journal keeps, and has it again when it is opened."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from switchbell.journal.base import Journal
from switchbell.journal.options import JournalOptions
from switchbell.journal.sqlite.journal import SqliteJournal
from tests.contracts.journal import BEGINNING, RETENTION, JournalContract


@pytest.mark.parametrize("durability", ["full", "normal"])
class TestSqliteJournal(JournalContract):
    @pytest.fixture
    async def journal(self, tmp_path: Path, durability: str) -> AsyncIterator[Journal]:
        options = JournalOptions(durability=durability, max_changes=RETENTION, max_age=10**12)
        journal = SqliteJournal(tmp_path, options)
        await journal.open(BEGINNING)
        yield journal
        await journal.close()
