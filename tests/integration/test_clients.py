"""Stock clients, as their users install them, hear an agent's notifications."""

import asyncio
from typing import Any, Protocol

import aiocometd_ng
import aiocometd_noloop
import aiohttp
import pytest

from tests.centre import Centre
from tests.integration.stock import QUIET
from tests.interop.serving import Server


class AuthorizedNg(aiocometd_ng.AuthExtension):
    async def outgoing(self, payload: Any, headers: dict[str, str]) -> None:
        headers["Authorization"] = aiohttp.encode_basic_auth("agent15001", "switchbell")

    async def incoming(self, payload: Any, headers: Any = None) -> None:
        pass

    async def authenticate(self) -> None:
        pass


class AuthorizedNoloop(aiocometd_noloop.AuthExtension):
    outgoing = AuthorizedNg.outgoing
    incoming = AuthorizedNg.incoming
    authenticate = AuthorizedNg.authenticate


class StockClient(Protocol):
    async def __aenter__(self) -> "StockClient": ...
    async def __aexit__(self, *exception: object) -> None: ...
    async def subscribe(self, channel: str) -> None: ...
    async def receive(self) -> dict[str, Any]: ...
    @property
    def has_pending_messages(self) -> bool: ...
    @property
    def connection_type(self) -> Any: ...


def ng(url: str, way: str) -> StockClient:
    connection_type = aiocometd_ng.ConnectionType(way)
    client: StockClient = aiocometd_ng.Client(url, connection_type, auth=AuthorizedNg())
    return client


def noloop(url: str, way: str) -> StockClient:
    connection_type = aiocometd_noloop.ConnectionType(way)
    client: StockClient = aiocometd_noloop.Client(url, connection_type, auth=AuthorizedNoloop())
    return client


pytestmark = [
    pytest.mark.parametrize("make", [ng, noloop]),
    pytest.mark.parametrize("way", ["long-polling", "websocket"]),
    *QUIET,
]


@pytest.mark.parametrize("channel", ["/v2/me/calls", "/v2/me/*", "/**"])
async def test_a_stock_client_hears_a_call_come_and_go(
    centre: Centre, make: Any, way: str, channel: str
) -> None:
    anna = centre.desk("agent15000")
    url = centre.url + "/api/v2/notifications"
    async with asyncio.timeout(10), make(url, way) as client:
        await client.subscribe(channel)
        await anna.dial("15001")
        ringing = await client.receive()
        assert ringing["channel"] == "/v2/me/calls"
        assert ringing["data"]["call"]["state"] == "Ringing"
        await anna.operate(ringing["data"]["call"]["id"], "Hangup")
        released = await client.receive()
        assert released["data"]["call"]["state"] == "Released"


async def test_a_stock_client_hears_a_thousand_events_once_each_and_in_order(
    server: Server, make: Any, way: str
) -> None:
    async def publish() -> None:
        for number in range(1000):
            server.publish("/numbers", number)
            await asyncio.sleep(0)

    async with asyncio.timeout(20), make(server.url, way) as client:
        await client.subscribe("/numbers")
        publishing = asyncio.create_task(publish())
        heard = [(await client.receive())["data"] for _ in range(1000)]
        await publishing
        assert heard == list(range(1000))
        assert not client.has_pending_messages
        assert client.connection_type.value == way
    assert server.sessions == 0
