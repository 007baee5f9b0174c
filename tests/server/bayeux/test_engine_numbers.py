"""Numbers that a client may send, but that JSON has no form for once they are added up."""

from collections.abc import Iterator

import orjson
import pytest

from switchbell.bayeux import codec
from switchbell.bayeux.extensions.acknowledge import Acknowledge
from switchbell.bayeux.extensions.timesync import TimeSync
from tests.server.bayeux.fakes import FakeDriver

LARGE = [2**53, 2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1, 1.7e308, -1.7e308]


@pytest.fixture
def driver() -> FakeDriver:
    seconds: Iterator[int] = iter(range(1, 1_000))
    return FakeDriver(extensions=[Acknowledge(), TimeSync(lambda: next(seconds))])


@pytest.mark.parametrize("number", LARGE)
@pytest.mark.parametrize("member", ["tc", "l", "o"])
def test_times_of_any_size_can_be_answered(driver: FakeDriver, member: str, number: float) -> None:
    times = {"tc": 1, "l": 0, "o": 0, member: number}
    body = orjson.dumps([{"channel": "/meta/handshake", "ext": {"timesync": times}}])
    [reply] = driver.post(*codec.decode(body))
    assert reply["successful"]


@pytest.mark.parametrize("number", LARGE)
def test_any_number_can_be_acknowledged(driver: FakeDriver, number: float) -> None:
    driver.post({"channel": "/meta/handshake", "ext": {"ack": True}})
    [reply] = driver.post({"channel": "/meta/connect", "clientId": "c1", "ext": {"ack": number}})
    assert (reply["successful"], reply["ext"]) == (True, {"ack": 1})
