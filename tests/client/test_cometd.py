"""The Bayeux client: opening, receiving, closing."""

import asyncio
from typing import Any

import pytest
from aiocometd.exceptions import ClientError, ClientInvalidOperation, ServerError

from switchbell_client.cometd import Client
from tests.client.fakes import (
    CONNECT_FAILED,
    HANDSHAKE_DENIED,
    HANDSHAKEN,
    FakeServer,
    call_event,
)
from tests.client.sessions import receive


async def opened(server: FakeServer, **options: object) -> Client:
    client = Client(server.bayeux_url, **options)
    await client.open()
    return client


async def test_events_are_received_in_order(server: FakeServer) -> None:
    async with Client(server.bayeux_url) as client:
        server.push(call_event(1), call_event(2))
        server.push(call_event(3))
        received = [(await client.receive())["data"]["call"]["id"] for _ in range(3)]
    assert received == ["CALL1", "CALL2", "CALL3"]


async def test_receiving_makes_no_task(server: FakeServer) -> None:
    made: list[str] = []

    def remember(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Any:
        made.append(coroutine.__qualname__)
        return asyncio.Task(coroutine, loop=loop, **options)

    async with Client(server.bayeux_url) as client:
        await server.seen("/meta/connect", 2)
        asyncio.get_running_loop().set_task_factory(remember)
        asyncio.get_running_loop().call_soon(server.push, call_event(1))
        await client.receive()
        asyncio.get_running_loop().set_task_factory(None)
    ours = ("Client.", "TransportBase.", "ReconnectingTransport.", "LongPolling.", "Queue.")
    assert [name for name in made if name.startswith(ours)] == []


async def test_a_cancelled_receive_loses_nothing(server: FakeServer) -> None:
    async with Client(server.bayeux_url) as client:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.receive(), 0.01)
        server.push(call_event(1))
        assert (await client.receive())["data"]["call"]["id"] == "CALL1"


async def test_closing_wakes_a_waiting_receive(server: FakeServer) -> None:
    client = await opened(server)
    receiving = asyncio.create_task(client.receive())
    await server.seen("/meta/connect", 2)
    await client.close()
    with pytest.raises(ClientInvalidOperation):
        await asyncio.wait_for(receiving, 5)


async def test_what_had_come_can_be_received_after_closing(server: FakeServer) -> None:
    client = await opened(server)
    server.push(call_event(1))
    await server.seen("/meta/connect", 3)
    await client.close()
    assert (await client.receive())["data"]["call"]["id"] == "CALL1"
    with pytest.raises(ClientInvalidOperation):
        await client.receive()


async def test_a_full_queue_stops_the_polling_and_can_still_be_closed(server: FakeServer) -> None:
    client = await opened(server, max_pending_count=2)
    await server.seen("/meta/connect", 2)
    server.push(call_event(1), call_event(2), call_event(3))
    assert await receive(client) == "CALL1"
    with pytest.raises(TimeoutError):  # as many still wait as may
        await asyncio.wait_for(server.seen("/meta/connect", 3), 0.05)
    assert await receive(client) == "CALL2"
    await server.seen("/meta/connect", 3)
    server.push(call_event(4))
    server.script["/meta/disconnect"].append(
        [{"channel": "/meta/disconnect", "successful": True}, call_event(5)]
    )
    async with asyncio.timeout(5):
        await client.close()
    assert await receive(client) == "CALL3"


@pytest.mark.parametrize(
    ("channel", "reply", "error"),
    [
        ("/meta/handshake", HANDSHAKE_DENIED, ServerError),
        ("/meta/handshake", {**HANDSHAKEN, "supportedConnectionTypes": ["x"]}, ClientError),
        ("/meta/connect", CONNECT_FAILED, ServerError),
    ],
)
async def test_a_client_that_cannot_open_leaves_nothing_behind(
    server: FakeServer, channel: str, reply: dict[str, object], error: type[Exception]
) -> None:
    server.script[channel].append([reply])
    client = Client(server.bayeux_url)
    before = asyncio.all_tasks()
    with pytest.raises(error):
        await client.open()
    assert client.closed
    leftovers = {task for task in asyncio.all_tasks() - before if "client" in repr(task)}
    assert leftovers == set()


async def test_it_cannot_be_opened_twice(server: FakeServer) -> None:
    async with Client(server.bayeux_url) as client:
        with pytest.raises(ClientInvalidOperation):
            await client.open()
