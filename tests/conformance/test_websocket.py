"""R93 to R98, and what else a socket means to the session whose messages it carries."""

import asyncio

import pytest

from tests.conformance.raw_http import RawConnection
from tests.conformance.serving import Serve, Serving
from tests.conformance.sockets import begin, connect, subscribe
from tests.conformance.speaker import LONG_POLLING, WEBSOCKET, Client, Message, data, promptly
from tests.conformance.transports import over_websocket

pytestmark = over_websocket

UNKNOWN = "402::session_unknown"
STOP = {"reconnect": "none"}
ADVICE = {"reconnect": "retry", "interval": 0, "timeout": 30_000}
HANDSHAKE: Message = {
    "channel": "/meta/handshake",
    "version": "1.0",
    "supportedConnectionTypes": ["websocket"],
}


async def test_r93_a_whole_life_over_one_socket(server: Serving) -> None:
    async with await server.socket() as socket:
        [reply] = await socket.ask([{**HANDSHAKE, "id": "1"}])
        client_id = reply.pop("clientId")
        assert reply == {
            "channel": "/meta/handshake",
            "id": "1",
            "successful": True,
            "version": "1.0",
            "minimumVersion": "1.0",
            "supportedConnectionTypes": ["websocket", "long-polling"],
            "advice": ADVICE,
        }
        assert await socket.ask([connect(client_id, id="2")]) == [
            {"channel": "/meta/connect", "id": "2", "successful": True, "advice": ADVICE}
        ]
        await server.holding(socket.send([connect(client_id, id="3")]))
        assert await socket.ask([subscribe(client_id, "/a")]) == [
            {"channel": "/meta/subscribe", "subscription": "/a", "successful": True}
        ]
        await socket.send([{"channel": "/a", "data": 1, "clientId": client_id, "id": "4"}])
        assert await socket.hear(2) == [
            {"channel": "/a", "data": 1},
            {"channel": "/a", "id": "4", "successful": True},
        ]
        unsubscribe = {**subscribe(client_id, "/a"), "channel": "/meta/unsubscribe"}
        assert await socket.ask([unsubscribe]) == [
            {"channel": "/meta/unsubscribe", "subscription": "/a", "successful": True}
        ]
        await socket.send([{"channel": "/meta/disconnect", "clientId": client_id, "id": "5"}])
        assert await socket.hear(2) == [
            {"channel": "/meta/connect", "id": "3", "successful": True, "advice": STOP},
            {"channel": "/meta/disconnect", "id": "5", "successful": True},
        ]
        assert await socket.close_code() == 1000
    assert server.sessions == 0


async def test_r94_a_fresh_socket_resumes_a_session(server: Serving) -> None:
    client = await server.open("/a")
    await client.leave()
    server.publish("/a", 1)
    server.publish("/a", 2)
    async with await server.socket() as socket:
        await socket.send([connect(client.id, id="1")])
        assert await socket.hear(3) == [
            {"channel": "/a", "data": 1},
            {"channel": "/a", "data": 2},
            {"channel": "/meta/connect", "id": "1", "successful": True},
        ]
        server.publish("/a", 3)
        assert await socket.frame() == [{"channel": "/a", "data": 3}]


async def test_r94_by_any_message(server: Serving) -> None:
    client = await server.open("/a")
    await client.leave()
    server.publish("/a", 1)
    async with await server.socket() as socket:
        await socket.send([{"channel": "/b", "data": {}, "clientId": client.id}])
        assert data(await socket.hear(2)) == [1]


@pytest.mark.parametrize("waiting", [False, True])
async def test_r94_the_socket_before_is_no_longer_used(server: Serving, waiting: bool) -> None:
    async with await server.socket() as older, await server.socket() as newer:
        client_id = await begin(older, "/a")
        if waiting:
            await server.holding(older.send([connect(client_id, id="older")]))
        [reply] = await newer.ask([connect(client_id, id="newer", advice={"timeout": 0})])
        assert reply["id"] == "newer"
        server.publish("/a", 1)
        assert await newer.frame() == [{"channel": "/a", "data": 1}]
        assert await older.close_code() == 1000
        server.publish("/a", 2)
        assert await newer.frame() == [{"channel": "/a", "data": 2}]
    assert server.bayeux.engine.held_count == 0


async def test_r95_a_session_begun_over_http_goes_on_over_a_socket(server: Serving) -> None:
    begun = Client(server, (await server.handshake()).id, server.line(LONG_POLLING))
    await begun.connect()
    await begun.subscribe("/a")
    server.publish("/a", 1)
    async with await server.socket() as socket:
        await socket.send([connect(begun.id, id="1")])
        event, reply = await socket.hear(2)
        assert event == {"channel": "/a", "data": 1}
        # What the client was advised was for another transport.
        assert reply == {
            "channel": "/meta/connect",
            "id": "1",
            "successful": True,
            "advice": ADVICE,
        }


async def test_r95_a_connect_held_over_http_is_superseded(server: Serving) -> None:
    on_socket = await server.open("/a")
    over_http = on_socket.over(LONG_POLLING)
    older = await server.holding(
        over_http.post({"channel": "/meta/connect", "advice": {"timeout": 30_000}})
    )
    newer = server.begin(on_socket.over(WEBSOCKET).hold())
    assert (await promptly(older)).status == 500
    await server.until_held(1)
    server.publish("/a", 1)
    assert data(await promptly(newer)) == [1]


@pytest.mark.parametrize("leaving_first", [False, True])
async def test_r77_a_session_moves_from_transport_to_transport_and_loses_nothing(
    server: Serving, leaving_first: bool
) -> None:
    client = await server.open("/a")
    heard = []
    for number, transport in enumerate([LONG_POLLING, WEBSOCKET, WEBSOCKET, LONG_POLLING] * 3):
        server.publish("/a", 3 * number)
        if leaving_first:
            heard += data(await client.leave())
        server.publish("/a", 3 * number + 1)
        before, client = client, client.over(transport)
        messages = await client.poll()
        server.publish("/a", 3 * number + 2)
        heard += data(await before.leave()) + data(messages)
    heard += data(await client.poll())
    assert heard == list(range(36))


async def test_r94_a_connect_over_http_ends_the_socket(server: Serving) -> None:
    async with await server.socket() as socket:
        client_id = await begin(socket, "/a")
        await server.holding(socket.send([connect(client_id, id="on the socket")]))
        over_http = Client(server, client_id, server.line(LONG_POLLING))
        await over_http.poll()
        assert await socket.close_code() == 1000
        server.publish("/a", 1)
        assert data(await over_http.connect()) == [1]


async def test_r96_a_socket_may_have_to_begin_with_a_handshake(serve: Serve) -> None:
    server = await serve(ws_require_handshake_per_connection=True)
    async with await server.socket() as own, await server.socket() as foreign:
        client_id = await begin(own, "/a")
        [reply] = await foreign.ask([connect(client_id)])
        assert reply["error"] == UNKNOWN
        assert reply["advice"] == {"reconnect": "handshake", "interval": 0}
        for message in (
            {"channel": "/a", "data": 1, "clientId": client_id},
            {**subscribe(client_id, "/a"), "channel": "/meta/unsubscribe"},
            {"channel": "/meta/disconnect", "clientId": client_id},
        ):
            [reply] = await foreign.ask([message])
            assert reply["error"] == UNKNOWN
        server.publish("/a", 2)
        assert await own.frame() == [{"channel": "/a", "data": 2}]
        await begin(foreign, "/a")
        server.publish("/a", 3)
        assert await foreign.frame() == [{"channel": "/a", "data": 3}]


async def test_r97_a_socket_speaks_for_its_own_session_only(server: Serving) -> None:
    victim = await server.open("/a")
    async with await server.socket() as socket:
        await begin(socket, "/b")
        for message in (
            {"channel": "/meta/connect"},
            {"channel": "/meta/subscribe", "subscription": "/c"},
            {"channel": "/meta/unsubscribe", "subscription": "/a"},
            {"channel": "/a", "data": 1},
            {"channel": "/meta/disconnect"},
        ):
            [reply] = await socket.ask([{**message, "clientId": victim.id}])
            assert (reply["successful"], reply["error"]) == (False, UNKNOWN)
        for channel in ("/a", "/b", "/c"):
            server.publish(channel, channel)
        assert await socket.frame() == [{"channel": "/b", "data": "/b"}]
        assert data(await victim.poll()) == ["/a"]


async def test_r28_a_second_handshake_gives_the_socket_to_the_new_session(
    server: Serving,
) -> None:
    async with await server.socket() as socket:
        older = await begin(socket, "/a", "/both")
        await server.holding(socket.send([connect(older)]))
        newer = await begin(socket, "/b", "/both")
        assert older != newer
        assert server.sessions == 2
        for channel in ("/a", "/b", "/both"):
            server.publish(channel, channel)
        assert data(await socket.hear(2)) == ["/b", "/both"]
        [reply] = await socket.ask([connect(older)])
        assert reply["error"] == UNKNOWN
        # The older lives on until it expires, or goes on elsewhere.
        assert data(await Client(server, older).poll()) == ["/a", "/both"]


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize("rudely", [False, True])
async def test_r98_a_session_outlives_its_socket_for_a_while(
    serve: Serve, waiting: bool, rudely: bool
) -> None:
    server = await serve(max_interval=150)
    client = await server.open("/a")
    async with RawConnection(server) as raw:
        await raw.upgrade()
        raw.send_text([connect(client.id, advice={"timeout": 0})])
        await raw.messages()
        if waiting:
            raw.send_text([connect(client.id)])
            await server.until_held(1)
            await asyncio.sleep(0.2)
        start = asyncio.get_running_loop().time()
        if rudely:
            raw.reset()
        else:
            raw.writer.close()
        await server.until(lambda: server.bayeux.engine.socket_count == 0)
    server.publish("/a", 1)
    assert server.sessions == 1
    await server.until(lambda: server.sessions == 0)
    assert asyncio.get_running_loop().time() - start >= 0.15
    [reply] = await Client(server, client.id).connect()
    assert reply["advice"] == {"reconnect": "handshake", "interval": 0}


async def test_r98_what_came_meanwhile_is_there_when_the_client_returns(server: Serving) -> None:
    client = await server.open("/a")
    async with RawConnection(server) as raw:
        await raw.upgrade()
        raw.send_text([connect(client.id, advice={"timeout": 0})])
        await raw.messages()
        raw.reset()
        await server.until(lambda: server.bayeux.engine.socket_count == 0)
    server.publish("/a", 1)
    assert data(await Client(server, client.id).poll()) == [1]
