"""What goes over the wire, whichever way it goes."""

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from multidict import CIMultiDictProxy

Message: TypeAlias = dict[str, Any]
T = TypeVar("T")

LONG_POLLING = "long-polling"
WEBSOCKET = "websocket"

PROMPTLY = 5.0
"""Seconds. Far longer than anything that happens at once takes on a busy machine, and far shorter
than the 30 seconds for which a connect is held by default."""


async def promptly(what: Awaitable[T]) -> T:
    """The result of what must not wait for anything. Fails with TimeoutError if it does."""
    async with asyncio.timeout(PROMPTLY):
        return await what


def encode(payload: object) -> bytes:
    """Bytes as they are, and anything else as JSON."""
    return payload if isinstance(payload, bytes) else json.dumps(payload).encode()


def decode(payload: str | bytes) -> list[Message]:
    """The messages of a payload of the server's."""
    messages = json.loads(payload)
    assert isinstance(messages, list)
    assert all(isinstance(message, dict) for message in messages)
    return messages


def is_reply(message: Message) -> bool:
    return "successful" in message


@dataclass(frozen=True)
class Answer:
    """An HTTP response."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def messages(self) -> list[Message]:
        """The Bayeux messages of a successful response."""
        assert self.status == 200, (self.status, self.body)
        return decode(self.body)
