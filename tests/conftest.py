from collections.abc import AsyncIterator

import pytest

from tests.centre import Centre, running_centre
from tests.visitors import Clock, guarded_centre


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    async with running_centre() as centre:
        yield centre


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def guarded(clock: Clock) -> AsyncIterator[Centre]:
    async with guarded_centre(clock, max_wrong_passwords=3) as centre:
        yield centre


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fuzz-payloads",
        type=int,
        default=100_000,
        help="how many payloads the engine is stormed with",
    )
    parser.addoption("--fuzz-seed", type=int, default=1, help="where their chance begins")
    parser.addoption(
        "--crash-kills", type=int, default=20, help="how often the server is killed under load"
    )
    parser.addoption("--crash-seed", type=int, default=1, help="where the chance of crashes begins")
