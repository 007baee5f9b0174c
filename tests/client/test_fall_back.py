"""A WebSocket that is offered but cannot be used: the session goes on over long-polling."""

import asyncio
import logging
from typing import Any

import aiohttp
import pytest
from aiocometd.constants import ConnectionType
from aiocometd.exceptions import TransportError

from switchbell_client import AgentClient
from switchbell_client.backoff import Backoff
from switchbell_client.cometd import Client
from tests.client.fake_sockets import UPGRADE, SocketServer, with_sockets
from tests.client.fakes import CONNECTED, SESSION_UNKNOWN, Close, Cut, Hang, Raw, call_event
from tests.client.sessions import receive, subscribed

pytestmark = with_sockets

REFUSALS: dict[str, Any] = {
    "forbidden": Raw(403, "no"),
    "not understood": Raw(200, "<html>"),
    "bad gateway": Raw(502, "<html>"),
    "cut": Cut(),
    "no answer": Hang(),
}
# The proxy lets the upgrade pass, and nothing after it.
SWALLOWED: dict[str, Any] = {"swallowed": Hang(), "cut": Cut(), "closed": Close(1011)}


def words(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("switchbell_client") and record.levelno == logging.INFO
    ]


def posted(server: SocketServer, channel: str) -> list[Any]:
    return [r.body[0] for r in server.requests[channel] if r.method == "POST"]


async def goes_on_over_long_polling(
    server: SocketServer, caplog: pytest.LogCaptureFixture
) -> list[str]:
    """Open a session, and see that it is the same one, over HTTP; return what is said about it."""
    with caplog.at_level(logging.INFO):
        async with subscribed(server, network_delay=0.3) as client:
            assert client.connection_type is ConnectionType.LONG_POLLING
            for number in (1, 2):
                server.push(call_event(number))
                assert await receive(client) == f"CALL{number}"
    assert len(server.requests["/meta/handshake"]) == 1
    connects = posted(server, "/meta/connect")
    assert len(connects) >= 3
    assert {connect["connectionType"] for connect in connects} == {"long-polling"}
    assert {connect["clientId"] for connect in connects} == {"a1b2c3d4e5f61"}
    return words(caplog)


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_an_upgrade_is_refused(
    server: SocketServer, refusal: Any, caplog: pytest.LogCaptureFixture
) -> None:
    # Twice: aiohttp tries a connection that has been cut once more.
    server.script[UPGRADE] += [refusal] * 2
    [word] = await goes_on_over_long_polling(server, caplog)
    assert f"No WebSocket can be opened to {server.bayeux_url}" in word
    assert word.endswith("going on over long-polling")
    assert server.over_socket("/meta/connect") == []


@pytest.mark.parametrize("answer", SWALLOWED.values(), ids=SWALLOWED)
async def test_nothing_comes_over_the_socket(
    server: SocketServer, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.script["/meta/connect"].append(answer)
    [word] = await goes_on_over_long_polling(server, caplog)
    assert f"Nothing comes over a WebSocket to {server.bayeux_url}" in word


async def test_a_socket_that_was_good_cannot_be_opened_again(
    server: SocketServer, caplog: pytest.LogCaptureFixture
) -> None:
    """As when a desktop is carried into another network."""
    with caplog.at_level(logging.INFO):
        async with subscribed(server) as client:
            await server.seen("/meta/connect", 2)
            server.script[UPGRADE].append(Raw(403, "no"))
            server.cut()
            await server.seen("/meta/connect", 3)
            server.push(call_event(1))
            assert await receive(client) == "CALL1"
            assert client.connection_type is ConnectionType.LONG_POLLING
    assert len(server.requests["/meta/handshake"]) == 1
    assert len(words(caplog)) == 1


async def test_a_server_that_is_down_is_no_reason(
    server: SocketServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with subscribed(server) as client:
            await server.seen("/meta/connect", 2)
            # What a reverse proxy says when there is nobody behind it.
            server.script[UPGRADE] += [Raw(502, "down")] * 2
            server.script["/meta/connect"] += [Raw(502, "down")] * 2
            server.cut()
            await server.seen(UPGRADE, 4)
            server.push(call_event(1))
            assert await receive(client) == "CALL1"
            assert client.connection_type is ConnectionType.WEBSOCKET
    assert words(caplog) == []


async def refusal() -> aiohttp.ClientConnectorError:
    """What comes of a port that nobody listens to."""
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await http.get("http://127.0.0.1:1/")
    return caught.value


async def test_nobody_there_is_no_reason(
    server: SocketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if somebody is there again by the time that HTTP would be tried."""
    async with subscribed(server) as client:
        await server.seen("/meta/connect", 2)
        refusals = [await refusal()]
        connect = aiohttp.ClientSession.ws_connect

        async def ws_connect(*arguments: Any, **options: Any) -> Any:
            if refusals:
                raise refusals.pop()
            return await connect(*arguments, **options)

        monkeypatch.setattr(aiohttp.ClientSession, "ws_connect", ws_connect)
        server.cut()
        await server.seen(UPGRADE, 2)
        server.push(call_event(1))
        assert await receive(client) == "CALL1"
        assert client.connection_type is ConnectionType.WEBSOCKET
        assert refusals == []


async def test_a_session_is_replaced_over_long_polling_then(server: SocketServer) -> None:
    server.script[UPGRADE].append(Raw(403, "no"))
    async with subscribed(server):
        server._queue.put_nowait([SESSION_UNKNOWN])
        await server.seen("/meta/connect", 3)
    first, second = posted(server, "/meta/handshake")
    offered = ["websocket", "long-polling"]
    assert first["supportedConnectionTypes"] == second["supportedConnectionTypes"] == offered


async def test_a_publish_that_may_have_arrived_is_not_sent_again(server: SocketServer) -> None:
    async with subscribed(server, backoff=Backoff(first=60.0, longest=60.0)) as client:
        await server.seen("/meta/connect", 2)
        server.cut()
        server.script["/v2/x"].append(Cut())
        with pytest.raises(TransportError):  # over a socket that this message opens
            await client.publish("/v2/x", {})
        assert len(server.requests["/v2/x"]) <= 1
        assert posted(server, "/v2/x") == []


@pytest.mark.parametrize("refused", [Raw(403, "no"), Hang()])
async def test_without_long_polling_there_is_no_way(server: SocketServer, refused: Any) -> None:
    server.script[UPGRADE].append(refused)
    client = Client(
        server.bayeux_url, connection_types=[ConnectionType.WEBSOCKET], network_delay=0.3
    )
    before = asyncio.all_tasks()
    with pytest.raises(TransportError, match="No WebSocket can be opened"):
        await asyncio.wait_for(client.open(), 5)
    assert client.closed
    assert posted(server, "/meta/connect") == []
    assert [task for task in asyncio.all_tasks() - before if "client" in repr(task)] == []


async def test_without_long_polling_a_socket_is_sought_on_and_on(server: SocketServer) -> None:
    async with subscribed(server, connection_types=[ConnectionType.WEBSOCKET]) as client:
        await server.seen("/meta/connect", 2)
        server.script[UPGRADE] += [Raw(403, "no")] * 3
        server.cut()
        await server.seen(UPGRADE, 5)
        server.push(call_event(1))
        assert await receive(client) == "CALL1"
    assert posted(server, "/meta/connect") == []


async def test_an_agent_does_not_notice(server: SocketServer) -> None:
    server.script[UPGRADE].append(Raw(403, "no"))
    server.script["/meta/connect"].append([CONNECTED])
    async with AgentClient(
        server.url, "agent15000", "switchbell", connection_types=server.connection_types
    ) as agent:
        server.push(call_event(1))
        assert (await anext(agent.notifications())).call.id == "CALL1"
