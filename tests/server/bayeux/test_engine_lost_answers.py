"""Connections break: exchanges are dropped, answers given back."""

from time import process_time

import pytest

from switchbell.bayeux.effects import Send
from switchbell.bayeux.options import BayeuxOptions
from tests.server.bayeux.fakes import FakeDriver, Wire

RETRY = {"reconnect": "retry", "interval": 0, "timeout": 30000}


def data(answer: Wire) -> list[object]:
    return [message["data"] for message in answer if "data" in message]


def test_the_session_of_a_dropped_connect_waits_for_the_next(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    held = driver.hold(client)
    driver.wait(5.0)
    driver.drop(held)
    assert driver.engine.held_count == 0
    driver.publish("/a", 1)
    assert held not in driver.answers
    assert data(driver.connect(client)) == [1]


def test_a_drop_starts_the_time_to_come_back(driver: FakeDriver) -> None:
    client = driver.meet()
    driver.drop(driver.hold(client))
    assert driver.engine.next_deadline() == 10.0
    driver.wait(10.0)
    assert driver.engine.session_count == 0
    assert driver.connect(client)[0]["error"] == "402::session_unknown"


def test_a_clients_own_interval_counts_after_a_drop(driver: FakeDriver) -> None:
    client = driver.meet()
    held = driver.send(
        {"channel": "/meta/connect", "clientId": client, "advice": {"interval": 5000}}
    )
    driver.drop(held)
    driver.wait(14.999)
    assert driver.engine.session_count == 1
    driver.wait(0.001)
    assert driver.engine.session_count == 0


def test_dropping_what_is_not_held_does_nothing(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    older = driver.hold(client)
    newer = driver.hold(client)
    driver.drop(older)
    driver.drop(newer + 1)
    driver.publish("/a", 1)
    assert data(driver.answer(newer)) == [1]
    driver.drop(newer)


def test_advice_that_a_dropped_connect_would_have_brought_comes_with_the_next(
    driver: FakeDriver,
) -> None:
    driver.post({"channel": "/meta/handshake"})
    driver.lose(driver.send({"channel": "/meta/connect", "clientId": "c1"}))
    driver.drop(driver.hold("c1"))
    held = driver.hold("c1")
    driver.wait(30.0)
    assert driver.answer(held) == [
        {"channel": "/meta/connect", "successful": True, "advice": RETRY}
    ]


def test_events_of_a_lost_answer_come_before_all_others(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    held = driver.hold(client)
    driver.publish("/a", 1)
    driver.publish("/a", 2)
    driver.lose(held)
    driver.publish("/a", 3)
    assert data(driver.connect(client)) == [1, 2, 3]


def test_several_events_of_a_lost_answer_keep_their_order(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    for number in range(3):
        driver.publish("/a", number)
    exchange = driver.send({"channel": "/meta/connect", "clientId": client})
    driver.lose(exchange)
    assert data(driver.connect(client)) == [0, 1, 2]


def test_a_connect_that_is_held_takes_what_another_answer_lost(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    lost = driver.send({"channel": "/a", "clientId": client, "data": 1})
    held = driver.hold(client)
    driver.lose(lost)
    assert data(driver.answer(held)) == [1]


def test_a_lost_answer_without_events_wakes_nobody(driver: FakeDriver) -> None:
    client = driver.meet()
    lost = driver.send({"channel": "/a", "clientId": client, "data": 1})
    held = driver.hold(client)
    driver.lose(lost)
    assert held not in driver.answers


def test_the_connect_after_a_lost_one_is_advised_again(driver: FakeDriver) -> None:
    driver.post({"channel": "/meta/handshake"})
    driver.lose(driver.send({"channel": "/meta/connect", "clientId": "c1"}))
    held = driver.hold("c1")
    driver.wait(30.0)
    assert driver.answer(held)[0]["advice"] == RETRY


def test_a_lost_answer_does_not_prolong_the_session(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    held = driver.hold(client)
    driver.publish("/a", 1)
    driver.wait(4.0)
    driver.lose(held)
    driver.wait(6.0)
    assert driver.engine.session_count == 0


def test_what_is_lost_of_a_session_that_ended_is_lost(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    held = driver.hold(client)
    driver.publish("/a", 1)
    driver.post({"channel": "/meta/disconnect", "clientId": client})
    driver.lose(held)
    assert (driver.engine.session_count, driver.engine.held_count) == (0, 0)


def test_what_is_lost_of_a_session_that_the_server_ended_is_not_delivered(
    driver: FakeDriver,
) -> None:
    client = driver.meet("/a")
    held = driver.hold(client)
    driver.publish("/a", 1)
    driver.disconnect(client)
    driver.lose(held)
    assert data(driver.connect(client)) == []


def test_an_answer_that_speaks_for_no_session_can_be_lost(driver: FakeDriver) -> None:
    driver.lose(driver.send({"channel": "/meta/connect", "clientId": "nobody"}))
    assert driver.engine.session_count == 0


def test_a_session_whose_handshake_was_never_heard_of_expires(driver: FakeDriver) -> None:
    driver.lose(driver.send({"channel": "/meta/handshake"}))
    driver.wait(10.0)
    assert driver.engine.session_count == 0


def test_bytes_that_come_back_count_again() -> None:
    driver = FakeDriver(BayeuxOptions(max_queue_bytes=100))
    client = driver.meet("/a")
    driver.publish("/a", "x" * 50)
    driver.lose(driver.send({"channel": "/meta/connect", "clientId": client}))
    driver.publish("/a", "x" * 50)
    assert driver.engine.session_count == 0


def lost_frames(driver: FakeDriver, many: int) -> tuple[str, list[Send]]:
    """A session whose socket is gone, and the frames that were on their way."""
    client, socket = driver.meet("/a"), driver.open()
    driver.say(socket, {"channel": "/meta/connect", "clientId": client})
    driver.written.clear()
    for number in range(many):
        driver.publish("/a", number)
    driver.drop(socket)
    return client, driver.written.pop(socket)


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1]])
def test_what_was_sent_again_and_lost_again_comes_in_its_order(
    driver: FakeDriver, order: list[int]
) -> None:
    client, sends = lost_frames(driver, 2)
    driver.engine.give_back(sends, now=0.0)
    lost = [driver.send({"channel": "/meta/connect", "clientId": client})]
    for number in (2, 3):
        driver.publish("/a", number)
        lost.append(driver.send({"channel": "/meta/connect", "clientId": client}))
    driver.publish("/a", 4)
    for place in order:
        driver.lose(lost[place])
    assert data(driver.connect(client)) == [0, 1, 2, 3, 4]


def test_a_great_many_frames_come_back_in_no_time() -> None:
    driver = FakeDriver(BayeuxOptions(max_queue=100_000))
    client, sends = lost_frames(driver, 16_000)
    assert len(sends) == 16_000
    before = process_time()
    assert driver.engine.give_back(sends, now=0.0) == []
    assert process_time() - before < 1.0, "it takes some hundredths, and took seconds once"
    assert data(driver.connect(client)) == list(range(16_000))
