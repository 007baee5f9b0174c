"""R77 to R85: queues, and what becomes of them."""

import asyncio
import random
from collections.abc import Callable
from itertools import chain
from typing import Any

import orjson
import pytest

from switchbell.bayeux.service import Answer
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Client, Message, data, events, promptly
from tests.conformance.transports import over_both

PAUSES = (0.0, 0.0, 0.0, 0.001, 0.003, 0.01)


async def publish_at_random(server: Serving, rng: random.Random, number_of_events: int) -> None:
    for number in range(number_of_events):
        server.publish("/a", number)
        if rng.random() < 0.5:
            await asyncio.sleep(rng.choice(PAUSES))


async def connect_until(done: asyncio.Event, client: Client, rng: random.Random) -> list[list[Any]]:
    """Connect again and again; the events of each response."""
    heard = []
    while not done.is_set():
        connect = client.hold() if rng.random() < 0.8 else client.poll()
        heard.append(data(await promptly(connect)))
        await asyncio.sleep(rng.choice(PAUSES))
    return heard


async def ask_until(done: asyncio.Event, client: Client, rng: random.Random) -> list[list[Any]]:
    """Send other requests beside the connects; the events of each response."""
    heard = []
    while not done.is_set():
        if rng.random() < 0.5:
            heard.append(data(await client.publish("/b", 1)))
        else:
            heard.append(data(await client.subscribe(["/a", "/a/*"])))
        await asyncio.sleep(rng.choice(PAUSES))
    return heard


async def hear(
    server: Serving, seed: int, *loops: Callable[..., Any], clients: int = 3
) -> list[list[list[Any]]]:
    """For each of some clients, the events of all responses while 100 are published. ``loops`` are
    what each client does meanwhile; the last connect of each comes when all is over."""
    done = asyncio.Event()
    listeners = [await server.open("/a") for _ in range(clients)]
    doing = [
        [
            server.begin(loop(done, client, random.Random(f"{seed} {index} {loop.__name__}")))
            for loop in loops
        ]
        for index, client in enumerate(listeners)
    ]
    await publish_at_random(server, random.Random(seed), 100)
    done.set()
    heard = []
    for client, tasks in zip(listeners, doing, strict=True):
        responses = [response for task in tasks for response in await promptly(task)]
        heard.append([*responses, data(await client.poll())])
    return heard


@over_both
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("deliver_only", [True, False])
async def test_r77_connects_alone_bring_everything_once_in_order(
    serve: Serve, seed: int, deliver_only: bool
) -> None:
    server = await serve(timeout=100, meta_connect_deliver_only=deliver_only)
    for responses in await hear(server, seed, connect_until):
        assert list(chain.from_iterable(responses)) == list(range(100))


@over_both
@pytest.mark.parametrize("seed", range(2))
async def test_r77_deliver_only_keeps_the_order_beside_other_requests(
    serve: Serve, seed: int
) -> None:
    server = await serve(timeout=100, meta_connect_deliver_only=True)
    for responses in await hear(server, seed, connect_until, ask_until):
        assert list(chain.from_iterable(responses)) == list(range(100))


@over_both
@pytest.mark.parametrize("seed", range(2))
async def test_r77_plain_delivery_brings_everything_once_beside_other_requests(
    serve: Serve, seed: int
) -> None:
    server = await serve(timeout=100)
    for responses in await hear(server, seed, connect_until, ask_until):
        # Of two connections none can say whose response was written first.
        assert all(response == sorted(response) for response in responses)
        assert sorted(chain.from_iterable(responses)) == list(range(100))


@over_both
async def test_r78_an_event_between_two_connects_comes_with_the_next_at_once(
    server: Serving,
) -> None:
    client = await server.open("/a")
    for number in range(5):
        await client.leave()
        server.publish("/a", number)
        assert await client.connect() == [
            {"channel": "/a", "data": number},
            {"channel": "/meta/connect", "successful": True},
        ]


@over_both
async def test_r78_before_the_first_connect_too(server: Serving) -> None:
    client = await server.handshake()
    await client.subscribe("/a")
    server.publish("/a", 1)
    assert data(await client.connect()) == [1]


OTHER_REQUESTS: list[list[Message]] = [
    [{"channel": "/meta/subscribe", "subscription": "/b"}],
    [{"channel": "/meta/unsubscribe", "subscription": "/b"}],
    [{"channel": "/b", "data": 1}],
    [{"channel": "/b"}],
    [{"channel": "/service/b", "data": 1}],
    [{"channel": "/meta/nonsense"}, {"channel": "/b", "data": 1}],
]


@over_both
@pytest.mark.parametrize("messages", OTHER_REQUESTS, ids=repr)
async def test_r79_deliver_only_responses_have_no_events_but_those_to_connects(
    serve: Serve, messages: list[Message]
) -> None:
    server = await serve(meta_connect_deliver_only=True)
    client = await server.open("/a")
    server.publish("/a", 1)
    assert events(await client.say(*messages)) == []
    assert data(await client.connect()) == [1]


@over_both
async def test_r79_own_events_and_answers_wait_for_a_connect(serve: Serve) -> None:
    echo = {"/service/echo": lambda request: Answer(request.data)}
    server = await serve(meta_connect_deliver_only=True, services=echo)
    client = await server.open("/a")
    assert events(await client.publish("/a", 1)) == []
    assert events(await client.publish("/service/echo", 2)) == []
    assert data(await client.connect()) == [1, 2]


@over_both
async def test_r79_own_events_wake_the_held_connect(serve: Serve) -> None:
    server = await serve(meta_connect_deliver_only=True)
    client = await server.open("/a")
    held = await server.holding(client.hold())
    replies = await client.say({"channel": "/a", "data": 1}, {"channel": "/a", "data": 2})
    assert events(replies) == []
    assert data(await promptly(held)) == [1, 2]


@over_both
async def test_r79_a_connect_among_others_brings_events(serve: Serve) -> None:
    server = await serve(meta_connect_deliver_only=True)
    client = await server.open("/a")
    messages = await client.say({"channel": "/a", "data": 1}, {"channel": "/meta/connect"})
    assert data(messages) == [1]


@pytest.mark.parametrize("messages", OTHER_REQUESTS, ids=repr)
async def test_r80_other_responses_bring_what_is_queued(
    server: Serving, messages: list[Message]
) -> None:
    client = await server.open("/a")
    server.publish("/a", 1)
    server.publish("/a", 2)
    answer = await client.say(*messages)
    assert answer[:2] == [{"channel": "/a", "data": 1}, {"channel": "/a", "data": 2}]
    assert [reply["channel"] for reply in answer[2:]] == [m["channel"] for m in messages]
    assert events(await client.poll()) == []


async def test_r80_but_only_that_sessions_own(server: Serving) -> None:
    client = await server.open("/a")
    other = await server.open()
    server.publish("/a", 1)
    assert events(await other.publish("/b", 1)) == []
    assert events(await server.say({"channel": "/b", "data": 1})) == []
    assert data(await client.poll()) == [1]


@over_both
async def test_r82_a_session_that_exceeds_its_queue_is_dropped_alone(serve: Serve) -> None:
    server = await serve(max_queue=10)
    slow, quick = await server.open("/a"), await server.open("/a")
    await slow.leave()
    for number in range(10):
        server.publish("/a", number)
    assert data(await quick.poll()) == list(range(10))
    assert server.sessions == 2
    held = await server.holding(quick.hold())
    server.publish("/a", 10)
    assert server.sessions == 1
    assert data(await promptly(held)) == [10]
    assert await slow.connect() == [
        {
            "channel": "/meta/connect",
            "successful": False,
            "error": "402::session_unknown",
            "advice": {"reconnect": "handshake", "interval": 0},
        }
    ]


@over_both
async def test_r82_a_full_queue_is_delivered_whole(serve: Serve) -> None:
    server = await serve(max_queue=10)
    client = await server.open("/a")
    for _ in range(2):
        await client.leave()
        for number in range(10):
            server.publish("/a", number)
        assert data(await client.connect()) == list(range(10))


@over_both
async def test_r82_bytes_are_bounded_as_well(serve: Serve) -> None:
    server = await serve(max_queue_bytes=10_000)
    slow, quick = await server.open("/a"), await server.open("/a")
    await slow.leave()
    for _ in range(9):
        server.publish("/a", "x" * 1000)
    assert len(data(await quick.poll())) == 9
    server.publish("/a", "x" * 1000)
    [reply] = await slow.connect()
    assert reply["advice"]["reconnect"] == "handshake"
    assert len(data(await quick.poll())) == 1


@over_both
async def test_r82_one_event_beyond_the_bound_reaches_who_can_be_sent_it(serve: Serve) -> None:
    server = await serve(max_queue_bytes=1000)
    client = await server.open("/a")
    held = await server.holding(client.hold(id="1"))
    server.publish("/a", "x" * 1000)
    assert data(await promptly(held)) == ["x" * 1000]


@over_both
async def test_r84_publishing_to_nobody_is_a_success(server: Serving) -> None:
    client = await server.open()
    assert await client.say({"channel": "/nobody/here", "data": 1, "id": "1"}) == [
        {"channel": "/nobody/here", "id": "1", "successful": True}
    ]
    server.publish("/nobody/here", 2)
    assert events(await client.poll()) == []


@over_both
@pytest.mark.parametrize("by_client", [False, True])
async def test_r85_an_event_is_serialised_once_for_all(
    server: Serving, monkeypatch: pytest.MonkeyPatch, by_client: bool
) -> None:
    waiting = [await server.open("/a") for _ in range(15)]
    away = [await server.open("/a", "/**") for _ in range(15)]
    publisher = await server.open("/a")
    held = [await server.holding(client.hold()) for client in waiting]
    marker, serialised = "the only one", 0
    dumps = orjson.dumps

    def counted(*args: Any, **kwargs: Any) -> bytes:
        nonlocal serialised
        result = dumps(*args, **kwargs)
        serialised += marker.encode() in result
        return result

    monkeypatch.setattr(orjson, "dumps", counted)
    if by_client:
        await publisher.publish("/a", marker)
    else:
        server.publish("/a", marker)
    heard = [*await promptly(asyncio.gather(*held)), *[await client.poll() for client in away]]
    assert [data(messages) for messages in heard] == [[marker]] * 30
    assert serialised == 1
