"""Bayeux extensions: what is added to every request and noted on every event."""

import time
from base64 import b64encode
from typing import Any

from aiocometd.extensions import Extension
from aiocometd.typing import Headers, JsonObject, Payload


def said(message: JsonObject, name: str) -> Any:
    """What a message says in ``ext`` under ``name``; ``None`` if nothing."""
    ext = message.get("ext")
    return ext.get(name) if isinstance(ext, dict) else None


def extend(message: JsonObject, **members: Any) -> None:
    """Say something in ``ext`` of a message."""
    message["ext"] = {**message.get("ext", {}), **members}


def basic_authorization(user_name: str, password: str) -> str:
    """The ``Authorization`` header of HTTP Basic, in UTF-8 (RFC 7617)."""
    return "Basic " + b64encode(f"{user_name}:{password}".encode()).decode("ascii")


class Authorization(Extension):
    """Sends an ``Authorization`` header with every Bayeux request.

    Not aiocometd's ``AuthExtension``: on a refusal that one sends the same request once more, and
    a password does not get better by repetition.
    """

    def __init__(self, value: str) -> None:
        self._value = value

    async def outgoing(self, payload: Payload, headers: Headers) -> None:
        """Add the header."""
        headers["Authorization"] = self._value

    async def incoming(self, payload: Payload, headers: Headers | None = None) -> None:
        """Nothing comes in."""


class ArrivalTime(Extension):
    """Notes in ``ext.receivedAt`` of each event when it arrived: ``time.monotonic()``, in seconds.

    An event may wait for its reader; what it waited must not count as the server's latency.
    """

    async def outgoing(self, payload: Payload, headers: Headers) -> None:
        """Nothing goes out."""

    async def incoming(self, payload: Payload, headers: Headers | None = None) -> None:
        """Stamp the events."""
        now = time.monotonic()
        for message in payload:
            if "data" in message:
                extend(message, receivedAt=now)
