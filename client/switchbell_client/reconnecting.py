"""How a Bayeux session stays connected, whatever carries its messages.

What aiocometd 0.4.5 gets wrong here, and this class puts right:

* it sleeps the ``interval`` advice as seconds, though it is in milliseconds;
* it reconnects without any pause after a failed connect that carries no advice;
* it reconnects although a successful connect said ``reconnect: none``;
* it goes on with a connect after a handshake that failed;
* the end of its connect task by cancellation reaches the loop's exception handler;
* it keeps to itself that a session was lost, and with it the events that waited there;
* it never asks for those again;
* it forgets a subscription that could not be renewed, and goes silent;
* it lets the server hold the connect that is to tell whether a lost connection is back.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiocometd.constants import ConnectionType, MetaChannel, TransportState
from aiocometd.exceptions import TransportError, TransportInvalidOperation
from aiocometd.transports.base import TransportBase
from aiocometd.typing import Headers, JsonObject, Payload

from switchbell_client.backoff import Backoff
from switchbell_client.inbox import Inbox
from switchbell_client.pace import Pace
from switchbell_client.replay import Replay, id_refused

GAP: JsonObject = {"channel": "/meta/gap"}
"""What the incoming queue has in the place of events that were lost for good."""

_MILLISECOND = 0.001
_NO_ANSWER: JsonObject = {"successful": False}


class ReconnectingTransport(TransportBase):
    """Keeps one Bayeux session connected for as long as the server lets it.

    ``news`` is set whenever a reader may have something to do: an event came in, or the state
    changed. While the incoming queue has no room no further connect is sent. When a handshake has
    replaced the session, and what the old one still had to tell cannot be had any more, ``GAP``
    stands in the queue, between the last event from before and what has come since.

    ``replay`` has to be among the extensions as well.
    """

    incoming_queue: Inbox

    def __init__(self, *, backoff: Backoff, replay: Replay, **kwargs: Any) -> None:
        # `news` is used while the base class sets its first state.
        self.news = asyncio.Event()
        self._backoff = backoff
        self._replay = replay
        self._connection_types: list[ConnectionType] = []
        self._unrenewed: list[JsonObject] = []
        # Whether an answer, or what was on a socket, may have been lost since the last connect.
        self._has_lost_answer = False
        # Not through super(): LongPollingTransport's constructor fails, see long_polling.
        TransportBase.__init__(self, **kwargs)

    async def handshake(self, connection_types: list[ConnectionType]) -> JsonObject:
        """Ask for a session. ``connection_types`` are offered in later handshakes, too.

        Returns the server's reply. Raises ``TransportError`` when there is none.
        """
        self._connection_types = connection_types
        return await super().handshake(connection_types)

    async def connect(self, channels: Iterable[str] = ()) -> JsonObject:
        """Connect for the first time, and subscribe to these channels with the same request: what
        they missed comes in one sequence. From then on the session is kept connected.

        Returns the server's reply, that to a subscription if it was refused. Raises
        ``TransportError`` when there is none.
        """
        if not self.client_id:
            raise TransportInvalidOperation("A handshake must come first.")
        self._subscriptions.update(channels)
        self._state = TransportState.CONNECTING
        reply = await self._connect()
        if reply["successful"]:
            self._state = TransportState.CONNECTED
            self._connect_task = asyncio.create_task(self._stay_connected(reply))
        return reply

    async def _stay_connected(self, reply: JsonObject) -> JsonObject:
        """Follow the server's advice until it says to stop; return its last reply."""
        try:
            pace, handshaking = Pace(self._backoff), False
            while (advice := self._advice(reply)) != "none":
                handshaking = _handshake_is_next(advice, reply, handshaking=handshaking)
                await asyncio.sleep(self._interval() + pace.pause())
                await self.incoming_queue.room()
                reply = await self._attempt(handshaking=handshaking)
                pace.note(reply, handshaking=handshaking)
                if not reply["successful"]:
                    self._state = TransportState.CONNECTING
                elif not handshaking:
                    self._state = TransportState.CONNECTED
            return reply
        finally:
            # Also when this task fails: a reader must never wait for a session nobody keeps up.
            if self.state is not TransportState.DISCONNECTING:
                self._state = TransportState.SERVER_DISCONNECTED

    def _advice(self, reply: JsonObject) -> str:
        """What the reply says to do next: "retry", "handshake" or "none"."""
        if reply["channel"] == MetaChannel.SUBSCRIBE:
            return "none"  # see _connect
        if self._interval() < 0:
            return "none"  # CometD: a negative interval means not to come back
        return str((reply.get("advice") or {}).get("reconnect", "retry"))

    def _interval(self) -> float:
        interval = self.reconnect_advice.get("interval")
        return interval * _MILLISECOND if isinstance(interval, int | float) else 0.0

    async def _attempt(self, *, handshaking: bool) -> JsonObject:
        try:
            if handshaking:
                return await self.handshake(self._connection_types)
            return await self._connect()
        except TransportError:
            self._has_lost_answer = True
            return {"channel": MetaChannel.CONNECT, **_NO_ANSWER}

    async def _connect(self) -> JsonObject:
        """Connect, and renew the subscriptions if this is the first connect after a handshake, or
        if that is the way to have again what was lost.

        When the connect succeeds and a renewal does not, the result is the renewal's reply: a
        session without its subscriptions would wait in silence for ever.
        """
        reply = await self._connect_once()
        if any(map(id_refused, self._unrenewed)):
            # What they missed is lost; once more, for what is new.
            self._subscribe_on_connect = True
            reply = await self._connect_once()
        return reply

    async def _connect_once(self) -> JsonObject:
        self._unrenewed.clear()
        if self._has_lost_answer and self._replay.makes_up:
            self._subscribe_on_connect = True
        self._has_lost_answer = False
        reply = await super()._connect()
        if reply["successful"] and self._unrenewed:
            return self._unrenewed[0]
        return reply

    def _finalize_message(self, message: JsonObject) -> None:
        super()._finalize_message(message)
        connecting = self.state is not TransportState.CONNECTED
        if message["channel"] == MetaChannel.CONNECT and connecting:
            # As CometD's clients do: until the answer comes nobody knows that the connection is
            # back, and a server would hold it for half a minute if there is nothing to tell.
            message["advice"] = {"timeout": 0}

    def _update_subscriptions(self, response_message: JsonObject) -> None:
        # A failure removes nothing: if the whole session is gone, the next handshake renews it.
        name = response_message.get("subscription")
        if not isinstance(name, str):
            return
        if response_message["channel"] == MetaChannel.SUBSCRIBE:
            if response_message.get("successful"):
                self._subscriptions.add(name)
            elif name in self._subscriptions:
                self._unrenewed.append(response_message)
        elif response_message["channel"] == MetaChannel.UNSUBSCRIBE:
            self._subscriptions.discard(name)

    async def _process_incoming_payload(
        self, payload: Payload, headers: Headers | None = None
    ) -> None:
        await super()._process_incoming_payload(payload, headers)
        if self._replay.take_gap():
            await self.incoming_queue.put(GAP)  # before the events of this payload
            self.news.set()

    async def _consume_message(self, response_message: JsonObject) -> None:
        if self.state is TransportState.DISCONNECTING:
            return  # nobody waits for it any more
        await super()._consume_message(response_message)
        self.news.set()

    def _set_state_event(self, old_state: TransportState, new_state: TransportState) -> None:
        super()._set_state_event(old_state, new_state)
        self.news.set()
        if new_state is TransportState.DISCONNECTING:
            self.incoming_queue.lift_bound()  # what is sent to take leave must be answered


def _handshake_is_next(advice: str, reply: JsonObject, *, handshaking: bool) -> bool:
    """Whether a handshake must be sent now; ``handshaking`` tells whether one was sent last."""
    if advice == "handshake":
        return True
    # "retry" repeats what failed. aiocometd connects here, without a session to connect.
    return handshaking and not reply["successful"]
