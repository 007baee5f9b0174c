"""One request under way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from switchbell.bayeux.advice import Advice
from switchbell.bayeux.effects import Effect
from switchbell.bayeux.errors import MessageRefused, Refusal
from switchbell.bayeux.message import Reply
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.session import HeldConnect, Session


@dataclass(slots=True, eq=False)
class Payload:
    """The messages that came in one HTTP request or WebSocket message: who sent them, and what
    they have led to so far.

    ``session`` is the one that they speak for; ``handshaken`` and ``connected`` say that a
    handshake has succeeded or a connect is to be answered with the rest; ``hold`` is a connect that
    has to wait; ``disconnected`` says that the client said goodbye, and ``failed`` that something
    of the application's raised an error.
    """

    exchange: int
    peer: Peer
    now: float
    alone: bool
    is_on_socket: bool = False
    session: Session | None = None
    handshaken: bool = False
    connected: bool = False
    disconnected: bool = False
    failed: bool = False
    hold: HeldConnect | None = None
    replies: list[Reply] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    @property
    def may_hold(self) -> bool:
        """Over HTTP, nobody should wait for other replies because of a connect among them."""
        return self.alone or self.is_on_socket


@dataclass(slots=True, eq=False)
class Request:
    """One message of a payload, and the reply to it. ``sender`` is the session it speaks for, if
    it may do that."""

    message: Mapping[str, Any]
    reply: Reply
    payload: Payload
    sender: Session | None = None

    @property
    def channel(self) -> object:
        return self.message.get("channel")

    def session(self, advice: Advice | None = None) -> Session:
        """The sender. Raises MessageRefused, with ``advice``, if there is none or it has ended."""
        if self.sender is None or self.sender.dismissed:
            raise MessageRefused(Refusal.SESSION_UNKNOWN, advice)
        return self.sender
