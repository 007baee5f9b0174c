"""The replay extension (``ext.replay``, as with Salesforce): what a lost session missed comes too.

The server numbers the events that it keeps, and who subscribes says after which number to begin.
"""

from collections.abc import Mapping
from typing import Any

from aiocometd.constants import MetaChannel
from aiocometd.extensions import Extension
from aiocometd.typing import Headers, JsonObject, Payload
from aiocometd.utils import is_event_message

from switchbell_client.extensions import extend, said

NAME = "replay"
NEW_ONLY = -1


class Replay(Extension):
    """Asks for what was missed when a subscription is renewed, and lets no event pass twice.

    It belongs to one client, and comes after all extensions that hold events back or drop them:
    what has passed this one counts as received. ``last_ids`` is for a program that goes on where an
    earlier one ended: the number of the last event by channel, ``None`` for a channel of which that
    is not known. Wildcards have no number of their own; what they missed is not asked for.
    """

    def __init__(self, last_ids: Mapping[str, int | None] | None = None) -> None:
        last_ids = last_ids or {}
        self._last = {channel: number for channel, number in last_ids.items() if number is not None}
        # By channel, what was asked for last.
        self._asked: dict[str, int] = {}
        self._subscribed = set(last_ids)
        # Subscriptions that have ended with their session, or could not be taken up.
        self._lapsed = set(last_ids)
        self._agreed = False
        self._has_gap = False
        self.makes_up = False
        """Whether what an answer had in it that was lost has to be asked for, as there are numbers,
        but no acknowledgements."""

    def take_gap(self) -> bool:
        """Whether events may have been missed for good since this was asked before: a subscription
        was renewed, but with new events only."""
        has_gap, self._has_gap = self._has_gap, False
        return has_gap

    async def outgoing(self, payload: Payload, headers: Headers) -> None:
        """Ask for numbers in a handshake, and for what was missed in a subscribe."""
        for message in payload:
            if message["channel"] == MetaChannel.HANDSHAKE:
                extend(message, replay=True)
            elif message["channel"] == MetaChannel.SUBSCRIBE:
                channel = message["subscription"]
                self._asked[channel] = self._last.get(channel, NEW_ONLY)
                if self._agreed:
                    extend(message, replay={channel: self._asked[channel]})

    async def incoming(self, payload: Payload, headers: Headers | None = None) -> None:
        """Note what was agreed to and what came; drop what came before."""
        for message in payload:
            if message["channel"] == MetaChannel.HANDSHAKE and message.get("successful"):
                self._agree(message)
            elif message["channel"] == MetaChannel.SUBSCRIBE:
                self._note_subscription(message)
            elif message["channel"] == MetaChannel.UNSUBSCRIBE and message.get("successful"):
                self._forget(message.get("subscription"))
        payload[:] = [m for m in payload if not is_event_message(m) or self._is_new(m)]

    def _agree(self, reply: JsonObject) -> None:
        self._lapsed |= self._subscribed
        self._agreed = said(reply, NAME) is True
        self.makes_up = self._agreed and not said(reply, "ack")
        if not self._agreed:
            self._last.clear()  # this server, if it ever has numbers, has others

    def _note_subscription(self, reply: JsonObject) -> None:
        channel = reply.get("subscription")
        if channel not in self._asked:
            return
        if id_refused(reply):
            self._last.pop(channel, None)
            self._lapsed.add(channel)
        elif reply.get("successful"):
            if self._asked[channel] == NEW_ONLY:
                self._begin(channel, said(reply, NAME))
            self._lapsed.discard(channel)
            self._subscribed.add(channel)

    def _begin(self, channel: str, latest: Any) -> None:
        """New events only: ``latest`` says by channel after which number they begin."""
        self._has_gap = self._has_gap or channel in self._lapsed
        number = latest.get(channel) if isinstance(latest, dict) else None
        if isinstance(number, int):
            self._last[channel] = max(number, self._last.get(channel, number))

    def _forget(self, channel: Any) -> None:
        self._asked.pop(channel, None)
        self._last.pop(channel, None)
        self._lapsed.discard(channel)
        self._subscribed.discard(channel)

    def _is_new(self, event: JsonObject) -> bool:
        channel, number = event["channel"], replay_id(event)
        if number is None or not self._agreed or channel not in self._asked:
            return True
        if number <= self._last.get(channel, NEW_ONLY):
            return False
        self._last[channel] = number
        return True


def replay_id(event: JsonObject) -> int | None:
    """The number of an event, if it has one."""
    data = event.get("data")
    about = data.get("event") if isinstance(data, dict) else None
    number = about.get("replayId") if isinstance(about, dict) else None
    return number if isinstance(number, int) else None


def id_refused(reply: JsonObject) -> bool:
    """Whether a subscription was refused because what followed a number is no longer kept."""
    refused = reply["channel"] == MetaChannel.SUBSCRIBE and not reply.get("successful")
    return refused and str(reply.get("error", "")).startswith("400:")
