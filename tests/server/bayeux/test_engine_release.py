"""The server stops."""

from tests.server.bayeux.fakes import FakeDriver


def test_all_that_is_held_is_answered(driver: FakeDriver) -> None:
    held = [driver.hold(driver.meet()) for _ in range(3)]
    driver.release()
    for exchange in held:
        assert driver.answer(exchange) == [{"channel": "/meta/connect", "successful": True}]
    assert driver.engine.held_count == 0


def test_from_then_on_nothing_is_held(driver: FakeDriver) -> None:
    client = driver.meet()
    driver.release()
    assert driver.post({"channel": "/meta/connect", "clientId": client}) == [
        {"channel": "/meta/connect", "successful": True}
    ]
    assert driver.engine.held_count == 0


def test_events_still_reach_those_who_ask(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    driver.release()
    driver.publish("/a", 1)
    assert driver.connect(client)[0] == {"channel": "/a", "data": 1}


def test_sessions_expire_as_ever(driver: FakeDriver) -> None:
    driver.hold(driver.meet())
    driver.release()
    driver.wait(10.0)
    assert driver.engine.session_count == 0


def test_an_engine_without_sessions_has_nothing_to_release(driver: FakeDriver) -> None:
    driver.release()
    assert driver.answers == {}
    assert driver.engine.next_deadline() is None


def test_a_socket_that_is_closed_is_not_written_to_again(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    connect = {"channel": "/meta/connect", "clientId": client}
    socket, idle = driver.open(), driver.open()
    driver.say(socket, connect)
    driver.release()
    assert driver.closed == {socket: 1001, idle: 1001}
    assert driver.engine.socket_count == 0
    driver.publish("/a", 1)
    driver.push(client, "/service/x", 2)
    driver.disconnect(driver.meet("/a"))
    assert [event["data"] for event in driver.connect(client) if "data" in event] == [1, 2]
    driver.drop(socket)
    driver.wait(10.0)
    assert driver.engine.session_count == 0


def test_a_connect_that_is_held_on_a_socket_is_answered_before_it_is_closed(
    driver: FakeDriver,
) -> None:
    client = driver.meet()
    socket = driver.open()
    assert driver.say(socket, {"channel": "/meta/connect", "clientId": client}) == []
    driver.release()
    [[reply]] = driver.news(socket)
    assert (reply["channel"], reply["successful"]) == ("/meta/connect", True)
    assert driver.engine.held_count == 0


def test_a_socket_that_comes_too_late_is_closed_at_once(driver: FakeDriver) -> None:
    driver.release()
    socket = driver.open()
    assert driver.closed == {socket: 1001}
    assert driver.engine.socket_count == 0
