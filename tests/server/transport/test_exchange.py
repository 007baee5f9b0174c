"""One answer for one request, whoever still waits for it."""

import asyncio

from switchbell.bayeux.effects import Send
from switchbell.transport.exchange import Exchange

ANSWER = Send(1, ({"channel": "/meta/connect", "successful": True},))


def exchange() -> Exchange:
    return Exchange(1, asyncio.get_running_loop())


async def test_an_answer_reaches_the_one_who_waits() -> None:
    one = exchange()
    waiting = asyncio.ensure_future(one.outcome())
    await asyncio.sleep(0)
    assert one.complete(ANSWER)
    assert await waiting is ANSWER


async def test_an_answer_may_come_before_anybody_waits() -> None:
    one = exchange()
    assert one.complete(ANSWER)
    assert await one.outcome() is ANSWER


async def test_a_second_answer_is_not_taken() -> None:
    one = exchange()
    assert one.complete(ANSWER)
    assert not one.complete(Send(1, ()))
    assert await one.outcome() is ANSWER


async def test_an_answer_for_one_who_went_away_is_not_taken() -> None:
    one = exchange()
    waiting = asyncio.ensure_future(one.outcome())
    await asyncio.sleep(0)
    waiting.cancel()
    assert not one.complete(ANSWER)
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert one.unclaimed is None


async def test_an_answer_that_came_just_before_the_waiting_was_cancelled_is_unclaimed() -> None:
    one = exchange()
    waiting = asyncio.ensure_future(one.outcome())
    await asyncio.sleep(0)
    one.complete(ANSWER)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert one.unclaimed is ANSWER


async def test_without_an_answer_nothing_is_unclaimed() -> None:
    assert exchange().unclaimed is None
