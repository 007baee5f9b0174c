"""Batches of the application's: what is published inside waits for the end."""

import pytest

from switchbell.bayeux.channel import InvalidChannel
from switchbell.bayeux.options import BayeuxOptions
from tests.server.bayeux.fakes import FakeDriver, Wire


def data(messages: Wire) -> list[object]:
    return [message["data"] for message in messages if "data" in message]


def test_everybody_hears_all_of_a_batch_in_one_answer(driver: FakeDriver) -> None:
    first, second = driver.meet("/a", "/b"), driver.meet("/b")
    held = [driver.hold(first), driver.hold(second)]
    with driver.batch():
        driver.publish("/a", 1)
        driver.publish("/b", 2)
        driver.push(second, "/service/c", 3)
        assert driver.engine.held_count == 2
    assert [data(driver.answer(exchange)) for exchange in held] == [[1, 2], [2, 3]]


def test_who_hears_nothing_of_it_is_left_alone(driver: FakeDriver) -> None:
    driver.hold(driver.meet("/b"))
    with driver.batch():
        driver.publish("/a", 1)
    assert driver.engine.held_count == 1


def test_a_batch_may_be_empty(driver: FakeDriver) -> None:
    driver.hold(driver.meet("/a"))
    with driver.batch():
        pass
    assert driver.engine.held_count == 1


def test_of_nested_ones_the_outermost_counts(driver: FakeDriver) -> None:
    held = driver.hold(driver.meet("/a"))
    with driver.batch():
        with driver.batch(), driver.batch():
            driver.publish("/a", 1)
        assert held not in driver.answers
        driver.publish("/a", 2)
    assert data(driver.answer(held)) == [1, 2]


def test_after_it_things_are_as_before(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    with driver.batch():
        driver.publish("/a", 1)
    assert data(driver.connect(client)) == [1]
    held = driver.hold(client)
    driver.publish("/a", 2)
    assert data(driver.answer(held)) == [2]


def test_a_refused_publication_harms_no_batch(driver: FakeDriver) -> None:
    held = driver.hold(driver.meet("/a"))
    with driver.batch():
        driver.publish("/a", 1)
        with pytest.raises(InvalidChannel):
            driver.publish("/a/*", 2)
        driver.publish("/a", 3)
    assert data(driver.answer(held)) == [1, 3]


def test_a_session_that_ends_in_it_is_not_sent_to(driver: FakeDriver) -> None:
    client, other = driver.meet("/a"), driver.meet("/a")
    held, others = driver.hold(client), driver.hold(other)
    with driver.batch():
        driver.publish("/a", 1)
        driver.disconnect(client)
    assert driver.answer(held)[-1]["advice"] == {"reconnect": "none"}
    assert data(driver.answer(others)) == [1]


def test_what_is_too_much_to_wait_is_sent_before_it_ends() -> None:
    driver = FakeDriver(BayeuxOptions(max_queue=2))
    client = driver.meet("/a")
    held = driver.hold(client)
    socket = driver.open()
    [[reply]] = driver.say(socket, {"channel": "/meta/handshake"})
    subscribe = {"channel": "/meta/subscribe", "subscription": "/a"}
    driver.say(socket, subscribe | {"clientId": reply["clientId"]})
    driver.news(socket)
    with driver.batch():
        for number in range(5):
            driver.publish("/a", number)
        assert data(driver.answer(held)) == [0, 1, 2]
    assert data(driver.connect(client)) == [3, 4]
    assert [data(frame) for frame in driver.news(socket)] == [[0, 1, 2], [3, 4]]


def test_one_that_it_overruns_is_told_so() -> None:
    driver = FakeDriver(BayeuxOptions(max_queue=2))
    client = driver.meet("/a")
    with driver.batch():
        for number in range(3):
            driver.publish("/a", number)
    [reply] = driver.connect(client)
    assert reply["error"] == "402::session_unknown"


def test_lazy_events_of_it_wait_as_others_do() -> None:
    driver = FakeDriver(BayeuxOptions(lazy_channels=("/lazy",)))
    held = driver.hold(driver.meet("/**"))
    with driver.batch():
        driver.publish("/lazy", 1)
    assert held not in driver.answers
    with driver.batch():
        driver.publish("/lazy", 2)
        driver.publish("/a", 3)
    assert data(driver.answer(held)) == [1, 2, 3]


def test_over_a_socket_it_is_one_frame(driver: FakeDriver) -> None:
    socket = driver.open()
    [[reply]] = driver.say(socket, {"channel": "/meta/handshake"})
    own = {"clientId": reply["clientId"]}
    driver.say(socket, {"channel": "/meta/subscribe", "subscription": "/a", **own})
    driver.news(socket)
    with driver.batch():
        driver.publish("/a", 1)
        driver.publish("/a", 2)
        assert driver.news(socket) == []
    assert [data(frame) for frame in driver.news(socket)] == [[1, 2]]
