"""A Bayeux server that can be stopped and started again."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.interop.serving import Server


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    await server.start()
    yield server
    await server.stop()
