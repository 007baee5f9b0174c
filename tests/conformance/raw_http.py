"""HTTP/1.1 by hand, where a test needs its hands on the connection."""

import asyncio
import json
import socket
import struct
from types import TracebackType

from tests.conformance.serving import PATH, Serving
from tests.conformance.speaker import Message, promptly


class RawConnection:
    """One TCP connection to a server."""

    def __init__(self, server: Serving) -> None:
        self._server = server

    async def __aenter__(self) -> "RawConnection":
        self.reader, self.writer = await asyncio.open_connection(
            self._server.host, self._server.port
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.writer.transport.abort()

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    def post(self, payload: object, *, path: str = "") -> None:
        """Write a request; its answer may be read later."""
        body = json.dumps(payload).encode()
        self.send(
            f"POST {PATH}{path} HTTP/1.1\r\nHost: test\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        )
        self.send(body)

    async def status(self) -> int:
        """The status of the next response, whose body is left in the stream."""
        head = await promptly(self.reader.readuntil(b"\r\n\r\n"))
        self._head = head.decode("latin-1").lower()
        return int(head.split()[1])

    async def answer(self) -> list[Message]:
        """The messages of the next response, which has status 200."""
        assert await self.status() == 200
        [length] = [
            int(line.removeprefix("content-length:"))
            for line in self._head.split("\r\n")
            if line.startswith("content-length:")
        ]
        messages: list[Message] = json.loads(await promptly(self.reader.readexactly(length)))
        return messages

    def reset(self) -> None:
        """Have the peer's next write fail, as that to a machine that is gone."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
