"""A Bayeux client that knows nothing: it sends what it is given and shows what comes back."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from tests.conformance.lines import Conversation, Line, Posts
from tests.conformance.sockets import Socket
from tests.conformance.wire import (
    LONG_POLLING,
    WEBSOCKET,
    Answer,
    Message,
    encode,
    is_reply,
    promptly,
)


class Speaker:
    """Speaks to the URL of a Bayeux server. It keeps neither cookies nor any state of Bayeux.

    ``transport`` is the one that messages and clients use where nothing else is said.
    """

    transport = LONG_POLLING

    def __init__(
        self, http: aiohttp.ClientSession, url: str, transport: str = LONG_POLLING
    ) -> None:
        self.url = url
        self.transport = transport
        self._http = http

    async def post(
        self, payload: object, *, path: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send bytes as they are, and anything else as JSON, over HTTP."""
        headers = {"Content-Type": "application/json"} | dict(headers or {})
        return await self.request("POST", path=path, headers=headers, data=encode(payload))

    async def request(self, method: str, *, path: str = "", **options: Any) -> Answer:
        async with self._http.request(method, self.url + path, **options) as response:
            return Answer(response.status, response.headers, await response.read())

    async def socket(self, *, path: str = "", **options: Any) -> Socket:
        """A WebSocket that was just opened."""
        options = {"max_msg_size": 0} | options
        return Socket(await self._http.ws_connect(self.url + path, **options))

    def line(self, transport: str | None = None) -> Line:
        """A way for messages to the server, which it opens if that is needed."""
        if (transport or self.transport) == LONG_POLLING:
            return Posts(self.post)
        return Conversation(self.socket)

    async def ask(self, payload: object) -> list[Message]:
        """The answer to a payload that is spelled out, as bytes or not. Each goes over a socket of
        its own, if over any."""
        if self.transport == LONG_POLLING:
            return (await promptly(self.post(payload))).messages
        async with await self.socket() as socket:
            return await socket.ask(payload)

    async def say(self, *messages: Message) -> list[Message]:
        """Send messages that are answered at once; over a socket of their own, if over any."""
        line = self.line()
        answer = await promptly(line.say(list(messages)))
        await line.leave()
        return answer

    async def handshake(self) -> "Client":
        """A client whose handshake has succeeded, and that has not connected yet."""
        line = self.line()
        handshake = {
            "channel": "/meta/handshake",
            "version": "1.0",
            "supportedConnectionTypes": [line.transport],
        }
        [reply] = await promptly(line.say([handshake]))
        assert reply["successful"] is True
        return Client(self, reply["clientId"], line)

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

    def __init__(self, speaker: Speaker, client_id: str, line: Line | None = None) -> None:
        self.id = client_id
        self._speaker = speaker
        self._line = line or speaker.line()

    def __repr__(self) -> str:
        return f"Client({self.id}, {self._line.transport})"

    def over(self, transport: str) -> "Client":
        """The same session over another transport, or another socket."""
        return Client(self._speaker, self.id, self._speaker.line(transport))

    async def leave(self) -> list[Message]:
        """Be where no event comes before the next message, as over HTTP between two requests.
        Returns what came before that nobody has waited for."""
        return await self._line.leave()

    async def post(self, *messages: Message) -> Answer:
        """The HTTP response to these messages, to which the ``clientId`` is added."""
        return await self._speaker.post(self._signed(*messages))

    async def say(self, *messages: Message) -> list[Message]:
        """The answer to messages that are answered at once, and what came before it."""
        return await promptly(self._line.say(self._signed(*messages)))

    async def connect(self, **fields: Any) -> list[Message]:
        """The answer to a connect that is answered at once."""
        return await self.say(self._connect(fields))

    async def poll(self, **fields: Any) -> list[Message]:
        """The answer to a connect that asks not to be held."""
        return await self.connect(advice={"timeout": 0}, **fields)

    async def hold(self, **fields: Any) -> list[Message]:
        """What comes of a connect, however long it takes: over HTTP its answer; over a WebSocket
        that, or events, for which no connect is needed there."""
        [connect] = self._signed(self._connect(fields))
        return await self._line.hold(connect)

    async def subscribe(self, subscription: object) -> list[Message]:
        return await self.say({"channel": "/meta/subscribe", "subscription": subscription})

    async def unsubscribe(self, subscription: object) -> list[Message]:
        return await self.say({"channel": "/meta/unsubscribe", "subscription": subscription})

    async def publish(self, channel: str, data: object) -> list[Message]:
        return await self.say({"channel": channel, "data": data})

    async def disconnect(self) -> list[Message]:
        return await self.say({"channel": "/meta/disconnect"})

    def _connect(self, fields: Message) -> Message:
        return {
            "channel": "/meta/connect",
            "connectionType": self._line.transport,
            **fields,
        }

    def _signed(self, *messages: Message) -> list[Message]:
        return [{**message, "clientId": self.id} for message in messages]


def events(messages: list[Message]) -> list[Message]:
    """Those of ``messages`` that are no replies."""
    return [message for message in messages if not is_reply(message)]


def data(messages: list[Message]) -> list[Any]:
    """What the events among ``messages`` say."""
    return [event["data"] for event in events(messages)]


__all__ = [
    "LONG_POLLING",
    "WEBSOCKET",
    "Answer",
    "Client",
    "Message",
    "Speaker",
    "data",
    "events",
    "promptly",
]
