"""One request under way."""

from dataclasses import dataclass, field

from switchbell.bayeux.effects import Effect
from switchbell.bayeux.message import Reply
from switchbell.bayeux.session import HeldConnect, Session


@dataclass(slots=True, eq=False)
class Payload:
    """The messages that came in one request: who sent them, and what they have led to so far.

    ``session`` is the one that the request speaks for; ``has_connect`` says that a connect is among
    the messages; ``hold`` is that connect, if it has to wait.
    """

    exchange: int
    user: str | None
    now: float
    alone: bool
    session: Session | None = None
    has_connect: bool = False
    hold: HeldConnect | None = None
    replies: list[Reply] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
