"""The same for many, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

_AT_ONCE = 50

T = TypeVar("T")


async def each(action: Callable[[T], Awaitable[None]], items: Iterable[T]) -> None:
    """Do something with all items, fifty at a time. The first failure ends it."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(item: T) -> None:
        async with turns:
            await action(item)

    tasks = [asyncio.create_task(in_turn(item)) for item in items]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
