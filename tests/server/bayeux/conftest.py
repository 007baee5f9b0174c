"""An engine with its defaults, driven by hand."""

import pytest

from tests.server.bayeux.fakes import FakeDriver


@pytest.fixture
def driver() -> FakeDriver:
    return FakeDriver()
