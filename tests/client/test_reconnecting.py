"""The session stays connected: one test for each thing that aiocometd does wrong, and advice."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from aiocometd.exceptions import ServerError, TransportTimeoutError

from switchbell_client.backoff import Backoff
from switchbell_client.cometd import Client
from tests.client.fakes import (
    ADVICE,
    CONNECT_FAILED,
    CONNECTED,
    HANDSHAKE_DENIED,
    HANDSHAKEN,
    SESSION_UNKNOWN,
    FakeServer,
    Raw,
    call_event,
)

QUICK = Backoff(first=0.01, longest=0.04)


@asynccontextmanager
async def subscribed(server: FakeServer, **options: object) -> AsyncIterator[Client]:
    client = Client(server.bayeux_url, **{"backoff": QUICK, **options})
    await client.open()
    try:
        await client.subscribe("/v2/me/calls")
        yield client
    finally:
        await client.close()


async def receive(client: Client) -> str:
    async with asyncio.timeout(5):
        return (await client.receive())["data"]["call"]["id"]


async def test_the_interval_advice_is_in_milliseconds(server: FakeServer) -> None:
    advice = {"reconnect": "retry", "interval": 40, "timeout": 30000}
    server.script["/meta/connect"].append([{**CONNECTED, "advice": advice}])
    async with subscribed(server):
        first, second = (await server.seen("/meta/connect", 2))[:2]
    assert 0.035 < second.at - first.at < 2


async def test_failed_connects_without_advice_are_repeated_ever_more_slowly(
    server: FakeServer,
) -> None:
    server.script["/meta/connect"] += [[CONNECTED], *[[CONNECT_FAILED]] * 5]
    async with subscribed(server):
        times = [request.at for request in await server.seen("/meta/connect", 7)]
    gaps = [after - before for before, after in pairwise(times)]
    # The first pause follows a success; each of the others is at least half of its backoff.
    assert [gap >= least for gap, least in zip(gaps[1:], (0.004, 0.009, 0.019), strict=False)] == [
        True
    ] * 3


async def test_the_pauses_begin_anew_after_a_success(server: FakeServer) -> None:
    server.script["/meta/connect"] += [[CONNECTED], *([[CONNECT_FAILED], [CONNECTED]] * 11)]
    async with subscribed(server, backoff=Backoff(first=0.002, longest=60.0)):
        times = [request.at for request in await server.seen("/meta/connect", 23)]
    assert times[-1] - times[0] < 0.9  # the eleventh pause in a row would be a second at least


async def test_an_advised_handshake_is_not_delayed(server: FakeServer) -> None:
    async with subscribed(server, backoff=Backoff(first=60.0, longest=60.0)):
        server._queue.put_nowait([SESSION_UNKNOWN])
        await server.seen("/meta/handshake", 2)


@pytest.mark.parametrize("answer", [Raw(500, "no"), Raw(200, "<html>"), Raw(200, "{}")])
async def test_a_broken_answer_is_survived(server: FakeServer, answer: Raw) -> None:
    server.script["/meta/connect"] += [[CONNECTED], answer]
    async with subscribed(server) as client:
        server.push(call_event(1))
        assert await receive(client) == "CALL1"


async def test_a_new_handshake_keeps_the_subscriptions(server: FakeServer) -> None:
    async with subscribed(server) as client:
        server.script["/meta/handshake"].append([{**HANDSHAKEN, "clientId": "second"}])
        server._queue.put_nowait([SESSION_UNKNOWN])
        await server.seen("/meta/handshake", 2)
        renewal = (await server.seen("/meta/connect", 3))[2]
        server.push(call_event(7))
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


async def test_a_handshake_that_fails_is_repeated(server: FakeServer) -> None:
    async with subscribed(server) as client:
        server.script["/meta/handshake"] += [
            Raw(503, "starting"),
            [{"channel": "/meta/handshake", "successful": False}],
        ]
        server._queue.put_nowait([SESSION_UNKNOWN])
        await server.seen("/meta/handshake", 4)
        server.push(call_event(2))
        assert await receive(client) == "CALL2"
    assert len(server.requests["/meta/connect"]) <= 5  # none was sent between the handshakes


@pytest.mark.parametrize(
    "last",
    [
        {**CONNECTED, "advice": {"reconnect": "none"}},
        {**CONNECT_FAILED, "advice": {"reconnect": "none"}},
        {**CONNECTED, "advice": {"reconnect": "retry", "interval": -1, "timeout": 30000}},
    ],
)
async def test_none_ends_the_session(server: FakeServer, last: dict[str, object]) -> None:
    async with subscribed(server) as client:
        server._queue.put_nowait([last])
        with pytest.raises(ServerError):
            await receive(client)
        assert client.closed
    assert len(server.requests["/meta/connect"]) == 2


async def test_a_handshake_denied_while_reconnecting_ends_the_session(server: FakeServer) -> None:
    async with subscribed(server) as client:
        server.script["/meta/handshake"].append([HANDSHAKE_DENIED])
        server._queue.put_nowait([SESSION_UNKNOWN])
        with pytest.raises(ServerError) as caught:
            await receive(client)
    assert caught.value.error_code == 403


async def test_a_lost_connection_is_reported_and_still_sought(server: FakeServer) -> None:
    slow = Backoff(first=0.2, longest=0.2)
    async with subscribed(server, backoff=slow, connection_timeout=0.02) as client:
        server._queue.put_nowait([CONNECT_FAILED])
        with pytest.raises(TransportTimeoutError):
            await receive(client)
        await server.seen("/meta/connect", 3)
        server.push(call_event(3))
        while True:
            try:
                assert await receive(client) == "CALL3"
                break
            except TransportTimeoutError:
                continue


async def test_closing_leaves_nothing_to_the_loops_exception_handler(
    server: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    with caplog.at_level(logging.ERROR):
        async with subscribed(server):
            await server.seen("/meta/connect", 2)
    await server.seen("/meta/disconnect")
    assert complaints == []
    assert caplog.records == []


def test_backoff_doubles_up_to_its_bound() -> None:
    backoff = Backoff(first=1.0, longest=10.0)
    for failures, full in [(1, 1.0), (2, 2.0), (4, 8.0), (5, 10.0), (100_000, 10.0)]:
        assert full / 2 <= backoff.delay(failures) <= full
    assert len({backoff.delay(3) for _ in range(20)}) > 1
