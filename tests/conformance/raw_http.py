"""HTTP/1.1 and WebSocket by hand, where a test needs its hands on the connection."""

import asyncio
import json
import socket
import struct
from types import TracebackType

from tests.conformance.serving import PATH, Serving
from tests.conformance.wire import Message, decode, encode, promptly

SMALL = 4096
"""How many bytes a connection reads ahead, so that one that nobody reads from fills up."""


class RawConnection:
    """One TCP connection to a server. Nothing is read from it but what a test asks for;
    ``receive_buffer`` is how many bytes the system takes meanwhile, where that matters."""

    def __init__(self, server: Serving, *, receive_buffer: int | None = None) -> None:
        self._server = server
        self._receive_buffer = receive_buffer

    async def __aenter__(self) -> "RawConnection":
        sock = socket.socket()
        sock.setblocking(False)
        if self._receive_buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, (self._server.host, self._server.port))
        self.reader, self.writer = await asyncio.open_connection(sock=sock, limit=SMALL)
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
        return decode(await promptly(self.reader.readexactly(length)))

    async def upgrade(self) -> None:
        """Make this a WebSocket."""
        self.send(
            f"GET {PATH} HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
            "\r\n".encode()
        )
        assert await self.status() == 101

    def send_text(self, payload: object) -> None:
        """Write a WebSocket message, bytes as they are, and anything else as JSON. Its answer may
        be read later."""
        text = encode(payload)
        # All the same with a mask of zeros, which leaves the text as it is.
        self.send(b"\x81\xfe" + struct.pack(">H", len(text)) + bytes(4) + text)

    async def frame(self) -> tuple[int, bytes]:
        """Opcode and payload of the next WebSocket frame."""
        first, length = await promptly(self.reader.readexactly(2))
        if length > 125:
            [length] = struct.unpack(">H", await promptly(self.reader.readexactly(2)))
        return first & 0x0F, await promptly(self.reader.readexactly(length))

    async def messages(self) -> list[Message]:
        """The messages of the next WebSocket frame."""
        opcode, payload = await self.frame()
        assert opcode == 1, opcode
        return decode(payload)

    def reset(self) -> None:
        """Have the peer's next write fail, as that to a machine that is gone."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
