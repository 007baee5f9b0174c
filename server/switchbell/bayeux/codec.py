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


def decode(body: bytes) -> list[dict[str, Any]]:
    """The messages of a payload: an array of objects, or one object alone. Raises
    MalformedPayload, whose text is safe to show to the sender."""
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedPayload("The body is not JSON.") from error
    if isinstance(payload, dict):
        payload = [payload]
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
