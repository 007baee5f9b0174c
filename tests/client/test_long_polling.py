"""HTTP: cookies, timeouts, errors in the library's own terms."""

import asyncio

import pytest
from aiocometd.exceptions import TransportError, TransportTimeoutError

from switchbell_client.backoff import Backoff
from switchbell_client.cometd import Client
from switchbell_client.long_polling import LongPolling
from tests.client.fakes import ADVICE, CONNECTED, FakeServer, Hang, Raw


async def test_cookies_of_an_ip_number_are_kept(server: FakeServer) -> None:
    assert "127.0.0.1" in server.url
    client = Client(server.bayeux_url)
    await client.open()
    await client.close()
    assert server.requests["/meta/handshake"][0].cookies == {}
    assert server.requests["/meta/connect"][0].cookies == {"JSESSIONID": "c00k1e"}


async def test_no_answer_in_time_is_a_transport_error(server: FakeServer) -> None:
    server.script["/meta/handshake"].append(Hang())
    with pytest.raises(TransportTimeoutError):
        await Client(server.bayeux_url, network_delay=0.05).open()


async def test_a_held_connect_may_take_longer_than_other_requests(server: FakeServer) -> None:
    advice = {**ADVICE, "timeout": 100}
    server.script["/meta/connect"] += [[{**CONNECTED, "advice": advice}], Hang()]
    client = Client(server.bayeux_url, network_delay=0.1, backoff=Backoff(first=0.001))
    await client.open()
    held, retried = (await server.seen("/meta/connect", 3))[1:]
    await client.close()
    assert retried.at - held.at >= 0.19


async def test_a_held_connect_blocks_no_other_request(server: FakeServer) -> None:
    async with Client(server.bayeux_url) as client, asyncio.timeout(5):
        await server.seen("/meta/connect", 2)
        await client.subscribe("/v2/me/calls")


@pytest.mark.parametrize(
    "answer",
    [
        Raw(503, "busy"),
        Raw(500, '[{"channel":"/meta/handshake","id":"0","successful":true,"clientId":"c"}]'),
        Raw(200, "<html>"),
        Raw(200, '{"channel":"/meta/handshake"}'),
        Raw(200, '["text"]'),
        Raw(200, '[{"successful":true}]'),
        Raw(200, '[{"channel":"/meta/handshake","successful":true,"advice":7}]'),
        Raw(200, "[]"),
    ],
)
async def test_what_is_not_bayeux_is_a_transport_error(server: FakeServer, answer: Raw) -> None:
    server.script["/meta/handshake"].append(answer)
    with pytest.raises(TransportError):
        await Client(server.bayeux_url).open()


async def test_an_unreachable_server_is_a_transport_error(server: FakeServer) -> None:
    url = server.bayeux_url
    await server._server.close()
    with pytest.raises(TransportError):
        await Client(url).open()


def test_the_library_is_left_as_it_is() -> None:
    from aiocometd.transports.registry import TRANSPORT_CLASSES  # noqa: PLC0415

    assert LongPolling not in TRANSPORT_CLASSES.values()


async def test_the_transport_needs_no_loop_argument() -> None:
    incoming: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    transport = LongPolling(
        url="http://127.0.0.1:1/", incoming_queue=incoming, backoff=None, replay=None
    )
    assert transport.connection_type.value == "long-polling"
