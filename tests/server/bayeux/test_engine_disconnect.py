"""How a session ends: by its client, or by the server."""

import pytest

from tests.server.bayeux.fakes import FakeDriver


def test_a_disconnect_releases_the_held_connect_first(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    held = driver.hold(client)
    exchange = driver.send({"channel": "/meta/disconnect", "id": "4", "clientId": client})
    assert list(driver.answers)[-2:] == [held, exchange]
    assert driver.answer(held) == [
        {"channel": "/meta/connect", "successful": True, "advice": {"reconnect": "none"}}
    ]
    assert driver.answer(exchange) == [
        {"channel": "/meta/disconnect", "id": "4", "successful": True}
    ]
    assert (driver.engine.session_count, driver.engine.held_count) == (0, 0)


@pytest.mark.parametrize(
    "message",
    [
        {"channel": "/meta/connect"},
        {"channel": "/meta/subscribe", "subscription": "/a"},
        {"channel": "/meta/unsubscribe", "subscription": "/a"},
        {"channel": "/a", "data": 1},
        {"channel": "/service/a", "data": 1},
        {"channel": "/meta/disconnect"},
    ],
)
def test_after_it_every_message_is_refused(driver: FakeDriver, message: dict[str, object]) -> None:
    client = driver.meet("/a")
    driver.post({"channel": "/meta/disconnect", "clientId": client})
    [reply] = driver.post({**message, "clientId": client})
    assert (reply["successful"], reply["error"]) == (False, "402::session_unknown")


def test_nothing_of_the_session_is_left(driver: FakeDriver) -> None:
    client = driver.meet("/a", "/b/*")
    driver.publish("/a", 1)
    driver.post({"channel": "/meta/disconnect", "clientId": client})
    assert len(driver.engine._sessions.subscriptions) == 0
    assert driver.engine.next_deadline() is None


def test_a_payload_may_go_on_after_its_disconnect(driver: FakeDriver) -> None:
    client, other = driver.meet("/a"), driver.meet("/a")
    replies = driver.post(
        {"channel": "/a", "id": "1", "clientId": client, "data": 1},
        {"channel": "/meta/disconnect", "id": "2", "clientId": client},
        {"channel": "/meta/subscribe", "id": "3", "clientId": client, "subscription": "/a"},
        {"channel": "/a", "id": "4", "clientId": client, "data": 2},
        {"channel": "/a", "id": "5", "clientId": other, "data": 3},
    )
    assert [(reply["id"], reply["successful"]) for reply in replies] == [
        ("1", True),
        ("2", True),
        ("3", False),
        ("4", False),
        ("5", False),
    ]
    assert [message.get("data") for message in driver.connect(other)] == [1, None]
    assert list(driver.engine._sessions.subscriptions._sessions) == ["/a"]


def test_a_stranger_cannot_end_a_session(driver: FakeDriver) -> None:
    client = driver.meet(user="ann")
    held = driver.hold(client, user="ann")
    [reply] = driver.post({"channel": "/meta/disconnect", "clientId": client}, user="bob")
    assert reply["error"] == "402::session_unknown"
    assert held not in driver.answers


def test_the_server_ends_a_session_whose_connect_is_held(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    held = driver.hold(client)
    driver.disconnect(client)
    assert driver.answer(held) == [
        {"channel": "/meta/disconnect", "successful": True},
        {"channel": "/meta/connect", "successful": True, "advice": {"reconnect": "none"}},
    ]
    assert driver.engine.session_count == 0


def test_a_client_that_was_away_hears_of_it_with_its_next_connect(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    driver.publish("/a", 1)
    driver.disconnect(client)
    driver.publish("/a", 2)
    driver.push(client, "/service/a", 3)
    assert not driver.engine._sessions.get(client).queue  # type: ignore[union-attr]
    assert driver.post({"channel": "/meta/connect", "id": "9", "clientId": client}) == [
        {"channel": "/meta/disconnect", "successful": True},
        {
            "channel": "/meta/connect",
            "id": "9",
            "successful": True,
            "advice": {"reconnect": "none"},
        },
    ]
    assert driver.connect(client)[0]["error"] == "402::session_unknown"


def test_a_session_that_was_ended_accepts_nothing_but_that_connect(driver: FakeDriver) -> None:
    client, other = driver.meet("/a"), driver.meet("/a")
    driver.disconnect(client)
    for message in (
        {"channel": "/a", "data": 1},
        {"channel": "/meta/subscribe", "subscription": "/a"},
        {"channel": "/meta/disconnect"},
    ):
        [reply] = driver.post({**message, "clientId": client})
        assert reply["error"] == "402::session_unknown"
    assert len(driver.connect(other)) == 1
    assert list(driver.engine._sessions.subscriptions.listeners("/a")) == [
        driver.engine._sessions.get(other)
    ]


def test_a_client_that_never_comes_back_is_forgotten(driver: FakeDriver) -> None:
    client = driver.meet()
    driver.disconnect(client)
    driver.disconnect(client)
    driver.wait(10.0)
    assert driver.engine.session_count == 0


def test_a_stranger_does_not_hear_of_the_end_and_does_not_prevent_it(driver: FakeDriver) -> None:
    client = driver.meet(user="ann")
    driver.disconnect(client)
    [reply] = driver.post({"channel": "/meta/connect", "clientId": client}, user="bob")
    assert reply["error"] == "402::session_unknown"
    assert driver.connect(client, user="ann")[0]["channel"] == "/meta/disconnect"


def test_ending_an_unknown_session_does_nothing(driver: FakeDriver) -> None:
    driver.disconnect("nobody")
    assert driver.answers == {}
