"""Lazy events, which wait for a reason to write to the client."""

import asyncio

from switchbell.bayeux.publication import Publication
from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import data, promptly

LAZY = ("/lazy/**",)
# Far longer than a test takes.
NEVER = 60_000


async def test_a_lazy_event_wakes_no_connect_and_comes_with_the_next_that_does(
    serve: Serve,
) -> None:
    server = await serve(lazy_channels=LAZY, max_lazy_timeout=NEVER)
    client = await server.open("/**")
    held = await server.holding(client.hold())
    server.publish("/lazy/a", 1)
    server.publish("/lazy/b", 2)
    assert server.bayeux.engine.held_count == 1
    server.publish("/a", 3)
    server.publish("/lazy/a", 4)
    assert data(await promptly(held)) == [1, 2, 3]
    assert data(await client.poll()) == [4]


async def test_a_connect_is_held_though_lazy_events_wait(serve: Serve) -> None:
    server = await serve(lazy_channels=LAZY, max_lazy_timeout=NEVER)
    client = await server.open("/**")
    server.publish("/lazy/a", 1)
    held = await server.holding(client.hold())
    server.publish("/a", 2)
    assert data(await promptly(held)) == [1, 2]


async def test_it_comes_when_the_connect_times_out(serve: Serve) -> None:
    server = await serve(lazy_channels=LAZY, max_lazy_timeout=NEVER, timeout=100)
    client = await server.open("/**")
    held = await server.holding(client.hold())
    server.publish("/lazy/a", 1)
    assert data(await promptly(held)) == [1]


async def test_it_waits_no_longer_than_configured(serve: Serve) -> None:
    server = await serve(lazy_channels=LAZY, max_lazy_timeout=200)
    client = await server.open("/**")
    held = await server.holding(client.hold())
    loop = asyncio.get_running_loop()
    before = loop.time()
    server.publish("/lazy/a", 1)
    server.publish("/lazy/a", 2)
    assert data(await promptly(held)) == [1, 2]
    assert loop.time() - before > 0.19


async def test_it_comes_with_any_answer_of_its_session(serve: Serve) -> None:
    server = await serve(lazy_channels=LAZY, max_lazy_timeout=NEVER)
    client = await server.open("/**")
    server.publish("/lazy/a", 1)
    assert data(await client.subscribe("/b")) == [1]


async def test_what_a_client_publishes_there_is_lazy_too(serve: Serve) -> None:
    server = await serve(lazy_channels=LAZY, max_lazy_timeout=NEVER)
    client, publisher = await server.open("/**"), await server.open()
    held = await server.holding(client.hold())
    await publisher.publish("/lazy/a", 1)
    assert server.bayeux.engine.held_count == 1
    await publisher.publish("/a", 2)
    assert data(await promptly(held)) == [1, 2]


async def test_a_publication_can_be_lazy_on_any_channel(serve: Serve) -> None:
    server = await serve(max_lazy_timeout=NEVER)
    client = await server.open("/**")
    held = await server.holding(client.hold())
    server.bayeux.driver.publish_all([Publication(channel="/a", data=1, lazy=True)])
    assert server.bayeux.engine.held_count == 1
    server.publish("/a", 2)
    assert data(await promptly(held)) == [1, 2]


async def test_other_channels_are_not_lazy(serve: Serve) -> None:
    server = await serve(lazy_channels=("/lazy/*", "/slow"), max_lazy_timeout=NEVER)
    client = await server.open("/**")
    for channel in ("/lazy", "/lazy/a/b", "/slow/a", "/a"):
        held = await server.holding(client.hold())
        server.publish(channel, channel)
        assert data(await promptly(held)) == [channel]


async def lazily_over_a_socket(server: Serving, *then: str) -> list[object]:
    """What comes first after a lazy event and publications on these channels, over a socket that
    has a connect outstanding."""
    async with RawSocket(server) as socket:
        own = {"clientId": await socket.handshake()}
        connect = {"channel": "/meta/connect", "connectionType": "websocket", **own}
        await socket.say(connect)
        await socket.say({"channel": "/meta/subscribe", "subscription": "/**", **own})
        await socket.send(connect)
        await server.until_held(1)
        for channel in ("/lazy/a", *then):
            server.publish(channel, channel)
        return data(await socket.hear(events=1))


async def test_over_a_socket_it_waits_for_the_next_too(serve: Serve) -> None:
    server = await serve(lazy_channels=LAZY, max_lazy_timeout=NEVER)
    assert await lazily_over_a_socket(server, "/a") == ["/lazy/a", "/a"]


async def test_over_a_socket_it_waits_no_longer_than_configured(serve: Serve) -> None:
    server = await serve(lazy_channels=LAZY, max_lazy_timeout=100)
    loop = asyncio.get_running_loop()
    before = loop.time()
    assert await lazily_over_a_socket(server) == ["/lazy/a"]
    assert loop.time() - before > 0.09
