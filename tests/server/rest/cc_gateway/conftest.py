from collections.abc import AsyncIterator

import pytest

from tests.server.rest.cc_gateway.stage import Stage, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        yield stage
