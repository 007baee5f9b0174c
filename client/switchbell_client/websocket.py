"""Bayeux over a WebSocket: aiocometd's transport, made to work on Python 3.11 and later.

What aiocometd 0.4.5 gets wrong here, and this class puts right:

* it opens the socket with an option that aiohttp is about to give up, and drops it when the server
  is silent for as long as it may be;
* it hears of a lost socket only if the server takes leave, and leaves the next one without reader;
* it waits without end for an answer that does not come, and for a server that does not read;
* it numbers messages anew after a handshake, and may take one's answer for another's;
* it goes on when the connect is answered, whatever becomes of the subscriptions sent along;
* it cannot do without the socket once the server has offered one.
"""

import asyncio
import itertools
import logging
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiocometd.constants import ConnectionType, MetaChannel
from aiocometd.exceptions import (
    TransportConnectionClosed,
    TransportError,
    TransportTimeoutError,
)
from aiocometd.transports.websocket import WebSocketTransport
from aiocometd.typing import Headers, JsonObject, Payload

from switchbell_client.long_polling import LongPolling

LOGGER = logging.getLogger(__name__)

Reply = asyncio.Future[JsonObject]

# Seconds for the server to take leave, too, when a socket is closed.
_LEAVE = 1.0
# What may be sent once more in another way, though it may have arrived.
_REPEATABLE = (MetaChannel.HANDSHAKE, MetaChannel.CONNECT)


class SocketUnusable(TransportError):
    """The socket could not be opened, or nothing came over it: some proxies do that."""


@dataclass(eq=False)
class Line:
    """An open socket. It lasts as long as the task that reads it."""

    socket: aiohttp.ClientWebSocketResponse
    used: bool = False  # whether anything has come over it
    reader: asyncio.Task[None] = field(init=False)

    async def end(self) -> None:
        """Close the socket. Nothing that came over it is taken after that."""
        self.reader.cancel()
        await asyncio.wait([self.reader])


class WebSocket(LongPolling, WebSocketTransport):
    """One Bayeux session that begins over HTTP and can go on over a WebSocket.

    Over HTTP, because the server's answer tells whether it has WebSockets at all, because it
    refuses a user in Bayeux's words there, and because the session is there already if the socket
    cannot be used. If ``fall_back`` is set and the server answers over HTTP what could not be sent
    over a socket, the session stays with long-polling for good. A session that replaces a lost one
    is asked for over a new socket.

    ``network_delay`` is, in seconds, how long opening the socket, sending and being answered may
    take each; a connect may be held longer. Answers come in one line with the events: while the
    incoming queue has no room, none is read.
    """

    def __init__(self, *, fall_back: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # The constructor of WebSocketTransport, which would set this, is out of reach.
        self._pending_exhanges = {}
        self._fall_back = fall_back
        self._over_socket = False
        self._line: Line | None = None
        self._opening = asyncio.Lock()
        self._ids = itertools.count()

    @property
    def connection_type(self) -> ConnectionType:
        """How messages are carried now."""
        return ConnectionType.WEBSOCKET if self._over_socket else ConnectionType.LONG_POLLING

    def go_over_to_socket(self) -> None:
        """Send what follows over a WebSocket."""
        self._over_socket = True

    async def close(self) -> None:
        """Give back the sockets."""
        if self._line is not None:
            await self._line.end()
        await self._close_http_session()

    def _finalize_message(self, message: JsonObject) -> None:
        super()._finalize_message(message)
        message["id"] = str(next(self._ids))

    async def _send_final_payload(self, payload: Payload, *, headers: Headers) -> JsonObject:
        if not self._over_socket:
            return await super()._send_final_payload(payload, headers=headers)
        try:
            return await self._exchange(payload, headers)
        except SocketUnusable as error:
            if not self._fall_back:
                raise
            reason = error
        if "connectionType" in payload[0]:
            payload[0]["connectionType"] = ConnectionType.LONG_POLLING.value
        # A server that is down does not answer this either, and remains to be tried by socket.
        reply = await super()._send_final_payload(payload, headers=headers)
        if self._over_socket:
            self._over_socket = False
            LOGGER.info("%s: going on over long-polling", reason)
        return reply

    async def _exchange(self, payload: Payload, headers: Headers) -> JsonObject:
        """Send messages over the socket; return the answer to the first.

        If it is successful the others have been answered, too.
        """
        if payload[0]["channel"] == MetaChannel.HANDSHAKE and self._line is not None:
            # Who has opened it may be known no more, if his HTTP session has ended: to open one
            # says again who he is.
            await self._line.end()
        line = await self._open_line(headers)
        replies = [self._create_exhange_future([message]) for message in payload]
        try:
            await self._send(line, payload)
            reply = await self._answer(replies[0], payload)
            if reply["successful"]:
                for other in replies[1:]:
                    await self._answer(other, payload)
        except TransportError as error:
            if payload[0]["channel"] not in _REPEATABLE:
                raise
            # An unanswered connect is how one learns that the line is dead.
            await line.end()
            if line.used:
                raise
            raise SocketUnusable(f"Nothing comes over a WebSocket to {self._url}") from error
        finally:
            for message, future in zip(payload, replies, strict=True):
                self._pending_exhanges.pop(message["id"], None)
                _forget(future)
        return reply

    async def _send(self, line: Line, payload: Payload) -> None:
        try:
            async with asyncio.timeout(self._network_delay):
                await line.socket.send_json(payload, dumps=self._json_dumps)
        except TimeoutError as error:
            raise TransportTimeoutError(f"{self._url} does not read its WebSocket") from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise TransportConnectionClosed(str(error)) from error

    async def _answer(self, reply: Reply, payload: Payload) -> JsonObject:
        patience = self._patience(payload)
        connecting = payload[0]["channel"] == MetaChannel.CONNECT
        while not (await asyncio.wait([reply], timeout=patience))[0]:
            # The answer may have come, behind events that nobody takes. To give up the socket would
            # lose them; but who asks for something else may be who should take them.
            if not connecting or self.incoming_queue.has_room:
                raise TransportTimeoutError(f"{self._url} did not answer in time")
        return await reply

    async def _open_line(self, headers: Headers) -> Line:
        """The open socket, or a new one."""
        async with self._opening:
            if self._line is not None:
                if not self._line.socket.closed:
                    return self._line
                # Its reader may be about to tell all who wait that it is lost, and has to be done
                # with that before others wait.
                await self._line.end()
            line = Line(await self._open_socket(headers))
            line.reader = asyncio.create_task(self._read(line))
            self._line = line
            return line

    async def _open_socket(self, headers: Headers) -> aiohttp.ClientWebSocketResponse:
        session = await self._get_http_session()
        try:
            async with asyncio.timeout(self._network_delay):
                return await session.ws_connect(
                    self._url,
                    headers=headers,
                    ssl=True if self.ssl is None else self.ssl,
                    timeout=aiohttp.ClientWSTimeout(ws_close=_LEAVE),
                    max_msg_size=0,  # as over HTTP: whatever the server has to tell
                )
        except aiohttp.ClientConnectorError as error:
            # Nobody is there, so that HTTP would not help.
            raise TransportError(str(error)) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            text = str(error) or type(error).__name__
            raise SocketUnusable(f"No WebSocket can be opened to {self._url} ({text})") from error

    async def _read(self, line: Line) -> None:
        """Take what comes, until the socket is lost or ended."""
        lost: Exception = TransportConnectionClosed(f"The WebSocket to {self._url} was given up")
        try:
            while True:
                await self.incoming_queue.room()
                text = await self._next_text(line)
                line.used = True
                messages = self._messages(text)
                await self._consume_payload(messages)
                self._set_exchange_results(messages)
        except TransportError as error:
            lost = error
        except Exception as error:  # an extension's; it ends what awaits an answer
            lost = error
            raise
        finally:
            self._has_lost_answer = True
            self._set_exchange_errors(lost)
            await line.socket.close()

    async def _next_text(self, line: Line) -> str:
        try:
            frame = await line.socket.receive()
        except (aiohttp.ClientError, ConnectionError) as error:  # while it answers a ping
            raise TransportConnectionClosed(str(error)) from error
        if frame.type is not aiohttp.WSMsgType.TEXT:
            code = line.socket.close_code
            raise TransportConnectionClosed(f"The WebSocket to {self._url} was closed ({code})")
        text: str = frame.data
        return text

    def _set_exchange_results(self, response_payload: Payload) -> None:
        # What a service pushes may bear the id of the message that it responds to.
        super()._set_exchange_results([m for m in response_payload if "successful" in m])


def _forget(reply: Reply) -> None:
    """Let nobody miss the result, least of all asyncio."""
    if not reply.cancel() and not reply.cancelled():
        reply.exception()
