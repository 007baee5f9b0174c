"""R86 to R92: what Bayeux makes of HTTP."""

import pytest

from tests.conformance.raw_http import RawConnection
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Message, data, promptly

HANDSHAKE: Message = {"channel": "/meta/handshake", "version": "1.0"}


@pytest.mark.parametrize("mount", ["/events", "/deep/down/events", "/events/", "/"])
@pytest.mark.parametrize("path", ["", "/", "/handshake", "/connect", "/any/thing/at all", "/a/"])
async def test_r86_any_sub_path_works(serve: Serve, mount: str, path: str) -> None:
    server = await serve(mount)
    server.url = server.url.rstrip("/")
    answer = await promptly(server.post([HANDSHAKE], path=path))
    assert answer.messages[0]["successful"] is True


async def test_r86_a_session_is_the_same_on_all_sub_paths(server: Serving) -> None:
    client = await server.open("/a")
    publish = {"channel": "/a", "data": 1, "clientId": client.id}
    answer = await promptly(server.post([publish], path="/publish"))
    assert data(answer.messages) == [1]


async def test_r86_other_paths_are_none_of_its_business(server: Serving) -> None:
    answer = await promptly(server.post([HANDSHAKE], path="more"))
    assert answer.status == 404


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json;charset=UTF-8",
        'Application/JSON; Charset="utf-8"',
        "text/json",
        "text/json;charset=utf-8",
        "text/plain",
        "application/octet-stream",
        "nonsense",
        "",
    ],
)
async def test_r87_the_content_type_does_not_matter(server: Serving, content_type: str) -> None:
    answer = await promptly(server.post([HANDSHAKE], headers={"Content-Type": content_type}))
    assert answer.messages[0]["successful"] is True


async def test_r87_it_may_be_absent(server: Serving) -> None:
    body = b'[{"channel":"/meta/handshake","version":"1.0"}]'
    async with RawConnection(server) as raw:
        raw.send(b"POST /events HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n" % len(body))
        raw.send(body)
        [reply] = await raw.answer()
        assert reply["successful"] is True


async def test_r87_a_form_is_refused(server: Serving) -> None:
    form = {"message": '[{"channel":"/meta/handshake","version":"1.0"}]'}
    answer = await promptly(server.request("POST", data=form))
    assert answer.status in (400, 415)
    assert server.sessions == 0


async def test_r88_a_response_is_json_and_never_cached(server: Serving) -> None:
    client = await server.open()
    for message in ({"channel": "/meta/connect", "advice": {"timeout": 0}}, {"channel": "/a"}):
        answer = await promptly(client.post(message))
        assert answer.status == 200
        assert answer.headers["Content-Type"].partition(";")[0] == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(answer.messages) == 1


async def test_r88_neither_is_that_to_a_held_connect(server: Serving) -> None:
    client = await server.open("/a")
    held = await server.holding(client.post({"channel": "/meta/connect"}))
    server.publish("/a", 1)
    answer = await promptly(held)
    assert answer.headers["Content-Type"].partition(";")[0] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.messages) == 2


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
@pytest.mark.parametrize("path", ["", "/connect", "?jsonp=f&message=%5B%5D"])
async def test_r89_other_methods_are_refused(server: Serving, method: str, path: str) -> None:
    answer = await promptly(server.request(method, path=path))
    assert answer.status in (400, 405)
    # A client takes JSON on this URL for Bayeux messages.
    assert "json" not in answer.headers["Content-Type"]
    assert b"Traceback" not in answer.body


async def test_r89_a_server_without_long_polling_does_not_invite_to_it(serve: Serve) -> None:
    server = await serve(allowed_transports=("websocket",))
    answer = await promptly(server.post([{"channel": "/meta/handshake"}]))
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")
    assert server.sessions == 0


async def test_r91_a_request_is_served_while_the_connect_is_held(server: Serving) -> None:
    client = await server.open("/a")
    held = await server.holding(client.hold())
    for number in range(5):
        await client.subscribe("/b")
        assert data(await client.publish("/a", number)) == [number]
    assert not held.done()
    server.publish("/a", "last")
    assert data(await promptly(held)) == ["last"]


async def test_r91_on_another_pool_of_connections_too(server: Serving) -> None:
    client = await server.open("/a")
    async with RawConnection(server) as first, RawConnection(server) as second:
        first.post([{"channel": "/meta/connect", "clientId": client.id, "id": "1"}])
        await server.until_held(1)
        second.post([{"channel": "/a", "data": 1, "clientId": client.id}])
        assert data(await second.answer()) == [1]
        server.publish("/a", 2)
        assert data(await first.answer()) == [2]


async def test_r92_one_connection_serves_several_sessions_in_turn(server: Serving) -> None:
    clients = [await server.open("/a") for _ in range(3)]
    async with RawConnection(server) as raw:
        for number in range(3):
            for client in clients:
                raw.post([{"channel": "/meta/connect", "clientId": client.id}])
                if client is clients[0]:
                    await server.until_held(1)
                    server.publish("/a", number)
                assert data(await raw.answer()) == [number]


async def test_r92_requests_sent_ahead_are_answered_in_order(server: Serving) -> None:
    clients = [await server.open("/a") for _ in range(3)]
    async with RawConnection(server) as raw:
        for number, client in enumerate(clients):
            raw.post([{"channel": "/b", "data": 1, "clientId": client.id, "id": number}])
        assert [(await raw.answer())[0]["id"] for _ in clients] == [0, 1, 2]


async def test_r92_held_connects_of_others_keep_nobody_waiting(server: Serving) -> None:
    held = [await server.holding((await server.open("/a")).hold()) for _ in range(50)]
    client = await server.open("/b")
    assert data(await client.publish("/b", 1)) == [1]
    assert not any(connect.done() for connect in held)
