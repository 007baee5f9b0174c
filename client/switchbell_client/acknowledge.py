"""The acknowledged-message extension of Bayeux (``ext.ack``): no event is lost on its way.

The server keeps what it has sent until the client has said that it came. It numbers the answers to
connects ("batches"); each connect carries the number of the last batch that arrived, and what is
younger is sent again. A batch that was cut off on its way comes once more as a whole.
"""

from aiocometd.constants import MetaChannel
from aiocometd.extensions import Extension
from aiocometd.typing import Headers, JsonObject, Payload
from aiocometd.utils import is_event_message

from switchbell_client.extensions import extend, said

_ENDS_A_BATCH = (MetaChannel.HANDSHAKE, MetaChannel.CONNECT)


class Acknowledgement(Extension):
    """Has the server send lost events again, if it can, and gives none of them to the user twice.

    It belongs to one client. An extension that waits in ``incoming`` must come before it: what
    has passed this one counts as received.

    The number of a batch is noted together with the events of the batch, never before or after:
    over a WebSocket the events may come in payloads of their own, ahead of the answer that numbers
    them. Until that comes they are held back. If the socket is cut in between they are dropped,
    because the server is going to send them again.
    """

    def __init__(self) -> None:
        self._confirmed = False
        self._batch = 0
        self._unnumbered: Payload = []

    async def outgoing(self, payload: Payload, headers: Headers) -> None:
        """Ask for acknowledgements in a handshake; acknowledge in a connect."""
        for message in payload:
            if message["channel"] == MetaChannel.HANDSHAKE:
                extend(message, ack=True)
            elif message["channel"] == MetaChannel.CONNECT and self._confirmed:
                self._unnumbered.clear()
                extend(message, ack=self._batch)

    async def incoming(self, payload: Payload, headers: Headers | None = None) -> None:
        """Note the batch's number, and hold back events that have none yet."""
        ends = [
            message
            for message in payload
            if message["channel"] in _ENDS_A_BATCH and message.get("successful")
        ]
        for reply in ends:
            self._note(reply)
        if ends:
            payload[:0] = self._unnumbered
            self._unnumbered = []
        elif self._confirmed:
            self._unnumbered += filter(is_event_message, payload)
            payload[:] = [message for message in payload if not is_event_message(message)]

    def _note(self, reply: JsonObject) -> None:
        ack = said(reply, "ack")
        if reply["channel"] == MetaChannel.HANDSHAKE:
            self._unnumbered.clear()  # they were of the session that this one replaces
            self._batch = 0
            # The second form is that of servers which deliver in handshakes (CometD's option).
            self._confirmed = ack is True or (isinstance(ack, dict) and ack.get("enabled") is True)
            ack = ack.get("batch") if isinstance(ack, dict) else None
        if isinstance(ack, int):
            self._batch = ack
