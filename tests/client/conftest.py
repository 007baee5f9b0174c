"""A fake server for each test that asks for one."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.client.fakes import FakeServer


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FakeServer]:
    async with FakeServer() as fake:
        yield fake
