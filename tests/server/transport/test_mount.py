"""Where a Bayeux server is found in an application, and how long it lives."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from switchbell.transport.mount import BayeuxServer
from tests.server.transport.fakes import until

HANDSHAKE = [{"channel": "/meta/handshake", "supportedConnectionTypes": ["long-polling"]}]


def serve(path: str) -> tuple[TestClient[web.Request, web.Application], BayeuxServer]:
    bayeux = BayeuxServer()
    app = web.Application()
    bayeux.mount(app, path)
    return TestClient(TestServer(app)), bayeux


@pytest.mark.parametrize(
    ("mounted", "path"),
    [
        ("/bayeux", "/bayeux"),
        ("/bayeux", "/bayeux/"),
        ("/bayeux", "/bayeux/handshake"),
        ("/bayeux", "/bayeux/any/path/at/all"),
        ("/bayeux/", "/bayeux"),
        ("/bayeux/", "/bayeux/connect"),
        ("/", "/"),
        ("/", "/handshake"),
        ("", "/handshake"),
    ],
)
async def test_it_serves_its_path_and_all_below(mounted: str, path: str) -> None:
    client, _ = serve(mounted)
    async with client:
        response = await client.post(path, json=HANDSHAKE)
        [reply] = await response.json()
        assert reply["successful"]


@pytest.mark.parametrize("path", ["/", "/bayeuxx", "/other"])
async def test_other_paths_are_not_its_own(path: str) -> None:
    client, _ = serve("/bayeux")
    async with client:
        assert (await client.post(path, json=HANDSHAKE)).status == 404


async def test_client_ids_are_unguessable_and_plain() -> None:
    client, _ = serve("/bayeux")
    async with client:
        ids = set()
        for _ in range(100):
            [reply] = await (await client.post("/bayeux", json=HANDSHAKE)).json()
            ids.add(reply["clientId"])
    assert len(ids) == 100
    assert all(len(client_id) >= 32 and client_id.isalnum() for client_id in ids)


async def test_before_the_start_there_is_nobody_to_publish_to() -> None:
    bayeux = BayeuxServer()
    bayeux.mount(web.Application(), "/bayeux")
    with pytest.raises(RuntimeError, match="once its application has started"):
        _ = bayeux.driver


async def test_a_shutdown_answers_what_is_held_and_takes_no_time() -> None:
    client, bayeux = serve("/bayeux")
    async with client:
        [reply] = await (await client.post("/bayeux", json=HANDSHAKE)).json()
        connect = [{"channel": "/meta/connect", "clientId": reply["clientId"]}]
        await client.post("/bayeux", json=connect)
        held = asyncio.ensure_future(client.post("/bayeux", json=connect))
        await until(lambda: bayeux.engine.held_count == 1)
        async with asyncio.timeout(2):
            await client.server.close()
            response = await held
        assert (response.status, await response.json()) == (
            200,
            [{"channel": "/meta/connect", "successful": True}],
        )
