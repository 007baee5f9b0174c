"""Bayeux over WebSocket."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from aiohttp import WSMsgType, web

from switchbell.access.errors import TooBusy
from switchbell.access.identity import Identity
from switchbell.bayeux import codec
from switchbell.bayeux.options import WEBSOCKET, BayeuxOptions
from switchbell.bayeux.peer import Peer
from switchbell.transport.answers import refuse
from switchbell.transport.browsers import is_page, new_identity
from switchbell.transport.driver import Driver
from switchbell.transport.reception import Reception
from switchbell.transport.socket import Socket

logger = logging.getLogger(__name__)

# RFC 6455, section 7.4.1.
UNSUPPORTED_DATA = 1003
INVALID_PAYLOAD = 1007
TOO_BIG = 1009
TRY_AGAIN_LATER = 1013

CLOSE_TIMEOUT = 5.0
"""Seconds that a peer has to take its leave."""

MOST_STRANGERS = 1_000
"""Most sockets at a time that nobody's session is on, of clients that are not known."""

Listen: TypeAlias = Callable[[list[dict[str, Any]]], Awaitable[Peer]]
"""Says who sent messages over a socket."""


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
        driver: Callable[[], Driver],
        reception: Reception,
    ) -> None:
        self._options = options
        self._driver = driver
        self._reception = reception
        self._browsers = reception.browsers
        self._identification = reception.identification
        self._strangers: set[Socket] = set()

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
        identity = await self._identification.identify(request)
        if not self._reception.opens_socket(identity.user, of_page=is_page(request)):
            return refuse(403, "Say who you are to open a WebSocket, or use long-polling.")
        if self._reception.is_stranger(identity.user) and self._is_full_of_strangers():
            return refuse(503, "There are too many WebSockets of unknown clients.")
        browser = self._browsers.identity(request)
        if browser is None:
            browser = new_identity()
            self._browsers.remember(request, connection, browser)
        self._identification.arrive(identity)
        try:
            if await _is_opened(connection, request):
                peer = self._reception.peer(request, identity, browser=browser, transport=WEBSOCKET)
                await self._serve(request, connection, peer, identity)
        finally:
            self._identification.leave(identity)
        return connection

    def _is_full_of_strangers(self) -> bool:
        """Whether there are too many sockets of clients that may say later who they are. Others are
        not to be kept out by those who never do."""
        self._strangers = {socket for socket in self._strangers if not socket.used}
        return len(self._strangers) >= MOST_STRANGERS

    async def _serve(
        self,
        request: web.Request,
        connection: web.WebSocketResponse,
        peer: Peer,
        identity: Identity,
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
                is_known=self._reception.vigil(identity),
            )
        )
        if self._reception.is_stranger(peer.user):
            self._strangers.add(socket)
        writing = asyncio.ensure_future(socket.write())
        code: int | None = None
        try:
            code = await self._read(connection, socket, self._listener(request, peer, identity))
        finally:
            self._strangers.discard(socket)
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
        listen: Listen,
    ) -> int | None:
        """Pass on what comes, until the connection ends, or has to: the code says why."""
        driver = self._driver()
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
                    try:
                        if messages:
                            driver.receive(socket, messages, peer=await listen(messages))
                    except TooBusy:
                        return TRY_AGAIN_LATER
                case WSMsgType.PING:
                    await connection.pong(message.data)
                case WSMsgType.PONG:
                    pass
                case WSMsgType.BINARY:
                    return UNSUPPORTED_DATA
                case _:
                    return None

    def _listener(self, request: web.Request, peer: Peer, identity: Identity) -> Listen:
        reception = self._reception

        async def listen(messages: list[dict[str, Any]]) -> Peer:
            return await reception.hear(request, reception.current(peer, identity), messages)

        return listen

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


async def _is_opened(connection: web.WebSocketResponse, request: web.Request) -> bool:
    """Open a socket, if the client is still there."""
    try:
        await connection.prepare(request)
    except ConnectionError:
        return False
    return True


def _offered_protocols(request: web.Request) -> list[str]:
    # The first such header, as aiohttp has it.
    offered = request.headers.get("Sec-WebSocket-Protocol", "")
    return [name.strip() for name in offered.split(",") if name.strip()]
