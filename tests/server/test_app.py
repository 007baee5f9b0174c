"""What holds the parts together."""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import AsyncIterator

import msgspec
import pytest

from switchbell.app import DELIVERY, TIMEKEEPING, build_app, build_runner
from switchbell.cli import serve
from switchbell.config import Config
from switchbell.directory import demo
from switchbell.journal.base import Entry, JournalGap
from switchbell.journal.memory import MemoryJournal
from switchbell.notify.gws import participants
from switchbell.switchboard import Switchboard
from switchbell.voice.events import Change, Event, EventName
from tests.centre import running_centre
from tests.server.notify.gws.test_resources import LEG


class Forgetful(MemoryJournal):
    """A journal that cannot give what its follower needs."""

    async def follow(self, after: int) -> AsyncIterator[Entry]:
        raise JournalGap(7)
        yield


async def test_a_change_that_cannot_be_told_does_not_silence_those_that_follow(
    caplog: pytest.LogCaptureFixture,
) -> None:
    journal = MemoryJournal()
    async with running_centre(journal=journal) as centre:
        [anna] = await centre.listening("15000")
        stranger = msgspec.structs.replace(LEG, dn="99999")
        event = Event(name=EventName.HELD, this_dn="99999", time=time.time(), leg=stranger)
        await journal.commit(Change(time=time.time(), events=(event,), calls=()))
        await anna.dial("15001")
        await anna.hear_state("Dialing")
    [record] = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert record.getMessage() == "Change 1 was not delivered"


@pytest.mark.parametrize("has_outside", [True, False])
async def test_what_numbers_outside_need_is_loaded_before_there_are_calls_and_beside_the_loop(
    monkeypatch: pytest.MonkeyPatch, has_outside: bool
) -> None:
    threads: list[threading.Thread] = []
    monkeypatch.setattr(participants, "prepare", lambda: threads.append(threading.current_thread()))
    directory = demo(2)
    if not has_outside:
        directory = msgspec.structs.replace(directory, far_ends=())
    async with running_centre(directory=directory):
        assert len(threads) == has_outside
    assert threading.main_thread() not in threads


async def test_notifications_tell_how_long_they_took_only_if_that_is_wanted() -> None:
    async with running_centre() as centre:
        [anna] = await centre.listening("15000")
        await anna.dial("15001")
        assert "metrics" not in await anna.hear()
    async with running_centre(Config(notification_metrics=True)) as centre:
        [anna] = await centre.listening("15000")
        before = time.time()
        await anna.dial("15001")
        metrics = (await anna.hear())["metrics"]["eventProcessing"]
        after = time.time()
    assert int(before * 1000) <= metrics["serverGenerationTimestamp"] <= after * 1000
    assert 0 <= metrics["serverProcessingTimeTotalMs"] <= (after - before) * 1000
    assert 0 < metrics["nodeProcessingTimeNanos"] <= (after - before) * 1e9


async def test_the_end_of_the_delivery_can_be_noticed() -> None:
    app = build_app(Config(), demo(), public_url="http://centre.example", journal=Forgetful())
    runner = build_runner(app)
    await runner.setup()
    with pytest.raises(JournalGap):
        await asyncio.wait_for(asyncio.shield(app[DELIVERY]), 5)
    with pytest.raises(JournalGap):
        await runner.cleanup()


class Worn(Exception):
    """The clockwork has broken."""


async def break_down(switchboard: Switchboard) -> None:
    raise Worn


async def test_the_end_of_time_keeping_can_be_noticed_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Switchboard, "keep_time", break_down)
    journal = MemoryJournal()
    before = asyncio.all_tasks()
    app = build_app(Config(), demo(), public_url="http://centre.example", journal=journal)
    runner = build_runner(app)
    await runner.setup()
    await asyncio.wait([app[TIMEKEEPING]])
    with pytest.raises(Worn):
        await runner.cleanup()
    assert journal.trouble == "it is closed"
    assert asyncio.all_tasks() == before


async def test_a_server_without_time_keeping_is_not_ready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop = asyncio.Event()

    async def stop_keeping(switchboard: Switchboard) -> None:
        await stop.wait()

    monkeypatch.setattr(Switchboard, "keep_time", stop_keeping)
    async with running_centre() as centre:
        desk = centre.desk()
        assert await desk.get("/health/ready") == (200, {"ready": True, "reasons": {}})
        stop.set()
        await centre.app[TIMEKEEPING]
        reasons = {"timekeeping": "it has ended"}
        assert await desk.get("/health/ready") == (503, {"ready": False, "reasons": reasons})


async def test_a_server_without_time_keeping_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Switchboard, "keep_time", break_down)
    listener = socket.create_server(("127.0.0.1", 0))
    with pytest.raises(Worn):
        await asyncio.wait_for(serve(Config(), listener), 5)


async def test_a_server_that_stops_has_told_everything_and_left_nothing_behind() -> None:
    journal = MemoryJournal()
    async with running_centre(journal=journal) as centre:
        [anna] = await centre.listening("15000")
        await anna.dial("15001")
        await anna.hear_state("Dialing")
        before = asyncio.all_tasks()
    left = [task for task in asyncio.all_tasks() if task in before and not task.done()]
    assert left == [asyncio.current_task()]
    assert journal.last == 1
