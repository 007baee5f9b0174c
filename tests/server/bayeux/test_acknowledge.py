"""Acknowledged messages, where answers are lost in ways that only an engine can be shown."""

from typing import Any

import pytest

from switchbell.bayeux.effects import Abort
from switchbell.bayeux.extensions.acknowledge import Acknowledge
from switchbell.bayeux.options import BayeuxOptions
from tests.server.bayeux.fakes import FakeDriver, Wire


def data(messages: Wire) -> list[object]:
    return [message["data"] for message in messages if "data" in message]


def acknowledging(*subscriptions: str, **options: Any) -> tuple[FakeDriver, str]:
    """A driver, and a client that asked for acknowledged messages and has connected."""
    driver = FakeDriver(BayeuxOptions(**options), extensions=[Acknowledge()])
    [reply] = driver.post({"channel": "/meta/handshake", "ext": {"ack": True}})
    assert reply["ext"] == {"ack": True}
    client = reply["clientId"]
    connect(driver, client, 0)
    for channel in subscriptions:
        driver.post({"channel": "/meta/subscribe", "clientId": client, "subscription": channel})
    return driver, client


def send_connect(driver: FakeDriver, client: str, received: object) -> int:
    """The exchange of a connect that waits if it has to."""
    return driver.send({"channel": "/meta/connect", "clientId": client, "ext": {"ack": received}})


def connect(driver: FakeDriver, client: str, received: object) -> Wire:
    """The answer to a connect that does not."""
    return driver.post(
        {
            "channel": "/meta/connect",
            "clientId": client,
            "ext": {"ack": received},
            "advice": {"timeout": 0},
        }
    )


def test_an_answer_that_came_back_is_not_doubled() -> None:
    driver, client = acknowledging("/a")
    held = send_connect(driver, client, 1)
    driver.publish("/a", 1)
    assert data(driver.answer(held)) == [1]
    driver.lose(held)
    driver.publish("/a", 2)
    assert data(connect(driver, client, 1)) == [1, 2]
    assert data(connect(driver, client, 3)) == []


def test_one_that_comes_back_after_the_next_connect_is_not_either() -> None:
    driver, client = acknowledging("/a")
    held = send_connect(driver, client, 1)
    driver.publish("/a", 1)
    assert data(connect(driver, client, 1)) == [1]
    driver.lose(held)
    assert data(connect(driver, client, 3)) == []


def test_batches_come_again_in_the_order_in_which_they_were_sent() -> None:
    driver, client = acknowledging("/a")
    for number in range(4):
        driver.publish("/a", number)
        assert data(connect(driver, client, 1)) == list(range(number + 1))
    driver.publish("/a", 4)
    assert data(connect(driver, client, 1)) == [0, 1, 2, 3, 4]


def test_only_what_is_not_acknowledged_comes_again() -> None:
    driver, client = acknowledging("/a")
    held = send_connect(driver, client, 1)
    driver.publish("/a", "first")
    assert driver.answer(held)[-1]["ext"] == {"ack": 2}
    held = send_connect(driver, client, 2)
    driver.publish("/a", "second")
    assert driver.answer(held)[-1]["ext"] == {"ack": 3}
    driver.publish("/a", "third")
    assert data(connect(driver, client, 2)) == ["second", "third"]


def test_a_connect_that_was_replaced_uses_up_no_number() -> None:
    driver, client = acknowledging("/a")
    older, newer = send_connect(driver, client, 1), send_connect(driver, client, 1)
    assert isinstance(driver.answers[older], Abort)
    driver.publish("/a", 1)
    assert driver.answer(newer)[-1]["ext"] == {"ack": 2}


def test_a_refused_connect_has_no_number() -> None:
    driver, client = acknowledging()
    [reply] = driver.post({"channel": "/meta/connect", "clientId": "nobody", "ext": {"ack": 1}})
    assert "ext" not in reply
    driver.post({"channel": "/meta/disconnect", "clientId": client})
    [reply] = driver.post({"channel": "/meta/connect", "clientId": client, "ext": {"ack": 1}})
    assert "ext" not in reply


def test_unacknowledged_events_come_at_once_and_then_the_connect_waits() -> None:
    driver, client = acknowledging("/a")
    driver.publish("/a", 1)
    connect(driver, client, 1)
    again = send_connect(driver, client, 1)
    assert data(driver.answer(again)) == [1]
    assert send_connect(driver, client, 3) not in driver.answers


def test_lazy_events_do_not_wake_a_connect_but_are_sent_again() -> None:
    driver, client = acknowledging("/lazy", lazy_channels=("/lazy",))
    held = send_connect(driver, client, 1)
    driver.publish("/lazy", 1)
    assert held not in driver.answers
    driver.wait(5)
    assert data(driver.answer(held)) == [1]
    assert data(connect(driver, client, 1)) == [1]


def test_a_batch_with_other_messages_counts_as_one() -> None:
    driver, client = acknowledging("/a")
    own = {"clientId": client}
    driver.post({"channel": "/a", "data": 1, **own})
    answer = driver.post(
        {"channel": "/a", "data": 2, **own},
        {"channel": "/meta/connect", "ext": {"ack": 1}, **own},
        {"channel": "/a", "data": 3, **own},
    )
    assert data(answer) == [1, 2, 3]
    assert data(connect(driver, client, 1)) == [1, 2, 3]


def test_other_sessions_have_numbers_of_their_own() -> None:
    driver, client = acknowledging("/a")
    plain = driver.meet("/a")
    driver.publish("/a", 1)
    assert data(driver.connect(plain)) == [1]
    assert driver.connect(plain)[-1].get("ext") is None
    assert connect(driver, client, 1)[-1]["ext"] == {"ack": 2}


def test_the_farewell_of_the_server_comes_with_a_held_connect() -> None:
    driver, client = acknowledging("/a")
    held = send_connect(driver, client, 1)
    driver.disconnect(client)
    assert driver.answer(held)[-1]["advice"] == {"reconnect": "none"}


@pytest.mark.parametrize("end", ["disconnect", "expire"])
def test_nothing_is_kept_of_a_session_that_is_over(end: str) -> None:
    extension = Acknowledge()
    driver = FakeDriver(extensions=[extension])
    [reply] = driver.post({"channel": "/meta/handshake", "ext": {"ack": True}})
    assert len(extension._batches) == 1
    if end == "disconnect":
        driver.post({"channel": "/meta/disconnect", "clientId": reply["clientId"]})
    else:
        driver.wait(60)
    assert extension._batches == {}


def test_nothing_is_kept_for_those_who_did_not_ask() -> None:
    extension = Acknowledge()
    driver = FakeDriver(extensions=[extension])
    client = driver.meet("/a")
    driver.publish("/a", 1)
    driver.connect(client)
    assert extension._batches == {}


def test_who_never_acknowledges_cannot_have_any_number_of_events_kept() -> None:
    driver, client = acknowledging("/a", max_queue=5)
    for number in range(20):
        driver.publish("/a", number)
        connect(driver, client, 0)
    [reply] = connect(driver, client, 0)
    assert reply["error"] == "402::session_unknown"
    assert driver.engine.session_count == 0
