"""What CometD's and Faye's clients both do, over each transport."""

import asyncio

import pytest

from tests.interop.conftest import PutProxyBefore, Serve, Start

pytestmark = pytest.mark.parametrize(
    ("library", "transport"),
    [
        ("cometd", "long-polling"),
        ("cometd", "websocket"),
        ("faye", "long-polling"),
        ("faye", "websocket"),
    ],
)


async def test_a_thousand_events_arrive_once_each_and_in_order(
    serve: Serve, start: Start, library: str, transport: str
) -> None:
    server = await serve()
    client = await start(library, server.url, transport)
    assert await client.open("/numbers") == transport
    await server.publish_numbers(range(1000))
    await client.hears(1000)
    await client.leave()
    assert client.heard == list(range(1000))


async def test_clients_hear_each_other(
    serve: Serve, start: Start, library: str, transport: str
) -> None:
    server = await serve()
    alice, bob = await asyncio.gather(
        start(library, server.url, transport), start(library, server.url, transport)
    )
    await asyncio.gather(alice.open("/talk/**"), bob.open("/talk/**"))
    alice.do("publish", channel="/talk/to/all", data={"text": "Grüße \U0001f514"})
    await alice.succeeds("published")
    await asyncio.gather(alice.hears(1), bob.hears(1))
    bob.do("publish", channel="/talk/to/all", data=None)
    await bob.succeeds("published")
    await asyncio.gather(alice.hears(2), bob.hears(2))
    await asyncio.gather(alice.leave(), bob.leave())
    assert alice.heard == bob.heard == [{"text": "Grüße \U0001f514"}, None]


async def test_after_a_restart_of_the_server_the_client_comes_back_by_itself(
    serve: Serve, start: Start, library: str, transport: str
) -> None:
    server = await serve()
    client = await start(library, server.url, transport)
    await client.open("/numbers")
    server.publish("/numbers", 1)
    await client.hears(1)
    await server.stop()
    await client.says("broken")
    await server.start()
    await client.succeeds("handshaken")
    await client.succeeds("subscribed")
    server.publish("/numbers", 2)
    await client.hears(2)
    await client.leave()
    assert client.heard == [1, 2]


async def test_a_client_that_was_cut_off_goes_on_with_its_session(
    serve: Serve, put_proxy_before: PutProxyBefore, start: Start, library: str, transport: str
) -> None:
    server = await serve()
    proxy = await put_proxy_before(server)
    client = await start(library, proxy.url, transport)
    await client.open("/numbers")
    for number in range(3):
        await server.until_held()
        proxy.cut_all()
        await client.says("broken")
        server.publish("/numbers", number)
        await client.hears(number + 1)
    assert len(client.said("handshaken")) == 1
    await client.leave()
    assert client.heard == [0, 1, 2]


async def test_a_client_that_leaves_leaves_nothing_behind(
    serve: Serve, start: Start, library: str, transport: str
) -> None:
    server = await serve()
    client = await start(library, server.url, transport)
    await client.open("/numbers")
    await server.until_held()
    assert server.sessions == 1
    await client.leave()
    assert server.sessions == 0
