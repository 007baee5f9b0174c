"""What there is a bound for, and what is heard of it."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from switchbell.bayeux.options import BayeuxOptions
from switchbell.transport.mount import BayeuxServer
from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import PATH, Serve, Serving, serving
from tests.conformance.speaker import Message, data, promptly
from tests.conformance.visitors import Visitor, by_name, user

HANDSHAKE: Message = {
    "channel": "/meta/handshake",
    "version": "1.0",
    "supportedConnectionTypes": ["long-polling", "websocket"],
}


def padded(size: int) -> bytes:
    """A handshake of so many bytes."""
    body = json.dumps([HANDSHAKE]).encode()
    return b" " * (size - len(body)) + body


async def test_a_body_may_be_so_long_and_no_longer(serve: Serve) -> None:
    server = await serve(max_message_size=2_000)
    assert (await promptly(server.post(padded(2_000)))).status == 200
    assert (await promptly(server.post(padded(2_001)))).status == 413


async def test_so_may_a_message_over_a_socket(serve: Serve) -> None:
    server = await serve(max_message_size=2_000)
    async with RawSocket(server) as socket:
        await socket.send({**HANDSHAKE, "pad": "x" * 1_800})
        [reply] = await socket.frame()
        assert reply["successful"] is True
        await socket.send({**HANDSHAKE, "pad": "x" * 2_000})
        assert await socket.closed() == 1009
    await server.until(lambda: server.bayeux.engine.socket_count == 0)


async def test_so_many_messages_may_be_in_one_payload(serve: Serve) -> None:
    server = await serve(max_messages=3)
    message = {"channel": "/a", "data": 1}
    assert len(await server.say(*[message] * 3)) == 3
    assert (await promptly(server.post([message] * 4))).status == 413
    async with RawSocket(server) as socket:
        assert len(await socket.say(*[message] * 3)) == 3
        await socket.send(*[message] * 4)
        assert await socket.closed() == 1009


async def test_a_channel_may_have_so_long_a_name(serve: Serve) -> None:
    server = await serve(max_channel_length=20)
    fits, does_not = "/" + "x" * 19, "/" + "x" * 20
    client = await server.open()
    for channel in (fits, fits + "/", "/" + "x" * 16 + "/**"):
        [reply] = await client.subscribe(channel)
        assert reply["successful"] is True
    for channel in (does_not, "/" + "x" * 17 + "/**"):
        [reply] = await client.subscribe(channel)
        assert reply["error"] == "403::subscription_invalid"
    assert data(await client.publish(fits, 1)) == [1]
    [reply] = await client.publish(does_not, 1)
    assert reply["error"] == "405::channel_invalid"
    [reply] = await client.publish("/service/" + "x" * 20, 1)
    assert reply["error"] == "405::channel_invalid"


async def test_there_may_be_so_many_sessions(serve: Serve) -> None:
    server = await serve(max_sessions=2)
    first, _ = await server.open(), await server.open()
    for _ in range(2):
        [reply] = await server.say(HANDSHAKE)
        assert reply["error"] == "403::too_many_sessions"
        assert reply["advice"]["reconnect"] == "handshake"
        assert "clientId" not in reply
    async with RawSocket(server) as socket:
        [reply] = await socket.say(HANDSHAKE)
        assert reply["error"] == "403::too_many_sessions"
    assert server.sessions == 2
    await first.disconnect()
    await server.open()


async def test_a_user_may_have_so_many() -> None:
    bayeux = BayeuxServer(BayeuxOptions(max_sessions_per_user=2), identify=by_name)
    async with serving(PATH, bayeux) as server:
        ann = Visitor(server, user("ann"))
        first, _ = await ann.open(), await ann.open()
        [reply] = await ann.say(HANDSHAKE)
        assert reply["error"] == "403::too_many_sessions"
        await Visitor(server, user("bob")).open()
        for _ in range(3):
            await server.open()
        await first.disconnect()
        await ann.open()


async def test_a_session_may_have_so_many_subscriptions(serve: Serve) -> None:
    server = await serve(max_subscriptions=2)
    client = await server.open("/a", "/b")
    [reply] = await client.subscribe("/c")
    assert reply["error"] == "403::too_many_subscriptions"
    # Those that it has, and services, which are no subscriptions, are none too many.
    for channel in ("/a", "/service/a"):
        [reply] = await client.subscribe(channel)
        assert reply["successful"] is True
    await client.unsubscribe("/a")
    [reply] = await client.subscribe(["/c", "/d"])
    assert reply["error"] == "403::too_many_subscriptions"
    for channel in "abcd":
        server.publish(f"/{channel}", channel)
    assert data(await client.poll()) == ["b", "c"]


async def overrun(server: Serving, *values: object) -> None:
    """Publish these for somebody who is away, and for somebody who is there."""
    away, there = await server.open("/a"), await server.open("/a")
    for value in values[:-1]:
        server.publish("/a", value)
        assert data(await there.poll()) == [value]
    assert server.sessions == 2
    server.publish("/a", values[-1])
    assert server.sessions == 1
    [reply] = await away.connect()
    assert reply["error"] == "402::session_unknown"
    assert reply["advice"]["reconnect"] == "handshake"
    assert data(await there.poll()) == [values[-1]]


async def test_so_many_events_may_wait_for_a_session(serve: Serve) -> None:
    await overrun(await serve(max_queue=3), 1, 2, 3, 4)


async def test_so_many_bytes_may_wait_for_it(serve: Serve) -> None:
    kilobyte = "x" * 1_000
    await overrun(await serve(max_queue_bytes=3_300), kilobyte, kilobyte, kilobyte, kilobyte)


async def test_one_event_may_be_too_much(serve: Serve) -> None:
    server = await serve(max_queue_bytes=100)
    client = await server.open("/a")
    server.publish("/a", "x" * 100)
    [reply] = await client.connect()
    assert reply["successful"] is False
    assert reply["error"] == "402::session_unknown"
    assert reply["advice"] == {"reconnect": "handshake", "interval": 0}
    assert server.sessions == 0


async def test_what_was_fetched_makes_room(serve: Serve) -> None:
    server = await serve(max_queue=3, max_queue_bytes=3_300)
    client = await server.open("/a")
    for _ in range(4):
        for _ in range(3):
            server.publish("/a", "x" * 1_000)
        assert len(data(await client.poll())) == 3
    assert server.sessions == 1


async def test_over_a_socket_that_is_read_nothing_piles_up(serve: Serve) -> None:
    server = await serve(max_queue=3)
    async with RawSocket(server) as socket:
        own = {"clientId": await socket.handshake()}
        await socket.say({"channel": "/meta/subscribe", "subscription": "/a", **own})
        for number in range(50):
            server.publish("/a", number)
        assert data(await socket.hear(events=50)) == list(range(50))
        assert server.sessions == 1


@pytest.mark.parametrize("size", [10_000, 200_000])
async def test_a_body_without_a_length_is_bounded_too(serve: Serve, size: int) -> None:
    server = await serve(max_message_size=5_000)

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(size // 1_000):
            yield b" " * 1_000
            await asyncio.sleep(0)

    answer = await promptly(server.request("POST", data=chunks()))
    assert answer.status == 413
