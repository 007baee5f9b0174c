"""Stock clients, as their users install them, hear an agent's notifications."""

import asyncio
from typing import Any, Protocol

import aiocometd_ng
import aiocometd_noloop
import aiohttp
import pytest

from tests.centre import Centre


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


def ng(url: str) -> StockClient:
    client: StockClient = aiocometd_ng.Client(url, auth=AuthorizedNg())
    return client


def noloop(url: str) -> StockClient:
    client: StockClient = aiocometd_noloop.Client(url, auth=AuthorizedNoloop())
    return client


# The forks give aiohttp a number as the time limit of a request, which it is about to give up.
@pytest.mark.filterwarnings("default::DeprecationWarning:aiocometd")
@pytest.mark.parametrize("make", [ng, noloop])
@pytest.mark.parametrize("channel", ["/v2/me/calls", "/v2/me/*", "/**"])
async def test_a_stock_client_hears_a_call_come_and_go(
    centre: Centre, make: Any, channel: str
) -> None:
    anna = centre.desk("agent15000")
    async with asyncio.timeout(10), make(centre.url + "/api/v2/notifications") as client:
        await client.subscribe(channel)
        await anna.dial("15001")
        ringing = await client.receive()
        assert ringing["channel"] == "/v2/me/calls"
        assert ringing["data"]["call"]["state"] == "Ringing"
        await anna.operate(ringing["data"]["call"]["id"], "Hangup")
        released = await client.receive()
        assert released["data"]["call"]["state"] == "Released"
