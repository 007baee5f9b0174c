"""Bayeux over HTTP, byte by byte."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from switchbell.bayeux.options import BayeuxOptions
from switchbell.transport import answers
from switchbell.transport.mount import BayeuxServer
from tests.server.transport.fakes import until

HANDSHAKE = b'[{"channel":"/meta/handshake","supportedConnectionTypes":["long-polling"]}]'
MAX_BODY = 2_000

Client: TypeAlias = TestClient[web.Request, web.Application]


async def user_of(request: web.Request) -> str | None:
    return request.headers.get("X-User")


@pytest.fixture
def bayeux() -> BayeuxServer:
    return BayeuxServer(BayeuxOptions(max_message_size=MAX_BODY), identify=user_of)


@pytest_asyncio.fixture
async def client(bayeux: BayeuxServer) -> AsyncIterator[Client]:
    app = web.Application()
    bayeux.mount(app, "/bayeux")
    async with TestClient(TestServer(app, handler_cancellation=True)) as client:
        yield client


@pytest.fixture(autouse=True)
def no_complaints(caplog: pytest.LogCaptureFixture) -> Any:
    """Whatever a client sends, the log has no traceback."""
    yield
    records = caplog.get_records("call")
    assert [record.getMessage() for record in records if record.exc_info] == []


async def post(client: Client, *messages: dict[str, Any]) -> Any:
    async with client.post("/bayeux", json=messages) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def meet(client: Client, *subscriptions: str) -> str:
    [reply] = await post(client, {"channel": "/meta/handshake"})
    client_id: str = reply["clientId"]
    await post(client, {"channel": "/meta/connect", "clientId": client_id})
    if subscriptions:
        await post(
            client,
            {
                "channel": "/meta/subscribe",
                "clientId": client_id,
                "subscription": list(subscriptions),
            },
        )
    return client_id


async def hold(client: Client, bayeux: BayeuxServer, client_id: str) -> "asyncio.Task[Any]":
    """A connect that waits at the server."""
    held = bayeux.engine.held_count
    task = asyncio.ensure_future(post(client, {"channel": "/meta/connect", "clientId": client_id}))
    await until(lambda: bayeux.engine.held_count == held + 1)
    return task


async def refusal(response: Any, status: int) -> str:
    """Clients take any JSON for Bayeux messages; a refusal must not be any."""
    assert response.status == status
    assert response.content_type == "text/plain"
    text: str = await response.text()
    assert "Traceback" not in text
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(text)
    return text


async def test_an_answer_is_json_that_no_cache_keeps(client: Client) -> None:
    async with client.post("/bayeux", data=HANDSHAKE) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-store"
        [reply] = json.loads(await response.read())
        assert reply["successful"]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json;charset=UTF-8",
        "application/json; charset=nonsense",
        "text/json",
        "text/plain",
        "nonsense",
        ";;;",
        "",
    ],
)
async def test_the_content_type_does_not_matter(client: Client, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    async with client.post("/bayeux", data=HANDSHAKE, headers=headers) as response:
        assert response.status == 200
        assert (await response.json())[0]["successful"]


async def test_a_body_without_a_content_type_is_read(client: Client) -> None:
    async with client.post(
        "/bayeux", data=HANDSHAKE, skip_auto_headers=["Content-Type"]
    ) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "data", [{"message": "[]"}, {"message": '[{"channel":"/meta/handshake"}]'}]
)
async def test_a_form_is_refused(client: Client, data: dict[str, str]) -> None:
    async with client.post("/bayeux", data=data) as response:
        assert response.status in (400, 415)
        await refusal(response, response.status)


@pytest.mark.parametrize(
    "body", [b"", b"[", b"{", b"null", b"7", b"[]", b"[7]", b"[[]]", b"\xff", b"<script>"]
)
async def test_what_is_not_bayeux_is_refused_in_plain_text(
    client: Client, bayeux: BayeuxServer, body: bytes
) -> None:
    async with client.post("/bayeux", data=body) as response:
        assert "script" not in await refusal(response, 400)
    assert bayeux.engine.session_count == 0


async def test_a_malformed_body_leaves_sessions_alone(client: Client, bayeux: BayeuxServer) -> None:
    held = await hold(client, bayeux, await meet(client, "/a"))
    async with client.post("/bayeux", data=b"[") as response:
        await refusal(response, 400)
    bayeux.driver.publish("/a", 1)
    assert (await held)[0] == {"channel": "/a", "data": 1}


async def test_a_body_nested_too_deeply_is_refused(client: Client) -> None:
    body = b'[{"channel":"/a","data":%b}]' % (b"[" * 500 + b"]" * 500)
    async with client.post("/bayeux", data=body) as response:
        await refusal(response, 400)


async def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    async with client.post("/bayeux", data=b" " * (MAX_BODY + 1)) as response:
        await refusal(response, 413)


async def test_a_body_that_is_too_large_once_unpacked_is_refused(client: Client) -> None:
    body, headers = gzip.compress(b" " * 1_000_000), {"Content-Encoding": "gzip"}
    async with client.post("/bayeux", data=body, headers=headers) as response:
        await refusal(response, 413)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_cannot_be_unpacked_is_refused(client: Client, encoding: str) -> None:
    headers = {"Content-Encoding": encoding}
    async with client.post("/bayeux", data=b"not packed at all", headers=headers) as response:
        await refusal(response, 400)


async def test_a_body_that_does_not_come_is_not_waited_for_for_ever(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "BODY_TIMEOUT", 0.05)
    never = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"["
        await never.wait()

    async with client.post("/bayeux", data=body()) as response:
        await refusal(response, 408)
        assert response.headers["Connection"] == "close"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_refused(client: Client, method: str) -> None:
    async with client.request(method, "/bayeux/connect?jsonp=x&message=[]") as response:
        await refusal(response, 405)
        assert response.headers["Allow"] == "POST"


async def test_a_head_request_is_refused_without_a_body(client: Client) -> None:
    async with client.head("/bayeux") as response:
        assert (response.status, await response.read()) == (405, b"")


async def test_text_survives_the_round_trip(client: Client) -> None:
    client_id = await meet(client, "/a")
    body = b'[{"channel":"/a","clientId":"%b","data":"\xc3\xa9\\u20ac\\ud83d\\ude00"}]'
    async with client.post("/bayeux", data=body % client_id.encode()) as response:
        assert "é€😀".encode() in await response.read()


async def test_an_event_ends_a_poll(client: Client, bayeux: BayeuxServer) -> None:
    held = await hold(client, bayeux, await meet(client, "/a"))
    bayeux.driver.publish("/a", {"x": 1})
    assert await held == [
        {"channel": "/a", "data": {"x": 1}},
        {"channel": "/meta/connect", "successful": True},
    ]


async def test_another_request_of_the_session_is_served_meanwhile(
    client: Client, bayeux: BayeuxServer
) -> None:
    client_id = await meet(client)
    held = await hold(client, bayeux, client_id)
    [reply] = await post(client, {"channel": "/a", "clientId": client_id, "data": 1})
    assert reply["successful"]
    await post(client, {"channel": "/meta/disconnect", "clientId": client_id})
    assert (await held)[0]["advice"] == {"reconnect": "none"}


async def test_a_superseded_poll_ends_with_an_error_in_plain_text(
    client: Client, bayeux: BayeuxServer
) -> None:
    client_id = await meet(client, "/a")
    connect = [{"channel": "/meta/connect", "clientId": client_id}]
    older = asyncio.ensure_future(client.post("/bayeux", json=connect))
    await until(lambda: bayeux.engine.held_count == 1)
    newer = asyncio.ensure_future(client.post("/bayeux", json=connect))
    async with await older as response:
        await refusal(response, 500)
    bayeux.driver.publish("/a", 1)
    async with await newer as response:
        assert (await response.json())[0] == {"channel": "/a", "data": 1}


async def test_a_client_that_hangs_up_is_noticed_and_loses_nothing(
    client: Client, bayeux: BayeuxServer
) -> None:
    client_id = await meet(client, "/a")
    held = await hold(client, bayeux, client_id)
    held.cancel()
    await asyncio.wait([held])
    await until(lambda: bayeux.engine.held_count == 0)
    bayeux.driver.publish("/a", 1)
    [event, _] = await post(client, {"channel": "/meta/connect", "clientId": client_id})
    assert event == {"channel": "/a", "data": 1}


async def test_a_client_that_hangs_up_in_the_middle_of_its_body_leaves_no_trace(
    client: Client, bayeux: BayeuxServer
) -> None:
    host, port = client.host, client.port
    _, writer = await asyncio.open_connection(host, port)
    writer.write(b"POST /bayeux HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n[{")
    await writer.drain()
    await asyncio.sleep(0.01)
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.01)
    assert bayeux.engine.session_count == 0
    await meet(client)


async def test_who_identify_says_is_who_the_session_belongs_to(client: Client) -> None:
    async with client.post("/bayeux", data=HANDSHAKE, headers={"X-User": "ann"}) as response:
        [reply] = await response.json()
    connect = [{"channel": "/meta/connect", "clientId": reply["clientId"]}]
    async with client.post("/bayeux", json=connect, headers={"X-User": "bob"}) as response:
        assert (await response.json())[0]["error"] == "402::session_unknown"
    async with client.post("/bayeux", json=connect, headers={"X-User": "ann"}) as response:
        assert (await response.json())[0]["successful"]
