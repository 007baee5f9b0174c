"""Connects: answered at once, held, superseded, and what they advise."""

from typing import Any

import pytest

from switchbell.bayeux.effects import Abort
from switchbell.bayeux.options import BayeuxOptions
from tests.server.bayeux.fakes import FakeDriver

RETRY = {"reconnect": "retry", "interval": 0, "timeout": 30000}


def test_the_first_connect_is_answered_at_once_with_advice(driver: FakeDriver) -> None:
    driver.post({"channel": "/meta/handshake"})
    assert driver.post({"channel": "/meta/connect", "id": "2", "clientId": "c1"}) == [
        {"channel": "/meta/connect", "id": "2", "successful": True, "advice": RETRY}
    ]


def test_an_idle_connect_is_held_for_the_timeout(driver: FakeDriver) -> None:
    client = driver.meet()
    exchange = driver.send({"channel": "/meta/connect", "id": "3", "clientId": client})
    assert driver.engine.held_count == 1
    driver.wait(29.999)
    assert exchange not in driver.answers
    driver.wait(0.001)
    assert driver.answer(exchange) == [{"channel": "/meta/connect", "id": "3", "successful": True}]
    assert driver.engine.held_count == 0


def test_an_event_ends_the_wait(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    exchange = driver.hold(client)
    driver.publish("/a", {"x": 1})
    assert driver.answer(exchange) == [
        {"channel": "/a", "data": {"x": 1}},
        {"channel": "/meta/connect", "successful": True},
    ]


def test_events_that_came_between_two_connects_are_delivered_by_the_next_at_once(
    driver: FakeDriver,
) -> None:
    client = driver.meet("/a")
    driver.publish("/a", 1)
    driver.publish("/a", 2)
    answer = driver.post({"channel": "/meta/connect", "clientId": client})
    assert answer == [
        {"channel": "/a", "data": 1},
        {"channel": "/a", "data": 2},
        {"channel": "/meta/connect", "successful": True},
    ]


def test_a_client_that_asks_for_no_wait_gets_none_and_is_told_the_real_timeout(
    driver: FakeDriver,
) -> None:
    client = driver.meet()
    assert driver.post(
        {"channel": "/meta/connect", "clientId": client, "advice": {"timeout": 0}}
    ) == [{"channel": "/meta/connect", "successful": True, "advice": RETRY}]


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ({"timeout": 5000}, 5.0),
        ({"timeout": 0.5}, 0.0005),
        ({"timeout": 90000}, 30.0),
        ({"timeout": -1}, 30.0),
        ({"timeout": "5000"}, 30.0),
        ({"timeout": True}, 30.0),
        ({"timeout": None}, 30.0),
        ({}, 30.0),
        ("now", 30.0),
        (None, 30.0),
        ([], 30.0),
    ],
)
def test_a_client_may_shorten_the_timeout_but_not_lengthen_it(
    driver: FakeDriver, wish: Any, seconds: float
) -> None:
    client = driver.meet()
    exchange = driver.send({"channel": "/meta/connect", "clientId": client, "advice": wish})
    assert exchange not in driver.answers
    driver.wait(seconds - 0.0001)
    assert exchange not in driver.answers
    driver.wait(0.0001)
    assert driver.answer(exchange)[-1]["advice"] == RETRY


def test_a_configured_timeout_of_zero_holds_nothing() -> None:
    driver = FakeDriver(BayeuxOptions(timeout=0))
    client = driver.meet()
    assert driver.post({"channel": "/meta/connect", "clientId": client})[0]["successful"]


def test_a_connect_among_other_messages_is_never_held(driver: FakeDriver) -> None:
    client = driver.meet()
    replies = driver.post(
        {"channel": "/meta/connect", "id": "1", "clientId": client},
        {"channel": "/meta/subscribe", "id": "2", "clientId": client, "subscription": "/a"},
    )
    assert [reply["id"] for reply in replies] == ["1", "2"]
    assert driver.engine.held_count == 0


def test_steady_replies_carry_no_advice(driver: FakeDriver) -> None:
    exchange = driver.hold(driver.meet())
    driver.wait(30.0)
    assert driver.answer(exchange) == [{"channel": "/meta/connect", "successful": True}]


@pytest.mark.parametrize("client_id", [None, "unknown", "", 7, True, ["c1"], {"c1": 1}])
def test_an_unknown_client_is_told_to_handshake_again(driver: FakeDriver, client_id: Any) -> None:
    driver.meet()
    assert driver.post({"channel": "/meta/connect", "id": "9", "clientId": client_id}) == [
        {
            "channel": "/meta/connect",
            "id": "9",
            "successful": False,
            "error": "402::session_unknown",
            "advice": {"reconnect": "handshake", "interval": 0},
        }
    ]


def test_a_session_is_its_users_own(driver: FakeDriver) -> None:
    client = driver.meet("/a", user="ann")
    for other in ("bob", None):
        [reply] = driver.post({"channel": "/meta/connect", "clientId": client}, user=other)
        assert reply["error"] == "402::session_unknown"
    driver.publish("/a", 1)
    assert driver.connect(client, user="ann")[0] == {"channel": "/a", "data": 1}


def test_a_newer_connect_takes_the_place_of_a_held_one(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    older = driver.hold(client)
    driver.wait(20.0)
    newer = driver.hold(client)
    assert driver.answers[older] == Abort(older, 500)
    assert driver.engine.held_count == 1
    driver.wait(29.0)
    assert newer not in driver.answers
    driver.publish("/a", 1)
    assert driver.answer(newer)[0] == {"channel": "/a", "data": 1}


def test_the_status_of_a_superseded_connect_can_be_configured() -> None:
    driver = FakeDriver(BayeuxOptions(duplicate_meta_connect_http_response_code=408))
    client = driver.meet()
    older = driver.hold(client)
    driver.hold(client)
    assert driver.answers[older] == Abort(older, 408)


def test_a_connect_in_a_batch_supersedes_as_well(driver: FakeDriver) -> None:
    client = driver.meet()
    older = driver.hold(client)
    driver.post(
        {"channel": "/meta/connect", "clientId": client},
        {"channel": "/meta/subscribe", "clientId": client, "subscription": "/a"},
    )
    assert driver.answers[older] == Abort(older, 500)
    assert driver.engine.held_count == 0
    assert driver.engine.next_deadline() == 10.0


def test_a_strangers_connect_supersedes_nothing(driver: FakeDriver) -> None:
    client = driver.meet(user="ann")
    held = driver.hold(client, user="ann")
    driver.post({"channel": "/meta/connect", "clientId": client}, user="bob")
    assert held not in driver.answers


def test_advice_that_a_superseded_connect_would_have_brought_comes_with_the_next(
    driver: FakeDriver,
) -> None:
    driver.post({"channel": "/meta/handshake"})
    first = driver.send({"channel": "/meta/connect", "clientId": "c1"})
    driver.lose(first)
    driver.hold("c1")
    newer = driver.hold("c1")
    driver.wait(30.0)
    assert driver.answer(newer) == [
        {"channel": "/meta/connect", "successful": True, "advice": RETRY}
    ]


def test_a_session_expires_when_its_client_does_not_come_back(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    driver.hold(client)
    driver.wait(39.999)
    assert driver.engine.session_count == 1
    driver.wait(0.001)
    assert driver.engine.session_count == 0
    assert driver.connect(client)[0]["error"] == "402::session_unknown"


def test_no_session_expires_while_its_connect_is_held() -> None:
    driver = FakeDriver(BayeuxOptions(timeout=60_000, max_interval=1_000))
    exchange = driver.hold(driver.meet())
    driver.wait(59.0)
    assert driver.engine.session_count == 1
    assert exchange not in driver.answers


def test_a_clients_own_interval_prolongs_its_session_for_that_connect_only(
    driver: FakeDriver,
) -> None:
    client = driver.meet()
    advice = {"timeout": 0, "interval": 5000}
    [reply] = driver.post({"channel": "/meta/connect", "clientId": client, "advice": advice})
    assert reply["advice"] == {"reconnect": "retry", "interval": 5000, "timeout": 30000}
    driver.wait(14.999)
    assert driver.engine.session_count == 1
    driver.connect(client)
    driver.wait(10.0)
    assert driver.engine.session_count == 0


@pytest.mark.parametrize("interval", [-1, "5000", True, None, [], {}])
def test_a_senseless_interval_is_ignored(driver: FakeDriver, interval: Any) -> None:
    client = driver.meet()
    advice = {"timeout": 0, "interval": interval}
    [reply] = driver.post({"channel": "/meta/connect", "clientId": client, "advice": advice})
    assert reply["advice"] == RETRY
    driver.wait(10.0)
    assert driver.engine.session_count == 0


def test_no_interval_keeps_a_session_for_ever(driver: FakeDriver) -> None:
    client = driver.meet()
    advice = {"timeout": 0, "interval": 1e300}
    driver.post({"channel": "/meta/connect", "clientId": client, "advice": advice})
    driver.wait(610.0)
    assert driver.engine.session_count == 0


def test_any_other_message_prolongs_the_session_too(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    driver.wait(9.0)
    driver.post({"channel": "/meta/unsubscribe", "clientId": client, "subscription": "/b"})
    driver.wait(9.999)
    assert driver.engine.session_count == 1
    driver.wait(0.001)
    assert driver.engine.session_count == 0


def test_another_message_never_shortens_what_is_left(driver: FakeDriver) -> None:
    client = driver.meet()
    advice = {"timeout": 0, "interval": 60000}
    driver.post({"channel": "/meta/connect", "clientId": client, "advice": advice})
    driver.post({"channel": "/a", "clientId": client, "data": 1})
    driver.wait(69.999)
    assert driver.engine.session_count == 1


def test_another_message_while_a_connect_is_held_does_not_touch_its_time(
    driver: FakeDriver,
) -> None:
    client = driver.meet()
    exchange = driver.hold(client)
    driver.wait(25.0)
    driver.post({"channel": "/a", "clientId": client, "data": 1})
    driver.wait(5.0)
    assert driver.answer(exchange)[0]["successful"]


def test_a_message_that_is_refused_for_its_session_prolongs_nothing(driver: FakeDriver) -> None:
    client = driver.meet(user="ann")
    driver.wait(9.0)
    driver.post({"channel": "/a", "clientId": client, "data": 1}, user="bob")
    driver.wait(1.0)
    assert driver.engine.session_count == 0


def test_many_abandoned_sessions_leave_nothing_behind(driver: FakeDriver) -> None:
    for number in range(10_000):
        driver.post({"channel": "/meta/handshake"})
        if number % 2:
            driver.post(
                {
                    "channel": "/meta/subscribe",
                    "clientId": f"c{number + 1}",
                    "subscription": f"/only/{number}",
                }
            )
    driver.publish("/only/1", "x")
    driver.wait(10.0)
    sessions = driver.engine._sessions
    assert driver.engine.session_count == 0
    assert driver.engine.next_deadline() is None
    assert (len(sessions.subscriptions), len(sessions.deadlines), sessions._by_user) == (0, 0, {})
