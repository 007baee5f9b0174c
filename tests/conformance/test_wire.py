"""R1 to R12: payloads, fields and replies."""

import re
from typing import Any

import pytest

from tests.conformance.raw_http import RawConnection
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Message, data, events, promptly
from tests.conformance.transports import over_both

ERROR = re.compile(r"\d{3}:[^:]*:.+")


@over_both
async def test_r1_an_array_of_messages_is_accepted(server: Serving) -> None:
    [reply] = await server.ask(b'[{"channel":"/meta/handshake","version":"1.0"}]')
    assert reply["successful"] is True


@over_both
async def test_r1_a_single_object_is_one_message_and_answered_with_an_array(
    server: Serving,
) -> None:
    [reply] = await server.ask(b'{"channel":"/meta/handshake","version":"1.0","id":"1"}')
    assert reply["successful"] is True
    assert reply["id"] == "1"


@over_both
async def test_r2_each_message_gets_one_reply_in_request_order(server: Serving) -> None:
    client = await server.open()
    replies = await client.say(
        {"channel": "/meta/subscribe", "subscription": "/a", "id": "1"},
        {"channel": "/b", "data": {}, "id": "2"},
        {"channel": "/meta/nonsense", "id": "3"},
        {"channel": "/meta/unsubscribe", "subscription": "/a", "id": "4"},
        {"channel": "/meta/connect", "advice": {"timeout": 0}, "id": "5"},
        {"channel": "/b", "id": "6"},
        {"channel": "/meta/disconnect", "id": "7"},
        {"channel": "/b", "data": {}, "id": "8"},
    )
    assert [(reply["id"], reply["channel"], reply["successful"]) for reply in replies] == [
        ("1", "/meta/subscribe", True),
        ("2", "/b", True),
        ("3", "/meta/nonsense", False),
        ("4", "/meta/unsubscribe", True),
        ("5", "/meta/connect", True),
        ("6", "/b", False),
        ("7", "/meta/disconnect", True),
        ("8", "/b", False),
    ]


@over_both
async def test_r2_messages_take_effect_in_array_order(server: Serving) -> None:
    client = await server.open()
    messages = await client.say(
        {"channel": "/a", "data": "before"},
        {"channel": "/meta/subscribe", "subscription": "/a"},
        {"channel": "/a", "data": "between"},
        {"channel": "/meta/unsubscribe", "subscription": "/a"},
        {"channel": "/a", "data": "after"},
    )
    assert data(messages) == ["between"]


@over_both
@pytest.mark.parametrize("message_id", ["1", "a-b c", "", 1, 0, -7, 1.5], ids=repr)
async def test_r3_the_id_is_echoed_as_it_came(server: Serving, message_id: object) -> None:
    client = await server.open()
    replies = await client.say(
        {"channel": "/meta/connect", "advice": {"timeout": 0}, "id": message_id},
        {"channel": "/meta/subscribe", "subscription": "/a", "id": message_id},
        {"channel": "/meta/unsubscribe", "subscription": "/a", "id": message_id},
        {"channel": "/a", "data": 1, "id": message_id},
        {"channel": "/a", "id": message_id},
        {"channel": "/meta/disconnect", "id": message_id},
        {"channel": "/meta/disconnect", "id": message_id},
    )
    for reply in replies:
        assert reply["id"] == message_id
        assert type(reply["id"]) is type(message_id)


@over_both
async def test_r3_the_handshake_and_a_held_connect_echo_their_ids(serve: Serve) -> None:
    server = await serve(timeout=50)
    [reply] = await server.say({"channel": "/meta/handshake", "version": "1.0", "id": "first"})
    assert reply["id"] == "first"
    client = await server.open()
    [reply] = await client.hold(id="held")
    assert reply["id"] == "held"


@over_both
async def test_r3_no_id_in_the_request_none_in_the_reply(server: Serving) -> None:
    client = await server.open()
    replies = await client.say(
        {"channel": "/meta/connect", "advice": {"timeout": 0}},
        {"channel": "/meta/subscribe", "subscription": "/a"},
        {"channel": "/b", "data": 1},
        {"channel": "/b"},
        {"channel": "/meta/disconnect"},
    )
    assert len(replies) == 5
    assert not any("id" in reply for reply in replies)


@over_both
@pytest.mark.parametrize("message_id", [True, [1], {"a": 1}], ids=repr)
async def test_r3_what_cannot_be_an_id_is_refused_by_a_reply(
    server: Serving, message_id: object
) -> None:
    client = await server.open("/a")
    messages = await client.say({"channel": "/a", "data": 1, "id": message_id})
    assert messages == [{"channel": "/a", "successful": False, "error": "405::message_id_invalid"}]


@over_both
async def test_r4_replies_say_channel_and_success_and_refusals_an_error(server: Serving) -> None:
    client = await server.open()
    replies = await client.say(
        {"channel": "/meta/subscribe", "subscription": "/a"},
        {"channel": "/meta/subscribe", "subscription": "a"},
        {"channel": "/meta/subscribe", "subscription": "/meta/a"},
        {"channel": "/meta/subscribe"},
        {"channel": "/meta/unsubscribe"},
        {"channel": "/meta/nonsense"},
        {"channel": "/b", "data": 1},
        {"channel": "/b"},
        {"channel": "b", "data": 1},
        {"channel": "/meta/disconnect"},
        {"channel": "/meta/disconnect"},
        {"channel": "/meta/connect", "connectionType": "long-polling"},
    )
    assert [reply["successful"] for reply in replies] == [
        *(True, False, False, False, False, False),
        *(True, False, False, True, False, False),
    ]
    for reply in replies:
        assert isinstance(reply["channel"], str)
        assert ("error" in reply) is (not reply["successful"])
        assert reply["successful"] or ERROR.fullmatch(reply["error"])


@over_both
@pytest.mark.parametrize(
    "payload", [None, False, True, 0, "", "text", [], {}, {"a": [1]}], ids=repr
)
async def test_r5_an_event_has_data_and_a_publish_reply_has_none(
    server: Serving, payload: object
) -> None:
    client = await server.open("/a")
    assert await client.publish("/a", payload) == [
        {"channel": "/a", "data": payload},
        {"channel": "/a", "successful": True},
    ]


async def test_r6_malformed_json_is_400_and_leaves_the_session_alone(server: Serving) -> None:
    client = await server.open("/a")
    server.publish("/a", 1)
    for body in (
        b"",
        b"{",
        b"[{]",
        b"nonsense",
        b"[{'channel':'/a'}]",
        b'[{"channel":"/a"}',
        b'[{"channel":"/meta/disconnect","clientId":"%b"}' % client.id.encode(),
        b'[{"channel":"\xff\xfe"}]',
        b"[" * 100_000,
    ):
        assert (await promptly(server.post(body))).status == 400
    assert data(await client.poll()) == [1]


async def test_r6_malformed_json_does_not_disturb_a_held_connect(server: Serving) -> None:
    client = await server.open("/a")
    held = await server.holding(client.hold())
    assert (await promptly(server.post(b"[{"))).status == 400
    server.publish("/a", 1)
    assert data(await promptly(held)) == [1]


@pytest.mark.parametrize("member", [None, True, 1, "text", [], [{"channel": "/a"}]], ids=repr)
async def test_r7_what_is_no_object_is_400(server: Serving, member: object) -> None:
    client = await server.open("/a")
    publish = {"channel": "/a", "data": 1, "clientId": client.id}
    assert (await promptly(server.post([member]))).status == 400
    assert (await promptly(server.post([publish, member]))).status == 400
    assert data(await client.poll()) == []


@pytest.mark.parametrize("payload", [None, True, 7, "text"], ids=repr)
async def test_r7_a_payload_that_is_neither_array_nor_object_is_400(
    server: Serving, payload: object
) -> None:
    assert (await promptly(server.post(payload))).status == 400


@over_both
@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({}, "400::channel_missing"),
        ({"channel": None}, "400::channel_missing"),
        ({"channel": 5}, "405::channel_invalid"),
        ({"channel": ["/a"]}, "405::channel_invalid"),
        ({"channel": {"a": 1}}, "405::channel_invalid"),
        ({"channel": ""}, "405::channel_invalid"),
    ],
    ids=repr,
)
async def test_r7_an_object_without_a_channel_fails_by_itself(
    server: Serving, message: Message, error: str
) -> None:
    client = await server.open("/a")
    event, failure, reply = await client.say(
        {**message, "data": 1, "id": "1"}, {"channel": "/a", "data": 2}
    )
    assert failure == {"channel": "", "id": "1", "successful": False, "error": error}
    assert event["data"] == 2
    assert reply["successful"] is True


@pytest.mark.parametrize("depth", [200, 251, 252, 253, 254, 255, 256, 1000])
async def test_r7_deep_nesting_is_passed_on_or_refused(server: Serving, depth: int) -> None:
    """JSON that is read but cannot be written again must fail before it has any effect."""
    client = await server.open("/a")
    held = await server.holding(client.hold())
    nested = b'[{"channel":"/a","clientId":"%b","data":%b%b}]' % (
        client.id.encode(),
        b"[" * depth,
        b"]" * depth,
    )
    answer = await promptly(server.post(nested))
    assert answer.status in (200, 400)
    if answer.status == 400:
        server.publish("/a", "fine")
        assert data(await promptly(held)) == ["fine"]
    else:
        assert len(events(answer.messages)) == 1


async def test_r7_a_subscription_nested_too_deeply_is_no_server_error(server: Serving) -> None:
    client = await server.open()
    nested = b'[{"channel":"/meta/subscribe","clientId":"%b","subscription":%b%b}]' % (
        client.id.encode(),
        b"[" * 300,
        b"]" * 300,
    )
    assert (await promptly(server.post(nested))).status == 400


@pytest.mark.parametrize("body", [b"[]", b"[ ]"])
async def test_r8_an_empty_array_is_400(server: Serving, body: bytes) -> None:
    assert (await promptly(server.post(body))).status == 400


@over_both
async def test_r9_text_survives_the_round_trip(server: Serving) -> None:
    client = await server.open("/a")
    text = 'Zürich ¿ 東京 \U0001f600 \u2028 \x00 " \\ / \x7f \ufffd'
    assert data(await client.publish("/a", {text: text})) == [{text: text}]


@over_both
async def test_r9_input_may_be_escaped_or_not(server: Serving) -> None:
    client = await server.open("/a")
    for text in (b'"\\ud83d\\ude00 \\u00e9"', '"😀 é"'.encode()):
        body = b'[{"channel":"/a","clientId":"%b","data":%b}]' % (client.id.encode(), text)
        assert data(await server.ask(body)) == ["😀 é"]


async def test_r9_output_is_said_to_be_utf8_and_is(server: Serving) -> None:
    client = await server.open("/a")
    answer = await promptly(client.post({"channel": "/a", "data": "😀 é"}))
    assert answer.headers["Content-Type"].replace(" ", "").lower() == (
        "application/json;charset=utf-8"
    )
    assert "😀 é" in answer.body.decode("utf-8", errors="strict")


async def test_r9_half_a_surrogate_pair_is_refused(server: Serving) -> None:
    client = await server.open("/a")
    body = b'[{"channel":"/a","clientId":"%b","data":"\\ud83d"}]' % client.id.encode()
    assert (await promptly(server.post(body))).status == 400


@over_both
async def test_r10_unknown_fields_and_extensions_are_ignored(server: Serving) -> None:
    unknown: Message = {
        "ext": {"unheard-of": {"deep": [1]}, "another": None},
        "connectionId": "/1",
        "json-comment-filtered": True,
        "authSuccessful": False,
        "colour": "green",
    }
    [reply] = await server.say({"channel": "/meta/handshake", "version": "1.0", **unknown})
    assert reply["successful"] is True
    client_id = reply["clientId"]
    connect = {"channel": "/meta/connect", "connectionType": "long-polling"}
    replies = await server.say(
        *(
            {**message, "clientId": client_id, **unknown}
            for message in (
                connect,
                {"channel": "/meta/subscribe", "subscription": "/a"},
                {"channel": "/b", "data": 1},
                {"channel": "/meta/unsubscribe", "subscription": "/a"},
                {"channel": "/meta/disconnect"},
            )
        )
    )
    assert [reply["successful"] for reply in replies] == [True] * 5
    assert not any(set(reply) & set(unknown) for reply in replies)


@over_both
@pytest.mark.parametrize("ext", [None, 5, "text", [], True], ids=repr)
async def test_r10_an_ext_that_is_no_object_does_no_harm(server: Serving, ext: Any) -> None:
    [reply] = await server.say({"channel": "/meta/handshake", "version": "1.0", "ext": ext})
    assert reply["successful"] is True


async def test_r11_a_body_over_the_limit_is_413_and_has_no_effect(serve: Serve) -> None:
    server = await serve(max_message_size=1000)
    client = await server.open("/a")
    small: Message = {"channel": "/a", "data": "x" * 500, "clientId": client.id}
    large: Message = {"channel": "/a", "data": "x" * 1000, "clientId": client.id}
    assert (await promptly(server.post([large]))).status == 413
    assert (await promptly(server.post([small]))).status == 200
    assert data(await client.poll()) == []


async def test_r11_an_endless_body_is_refused_without_reading_it_all(serve: Serve) -> None:
    server = await serve(max_message_size=100_000)
    async with RawConnection(server) as raw:
        raw.send(b"POST /events HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(11):
            raw.send(b"2710\r\n" + b" " * 10_000 + b"\r\n")
        # There is no last chunk: a server that waited for it would not answer.
        assert await raw.status() == 413


@over_both
async def test_r12_a_refused_message_does_not_harm_its_neighbours(server: Serving) -> None:
    client = await server.open()
    event, *replies = await client.say(
        {"channel": "/meta/subscribe", "subscription": "/a"},
        {"channel": "/meta/subscribe", "subscription": "nonsense"},
        {"channel": "no slash", "data": 1},
        {"channel": "/meta/nonsense"},
        {"channel": "/a"},
        {"channel": "/a", "data": "heard"},
    )
    assert event == {"channel": "/a", "data": "heard"}
    assert [reply["successful"] for reply in replies] == [True, False, False, False, False, True]


async def test_r12_the_status_is_200_though_everything_is_refused(server: Serving) -> None:
    answer = await promptly(server.post([{"channel": "/a", "data": 1}, {"channel": "nonsense"}]))
    assert answer.status == 200
    assert [reply["successful"] for reply in answer.messages] == [False, False]
