"""Whose a session is: a user's, who says each time that it is he; or, where only the handshake said
who the user is, the client's that shows the cookie of the handshake, or keeps to its socket."""

import pytest

from switchbell.bayeux.options import WEBSOCKET, BayeuxOptions
from switchbell.bayeux.peer import Peer
from tests.server.bayeux.fakes import FakeDriver

ANN = Peer(user="ann")
NOBODY = Peer()
BOB = Peer(user="bob")
TOLD = Peer(user="ann", by_handshake=True, until=100.0, browser="jar")
SAME = Peer(browser="jar")
UNKNOWN = "402::session_unknown"


def begin(driver: FakeDriver, peer: Peer) -> str:
    """A session of this peer."""
    [reply] = driver.answer(driver.send({"channel": "/meta/handshake"}, peer=peer))
    client: str = reply["clientId"]
    return client


def error(driver: FakeDriver, client: str, peer: Peer) -> str | None:
    """Why a session is not had by this peer; None if it is."""
    connect = {"channel": "/meta/connect", "clientId": client, "advice": {"timeout": 0}}
    [reply] = driver.answer(driver.send(connect, peer=peer))
    refusal: str | None = reply.get("error")
    return refusal


@pytest.mark.parametrize(
    ("maker", "sender", "allowed"),
    [
        (ANN, ANN, True),
        (ANN, NOBODY, False),
        (ANN, BOB, False),
        (NOBODY, ANN, False),
        (TOLD, NOBODY, False),
        (TOLD, BOB, False),
        (TOLD, Peer(browser="other"), False),
        (TOLD, SAME, True),
        (TOLD, Peer(user="bob", browser="jar"), True),
        (TOLD, ANN, True),
        (TOLD, Peer(user="ann", browser="other"), True),
        (Peer(user="ann", by_handshake=True), NOBODY, False),
        (Peer(user="ann", by_handshake=True), ANN, True),
        (Peer(user="ann", browser="jar"), SAME, False),
    ],
)
def test_a_client_id_alone_is_not_enough(maker: Peer, sender: Peer, allowed: bool) -> None:
    driver = FakeDriver()
    refusal = error(driver, begin(driver, maker), sender)
    assert refusal == (None if allowed else UNKNOWN)


def test_unless_the_server_is_told_to_trust_it() -> None:
    driver = FakeDriver(BayeuxOptions(trust_client_session=True))
    assert error(driver, begin(driver, TOLD), NOBODY) is None
    assert error(driver, begin(driver, ANN), NOBODY) == UNKNOWN


def test_a_page_that_said_it_in_its_handshake_still_needs_its_browser() -> None:
    driver = FakeDriver()
    page = Peer(user="ann", by_handshake=True, is_browser=True, browser="one")
    client = begin(driver, page)
    assert error(driver, client, Peer(is_browser=True, browser="one")) is None
    for stranger in (Peer(is_browser=True, browser="two"), NOBODY, ANN):
        assert error(driver, client, stranger) == UNKNOWN


def test_such_a_session_is_of_its_user() -> None:
    driver = FakeDriver()
    client = begin(driver, TOLD)
    subscribe = {"channel": "/meta/subscribe", "subscription": "/a", "clientId": client}
    driver.answer(driver.send(subscribe, peer=SAME))
    for audience in ("bob", "ann"):
        driver.engine.publish("/a", audience, audience=[audience], now=driver.now)
    connect = {"channel": "/meta/connect", "clientId": client}
    event, _ = driver.answer(driver.send(connect, peer=SAME))
    assert event["data"] == "ann"


def test_when_its_time_is_over_the_client_has_to_handshake_anew() -> None:
    driver = FakeDriver()
    client = begin(driver, TOLD)
    for driver.now in range(0, 100, 9):
        assert error(driver, client, SAME) is None
    driver.now = 100.0
    for peer in (SAME, ANN):
        connect = {"channel": "/meta/connect", "clientId": client}
        [reply] = driver.answer(driver.send(connect, peer=peer))
        assert reply["error"] == UNKNOWN
        assert reply["advice"]["reconnect"] == "handshake"


def poll(client: str) -> dict[str, str]:
    return {"channel": "/meta/connect", "clientId": client}


@pytest.mark.parametrize("maker", [TOLD, Peer(user="ann", until=100.0)])
def test_no_connect_is_held_for_longer_than_its_user_is_known(maker: Peer) -> None:
    driver = FakeDriver(BayeuxOptions(timeout=30_000))
    driver.now = 90.0
    client = begin(driver, maker)
    sender = SAME if maker is TOLD else maker
    driver.answer(driver.send(poll(client), peer=sender))
    held = driver.send(poll(client), peer=sender)
    driver.wait(9.9)
    assert held not in driver.answers
    driver.wait(0.1)
    [reply] = driver.answer(held)
    assert reply["successful"] is True


def test_of_one_who_shows_each_time_who_he_is_the_session_lasts_longer_than_what_he_shows() -> None:
    driver = FakeDriver()
    client = begin(driver, Peer(user="ann", until=5.0))
    driver.now = 6.0
    assert error(driver, client, Peer(user="ann", until=10.0)) is None


def test_the_connects_of_a_user_can_be_hurried() -> None:
    driver = FakeDriver()
    clients = [begin(driver, ANN), begin(driver, ANN), begin(driver, BOB)]
    peers = [ANN, ANN, BOB]
    for client, peer in zip(clients, peers, strict=True):
        driver.answer(driver.send(poll(client), peer=peer))
    held = [
        driver.send(poll(client), peer=peer) for client, peer in zip(clients, peers, strict=True)
    ]
    driver.hurry("ann")
    for exchange in held[:2]:
        [reply] = driver.answer(exchange)
        assert reply["successful"] is True
    assert held[2] not in driver.answers
    driver.hurry("ann")
    driver.hurry("nobody")
    assert held[2] not in driver.answers


def test_on_a_socket_the_same_holds() -> None:
    driver = FakeDriver()
    client, own = begin(driver, TOLD), begin(driver, ANN)
    for peer, client_id, allowed in [
        (Peer(transport=WEBSOCKET), client, False),
        (Peer(user="bob", transport=WEBSOCKET), client, False),
        (Peer(browser="jar", transport=WEBSOCKET), client, True),
        (Peer(transport=WEBSOCKET), own, False),
        (Peer(user="bob", transport=WEBSOCKET), own, False),
        (Peer(user="ann", transport=WEBSOCKET), own, True),
    ]:
        socket = driver.open(peer=peer)
        message = {"channel": "/meta/subscribe", "subscription": "/a", "clientId": client_id}
        [[reply]] = driver.say(socket, message)
        assert reply["successful"] is allowed


def test_who_handshakes_over_a_socket_needs_nothing_else_while_it_lasts() -> None:
    driver = FakeDriver()
    stranger = Peer(transport=WEBSOCKET, browser="jar")
    told = Peer(transport=WEBSOCKET, browser="jar", user="ann", by_handshake=True)
    socket = driver.open(peer=stranger)
    [[reply]] = driver.say(socket, {"channel": "/meta/handshake"}, peer=told)
    subscribe = {
        "channel": "/meta/subscribe",
        "subscription": "/a",
        "clientId": reply["clientId"],
    }
    # Not even the cookie, which a client without a jar does not have.
    [[reply]] = driver.say(socket, subscribe, peer=Peer(transport=WEBSOCKET))
    assert reply["successful"] is True
    for peer, allowed in [(Peer(transport=WEBSOCKET), False), (stranger, True)]:
        other = driver.open(peer=peer)
        [[reply]] = driver.say(other, subscribe)
        assert reply["successful"] is allowed


def test_a_handshake_that_says_nothing_gets_no_session_of_the_one_before() -> None:
    driver = FakeDriver()
    begin(driver, TOLD)
    own = begin(driver, NOBODY)
    driver.engine.publish("/a", 1, audience=["ann"], now=0.0)
    session = driver.engine._sessions.get(own)
    assert session is not None
    assert session.user is None


@pytest.mark.parametrize("opens", [True, False])
def test_sockets_are_offered_to_those_for_whom_they_would_be_opened(opens: bool) -> None:
    driver = FakeDriver()
    peer = Peer(is_browser=True, browser="one", opens_sockets=opens)
    [reply] = driver.answer(driver.send({"channel": "/meta/handshake"}, peer=peer))
    assert ("websocket" in reply["supportedConnectionTypes"]) is opens
