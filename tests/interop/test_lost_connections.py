"""Connections that break while events are on their way, and what acknowledgements make of it."""

import pytest

from tests.interop.conftest import PutProxyBefore, Serve, Start

TRANSPORTS = pytest.mark.parametrize("transport", ["long-polling", "websocket"])


@TRANSPORTS
@pytest.mark.parametrize("passing", [0, 40, 600], ids=["nothing", "its head", "half of it"])
async def test_with_acknowledgements_an_event_whose_delivery_is_cut_arrives_once(
    serve: Serve, put_proxy_before: PutProxyBefore, start: Start, transport: str, passing: int
) -> None:
    server = await serve()
    proxy = await put_proxy_before(server)
    client = await start("cometd", proxy.url, transport, extensions=["ack"])
    assert await client.open("/texts") == transport
    texts = ["a" * 1000, "b" * 1000, "c" * 1000]
    for text in texts:
        proxy.cut_after(passing)
        server.publish("/texts", text)
        await proxy.all_cut()
        await client.says("broken")
        await client.says("connected")
    await client.hears(3)
    await client.leave()
    assert client.heard == texts


@TRANSPORTS
async def test_with_acknowledgements_a_stream_that_is_cut_again_and_again_loses_nothing(
    serve: Serve, put_proxy_before: PutProxyBefore, start: Start, transport: str
) -> None:
    server = await serve()
    proxy = await put_proxy_before(server)
    client = await start("cometd", proxy.url, transport, extensions=["ack"])
    await client.open("/numbers")
    proxy.cut_after(*[300] * 5)
    await server.publish_numbers(range(1000))
    await proxy.all_cut()
    await client.hears(1000)
    await client.leave()
    assert client.heard == list(range(1000))


@TRANSPORTS
async def test_with_acknowledgements_a_connection_that_dies_without_a_word_loses_nothing(
    serve: Serve, put_proxy_before: PutProxyBefore, start: Start, transport: str
) -> None:
    server = await serve(timeout=300)
    proxy = await put_proxy_before(server)
    # How much longer than the server holds a connect the client waits for its reply.
    configuration = {"maxNetworkDelay": 300}
    client = await start(
        "cometd", proxy.url, transport, extensions=["ack"], configuration=configuration
    )
    await client.open("/numbers")
    await server.until_held()
    proxy.let_all_die()
    await server.publish_numbers(range(1000))
    await client.says("broken")
    await client.says("connected")
    await client.hears(1000)
    assert len(client.said("handshaken")) == 1
    await client.leave()
    assert client.heard == list(range(1000))


@TRANSPORTS
@pytest.mark.parametrize("library", ["cometd", "faye"])
async def test_without_acknowledgements_a_stream_that_is_cut_goes_on_in_order(
    serve: Serve, put_proxy_before: PutProxyBefore, start: Start, library: str, transport: str
) -> None:
    # Faye does not notice that the body of an answer ends too soon: it waits for longer than that.
    server = await serve(timeout=500)
    proxy = await put_proxy_before(server)
    client = await start(library, proxy.url, transport)
    await client.open("/numbers")
    proxy.cut_after(600)
    await server.publish_numbers(range(1000))
    await proxy.all_cut()
    await client.says("broken")
    server.publish("/numbers", 1000)
    await client.hears_at_last(1000)
    assert len(client.said("handshaken")) == 1
    await client.leave()
    assert client.heard == sorted(set(client.heard))
