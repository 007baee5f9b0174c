"""A WebSocket like that of a browser: with headers of its own, and a jar for cookies."""

from collections.abc import Mapping
from types import TracebackType

import aiohttp

from tests.conformance.serving import Serving
from tests.conformance.sockets import Socket
from tests.conformance.wire import Message, is_reply, promptly


class RawSocket:
    """One WebSocket to a server. ``cookies`` has what the server set as it was opened."""

    def __init__(self, server: Serving, headers: Mapping[str, str] | None = None) -> None:
        self.cookies = aiohttp.CookieJar(unsafe=True)
        self._url = server.url
        self._headers = dict(headers or {})

    async def __aenter__(self) -> "RawSocket":
        self._http = aiohttp.ClientSession(cookie_jar=self.cookies)
        try:
            connection = await promptly(
                self._http.ws_connect(self._url, headers=self._headers, max_msg_size=0)
            )
        except BaseException:
            await self._http.close()
            raise
        self._socket = Socket(connection)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._socket.close()
        await self._http.close()

    async def send(self, *messages: Message) -> None:
        """Send one payload, and wait for nothing."""
        await self._socket.send(list(messages))

    async def say(self, *messages: Message) -> list[Message]:
        """Send one payload. Returns what came until each of its messages was answered."""
        await self.send(*messages)
        return await self.hear(replies=len(messages))

    async def hear(self, *, replies: int = 0, events: int = 0) -> list[Message]:
        """What comes until there are so many replies and events."""
        heard: list[Message] = []
        while True:
            answered = sum(is_reply(message) for message in heard)
            if answered >= replies and len(heard) - answered >= events:
                return heard
            heard += await self.frame()

    async def frame(self) -> list[Message]:
        """The messages of the next frame."""
        return await self._socket.frame()

    async def closed(self) -> int | None:
        """The code with which the server closes the socket. It must say nothing before."""
        return await self._socket.close_code()

    async def handshake(self, **fields: object) -> str:
        """Begin a session on this socket. Returns its id."""
        [reply] = await self.say(
            {
                "channel": "/meta/handshake",
                "version": "1.0",
                "supportedConnectionTypes": ["websocket"],
                **fields,
            }
        )
        assert reply["successful"] is True, reply
        client_id: str = reply["clientId"]
        return client_id
