"""R90: callback-polling, where messages come in a URL and the answer is a script."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Answer, Message, data, events, promptly

HANDSHAKE: Message = {
    "channel": "/meta/handshake",
    "version": "1.0",
    "supportedConnectionTypes": ["callback-polling"],
}
WITH_SCRIPTS: dict[str, Any] = {"allowed_transports": ("callback-polling", "long-polling")}


def query(*messages: object, jsonp: str = "callback") -> str:
    """A query string with each of ``messages`` in a parameter of its own: text as it is, anything
    else as JSON."""
    texts = [message if isinstance(message, str) else json.dumps(message) for message in messages]
    return "?" + urlencode([("jsonp", jsonp), *(("message", text) for text in texts)])


def unwrapped(answer: Answer, jsonp: str = "callback") -> list[Message]:
    """What the script of an answer calls its function with."""
    assert answer.status == 200, (answer.status, answer.body)
    script = answer.body.decode()
    assert script.startswith(f"/**/{jsonp}(")
    assert script.endswith(");")
    messages: list[Message] = json.loads(script.removeprefix(f"/**/{jsonp}(").removesuffix(");"))
    return messages


async def ask(server: Serving, *messages: object) -> list[Message]:
    return unwrapped(await promptly(server.request("GET", path=query(*messages))))


async def open_session(server: Serving, *channels: str) -> str:
    """The id of a session that came by callback-polling, has connected and is subscribed."""
    [reply] = await ask(server, HANDSHAKE)
    client_id: str = reply["clientId"]
    own = {"clientId": client_id}
    [reply] = await ask(server, {"channel": "/meta/connect", **own})
    assert reply["successful"] is True
    if channels:
        [reply] = await ask(
            server, {"channel": "/meta/subscribe", "subscription": list(channels), **own}
        )
        assert reply["successful"] is True
    return client_id


async def test_r90_it_is_off_unless_allowed(server: Serving) -> None:
    answer = await promptly(server.request("GET", path=query(HANDSHAKE)))
    assert answer.status == 405
    assert answer.headers["Allow"] == "POST"
    assert server.sessions == 0


async def test_r90_the_answer_is_a_script_that_calls_the_function(serve: Serve) -> None:
    server = await serve(**WITH_SCRIPTS)
    answer = await promptly(server.request("GET", path=query({**HANDSHAKE, "id": "7"})))
    [reply] = unwrapped(answer)
    assert reply["successful"] is True
    assert reply["id"] == "7"
    assert reply["supportedConnectionTypes"] == ["callback-polling", "long-polling"]
    assert re.fullmatch(
        r"text/javascript; ?charset=utf-8", answer.headers["Content-Type"], re.IGNORECASE
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["f", "org.cometd.callback_7", "a-b", "9", "_", "x" * 64])
async def test_r90_the_function_may_be_called_so(serve: Serve, name: str) -> None:
    server = await serve(**WITH_SCRIPTS)
    answer = await promptly(server.request("GET", path=query(HANDSHAKE, jsonp=name)))
    [reply] = unwrapped(answer, name)
    assert reply["successful"] is True


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x" * 65,
        "alert(1)//",
        "a b",
        "a;b",
        "a\n",
        "a[0]",
        "<script>",
        "f\u00fcr",
        "\u0661",
        "a%00",
        "*/",
    ],
)
async def test_r90_and_not_so(serve: Serve, name: str) -> None:
    server = await serve(**WITH_SCRIPTS)
    answer = await promptly(server.request("GET", path=query(HANDSHAKE, jsonp=name)))
    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert not name or name.encode() not in answer.body
    assert server.sessions == 0


@pytest.mark.parametrize(
    "names",
    ["", "&jsonp=one&jsonp=two", "&jsonp=same&jsonp=same", "&callback=f"],
    ids=["none", "two", "twice", "other"],
)
async def test_r90_there_is_exactly_one_name(serve: Serve, names: str) -> None:
    server = await serve(**WITH_SCRIPTS)
    message = urlencode({"message": json.dumps(HANDSHAKE)})
    answer = await promptly(server.request("GET", path=f"?{message}{names}"))
    assert answer.status == 400
    assert server.sessions == 0


@pytest.mark.parametrize(
    "message",
    [
        "nonsense",
        "",
        "[]",
        "5",
        "null",
        '"text"',
        "[5]",
        '[{"channel":"/a"}',
        "[" * 300 + "]" * 300,
    ],
    ids=["nonsense", "nothing", "empty", "number", "null", "text", "numbers", "open", "deep"],
)
async def test_r90_what_is_no_message_is_refused(serve: Serve, message: str) -> None:
    server = await serve(**WITH_SCRIPTS)
    for path in (query(message), query(HANDSHAKE, message)):
        answer = await promptly(server.request("GET", path=path))
        assert answer.status == 400
        assert answer.headers["Content-Type"].startswith("text/plain")
    assert server.sessions == 0


async def test_r90_so_is_what_is_no_text(serve: Serve) -> None:
    server = await serve(**WITH_SCRIPTS)
    for undecodable in ("%ff", "%22%ed%a0%80%22", "%5B%C3%28%5D"):
        answer = await promptly(server.request("GET", path=f"?jsonp=f&message={undecodable}"))
        assert answer.status == 400


async def test_r90_so_is_a_request_without_any(serve: Serve) -> None:
    server = await serve(**WITH_SCRIPTS)
    answer = await promptly(server.request("GET", path=query()))
    assert answer.status == 400


async def test_r90_several_parameters_are_one_payload_in_their_order(serve: Serve) -> None:
    server = await serve(**WITH_SCRIPTS)
    client_id = await open_session(server, "/a")
    listener = await server.open("/a")
    own = {"channel": "/a", "clientId": client_id}
    replies = await ask(
        server,
        {**own, "id": "1", "data": "one"},
        [{**own, "id": "2", "data": "two"}, {**own, "id": "3", "data": "three"}],
        {**own, "id": "4"},
    )
    assert [reply["id"] for reply in replies] == ["1", "2", "3", "4"]
    assert [reply["successful"] for reply in replies] == [True, True, True, False]
    assert data(await listener.poll()) == ["one", "two", "three"]


async def test_r90_all_parameters_together_are_bounded(serve: Serve) -> None:
    server = await serve(**WITH_SCRIPTS, max_messages=3)
    message = {"channel": "/a", "data": 1}
    for path in (query([message] * 4), query(*[message] * 4), query([message] * 2, [message] * 2)):
        answer = await promptly(server.request("GET", path=path))
        assert answer.status == 413
    assert len(await ask(server, *[message] * 3)) == 3


async def test_r90_events_come_with_connects_only(serve: Serve) -> None:
    server = await serve(**WITH_SCRIPTS)
    client_id = await open_session(server, "/a")
    own = {"clientId": client_id}
    server.publish("/a", 1)
    for message in (
        {"channel": "/a", "data": 2},
        {"channel": "/meta/subscribe", "subscription": "/b"},
        {"channel": "/meta/unsubscribe", "subscription": "/b"},
    ):
        assert events(await ask(server, {**message, **own})) == []
    assert data(await ask(server, {"channel": "/meta/connect", **own})) == [1, 2]


async def test_r90_a_connect_is_held_and_woken(serve: Serve) -> None:
    server = await serve(**WITH_SCRIPTS)
    client_id = await open_session(server, "/a")
    connect = {"channel": "/meta/connect", "clientId": client_id, "id": "9"}
    held = await server.holding(server.request("GET", path=query(connect)))
    server.publish("/a", 1)
    event, reply = unwrapped(await promptly(held))
    assert event == {"channel": "/a", "data": 1}
    assert reply["id"] == "9"


async def test_r90_a_newer_connect_ends_a_held_one_with_an_error(serve: Serve) -> None:
    server = await serve(**WITH_SCRIPTS)
    client_id = await open_session(server)
    connect = {"channel": "/meta/connect", "clientId": client_id}
    older = await server.holding(server.request("GET", path=query(connect)))
    server.begin(server.request("GET", path=query(connect)))
    assert (await promptly(older)).status == 500


async def test_r90_line_separators_are_escaped(serve: Serve) -> None:
    server = await serve(**WITH_SCRIPTS)
    client_id = await open_session(server, "/a")
    text = "one\u2028two\u2029three \u00e9"
    server.publish("/a", text)
    connect = {"channel": "/meta/connect", "clientId": client_id}
    answer = await promptly(server.request("GET", path=query(connect)))
    # Older engines take either for the end of a line, which may not be in a string.
    assert "\u2028".encode() not in answer.body
    assert "\u2029".encode() not in answer.body
    assert data(unwrapped(answer)) == [text]


async def test_r90_a_session_can_go_on_by_long_polling(serve: Serve) -> None:
    server = await serve(**WITH_SCRIPTS)
    client_id = await open_session(server, "/a")
    publish = {"channel": "/a", "data": 1, "clientId": client_id}
    assert data(await server.say(publish)) == [1]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PATCH"])
async def test_r90_it_is_for_get_alone(serve: Serve, method: str) -> None:
    server = await serve(**WITH_SCRIPTS)
    answer = await promptly(server.request(method, path=query(HANDSHAKE)))
    assert answer.status == 405
    assert server.sessions == 0


async def test_r90_it_may_be_the_only_transport(serve: Serve) -> None:
    server = await serve(allowed_transports=("callback-polling",))
    answer = await promptly(server.post([HANDSHAKE]))
    assert answer.status == 405
    await open_session(server, "/a")
