"""What comes over a socket when: R36, R37, R64, R73, R75, R76, R81 and R83."""

import asyncio
import random

import pytest

from switchbell.transport import socket as socket_module
from tests.conformance.raw_http import RawConnection
from tests.conformance.serving import Serve, Serving
from tests.conformance.sockets import begin, connect, subscribe
from tests.conformance.speaker import LONG_POLLING, WEBSOCKET, Client, Message, data
from tests.conformance.transports import over_websocket

pytestmark = over_websocket

STOP = {"reconnect": "none"}
HANDSHAKE: Message = {"channel": "/meta/handshake", "version": "1.0"}


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_r36_the_others_do_not_wait_for_the_connect(server: Serving, place: int) -> None:
    async with await server.socket() as socket:
        client_id = await begin(socket)
        messages = [
            {**subscribe(client_id, "/a"), "id": "1"},
            {"channel": "/b", "data": 1, "clientId": client_id, "id": "2"},
        ]
        messages.insert(place, connect(client_id, id="held"))
        await socket.send(messages)
        assert [reply["id"] for reply in await socket.hear(2)] == ["1", "2"]
        await server.until_held(1)
        disconnect = {"channel": "/meta/disconnect", "clientId": client_id, "id": "3"}
        await socket.send([disconnect])
        assert [reply["id"] for reply in await socket.hear(2)] == ["held", "3"]


async def test_r37_an_older_connect_is_not_answered(serve: Serve) -> None:
    server = await serve(meta_connect_deliver_only=True)
    async with await server.socket() as socket:
        client_id = await begin(socket, "/a")
        await server.holding(socket.send([connect(client_id, id="older")]))
        await socket.send([connect(client_id, id="newer"), subscribe(client_id, "/b")])
        [reply] = await socket.hear(1)
        assert reply["channel"] == "/meta/subscribe"
        server.publish("/a", 1)
        assert await socket.hear(2) == [
            {"channel": "/a", "data": 1},
            {"channel": "/meta/connect", "id": "newer", "successful": True},
        ]
        [reply] = await socket.ask([connect(client_id, id="last", advice={"timeout": 0})])
        assert reply["id"] == "last"


async def test_r37_many_connects_lose_and_double_nothing(serve: Serve) -> None:
    server = await serve(meta_connect_deliver_only=True)
    async with await server.socket() as socket:
        client_id = await begin(socket, "/a")
        for number in range(20):
            for _ in range(3):
                await socket.send([connect(client_id)])
            await asyncio.sleep(0.001 * (number % 4))
            server.publish("/a", number)
        await socket.send([connect(client_id, id="last", advice={"timeout": 0})])
        heard: list[Message] = []
        while not heard or heard[-1].get("id") != "last":
            heard += await socket.frame()
        assert data(heard) == list(range(20))


async def test_r64_the_connect_reply_precedes_the_disconnect_reply(server: Serving) -> None:
    async with await server.socket() as socket:
        client_id = await begin(socket, "/a")
        await server.holding(socket.send([connect(client_id, id="1")]))
        await socket.send([{"channel": "/meta/disconnect", "clientId": client_id, "id": "2"}])
        assert await socket.hear(2) == [
            {"channel": "/meta/connect", "id": "1", "successful": True, "advice": STOP},
            {"channel": "/meta/disconnect", "id": "2", "successful": True},
        ]
        assert await socket.close_code() == 1000


async def test_r64_without_a_connect_the_socket_is_closed_too(server: Serving) -> None:
    async with await server.socket() as socket:
        client_id = await begin(socket)
        disconnect = {"channel": "/meta/disconnect", "clientId": client_id}
        assert await socket.ask([disconnect]) == [
            {"channel": "/meta/disconnect", "successful": True}
        ]
        assert await socket.close_code() == 1000
    await server.until(lambda: server.bayeux.engine.socket_count == 0)


@pytest.mark.parametrize("first", [True, False])
async def test_r64_a_connect_in_the_payload_of_the_disconnect_is_answered(
    server: Serving, first: bool
) -> None:
    async with await server.socket() as socket:
        client_id = await begin(socket, "/a")
        messages = [
            connect(client_id, id="1"),
            {"channel": "/meta/disconnect", "clientId": client_id, "id": "2"},
        ]
        await socket.send(messages if first else messages[::-1])
        replies = [(reply["id"], reply["successful"]) for reply in await socket.hear(2)]
        assert replies == ([("1", True), ("2", True)] if first else [("2", True), ("1", False)])
        assert await socket.close_code() == 1000


async def test_r73_the_client_hears_at_once_that_its_session_was_ended(server: Serving) -> None:
    async with await server.socket() as waiting, await server.socket() as idle:
        client_id = await begin(waiting, "/a")
        await server.holding(waiting.send([connect(client_id, id="1")]))
        server.bayeux.driver.disconnect(client_id)
        assert await waiting.hear(2) == [
            {"channel": "/meta/disconnect", "successful": True},
            {"channel": "/meta/connect", "id": "1", "successful": True, "advice": STOP},
        ]
        assert await waiting.close_code() == 1000
        server.bayeux.driver.disconnect(await begin(idle, "/a"))
        assert await idle.frame() == [
            {"channel": "/meta/disconnect", "successful": True, "advice": STOP}
        ]
        assert await idle.close_code() == 1000
    assert server.sessions == 0


@pytest.mark.parametrize("seed", range(3))
async def test_r75_concurrent_messages_leave_no_subscription_behind(
    server: Serving, seed: int
) -> None:
    rng = random.Random(seed)
    for _ in range(10):
        async with await server.socket() as first, await server.socket() as second:
            client_id = await begin(first, "/a")
            disconnect = {"channel": "/meta/disconnect", "clientId": client_id}
            payloads = [
                [connect(client_id)],
                [disconnect],
                [subscribe(client_id, "/b"), subscribe(client_id, "/**")],
                [{"channel": "/a", "data": 1, "clientId": client_id}],
                [subscribe(client_id, "/c"), disconnect, subscribe(client_id, "/d")],
            ]
            rng.shuffle(payloads)
            for payload in payloads:
                await rng.choice([second, second, first]).send(payload)
            # The second hears whether the session is over; the first may be closed by then.
            await second.send([disconnect])
            await server.until(lambda: server.sessions == 0)
    assert server.bayeux.engine.held_count == 0
    assert len(server.bayeux.engine._sessions.subscriptions) == 0


async def test_r76_a_server_that_stops_answers_and_closes_with_1001(server: Serving) -> None:
    async with (
        await server.socket() as waiting,
        await server.socket() as idle,
        await server.socket() as fresh,
    ):
        await server.holding(waiting.send([connect(await begin(waiting, "/a"), id="1")]))
        await begin(idle, "/a")
        server.begin(server.runner.cleanup())
        assert await waiting.frame() == [
            {"channel": "/meta/connect", "id": "1", "successful": True}
        ]
        for socket in (waiting, idle, fresh):
            assert await socket.close_code() == 1001


async def test_r81_events_need_no_connect(server: Serving) -> None:
    async with await server.socket() as socket:
        [reply] = await socket.ask([HANDSHAKE])
        client_id = reply["clientId"]
        await socket.ask([subscribe(client_id, "/a")])
        server.publish("/a", "before the first connect")
        assert await socket.frame() == [{"channel": "/a", "data": "before the first connect"}]
        await socket.ask([connect(client_id)])
        server.publish("/a", "between two connects")
        assert await socket.frame() == [{"channel": "/a", "data": "between two connects"}]


async def test_r81_events_leave_a_held_connect_alone(server: Serving) -> None:
    async with await server.socket() as socket:
        client_id = await begin(socket, "/a")
        await server.holding(socket.send([connect(client_id, id="1")]))
        for number in range(3):
            server.publish("/a", number)
            assert await socket.frame() == [{"channel": "/a", "data": number}]
        assert server.bayeux.engine.held_count == 1


LARGE = "x" * 50_000

TOO_LARGE = "x" * 12_000_000
"""More than any system takes for a reader that does not read."""


async def stop_reading(raw: RawConnection, client: Client) -> None:
    """Have the events of a client go to a socket that nobody reads from any more."""
    await raw.upgrade()
    raw.send_text([connect(client.id, advice={"timeout": 0})])
    await raw.messages()


async def test_r83_who_stops_reading_is_cut_off_and_delays_nobody(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_module, "PATIENCE", 0.0)
    server = await serve(ws_max_buffer=200_000, max_queue_bytes=100_000_000)
    client = await server.open("/a")
    async with RawConnection(server, receive_buffer=4096) as raw, await server.socket() as socket:
        await stop_reading(raw, client)
        await begin(socket, "/a")
        sent = 0
        while server.bayeux.engine.socket_count == 2:
            # Systems differ in how much they take for the one, but it has an end.
            assert sent * len(LARGE) < len(TOO_LARGE)
            server.publish("/a", [sent, LARGE])
            assert await socket.frame() == [{"channel": "/a", "data": [sent, LARGE]}]
            sent += 1
    # The session has all that was not written; what was is lost.
    server.publish("/a", [sent, LARGE])
    numbers = [number for number, _ in data(await client.poll())]
    assert numbers == list(range(sent - len(numbers) + 1, sent + 1))
    assert 4 <= len(numbers) <= 8


async def test_r83_so_is_who_stops_reading_though_little_waits(serve: Serve) -> None:
    server = await serve(ws_write_timeout=100, max_queue_bytes=100_000_000)
    client = await server.open("/a")
    async with RawConnection(server, receive_buffer=4096) as raw, await server.socket() as socket:
        await stop_reading(raw, client)
        await begin(socket, "/b")
        server.publish("/a", TOO_LARGE)
        server.publish("/b", "small")
        assert data(await socket.frame()) == ["small"]
        await server.until(lambda: server.bayeux.engine.socket_count == 1)
        server.publish("/b", "still there")
        assert data(await socket.frame()) == ["still there"]


async def test_r83_who_reads_slowly_stays(serve: Serve) -> None:
    server = await serve(ws_write_timeout=100, max_queue_bytes=100_000_000)
    client = await server.open("/a")
    async with RawConnection(server, receive_buffer=4096) as raw:
        await stop_reading(raw, client)
        for number in range(10):
            server.publish("/a", number)
            await asyncio.sleep(0.03)
        while 9 not in data(await raw.messages()):
            pass
        assert server.bayeux.engine.socket_count == 1


async def test_r77_what_a_socket_did_not_carry_comes_over_the_next(serve: Serve) -> None:
    server = await serve(max_queue_bytes=100_000_000)
    client = await server.open("/a")
    for transport in (WEBSOCKET, LONG_POLLING):
        client = client.over(transport)
        await client.poll()
        async with RawConnection(server, receive_buffer=4096) as raw:
            await stop_reading(raw, client)
            server.publish("/a", TOO_LARGE)
            await asyncio.sleep(0)  # The writing begins; it will not end.
            for number in range(5):
                server.publish("/a", number)
            raw.reset()
            await server.until(lambda: server.bayeux.engine.socket_count == 0)
        server.publish("/a", 5)
        assert data(await client.poll()) == [0, 1, 2, 3, 4, 5]
