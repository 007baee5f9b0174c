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
