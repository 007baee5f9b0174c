"""Sessions on sockets: where their events go, and what becomes of a socket."""

from typing import Any

import pytest

from switchbell.bayeux.effects import Abort
from switchbell.bayeux.options import BayeuxOptions
from tests.server.bayeux.fakes import FakeDriver, Wire

UNKNOWN = "402::session_unknown"


def data(*messages: Wire) -> list[object]:
    """What the events in some answers or frames say."""
    return [message["data"] for several in messages for message in several if "data" in message]


def begin(driver: FakeDriver, *subscriptions: str, socket: int | None = None) -> tuple[int, str]:
    """A socket, and a session on it that has connected and is subscribed."""
    socket = driver.open() if socket is None else socket
    [[reply]] = driver.say(socket, {"channel": "/meta/handshake"})
    own = {"clientId": reply["clientId"]}
    driver.say(socket, {"channel": "/meta/connect", **own})
    for channel in subscriptions:
        driver.say(socket, {"channel": "/meta/subscribe", "subscription": channel, **own})
    driver.news(socket)
    return socket, own["clientId"]


def connect(client: str, **fields: Any) -> dict[str, Any]:
    return {"channel": "/meta/connect", "clientId": client, **fields}


def test_events_need_no_connect(driver: FakeDriver) -> None:
    socket, _ = begin(driver, "/a")
    driver.publish("/a", 1)
    driver.publish("/a", 2)
    assert driver.news(socket) == [
        [{"channel": "/a", "data": 1}],
        [{"channel": "/a", "data": 2}],
    ]


def test_a_held_connect_is_not_woken_by_them(driver: FakeDriver) -> None:
    socket, client = begin(driver, "/a")
    assert driver.say(socket, connect(client, id="9")) == []
    driver.publish("/a", 1)
    assert data(*driver.news(socket)) == [1]
    assert driver.engine.held_count == 1
    driver.wait(30)
    assert driver.news(socket) == [[{"channel": "/meta/connect", "id": "9", "successful": True}]]


def test_with_connects_only_they_wait_for_one() -> None:
    driver = FakeDriver(BayeuxOptions(ws_meta_connect_deliver_only=True))
    socket, client = begin(driver, "/a")
    driver.publish("/a", 1)
    assert driver.say(socket, {"channel": "/b", "data": 1, "clientId": client}) == [
        [{"channel": "/b", "successful": True}]
    ]
    assert data(*driver.say(socket, connect(client))) == [1]
    driver.news(socket)
    driver.say(socket, connect(client))
    driver.publish("/a", 2)
    assert data(*driver.news(socket)) == [2]
    assert driver.engine.held_count == 0


def test_the_option_for_sockets_has_the_last_word() -> None:
    driver = FakeDriver(
        BayeuxOptions(meta_connect_deliver_only=True, ws_meta_connect_deliver_only=False)
    )
    socket, _ = begin(driver, "/a")
    driver.publish("/a", 1)
    assert data(*driver.news(socket)) == [1]
    over_http = driver.meet("/a")
    driver.publish("/a", 2)
    assert data(driver.post({"channel": "/b", "data": 1, "clientId": over_http})) == []


def test_a_connect_in_a_payload_is_held_and_the_rest_answered(driver: FakeDriver) -> None:
    socket, client = begin(driver)
    own = {"clientId": client}
    frames = driver.say(
        socket,
        {"channel": "/b", "data": 1, "id": "1", **own},
        connect(client, id="2"),
        {"channel": "/b", "data": 1, "id": "3", **own},
    )
    assert [[reply["id"] for reply in frame] for frame in frames] == [["1", "3"]]
    assert driver.engine.held_count == 1


def test_the_events_of_a_payload_come_with_its_replies(driver: FakeDriver) -> None:
    socket, client = begin(driver, "/a")
    own = {"channel": "/a", "clientId": client}
    frames = driver.say(socket, {**own, "data": 1}, {**own, "data": 2})
    assert [data(frame) for frame in frames] == [[1, 2]]
    assert len(frames[0]) == 4


def test_a_newer_connect_replaces_the_older_which_is_not_answered(driver: FakeDriver) -> None:
    socket, client = begin(driver)
    driver.say(socket, connect(client, id="older"))
    driver.wait(20)
    driver.say(socket, connect(client, id="newer"))
    driver.wait(29)
    assert driver.news(socket) == []
    driver.wait(1)
    assert [[reply["id"] for reply in frame] for frame in driver.news(socket)] == [["newer"]]


# A session that moves.


def test_a_session_moves_to_the_socket_on_which_it_speaks(driver: FakeDriver) -> None:
    older, client = begin(driver, "/a")
    newer = driver.open()
    driver.say(newer, connect(client))
    driver.publish("/a", 1)
    assert (driver.news(older), driver.closed) == ([], {older: 1000})
    assert driver.engine.socket_count == 1
    assert data(*driver.news(newer)) == [1]
    driver.drop(older)
    driver.publish("/a", 2)
    assert data(*driver.news(newer)) == [2]


def test_what_waited_goes_with_it(driver: FakeDriver) -> None:
    socket, client = begin(driver, "/a")
    driver.drop(socket)
    driver.publish("/a", 1)
    newer = driver.open()
    [frame] = driver.say(newer, {"channel": "/b", "data": 1, "clientId": client})
    assert data(frame) == [1]


def test_so_does_what_the_older_did_not_bring(driver: FakeDriver) -> None:
    older, client = begin(driver, "/a")
    for number in (1, 2, 3):
        driver.publish("/a", number)
    driver.drop(older)
    driver.lose_frame(older)
    driver.lose_frame(older)
    driver.publish("/a", 4)
    newer = driver.open()
    driver.say(newer, {"channel": "/b", "data": 1, "clientId": client})
    assert data(*driver.news(newer)) == [2, 3, 4]


def test_a_connect_that_was_held_on_the_older_is_not_answered(driver: FakeDriver) -> None:
    older, client = begin(driver, "/a")
    driver.say(older, connect(client))
    newer = driver.open()
    driver.say(newer, connect(client))
    assert driver.engine.held_count == 1
    driver.wait(30)
    assert driver.news(older) == []
    assert len(driver.news(newer)) == 1


def test_it_moves_from_http_whose_connect_gives_way(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    held = driver.hold(client)
    socket = driver.open()
    [[reply]] = driver.say(socket, connect(client, advice={"timeout": 0}))
    assert reply["successful"] is True
    assert isinstance(driver.answers[held], Abort)
    driver.publish("/a", 1)
    assert data(*driver.news(socket)) == [1]


def test_and_back_to_http_with_a_connect(driver: FakeDriver) -> None:
    socket, client = begin(driver, "/a")
    driver.say(socket, connect(client))
    held = driver.hold(client)
    assert driver.closed == {socket: 1000}
    driver.publish("/a", 1)
    assert driver.news(socket) == []
    assert data(driver.answer(held)) == [1]


def test_it_is_advised_anew_on_another_transport(driver: FakeDriver) -> None:
    client = driver.meet()
    socket = driver.open()
    driver.say(socket, connect(client))
    driver.wait(30)
    driver.say(socket, connect(client))
    driver.wait(30)
    [first], [second] = driver.news(socket)
    assert first["advice"] == {"reconnect": "retry", "interval": 0, "timeout": 30_000}
    assert "advice" not in second


# A socket that is used by several.


def test_a_second_handshake_takes_the_socket_over(driver: FakeDriver) -> None:
    socket, first = begin(driver, "/a")
    driver.say(socket, connect(first))
    _, second = begin(driver, "/b", socket=socket)
    assert first != second
    driver.publish("/a", "for the first")
    driver.publish("/b", "for the second")
    assert data(*driver.news(socket)) == ["for the second"]
    assert driver.closed == {}
    # The first can go on elsewhere, and nothing is lost.
    assert data(driver.connect(first)) == ["for the first"]


def test_the_first_expires_if_it_does_not(driver: FakeDriver) -> None:
    socket, first = begin(driver)
    driver.say(socket, connect(first))
    _, second = begin(driver, socket=socket)
    driver.say(socket, connect(second))
    driver.wait(10)
    assert driver.engine.session_count == 1
    assert driver.connect(first)[0]["error"] == UNKNOWN


def test_other_sessions_may_not_speak_on_it(driver: FakeDriver) -> None:
    socket, _ = begin(driver, "/a")
    other = driver.meet("/a")
    for message in (
        connect(other),
        {"channel": "/a", "data": 1, "clientId": other},
        {"channel": "/meta/disconnect", "clientId": other},
    ):
        [[reply]] = driver.say(socket, message)
        assert reply["error"] == UNKNOWN
    driver.news(socket)
    driver.publish("/a", 2)
    assert data(*driver.news(socket)) == [2]
    assert data(driver.connect(other)) == [2]


def test_another_user_may_not_resume_a_session(driver: FakeDriver) -> None:
    client = driver.meet("/a", user="ann")
    socket = driver.open(user="bob")
    [[reply]] = driver.say(socket, connect(client))
    assert reply["error"] == UNKNOWN
    driver.news(socket)
    driver.publish("/a", 1)
    assert driver.news(socket) == []


def test_with_a_handshake_for_each_connection_nothing_is_resumed() -> None:
    driver = FakeDriver(BayeuxOptions(ws_require_handshake_per_connection=True))
    older, client = begin(driver, "/a")
    newer = driver.open()
    [[reply]] = driver.say(newer, connect(client))
    assert reply["error"] == UNKNOWN
    assert reply["advice"]["reconnect"] == "handshake"
    driver.publish("/a", 1)
    assert data(*driver.news(older)) == [1]
    _, second = begin(driver, "/a", socket=newer)
    [[reply]] = driver.say(newer, connect(client))
    assert reply["error"] == UNKNOWN
    assert driver.say(newer, connect(second)) == []


# A socket that is gone.


def test_a_lost_socket_takes_no_event_with_it(driver: FakeDriver) -> None:
    socket, client = begin(driver, "/a")
    driver.say(socket, connect(client))
    driver.publish("/a", 1)
    driver.drop(socket)
    driver.lose_frame(socket)
    driver.publish("/a", 2)
    assert (driver.engine.held_count, driver.engine.socket_count) == (0, 0)
    assert data(driver.connect(client)) == [1, 2]


def test_its_session_lives_for_a_while(driver: FakeDriver) -> None:
    socket, client = begin(driver)
    driver.say(socket, connect(client))
    driver.wait(25)
    driver.drop(socket)
    driver.wait(9.5)
    assert driver.engine.session_count == 1
    driver.wait(0.5)
    assert driver.engine.session_count == 0


def test_so_does_one_that_had_just_said_something_else(driver: FakeDriver) -> None:
    socket, client = begin(driver)
    driver.wait(9)
    driver.say(socket, {"channel": "/b", "data": 1, "clientId": client})
    driver.drop(socket)
    driver.wait(9.5)
    assert driver.engine.session_count == 1


def test_a_socket_does_not_keep_a_session_without_connects(driver: FakeDriver) -> None:
    socket, client = begin(driver, "/a")
    driver.wait(10)
    assert driver.engine.session_count == 0
    [[reply]] = driver.say(socket, connect(client))
    assert reply["error"] == UNKNOWN
    begin(driver, "/a", socket=socket)
    driver.publish("/a", 1)
    assert data(*driver.news(socket)) == [1]


# The end.


def test_a_client_that_says_goodbye_hears_of_its_connect_first(driver: FakeDriver) -> None:
    socket, client = begin(driver)
    driver.say(socket, connect(client, id="1"))
    driver.say(socket, {"channel": "/meta/disconnect", "id": "2", "clientId": client})
    replies = [message for frame in driver.news(socket) for message in frame]
    assert [reply["id"] for reply in replies] == ["1", "2"]
    assert replies[0]["advice"] == {"reconnect": "none"}
    assert driver.closed == {socket: 1000}


@pytest.mark.parametrize("is_held", [True, False])
def test_the_server_says_it_on_the_socket(driver: FakeDriver, is_held: bool) -> None:
    socket, client = begin(driver)
    if is_held:
        driver.say(socket, connect(client))
    driver.disconnect(client)
    [frame] = driver.news(socket)
    assert frame[0]["channel"] == "/meta/disconnect"
    assert frame[-1]["advice"] == {"reconnect": "none"}
    assert driver.closed == {socket: 1000}
    assert driver.engine.session_count == 0


def test_when_the_server_stops_connects_are_answered_and_sockets_closed(
    driver: FakeDriver,
) -> None:
    socket, client = begin(driver, "/a")
    idle = driver.open()
    driver.say(socket, connect(client, id="1"))
    driver.release()
    [[reply]] = driver.news(socket)
    assert (reply["id"], reply["successful"]) == ("1", True)
    assert driver.closed == {socket: 1001, idle: 1001}
    late = driver.open()
    assert driver.closed[late] == 1001


def test_a_session_that_is_overrun_in_its_own_payload_hears_so() -> None:
    driver = FakeDriver(BayeuxOptions(max_queue=2))
    socket, client = begin(driver, "/a")
    publish = {"channel": "/a", "data": 1, "clientId": client}
    [frame] = driver.say(socket, *[publish] * 5)
    assert [message["successful"] for message in frame] == [True, True, True, False, False]
    assert driver.engine.session_count == 0
