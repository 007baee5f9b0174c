"""R106: what is said about an error gives nothing away, and repeats nothing."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from switchbell.bayeux.authorizers import Operation, Verdict
from switchbell.bayeux.extensions.replay import Replay
from switchbell.bayeux.policy import Policy
from switchbell.bayeux.retention import MemoryRetention
from switchbell.bayeux.service import Answer as ServiceAnswer
from switchbell.bayeux.service import ServiceRequest
from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Answer, Message, promptly

MARK = "<script>mark</script>"
ERROR = re.compile(r"\d{3}:[^:<>]*:[A-Za-z0-9 _.,-]+")


class Failing(Policy):
    """Breaks on one channel."""

    def can_publish(self, user: str | None, channel: str) -> bool:
        if channel == "/broken":
            raise RuntimeError(MARK)
        return True


def fail(request: ServiceRequest) -> ServiceAnswer | None:
    raise LookupError(f"{MARK} {request.data}")


def hostile_messages(client_id: str) -> list[Message]:
    """Messages with the mark wherever text may stand, each of which is refused."""
    own = {"clientId": client_id}
    replaying = {"channel": "/meta/subscribe", "subscription": "/a", **own}
    return [
        {"channel": MARK, "data": 1, **own},
        {"channel": f"/{MARK}", "data": 1, **own},
        {"channel": f"/meta/{MARK}", **own},
        {"channel": {MARK: MARK}, **own},
        {"channel": "/a", "id": {MARK: MARK}, **own},
        {"channel": "/a", "data": 1, "clientId": MARK},
        {"channel": "/a", "data": 1, "clientId": [MARK]},
        {"channel": "/meta/connect", "connectionType": MARK, "clientId": MARK},
        {"channel": "/meta/subscribe", "subscription": f"/{MARK}", **own},
        {"channel": "/meta/subscribe", "subscription": [{MARK: MARK}], **own},
        {"channel": "/meta/unsubscribe", "subscription": MARK, **own},
        {**replaying, "ext": {"replay": {"/a": MARK}}},
        {**replaying, "ext": {"replay": {"/a": 99}}},
        {"channel": "/broken", "data": MARK, **own},
        {"channel": "/service/broken", "data": MARK, **own},
        {MARK: MARK},
    ]


@pytest.fixture
def failing() -> dict[str, Any]:
    return {
        "policy": Failing(),
        "services": {"/service/broken": fail},
        "extensions": [Replay(MemoryRetention())],
    }


async def test_r106_error_texts_repeat_nothing(serve: Serve, failing: dict[str, Any]) -> None:
    server = await serve(**failing)
    handshake = {"channel": "/meta/handshake", "version": "1.0", "ext": {"replay": True}}
    [reply] = await server.say(handshake)
    for message in hostile_messages(reply["clientId"]):
        [refused] = await server.say(message)
        assert refused["successful"] is False, message
        assert MARK not in refused["error"]
        assert ERROR.fullmatch(refused["error"]), refused["error"]


async def test_r106_neither_do_those_of_handshakes(serve: Serve) -> None:
    class Refusing(Policy):
        def can_handshake(self, user: str | None, message: Mapping[str, Any]) -> bool:
            if message.get("ext") == MARK:
                raise RuntimeError(MARK)
            return False

    server = await serve(policy=Refusing())
    for fields in (
        {"version": MARK, "minimumVersion": MARK},
        {"supportedConnectionTypes": [MARK]},
        {"ext": MARK},
    ):
        answer = await promptly(server.post([{"channel": "/meta/handshake", **fields}]))
        assert answer.messages[0]["successful"] is False
        assert MARK.encode() not in answer.body


async def test_r106_over_a_socket_they_do_not_either(serve: Serve, failing: dict[str, Any]) -> None:
    server = await serve(**failing)
    async with RawSocket(server) as socket:
        client_id = await socket.handshake(ext={"replay": True})
        for message in hostile_messages(client_id):
            [refused] = await socket.say(message)
            assert ERROR.fullmatch(refused["error"]), refused["error"]


async def test_r106_an_authorizer_that_fails_tells_nothing(serve: Serve) -> None:
    def failing(operation: Operation, user: str | None, channel: str) -> Verdict:
        raise RuntimeError(MARK)

    server = await serve(authorizers={"/a": [failing]})
    client = await server.open()
    replies = await client.subscribe("/a") + await client.publish("/a", 1)
    assert [reply["error"] for reply in replies] == ["500::server_error"] * 2


async def http_errors(server: Serving) -> list[Answer]:
    mark = {"X-Mark": MARK, "Referer": MARK, "Accept": "text/html"}
    return [
        await promptly(request)
        for request in (
            server.post(MARK.encode(), headers=mark),
            server.post(b'["' + MARK.encode() + b'"]', headers=mark),
            server.post(b"\xff\xfe" + MARK.encode(), headers=mark),
            server.post(MARK.encode() * 200, headers=mark),
            server.post(MARK.encode(), headers={**mark, "Content-Encoding": "gzip"}),
            server.request("PUT", path=f"/{MARK}", headers=mark, data=MARK),
            server.request("GET", path=f"/{MARK}?jsonp={MARK}&message={MARK}", headers=mark),
            server.request("GET", headers={**mark, "Upgrade": "websocket"}),
            server.request(
                "GET",
                headers={
                    **mark,
                    "Upgrade": "websocket",
                    "Connection": "Upgrade",
                    "Sec-WebSocket-Key": MARK,
                    "Sec-WebSocket-Version": MARK,
                    "Sec-WebSocket-Protocol": "mark",
                },
            ),
            server.request(
                "GET",
                headers={
                    **mark,
                    "Upgrade": "websocket",
                    "Connection": "Upgrade",
                    "Origin": "http://mark.example",
                },
            ),
        )
    ]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"allowed_transports": ("websocket", "long-polling", "callback-polling")},
        {"ws_protocol": "bayeux"},
    ],
    ids=repr,
)
async def test_r106_errors_of_http_are_plain_and_short(
    serve: Serve, options: dict[str, Any]
) -> None:
    server = await serve(max_message_size=2_000, **options)
    for answer in await http_errors(server):
        assert 400 <= answer.status < 500, answer
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert b"mark" not in answer.body
        assert b"Traceback" not in answer.body
        assert len(answer.body) < 100
