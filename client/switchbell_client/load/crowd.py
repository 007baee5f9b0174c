"""Many agents, logged in together."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import count as count_from
from itertools import islice
from typing import TypeVar

from switchbell_client.agent import AgentClient

_AT_ONCE = 50
# Numbers of the demo centre: the first agent's, and those among them that are no agent's (the
# supervisor, the queue).
_FIRST_NUMBER = 15000
_NOT_AGENTS = (15100, 16000)
_PASSWORD = "switchbell"  # noqa: S105 - the demo centre's, known to all

T = TypeVar("T")


@asynccontextmanager
async def logged_in(
    url: str, count: int, *, connection_timeout: float = 30.0
) -> AsyncIterator[list[AgentClient]]:
    """The demo centre's first ``count`` agents, logged in while the block lasts.

    Not more than fifty log in at a time: a storm of log-ins is not what is tested. Raises the
    ``SwitchbellError`` of the first who cannot.
    """
    agents = [
        AgentClient(url, f"agent{number}", _PASSWORD, connection_timeout=connection_timeout)
        for number in islice(_agent_numbers(), count)
    ]
    present: list[AgentClient] = []

    async def log_in(agent: AgentClient) -> None:
        present.append(await agent.__aenter__())

    try:
        await each(log_in, agents)
        yield agents
    finally:
        await each(AgentClient.close, present)


def _agent_numbers() -> Iterator[int]:
    return (number for number in count_from(_FIRST_NUMBER) if number not in _NOT_AGENTS)


async def each(action: Callable[[T], Awaitable[None]], items: Iterable[T]) -> None:
    """Do something with all items, a few at a time. The first failure ends it."""
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
