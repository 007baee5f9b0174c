"""Whoever speaks Bayeux to a centre, with the headers of his choice, and what he is told."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

import aiohttp
import pytest

from tests.centre import Centre
from tests.conformance.sockets import Socket
from tests.conformance.wire import Message, promptly
from tests.visitors import NOTIFICATIONS, Clock, Headers, ask, basic, bearer, cookie_of, logged_in

ANNA, BERTA = "agent15000", "agent15001"
UNKNOWN = "402::session_unknown"
DENIED = "403::handshake_denied"


class Introduced(NamedTuple):
    client_id: str
    cookie: Headers


PASSWORD = {"user": ANNA, "password": "switchbell"}


async def post(
    centre: Centre, *messages: Message, headers: Mapping[str, str] | None = None
) -> list[Message]:
    """Messages over HTTP, and the answer."""
    answer = await promptly(ask(centre, "POST", NOTIFICATIONS, headers, json=messages))
    assert answer.status == 200
    replies: list[Message] = answer.body
    return replies


@asynccontextmanager
async def socket(centre: Centre, headers: Mapping[str, str] | None = None) -> AsyncIterator[Socket]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        connection = await promptly(http.ws_connect(centre.url + NOTIFICATIONS, headers=headers))
        async with Socket(connection) as opened:
            yield opened


async def refused_socket(centre: Centre, headers: Mapping[str, str] | None = None) -> int:
    """The HTTP status with which a socket is refused."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        async with socket(centre, headers):
            pass
    return refusal.value.status


def handshake(authentication: object = None) -> Message:
    ext = {} if authentication is None else {"ext": {"authentication": authentication}}
    return {"channel": "/meta/handshake", "version": "1.0", **ext}


def connect(client_id: str) -> Message:
    return {"channel": "/meta/connect", "clientId": client_id, "advice": {"timeout": 0}}


async def meet(
    centre: Centre, headers: Headers | None = None, authentication: object = None
) -> str:
    """A session over HTTP. Returns its id."""
    [reply] = await post(centre, handshake(authentication), headers=headers)
    assert reply["successful"] is True, reply
    client_id: str = reply["clientId"]
    return client_id


async def assert_unknown(centre: Centre, client_id: str, headers: Headers | None = None) -> None:
    """Whoever sends this can do nothing at all with the session, over either transport."""
    own = {"clientId": client_id}
    messages = [
        connect(client_id),
        {"channel": "/meta/subscribe", "subscription": "/v2/me/calls", **own},
        {"channel": "/meta/unsubscribe", "subscription": "/v2/me/calls", **own},
        {"channel": "/service/any", "data": 1, **own},
        {"channel": "/meta/disconnect", **own},
    ]
    for message in messages:
        [reply] = await post(centre, message, headers=headers)
        assert reply["error"] == UNKNOWN, message
    async with socket(centre, headers) as opened:
        for message in messages:
            [reply] = await opened.ask([message])
            assert reply["error"] == UNKNOWN, message


async def assert_known(centre: Centre, client_id: str, headers: Headers | None = None) -> None:
    [reply] = await post(centre, connect(client_id), headers=headers)
    assert reply["successful"] is True, reply
    async with socket(centre, headers) as opened:
        [reply] = await opened.ask([connect(client_id)])
        assert reply["successful"] is True, reply


async def ways(centre: Centre, clock: Clock, user: str) -> list[Headers]:
    """All headers by which a user can say with each request who he is."""
    return [basic(user), await logged_in(centre, user), bearer(clock() + 60, user)]


async def introduce(centre: Centre, who: Message, headers: Headers | None = None) -> Introduced:
    """A session over HTTP of a client that says in its handshake who it is."""
    answer = await ask(centre, "POST", NOTIFICATIONS, headers, json=[handshake(who)])
    [reply] = answer.body
    assert reply["successful"] is True, reply
    assert "authentication" not in str(reply)
    return Introduced(reply["clientId"], cookie_of(answer))
