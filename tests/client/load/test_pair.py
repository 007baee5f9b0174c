"""A pair does its cycle, and its tally says what the switch did wrong."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from switchbell_client import (
    ConnectionLost,
    DeviceNotification,
    Resynchronised,
    UnexpectedAnswer,
)
from switchbell_client.load.cycle import Side, Step
from switchbell_client.load.pair import Pair
from switchbell_client.load.tally import Tally
from tests.client.load.fakes import FakeAgent, FakeCentre

EVERYTHING = Resynchronised(calls=(), devices=())
ONE_CYCLE = ["Dial", "Answer", "Hold", "Retrieve", "Hangup"]


@pytest.fixture
def centre(monkeypatch: pytest.MonkeyPatch) -> FakeCentre:
    def by_name(step: Step) -> Step:
        return Step(step.actor, getattr(FakeAgent, step.ask.__name__), step.brings)

    from switchbell_client.load import cycle, pair  # noqa: PLC0415

    steps = tuple(by_name(step) for step in cycle.CYCLE)
    monkeypatch.setattr(pair, "CYCLE", steps)
    monkeypatch.setattr(pair, "HANGUP", steps[-1])
    return FakeCentre()


@pytest.fixture
def tally() -> Tally:
    return Tally(seconds=1.0)


@pytest_asyncio.fixture
async def pair(centre: FakeCentre, tally: Tally) -> AsyncIterator[Pair]:
    pair = Pair(centre.caller, centre.callee, tally, patience=0.05)
    listening = [asyncio.create_task(pair.listen(side)) for side in Side]
    yield pair
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)


async def act(pair: Pair, steps: int) -> None:
    now = time.monotonic()
    await pair.run([now] * steps, now + 60)
    await pair.finish()


async def test_cycles(pair: Pair, centre: FakeCentre, tally: Tally) -> None:
    await act(pair, 10)
    assert centre.asked == ONE_CYCLE * 2
    assert (tally.done, tally.ledger.expected, tally.ledger.received) == (10, 16, 16)
    assert tally.passed


async def test_what_an_agents_device_does_is_no_matter(
    pair: Pair, centre: FakeCentre, tally: Tally
) -> None:
    device = DeviceNotification(message_type="DeviceStateChangeMessage", devices=())
    centre.caller.inbox.put_nowait(device)
    await act(pair, 5)
    assert (tally.ledger.expected, tally.ledger.received) == (8, 8)
    assert tally.passed


async def test_a_call_that_is_left_over_is_ended(
    pair: Pair, centre: FakeCentre, tally: Tally
) -> None:
    await act(pair, 3)
    assert centre.asked == ["Dial", "Answer", "Hold", "Hangup"]
    assert (tally.done, tally.ledger.expected, tally.passed) == (3, 7, True)


async def test_a_lost_notification(pair: Pair, centre: FakeCentre, tally: Tally) -> None:
    centre.lose.add(("Answer", "callee"))
    await act(pair, 7)
    assert centre.asked == ["Dial", "Answer", "Hangup", *ONE_CYCLE]
    assert tally.ledger.outstanding == 1
    assert not tally.passed


async def test_a_doubled_notification(pair: Pair, centre: FakeCentre, tally: Tally) -> None:
    centre.double.add(("Hold", "caller"))
    await act(pair, 5)
    assert (tally.ledger.doubled, tally.ledger.outstanding, tally.passed) == (1, 0, False)


async def test_a_refusal(pair: Pair, centre: FakeCentre, tally: Tally) -> None:
    centre.refuse.add("Hold")
    await act(pair, 8)
    assert centre.asked == ["Dial", "Answer", "Hold", "Hangup", *ONE_CYCLE]
    assert (tally.done, tally.ledger.outstanding) == (7, 0)  # nothing was to come of it
    assert tally.faults == {"refused": 1}
    assert not tally.passed


async def test_an_operation_without_an_answer(pair: Pair, centre: FakeCentre, tally: Tally) -> None:
    centre.unanswered.add("Dial")
    await act(pair, 6)
    assert centre.asked == ["Dial", *ONE_CYCLE]
    # It may have been done, so what it brings is not written off; but the pair goes on.
    assert (tally.done, tally.faults) == (5, {"failed": 1, "lost": 2})


async def test_a_server_that_dies(pair: Pair, centre: FakeCentre, tally: Tally) -> None:
    await act(pair, 4)
    centre.dead = True
    await act(pair, 2)
    # Twice the dial, after each of them the look for a call to end, and the look at the end.
    assert tally.faults == {"failed": 5, "lost": 4}
    assert not tally.passed


@pytest.mark.parametrize("error", [ConnectionLost("gone"), EVERYTHING])
async def test_a_lost_connection_is_counted_and_outlived(
    pair: Pair, centre: FakeCentre, tally: Tally, error: Exception | Resynchronised
) -> None:
    centre.caller.inbox.put_nowait(error)
    await act(pair, 5)
    assert (tally.done, tally.faults) == (5, {"connections lost": 1})
    assert not tally.passed


async def test_a_notification_that_cannot_be_understood(
    pair: Pair, centre: FakeCentre, tally: Tally
) -> None:
    centre.caller.inbox.put_nowait(UnexpectedAnswer("what?"))
    await act(pair, 5)
    assert (tally.done, tally.faults) == (5, {"unexpected": 1})


async def test_latency_counts_from_the_intended_time(
    pair: Pair, centre: FakeCentre, tally: Tally
) -> None:
    now = time.monotonic()
    await pair.run([now - 2.0], now + 60)
    assert 2.0 <= tally.latencies.percentile(50) < 3.0


async def test_nothing_is_done_after_the_end(pair: Pair, centre: FakeCentre, tally: Tally) -> None:
    now = time.monotonic()
    await pair.run([now - 2.0, now - 1.5], now - 1.0)
    assert (centre.asked, tally.done, tally.missed) == ([], 0, 2)
