"""Queues: what travels with which answer, and what happens when one is full."""

import pytest

from switchbell.bayeux.options import BayeuxOptions
from tests.server.bayeux.fakes import FakeDriver, Wire

DELIVER_ONLY = BayeuxOptions(meta_connect_deliver_only=True)


def data(answer: Wire) -> list[object]:
    return [message["data"] for message in answer if "data" in message]


def test_other_answers_carry_queued_events_too(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    driver.publish("/a", 1)
    answer = driver.post({"channel": "/meta/subscribe", "clientId": client, "subscription": "/b"})
    assert answer[0] == {"channel": "/a", "data": 1}
    assert data(driver.connect(client)) == []


def test_deliver_only_leaves_them_to_the_connect() -> None:
    driver = FakeDriver(DELIVER_ONLY)
    client = driver.meet("/a")
    driver.publish("/a", 1)
    assert data(driver.post({"channel": "/a", "clientId": client, "data": 2})) == []
    assert data(driver.post({"channel": "/meta/connect", "clientId": client})) == [1, 2]


def test_deliver_only_wakes_the_held_connect_of_the_publisher() -> None:
    driver = FakeDriver(DELIVER_ONLY)
    client = driver.meet("/a")
    held = driver.hold(client)
    replies = driver.post(
        {"channel": "/a", "clientId": client, "data": 1},
        {"channel": "/a", "clientId": client, "data": 2},
    )
    assert data(replies) == []
    assert data(driver.answer(held)) == [1, 2]


def test_a_batch_with_a_connect_counts_as_one() -> None:
    driver = FakeDriver(DELIVER_ONLY)
    client = driver.meet("/a")
    answer = driver.post(
        {"channel": "/a", "clientId": client, "data": 1},
        {"channel": "/meta/connect", "clientId": client},
        {"channel": "/a", "clientId": client, "data": 2},
    )
    assert data(answer) == [1, 2]


def test_a_connect_that_was_refused_delivers_nothing() -> None:
    driver = FakeDriver(DELIVER_ONLY)
    client = driver.meet("/a")
    answer = driver.post(
        {"channel": "/meta/connect", "clientId": "nobody"},
        {"channel": "/a", "clientId": client, "data": 1},
    )
    assert [message["successful"] for message in answer] == [False, True]
    assert data(driver.connect(client)) == [1]


def test_a_connect_that_was_refused_prolongs_no_session(driver: FakeDriver) -> None:
    client = driver.meet()
    advice = {"timeout": 0, "interval": 60000}
    driver.post({"channel": "/meta/connect", "clientId": client, "advice": advice})
    driver.wait(30.0)
    driver.post(
        {"channel": "/meta/connect", "clientId": "nobody"},
        {"channel": "/a", "clientId": client, "data": 1},
    )
    assert driver.engine.session_count == 1
    driver.wait(39.999)
    assert driver.engine.session_count == 1
    driver.wait(0.001)
    assert driver.engine.session_count == 0


def test_the_held_connect_of_a_publisher_is_not_woken_for_what_its_answer_carries(
    driver: FakeDriver,
) -> None:
    client = driver.meet("/a")
    held = driver.hold(client)
    answer = driver.post({"channel": "/a", "clientId": client, "data": 1})
    assert data(answer) == [1]
    assert held not in driver.answers
    driver.publish("/a", 2)
    assert data(driver.answer(held)) == [2]


def test_handshakes_carry_no_events(driver: FakeDriver) -> None:
    driver.meet("/a")
    driver.publish("/a", 1)
    assert data(driver.post({"channel": "/meta/handshake"})) == []


def test_events_come_in_the_order_of_publishing(driver: FakeDriver) -> None:
    client, other = driver.meet("/a", "/b"), driver.meet()
    driver.publish("/a", 1)
    driver.post({"channel": "/b", "clientId": other, "data": 2})
    driver.push(client, "/service/c", 3)
    driver.publish("/b", 4)
    assert data(driver.connect(client)) == [1, 2, 3, 4]


def test_a_queue_may_be_full() -> None:
    driver = FakeDriver(BayeuxOptions(max_queue=2))
    client = driver.meet("/a")
    driver.publish("/a", 1)
    driver.publish("/a", 2)
    assert data(driver.connect(client)) == [1, 2]


def test_one_event_too_many_ends_the_session_and_no_other() -> None:
    driver = FakeDriver(BayeuxOptions(max_queue=2))
    slow, healthy = driver.meet("/a"), driver.meet("/a")
    for number in range(3):
        held = driver.hold(healthy)
        driver.publish("/a", number)
        assert data(driver.answer(held)) == [number]
    assert driver.engine.session_count == 1
    [reply] = driver.connect(slow)
    assert reply["error"] == "402::session_unknown"
    assert reply["advice"] == {"reconnect": "handshake", "interval": 0}


def test_so_do_too_many_bytes() -> None:
    driver = FakeDriver(BayeuxOptions(max_queue_bytes=100))
    client = driver.meet("/a")
    driver.publish("/a", "x" * 50)
    assert driver.engine.session_count == 1
    driver.publish("/a", "x" * 50)
    assert driver.engine.session_count == 0
    assert driver.connect(client)[0]["error"] == "402::session_unknown"


def test_bytes_that_were_delivered_count_no_more() -> None:
    driver = FakeDriver(BayeuxOptions(max_queue_bytes=100))
    client = driver.meet("/a")
    for _ in range(5):
        driver.publish("/a", "x" * 50)
        assert len(driver.connect(client)) == 2


def test_a_session_whose_connect_is_held_by_a_batch_is_told_at_once() -> None:
    driver = FakeDriver(BayeuxOptions(max_queue=1, meta_connect_deliver_only=True))
    client = driver.meet("/a")
    held = driver.hold(client)
    replies = driver.post(
        {"channel": "/a", "id": "1", "clientId": client, "data": 1},
        {"channel": "/a", "id": "2", "clientId": client, "data": 2},
        {"channel": "/a", "id": "3", "clientId": client, "data": 3},
    )
    assert [reply["successful"] for reply in replies] == [True, True, False]
    assert driver.answer(held) == [
        {
            "channel": "/meta/connect",
            "successful": False,
            "error": "402::session_unknown",
            "advice": {"reconnect": "handshake", "interval": 0},
        }
    ]
    assert (driver.engine.session_count, driver.engine.held_count) == (0, 0)


@pytest.mark.parametrize("options", [BayeuxOptions(), DELIVER_ONLY])
def test_the_answer_of_one_session_never_carries_anothers_events(options: BayeuxOptions) -> None:
    driver = FakeDriver(options)
    ann, bob = driver.meet("/a", user="ann"), driver.meet("/a", user="bob")
    driver.publish("/a", "for ann", audience=["ann"])
    assert data(driver.connect(bob, user="bob")) == []
    assert data(driver.connect(ann, user="ann")) == ["for ann"]
