"""What is too old goes though the journal is never idle, and the log does not grow by that."""

import asyncio
from pathlib import Path

import pytest

from switchbell.journal.base import JournalUnavailable
from switchbell.journal.options import JournalOptions
from switchbell.journal.sqlite import journal as module
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.journal.sqlite.writer import Writer
from switchbell.voice.events import Change
from tests.contracts.journal import BEGINNING, call, change
from tests.server.journal.disk import be_impatient

OPTIONS = JournalOptions(durability="normal", max_age=1_000)
OLD = 5_000
AT_ONCE = 500


def fill(directory: Path) -> None:
    """Changes that will be too old."""
    writer = Writer(directory, OPTIONS)
    writer.open(BEGINNING, 0)
    one = call(8)
    one.user_data["much"] = "x" * 1_000
    for _ in range(OLD // AT_ONCE):
        writer.write([Change(time=1.0, events=(), calls=(one,))] * AT_ONCE, 1.0)
    writer.close()


async def test_a_busy_journal_is_tidied_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIDY_EVERY", 0.1)
    fill(tmp_path)
    now = 2.0
    journal = SqliteJournal(tmp_path, OPTIONS, clock=lambda: now)
    await journal.open(BEGINNING)
    await journal.commit(change(now))
    assert journal.oldest == 1
    now = 5_000.0
    commits = 0
    async with asyncio.timeout(20):
        while journal.oldest <= OLD:
            await journal.commit(change(now))
            commits += 1
    # With each that is written go two only.
    assert 2 * commits < OLD
    await journal.close()


async def test_the_log_stays_small_while_much_is_tidied_away(tmp_path: Path) -> None:
    fill(tmp_path)
    writer = Writer(tmp_path, OPTIONS)
    writer.open(BEGINNING, 5_000)
    log = tmp_path / "journal.sqlite-wal"
    oldest = sizes = 0
    while oldest != (oldest := writer.tidy(5_000)):
        sizes = max(sizes, log.stat().st_size)
        if writer.is_log_long:
            writer.checkpoint()
    assert oldest == OLD
    assert 0 < sizes < 2**20 < (tmp_path / "journal.sqlite").stat().st_size
    writer.close()


async def test_a_journal_at_rest_notices_that_it_was_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_impatient(monkeypatch)
    monkeypatch.setattr(module, "TIDY_EVERY", 0.01)
    journal = SqliteJournal(tmp_path / "data")
    lost = asyncio.Event()
    journal.on_loss(lost.set)
    await journal.open(BEGINNING)
    (tmp_path / "data").rename(tmp_path / "away")
    await asyncio.wait_for(lost.wait(), 5)
    with pytest.raises(JournalUnavailable):
        await journal.commit(change(1))
    (tmp_path / "away").rename(tmp_path / "data")
    await asyncio.wait_for(journal.usable(), 5)
    await journal.close()
