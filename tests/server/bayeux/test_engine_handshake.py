"""How a session begins."""

from typing import Any

import pytest

from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.policy import ServerPublishes
from tests.server.bayeux.fakes import FakeDriver


def test_a_handshake_is_answered_with_all_that_a_client_needs(driver: FakeDriver) -> None:
    [reply] = driver.post(
        {
            "channel": "/meta/handshake",
            "id": "1",
            "version": "1.0",
            "minimumVersion": "1.0",
            "supportedConnectionTypes": ["websocket", "long-polling"],
            "advice": {"timeout": 60000, "interval": 0},
        }
    )
    assert reply == {
        "channel": "/meta/handshake",
        "id": "1",
        "successful": True,
        "clientId": "c1",
        "version": "1.0",
        "minimumVersion": "1.0",
        "supportedConnectionTypes": ["websocket", "long-polling"],
        "advice": {"reconnect": "retry", "interval": 0, "timeout": 30000},
    }
    assert driver.engine.session_count == 1


def test_the_advice_is_what_was_configured() -> None:
    driver = FakeDriver(BayeuxOptions(timeout=5000, interval=250))
    [reply] = driver.post({"channel": "/meta/handshake"})
    assert reply["advice"] == {"reconnect": "retry", "interval": 250, "timeout": 5000}


@pytest.mark.parametrize(
    "message",
    [
        {"channel": "/meta/handshake"},
        {"channel": "/meta/handshake", "version": 7, "supportedConnectionTypes": "long-polling"},
        {"channel": "/meta/handshake", "supportedConnectionTypes": None, "ext": {"unknown": [1]}},
    ],
)
def test_missing_and_strange_fields_are_tolerated(
    driver: FakeDriver, message: dict[str, Any]
) -> None:
    [reply] = driver.post(message)
    assert reply["successful"]


@pytest.mark.parametrize("offered", [[], ["pigeon"], ["callback-polling", {}], [None]])
def test_without_a_transport_in_common_there_is_no_session(
    driver: FakeDriver, offered: list[Any]
) -> None:
    [reply] = driver.post({"channel": "/meta/handshake", "supportedConnectionTypes": offered})
    assert reply == {
        "channel": "/meta/handshake",
        "successful": False,
        "error": "403::connection_types_unsupported",
        "advice": {"reconnect": "none"},
    }
    assert driver.engine.session_count == 0
    assert driver.engine.next_deadline() is None


def test_the_policy_may_refuse_a_handshake() -> None:
    driver = FakeDriver(policy=ServerPublishes())
    [reply] = driver.post({"channel": "/meta/handshake", "id": 7}, user=None)
    assert reply == {
        "channel": "/meta/handshake",
        "id": 7,
        "successful": False,
        "error": "403::handshake_denied",
        "advice": {"reconnect": "none"},
    }
    [reply] = driver.post({"channel": "/meta/handshake"}, user="ann")
    assert reply["successful"]


def test_a_user_has_so_many_sessions_and_no_more() -> None:
    driver = FakeDriver(BayeuxOptions(max_sessions_per_user=2))
    for _ in range(2):
        driver.meet(user="ann")
    [reply] = driver.post({"channel": "/meta/handshake"}, user="ann")
    assert reply["error"] == "403::too_many_sessions"
    assert reply["advice"] == {"reconnect": "handshake", "interval": 0}
    [reply] = driver.post({"channel": "/meta/handshake"}, user="bob")
    assert reply["successful"]


def test_a_session_that_ended_makes_room_for_another() -> None:
    driver = FakeDriver(BayeuxOptions(max_sessions_per_user=1))
    driver.meet(user="ann")
    driver.wait(10.0)
    [reply] = driver.post({"channel": "/meta/handshake"}, user="ann")
    assert reply["successful"]


def test_the_anonymous_are_not_one_user() -> None:
    driver = FakeDriver(BayeuxOptions(max_sessions_per_user=1))
    for _ in range(3):
        driver.meet()
    assert driver.engine.session_count == 3


def test_a_second_handshake_is_another_session(driver: FakeDriver) -> None:
    first, second = driver.meet("/a"), driver.meet()
    assert (first, second) == ("c1", "c2")
    driver.publish("/a", 1)
    assert driver.connect(second) == [
        {
            "channel": "/meta/connect",
            "successful": True,
            "advice": {"reconnect": "retry", "interval": 0, "timeout": 30000},
        }
    ]


def test_other_messages_of_a_handshakes_payload_have_no_effect(driver: FakeDriver) -> None:
    old = driver.meet()
    replies = driver.post(
        {"channel": "/meta/subscribe", "id": "1", "clientId": old, "subscription": "/a"},
        {"channel": "/meta/handshake", "id": "2"},
        {"channel": "/meta/handshake", "id": "3"},
        {"channel": "/meta/disconnect", "id": "4", "clientId": old},
        {"channel": "/meta/connect", "id": "5", "clientId": "c2"},
    )
    assert [(reply["id"], reply["successful"]) for reply in replies] == [
        ("1", False),
        ("2", True),
        ("3", False),
        ("4", False),
        ("5", False),
    ]
    assert {reply.get("error") for reply in replies} == {None, "400::handshake_not_alone"}
    assert replies[0]["subscription"] == "/a"
    assert driver.engine.session_count == 2
    driver.publish("/a", 1)
    assert len(driver.connect(old)) == 1


def test_a_client_that_never_connects_is_forgotten(driver: FakeDriver) -> None:
    driver.post({"channel": "/meta/handshake"})
    driver.wait(9.999)
    assert driver.engine.session_count == 1
    driver.wait(0.001)
    assert driver.engine.session_count == 0


def test_the_interval_is_granted_before_the_first_connect_too() -> None:
    driver = FakeDriver(BayeuxOptions(interval=2000))
    driver.post({"channel": "/meta/handshake"})
    assert driver.engine.next_deadline() == 12.0
