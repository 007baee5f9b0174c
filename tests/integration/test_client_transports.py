"""Our Bayeux client and our server, over each transport, on good connections and bad."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import pytest_asyncio
from aiocometd.constants import ConnectionType, TransportState

from switchbell_client import AgentClient, AuthenticationFailed
from switchbell_client.acknowledge import Acknowledgement
from switchbell_client.backoff import Backoff
from switchbell_client.cometd import Client, EventsMissed
from tests.centre import Centre
from tests.interop.proxy import Proxy
from tests.interop.serving import PATIENCE, Server

WAYS = {
    ConnectionType.LONG_POLLING: [ConnectionType.LONG_POLLING],
    ConnectionType.WEBSOCKET: [ConnectionType.WEBSOCKET, ConnectionType.LONG_POLLING],
}
over_each = pytest.mark.parametrize("way", WAYS, ids=[way.value for way in WAYS])


@pytest_asyncio.fixture
async def cleanup() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest_asyncio.fixture
async def server(cleanup: AsyncExitStack) -> Server:
    server = Server()
    await server.start()
    cleanup.push_async_callback(server.stop)
    return server


@pytest_asyncio.fixture
async def proxy(cleanup: AsyncExitStack, server: Server) -> Proxy:
    proxy = Proxy(server.port)
    await proxy.start()
    cleanup.push_async_callback(proxy.stop)
    return proxy


@asynccontextmanager
async def listening(url: str, way: ConnectionType) -> AsyncIterator[Client]:
    """A client that is told of /numbers."""
    client = Client(
        url,
        connection_types=WAYS[way],
        extensions=[Acknowledgement()],
        backoff=Backoff(first=0.01, longest=0.1),
    )
    async with asyncio.timeout(PATIENCE), client:
        await client.subscribe("/numbers")
        yield client


async def hear(client: Client, count: int) -> list[int]:
    return [(await client.receive())["data"] for _ in range(count)]


async def publish_numbers(server: Server, numbers: range) -> None:
    """Publish each, leaving others the time to do something in between."""
    for number in numbers:
        server.publish("/numbers", number)
        await asyncio.sleep(0)


def nothing_waits(client: Client) -> bool:
    return not client.has_pending_messages


@over_each
async def test_a_thousand_events_arrive_once_each_and_in_order(
    server: Server, way: ConnectionType
) -> None:
    async with listening(server.url, way) as client:
        publishing = asyncio.create_task(publish_numbers(server, range(1000)))
        assert await hear(client, 1000) == list(range(1000))
        await publishing
        assert client.connection_type is way
        assert nothing_waits(client)
    assert server.sessions == 0


@over_each
@pytest.mark.parametrize("passing", [0, 40, 100])
async def test_an_event_whose_delivery_is_cut_arrives_once(
    server: Server, proxy: Proxy, way: ConnectionType, passing: int
) -> None:
    async with listening(proxy.url, way) as client:
        for number in range(3):
            await server.until_held()
            proxy.cut_after(passing)
            server.publish("/numbers", number)
            await proxy.all_cut()
            assert await hear(client, 1) == [number]
        assert nothing_waits(client)
        assert client.connection_type is way


@over_each
async def test_a_stream_that_is_cut_again_and_again_loses_nothing(
    server: Server, proxy: Proxy, way: ConnectionType
) -> None:
    async with listening(proxy.url, way) as client:
        proxy.cut_after(*[300] * 10)
        publishing = asyncio.create_task(publish_numbers(server, range(1000)))
        assert await hear(client, 1000) == list(range(1000))
        await publishing
        await proxy.all_cut()
        server.publish("/numbers", 1000)
        assert await hear(client, 1) == [1000]
        assert nothing_waits(client)


@over_each
async def test_a_connection_that_is_back_is_known_to_be_back(
    server: Server, proxy: Proxy, way: ConnectionType
) -> None:
    """Though the server has nothing to say, and would hold a connect for half a minute."""
    async with listening(proxy.url, way) as client:
        await server.until_held()
        transport = client._transport
        assert transport is not None
        proxy.cut_all()
        await transport.wait_for_state(TransportState.CONNECTING)
        await transport.wait_for_state(TransportState.CONNECTED)


@over_each
async def test_after_a_restart_of_the_server_there_is_a_new_session(
    server: Server, way: ConnectionType
) -> None:
    async with listening(server.url, way) as client:
        server.publish("/numbers", 1)
        assert await hear(client, 1) == [1]
        await server.stop()
        await server.start()
        with pytest.raises(EventsMissed):
            await client.receive()
        server.publish("/numbers", 2)
        assert await hear(client, 1) == [2]
        assert client.connection_type is way


async def test_where_no_websocket_passes_it_is_long_polling(
    cleanup: AsyncExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    server = Server()
    await server.start(upgrades=False)
    cleanup.push_async_callback(server.stop)
    with caplog.at_level(logging.INFO, logger="switchbell_client"):
        async with listening(server.url, ConnectionType.WEBSOCKET) as client:
            await publish_numbers(server, range(10))
            assert await hear(client, 10) == list(range(10))
            assert client.connection_type is ConnectionType.LONG_POLLING
            assert server.sessions == 1
    assert len([r for r in caplog.records if r.name.startswith("switchbell_client")]) == 1


async def test_where_no_websocket_passes_any_more_it_is_long_polling(server: Server) -> None:
    async with listening(server.url, ConnectionType.WEBSOCKET) as client:
        await server.until_held()
        await server.stop()
        await server.start(upgrades=False)
        with pytest.raises(EventsMissed):
            await client.receive()
        server.publish("/numbers", 1)
        assert await hear(client, 1) == [1]
        assert client.connection_type is ConnectionType.LONG_POLLING


@over_each
async def test_an_agent_hears_a_call_come_and_go(centre: Centre, way: ConnectionType) -> None:
    anna = centre.desk("agent15000")
    async with (
        asyncio.timeout(PATIENCE),
        AgentClient(centre.url, "agent15001", "switchbell", connection_types=WAYS[way]) as bob,
    ):
        await anna.dial("15001")
        ringing = await anext(bob.notifications())
        await anna.operate(ringing.call.id, "Hangup")
        released = await anext(bob.notifications())
        assert [ringing.call.state, released.call.state] == ["Ringing", "Released"]
        assert bob._client is not None
        assert bob._client.connection_type is way


@over_each
async def test_an_agent_needs_the_right_password(centre: Centre, way: ConnectionType) -> None:
    with pytest.raises(AuthenticationFailed):
        await AgentClient(
            centre.url, "agent15001", "wrong", connection_types=WAYS[way]
        ).__aenter__()
