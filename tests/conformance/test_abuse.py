"""What clients, pages and an application's own code may do without harm to others."""

import logging
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from switchbell.bayeux.errors import MessageRefused
from switchbell.bayeux.extensions.extension import Extension
from switchbell.bayeux.listener import Ending, SessionListener
from switchbell.bayeux.message import Reply
from switchbell.bayeux.policy import Policy, ServerPublishes
from switchbell.bayeux.service import Answer, ServiceRequest
from switchbell.bayeux.session import Session
from switchbell.transport.mount import BayeuxServer
from tests.conformance.raw_http import RawConnection
from tests.conformance.serving import PATH, Serve, Serving, serving
from tests.conformance.speaker import data, promptly
from tests.conformance.visitors import Visitor

HANDSHAKE = {"channel": "/meta/handshake", "version": "1.0"}
PAGE = {"Origin": "https://evil.example"}


async def test_a_page_of_another_origin_makes_no_session(server: Serving) -> None:
    answer = await server.post([HANDSHAKE], headers=PAGE)
    assert answer.status == 403
    assert server.sessions == 0


@pytest.mark.parametrize("origin", ["http://[", "null", "//", "http://"])
async def test_an_origin_that_is_none_is_refused(
    server: Serving, origin: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await http.ws_connect(server.url, origin=origin)
    assert refusal.value.status == 403
    assert caplog.records == []


async def test_a_page_that_could_not_open_a_socket_is_not_offered_one(serve: Serve) -> None:
    class Known(ServerPublishes):
        def can_handshake(self, user: str | None, message: Mapping[str, Any]) -> bool:
            return True

    server = await serve(policy=Known())
    [reply] = await server.say(HANDSHAKE)
    assert reply["supportedConnectionTypes"] == ["websocket", "long-polling"]
    [reply] = await Visitor(server, {"Sec-Fetch-Site": "same-origin"}).say(HANDSHAKE)
    assert reply["supportedConnectionTypes"] == ["long-polling"]


async def test_a_burst_does_not_cut_off_who_reads(serve: Serve) -> None:
    server = await serve(max_queue=100, ws_max_buffer=100_000)
    async with await server.socket() as socket:
        [reply] = await socket.ask([HANDSHAKE])
        own = {"clientId": reply["clientId"]}
        await socket.ask([{"channel": "/meta/subscribe", "subscription": "/a", **own}])
        for number in range(1_500):
            server.publish("/a", [number, "x" * 1_000])
        with server.bayeux.driver.batch():
            for number in range(1_500, 3_000):
                server.publish("/a", [number, "x" * 1_000])
        heard: list[int] = []
        while len(heard) < 3_000:
            heard += [number for number, _ in data(await socket.frame())]
        assert heard == list(range(3_000))


class Faulty(Extension):
    """Fails wherever it can."""

    def created(self, event: object) -> None:
        raise LookupError

    def published(self, event: object, audience: object) -> None:
        raise LookupError

    def sending(self, *arguments: object) -> None:
        raise LookupError

    def ended(self, session: object) -> None:
        raise LookupError


async def test_a_faulty_extension_keeps_nobody_from_hearing(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    server = await serve(extensions=[Faulty()])
    clients = [await server.open("/a") for _ in range(3)]
    held = [await server.holding(client.hold()) for client in clients]
    server.publish("/a", 1)
    assert [data(await promptly(connect)) for connect in held] == [[1]] * 3
    assert (await clients[0].disconnect())[-1]["successful"] is True
    assert server.sessions == 2
    assert {record.getMessage() for record in caplog.records} == {"An extension of Bayeux failed"}


class Strict(Extension):
    """Refuses handshakes, late."""

    def handshaken(
        self, message: Mapping[str, Any], reply: Reply, session: Session, now: float
    ) -> None:
        raise MessageRefused("403::not_today", {"reconnect": "none"})


async def test_a_handshake_that_an_extension_refuses_leaves_nothing(serve: Serve) -> None:
    heard: list[str] = []

    class Listener(SessionListener):
        def added(self, client_id: str, user: str | None) -> None:
            heard.append(client_id)

        def removed(self, client_id: str, user: str | None, ending: Ending) -> None:
            heard.append(client_id)

    server = await serve(extensions=[Strict()], listener=Listener())
    answer = await server.post([HANDSHAKE])
    assert answer.messages == [
        {
            "channel": "/meta/handshake",
            "successful": False,
            "error": "403::not_today",
            "advice": {"reconnect": "none"},
        }
    ]
    assert "Set-Cookie" not in answer.headers
    assert (server.sessions, heard) == (0, [])


async def test_what_a_service_publishes_comes_after_what_was_published_before(
    serve: Serve,
) -> None:
    def publish(request: ServiceRequest) -> Answer | None:
        server.publish("/a", "second")
        return None

    server = await serve(services={"/service/x": publish})
    listener, client = await server.open("/a"), await server.open()
    async with await server.socket() as socket:
        [reply] = await socket.ask([HANDSHAKE])
        own = {"clientId": reply["clientId"]}
        await socket.ask([{"channel": "/meta/subscribe", "subscription": "/a", **own}])
        await client.say({"channel": "/a", "data": "first"}, {"channel": "/service/x", "data": 1})
        heard = data(await socket.frame())
        while len(heard) < 2:
            heard += data(await socket.frame())
    assert heard == ["first", "second"]
    assert data(await listener.poll()) == ["first", "second"]


async def test_who_publishes_of_each_session_that_ends_ends_them_all(serve: Serve) -> None:
    gone: list[str] = []

    class Listener(SessionListener):
        def removed(self, client_id: str, user: str | None, ending: Ending) -> None:
            gone.append(client_id)
            server.publish("/a", "another one is gone")

    server = await serve(max_queue=1, listener=Listener())
    clients = [await server.open("/a") for _ in range(200)]
    server.publish("/a", 1)
    server.publish("/a", 2)
    assert sorted(gone) == sorted(client.id for client in clients)
    assert server.sessions == 0


async def test_names_without_end_are_refused_at_once(serve: Serve) -> None:
    server = await serve()
    client = await server.open()
    begun = time.monotonic()
    [reply] = await client.subscribe(["/a"] * 50_000)
    assert reply["error"] == "403::too_many_subscriptions"
    [reply] = await client.publish("/a" * 200, 1)
    assert reply["error"] == "405::channel_invalid"
    assert time.monotonic() - begun < 2.0


async def test_a_failing_service_fills_no_log(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(request: ServiceRequest) -> Answer | None:
        raise LookupError

    server = await serve(services={"/service/x": fail})
    client = await server.open()
    replies = await client.say(*[{"channel": "/service/x", "data": 1}] * 500)
    assert {reply["error"] for reply in replies} == {"500::server_error"}
    [record] = caplog.records
    assert record.levelno == logging.ERROR


async def test_the_end_does_not_wait_for_who_does_not_read() -> None:
    async with serving(PATH, BayeuxServer(policy=Policy())) as server:
        client = await server.open("/a")
        async with RawConnection(server, receive_buffer=4096) as raw:
            await raw.upgrade()
            raw.send_text([{"channel": "/meta/connect", "clientId": client.id}])
            await server.until(lambda: server.bayeux.engine.socket_count == 1)
            await server.until_held()
            server.publish("/a", "x" * 30_000_000)
            begun = time.monotonic()
            await server.runner.cleanup()
            assert time.monotonic() - begun < 5.0


async def test_who_goes_away_while_his_socket_is_opened_is_no_error(
    server: Serving, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionResetError("Cannot write to closing transport")

    with monkeypatch.context() as gone:
        gone.setattr(web.WebSocketResponse, "prepare", fail)
        async with aiohttp.ClientSession() as http:
            with pytest.raises(aiohttp.ClientError):
                await http.ws_connect(server.url)
    assert caplog.records == []
    [reply] = await server.say(HANDSHAKE)
    assert reply["successful"] is True
