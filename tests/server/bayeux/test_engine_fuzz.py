"""Whatever a client sends, it gets an answer, and nobody else suffers."""

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from switchbell.bayeux import codec
from switchbell.bayeux.codec import MalformedPayload
from switchbell.bayeux.message import Event
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.service import Answer
from tests.server.bayeux.fakes import FakeDriver

ERROR = re.compile(r"\d{3}:[^:]*:[a-z_]+")

# The sessions c1 (nothing held), c2 (a connect held) and c3 (ended by the server) exist.
TEMPLATES: list[dict[str, Any]] = [
    {
        "channel": "/meta/handshake",
        "id": "1",
        "version": "1.0",
        "minimumVersion": "1.0",
        "supportedConnectionTypes": ["websocket", "long-polling"],
        "advice": {"timeout": 60000, "interval": 0},
        "ext": {"ack": True},
    },
    {
        "channel": "/meta/connect",
        "id": "2",
        "clientId": "c1",
        "connectionType": "long-polling",
        "advice": {"timeout": 0, "interval": 10},
    },
    {"channel": "/meta/connect", "id": "3", "clientId": "c2", "connectionType": "long-polling"},
    {"channel": "/meta/connect", "id": "4", "clientId": "c3", "connectionType": "long-polling"},
    {"channel": "/meta/subscribe", "id": "5", "clientId": "c1", "subscription": "/a"},
    {"channel": "/meta/subscribe", "id": "6", "clientId": "c2", "subscription": ["/a", "/b/**"]},
    {"channel": "/meta/unsubscribe", "id": "7", "clientId": "c2", "subscription": "/a"},
    {"channel": "/meta/disconnect", "id": "8", "clientId": "c2"},
    {"channel": "/a", "id": "9", "clientId": "c1", "data": {"x": [1, None]}, "ext": {"y": 1}},
    {"channel": "/service/echo", "id": "10", "clientId": "c1", "data": "x"},
    {"channel": "/meta/unknown", "id": "11", "clientId": "c1"},
]
WORDS = [
    "/a",
    "/a/",
    "/b/**",
    "/*",
    "/**",
    "/meta",
    "/meta/",
    "/meta/handshake",
    "/meta/connect",
    "/meta/connect/",
    "/meta/**",
    "/service",
    "/service/echo",
    "/service/**",
    "/" * 300,
    "c1",
    "c2",
    "c3",
    "c4",
    "long-polling",
    "",
    "\x00",
    "\u2028é😀",
    "402::x",
]
FIELDS = [
    "channel",
    "id",
    "clientId",
    "data",
    "subscription",
    "advice",
    "ext",
    "successful",
    "timestamp",
    "supportedConnectionTypes",
    "",
]

scalars = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, -1, 1, 2**53, 2**63, 2**64 - 1, -(2**63), 10**400, 0.5, -0.0, 1e308])
    | st.sampled_from(WORDS)
    | st.text(max_size=5)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FIELDS, "timeout", "interval"]), inner, max_size=3)
    ),
    max_leaves=4,
)


def nested(depth: int) -> Any:
    value: Any = 1
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


values |= st.sampled_from([10, 252, 253, 254, 255, 300]).map(nested)


@st.composite
def messages(draw: st.DrawFn) -> Any:
    message = dict(draw(st.sampled_from(TEMPLATES)))
    for _ in range(draw(st.integers(0, 3))):
        match draw(st.sampled_from(["drop", "set", "set", "swap"])):
            case "drop" if message:
                del message[draw(st.sampled_from(sorted(message)))]
            case "swap":
                other = draw(st.sampled_from(TEMPLATES))
                field = draw(st.sampled_from(sorted(other)))
                message[field] = other[field]
            case _:
                message[draw(st.sampled_from(FIELDS))] = draw(values)
    return message


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    payload: Any = draw(st.lists(messages(), min_size=1, max_size=4))
    match draw(st.integers(0, 19)):
        case 0:
            payload = payload[0]
        case 1:
            payload.insert(draw(st.integers(0, len(payload))), draw(values))
    body = json.dumps(payload, ensure_ascii=draw(st.booleans())).encode(errors="surrogatepass")
    if draw(st.integers(0, 9)) > 0:
        return body
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, min(len(body), start + 3)))
    return body[:start] + draw(st.binary(max_size=3)) + body[end:]


def prepare(options: BayeuxOptions) -> tuple[FakeDriver, str]:
    """A driver in whose engine there is something to break, and a client who only listens."""
    driver = FakeDriver(options, services={"/service/echo": lambda request: Answer(request.data)})
    for subscription in ("/a", "/**", "/a"):
        driver.meet(subscription)
    driver.hold("c2")
    driver.disconnect("c3")
    return driver, driver.meet("/a", "/**", user="bystander")


def check(driver: FakeDriver, asked: list[dict[str, Any]], exchange: int) -> None:
    if exchange not in driver.answers:
        [connect] = asked
        assert connect["channel"] == "/meta/connect"
        return
    answer = driver.answers[exchange]
    assert isinstance(answer, list)
    kinds = [isinstance(message, Event) for message in driver.sends[exchange].messages]
    for message, is_event in zip(answer, kinds, strict=True):
        (check_event if is_event else check_reply)(message)
    replies = [message for message, is_event in zip(answer, kinds, strict=True) if not is_event]
    farewell = {"channel": "/meta/disconnect", "successful": True}
    if farewell in replies and len(replies) > len(asked):
        replies.remove(farewell)
    assert len(replies) == len(asked)
    for message, reply in zip(asked, replies, strict=True):
        check_pair(message, reply)


def check_event(event: dict[str, Any]) -> None:
    assert {"channel", "data"} <= event.keys() <= {"channel", "data", "ext", "timestamp", "id"}
    assert "id" not in event or event["channel"] == "/service/echo"


def check_reply(reply: dict[str, Any]) -> None:
    assert isinstance(reply["channel"], str)
    assert "data" not in reply
    assert isinstance(reply["successful"], bool)
    if reply["successful"]:
        assert "error" not in reply
        assert reply.get("advice", {}).get("reconnect") != "handshake"
    else:
        assert ERROR.fullmatch(reply["error"])
        assert "clientId" not in reply
    if reply.get("advice", {}).get("reconnect") == "retry":
        assert reply["advice"].keys() == {"reconnect", "interval", "timeout"}


def check_pair(message: dict[str, Any], reply: dict[str, Any]) -> None:
    """The reply is to this message."""
    channel, message_id = message.get("channel"), message.get("id")
    assert reply["channel"] == (channel if isinstance(channel, str) else "")
    if isinstance(message_id, str | int | float) and not isinstance(message_id, bool):
        assert (reply["id"], type(reply["id"])) == (message_id, type(message_id))
    else:
        assert "id" not in reply
    if channel in ("/meta/subscribe", "/meta/unsubscribe"):
        assert ("subscription" in reply) == ("subscription" in message)
        assert reply.get("subscription") == message.get("subscription")


@settings(max_examples=2_000, deadline=None)
@given(body=bodies(), user=st.sampled_from([None, None, None, "bystander"]), deliver=st.booleans())
def test_every_payload_is_answered_and_hurts_nobody_else(
    body: bytes, user: str | None, deliver: bool
) -> None:
    try:
        asked = codec.decode(body)
    except MalformedPayload:
        return
    driver, bystander = prepare(BayeuxOptions(meta_connect_deliver_only=deliver))
    exchange = driver.send(*asked, user=user)
    check(driver, asked, exchange)
    driver.publish("/a", "still there")
    answer = driver.connect(bystander, user="bystander")
    if not speaks_for(asked, bystander):
        assert {"channel": "/a", "data": "still there"} in answer
    driver.wait(2_000.0)
    assert set(driver.answers) == set(range(1, max(driver.answers) + 1))
    assert (driver.engine.session_count, driver.engine.held_count) == (0, 0)
    assert driver.engine.next_deadline() is None


def speaks_for(asked: list[dict[str, Any]], client_id: str) -> bool:
    return any(message.get("clientId") == client_id for message in asked)


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=20) | st.text("[]{},:\"' 01ae\\/", max_size=30).map(str.encode))
def test_any_bytes_are_messages_or_malformed(body: bytes) -> None:
    decoded = read(body)
    assert decoded
    if isinstance(decoded, str):
        assert decoded in {
            "The body is not JSON.",
            "The body is not an array of messages.",
            "The body has no message.",
            "The body is nested too deeply.",
        }
    else:
        assert all(isinstance(message, dict) for message in decoded)


def read(body: bytes) -> list[dict[str, Any]] | str:
    try:
        return codec.decode(body)
    except MalformedPayload as error:
        return str(error)
