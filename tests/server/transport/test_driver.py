"""The driver loses no answer, whatever moment a client goes away at, and keeps one timer."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from switchbell.bayeux.effects import Abort, Effect, Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.message import Event
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.publication import Publication
from switchbell.transport.driver import Driver
from tests.server.transport.fakes import FakeClock, FakeEngine

CONNECT = {"channel": "/meta/connect", "clientId": "c1"}


async def ask(driver: Driver, *messages: dict[str, Any]) -> Effect:
    return await driver.exchange(list(messages), peer=Peer())


async def begin(driver: Driver, *messages: dict[str, Any]) -> "asyncio.Task[Effect]":
    """A request under way."""
    task = asyncio.ensure_future(ask(driver, *messages))
    await asyncio.sleep(0)
    return task


async def meet(driver: Driver) -> None:
    """Session c1, connected, listening to /a."""
    await ask(driver, {"channel": "/meta/handshake"})
    await ask(driver, CONNECT)
    await ask(driver, {"channel": "/meta/subscribe", "clientId": "c1", "subscription": "/a"})


async def cancel(task: "asyncio.Task[Effect]") -> None:
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


def heard(effect: Effect) -> list[Any]:
    assert isinstance(effect, Send)
    return [message.fields["data"] for message in effect.messages if isinstance(message, Event)]


async def test_what_the_engine_answers_is_what_the_request_gets(driver: Driver) -> None:
    effect = await ask(driver, {"channel": "/meta/handshake", "id": "1"})
    assert isinstance(effect, Send)
    assert effect.messages[0]["id"] == "1"  # type: ignore[index]


async def test_a_held_connect_gets_the_event(driver: Driver, engine: Engine) -> None:
    await meet(driver)
    connect = await begin(driver, CONNECT)
    assert not connect.done()
    driver.publish("/a", 1)
    assert heard(await connect) == [1]


async def test_pushes_and_audiences_reach_the_engine(driver: Driver) -> None:
    await meet(driver)
    driver.publish("/a", 1, audience=["somebody else"])
    driver.push("c1", "/service/x", 2)
    driver.publish_all([Publication(channel="/a", data=3), Publication(channel="/a", data=4)])
    assert heard(await ask(driver, CONNECT)) == [2, 3, 4]


async def test_a_held_connect_hears_that_its_session_was_ended(driver: Driver) -> None:
    await meet(driver)
    connect = await begin(driver, CONNECT)
    driver.disconnect("c1")
    effect = await connect
    assert isinstance(effect, Send)
    assert effect.messages[0] == {"channel": "/meta/disconnect", "successful": True}


async def test_a_superseded_connect_is_aborted(driver: Driver) -> None:
    await meet(driver)
    older = await begin(driver, CONNECT)
    newer = await begin(driver, CONNECT)
    assert isinstance(await older, Abort)
    driver.publish("/a", 1)
    assert heard(await newer) == [1]


async def test_an_event_after_the_client_went_away_waits_for_its_next_connect(
    driver: Driver, engine: Engine
) -> None:
    await meet(driver)
    await cancel(await begin(driver, CONNECT))
    assert engine.held_count == 0
    driver.publish("/a", 1)
    assert heard(await ask(driver, CONNECT)) == [1]


async def test_an_event_between_going_away_and_its_being_noticed_is_kept(driver: Driver) -> None:
    await meet(driver)
    connect = await begin(driver, CONNECT)
    connect.cancel()
    driver.publish("/a", 1)
    driver.publish("/a", 2)
    await asyncio.wait([connect])
    assert connect.cancelled()
    assert heard(await ask(driver, CONNECT)) == [1, 2]


async def test_an_event_just_before_going_away_is_kept(driver: Driver) -> None:
    await meet(driver)
    connect = await begin(driver, CONNECT)
    driver.publish("/a", 1)
    driver.publish("/a", 2)
    await cancel(connect)
    driver.publish("/a", 3)
    assert heard(await ask(driver, CONNECT)) == [1, 2, 3]


async def test_an_answer_nobody_claimed_goes_to_a_newer_connect(driver: Driver) -> None:
    await meet(driver)
    older = await begin(driver, CONNECT)
    driver.publish("/a", 1)
    newer = asyncio.ensure_future(ask(driver, CONNECT))
    older.cancel()
    await asyncio.wait([older])
    assert older.cancelled()
    assert heard(await newer) == [1]


async def test_a_client_that_goes_away_as_it_is_superseded_loses_nothing(driver: Driver) -> None:
    await meet(driver)
    older = await begin(driver, CONNECT)
    newer = await begin(driver, CONNECT)
    await cancel(older)
    driver.publish("/a", 1)
    assert heard(await newer) == [1]


@pytest.mark.parametrize("turns", range(6))
async def test_no_event_is_lost_or_doubled_at_whatever_turn_of_the_loop_a_client_goes_away(
    driver: Driver, turns: int
) -> None:
    await meet(driver)
    got: list[Any] = []
    for number in range(0, 30, 3):
        connect = asyncio.ensure_future(ask(driver, CONNECT))
        for turn in range(6):
            if turn == turns:
                connect.cancel()
            if turn in (1, 2, 4):
                driver.publish("/a", number + (1, 2, 4).index(turn))
            await asyncio.sleep(0)
        if not connect.cancelled():
            got += heard(await connect)
    got += heard(await ask(driver, {**CONNECT, "advice": {"timeout": 0}}))
    assert got == list(range(30))


async def test_nobody_is_remembered_once_served(driver: Driver) -> None:
    await meet(driver)
    await cancel(await begin(driver, CONNECT))
    connect = await begin(driver, CONNECT)
    driver.publish("/a", 1)
    await connect
    assert driver._exchanges == {}


async def test_stopping_answers_all_and_holds_nothing_afterwards(
    driver: Driver, engine: Engine
) -> None:
    await meet(driver)
    connect = await begin(driver, CONNECT)
    driver.stop()
    assert heard(await connect) == []
    assert heard(await ask(driver, CONNECT)) == []
    assert engine.held_count == 0


async def test_an_answer_of_stopping_that_nobody_claims_is_given_back(
    driver: Driver, engine: Engine
) -> None:
    await meet(driver)
    connect = await begin(driver, CONNECT)
    driver.stop()
    await cancel(connect)
    assert engine.session_count == 1
    driver.publish("/a", 1)
    assert heard(await ask(driver, CONNECT)) == [1]


async def test_time_answers_a_held_connect_and_ends_the_session(
    driver: Driver, engine: Engine, clock: FakeClock
) -> None:
    await meet(driver)
    connect = await begin(driver, CONNECT)
    clock.wait(29.9)
    await asyncio.sleep(0)
    assert not connect.done()
    clock.wait(0.1)
    assert heard(await connect) == []
    clock.wait(9.9)
    assert engine.session_count == 1
    clock.wait(0.1)
    assert engine.session_count == 0
    assert clock.armed == []


async def test_there_is_one_timer_however_many_sessions(driver: Driver, clock: FakeClock) -> None:
    for _ in range(5):
        await ask(driver, {"channel": "/meta/handshake"})
        clock.wait(1.0)
    assert [timer.when() for timer in clock.timers] == [10.0]
    clock.wait(5.0)
    assert clock.armed == [11.0]


async def test_an_earlier_deadline_replaces_the_timer(driver: Driver, clock: FakeClock) -> None:
    await meet(driver)
    clock.wait(10.0)
    await meet_again(driver, "c2")
    connect = await begin(driver, {"channel": "/meta/connect", "clientId": "c2"})
    clock.wait(10.0)
    assert clock.armed == [40.0]
    await cancel(connect)
    assert clock.armed == [30.0]


async def test_a_drop_arms_the_timer_for_the_end_of_the_session(
    driver: Driver, engine: Engine, clock: FakeClock
) -> None:
    await meet(driver)
    connect = await begin(driver, CONNECT)
    clock.wait(15.0)
    await cancel(connect)
    clock.wait(10.0)
    assert engine.session_count == 0


async def meet_again(driver: Driver, client_id: str) -> None:
    await ask(driver, {"channel": "/meta/handshake"})
    await ask(driver, {"channel": "/meta/connect", "clientId": client_id})


async def test_without_sessions_no_timer_runs(driver: Driver, clock: FakeClock) -> None:
    await ask(driver, CONNECT)
    driver.publish("/a", 1)
    assert clock.timers == []


async def test_stopping_disarms_the_timer(driver: Driver, clock: FakeClock) -> None:
    await meet(driver)
    driver.stop()
    assert clock.armed == []


@pytest.mark.parametrize(
    "loss",
    [
        pytest.param(["publish", "cancel"], id="answered, then gone"),
        pytest.param(["cancel", "publish"], id="gone, then answered"),
    ],
)
async def test_an_answer_is_given_back_once(scripted: FakeEngine, loss: Sequence[str]) -> None:
    driver = Driver(scripted)
    answer = Send(1, (Event({"channel": "/a", "data": 1}),), "c1")
    scripted.script = [[], [answer]]
    waiting = await begin(driver, CONNECT)
    for step in loss:
        if step == "publish":
            driver.publish("/a", 1)
        else:
            waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert scripted.given_back == [answer]


async def test_what_giving_back_leads_to_is_carried_out(scripted: FakeEngine) -> None:
    driver = Driver(scripted)
    lost = Send(1, (Event({"channel": "/a", "data": 1}),), "c1")
    redirected = Send(2, lost.messages, "c1")
    scripted.script = [[], [], [lost], [redirected]]
    first, second = await begin(driver, CONNECT), await begin(driver, CONNECT)
    first.cancel()
    driver.publish("/a", 1)
    assert await second is redirected
    await asyncio.wait([first])
    assert scripted.given_back == [lost]


async def test_an_abort_that_nobody_claims_is_forgotten(scripted: FakeEngine) -> None:
    driver = Driver(scripted)
    scripted.script = [[], [Abort(1, 500)]]
    waiting = await begin(driver, CONNECT)
    driver.publish("/a", 1)
    await cancel(waiting)
    assert (scripted.given_back, scripted.dropped) == ([], [])


async def test_an_answer_for_an_exchange_that_nobody_knows_is_given_back(
    scripted: FakeEngine,
) -> None:
    driver = Driver(scripted)
    answer = Send(99, (), "c1")
    scripted.script = [[answer]]
    driver.publish("/a", 1)
    assert scripted.given_back == [answer]


async def test_a_client_that_goes_away_unanswered_is_dropped(scripted: FakeEngine) -> None:
    driver = Driver(scripted)
    scripted.script = [[]]
    await cancel(await begin(driver, CONNECT))
    assert (scripted.given_back, scripted.dropped) == ([], [1])
