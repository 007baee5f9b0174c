"""R112: sessions that only keep their connection alive are ended."""

import asyncio

from switchbell.bayeux.extensions.activity import Activity, ActivityLimit
from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Client, Message, data

# In milliseconds. Long enough that a busy machine does not take an active client for an idle one.
LIMIT = 400
BEAT = 50

FAREWELL: Message = {"channel": "/meta/disconnect", "successful": True}


async def with_limit(serve: Serve, activity: Activity = Activity.CLIENT) -> Serving:
    """A server that holds connects for a fraction of the time for which it lets clients idle."""
    return await serve(extensions=[ActivityLimit(LIMIT, activity)], timeout=BEAT)


async def keep_alive(client: Client) -> list[Message]:
    """The answer that ends a session of which nothing comes but connects, or None does."""
    async with asyncio.timeout(10 * LIMIT / 1000):
        while True:
            answer = await client.hold()
            if any("advice" in message for message in answer):
                return answer


async def test_r112_a_session_of_nothing_but_connects_is_ended(serve: Serve) -> None:
    server = await with_limit(serve)
    client = await server.open("/a")
    loop = asyncio.get_running_loop()
    begun = loop.time()
    farewell, reply = await keep_alive(client)
    assert loop.time() - begun > LIMIT / 1000 * 0.9
    assert farewell == FAREWELL
    assert reply["successful"] is True
    assert reply["advice"] == {"reconnect": "none"}
    assert server.sessions == 0
    [reply] = await client.publish("/a", 1)
    assert reply["error"] == "402::session_unknown"


async def test_r112_other_messages_of_the_client_keep_it(serve: Serve) -> None:
    server = await with_limit(serve)
    client = await server.open("/a")
    loop = asyncio.get_running_loop()
    until = loop.time() + 2.5 * LIMIT / 1000
    while loop.time() < until:
        [reply] = await client.hold()
        assert "advice" not in reply
        await client.subscribe("/b")


async def test_r112_events_do_not(serve: Serve) -> None:
    server = await with_limit(serve)
    client = await server.open("/a")
    async with asyncio.timeout(10 * LIMIT / 1000):
        while True:
            server.publish("/a", 1)
            answer = await client.hold()
            if answer[0] == FAREWELL:
                break
            assert data(answer) == [1]


async def test_r112_unless_they_are_to_count(serve: Serve) -> None:
    server = await with_limit(serve, Activity.CLIENT_SERVER)
    client = await server.open("/a")
    loop = asyncio.get_running_loop()
    until = loop.time() + 2.5 * LIMIT / 1000
    while loop.time() < until:
        server.publish("/a", 1)
        assert data(await client.hold()) == [1]
        await client.hold()
    farewell, _ = await keep_alive(client)
    assert farewell == FAREWELL


async def test_r112_over_a_socket_it_is_ended_and_the_socket_closed(serve: Serve) -> None:
    server = await with_limit(serve)
    async with RawSocket(server) as socket:
        own = {"clientId": await socket.handshake()}
        connect = {"channel": "/meta/connect", "connectionType": "websocket", **own}
        await socket.say(connect)
        heard: list[Message] = []
        async with asyncio.timeout(10 * LIMIT / 1000):
            while FAREWELL not in heard:
                await socket.send(connect)
                heard = await socket.hear(replies=1)
        assert heard[-1]["advice"] == {"reconnect": "none"}
        assert server.sessions == 0
        assert await socket.closed() == 1000
