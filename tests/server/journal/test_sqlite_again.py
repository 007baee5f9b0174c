"""What a journal has when it is opened again."""

import sqlite3
from pathlib import Path

import pytest
from msgspec.structs import replace

from switchbell.journal.base import JournalGap
from switchbell.journal.options import JournalOptions
from switchbell.journal.sqlite import file
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.journal.sqlite.writer import Writer
from switchbell.voice.core import Snapshot
from switchbell.voice.events import Change
from tests.contracts.journal import BEGINNING, call, change, told

FOR_EVER = JournalOptions(durability="normal", max_age=10**12)


async def test_numbers_and_state_go_on(tmp_path: Path) -> None:
    begun = 0
    for n in range(3):
        journal = SqliteJournal(tmp_path, FOR_EVER)
        state = await journal.open(BEGINNING if n == 0 else Snapshot(site="elsewhere"))
        assert state.site == "here"
        assert begun in (0, journal.begun)
        begun = journal.begun
        assert (journal.last, state.issued) == (2 * n, 7 + 2 * n)
        for number in (8 + 2 * n, 9 + 2 * n):
            one = Change(time=float(number), events=(), calls=(call(number),))
            assert await journal.commit(one) == number - 7
        entries = await journal.replay(0, 100)
        assert [entry.number for entry in entries] == list(range(1, 2 * n + 3))
        assert [entry.change.time for entry in entries] == list(range(8, 2 * n + 10))
        follower = journal.follow(0)
        assert [await anext(follower) for _ in entries] == entries
        await journal.close()


async def tidy(journal: SqliteJournal) -> None:
    """Remove all that is no longer to be kept."""
    before = 0
    while journal.oldest != before:
        before = journal.oldest
        await journal._tidy()


async def test_what_is_too_old_goes_also_when_nothing_happens(tmp_path: Path) -> None:
    now = 10_000.0
    options = JournalOptions(durability="normal", max_age=1_000)
    journal = SqliteJournal(tmp_path, options, clock=lambda: now)
    await journal.open(BEGINNING)
    for n in range(700):
        await journal.commit(replace(told("A"), time=9_000.0 + n))
    assert journal.oldest == 1
    now = 10_650.0
    await tidy(journal)
    assert journal.oldest == 651
    with pytest.raises(JournalGap):
        await journal.replay(0, 1)
    now = 99_999.0
    await tidy(journal)
    # The latest stays: followers may not have seen it yet.
    assert journal.oldest == 700
    await journal.commit(change(99_999.0))
    assert journal.oldest == 701
    await journal.close()
    journal = SqliteJournal(tmp_path, options)
    await journal.open(BEGINNING)
    assert (journal.oldest, journal.last) == (701, 701)
    await journal.close()
    db = sqlite3.connect(tmp_path / file.NAME)
    assert db.execute("SELECT count(*) FROM told").fetchone() == (0,)
    db.close()


async def test_opening_costs_the_same_after_a_hundred_thousand_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A small one is looked through.
    monkeypatch.setattr(file, "LOOKED_THROUGH", 0)
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    def connect(path: Path) -> sqlite3.Connection:
        db = connected(path)
        db.set_progress_handler(count, 1)
        return db

    def opened() -> int:
        nonlocal steps
        steps = 0
        writer = Writer(tmp_path, FOR_EVER)
        writer.open(BEGINNING, 0)
        writer.close()
        return steps

    writer = Writer(tmp_path, FOR_EVER)
    writer.open(BEGINNING, 0)
    writer.write([change(1)], 1)
    writer.close()
    connected = file.connect
    monkeypatch.setattr(file, "connect", connect)
    after_one = opened()
    monkeypatch.setattr(file, "connect", connected)
    writer = Writer(tmp_path, FOR_EVER)
    writer.open(BEGINNING, 0)
    together = [change(2)] * 1_000
    for _ in range(100):
        writer.write(together, 2)
    writer.close()
    monkeypatch.setattr(file, "connect", connect)
    assert 0 < opened() <= after_one + 10
