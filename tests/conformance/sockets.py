"""One WebSocket, frame by frame."""

from types import TracebackType

import aiohttp
from aiohttp import WSMsgType

from tests.conformance.wire import Message, decode, encode, promptly


class Closed(Exception):
    """The socket is closed; ``code`` says why."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"The socket was closed with code {code}.")
        self.code = code


class Socket:
    """Sends what it is given, and shows what comes as it comes."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        self._connection = connection

    async def __aenter__(self) -> "Socket":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def protocol(self) -> str | None:
        """The sub-protocol that the server has selected."""
        return self._connection.protocol

    async def send(self, payload: object) -> None:
        """Send bytes as they are, and anything else as JSON, in one text message."""
        await self._connection.send_frame(encode(payload), WSMsgType.TEXT)

    async def send_binary(self, payload: bytes) -> None:
        await self._connection.send_bytes(payload)

    async def next(self) -> list[Message]:
        """The messages of the next frame, however long it takes. Raises Closed."""
        frame = await self._connection.receive()
        if frame.type is not WSMsgType.TEXT:
            raise Closed(self._connection.close_code)
        return decode(frame.data)

    async def frame(self) -> list[Message]:
        """The messages of a frame that comes at once."""
        return await promptly(self.next())

    async def hear(self, count: int) -> list[Message]:
        """So many messages, in as many frames as it takes. None may come beyond them."""
        messages: list[Message] = []
        while len(messages) < count:
            messages += await self.frame()
        assert len(messages) == count, messages
        return messages

    async def ask(self, payload: object) -> list[Message]:
        """The next frame after this was sent."""
        await self.send(payload)
        return await self.frame()

    async def close_code(self) -> int | None:
        """Why the server closes the socket, on which it has nothing more to say."""
        try:
            messages = await self.frame()
        except Closed as closed:
            return closed.code
        raise AssertionError(messages)

    async def close(self) -> None:
        """Close, and have nothing more to do with what still comes."""
        await self._connection.close()

    async def say_goodbye(self) -> None:
        """Close this side. What the server has sent until it hears of that can be read."""
        await self._connection.send_frame((1000).to_bytes(2, "big"), WSMsgType.CLOSE)


def connect(client_id: str, **fields: object) -> Message:
    return {
        "channel": "/meta/connect",
        "connectionType": "websocket",
        "clientId": client_id,
        **fields,
    }


def subscribe(client_id: str, channel: str) -> Message:
    return {"channel": "/meta/subscribe", "subscription": channel, "clientId": client_id}


async def begin(socket: Socket, *channels: str) -> str:
    """Begin a session on a socket, connected and subscribed. Returns its id."""
    [reply] = await socket.ask(
        [
            {
                "channel": "/meta/handshake",
                "version": "1.0",
                "supportedConnectionTypes": ["websocket"],
            }
        ]
    )
    assert reply["successful"] is True
    client_id: str = reply["clientId"]
    for message in (connect(client_id), *(subscribe(client_id, name) for name in channels)):
        [reply] = await socket.ask([message])
        assert reply["successful"] is True
    return client_id
