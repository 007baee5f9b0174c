"""WebSocket where it is to be had, and long-polling where it is not."""

import pytest

from tests.interop.conftest import Serve, Start

BOTH = ("websocket", "long-polling")
LIBRARIES = pytest.mark.parametrize("library", ["cometd", "faye"])


@LIBRARIES
async def test_a_client_chooses_websocket(serve: Serve, start: Start, library: str) -> None:
    server = await serve()
    client = await start(library, server.url, *BOTH)
    assert await client.open("/numbers") == "websocket"
    server.publish("/numbers", 1)
    await client.hears(1)
    await client.leave()


@LIBRARIES
async def test_a_client_whose_websocket_is_refused_falls_back_to_long_polling(
    serve: Serve, start: Start, library: str
) -> None:
    server = await serve(upgrades=False)
    client = await start(library, server.url, *BOTH)
    client.do("handshake")
    assert (await client.says("connected"))["transport"] == "long-polling"
    await client.subscribe("/numbers")
    server.publish("/numbers", 1)
    await client.hears(1)
    await client.leave()
    assert client.heard == [1]


@LIBRARIES
async def test_a_server_without_websocket_is_spoken_to_by_long_polling(
    serve: Serve, start: Start, library: str
) -> None:
    server = await serve(allowed_transports=("long-polling",))
    client = await start(library, server.url, *BOTH)
    client.do("handshake")
    assert (await client.says("connected"))["transport"] == "long-polling"
    await client.subscribe("/numbers")
    server.publish("/numbers", 1)
    await client.hears(1)
    await client.leave()
    assert client.heard == [1]


async def test_a_client_told_how_long_its_session_lives_falls_back_later_too(
    serve: Serve, start: Start
) -> None:
    server = await serve(timeout=300, max_interval=300, handshake_reconnect=True)
    # Otherwise CometD believes for good in a WebSocket that has worked once.
    client = await start("cometd", server.url, *BOTH, configuration={"stickyReconnect": False})
    assert await client.open("/numbers") == "websocket"
    server.publish("/numbers", 1)
    await client.hears(1)
    await server.stop()
    await client.says("broken")
    await server.start(upgrades=False)
    assert (await client.says("connected"))["transport"] == "long-polling"
    await client.succeeds("subscribed")
    server.publish("/numbers", 2)
    await client.hears(2)
    await client.leave()
    assert client.heard == [1, 2]
