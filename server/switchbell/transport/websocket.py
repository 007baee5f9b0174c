"""Bayeux over WebSocket."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from switchbell.bayeux import codec
from switchbell.bayeux.options import WEBSOCKET, BayeuxOptions
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.policy import Policy
from switchbell.transport.answers import refuse
from switchbell.transport.browsers import Browsers, new_identity
from switchbell.transport.driver import Driver
from switchbell.transport.identify import Identify
from switchbell.transport.socket import Socket

logger = logging.getLogger(__name__)

# RFC 6455, section 7.4.1.
UNSUPPORTED_DATA = 1003
INVALID_PAYLOAD = 1007
TOO_BIG = 1009

CLOSE_TIMEOUT = 5.0
"""Seconds that a peer has to take its leave."""


class _Connection:
    """The sending side of an aiohttp WebSocket, for Socket."""

    def __init__(self, response: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self._response = response
        self._transport = transport

    @property
    def closed(self) -> bool:
        return self._response.closed or self._transport.is_closing()

    async def send_frame(self, message: bytes, opcode: WSMsgType) -> None:
        await self._response.send_frame(message, opcode)

    async def close(self, *, code: int) -> None:
        """Take leave, and give the peer time to do so. Who reads from the connection sees it do
        so, and cancels this."""
        await self._response.send_frame(code.to_bytes(2, "big"), WSMsgType.CLOSE)
        await asyncio.sleep(CLOSE_TIMEOUT)
        self._transport.abort()


class WebSockets:
    """Serves sockets that clients open on the URL of the server."""

    def __init__(
        self,
        options: BayeuxOptions,
        policy: Policy,
        driver: Callable[[], Driver],
        identify: Identify,
        browsers: Browsers,
    ) -> None:
        self._options = options
        self._policy = policy
        self._driver = driver
        self._identify = identify
        self._browsers = browsers

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it is closed."""
        offered = _offered_protocols(request)
        required = self._options.ws_protocol
        if required is not None and required not in offered:
            return refuse(400, "The sub-protocol that this server needs was not offered.")
        connection = web.WebSocketResponse(
            # A browser that offers protocols fails the socket if none of them is selected.
            protocols=(required,) if required is not None else offered[:1],
            compress=self._options.ws_compression,
            max_msg_size=self._options.max_message_size,
            timeout=CLOSE_TIMEOUT,
            autoping=False,
            decode_text=False,
        )
        if not connection.can_prepare(request):
            return refuse(400, "This is not a WebSocket handshake.")
        if self._driver().is_full:
            return refuse(503, "There are too many WebSockets.")
        user = await self._identify(request)
        if not self._policy.can_open(user):
            return refuse(403, "Say who you are to open a WebSocket, or use long-polling.")
        browser = self._browsers.identity(request)
        if browser is None:
            browser = new_identity()
            self._browsers.remember(request, connection, browser)
        peer = self._browsers.peer(request, user=user, browser=browser, transport=WEBSOCKET)
        await connection.prepare(request)
        await self._serve(request, connection, peer)
        return connection

    async def _serve(
        self, request: web.Request, connection: web.WebSocketResponse, peer: Peer
    ) -> None:
        driver = self._driver()
        transport = request.transport
        if transport is None:
            return
        socket = driver.open(
            lambda number, now: Socket(
                number,
                _Connection(connection, transport),
                transport.abort,
                max_buffer=self._options.ws_max_buffer,
                now=now,
            )
        )
        writing = asyncio.ensure_future(socket.write())
        code: int | None = None
        try:
            code = await self._read(connection, socket, driver, peer)
        finally:
            # First, so that what is published from now on waits in its session.
            driver.close(socket)
            if code is not None:
                await _close(connection, transport, code)
            writing.cancel()
            await asyncio.wait([writing])
            if not writing.cancelled() and writing.exception() is not None:
                logger.error("Writing to a WebSocket failed", exc_info=writing.exception())

    async def _read(
        self,
        connection: web.WebSocketResponse,
        socket: Socket,
        driver: Driver,
        peer: Peer,
    ) -> int | None:
        """Pass on what comes, until the connection ends, or has to: the code says why."""
        while True:
            message = await connection.receive()
            driver.hear(socket)
            match message.type:
                case WSMsgType.TEXT:
                    try:
                        messages = self._decode(message.data)
                    except codec.MalformedPayload:
                        return INVALID_PAYLOAD
                    except codec.TooManyMessages:
                        return TOO_BIG
                    if messages:
                        driver.receive(socket, messages, peer=peer)
                case WSMsgType.PING:
                    await connection.pong(message.data)
                case WSMsgType.PONG:
                    pass
                case WSMsgType.BINARY:
                    return UNSUPPORTED_DATA
                case _:
                    return None

    def _decode(self, payload: bytes) -> list[dict[str, Any]]:
        # Faye's client sends an empty array now and then to keep the socket alive.
        if payload.strip() == b"[]":
            return []
        return codec.decode(payload, self._options.max_messages)


async def _close(
    connection: web.WebSocketResponse, transport: asyncio.Transport, code: int
) -> None:
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT):
            await connection.close(code=code)
    except TimeoutError:
        # The peer does not read what was sent before.
        transport.abort()


def _offered_protocols(request: web.Request) -> list[str]:
    # The first such header, as aiohttp has it.
    offered = request.headers.get("Sec-WebSocket-Protocol", "")
    return [name.strip() for name in offered.split(",") if name.strip()]
