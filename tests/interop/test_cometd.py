"""What CometD's client can do and Faye's cannot, over each transport."""

import pytest

from switchbell.bayeux.service import Answer, ServiceRequest
from tests.interop.conftest import Serve, Start

pytestmark = pytest.mark.parametrize("transport", ["long-polling", "websocket"])


async def test_a_batch_is_processed_in_order(serve: Serve, start: Start, transport: str) -> None:
    server = await serve()
    client = await start("cometd", server.url, transport)
    await client.open()
    client.do(
        "batch",
        commands=[
            {"do": "publish", "channel": "/talk", "data": "before anybody listens"},
            {"do": "subscribe", "channel": "/talk"},
            {"do": "publish", "channel": "/talk", "data": "first"},
            {"do": "publish", "channel": "/talk", "data": "second"},
        ],
    )
    await client.succeeds("subscribed")
    for _ in range(3):
        await client.succeeds("published")
    await client.hears(2)
    await client.leave()
    assert client.heard == ["first", "second"]


async def test_a_remote_call_is_answered(serve: Serve, start: Start, transport: str) -> None:
    def add(request: ServiceRequest) -> Answer:
        return Answer(sum(request.data))

    server = await serve(services={"/service/add": add})
    client = await start("cometd", server.url, transport)
    await client.open()
    client.do("call", target="add", data=[20, 22])
    answer = await client.says("answered")
    await client.leave()
    assert answer == {"said": "answered", "target": "add", "data": 42}


async def test_a_remote_call_that_goes_wrong_fails(
    serve: Serve, start: Start, transport: str
) -> None:
    def divide(request: ServiceRequest) -> Answer:
        return Answer(1 / request.data)

    server = await serve(services={"/service/divide": divide})
    client = await start("cometd", server.url, transport)
    await client.open()
    client.do("call", target="divide", data=0)
    answer = await client.says("answered")
    await client.leave()
    assert answer["successful"] is False
    assert "data" not in answer


async def test_the_client_learns_the_time_of_the_server(
    serve: Serve, start: Start, transport: str
) -> None:
    an_hour = 3_600_000
    server = await serve()
    client = await start(
        "cometd", server.url, transport, extensions=["timesync"], clockBehind=an_hour
    )
    await client.open()
    client.do("timesync")
    learned = await client.says("timesync")
    await client.leave()
    assert learned["offset"] == pytest.approx(an_hour, abs=1000)
    assert 0 <= learned["lag"] < 1000
