"""A signed-in agent, as far as it matters for what he is told."""

from msgspec import Struct

from switchbell.notify.cc_gateway.agents import Agent
from switchbell.voice.agents import NOBODY
from switchbell.voice.agents import Agent as AgentAtDn
from switchbell.voice.model import Call, Leg
from switchbell.voice.operations import CompleteConference, CompleteTransfer

Completion = type[CompleteConference] | type[CompleteTransfer]


class Plan(Struct, frozen=True):
    """What is to become of a consultation as soon as it is answered, if anything, and whether it is
    a step of a transfer rather than a help."""

    complete: Completion | None = None
    is_transfer: bool = False


class SeatOptions(Struct, frozen=True, kw_only=True):
    """What an agent has chosen when he signed in ("Sign-in body")."""

    autoanswer: bool = True
    autoenteridle: bool = True
    releasephone: bool = True


class Line(Struct, frozen=True):
    """A call of the agent as he was last told of it."""

    leg: Leg
    call: Call | None = None


class Seat:
    """What the projection remembers of an agent from one change to the next.

    ``lines`` are his calls, by their ids in the core; ``state`` is his state there, apart from
    calls. ``is_phone_up`` says that his telephone was left off hook after the last call, which was
    ``last``. ``plans`` are for consultations, by id, and ``brought_in`` is who outside was brought
    last into which call, by its id, to take it over. Of changes of his state numbered up to
    ``told_until`` he was told otherwise: what signing in did, for example.
    """

    def __init__(self, agent: Agent, options: SeatOptions) -> None:
        self.agent = agent
        self.options = options
        self.lines: dict[str, Line] = {}
        self.state: AgentAtDn = NOBODY
        self.is_phone_up = False
        self.last: tuple[Line, float] | None = None
        self.plans: dict[str, Plan] = {}
        self.brought_in: tuple[str, str] | None = None
        self.told_until: float = 0

    def go_on_from(self, other: "Seat") -> None:
        """Know what another seat of the same agent knows; what he has chosen is another matter."""
        self.lines = dict(other.lines)
        self.state = other.state
        self.is_phone_up = other.is_phone_up
        self.last = other.last
        self.plans = dict(other.plans)
        self.brought_in = other.brought_in
