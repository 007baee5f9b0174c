"""Who is there: what the engine is told of those who send requests."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from switchbell.access.identity import ALWAYS, Identity
from switchbell.access.sessions import HttpSession
from switchbell.bayeux.options import LONG_POLLING, WEBSOCKET, BayeuxOptions
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.policy import Policy, ServerPublishes
from switchbell.transport import websocket
from switchbell.transport.browsers import Browsers
from switchbell.transport.identify import Identification
from switchbell.transport.mount import BayeuxServer
from switchbell.transport.reception import Reception
from tests.conformance.serving import PATH, serving
from tests.conformance.speaker import promptly

PAGE = {"Sec-Fetch-Site": "same-origin"}
ANN = Identity(user="ann")
HANDSHAKE: dict[str, Any] = {"channel": "/meta/handshake"}


class Told(Identification):
    """Takes everybody's word for who he is in the handshake, for ten seconds."""

    strangers = False

    def __init__(self) -> None:
        super().__init__()
        self.events: list[str] = []
        self.asked: list[Mapping[str, Any]] = []
        self.left = 10.0

    async def authenticate(self, request: web.Request, said: Mapping[str, Any]) -> Identity | None:
        self.asked.append(said)
        return Identity(user=said["user"]) if "user" in said else None

    def awaits_handshake(self, *, of_page: bool) -> bool:
        return self.strangers

    def seconds_left(self, identity: Identity) -> float:
        return self.left

    def arrive(self, identity: Identity) -> None:
        self.events.append("arrived")

    def leave(self, identity: Identity) -> None:
        self.events.append("left")


def reception(
    identification: Identification | None = None, policy: Policy | None = None
) -> Reception:
    return Reception(
        policy or ServerPublishes(), identification or Told(), Browsers(BayeuxOptions())
    )


def request(headers: Mapping[str, str] | None = None) -> web.Request:
    return make_mocked_request("POST", "/bayeux", headers=headers)


@pytest.mark.parametrize(
    ("headers", "identity", "opens"),
    [
        ({}, ANN, True),
        (PAGE, ANN, False),
        (PAGE, Identity(user="ann", by_cookie=True), True),
        (PAGE, Identity(), False),
    ],
)
async def test_a_page_opens_sockets_if_its_browser_shows_who_it_is(
    headers: Mapping[str, str], identity: Identity, opens: bool
) -> None:
    told = Told()
    told.left = ALWAYS
    peer = reception(told).peer(request(headers), identity, browser="one", transport=LONG_POLLING)
    assert peer == Peer(
        user=identity.user, browser="one", is_browser=bool(headers), opens_sockets=opens
    )


async def test_a_policy_that_lets_in_everybody_lets_in_pages() -> None:
    peer = reception(policy=Policy()).peer(request(PAGE), ANN, browser=None, transport=LONG_POLLING)
    assert peer.opens_sockets


async def test_one_who_is_known_for_a_time_is_so_for_that_long() -> None:
    peer = reception().peer(request(), ANN, browser=None, transport=LONG_POLLING)
    assert 9 < peer.until - asyncio.get_running_loop().time() <= 10


def test_only_one_who_may_not_be_known_for_ever_is_watched() -> None:
    told = Told()
    there = reception(told)
    is_known = there.vigil(ANN)
    assert is_known is not None
    assert is_known()
    told.left = 0.0
    assert not is_known()
    told.left = ALWAYS
    assert there.vigil(ANN) is None
    session = HttpSession("id", "ann", "token", 0.0)
    assert there.vigil(Identity(user="ann", session=session)) is not None


async def test_strangers_are_let_in_where_their_handshake_is_awaited() -> None:
    told = Told()
    there = reception(told)
    assert there.opens_socket("ann", of_page=True)
    assert not there.opens_socket(None, of_page=True)
    told.strangers = True
    assert there.opens_socket(None, of_page=True)
    assert there.peer(request(PAGE), ANN, browser=None, transport=LONG_POLLING).opens_sockets


async def test_where_everybody_is_welcome_nobody_is_a_stranger(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(websocket, "MOST_STRANGERS", 0)
    async with serving(PATH, BayeuxServer()) as server, await server.socket() as opened:
        assert (await opened.ask([HANDSHAKE]))[0]["successful"] is True


async def test_a_handshake_tells_who_it_is_and_for_how_long() -> None:
    messages = [HANDSHAKE | {"ext": {"authentication": {"user": "ann"}}}]
    peer = await reception().hear(request(), Peer(user="bob"), messages)
    assert (peer.user, peer.by_handshake) == ("ann", True)
    assert 9 < peer.until - asyncio.get_running_loop().time() <= 10


async def test_one_that_tells_what_is_known_changes_nothing() -> None:
    known = Peer(user="ann")
    messages = [HANDSHAKE | {"ext": {"authentication": {"user": "ann"}}}]
    assert await reception().hear(request(), known, messages) is known


async def test_one_that_tells_it_wrongly_is_nobodys() -> None:
    messages = [HANDSHAKE | {"ext": {"authentication": {"user": None}}}]
    peer = await reception().hear(request(), Peer(user="bob"), messages)
    assert (peer.user, peer.by_handshake) == (None, False)


async def test_other_messages_tell_who_it_is_too() -> None:
    said = {"channel": "/meta/connect", "ext": {"authentication": {"user": "ann"}}}
    for peer in (Peer(), Peer(user="bob")):
        for messages in ([said], [{"channel": "/a"}, said, said]):
            heard = await reception().hear(request(), peer, messages)
            assert (heard.user, heard.by_handshake) == ("ann", False)


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [HANDSHAKE],
        [HANDSHAKE | {"ext": None}],
        [HANDSHAKE | {"ext": []}],
        [HANDSHAKE | {"ext": {}}],
        [HANDSHAKE | {"ext": {"authentication": "ann"}}],
        [HANDSHAKE | {"ext": {"authentication": ["user", "ann"]}}],
        [HANDSHAKE, {"channel": 7, "ext": {"authentication": {"user": "ann"}}}],
        [{"channel": 7, "ext": {"authentication": {"user": None}}}],
        [HANDSHAKE, HANDSHAKE | {"ext": {"authentication": {"user": "ann"}}}],
        [HANDSHAKE | {"ext": {"authentication": {"name": "ann"}}}],
    ],
    ids=range(11),
)
async def test_whatever_else_is_said_does_not_count(messages: list[dict[str, Any]]) -> None:
    """The second of two handshakes neither: the engine does not look at it."""
    known = Peer(user="bob")
    assert await reception().hear(request(), known, messages) is known


def test_a_socket_is_nobodys_any_more_when_time_is_up() -> None:
    told = Told()
    there, peer = reception(told), Peer(user="ann", transport=WEBSOCKET)
    assert there.current(peer, ANN) is peer
    told.left = 0.0
    assert there.current(peer, ANN).user is None


async def test_somebody_is_there_as_long_as_his_poll_is_held_or_his_socket_open() -> None:
    told = Told()
    async with serving(PATH, BayeuxServer(identification=told)) as server:
        client = await server.open("/a")
        told.events.clear()
        held = await server.holding(client.hold())
        assert told.events == ["arrived"]
        server.publish("/a", 1)
        await promptly(held)
        await server.until(lambda: told.events == ["arrived", "left"])
        told.events.clear()
        gone = await server.holding(client.hold())
        gone.cancel()
        await server.until(lambda: told.events == ["arrived", "left"])
        told.events.clear()
        async with await server.socket():
            await server.until(lambda: told.events == ["arrived"])
        await server.until(lambda: told.events == ["arrived", "left"])
    assert told.asked == []
