"""A stock client finds the server again after a restart.

aiocometd-noloop alone: when its connection is lost, aiocometd-ng passes ``loop=`` to a function of
asyncio that no longer takes it, and gives up.
"""

import asyncio
import itertools

import aiocometd_noloop
import pytest

from tests.integration.stock import QUIET
from tests.interop.serving import Server

pytestmark = QUIET


async def publish(server: Server) -> None:
    """Again and again: the client does not say when it has subscribed anew."""
    for number in itertools.count(2):
        server.publish("/numbers", number)
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("way", ["long-polling", "websocket"])
async def test_it_handshakes_and_subscribes_again(server: Server, way: str) -> None:
    connection_type = aiocometd_noloop.ConnectionType(way)
    client = aiocometd_noloop.Client(server.url, connection_type)
    async with asyncio.timeout(20), client:
        await client.subscribe("/numbers")
        server.publish("/numbers", 1)
        assert (await client.receive())["data"] == 1
        await server.stop()
        await server.start()
        publishing = asyncio.create_task(publish(server))
        heard = [(await client.receive())["data"] for _ in range(4)]
        publishing.cancel()
    assert heard == list(range(heard[0], heard[0] + 4))
