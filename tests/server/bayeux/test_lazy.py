"""Lazy events: when the engine wants to be called for them, and what they travel with."""

from typing import Any

import pytest

from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.publication import Publication
from tests.server.bayeux.fakes import FakeDriver, Wire


def lazy_driver(**options: Any) -> FakeDriver:
    """A driver with a lazy channel, on which events wait for 5 seconds at most."""
    return FakeDriver(BayeuxOptions(lazy_channels=("/lazy/**",), max_interval=60_000, **options))


def data(messages: Wire) -> list[object]:
    return [message["data"] for message in messages if "data" in message]


def test_a_held_connect_waits_as_long_as_the_first_event_may() -> None:
    driver = lazy_driver()
    held = driver.hold(driver.meet("/**"))
    driver.publish("/lazy/a", 1)
    driver.wait(3)
    driver.publish("/lazy/a", 2)
    driver.wait(1.5)
    assert held not in driver.answers
    driver.wait(0.5)
    assert data(driver.answer(held)) == [1, 2]


def test_a_connect_that_comes_meanwhile_waits_for_the_rest_of_it() -> None:
    driver = lazy_driver()
    client = driver.meet("/**")
    driver.publish("/lazy/a", 1)
    driver.wait(3)
    held = driver.hold(client)
    driver.wait(1.5)
    assert held not in driver.answers
    driver.wait(0.5)
    assert data(driver.answer(held)) == [1]


def test_one_that_comes_later_is_answered_at_once() -> None:
    driver = lazy_driver()
    client = driver.meet("/**")
    driver.publish("/lazy/a", 1)
    driver.wait(5)
    assert data(driver.post({"channel": "/meta/connect", "clientId": client})) == [1]


def test_what_waited_was_sent_and_the_next_has_all_its_time() -> None:
    driver = lazy_driver()
    client = driver.meet("/**")
    held = driver.hold(client)
    driver.publish("/lazy/a", 1)
    driver.wait(4)
    driver.publish("/a", 2)
    assert data(driver.answer(held)) == [1, 2]
    held = driver.hold(client)
    driver.publish("/lazy/a", 3)
    driver.wait(4.5)
    assert held not in driver.answers
    driver.wait(0.5)
    assert data(driver.answer(held)) == [3]


def test_an_event_that_waits_for_nothing_makes_no_lazy_one_late() -> None:
    driver = lazy_driver()
    client = driver.meet("/**")
    driver.publish("/a", 1)
    driver.publish("/lazy/a", 2)
    assert data(driver.post({"channel": "/meta/connect", "clientId": client})) == [1, 2]
    driver.wait(30)
    assert driver.engine.session_count == 1


@pytest.mark.parametrize("timeout", [0, 1_000])
def test_the_end_of_a_connect_takes_it_along(timeout: int) -> None:
    driver = lazy_driver()
    client = driver.meet("/**")
    driver.publish("/lazy/a", 1)
    exchange = driver.send(
        {"channel": "/meta/connect", "clientId": client, "advice": {"timeout": timeout}}
    )
    driver.wait(timeout / 1000)
    assert data(driver.answer(exchange)) == [1]


def test_with_no_time_to_wait_nothing_is_lazy_for_long() -> None:
    driver = lazy_driver(max_lazy_timeout=0)
    held = driver.hold(driver.meet("/**"))
    driver.publish("/lazy/a", 1)
    driver.wait(0)
    assert data(driver.answer(held)) == [1]


def test_a_connect_that_is_lost_loses_no_lazy_event() -> None:
    driver = lazy_driver()
    client = driver.meet("/**")
    held = driver.hold(client)
    driver.publish("/lazy/a", 1)
    driver.drop(held)
    driver.wait(5)
    assert data(driver.post({"channel": "/meta/connect", "clientId": client})) == [1]


def test_waiting_does_not_keep_a_session() -> None:
    driver = FakeDriver(BayeuxOptions(lazy_channels=("/lazy",), max_lazy_timeout=600_000))
    driver.meet("/lazy")
    driver.publish("/lazy", 1)
    driver.wait(10)
    assert driver.engine.session_count == 0
    assert driver.engine.next_deadline() is None


def test_lazy_events_count_against_the_queue_as_others_do() -> None:
    driver = lazy_driver(max_queue=3)
    held = driver.hold(driver.meet("/**"))
    driver.meet("/**")
    for number in range(3):
        driver.publish("/lazy/a", number)
    assert driver.engine.session_count == 2
    driver.publish("/lazy/a", 3)
    assert driver.engine.session_count == 1, "one of them could not be sent anything"
    assert data(driver.answer(held)) == [0, 1, 2, 3]


def test_over_a_socket_they_wait_and_travel_with_others() -> None:
    driver = lazy_driver()
    socket = driver.open()
    [[reply]] = driver.say(socket, {"channel": "/meta/handshake"})
    own = {"clientId": reply["clientId"]}
    driver.say(socket, {"channel": "/meta/subscribe", "subscription": "/**", **own})
    driver.news(socket)
    driver.publish("/lazy/a", 1)
    assert driver.news(socket) == []
    driver.publish("/a", 2)
    assert [data(frame) for frame in driver.news(socket)] == [[1, 2]]
    driver.publish("/lazy/a", 3)
    driver.wait(4.5)
    assert driver.news(socket) == []
    driver.wait(0.5)
    assert [data(frame) for frame in driver.news(socket)] == [[3]]


@pytest.mark.parametrize("name", ["/slow/", "/slow"])
def test_the_name_of_a_lazy_channel_may_end_in_a_slash(name: str) -> None:
    driver = FakeDriver(BayeuxOptions(lazy_channels=(name,)))
    held = driver.hold(driver.meet("/**"))
    driver.publish("/slow/", 1)
    assert held not in driver.answers


def test_a_publication_can_be_lazy_by_itself() -> None:
    driver = FakeDriver()
    held = driver.hold(driver.meet("/a"))
    driver.publish_all(Publication(channel="/a", data=1, lazy=True))
    assert held not in driver.answers
    driver.publish_all(
        Publication(channel="/a", data=2, lazy=True), Publication(channel="/a", data=3)
    )
    assert data(driver.answer(held)) == [1, 2, 3]
