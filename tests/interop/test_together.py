"""Clients of every kind at one server."""

import asyncio

from tests.interop.conftest import Serve, Start


async def test_clients_of_every_kind_hear_each_other(serve: Serve, start: Start) -> None:
    server = await serve()
    clients = await asyncio.gather(
        start("cometd", server.url, "websocket"),
        start("cometd", server.url, "long-polling"),
        start("faye", server.url, "websocket"),
        start("faye", server.url, "long-polling"),
    )
    transports = await asyncio.gather(*(client.open("/talk") for client in clients))
    assert transports == ["websocket", "long-polling", "websocket", "long-polling"]
    for number, client in enumerate(clients):
        client.do("publish", channel="/talk", data=number)
        await client.succeeds("published")
    await asyncio.gather(*(client.hears(4) for client in clients))
    await asyncio.gather(*(client.leave() for client in clients))
    assert [client.heard for client in clients] == [[0, 1, 2, 3]] * 4
