from collections.abc import AsyncIterator

import pytest

from switchbell.journal.base import Journal
from switchbell.journal.memory import MemoryJournal
from tests.contracts.journal import BEGINNING, RETENTION, JournalContract


class TestMemoryJournal(JournalContract):
    @pytest.fixture
    async def journal(self) -> AsyncIterator[Journal]:
        journal = MemoryJournal(retention=RETENTION)
        await journal.open(BEGINNING)
        yield journal
        await journal.close()
