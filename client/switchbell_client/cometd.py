"""A Bayeux client: aiocometd's, made to work on Python 3.11 and later.

What aiocometd 0.4.5 gets wrong here, and this class puts right:

* it passes ``loop=`` to functions of asyncio that no longer take it;
* it makes three tasks for each message that is received;
* closing the client leaves a waiting ``receive`` waiting for ever;
* a client that could not be opened keeps its HTTP session and goes on connecting;
* it says nothing when the session was lost and another one took its place, nor does it ask for
  what was missed.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import orjson
from aiocometd import client as aiocometd
from aiocometd.constants import ConnectionType, TransportState
from aiocometd.exceptions import (
    ClientError,
    ClientInvalidOperation,
    ServerError,
    TransportTimeoutError,
)
from aiocometd.extensions import Extension
from aiocometd.typing import JsonObject

from switchbell_client.backoff import Backoff
from switchbell_client.inbox import Inbox
from switchbell_client.long_polling import LongPolling
from switchbell_client.reconnecting import GAP
from switchbell_client.replay import Replay
from switchbell_client.websocket import WebSocket

_CLOSED = (TransportState.DISCONNECTED, TransportState.DISCONNECTING)


class EventsMissed(ClientError):
    """The server had given up the session, and cannot tell any more what was missed since. Another
    session, with the same subscriptions, has taken its place."""


class Client(aiocometd.Client):
    """Receives events of the channels it subscribes to.

    ``connection_types`` are the ways in which the client may be connected, the best first; the
    first that the server has, too, is taken. The default is long-polling alone: it works wherever
    HTTP does, and a held connect brings an event as soon as a socket would. A WebSocket saves a
    request for each answer, which pays where events are frequent. With ``(ConnectionType.WEBSOCKET,
    ConnectionType.LONG_POLLING)`` the client goes on over long-polling if the WebSocket that the
    server offers cannot be used, and logs that; ``connection_type`` tells what is used. The
    handshake is always sent over HTTP.

    ``connection_timeout`` is how long, in seconds, a lost connection may take to come back until
    ``receive`` raises ``TransportTimeoutError``; 0 means for ever. The client goes on trying
    meanwhile and afterwards, at the pace of ``backoff``. ``network_delay`` is how long, in seconds,
    an answer may take that the server does not hold. When ``max_pending_count`` events wait to be
    received, the client asks for no more until some are; 0 is no bound. ``replay`` is one that
    begins after events that an earlier client has received.
    """

    _transport: LongPolling | None

    def __init__(
        self,
        url: str,
        *,
        connection_types: Sequence[ConnectionType] = (ConnectionType.LONG_POLLING,),
        extensions: Sequence[Extension] = (),
        connection_timeout: float = 10.0,
        network_delay: float = 10.0,
        max_pending_count: int = 100,
        backoff: Backoff | None = None,
        replay: Replay | None = None,
    ) -> None:
        self._replay = replay or Replay()
        super().__init__(
            url,
            list(connection_types),
            connection_timeout=connection_timeout,
            max_pending_count=max_pending_count,
            extensions=[*extensions, self._replay],
            json_loads=orjson.loads,
            loop=asyncio.get_running_loop(),
        )
        self._network_delay = network_delay
        self._backoff = backoff or Backoff()

    async def open(self, channels: Sequence[str] = ()) -> None:
        """Handshake, connect and subscribe.

        Raises ``ServerError`` when the server refuses, ``TransportError`` when it cannot be
        reached, ``ClientError`` when it has none of the connection types.
        """
        if not self.closed:
            raise ClientInvalidOperation("Client is already open.")
        incoming = Inbox(self._max_pending_count)
        transport = self._new_transport(incoming)
        try:
            reply = await transport.handshake(self._connection_types)
            self._verify_response(reply)
            chosen = self._pick_connection_type(reply.get("supportedConnectionTypes", []))
            if chosen is None:
                wanted = " nor ".join(wanted.value for wanted in self._connection_types)
                raise ClientError(f"The server offers no {wanted}.")
            if isinstance(transport, WebSocket) and chosen is ConnectionType.WEBSOCKET:
                transport.go_over_to_socket()
            self._verify_response(await transport.connect(channels))
        except BaseException:
            await transport.disconnect()
            await transport.close()
            raise
        self._incoming_queue = incoming
        self._transport = transport
        self._closed = False

    def _new_transport(self, incoming: Inbox) -> LongPolling:
        options: dict[str, Any] = {
            "url": self.url,
            "incoming_queue": incoming,
            "ssl": self.ssl,
            "extensions": self.extensions,
            "auth": self.auth,
            "json_dumps": self._json_dumps,
            "json_loads": self._json_loads,
            "loop": self._loop,
            "network_delay": self._network_delay,
            "backoff": self._backoff,
            "replay": self._replay,
        }
        if ConnectionType.WEBSOCKET not in self._connection_types:
            return LongPolling(**options)
        fall_back = ConnectionType.LONG_POLLING in self._connection_types
        return WebSocket(fall_back=fall_back, **options)

    async def receive(self) -> JsonObject:
        """The next event, in the order of arrival. Cancelling it loses none.

        Raises ``ClientInvalidOperation`` once the client is closed and all is received,
        ``ServerError`` once the server has ended the session, ``TransportTimeoutError`` when the
        connection is not back in time, and ``EventsMissed`` once, between the events of a session
        that was lost and those of the next one, if not all in between can be had.
        """
        deadline: float | None = None
        while True:
            if self._incoming_queue is not None and not self._incoming_queue.empty():
                message = self._incoming_queue.get_nowait()
                if message is GAP:
                    raise EventsMissed("The server had given up the session.")
                return message
            deadline = await self._wait_for_news(deadline)

    async def closes(self, within: float) -> bool:
        """Wait for so many seconds, or until the client is closed; tell whether it is."""
        if self._transport is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await self._transport.wait_for_state(TransportState.DISCONNECTED)
        return self._transport is None or self._transport.state in _CLOSED

    async def _wait_for_news(self, deadline: float | None) -> float | None:
        """Wait until there may be an event; return when to give up, if the connection is lost."""
        transport = self._transport
        if self.closed or transport is None or transport.state in _CLOSED:
            raise ClientInvalidOperation("The client is closed and nothing is pending.")
        if transport.state is TransportState.SERVER_DISCONNECTED:
            await self.close()
            raise ServerError("Connection closed by the server", transport.last_connect_result)
        if transport.state is TransportState.CONNECTED or not self.connection_timeout:
            deadline = None
        elif deadline is None:
            deadline = self._loop.time() + self.connection_timeout
        # Nothing happens between the look into the queue and this: no news can be missed.
        transport.news.clear()
        try:
            async with asyncio.timeout_at(deadline):
                await transport.news.wait()
        except TimeoutError:
            raise TransportTimeoutError("Lost connection with the server.") from None
        return deadline
