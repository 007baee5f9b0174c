"""R21 to R29: handshakes."""

import re
from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Any

import pytest

from switchbell.bayeux.policy import Policy
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Answer, Message, data, events, promptly
from tests.conformance.transports import over_both

HANDSHAKE: Message = {
    "channel": "/meta/handshake",
    "version": "1.0",
    "minimumVersion": "1.0",
    "supportedConnectionTypes": ["long-polling"],
}


class NobodyMayHandshake(Policy):
    def can_handshake(self, user: str | None, message: Mapping[str, Any]) -> bool:
        return False


def browser_cookie(answer: Answer) -> Any:
    """The BAYEUX_BROWSER cookie that an answer sets; None if it sets none."""
    cookies = SimpleCookie()
    for header in answer.headers.getall("Set-Cookie", []):
        cookies.load(header)
    return cookies.get("BAYEUX_BROWSER")


@over_both
async def test_r21_a_handshake_reply_is_complete(serve: Serve) -> None:
    server = await serve(timeout=12_345, interval=67)
    [reply] = await server.say({**HANDSHAKE, "id": "1"})
    client_id = reply.pop("clientId")
    assert isinstance(client_id, str)
    assert reply == {
        "channel": "/meta/handshake",
        "id": "1",
        "successful": True,
        "version": "1.0",
        "minimumVersion": "1.0",
        "supportedConnectionTypes": ["websocket", "long-polling"],
        "advice": {"reconnect": "retry", "interval": 67, "timeout": 12_345},
    }


@over_both
async def test_r21_the_transports_are_the_servers_whatever_the_client_has(server: Serving) -> None:
    [reply] = await server.say(
        {**HANDSHAKE, "supportedConnectionTypes": ["carrier-pigeon", "long-polling", 5]}
    )
    assert reply["successful"] is True
    assert reply["supportedConnectionTypes"] == ["websocket", "long-polling"]


@over_both
async def test_r22_client_ids_are_long_alphanumeric_and_all_different(server: Serving) -> None:
    ids = [(await server.handshake()).id for _ in range(100)]
    assert len(set(ids)) == 100
    # 32 hexadecimal digits have 128 bits; no digit may be the same in all ids.
    assert all(re.fullmatch(r"[A-Za-z0-9]{32,}", client_id) for client_id in ids)
    assert sum(len(set(digits)) >= 8 for digits in zip(*ids, strict=True)) >= 32


@over_both
@pytest.mark.parametrize(
    "types", [["pigeon"], ["callback-polling", "flash"], [], [5, None, {}]], ids=repr
)
async def test_r23_without_a_common_transport_there_is_no_session(
    server: Serving, types: list[object]
) -> None:
    [reply] = await server.say({**HANDSHAKE, "supportedConnectionTypes": types})
    assert reply == {
        "channel": "/meta/handshake",
        "successful": False,
        "error": "403::connection_types_unsupported",
        "advice": {"reconnect": "none"},
    }
    assert server.sessions == 0


@over_both
@pytest.mark.parametrize(
    "message",
    [
        {},
        {"version": "1.0"},
        {"supportedConnectionTypes": ["long-polling"]},
        {"version": None, "supportedConnectionTypes": None},
        {"version": 1.0, "supportedConnectionTypes": "long-polling"},
        {"version": {}, "minimumVersion": [], "supportedConnectionTypes": {}},
    ],
    ids=repr,
)
async def test_r24_missing_or_odd_fields_are_tolerated(server: Serving, message: Message) -> None:
    [reply] = await server.say({"channel": "/meta/handshake", **message})
    assert reply["successful"] is True
    assert isinstance(reply["clientId"], str)


@over_both
async def test_r25_other_messages_of_a_handshake_payload_have_no_effect(server: Serving) -> None:
    listener = await server.open("/a")
    client = await server.open()
    sessions = server.sessions
    own = {"clientId": client.id}
    replies = await server.say(
        {"channel": "/a", "data": 1, **own},
        {**HANDSHAKE, "id": "first"},
        {**HANDSHAKE, "id": "second"},
        {"channel": "/a", "data": 2, **own},
        {"channel": "/meta/subscribe", "subscription": "/b", **own},
        {"channel": "/meta/disconnect", **own},
    )
    assert [reply["successful"] for reply in replies] == [False, True, False, False, False, False]
    assert [reply["channel"] for reply in replies] == [
        *("/a", "/meta/handshake", "/meta/handshake"),
        *("/a", "/meta/subscribe", "/meta/disconnect"),
    ]
    assert server.sessions == sessions + 1
    server.publish("/b", 3)
    assert data(await client.poll()) == []
    assert data(await listener.poll()) == []


async def test_r25_a_handshake_with_a_client_id_leaves_that_session_alone(
    server: Serving,
) -> None:
    client = await server.open("/a")
    [reply] = await client.say(HANDSHAKE)
    assert reply["clientId"] != client.id
    assert data(await client.publish("/a", 1)) == [1]


@over_both
async def test_r26_a_refused_handshake_says_so_and_leaves_no_session(serve: Serve) -> None:
    server = await serve(policy=NobodyMayHandshake())
    [reply] = await server.say({**HANDSHAKE, "id": "1"})
    assert reply == {
        "channel": "/meta/handshake",
        "id": "1",
        "successful": False,
        "error": "403::handshake_denied",
        "advice": {"reconnect": "none"},
    }
    assert server.sessions == 0


async def test_r27_no_event_is_in_a_handshake_response(server: Serving) -> None:
    client = await server.open("/a")
    server.publish("/a", 1)
    [reply] = await client.say(HANDSHAKE)
    assert reply["channel"] == "/meta/handshake"
    assert "x-messages" not in reply
    assert data(await client.poll()) == [1]


async def test_r28_a_second_handshake_makes_a_second_session(server: Serving) -> None:
    cookie = {"Cookie": "BAYEUX_BROWSER=one"}
    answers = [await server.post([HANDSHAKE], headers=cookie) for _ in range(2)]
    older, newer = (answer.messages[0]["clientId"] for answer in answers)
    assert older != newer
    subscribe = {"channel": "/meta/subscribe", "subscription": "/a", "clientId": newer}
    [reply] = (await server.post([subscribe], headers=cookie)).messages
    assert reply["successful"] is True
    server.publish("/a", 1)
    for client_id, heard in ((older, []), (newer, [1])):
        connect = {"channel": "/meta/connect", "connectionType": "long-polling"}
        answer = await promptly(server.post([{**connect, "clientId": client_id}], headers=cookie))
        assert data(answer.messages) == heard


async def test_r29_the_first_handshake_of_a_browser_sets_its_cookie(server: Serving) -> None:
    cookies = [browser_cookie(await server.post([HANDSHAKE])) for _ in range(2)]
    for cookie in cookies:
        assert re.fullmatch(r"[A-Za-z0-9]{32,}", cookie.value)
        assert cookie["httponly"] is True
        assert cookie["path"] == "/"
    assert cookies[0].value != cookies[1].value


async def test_r29_a_browser_that_brings_the_cookie_gets_no_new_one(server: Serving) -> None:
    cookie = browser_cookie(await server.post([HANDSHAKE]))
    headers = {"Cookie": f"other=1; BAYEUX_BROWSER={cookie.value}"}
    answer = await server.post([HANDSHAKE], headers=headers)
    assert answer.messages[0]["successful"] is True
    assert "Set-Cookie" not in answer.headers


async def test_r29_nothing_but_a_successful_handshake_sets_the_cookie(serve: Serve) -> None:
    server = await serve()
    refusing = await serve(policy=NobodyMayHandshake())
    client = await server.open("/a")
    for answer in (
        await refusing.post([HANDSHAKE]),
        await client.post({"channel": "/meta/connect", "advice": {"timeout": 0}}),
        await client.post({"channel": "/a", "data": {"clientId": "1"}}),
        await server.post([{"channel": "/meta/connect"}]),
        await server.post(b"nonsense"),
    ):
        assert "Set-Cookie" not in answer.headers


async def test_r29_the_cookie_comes_with_a_handshake_that_is_not_alone(server: Serving) -> None:
    answer = await server.post([{"channel": "/a", "data": 1}, HANDSHAKE])
    assert events(answer.messages) == []
    assert browser_cookie(answer) is not None
