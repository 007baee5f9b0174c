"""What every journal promises. Subclass it, and give the journal to be held to it."""

import asyncio
import time

import pytest

from switchbell.journal.base import Journal, JournalClosed, JournalGap
from switchbell.voice.agents import DnState
from switchbell.voice.core import Snapshot
from switchbell.voice.events import Change, Event, EventName
from switchbell.voice.model import Call, CallType, Due, Party, PartyState, Role, Timer
from switchbell.voice.numbering import Numbering

RETENTION = 100

BEGINNING = Snapshot(site="here", issued=7)


def change(at: float) -> Change:
    return Change(time=at, events=(), calls=())


def told(*dns: str) -> Change:
    """A change of which these DNs heard."""
    events = tuple(
        Event(name=EventName.DND_ON, this_dn=dn, time=1.0, dn_state=DnState(dn=dn)) for dn in dns
    )
    return Change(time=1.0, events=events, calls=())


def call(number: int, *, ended: bool = False) -> Call:
    """A call, or what there is of one that has ended."""
    conn_id, uuid = Numbering("here", number - 1).take()
    parties = () if ended else (party(number),)
    return Call(
        conn_id=conn_id,
        uuid=uuid,
        call_type=CallType.INTERNAL,
        dnis="B",
        ani="A",
        parties=parties,
        user_data={"number": number, "list": [1, None, 2.5, "ü"]},
    )


def party(number: int) -> Party:
    return Party(
        id=str(number),
        dn="A",
        state=PartyState.DIALING,
        role=Role.ORIGINATION,
        call_type=CallType.INTERNAL,
        dnis="B",
        since=float(number),
        timer=Timer(number + 30.0, Due.STOP_RINGING),
    )


class JournalContract:
    """A subclass has the fixture ``journal``: open, empty, begun with BEGINNING, and made to keep
    at least the last RETENTION changes but not three times as many."""

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

    async def test_the_order_is_that_of_handing_over_not_of_waiting(self, journal: Journal) -> None:
        first, second, third = [journal.commit(change(n)) for n in range(3)]
        assert [await third, await first, await second] == [3, 1, 2]
        assert [entry.change.time for entry in await journal.replay(0, 3)] == [0, 1, 2]

    async def test_who_does_not_wait_any_more_has_taken_nothing_back(
        self, journal: Journal
    ) -> None:
        async def commit(at: float) -> int:
            return await journal.commit(change(at))

        tasks = [asyncio.create_task(commit(n)) for n in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        assert await journal.commit(change(3)) == 4
        assert await tasks[2] == 3
        assert [entry.change.time for entry in await journal.replay(0, 9)] == [0, 1, 2, 3]

    async def test_followers_see_nothing_that_is_not_durable(self, journal: Journal) -> None:
        seen: list[int] = []

        async def follow() -> None:
            async for entry in journal.follow(0):
                assert entry.number <= journal.last
                assert (await journal.replay(entry.number - 1, 1))[0] == entry
                seen.append(entry.number)

        following = asyncio.create_task(follow())
        for n in range(20):
            waiting = [journal.commit(change(n)) for _ in range(3)]
            assert journal.last >= len(seen)
            await waiting[-1]
            assert journal.last == 3 * (n + 1)
        await journal.close()
        await asyncio.wait_for(following, 5)
        assert seen == list(range(1, 61))

    async def test_closing_finishes_what_was_begun(self, journal: Journal) -> None:
        async def numbers() -> list[int]:
            return [entry.number async for entry in journal.follow(0)]

        following = asyncio.create_task(numbers())
        await asyncio.sleep(0)
        waiting = [journal.commit(change(n)) for n in range(50)]
        await journal.close()
        assert await asyncio.gather(*waiting) == list(range(1, 51))
        assert await asyncio.wait_for(following, 5) == list(range(1, 51))

    async def test_the_state_is_what_changes_have_led_to(self, journal: Journal) -> None:
        assert journal.state == BEGINNING
        there, gone = DnState(dn="A", do_not_disturb=True), DnState(dn="B", forward_to="C")
        await journal.commit(
            Change(time=1, events=(), calls=(call(8), call(9)), dn_states=(there, gone))
        )
        back = DnState(dn="B")
        await journal.commit(Change(time=2, events=(), calls=(call(8, ended=True),)))
        await journal.commit(Change(time=3, events=(), calls=(), dn_states=(back,)))
        assert journal.state == Snapshot(
            site="here", calls=(call(9),), dn_states=(there, back), issued=9
        )

    async def test_changes_come_back_as_they_were(self, journal: Journal) -> None:
        before = Change(time=1.5, events=(), calls=(call(8),), dn_states=(DnState(dn="A"),))
        await journal.commit(before)
        assert (await journal.replay(0, 1))[0].change == before
        assert (await anext(journal.follow(0))).change == before

    async def test_what_told_somebody_is_found_by_his_dn(self, journal: Journal) -> None:
        for dns in ("A", "AB", "", "B", "BA", "C"):
            await journal.commit(told(*dns))

        def numbers(
            *dns: str, after: int | None = None, last: int = 6, limit: int = 9
        ) -> list[int]:
            entries = journal.told(dns, after=after, last=last, limit=limit)
            assert all(entry.change.events for entry in entries)
            return [entry.number for entry in entries]

        assert (numbers("A"), numbers("B"), numbers("D")) == ([1, 2, 5], [2, 4, 5], [])
        assert numbers("A", "B") == [1, 2, 4, 5]
        assert (numbers("A", after=1), numbers("A", after=5)) == ([2, 5], [])
        assert (numbers("A", last=4), numbers("A", last=1)) == ([1, 2], [1])
        assert (numbers("A", limit=2), numbers("A", "B", limit=1)) == ([2, 5], [5])
        assert numbers() == []

    async def test_what_is_no_longer_kept_is_not_found(self, journal: Journal) -> None:
        for _ in range(RETENTION * 3):
            await journal.commit(told("A", "B"))
        oldest = journal.oldest
        entries = journal.told(["A"], after=None, last=journal.last, limit=10_000)
        assert [entry.number for entry in entries] == list(range(oldest, journal.last + 1))
        known = journal.told(["A"], after=oldest - 1, last=journal.last, limit=10_000)
        assert known == entries
        for after in (0, oldest - 2):
            with pytest.raises(JournalGap):
                journal.told(["A"], after=after, last=journal.last, limit=1)

    async def test_all_is_well(self, journal: Journal) -> None:
        assert journal.trouble is None
        await asyncio.wait_for(journal.usable(), 5)

    async def test_it_knows_when_it_was_begun(self, journal: Journal) -> None:
        assert 0 <= time.time() * 1000 - journal.begun < 600_000

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
