"""A session that the server has given up: another one takes its place, and that is said."""

import pytest
from aiocometd.exceptions import ServerError

from switchbell_client.cometd import EventsMissed
from tests.client.fake_sockets import with_either
from tests.client.fakes import (
    ADVICE,
    CONNECTED,
    HANDSHAKEN,
    SESSION_UNKNOWN,
    FakeServer,
    Raw,
    call_event,
)
from tests.client.sessions import receive, subscribed

pytestmark = with_either


async def test_a_new_handshake_keeps_the_subscriptions(server: FakeServer) -> None:
    async with subscribed(server) as client:
        server.script["/meta/handshake"].append([{**HANDSHAKEN, "clientId": "second"}])
        server._queue.put_nowait([SESSION_UNKNOWN])
        await server.seen("/meta/handshake", 2)
        renewal = (await server.seen("/meta/connect", 3))[2]
        server.push(call_event(7))
        with pytest.raises(EventsMissed):
            await receive(client)
        assert await receive(client) == "CALL7"
    assert [(m["channel"], m["clientId"]) for m in renewal.body] == [
        ("/meta/connect", "second"),
        ("/meta/subscribe", "second"),
    ]
    assert renewal.body[1]["subscription"] == "/v2/me/calls"


async def test_a_subscription_outlives_a_session_lost_while_it_is_renewed(
    server: FakeServer,
) -> None:
    unrenewed = {
        "channel": "/meta/subscribe",
        "successful": False,
        "subscription": "/v2/me/calls",
        "error": "402::session_unknown",
    }
    async with subscribed(server) as client:
        await server.seen("/meta/connect", 2)
        server.script["/meta/connect"].append([SESSION_UNKNOWN, unrenewed])
        server._queue.put_nowait([SESSION_UNKNOWN])
        renewal = (await server.seen("/meta/connect", 4))[3]
        assert renewal.body[1]["subscription"] == "/v2/me/calls"
        assert client.subscriptions == {"/v2/me/calls"}


async def test_a_subscription_that_is_refused_after_a_new_handshake_is_not_silence(
    server: FakeServer,
) -> None:
    refused = {
        "channel": "/meta/subscribe",
        "successful": False,
        "subscription": "/v2/me/calls",
        "error": "403::subscription_denied",
    }
    async with subscribed(server) as client:
        await server.seen("/meta/connect", 2)
        server.script["/meta/connect"].append([{**CONNECTED, "advice": ADVICE}, refused])
        server._queue.put_nowait([SESSION_UNKNOWN])
        with pytest.raises(ServerError) as caught:
            await receive(client)
    assert caught.value.error == "403::subscription_denied"


async def test_what_stands_between_two_sessions(server: FakeServer) -> None:
    async with subscribed(server) as client:
        server.push(call_event(1))
        await server.seen("/meta/connect", 3)
        renewed = {"channel": "/meta/subscribe", "successful": True, "subscription": "/v2/me/calls"}
        # An event may come with the answer to the first connect, before or after it.
        server.script["/meta/connect"] += [
            [SESSION_UNKNOWN],
            [call_event(2), {**CONNECTED, "advice": ADVICE}, renewed, call_event(3)],
        ]
        server._queue.put_nowait([SESSION_UNKNOWN])
        await server.seen("/meta/handshake", 3)  # the first replacement was never connected
        assert await receive(client) == "CALL1"
        with pytest.raises(EventsMissed):
            await receive(client)
        server.push(call_event(4))
        assert [await receive(client) for _ in range(3)] == ["CALL2", "CALL3", "CALL4"]


async def test_a_connection_that_comes_back_with_its_session_is_no_news(server: FakeServer) -> None:
    server.script["/meta/connect"] += [[CONNECTED], Raw(503, "down")]
    async with subscribed(server) as client:
        await server.seen("/meta/connect", 3)
        server.push(call_event(1))
        assert await receive(client) == "CALL1"
