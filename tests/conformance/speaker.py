"""A Bayeux client that knows nothing: it posts what it is given and shows what comes back."""

import asyncio
import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import aiohttp
from multidict import CIMultiDictProxy

Message: TypeAlias = dict[str, Any]
T = TypeVar("T")

PROMPTLY = 5.0
"""Seconds. Far longer than anything that happens at once takes on a busy machine, and far shorter
than the 30 seconds for which a connect is held by default."""


async def promptly(what: Awaitable[T]) -> T:
    """The result of what must not wait for anything. Fails with TimeoutError if it does."""
    async with asyncio.timeout(PROMPTLY):
        return await what


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
        messages = json.loads(self.body)
        assert isinstance(messages, list)
        assert all(isinstance(message, dict) for message in messages)
        return messages


class Speaker:
    """Posts to the URL of a Bayeux server. It keeps neither cookies nor any state of Bayeux."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.url = url
        self._http = http

    async def post(
        self, payload: object, *, path: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send bytes as they are, and anything else as JSON."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        headers = {"Content-Type": "application/json"} | dict(headers or {})
        return await self.request("POST", path=path, headers=headers, data=body)

    async def request(self, method: str, *, path: str = "", **options: Any) -> Answer:
        async with self._http.request(method, self.url + path, **options) as response:
            return Answer(response.status, response.headers, await response.read())

    async def say(self, *messages: Message) -> list[Message]:
        """Send messages that are answered at once."""
        return (await promptly(self.post(list(messages)))).messages

    async def handshake(self) -> "Client":
        """A client whose handshake has succeeded, and that has not connected yet."""
        [reply] = await self.say(
            {
                "channel": "/meta/handshake",
                "version": "1.0",
                "supportedConnectionTypes": ["long-polling"],
            }
        )
        assert reply["successful"] is True
        return Client(self, reply["clientId"])

    async def open(self, *channels: str) -> "Client":
        """A client that is connected, and subscribed to ``channels``."""
        client = await self.handshake()
        assert (await client.connect())[-1]["successful"] is True
        for channel in channels:
            [reply] = await client.subscribe(channel)
            assert reply["successful"] is True
        return client


class Client:
    """One session, and the messages that most tests need to get at what they test."""

    def __init__(self, speaker: Speaker, client_id: str) -> None:
        self.id = client_id
        self._speaker = speaker

    def __repr__(self) -> str:
        return f"Client({self.id})"

    async def post(self, *messages: Message) -> Answer:
        """The response to these messages, to which the ``clientId`` is added."""
        return await self._speaker.post([{**message, "clientId": self.id} for message in messages])

    async def say(self, *messages: Message) -> list[Message]:
        """The answer to messages that are answered at once."""
        return (await promptly(self.post(*messages))).messages

    async def connect(self, **fields: Any) -> list[Message]:
        """The answer to a connect that is answered at once."""
        return await self.say(
            {"channel": "/meta/connect", "connectionType": "long-polling", **fields}
        )

    async def poll(self, **fields: Any) -> list[Message]:
        """The answer to a connect that asks not to be held."""
        return await self.connect(advice={"timeout": 0}, **fields)

    async def hold(self, **fields: Any) -> list[Message]:
        """The answer to a connect, however long it takes."""
        connect = {"channel": "/meta/connect", "connectionType": "long-polling", **fields}
        return (await self.post(connect)).messages

    async def subscribe(self, subscription: object) -> list[Message]:
        return await self.say({"channel": "/meta/subscribe", "subscription": subscription})

    async def unsubscribe(self, subscription: object) -> list[Message]:
        return await self.say({"channel": "/meta/unsubscribe", "subscription": subscription})

    async def publish(self, channel: str, data: object) -> list[Message]:
        return await self.say({"channel": channel, "data": data})

    async def disconnect(self) -> list[Message]:
        return await self.say({"channel": "/meta/disconnect"})


def events(messages: list[Message]) -> list[Message]:
    """Those of ``messages`` that are no replies."""
    return [message for message in messages if "successful" not in message]


def data(messages: list[Message]) -> list[Any]:
    """What the events among ``messages`` say."""
    return [event["data"] for event in events(messages)]
