from collections.abc import AsyncIterator

import pytest

from tests.centre import Centre, running_centre


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    async with running_centre() as centre:
        yield centre
