"""A driver on a clock that the test moves."""

import asyncio

import pytest_asyncio

from switchbell.bayeux.engine import Engine
from switchbell.transport.driver import Driver
from tests.server.transport.fakes import FakeClock, FakeEngine


@pytest_asyncio.fixture
async def clock() -> FakeClock:
    return FakeClock(asyncio.get_running_loop())


@pytest_asyncio.fixture
async def engine() -> Engine:
    numbers = iter(range(1, 100))
    return Engine(new_client_id=lambda: f"c{next(numbers)}")


@pytest_asyncio.fixture
async def driver(engine: Engine, clock: FakeClock) -> Driver:
    driver = Driver(engine)
    driver._loop = clock  # type: ignore[assignment]
    return driver


@pytest_asyncio.fixture
async def scripted() -> FakeEngine:
    return FakeEngine()
