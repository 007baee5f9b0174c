"""What the application does with the server it has: batches, and the end of sessions."""

import pytest

from switchbell.bayeux.service import Answer, ServiceRequest
from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Message, data, promptly

FAREWELL: Message = {"channel": "/meta/disconnect", "successful": True}


async def test_what_is_published_in_a_batch_comes_in_one_answer(server: Serving) -> None:
    clients = [await server.open("/a", "/b") for _ in range(3)]
    held = [await server.holding(client.hold()) for client in clients]
    driver = server.bayeux.driver
    with driver.batch():
        driver.publish("/a", 1)
        driver.publish("/b", 2)
        driver.push(clients[0].id, "/service/c", 3)
        assert server.bayeux.engine.held_count == 3
    assert data(await promptly(held[0])) == [1, 2, 3]
    assert data(await promptly(held[1])) == [1, 2]


async def test_without_a_batch_it_does_not(server: Serving) -> None:
    client = await server.open("/a")
    held = await server.holding(client.hold())
    for number in (1, 2):
        server.publish("/a", number)
    assert data(await promptly(held)) == [1]


async def test_a_batch_in_a_batch_ends_with_the_outer(server: Serving) -> None:
    client = await server.open("/a")
    held = await server.holding(client.hold())
    driver = server.bayeux.driver
    with driver.batch():
        with driver.batch():
            driver.publish("/a", 1)
        driver.publish_all([])
        assert server.bayeux.engine.held_count == 1
        driver.publish("/a", 2)
    assert data(await promptly(held)) == [1, 2]


async def test_a_batch_that_fails_sends_what_there_was(server: Serving) -> None:
    client = await server.open("/a")
    held = await server.holding(client.hold())

    def fail() -> None:
        with server.bayeux.driver.batch():
            server.publish("/a", 1)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert data(await promptly(held)) == [1]
    held = await server.holding(client.hold())
    server.publish("/a", 2)
    assert data(await promptly(held)) == [2]


async def test_over_a_socket_a_batch_is_one_frame(server: Serving) -> None:
    async with RawSocket(server) as socket:
        own = {"clientId": await socket.handshake()}
        await socket.say({"channel": "/meta/subscribe", "subscription": "/a", **own})
        with server.bayeux.driver.batch():
            for number in range(3):
                server.publish("/a", number)
        assert data(await socket.frame()) == [0, 1, 2]


async def test_who_is_disconnected_hears_it_with_the_connect_that_is_held(
    server: Serving,
) -> None:
    client, other = await server.open("/a"), await server.open("/a")
    held = await server.holding(client.hold(id="9"))
    server.bayeux.driver.disconnect(client.id)
    farewell, reply = await promptly(held)
    assert farewell == FAREWELL
    assert reply == {
        "channel": "/meta/connect",
        "id": "9",
        "successful": True,
        "advice": {"reconnect": "none"},
    }
    [reply] = await client.publish("/a", 1)
    assert reply["error"] == "402::session_unknown"
    server.publish("/a", 2)
    assert data(await other.poll()) == [2]


async def test_or_with_the_next(server: Serving) -> None:
    client = await server.open("/a")
    server.bayeux.driver.disconnect(client.id)
    [reply] = await client.publish("/a", 1)
    assert reply["error"] == "402::session_unknown"
    assert "advice" not in reply
    farewell, reply = await client.connect()
    assert farewell == FAREWELL
    assert reply["advice"] == {"reconnect": "none"}
    assert server.sessions == 0
    [reply] = await client.connect()
    assert reply["advice"]["reconnect"] == "handshake"


async def test_it_may_be_that_it_never_comes(serve: Serve) -> None:
    server = await serve(max_interval=50)
    client = await server.open()
    server.bayeux.driver.disconnect(client.id)
    await server.until(lambda: server.sessions == 0)


async def test_over_a_socket_it_is_told_at_once_and_the_socket_closed(server: Serving) -> None:
    async with RawSocket(server) as socket:
        client_id = await socket.handshake()
        server.bayeux.driver.disconnect(client_id)
        [farewell] = await socket.frame()
        assert farewell["channel"] == "/meta/disconnect"
        assert farewell["advice"] == {"reconnect": "none"}
        assert "id" not in farewell
        assert await socket.closed() == 1000


async def test_over_a_socket_with_a_connect_that_is_held_too(server: Serving) -> None:
    async with RawSocket(server) as socket:
        own = {"clientId": await socket.handshake()}
        connect = {"channel": "/meta/connect", "connectionType": "websocket", **own}
        await socket.say(connect)
        await socket.send(connect | {"id": "9"})
        await server.until_held(1)
        server.bayeux.driver.disconnect(own["clientId"])
        farewell, reply = await socket.frame()
        assert farewell == FAREWELL
        assert (reply["id"], reply["advice"]) == ("9", {"reconnect": "none"})
        assert await socket.closed() == 1000


async def test_who_is_unknown_can_be_disconnected_without_harm(server: Serving) -> None:
    server.bayeux.driver.disconnect("nobody")
    await server.open()


async def test_a_service_may_disconnect_who_calls_it(serve: Serve) -> None:
    def leave(request: ServiceRequest) -> Answer | None:
        server.bayeux.driver.disconnect(request.client_id)
        return None

    server = await serve(services={"/service/leave": leave})
    client = await server.open("/a")
    [reply] = await client.publish("/service/leave", 1)
    assert reply == {"channel": "/service/leave", "successful": True}
    farewell, reply = await client.connect()
    assert farewell == FAREWELL
    assert reply["advice"] == {"reconnect": "none"}


async def test_over_a_socket_its_call_is_answered_before_the_end(serve: Serve) -> None:
    def leave(request: ServiceRequest) -> Answer | None:
        server.bayeux.driver.disconnect(request.client_id)
        return None

    server = await serve(services={"/service/leave": leave})
    async with RawSocket(server) as socket:
        own = {"clientId": await socket.handshake()}
        heard = await socket.say(
            {"channel": "/b", "data": 1, "id": "1", **own},
            {"channel": "/service/leave", "data": 1, "id": "2", **own},
        )
        replies = [message["id"] for message in heard if "id" in message]
        assert replies == ["1", "2"]
