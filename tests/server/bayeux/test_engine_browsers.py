"""Browsers: whose sessions are whose, and how many connects of one are held."""

import pytest

from switchbell.bayeux.options import WEBSOCKET, BayeuxOptions
from switchbell.bayeux.peer import Peer
from tests.server.bayeux.fakes import FakeDriver, Wire

ONE = Peer(browser="one", is_browser=True)
TWO = Peer(browser="two", is_browser=True)
PROGRAM = Peer()
PROGRAM_WITH_COOKIE = Peer(browser="one")


def begin(driver: FakeDriver, peer: Peer) -> str:
    """A session of this peer that has connected."""
    [reply] = driver.answer(driver.send({"channel": "/meta/handshake"}, peer=peer))
    client: str = reply["clientId"]
    driver.answer(connect(driver, client, peer))
    return client


def connect(driver: FakeDriver, client: str, peer: Peer) -> int:
    """The exchange of a connect that waits if it may."""
    return driver.send({"channel": "/meta/connect", "clientId": client}, peer=peer)


def is_many(answer: Wire) -> bool:
    return answer[-1].get("advice", {}).get("multiple-clients") is True


@pytest.mark.parametrize(
    ("maker", "user", "allowed"),
    [
        (ONE, ONE, True),
        (ONE, TWO, False),
        (ONE, Peer(is_browser=True), False),
        (ONE, PROGRAM, False),
        (ONE, PROGRAM_WITH_COOKIE, True),
        (PROGRAM, PROGRAM, True),
        (PROGRAM, PROGRAM_WITH_COOKIE, True),
        (PROGRAM, ONE, False),
        (PROGRAM_WITH_COOKIE, PROGRAM, True),
        (PROGRAM_WITH_COOKIE, TWO, False),
        (ONE, Peer(browser="one", is_browser=True, user="ann"), False),
    ],
)
def test_a_session_is_for_the_browser_that_made_it(maker: Peer, user: Peer, allowed: bool) -> None:
    driver = FakeDriver()
    client = begin(driver, maker)
    exchange = connect(driver, client, user)
    assert (exchange not in driver.answers) is allowed
    trusting = FakeDriver(BayeuxOptions(trust_client_session=True))
    client = begin(trusting, maker)
    exchange = connect(trusting, client, user)
    assert (exchange not in trusting.answers) is (maker.user == user.user)


def test_only_so_many_connects_of_a_browser_are_held() -> None:
    driver = FakeDriver(BayeuxOptions(max_sessions_per_browser=2))
    clients = [begin(driver, ONE) for _ in range(3)]
    held = [connect(driver, client, ONE) for client in clients]
    assert [exchange in driver.answers for exchange in held] == [False, False, True]
    assert is_many(driver.answer(held[-1]))
    assert connect(driver, begin(driver, TWO), TWO) not in driver.answers


@pytest.mark.parametrize("end", ["event", "timeout", "lost", "goodbye", "dismissed", "replaced"])
def test_a_place_is_free_again_when_a_connect_ends(end: str) -> None:
    driver = FakeDriver()
    first, second = begin(driver, ONE), begin(driver, ONE)
    held = connect(driver, first, ONE)
    assert is_many(driver.answer(connect(driver, second, ONE)))
    match end:
        case "event":
            driver.push(first, "/service/a", 1)
        case "timeout":
            driver.wait(10)
            assert is_many(driver.answer(connect(driver, second, ONE)))
            driver.wait(10)
            assert is_many(driver.answer(connect(driver, second, ONE)))
            driver.wait(10)
        case "lost":
            driver.drop(held)
        case "goodbye":
            driver.send({"channel": "/meta/disconnect", "clientId": first}, peer=ONE)
        case "dismissed":
            driver.disconnect(first)
        case "replaced":
            driver.send(
                {"channel": "/meta/connect", "clientId": first, "advice": {"timeout": 0}},
                peer=ONE,
            )
    assert connect(driver, second, ONE) not in driver.answers
    assert driver.engine.held_count == 1


def test_replacing_ones_own_connect_takes_no_second_place() -> None:
    driver = FakeDriver()
    client = begin(driver, ONE)
    for _ in range(3):
        assert connect(driver, client, ONE) not in driver.answers
    assert is_many(driver.answer(connect(driver, begin(driver, ONE), ONE)))


def test_who_was_sent_away_brings_its_events_and_lives_until_it_asks_again() -> None:
    driver = FakeDriver(BayeuxOptions(multi_session_interval=15_000))
    first, second = begin(driver, ONE), begin(driver, ONE)
    connect(driver, first, ONE)
    connect(driver, second, ONE)
    driver.wait(20)
    driver.push(second, "/service/a", 1)
    event, reply = driver.answer(connect(driver, second, ONE))
    assert event["data"] == 1
    assert "error" not in reply


def test_connects_that_ask_not_to_be_held_take_no_place() -> None:
    driver = FakeDriver()
    first, second = begin(driver, ONE), begin(driver, ONE)
    connect(driver, first, ONE)
    answer = driver.answer(
        driver.send(
            {"channel": "/meta/connect", "clientId": second, "advice": {"timeout": 0}}, peer=ONE
        )
    )
    assert not is_many(answer)


def test_programs_and_sockets_take_none() -> None:
    driver = FakeDriver()
    for _ in range(3):
        client = begin(driver, PROGRAM_WITH_COOKIE)
        assert connect(driver, client, PROGRAM_WITH_COOKIE) not in driver.answers
    assert connect(driver, begin(driver, ONE), ONE) not in driver.answers
    for _ in range(3):
        socket = driver.open(peer=Peer(browser="one", is_browser=True, transport=WEBSOCKET))
        [[reply]] = driver.say(socket, {"channel": "/meta/handshake"})
        message = {"channel": "/meta/connect", "clientId": reply["clientId"]}
        driver.say(socket, message)
        assert driver.say(socket, message) == []


def test_a_connect_that_moves_from_http_to_a_socket_leaves_its_place() -> None:
    driver = FakeDriver()
    first, second = begin(driver, ONE), begin(driver, ONE)
    connect(driver, first, ONE)
    socket = driver.open(peer=Peer(browser="one", is_browser=True, transport=WEBSOCKET))
    driver.say(socket, {"channel": "/meta/connect", "clientId": first})
    assert connect(driver, second, ONE) not in driver.answers
    driver.drop(socket)
    assert is_many(driver.answer(connect(driver, first, ONE)))
