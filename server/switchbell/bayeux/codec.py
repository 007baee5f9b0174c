"""Bayeux payloads as bytes."""

from collections.abc import Iterable
from typing import Any

import orjson

from switchbell.bayeux.message import Event, Outgoing

# orjson reads deeper nesting than it writes, which is 254 levels.
_WRITABLE_DEPTH = 254


class MalformedPayload(ValueError):
    """Not a JSON array of objects, nor a single object; or nothing at all in the array; or nested
    so deeply that it could not be sent on."""


class TooManyMessages(ValueError):
    """A payload of more messages than a server takes at once."""


def decode(body: bytes, max_messages: int = 1_000) -> list[dict[str, Any]]:
    """The messages of a payload: an array of objects, or one object alone. Raises
    MalformedPayload, or TooManyMessages, whose texts are safe to show to the sender."""
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedPayload("The body is not JSON.") from error
    if isinstance(payload, dict):
        payload = [payload]
    if isinstance(payload, list) and len(payload) > max_messages:
        raise TooManyMessages("The body has too many messages.")
    if not isinstance(payload, list) or not all(isinstance(member, dict) for member in payload):
        raise MalformedPayload("The body is not an array of messages.")
    if not payload:
        raise MalformedPayload("The body has no message.")
    if body.count(b"[") + body.count(b"{") > _WRITABLE_DEPTH and not _is_writable(payload):
        raise MalformedPayload("The body is nested too deeply.")
    return payload


def _is_writable(payload: list[Any]) -> bool:
    try:
        orjson.dumps(payload)
    except orjson.JSONEncodeError:
        return False
    return True


def encode(messages: Iterable[Outgoing]) -> bytes:
    """A payload of these messages. Events bring their encoding along."""
    return b"[%b]" % b",".join(
        [
            message.encoded if isinstance(message, Event) else orjson.dumps(message)
            for message in messages
        ]
    )


def join(payloads: list[bytes]) -> bytes:
    """One payload with the messages of several, which :func:`encode` has made."""
    if len(payloads) == 1:
        return payloads[0]
    return b"[%b]" % b",".join([payload[1:-1] for payload in payloads])
