"""What every journal promises. Subclass it, and give the journal to be held to it."""

import asyncio

import pytest

from switchbell.journal.base import Journal, JournalClosed, JournalGap
from switchbell.voice.events import Change

RETENTION = 100


def change(time: float) -> Change:
    return Change(time=time, events=(), calls=())


class JournalContract:
    """A subclass has the fixture ``journal``: open, empty, and made to keep at least the last
    RETENTION changes but not three times as many."""

    async def test_numbers_start_at_one_and_grow_by_one(self, journal: Journal) -> None:
        assert [await journal.commit(change(n)) for n in range(3)] == [1, 2, 3]

    async def test_last_is_the_number_of_the_latest_change(self, journal: Journal) -> None:
        assert journal.last == 0
        await journal.commit(change(1))
        assert journal.last == 1

    async def test_changes_take_their_place_when_commit_is_called(self, journal: Journal) -> None:
        commits = [asyncio.ensure_future(journal.commit(change(n))) for n in range(20)]
        assert await asyncio.gather(*commits) == list(range(1, 21))
        entries = await journal.replay(0, 20)
        assert [entry.change.time for entry in entries] == list(range(20))

    async def test_a_follower_sees_what_is_there_and_what_comes(self, journal: Journal) -> None:
        await journal.commit(change(10))
        follower = journal.follow(0)
        assert (await anext(follower)).change.time == 10
        waiting = asyncio.ensure_future(anext(follower))
        await asyncio.sleep(0)
        await journal.commit(change(20))
        entry = await asyncio.wait_for(waiting, 5)
        assert (entry.number, entry.change.time) == (2, 20)

    async def test_a_follower_starts_after_the_number_that_it_names(self, journal: Journal) -> None:
        for n in range(5):
            await journal.commit(change(n))
        follower = journal.follow(3)
        assert [(await anext(follower)).number for _ in range(2)] == [4, 5]

    async def test_every_follower_sees_every_change_once_in_order(self, journal: Journal) -> None:
        async def numbers() -> list[int]:
            return [entry.number async for entry in journal.follow(0)]

        followers = [asyncio.ensure_future(numbers()) for _ in range(3)]
        for n in range(RETENTION):
            await journal.commit(change(n))
            if n % 7 == 0:
                await asyncio.sleep(0)
        await journal.close()
        for seen in await asyncio.wait_for(asyncio.gather(*followers), 5):
            assert seen == list(range(1, RETENTION + 1))

    async def test_replay_gives_no_more_than_asked_for(self, journal: Journal) -> None:
        for n in range(10):
            await journal.commit(change(n))
        assert [entry.number for entry in await journal.replay(2, 3)] == [3, 4, 5]
        assert [entry.number for entry in await journal.replay(8, 50)] == [9, 10]
        assert await journal.replay(10, 50) == []

    async def test_what_is_no_longer_kept_is_refused_not_left_out(self, journal: Journal) -> None:
        for n in range(RETENTION * 3):
            await journal.commit(change(n))
        with pytest.raises(JournalGap) as gap:
            await journal.replay(0, 10)
        oldest = gap.value.oldest
        assert 1 < oldest <= RETENTION * 2 + 1
        assert (await journal.replay(oldest - 1, 1))[0].number == oldest
        with pytest.raises(JournalGap):
            await anext(journal.follow(0))

    async def test_closing_ends_followers_that_wait(self, journal: Journal) -> None:
        waiting = asyncio.ensure_future(anext(journal.follow(0)))
        await asyncio.sleep(0)
        await journal.close()
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(waiting, 5)

    async def test_a_closed_journal_takes_nothing_and_closes_again(self, journal: Journal) -> None:
        await journal.close()
        with pytest.raises(JournalClosed):
            await journal.commit(change(1))
        await journal.close()
