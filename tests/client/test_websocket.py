"""A session over a WebSocket: what is sent, how it gets lost, and what becomes of it."""

import asyncio
import gc
import logging
from typing import Any

import pytest
from aiocometd.constants import ConnectionType, TransportState
from aiocometd.exceptions import (
    ClientInvalidOperation,
    ServerError,
    TransportError,
    TransportTimeoutError,
)
from aiocometd.extensions import Extension
from aiocometd.transports.abc import Transport

from switchbell_client import AgentClient
from switchbell_client.backoff import Backoff
from switchbell_client.cometd import Client, EventsMissed
from tests.client.fake_sockets import UPGRADE, SocketServer, with_sockets
from tests.client.fakes import (
    ADVICE,
    CONNECTED,
    HANDSHAKEN,
    SESSION_UNKNOWN,
    Close,
    Cut,
    Frames,
    Hang,
    Raw,
    call_event,
)
from tests.client.sessions import receive, subscribed

pytestmark = with_sockets

SUBSCRIBED = {"channel": "/meta/subscribe", "successful": True, "subscription": "/v2/me/calls"}
FILL = {"channel": "/v2/me/calls", "data": {"text": "x" * 20_000_000}}


def transport_of(client: Client) -> Transport:
    assert client._transport is not None
    return client._transport


async def test_events_are_received_in_order(server: SocketServer) -> None:
    async with subscribed(server) as client:
        server.push(call_event(1), call_event(2))
        server.push(call_event(3))
        assert [await receive(client) for _ in range(3)] == ["CALL1", "CALL2", "CALL3"]
        assert client.connection_type is ConnectionType.WEBSOCKET
    ways = {
        channel: {request.method for request in requests}
        for channel, requests in server.requests.items()
    }
    assert ways == {
        "/meta/handshake": {"POST"},
        UPGRADE: {"GET"},
        "/meta/connect": {"GET"},
        "/meta/subscribe": {"GET"},
        "/meta/disconnect": {"GET"},
    }
    connects = [request.body[0] for request in server.requests["/meta/connect"]]
    assert {connect["connectionType"] for connect in connects} == {"websocket"}


async def test_the_upgrade_carries_credentials_and_cookies(server: SocketServer) -> None:
    async with AgentClient(
        server.url, "agent15000", "switchbell", connection_types=server.connection_types
    ) as agent:
        server.push(call_event(1))
        assert (await anext(agent.notifications())).call.id == "CALL1"
    [upgrade] = server.requests[UPGRADE]
    assert upgrade.headers["Authorization"] == "Basic YWdlbnQxNTAwMDpzd2l0Y2hiZWxs"
    assert upgrade.cookies == {"JSESSIONID": "c00k1e"}


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [
        ([ConnectionType.LONG_POLLING], ["websocket", "long-polling"]),
        ([ConnectionType.LONG_POLLING, ConnectionType.WEBSOCKET], ["websocket", "long-polling"]),
        ([ConnectionType.WEBSOCKET, ConnectionType.LONG_POLLING], ["long-polling"]),
    ],
)
async def test_no_socket_is_opened_unless_both_sides_prefer_it(
    server: SocketServer, wanted: list[ConnectionType], offered: list[str]
) -> None:
    server.script["/meta/handshake"].append([{**HANDSHAKEN, "supportedConnectionTypes": offered}])
    async with subscribed(server, connection_types=wanted) as client:
        assert client.connection_type is ConnectionType.LONG_POLLING
        server.push(call_event(1))
        assert await receive(client) == "CALL1"
    assert UPGRADE not in server.requests


LOSSES: dict[str, Any] = {
    "cut": Cut(),
    "cut in the middle of an answer": Cut([CONNECTED, call_event(9)]),
    "closed": Close(1000),
    "closed by a server that goes away": Close(1001),
    "not JSON": Raw(200, "<html>"),
    "not Bayeux": Raw(200, '{"channel":"/meta/connect"}'),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
async def test_a_lost_socket_is_replaced_and_the_session_goes_on(
    server: SocketServer, loss: Any
) -> None:
    async with subscribed(server) as client:
        server._queue.put_nowait(loss)
        server.push(call_event(1))
        assert await receive(client) == "CALL1"
        assert client.connection_type is ConnectionType.WEBSOCKET
    assert len(server.requests["/meta/handshake"]) == 1
    assert len(server.requests[UPGRADE]) == 2


async def test_a_socket_that_is_cut_is_noticed_at_once(server: SocketServer) -> None:
    async with subscribed(server) as client:
        await server.seen("/meta/connect", 2)
        server.cut()
        await server.seen(UPGRADE, 2)
        server.push(call_event(1))
        assert await receive(client) == "CALL1"


async def test_an_event_may_be_long(server: SocketServer) -> None:
    async with subscribed(server) as client:
        server.push(call_event(1, notes="x" * 5_000_000))
        assert await receive(client) == "CALL1"


async def test_a_binary_frame_is_no_bayeux(server: SocketServer) -> None:
    async with subscribed(server):
        await server.seen("/meta/connect", 2)
        transport = server.connections[-1].transport
        assert transport is not None
        transport.write(b"\x82\x02[]")
        await server.seen(UPGRADE, 2)


async def test_a_silent_server_is_given_up_after_what_it_may_hold(server: SocketServer) -> None:
    advice = {**ADVICE, "timeout": 100}
    server.script["/meta/connect"] += [[{**CONNECTED, "advice": advice}], Hang()]
    async with subscribed(server, network_delay=0.2) as client:
        _, held, retried = await server.seen("/meta/connect", 3)
        assert retried.at - held.at >= 0.29
        assert "advice" not in held.body[0]
        assert retried.body[0]["advice"] == {"timeout": 0}
        server.push(call_event(1))
        assert await receive(client) == "CALL1"
    assert len(server.requests[UPGRADE]) == 2


async def test_a_lost_session_is_replaced_over_a_new_socket(server: SocketServer) -> None:
    async with subscribed(server) as client:
        server.script["/meta/handshake"].append([{**HANDSHAKEN, "clientId": "second"}])
        server._queue.put_nowait([SESSION_UNKNOWN])
        renewal = (await server.seen("/meta/connect", 3))[2]
        server.push(call_event(7))
        with pytest.raises(EventsMissed):
            await receive(client)
        assert await receive(client) == "CALL7"
    [handshake] = server.over_socket("/meta/handshake")
    assert handshake.body[0]["supportedConnectionTypes"] == ["websocket", "long-polling"]
    assert [(m["channel"], m["clientId"]) for m in renewal.body] == [
        ("/meta/connect", "second"),
        ("/meta/subscribe", "second"),
    ]
    # Whoever opened the first may be known by it no more.
    assert len(server.requests[UPGRADE]) == 2


async def test_no_two_messages_have_the_same_id(server: SocketServer) -> None:
    async with subscribed(server):
        server._queue.put_nowait([SESSION_UNKNOWN])
        await server.seen("/meta/connect", 4)
    ids = [
        message["id"]
        for channel, requests in server.requests.items()
        if channel != UPGRADE
        for request in requests
        for message in request.body
    ]
    assert len(ids) == len(set(ids)) >= 8


async def test_a_renewed_subscription_may_be_refused_after_the_connects_answer(
    server: SocketServer,
) -> None:
    refused = {**SUBSCRIBED, "successful": False, "error": "403::subscription_denied"}
    rest = asyncio.Event()
    async with subscribed(server) as client:
        await server.seen("/meta/connect", 2)
        server.script["/meta/connect"].append(Frames([[CONNECTED], [refused]], rest))
        server._queue.put_nowait([SESSION_UNKNOWN])
        await server.seen("/meta/connect", 3)
        with pytest.raises(TimeoutError):  # nothing goes on before it is known
            await asyncio.wait_for(server.seen("/meta/connect", 4), 0.05)
        rest.set()
        with pytest.raises(ServerError) as caught:
            await receive(client)
    assert caught.value.error == "403::subscription_denied"


async def test_a_held_connect_blocks_no_other_request(server: SocketServer) -> None:
    async with subscribed(server) as client, asyncio.timeout(5):
        await server.seen("/meta/connect", 2)
        await client.subscribe("/v2/me/devices")
        assert client.subscriptions == {"/v2/me/calls", "/v2/me/devices"}


async def test_a_request_without_answer_leaves_the_socket_to_others(server: SocketServer) -> None:
    server.script["/meta/unsubscribe"].append(Hang())
    async with subscribed(server, network_delay=0.2) as client:
        with pytest.raises(TransportTimeoutError):
            await client.unsubscribe("/v2/me/calls")
        server.push(call_event(1))
        assert await receive(client) == "CALL1"
    assert len(server.requests[UPGRADE]) == 1


async def test_a_request_that_waits_learns_that_the_socket_is_lost(server: SocketServer) -> None:
    server.script["/meta/unsubscribe"].append(Cut())
    async with subscribed(server) as client, asyncio.timeout(5):
        with pytest.raises(TransportError):
            await client.unsubscribe("/v2/me/calls")


async def test_requests_at_the_same_time_open_one_socket(server: SocketServer) -> None:
    async with subscribed(server, backoff=Backoff(first=60.0, longest=60.0)) as client:
        await server.seen("/meta/connect", 2)
        server.cut()
        await transport_of(client).wait_for_state(TransportState.CONNECTING)
        await asyncio.gather(*(client.subscribe(f"/v2/{number}") for number in range(3)))
    assert len(server.requests[UPGRADE]) == 2


async def test_what_a_service_pushes_is_not_taken_for_an_answer(server: SocketServer) -> None:
    push = {"channel": "/service/echo", "data": {"text": "x"}}
    reply = {"channel": "/service/echo", "successful": True}
    server.script["/service/echo"].append(Frames([[push], [reply]]))
    async with subscribed(server) as client:
        assert (await client.publish("/service/echo", {"text": "x"}))["successful"]


async def stop_reading(server: SocketServer) -> None:
    """Let the server stop to read, and fill what lies between."""
    await server.seen("/meta/connect", 2)
    transport = server.connections[-1].transport
    assert isinstance(transport, asyncio.Transport)
    transport.pause_reading()


async def test_a_server_that_does_not_read_is_not_waited_for(server: SocketServer) -> None:
    async with subscribed(server, network_delay=0.2) as client:
        await stop_reading(server)
        with pytest.raises(TransportTimeoutError, match="does not read"):
            await client.publish("/v2/me/calls", FILL)
        server.cut()


async def test_a_send_that_waits_learns_that_the_socket_is_lost(server: SocketServer) -> None:
    async with subscribed(server) as client, asyncio.timeout(5):
        await stop_reading(server)
        publishing = asyncio.create_task(client.publish("/v2/me/calls", FILL))
        await asyncio.wait([publishing], timeout=0.05)
        server.cut()
        with pytest.raises(TransportError):
            await publishing


async def until_one_waits(client: Client) -> None:
    """Keep looking, as the client does not say so to any but the one who receives."""
    async with asyncio.timeout(5):
        while client.pending_count < 1:  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def test_a_full_queue_stops_the_reading_and_loses_nothing(server: SocketServer) -> None:
    advice = {**ADVICE, "timeout": 10}
    server.script["/meta/connect"].append([{**CONNECTED, "advice": advice}])
    async with subscribed(server, max_pending_count=2, network_delay=0.2) as client:
        # A server without acknowledgements sends events as they come, before the connect's answer.
        server._queue.put_nowait(
            Frames([[call_event(1), call_event(2)], [call_event(3)], [call_event(4), CONNECTED]])
        )
        await server.seen("/meta/connect", 2)
        # Longer than the answer may take; but it is not the server that is late.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(server.seen(UPGRADE, 2), 0.4)
        assert client.pending_count == 2
        received = [await receive(client) for _ in range(4)]
        assert received == ["CALL1", "CALL2", "CALL3", "CALL4"]
        await server.seen("/meta/connect", 3)
    assert len(server.requests[UPGRADE]) == 1


async def test_with_a_full_queue_a_request_does_not_wait_for_ever(server: SocketServer) -> None:
    """Whoever makes it may be the one who should receive."""
    async with subscribed(server, max_pending_count=1, network_delay=0.2) as client:
        server._queue.put_nowait(Frames([[call_event(1)], [call_event(2)], [CONNECTED]]))
        await until_one_waits(client)
        with pytest.raises(TransportTimeoutError):
            await asyncio.wait_for(client.subscribe("/v2/x"), 5)
        received = [await receive(client) for _ in range(2)]
        assert received == ["CALL1", "CALL2"]


async def test_with_a_full_queue_it_can_still_be_closed(server: SocketServer) -> None:
    async with subscribed(server, max_pending_count=1) as client, asyncio.timeout(5):
        server._queue.put_nowait(Frames([[call_event(1)], [call_event(2)], [CONNECTED]]))
        await server.seen("/meta/connect", 2)
        await until_one_waits(client)
        await client.close()
    assert len(server.over_socket("/meta/disconnect")) == 1
    assert await receive(client) == "CALL1"


async def test_closing_wakes_a_waiting_receive(server: SocketServer) -> None:
    async with subscribed(server) as client:
        receiving = asyncio.create_task(client.receive())
        await server.seen("/meta/connect", 2)
        await client.close()
        with pytest.raises(ClientInvalidOperation):
            await asyncio.wait_for(receiving, 5)


async def test_closing_takes_leave(server: SocketServer) -> None:
    async with subscribed(server):
        await server.seen("/meta/connect", 2)
    await asyncio.wait_for(server.socket_closed.wait(), 5)
    assert server.close_codes == [1000]


async def test_closing_leaves_nothing_behind(
    server: SocketServer, caplog: pytest.LogCaptureFixture
) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    before = asyncio.all_tasks()
    with caplog.at_level(logging.ERROR):
        async with subscribed(server):
            await server.seen("/meta/connect", 2)
            # A connect, and with it a subscription, both of them without an answer.
            server.script["/meta/connect"].append(Cut())
            server._queue.put_nowait([SESSION_UNKNOWN])
            await server.seen(UPGRADE, 2)
    gc.collect()  # what was lost unseen is complained about when it is collected
    assert complaints == []
    assert caplog.records == []
    assert [task for task in asyncio.all_tasks() - before if "client" in repr(task)] == []


async def test_receiving_makes_no_task(server: SocketServer) -> None:
    made: list[str] = []

    def remember(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Any:
        made.append(coroutine.__qualname__)
        return asyncio.Task(coroutine, loop=loop, **options)

    async with Client(server.bayeux_url, connection_types=server.connection_types) as client:
        await server.seen("/meta/connect", 2)
        asyncio.get_running_loop().set_task_factory(remember)
        asyncio.get_running_loop().call_soon(server.push, call_event(1))
        await client.receive()
        await server.seen("/meta/connect", 3)
        asyncio.get_running_loop().set_task_factory(None)
    assert [name for name in made if not name.startswith("SocketServer.")] == []


class Failing(Extension):
    """Does not like events."""

    async def outgoing(self, payload: Any, headers: Any) -> None: ...

    async def incoming(self, payload: Any, headers: Any = None) -> None:
        if any("data" in message for message in payload):
            raise ZeroDivisionError


async def test_an_extension_that_fails_is_not_kept_secret(server: SocketServer) -> None:
    failures: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
    async with subscribed(server, extensions=[Failing()]) as client:
        server.push(call_event(1))
        with pytest.raises(ZeroDivisionError):
            await client.receive()
