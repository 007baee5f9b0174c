"""The same for many."""

import asyncio

import pytest

from switchbell_client.each import each


async def test_only_a_few_at_a_time() -> None:
    at_once, most = 0, 0

    async def action(_: int) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1

    await each(action, range(200))
    assert most == 50


async def test_the_first_failure_ends_it() -> None:
    async def action(number: int) -> None:
        await asyncio.sleep(60 / number)

    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(each(action, [1, 0, 2]), 5)
