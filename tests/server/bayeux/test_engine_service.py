"""Service channels: from one client to the server, and back."""

from typing import Any

import pytest

from switchbell.bayeux.service import Answer, ServiceRequest
from tests.server.bayeux.fakes import FakeDriver


class Echo:
    """A service that remembers what it was asked, and answers all but None."""

    def __init__(self) -> None:
        self.requests: list[ServiceRequest] = []

    def __call__(self, request: ServiceRequest) -> Answer | None:
        self.requests.append(request)
        return None if request.data is None else Answer({"echo": request.data})


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def driver(echo: Echo) -> FakeDriver:
    return FakeDriver(services={"/service/echo": echo})


def test_a_remote_call_is_answered_with_its_own_id(driver: FakeDriver, echo: Echo) -> None:
    client = driver.meet(user="ann")
    assert driver.post(
        {"channel": "/service/echo", "id": "8", "clientId": client, "data": {"x": 1}}, user="ann"
    ) == [
        {"channel": "/service/echo", "id": "8", "data": {"echo": {"x": 1}}},
        {"channel": "/service/echo", "id": "8", "successful": True},
    ]
    assert echo.requests == [
        ServiceRequest(channel="/service/echo", data={"x": 1}, client_id=client, user="ann", id="8")
    ]


@pytest.mark.parametrize("identity", [{}, {"id": None}])
def test_a_message_without_an_id_is_answered_without_one(
    driver: FakeDriver, identity: dict[str, Any]
) -> None:
    client = driver.meet()
    assert driver.post({"channel": "/service/echo", **identity, "clientId": client, "data": 1}) == [
        {"channel": "/service/echo", "data": {"echo": 1}},
        {"channel": "/service/echo", "successful": True},
    ]


def test_a_service_may_keep_silent(driver: FakeDriver, echo: Echo) -> None:
    assert driver.post({"channel": "/service/echo", "clientId": driver.meet(), "data": None}) == [
        {"channel": "/service/echo", "successful": True}
    ]
    assert len(echo.requests) == 1


@pytest.mark.parametrize("channel", ["/service/other", "/service", "/service/echo/x"])
def test_nobody_behind_a_service_channel_is_a_success(
    driver: FakeDriver, echo: Echo, channel: str
) -> None:
    assert driver.post({"channel": channel, "clientId": driver.meet(), "data": 1}) == [
        {"channel": channel, "successful": True}
    ]
    assert echo.requests == []


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"channel": "/service/echo"}, "400::data_missing"),
        ({"channel": "/service/*", "data": 1}, "405::channel_invalid"),
        ({"channel": "/service/echo", "data": 1, "clientId": "x"}, "402::session_unknown"),
    ],
)
def test_a_refused_message_does_not_reach_the_service(
    driver: FakeDriver, echo: Echo, message: dict[str, Any], error: str
) -> None:
    [reply] = driver.post({"clientId": driver.meet(), **message})
    assert reply["error"] == error
    assert echo.requests == []


def test_no_other_session_hears_of_it(driver: FakeDriver) -> None:
    other = driver.meet("/service/echo", "/**")
    driver.post({"channel": "/service/echo", "id": "1", "clientId": driver.meet(), "data": 1})
    assert len(driver.connect(other)) == 1


def test_a_push_needs_no_subscription_and_has_no_id(driver: FakeDriver) -> None:
    client, other = driver.meet(), driver.meet()
    held = driver.hold(client)
    driver.push(client, "/service/news", 1)
    assert driver.answer(held) == [
        {"channel": "/service/news", "data": 1},
        {"channel": "/meta/connect", "successful": True},
    ]
    assert len(driver.connect(other)) == 1


def test_a_push_waits_for_the_next_connect(driver: FakeDriver) -> None:
    client = driver.meet()
    driver.push(client, "/service/news", 1)
    assert driver.connect(client)[0] == {"channel": "/service/news", "data": 1}


def test_a_push_to_nobody_is_forgotten(driver: FakeDriver) -> None:
    driver.push("nobody", "/service/news", 1)
    assert driver.answers == {}


class Failing:
    """An application's service that has a mistake in it."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer

    def __call__(self, request: ServiceRequest) -> Answer | None:
        if self.answer is None:
            raise LookupError("a secret")
        return self.answer


@pytest.mark.parametrize("service", [Failing(), Failing(Answer(object()))])
def test_a_service_that_fails_fails_its_message_only(
    service: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    driver = FakeDriver(services={"/service/echo": service})
    listener = driver.meet("/a")
    held = driver.hold(listener)
    client = driver.meet("/b")
    assert driver.post(
        {"channel": "/a", "clientId": client, "data": 1},
        {"channel": "/service/echo", "id": "8", "clientId": client, "data": 2},
        {"channel": "/b", "clientId": client, "data": 3},
    ) == [
        {"channel": "/b", "data": 3},
        {"channel": "/a", "successful": True},
        {
            "channel": "/service/echo",
            "id": "8",
            "successful": False,
            "error": "500::server_error",
        },
        {"channel": "/b", "successful": True},
    ]
    assert {"channel": "/a", "data": 1} in driver.answer(held)
    again = driver.hold(client)
    driver.publish("/b", 4)
    assert {"channel": "/b", "data": 4} in driver.answer(again)
    assert len(caplog.records) == 1
