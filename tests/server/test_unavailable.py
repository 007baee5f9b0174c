"""While nothing can be kept nothing happens, everybody is told so, and it passes by itself."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.switchboard import Switchboard, Unavailable
from switchbell.voice.core import VoiceCore
from switchbell.voice.model import Centre as Numbers
from switchbell.voice.model import Device, Settings
from switchbell.voice.numbering import Numbering
from switchbell.voice.operations import (
    Answer,
    AttachUserData,
    Dial,
    DoNotDisturbOn,
    Hangup,
    Login,
    Ready,
)
from tests.centre import Centre, Desk, running_centre
from tests.server.journal.disk import be_impatient, full_disk

RING_TIMEOUT = 30.0

# For which there is no room on a page that others are on.
MUCH = {"much": "x" * 5_000}

REFUSED = {
    "statusCode": 4,
    "statusMessage": "Nothing can be kept at present, and nothing was changed.",
}


class Clock:
    """It goes when it is told to."""

    time = 1000.0

    def __call__(self) -> float:
        return self.time


class Board:
    """A switchboard with four devices."""

    def __init__(self, directory: Path) -> None:
        self.clock = Clock()
        self.journal = SqliteJournal(directory, clock=self.clock)
        devices = tuple(Device(id=dn, dn=dn, user=dn) for dn in "ABCD")
        self.core = VoiceCore(
            Numbers(devices=devices),
            numbering=Numbering("test"),
            settings=Settings(ring_timeout=RING_TIMEOUT),
        )
        self.switchboard = Switchboard(self.core, self.journal, self.clock)

    async def dial(self, caller: str, called: str) -> int:
        return await self.switchboard.execute(Dial(dn=caller, destination=called, user_data=MUCH))


@pytest.fixture
async def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Board]:
    be_impatient(monkeypatch)
    board = Board(tmp_path)
    await board.switchboard.open()
    yield board
    await board.journal.close()


async def test_operations_on_top_of_each_other_are_all_undone(board: Board) -> None:
    await board.dial("A", "B")
    before, issued = board.core.snapshot(), board.core.snapshot().issued
    call = board.switchboard.legs("A")[0].id
    async with full_disk(board.journal):
        operations = [
            board.dial("C", "D"),
            board.switchboard.execute(Answer(dn="B", call=call)),
            board.switchboard.execute(Login(dn="D", agent_id="dora")),
            board.switchboard.execute(Ready(dn="D")),
            board.switchboard.execute(DoNotDisturbOn(dn="B")),
            board.switchboard.execute(Hangup(dn="A", call=call)),
        ]
        outcomes = await asyncio.gather(*operations, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [Unavailable] * 6
        # The names that were given out for nothing are not given out again.
        after = board.core.snapshot()
        assert (after.calls, after.dn_states) == (before.calls, before.dn_states)
        assert after.issued == issued + 1
        assert board.switchboard.trouble is not None
        with pytest.raises(Unavailable):
            await board.dial("C", "D")
        assert board.core.snapshot() == after
    await board.journal.usable()
    assert await board.switchboard.execute(Answer(dn="B", call=call)) == 2
    after, kept = board.core.snapshot(), board.journal.state
    assert (after.calls, after.dn_states) == (kept.calls, kept.dn_states)


async def test_what_can_be_seen_meanwhile_is_not_passed_off_as_kept(board: Board) -> None:
    async with full_disk(board.journal):
        lost = asyncio.create_task(board.dial("A", "B"))
        await asyncio.sleep(0)
        assert len(board.switchboard.legs("A")) == 1
        with pytest.raises(Unavailable):
            await board.switchboard.settled()
        assert board.switchboard.legs("A") == ()
        with pytest.raises(Unavailable):
            await lost
        await board.switchboard.settled()


async def test_what_is_due_happens_when_it_can_and_is_not_tried_all_the_time(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = 0
    advance = board.core.advance

    def count(now: float) -> Any:
        nonlocal tried
        tried += 1
        return advance(now)

    monkeypatch.setattr(board.core, "advance", count)
    await board.dial("A", "B")
    await board.dial("C", "D")
    call = board.switchboard.legs("A")[0].id
    attach = AttachUserData(dn="A", call=call, user_data=MUCH | {"more": MUCH})
    timekeeping = asyncio.create_task(board.switchboard.keep_time())
    async with full_disk(board.journal):
        with pytest.raises(Unavailable):
            await board.switchboard.execute(attach)
        board.clock.time += RING_TIMEOUT
        for _ in range(200):
            await asyncio.sleep(0)
        assert len(board.core.calls) == 2
        assert tried <= 2
    async with asyncio.timeout(5):
        follower = board.journal.follow(2)
        assert [(await anext(follower)).number for _ in range(2)] == [3, 4]
    assert len(board.core.calls) == 0
    assert not timekeeping.done()
    timekeeping.cancel()
    await asyncio.wait([timekeeping])


async def test_what_happens_by_itself_and_is_lost_happens_later(board: Board) -> None:
    await board.dial("A", "B")
    board.clock.time += RING_TIMEOUT
    lost, go_back = asyncio.Event(), board.switchboard._go_back
    board.journal.on_loss(lambda: (go_back(), lost.set()))
    async with full_disk(board.journal):
        timekeeping = asyncio.create_task(board.switchboard.keep_time())
        await lost.wait()
        assert len(board.core.calls) == 1
    async with asyncio.timeout(5):
        assert (await anext(board.journal.follow(1))).number == 2
    assert len(board.core.calls) == 0
    timekeeping.cancel()
    await asyncio.wait([timekeeping])


@pytest.fixture
async def full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Centre, SqliteJournal]]:
    """A centre and its journal."""
    be_impatient(monkeypatch)
    journal = SqliteJournal(tmp_path)
    async with running_centre(journal=journal) as centre:
        yield centre, journal


async def dial(desk: Desk, device: str) -> tuple[int, dict[str, Any]]:
    body = {
        "operationName": "Dial",
        "destination": {"phoneNumber": "15001"},
        "userData": MUCH,
    }
    return await desk.post(f"/api/v2/me/devices/{device}/calls", body)


async def test_agents_are_refused_and_go_on_listening(full: tuple[Centre, SqliteJournal]) -> None:
    centre, journal = full
    [anna] = await centre.listening("15000")
    device = await anna.device_id()
    assert await anna.get("/health/ready") == (200, {"ready": True, "reasons": {}})
    async with full_disk(journal):
        assert await dial(anna, device) == (503, REFUSED)
        assert await dial(anna, device) == (503, REFUSED)
        assert await anna.calls() == []
        ring_in = {"from": "+14155550142", "to": "15001"}
        assert await anna.post("/trunk/calls", ring_in) == (503, REFUSED)
        reason = {"journal": "database or disk is full"}
        assert await anna.get("/health/ready") == (503, {"ready": False, "reasons": reason})
        assert await anna.get("/health/live") == (200, {"live": True})
    await journal.usable()
    assert (await anna.get("/health/ready"))[0] == 200
    assert await dial(anna, device) == (200, {"statusCode": 0})
    call = await anna.hear_state("Dialing")
    assert call["id"] == (await anna.calls())[0]["id"]
    assert anna.has_heard_all()


async def test_a_read_does_not_tell_what_is_lost(full: tuple[Centre, SqliteJournal]) -> None:
    centre, journal = full
    anna = centre.desk()
    device = await anna.device_id()
    async with full_disk(journal):
        answers = await asyncio.gather(
            dial(anna, device), *(anna.get("/api/v2/me/calls") for _ in range(5))
        )
        assert answers[0][0] == 503
        for status, answer in answers[1:]:
            assert status == 503 or answer["uris"] == []


async def test_to_be_in_a_state_already_counts_when_that_is_kept(
    full: tuple[Centre, SqliteJournal],
) -> None:
    centre, journal = full
    anna = centre.desk()
    await anna.start()
    assert journal.last == 2
    async with full_disk(journal):
        # Nothing is to be kept for these.
        await anna.start()
        await anna.be("Ready")
    assert journal.last == 2
