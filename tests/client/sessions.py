"""Bayeux sessions that have subscribed, for tests of how they are kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from switchbell_client.backoff import Backoff
from switchbell_client.cometd import Client
from tests.client.fakes import FakeServer

QUICK = Backoff(first=0.01, longest=0.04)


@asynccontextmanager
async def subscribed(server: FakeServer, **options: object) -> AsyncIterator[Client]:
    defaults = {"backoff": QUICK, "connection_types": server.connection_types}
    client = Client(server.bayeux_url, **{**defaults, **options})
    async with asyncio.timeout(10):
        await client.open()
        try:
            await client.subscribe("/v2/me/calls")
            yield client
        finally:
            await client.close()


async def receive(client: Client) -> str:
    async with asyncio.timeout(5):
        return (await client.receive())["data"]["call"]["id"]
