"""What is legal when, and what it becomes: the tables of the voice core.

Everything that decides whether an operation is accepted stands here. The core asks before it acts
and the capabilities of a leg are computed from the same tables, so the two cannot disagree.
"""

from collections.abc import Mapping
from enum import IntFlag, auto
from types import MappingProxyType

from switchbell.voice.errors import (
    AlreadyInState,
    CannotAnswer,
    CannotRelease,
    CannotRetrieve,
    VoiceError,
    WrongState,
)
from switchbell.voice.model import PartyState
from switchbell.voice.operations import (
    Answer,
    CallOperation,
    CompleteConference,
    Dial,
    Hangup,
    Hold,
    InitiateConference,
    Operation,
    Reject,
    RemoveParticipantFromConference,
    Retrieve,
)

# The party that asks: its state, the operation, its state afterwards. An absent entry is a refusal.
# CompleteConference is about two parties at once and has its own table, COMPLETION.
TRANSITIONS: Mapping[PartyState, Mapping[type[CallOperation], PartyState]] = MappingProxyType(
    {
        PartyState.DIALING: {
            Hangup: PartyState.RELEASED,
        },
        PartyState.BUSY: {
            Hangup: PartyState.RELEASED,
        },
        PartyState.RINGING: {
            Answer: PartyState.ESTABLISHED,
            Reject: PartyState.RELEASED,
        },
        PartyState.ESTABLISHED: {
            Hangup: PartyState.RELEASED,
            Hold: PartyState.HELD,
            InitiateConference: PartyState.HELD,
            RemoveParticipantFromConference: PartyState.ESTABLISHED,
        },
        PartyState.HELD: {
            Hangup: PartyState.RELEASED,
            Retrieve: PartyState.ESTABLISHED,
            InitiateConference: PartyState.HELD,
        },
        PartyState.RELEASED: {},
    }
)

# The others on a call that is answered: the caller's waiting is over, nobody else's state moves.
ANSWERED: Mapping[PartyState, PartyState] = MappingProxyType(
    {PartyState.DIALING: PartyState.ESTABLISHED}
)

# CompleteConference couples two parties of one DN, in the main call and in the consult call: their
# states, and the state in the call that survives. Dialing is absent, for the consulted party has
# not answered then. A pair that is absent is a refusal, CannotCompleteConference.
COMPLETION: Mapping[tuple[PartyState, PartyState], PartyState] = MappingProxyType(
    {
        (PartyState.HELD, PartyState.ESTABLISHED): PartyState.ESTABLISHED,
        (PartyState.ESTABLISHED, PartyState.HELD): PartyState.ESTABLISHED,
        (PartyState.HELD, PartyState.HELD): PartyState.ESTABLISHED,
    }
)


class Obstacle(IntFlag):
    """What can stand in the way of an operation besides the party's own state."""

    DIALING = auto()
    """Another call of the DN is being dialled."""
    TALKING = auto()
    """Another call of the DN is established."""
    NO_LINE = auto()
    """The device has no line for a further call."""
    CONSULTING = auto()
    """The DN consults about this call already."""
    NOTHING_TO_COMPLETE = auto()
    """The call is in no pair of main and consult call that could become one."""
    NO_CONFERENCE = auto()
    """The call has no more than two parties."""


# One device talks or dials on one call at a time. Answering puts a talk on hold, but a call that
# is being dialled cannot be put on hold.
OBSTACLES: Mapping[type[Operation], Obstacle] = MappingProxyType(
    {
        Dial: Obstacle.DIALING | Obstacle.TALKING | Obstacle.NO_LINE,
        Answer: Obstacle.DIALING,
        Hangup: Obstacle(0),
        Reject: Obstacle(0),
        Hold: Obstacle(0),
        Retrieve: Obstacle.DIALING | Obstacle.TALKING,
        InitiateConference: Obstacle.DIALING
        | Obstacle.TALKING
        | Obstacle.NO_LINE
        | Obstacle.CONSULTING,
        CompleteConference: Obstacle.NOTHING_TO_COMPLETE,
        RemoveParticipantFromConference: Obstacle.NO_CONFERENCE,
    }
)

REFUSALS: Mapping[type[Operation], type[VoiceError]] = MappingProxyType(
    {
        Dial: WrongState,
        Answer: CannotAnswer,
        Hangup: CannotRelease,
        Reject: CannotRelease,
        Hold: WrongState,
        Retrieve: CannotRetrieve,
        InitiateConference: WrongState,
        RemoveParticipantFromConference: WrongState,
    }
)

REASONS: Mapping[Obstacle, str] = MappingProxyType(
    {
        Obstacle.DIALING: "Another call is being dialled.",
        Obstacle.TALKING: "Another call is established.",
        Obstacle.NO_LINE: "The device has no line left.",
        Obstacle.CONSULTING: "There is a consultation about the call already.",
        Obstacle.NO_CONFERENCE: "The call is no conference.",
        Obstacle.NOTHING_TO_COMPLETE: "There is no consultation that could be completed now.",
    }
)

ALREADY_THERE = frozenset({(PartyState.HELD, Hold)})


def require_free(operation: type[Operation], obstacles: Obstacle) -> None:
    """Raise the operation's refusal if one of ``obstacles`` stands in its way."""
    in_the_way = OBSTACLES[operation] & obstacles
    if in_the_way:
        raise REFUSALS[operation](REASONS[next(iter(in_the_way))])


def next_state(
    operation: type[CallOperation], state: PartyState, obstacles: Obstacle
) -> PartyState:
    """Return what ``operation`` makes of a party in ``state``; raise its refusal otherwise."""
    successor = TRANSITIONS[state].get(operation)
    if successor is None:
        refusal = AlreadyInState if (state, operation) in ALREADY_THERE else REFUSALS[operation]
        raise refusal(f"{operation.__name__} is not possible: the call is {state}.")
    require_free(operation, obstacles)
    return successor
