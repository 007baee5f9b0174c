"""A fake server for each test that asks for one."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.client.fakes import FakeServer


@pytest_asyncio.fixture
async def server(request: pytest.FixtureRequest) -> AsyncIterator[FakeServer]:
    """One that speaks long-polling only, unless the test names another class."""
    make = getattr(request, "param", FakeServer)
    async with make() as fake:
        yield fake
