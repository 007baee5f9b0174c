"""Marks for tests: which transports they are run over. Without one that is HTTP alone."""

import pytest

from tests.conformance.wire import LONG_POLLING, WEBSOCKET

over_both = pytest.mark.parametrize("transport", [LONG_POLLING, WEBSOCKET])
over_websocket = pytest.mark.parametrize("transport", [WEBSOCKET])
