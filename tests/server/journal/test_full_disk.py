"""While nothing can be kept nothing happens; afterwards all goes on."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from switchbell.journal.base import JournalClosed, JournalUnavailable
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.voice.events import Change
from tests.contracts.journal import BEGINNING, call, change
from tests.server.journal.disk import be_impatient, full_disk


def large(number: int) -> Change:
    """A change for which there is no room on a page that others are on."""
    one = call(number)
    one.user_data["much"] = "x" * 5_000
    return Change(time=float(number), events=(), calls=(one,))


@pytest.fixture
async def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqliteJournal]:
    be_impatient(monkeypatch)
    journal = SqliteJournal(tmp_path)
    await journal.open(BEGINNING)
    yield journal
    await journal.close()


async def test_all_that_waits_is_refused_and_nothing_of_it_is_kept(
    journal: SqliteJournal, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    losses: list[int] = []
    journal.on_loss(lambda: losses.append(journal.last))
    await journal.commit(large(8))
    before = journal.state
    async with full_disk(journal):
        first = journal.commit(large(9))
        await asyncio.sleep(0)
        others = [journal.commit(large(10 + n)) for n in range(5)]
        outcomes = await asyncio.gather(first, *others, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [JournalUnavailable] * 6
        assert losses == [1]
        assert journal.last == 1
        assert journal.state == before
        assert "full" in (journal.trouble or "")
        with pytest.raises(JournalUnavailable):
            await journal.commit(change(1))
        usable = asyncio.create_task(journal.usable())
        await asyncio.sleep(0)
        assert not usable.done()
    await asyncio.wait_for(usable, 5)
    assert journal.trouble is None
    assert await journal.commit(large(9)) == 2
    levels = [record.levelno for record in caplog.records if "kept" in record.getMessage()]
    assert levels[0] == logging.ERROR
    await journal.close()
    again = SqliteJournal(tmp_path)
    state = await again.open(BEGINNING)
    assert [one.conn_id for one in state.calls] == [call(8).conn_id, call(9).conn_id]
    assert again.last == 2
    await again.close()


async def test_followers_hear_nothing_of_what_was_lost(journal: SqliteJournal) -> None:
    async def follow() -> list[float]:
        return [entry.change.time async for entry in journal.follow(0)]

    following = asyncio.create_task(follow())
    await journal.commit(large(8))
    async with full_disk(journal):
        with pytest.raises(JournalUnavailable):
            await journal.commit(large(9))
    await journal.usable()
    await journal.commit(large(10))
    await journal.close()
    assert await asyncio.wait_for(following, 5) == [8, 10]


async def test_what_was_settled_is_durable_or_lost(journal: SqliteJournal) -> None:
    assert await journal.settled()
    waiting = journal.commit(large(8))
    assert await journal.settled()
    assert journal.last == await waiting == 1
    async with full_disk(journal):
        lost = asyncio.ensure_future(journal.commit(large(9)))
        assert not await journal.settled()
        assert await asyncio.wait([lost])
        assert isinstance(lost.exception(), JournalUnavailable)
        assert await journal.settled()


async def test_who_does_not_wait_any_more_leaves_no_trace(
    journal: SqliteJournal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "switchbell")
    async with full_disk(journal):
        lost = asyncio.ensure_future(journal.commit(large(9)))
        lost.cancel()
        await journal.settled()
    await journal.usable()
    assert [record.getMessage() for record in caplog.records] == [
        "Changes cannot be kept: database or disk is full",
        "Changes are kept again",
    ]


async def test_it_closes_while_the_disk_is_full(journal: SqliteJournal) -> None:
    async with full_disk(journal):
        with pytest.raises(JournalUnavailable):
            await journal.commit(large(9))
        waiting = asyncio.ensure_future(journal.usable())
        following = asyncio.ensure_future(anext(journal.follow(0)))
        await asyncio.sleep(0)
        closing = asyncio.create_task(journal.close())
        with pytest.raises(JournalClosed):
            await asyncio.wait_for(waiting, 5)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(following, 5)
        await asyncio.wait_for(closing, 5)


async def test_what_cannot_be_encoded_does_not_end_the_writing(
    journal: SqliteJournal, caplog: pytest.LogCaptureFixture
) -> None:
    odd = call(8)
    odd.user_data["object"] = object()
    with pytest.raises(JournalUnavailable):
        await journal.commit(Change(time=1, events=(), calls=(odd,)))
    await asyncio.wait_for(journal.usable(), 5)
    assert await journal.commit(change(2)) == 1
    assert caplog.records[0].getMessage() == "A change cannot be written"


async def test_a_disk_that_does_not_keep_up_is_not_waited_for(
    journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("switchbell.journal.sqlite.journal.MOST_WAITING", 3)
    waiting = [journal.commit(change(n)) for n in range(3)]
    with pytest.raises(JournalUnavailable, match="too many"):
        journal.commit(change(4))
    usable = asyncio.create_task(journal.usable())
    assert await asyncio.gather(*waiting) == [1, 2, 3]
    await asyncio.wait_for(usable, 5)
    assert await journal.commit(change(5)) == 4
