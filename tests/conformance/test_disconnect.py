"""R63 to R76: how sessions end."""

import asyncio
import gc
import random
import sys
import time
from itertools import count

import pytest

from switchbell.bayeux.engine import Engine
from switchbell.bayeux.listener import Ending, SessionListener
from switchbell.bayeux.peer import Peer
from tests.conformance.raw_http import RawConnection
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Message, data, events, promptly
from tests.conformance.transports import over_both

CONNECT: Message = {"channel": "/meta/connect", "connectionType": "long-polling"}
STOP = {"reconnect": "none"}
UNKNOWN = "402::session_unknown"


@over_both
async def test_r63_disconnecting_succeeds_and_releases_the_held_connect(server: Serving) -> None:
    client = await server.open("/a")
    held = await server.holding(client.hold(id="1"))
    assert await client.say({"channel": "/meta/disconnect", "id": "2"}) == [
        {"channel": "/meta/disconnect", "id": "2", "successful": True}
    ]
    assert await promptly(held) == [
        {"channel": "/meta/connect", "id": "1", "successful": True, "advice": STOP}
    ]
    assert server.sessions == 0


@over_both
async def test_r63_without_a_held_connect_too(server: Serving) -> None:
    client = await server.open("/a")
    await client.leave()
    server.publish("/a", "dropped with the queue")
    assert await client.disconnect() == [{"channel": "/meta/disconnect", "successful": True}]
    assert server.sessions == 0


@over_both
async def test_r65_after_disconnecting_everything_is_402(server: Serving) -> None:
    listener = await server.open("/b")
    client = await server.open("/a")
    await client.disconnect()
    for message in (
        CONNECT,
        {"channel": "/meta/subscribe", "subscription": "/a"},
        {"channel": "/meta/unsubscribe", "subscription": "/a"},
        {"channel": "/b", "data": 1},
        {"channel": "/service/b", "data": 1},
        {"channel": "/meta/disconnect"},
    ):
        [reply] = await client.say(message)
        assert (reply["successful"], reply["error"]) == (False, UNKNOWN)
    assert events(await listener.poll()) == []


@over_both
async def test_r65_already_within_the_payload_of_the_disconnect(server: Serving) -> None:
    client = await server.open("/a")
    messages = await client.say({"channel": "/meta/disconnect"}, {"channel": "/a", "data": 1})
    assert [(reply["successful"], reply.get("error")) for reply in messages] == [
        (True, None),
        (False, UNKNOWN),
    ]


@over_both
@pytest.mark.parametrize("message", [{}, {"clientId": "unknown"}, {"clientId": 5}], ids=repr)
async def test_r66_disconnecting_an_unknown_session_is_402(
    server: Serving, message: Message
) -> None:
    [reply] = await server.say({"channel": "/meta/disconnect", **message})
    assert reply == {"channel": "/meta/disconnect", "successful": False, "error": UNKNOWN}


@over_both
async def test_r67_without_a_new_connect_the_session_expires(serve: Serve) -> None:
    server = await serve(interval=100, max_interval=100)
    client = await server.open()
    start = time.monotonic()
    await client.connect(advice={"timeout": 0})
    # Nothing but time takes the session away, and never too early; a sweeper may take a second.
    await server.until(lambda: server.sessions == 0)
    assert time.monotonic() - start >= 0.2


@over_both
async def test_r67_after_a_connect_that_was_held_too(serve: Serve) -> None:
    server = await serve(timeout=100, max_interval=150)
    client = await server.open()
    start = time.monotonic()
    await promptly(client.hold())
    await server.until(lambda: server.sessions == 0)
    assert time.monotonic() - start >= 0.25


@over_both
async def test_r68_a_session_does_not_expire_while_its_connect_is_held(serve: Serve) -> None:
    server = await serve(max_interval=100)
    client = await server.open("/a")
    held = await server.holding(client.hold())
    await asyncio.sleep(0.2)
    assert server.sessions == 1
    server.publish("/a", 1)
    assert data(await promptly(held)) == [1]


class Removals(SessionListener):
    """Notes when each session ended."""

    def __init__(self) -> None:
        self.times: dict[str, float] = {}

    def removed(self, client_id: str, user: str | None, ending: Ending) -> None:
        self.times[client_id] = time.monotonic()


@over_both
async def test_r69_other_messages_postpone_the_expiry(serve: Serve) -> None:
    removals = Removals()
    server = await serve(max_interval=350, listener=removals)
    said: dict[str, float] = {}
    messages: list[Message] = [
        {"channel": "/meta/subscribe", "subscription": "/a"},
        {"channel": "/meta/unsubscribe", "subscription": "/a"},
        {"channel": "/a", "data": 1},
        {"channel": "/a"},
    ]
    clients = [await server.open() for _ in messages]
    await asyncio.sleep(0.1)
    for client, message in zip(clients, messages, strict=True):
        said[client.id] = time.monotonic()
        await client.say(message)
    await server.until(lambda: server.sessions == 0)
    assert all(removals.times[client_id] - said[client_id] >= 0.35 for client_id in said)


@over_both
async def test_r69_but_never_shorten_what_a_client_was_granted(serve: Serve) -> None:
    server = await serve(max_interval=100)
    client = await server.open()
    await client.connect(advice={"timeout": 0, "interval": 60_000})
    await client.publish("/a", 1)
    await asyncio.sleep(0.2)
    assert server.sessions == 1


@over_both
async def test_r70_a_session_that_never_connects_expires(serve: Serve) -> None:
    server = await serve(interval=100, max_interval=100)
    start = time.monotonic()
    client = await server.handshake()
    await server.until(lambda: server.sessions == 0)
    assert time.monotonic() - start >= 0.2
    [reply] = await client.connect()
    assert reply["error"] == UNKNOWN


@over_both
async def test_r71_expiry_frees_everything(serve: Serve) -> None:
    server = await serve(max_interval=250)
    clients = [await server.handshake() for _ in range(20)]
    await asyncio.gather(*(client.subscribe(["/a", "/a/*", "/**"]) for client in clients))
    server.publish("/a", "queued")
    await server.until(lambda: server.sessions == 0)
    engine = server.bayeux.engine
    assert engine.next_deadline() is None
    assert len(engine._sessions.subscriptions) == 0


@over_both
async def test_r71_disconnecting_frees_everything_too(server: Serving) -> None:
    clients = [await server.open("/a", "/**") for _ in range(3)]
    held = await server.holding(clients[0].hold())
    for client in clients:
        await client.disconnect()
    await promptly(held)
    engine = server.bayeux.engine
    assert server.sessions == 0
    assert engine.next_deadline() is None
    assert len(engine._sessions.subscriptions) == 0


def test_r71_ten_thousand_abandoned_sessions_leave_no_memory_behind() -> None:
    """The time is the test's own here, so the sessions are given to the engine directly."""
    numbers = count(1)
    engine = Engine(new_client_id=lambda: f"{next(numbers):040d}")
    # Tables and caches grow to their size first.
    abandon(engine, 5_000, now=0.0)
    gc.collect()
    before = sys.getallocatedblocks()
    abandon(engine, 10_000, now=100.0)
    gc.collect()
    assert sys.getallocatedblocks() - before < 1_000


def abandon(engine: Engine, sessions: int, *, now: float) -> None:
    """Let clients come, subscribe, be sent something, and never come back."""
    for number in range(sessions):
        client_id = f"{next_id(engine, now):040d}"
        subscribe = {"channel": "/meta/subscribe", "subscription": [f"/only/{number}", "/all"]}
        for message in ({"channel": "/meta/connect"}, subscribe):
            engine.receive(1, [{**message, "clientId": client_id}], peer=Peer(), now=now)
        engine.publish(f"/only/{number}", {"queued": number}, now=now)
    assert engine.session_count == sessions
    assert engine.advance(now + 60.0) == []
    assert engine.session_count == 0
    assert engine.next_deadline() is None


def next_id(engine: Engine, now: float) -> int:
    [send] = engine.receive(1, [{"channel": "/meta/handshake"}], peer=Peer(), now=now)
    reply = send.messages[0]  # type: ignore[union-attr]
    assert isinstance(reply, dict)
    return int(reply["clientId"])


@over_both
async def test_r72_an_expired_session_is_told_to_handshake(serve: Serve) -> None:
    server = await serve(max_interval=150)
    client = await server.open()
    await server.until(lambda: server.sessions == 0)
    assert await client.connect(id="1") == [
        {
            "channel": "/meta/connect",
            "id": "1",
            "successful": False,
            "error": UNKNOWN,
            "advice": {"reconnect": "handshake", "interval": 0},
        }
    ]


@over_both
async def test_r73_the_server_ends_a_session_whose_connect_is_held(server: Serving) -> None:
    client = await server.open("/a")
    held = await server.holding(client.hold(id="1"))
    server.bayeux.driver.disconnect(client.id)
    assert await promptly(held) == [
        {"channel": "/meta/disconnect", "successful": True},
        {"channel": "/meta/connect", "id": "1", "successful": True, "advice": STOP},
    ]
    assert server.sessions == 0
    [reply] = await client.connect()
    assert reply["error"] == UNKNOWN


async def test_r73_the_server_ends_a_session_between_two_connects(server: Serving) -> None:
    client = await server.open("/a")
    server.publish("/a", 1)
    server.bayeux.driver.disconnect(client.id)
    server.publish("/a", 2)
    [reply] = await client.publish("/a", 3)
    assert reply["error"] == UNKNOWN
    assert await client.connect(id="1") == [
        {"channel": "/meta/disconnect", "successful": True},
        {"channel": "/meta/connect", "id": "1", "successful": True, "advice": STOP},
    ]
    [reply] = await client.connect()
    assert reply["error"] == UNKNOWN


async def test_r73_a_client_that_does_not_come_to_hear_it_is_forgotten(serve: Serve) -> None:
    server = await serve(max_interval=150)
    client = await server.open()
    server.bayeux.driver.disconnect(client.id)
    await server.until(lambda: server.sessions == 0)


async def test_r74_a_failed_write_starts_the_expiry_clock(serve: Serve) -> None:
    server = await serve(max_interval=200)
    client = await server.open("/a")
    async with RawConnection(server) as raw:
        raw.post([{**CONNECT, "clientId": client.id}])
        await server.until_held(1)
        await asyncio.sleep(0.25)
        # The server has had no chance to notice when it has something to write.
        raw.reset()
        start = time.monotonic()
        server.publish("/a", 1)
        assert server.sessions == 1
        await server.until(lambda: server.sessions == 0)
    assert time.monotonic() - start >= 0.2


async def test_r74_so_does_the_loss_of_an_idle_connect(serve: Serve) -> None:
    server = await serve(max_interval=200)
    client = await server.open("/a")
    async with RawConnection(server) as raw:
        raw.post([{**CONNECT, "clientId": client.id}])
        await server.until_held(1)
        await asyncio.sleep(0.25)
        start = time.monotonic()
        raw.reset()
    await server.until(lambda: server.sessions == 0)
    assert time.monotonic() - start >= 0.2


@pytest.mark.parametrize("seed", range(5))
async def test_r75_concurrent_requests_leave_no_subscription_behind(
    server: Serving, seed: int
) -> None:
    shuffle = random.Random(seed).shuffle
    for _ in range(10):
        client = await server.open("/a")
        requests = [
            client.hold(),
            client.disconnect(),
            client.subscribe(["/a", "/b", "/**"]),
            client.subscribe("/c"),
            client.publish("/a", 1),
            client.say(
                {"channel": "/meta/subscribe", "subscription": "/d"},
                {"channel": "/meta/disconnect"},
                {"channel": "/meta/subscribe", "subscription": "/e"},
            ),
        ]
        shuffle(requests)
        await promptly(asyncio.gather(*requests))
    assert server.sessions == 0
    assert server.bayeux.engine.held_count == 0
    assert len(server.bayeux.engine._sessions.subscriptions) == 0


async def test_r76_a_server_that_stops_answers_what_it_holds(server: Serving) -> None:
    clients = [await server.open("/a") for _ in range(3)]
    held = [await server.holding(client.hold(id="1")) for client in clients]
    await promptly(server.runner.cleanup())
    for connect in held:
        assert await promptly(connect) == [
            {"channel": "/meta/connect", "id": "1", "successful": True}
        ]
