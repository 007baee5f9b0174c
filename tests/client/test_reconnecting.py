"""The session stays connected: one test for each thing that aiocometd does wrong, and advice."""

import asyncio
import logging
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from aiocometd.exceptions import ServerError, TransportTimeoutError

from switchbell_client.backoff import Backoff
from switchbell_client.cometd import EventsMissed
from tests.client.fake_sockets import with_either
from tests.client.fakes import (
    CONNECT_FAILED,
    CONNECTED,
    HANDSHAKE_DENIED,
    SESSION_UNKNOWN,
    FakeServer,
    Hang,
    Raw,
    call_event,
)
from tests.client.sessions import receive, subscribed

pytestmark = with_either


@dataclass(frozen=True, kw_only=True)
class Noted(Backoff):
    """Notes what it was asked for, and how many requests of which kind had been sent by then."""

    server: FakeServer
    asked: list[tuple[int, int, int]] = field(default_factory=list)

    def delay(self, failures: int) -> float:
        requests = self.server.requests
        counts = (len(requests["/meta/handshake"]), len(requests["/meta/connect"]))
        self.asked.append((failures, *counts))
        return 0.001


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


async def test_a_server_that_is_back_is_not_waited_for(server: FakeServer) -> None:
    noted = Noted(server=server)
    server.script["/meta/connect"] += [[CONNECTED], *[Raw(503, "down")] * 6, [SESSION_UNKNOWN]]
    async with subscribed(server, backoff=noted):
        await server.seen("/meta/connect", 10)
    # Six pauses, one for each failure; none after the answer, the handshake and its connect.
    assert noted.asked == [(number, 1, 1 + number) for number in range(1, 7)]


async def test_a_server_that_never_accepts_its_own_sessions_is_not_hammered(
    server: FakeServer,
) -> None:
    noted = Noted(server=server)
    server.script["/meta/connect"] += [[CONNECTED], *[[SESSION_UNKNOWN]] * 5]
    async with subscribed(server, backoff=noted):
        await server.seen("/meta/connect", 7)
    # The first is followed at once; from then on a pause before each handshake, none after it.
    assert noted.asked == [(1, 2, 3), (2, 3, 4), (3, 4, 5), (4, 5, 6)]


@pytest.mark.parametrize("answer", [Raw(500, "no"), Raw(200, "<html>"), Raw(200, "{}")])
async def test_a_broken_answer_is_survived(server: FakeServer, answer: Raw) -> None:
    server.script["/meta/connect"] += [[CONNECTED], answer]
    async with subscribed(server) as client:
        server.push(call_event(1))
        assert await receive(client) == "CALL1"


async def test_a_connect_is_not_held_until_the_connection_is_known_to_be_back(
    server: FakeServer,
) -> None:
    server.script["/meta/connect"] += [[CONNECTED], Raw(503, "down"), [CONNECT_FAILED]]
    async with subscribed(server):
        connects = await server.seen("/meta/connect", 5)
    not_held = {"timeout": 0}
    assert [request.body[0].get("advice") for request in connects] == [
        not_held,
        None,
        not_held,
        not_held,
        None,
    ]


async def test_a_connect_that_is_not_held_is_not_waited_for_as_long(server: FakeServer) -> None:
    server.script["/meta/connect"] += [[CONNECTED], Raw(503, "down"), Hang()]
    async with subscribed(server, network_delay=0.2):
        await server.seen("/meta/connect", 4)


async def test_a_handshake_that_fails_is_repeated(server: FakeServer) -> None:
    async with subscribed(server) as client:
        server.script["/meta/handshake"] += [
            Raw(503, "starting"),
            [{"channel": "/meta/handshake", "successful": False}],
        ]
        server._queue.put_nowait([SESSION_UNKNOWN])
        await server.seen("/meta/handshake", 4)
        server.push(call_event(2))
        with pytest.raises(EventsMissed):
            await receive(client)
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
