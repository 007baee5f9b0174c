"""The scripted server, with WebSockets."""

import asyncio
import json
from typing import Any, ClassVar

import pytest
from aiocometd.constants import ConnectionType
from aiohttp import web

from tests.client.fakes import Close, Cut, FakeServer, Frames, Hang, Raw, Request, addressed

UPGRADE = "GET /api/v2/notifications"


class SocketServer(FakeServer):
    """Answers over a WebSocket what it would answer over HTTP, without holding up one message for
    another's sake. What an upgrade itself is answered can be scripted, too, under ``UPGRADE``."""

    connection_types: ClassVar = [ConnectionType.WEBSOCKET, ConnectionType.LONG_POLLING]

    def __init__(self) -> None:
        super().__init__()
        self.connections: list[web.Request] = []
        self.close_codes: list[int | None] = []
        self.socket_closed = asyncio.Event()

    def over_socket(self, channel: str) -> list[Request]:
        return [request for request in self.requests[channel] if request.method == "GET"]

    def cut(self) -> None:
        """Lose the latest socket, as when the network fails."""
        transport = self.connections[-1].transport
        assert transport is not None
        transport.abort()

    def _add_routes(self, app: web.Application) -> None:
        super()._add_routes(app)
        app.router.add_get("/api/v2/notifications", self._upgrade)

    async def _upgrade(self, request: web.Request) -> web.StreamResponse:
        await self._note(UPGRADE, request, None)
        if self.script[UPGRADE]:
            answer = self.script[UPGRADE].popleft()
            if isinstance(answer, Raw):
                return web.Response(status=answer.status, text=answer.text)
            if isinstance(answer, Hang):
                await asyncio.Event().wait()
            assert isinstance(answer, Cut)
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        self.connections.append(request)
        answering: set[asyncio.Task[None]] = set()
        try:
            async for frame in socket:
                answering.add(asyncio.create_task(self._answer(request, socket, frame.json())))
        finally:
            self.close_codes.append(socket.close_code)
            self.socket_closed.set()
            for task in answering:
                task.cancel()
            await asyncio.gather(*answering, return_exceptions=True)
        return socket

    async def _answer(
        self, request: web.Request, socket: web.WebSocketResponse, messages: list[dict[str, Any]]
    ) -> None:
        channel = messages[0]["channel"]
        await self._note(channel, request, messages)
        answer = await self._bayeux_answer(channel, messages)
        if isinstance(answer, Raw):
            await socket.send_str(answer.text)
        elif isinstance(answer, Close):
            await socket.close(code=answer.code)
        elif isinstance(answer, Cut):
            transport = request.transport
            assert transport is not None
            transport.write(_frame(addressed(answer.messages, messages))[:-1])
            transport.close()
        elif isinstance(answer, Frames):
            for replies in answer.messages:
                await socket.send_json(addressed(replies, messages))
                if answer.rest is not None:
                    await answer.rest.wait()
        elif isinstance(answer, list):
            await socket.send_json(addressed(answer, messages))


def _frame(messages: list[dict[str, Any]]) -> bytes:
    """A text frame of RFC 6455, between 126 and 65535 bytes long."""
    text = json.dumps(messages).encode()
    return b"\x81\x7e" + len(text).to_bytes(2, "big") + text


# For what must not depend on the transport.
with_either = pytest.mark.parametrize(
    "server", [FakeServer, SocketServer], indirect=True, ids=["long-polling", "websocket"]
)
with_sockets = pytest.mark.parametrize("server", [SocketServer], indirect=True, ids=["websocket"])
