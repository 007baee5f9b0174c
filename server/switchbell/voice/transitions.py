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
    CannotCompleteConference,
    CannotCompleteTransfer,
    CannotRelease,
    CannotRetrieve,
    NotSupported,
    VoiceError,
    WrongState,
)
from switchbell.voice.model import PartyState
from switchbell.voice.operations import (
    Answer,
    AttachUserData,
    CallOperation,
    ClearCall,
    CompleteConference,
    CompleteTransfer,
    DeleteUserData,
    DeleteUserDataPair,
    Dial,
    Hangup,
    Hold,
    InitiateConference,
    InitiateTransfer,
    MergeWithOtherCall,
    MuteCall,
    MuteMonitoredUser,
    MuteTransfer,
    Operation,
    PauseCallRecording,
    Reconnect,
    Redirect,
    Reject,
    RemoveParticipantFromConference,
    ResumeCallRecording,
    Retrieve,
    SendDtmf,
    SetMuteOn,
    SingleStepConference,
    SingleStepTransfer,
    StartCallRecording,
    StopCallRecording,
    SwapCalls,
    SwitchToBargeIn,
    SwitchToCoach,
    SwitchToListenIn,
    UnmuteCall,
    UnmuteMonitoredUser,
    UpdateUserData,
)

Row = Mapping[type[CallOperation], PartyState]


def _stay(
    state: PartyState, *operations: type[CallOperation]
) -> dict[type[CallOperation], PartyState]:
    return dict.fromkeys(operations, state)


_USER_DATA = (AttachUserData, UpdateUserData, DeleteUserData, DeleteUserDataPair)
_RECORDING = (StartCallRecording, StopCallRecording, PauseCallRecording, ResumeCallRecording)

# The party that asks: its state, the operation, its state afterwards. An absent entry is a refusal.
# Operations on two calls of the DN at once have tables of their own, COMPLETION and those below it.
TRANSITIONS: Mapping[PartyState, Row] = MappingProxyType(
    {
        PartyState.DIALING: {
            Hangup: PartyState.RELEASED,
            **_stay(PartyState.DIALING, SendDtmf, *_USER_DATA),
        },
        PartyState.BUSY: {
            Hangup: PartyState.RELEASED,
            **_stay(PartyState.BUSY, *_USER_DATA),
        },
        PartyState.RINGING: {
            Answer: PartyState.ESTABLISHED,
            Reject: PartyState.RELEASED,
            Redirect: PartyState.RELEASED,
            ClearCall: PartyState.RELEASED,
            **_stay(PartyState.RINGING, *_USER_DATA),
        },
        PartyState.ESTABLISHED: {
            Hangup: PartyState.RELEASED,
            Hold: PartyState.HELD,
            InitiateConference: PartyState.HELD,
            InitiateTransfer: PartyState.HELD,
            SingleStepTransfer: PartyState.RELEASED,
            MuteTransfer: PartyState.RELEASED,
            ClearCall: PartyState.RELEASED,
            SwitchToListenIn: PartyState.OBSERVING,
            SwitchToCoach: PartyState.OBSERVING,
            **_stay(
                PartyState.ESTABLISHED,
                SendDtmf,
                MuteMonitoredUser,
                UnmuteMonitoredUser,
                MuteCall,
                SetMuteOn,
                UnmuteCall,
                SingleStepConference,
                RemoveParticipantFromConference,
                *_RECORDING,
                *_USER_DATA,
            ),
        },
        PartyState.HELD: {
            Hangup: PartyState.RELEASED,
            Retrieve: PartyState.ESTABLISHED,
            SingleStepTransfer: PartyState.RELEASED,
            MuteTransfer: PartyState.RELEASED,
            **_stay(
                PartyState.HELD,
                InitiateConference,
                InitiateTransfer,
                SingleStepConference,
                *_USER_DATA,
            ),
        },
        PartyState.OBSERVING: {
            Hangup: PartyState.RELEASED,
            SwitchToBargeIn: PartyState.ESTABLISHED,
            **_stay(
                PartyState.OBSERVING,
                SwitchToListenIn,
                SwitchToCoach,
                MuteMonitoredUser,
                UnmuteMonitoredUser,
            ),
        },
        PartyState.QUEUED: {},
        PartyState.RELEASED: {},
    }
)

# What a far end can do: the outside has no more than a plain telephone.
FAR_END_OPERATIONS: frozenset[type[Operation]] = frozenset({Dial, Answer, Reject, Hangup, SendDtmf})

# The others on a call that is answered: the caller's waiting is over, nobody else's state moves.
ANSWERED: Mapping[PartyState, PartyState] = MappingProxyType(
    {PartyState.DIALING: PartyState.ESTABLISHED}
)

# These couple two parties of one DN, in the main call and in the consult call: their states, and
# the state in the call that survives. A pair that is absent is a refusal.

# The consulted party has answered.
COMPLETION: Mapping[tuple[PartyState, PartyState], PartyState] = MappingProxyType(
    {
        (PartyState.HELD, PartyState.ESTABLISHED): PartyState.ESTABLISHED,
        (PartyState.ESTABLISHED, PartyState.HELD): PartyState.ESTABLISHED,
        (PartyState.HELD, PartyState.HELD): PartyState.ESTABLISHED,
    }
)

# The consulted party may still be ringing.
TRANSFER_COMPLETION: Mapping[tuple[PartyState, PartyState], PartyState] = MappingProxyType(
    {
        (PartyState.HELD, PartyState.DIALING): PartyState.RELEASED,
        (PartyState.HELD, PartyState.ESTABLISHED): PartyState.RELEASED,
        (PartyState.ESTABLISHED, PartyState.HELD): PartyState.RELEASED,
        (PartyState.HELD, PartyState.HELD): PartyState.RELEASED,
    }
)

RECONNECTION: Mapping[tuple[PartyState, PartyState], PartyState] = MappingProxyType(
    {
        (PartyState.HELD, PartyState.DIALING): PartyState.ESTABLISHED,
        (PartyState.HELD, PartyState.BUSY): PartyState.ESTABLISHED,
        (PartyState.HELD, PartyState.ESTABLISHED): PartyState.ESTABLISHED,
    }
)

# Any two calls of one DN: the call that the operation names, and the other.
ALTERNATION: Mapping[PartyState, PartyState] = MappingProxyType(
    {PartyState.ESTABLISHED: PartyState.HELD, PartyState.HELD: PartyState.ESTABLISHED}
)


class Obstacle(IntFlag):
    """What can stand in the way of an operation besides the party's own state."""

    DIALING = auto()
    """Another call of the DN is being dialled."""
    TALKING = auto()
    """Another call of the DN is established."""
    OBSERVING = auto()
    """The DN observes another call."""
    NO_LINE = auto()
    """The device has no line for a further call."""
    CONSULTING = auto()
    """The DN consults about this call already."""
    NOTHING_TO_COMPLETE = auto()
    """The call is in no pair of main and consult call that could become one."""
    NOTHING_TO_TRANSFER = auto()
    """The call is in no pair of main and consult call that could be connected."""
    NOTHING_TO_RECONNECT = auto()
    """The call is in no pair of a main call on hold and a consult call that is not."""
    NOTHING_TO_SWAP = auto()
    """The DN has no call on hold besides one that it talks on."""
    NOTHING_TO_MERGE = auto()
    """The DN has no two such calls that could become one."""
    NO_CONFERENCE = auto()
    """The call has no more than two parties."""
    FULL = auto()
    """The call has as many parties as it may have."""
    NOBODY_THERE = auto()
    """Nobody else on the call has answered."""
    MUTED = auto()
    NOT_MUTED = auto()
    RECORDED = auto()
    """A recording was begun, and not ended."""
    NOT_RECORDED = auto()
    """No recording was begun."""
    PAUSED = auto()
    """A recording is interrupted."""
    NOT_PAUSED = auto()
    """No recording is interrupted."""
    NO_RECORDER = auto()
    """The switch cannot record."""
    NO_MUTE = auto()
    """The switch does not mute such a call."""
    NO_CLEARING = auto()
    """The switch does not clear a call that is talked on."""
    NOT_MONITORING = auto()
    """The party does not monitor another one of the call."""
    NEEDED = auto()
    """The call would end if the party left it."""
    LISTENING = auto()
    COACHING = auto()
    MONITORED_MUTED = auto()
    MONITORED_NOT_MUTED = auto()


_ACTIVE = Obstacle.DIALING | Obstacle.TALKING | Obstacle.OBSERVING
_CONSULTATION = _ACTIVE | Obstacle.NO_LINE | Obstacle.CONSULTING

# One device talks or dials on one call at a time. Answering puts a talk on hold, but a call that
# is being dialled, or only observed, cannot be put on hold. What is absent has no obstacles.
OBSTACLES: Mapping[type[Operation], Obstacle] = MappingProxyType(
    {
        Dial: _ACTIVE | Obstacle.NO_LINE,
        Answer: Obstacle.DIALING | Obstacle.OBSERVING,
        Retrieve: _ACTIVE,
        InitiateConference: _CONSULTATION,
        InitiateTransfer: _CONSULTATION,
        MuteTransfer: _CONSULTATION | Obstacle.NOBODY_THERE,
        CompleteConference: Obstacle.NOTHING_TO_COMPLETE,
        CompleteTransfer: Obstacle.NOTHING_TO_TRANSFER,
        Reconnect: Obstacle.NOTHING_TO_RECONNECT,
        SwapCalls: Obstacle.NOTHING_TO_SWAP,
        MergeWithOtherCall: Obstacle.NOTHING_TO_MERGE,
        RemoveParticipantFromConference: Obstacle.NO_CONFERENCE,
        SingleStepTransfer: Obstacle.NOBODY_THERE,
        SingleStepConference: Obstacle.FULL | Obstacle.NOBODY_THERE,
        MuteCall: Obstacle.NO_MUTE | Obstacle.MUTED,
        SetMuteOn: Obstacle.MUTED,
        ClearCall: Obstacle.NO_CLEARING,
        UnmuteCall: Obstacle.NOT_MUTED,
        StartCallRecording: Obstacle.NO_RECORDER | Obstacle.RECORDED,
        StopCallRecording: Obstacle.NO_RECORDER | Obstacle.NOT_RECORDED,
        PauseCallRecording: Obstacle.NO_RECORDER | Obstacle.NOT_RECORDED | Obstacle.PAUSED,
        ResumeCallRecording: Obstacle.NO_RECORDER | Obstacle.NOT_PAUSED,
        SwitchToListenIn: Obstacle.NOT_MONITORING | Obstacle.LISTENING | Obstacle.NEEDED,
        SwitchToCoach: Obstacle.NOT_MONITORING | Obstacle.COACHING | Obstacle.NEEDED,
        SwitchToBargeIn: Obstacle.NOT_MONITORING | Obstacle.FULL,
        MuteMonitoredUser: Obstacle.NOT_MONITORING | Obstacle.MONITORED_MUTED,
        UnmuteMonitoredUser: Obstacle.NOT_MONITORING | Obstacle.MONITORED_NOT_MUTED,
    }
)

# What is absent is refused with WrongState.
REFUSALS: Mapping[type[Operation], type[VoiceError]] = MappingProxyType(
    {
        Answer: CannotAnswer,
        Hangup: CannotRelease,
        Reject: CannotRelease,
        ClearCall: CannotRelease,
        Retrieve: CannotRetrieve,
        Reconnect: CannotRetrieve,
        CompleteConference: CannotCompleteConference,
        MergeWithOtherCall: CannotCompleteConference,
        CompleteTransfer: CannotCompleteTransfer,
        MuteTransfer: CannotCompleteTransfer,
    }
)

# An obstacle that has a refusal of its own, whatever the operation.
OBSTACLE_REFUSALS: Mapping[Obstacle, type[VoiceError]] = MappingProxyType(
    {
        Obstacle.MUTED: AlreadyInState,
        Obstacle.NOT_MUTED: AlreadyInState,
        Obstacle.RECORDED: AlreadyInState,
        Obstacle.PAUSED: AlreadyInState,
        Obstacle.LISTENING: AlreadyInState,
        Obstacle.COACHING: AlreadyInState,
        Obstacle.MONITORED_MUTED: AlreadyInState,
        Obstacle.MONITORED_NOT_MUTED: AlreadyInState,
        Obstacle.NO_RECORDER: NotSupported,
        Obstacle.NO_MUTE: NotSupported,
        Obstacle.NO_CLEARING: NotSupported,
    }
)

REASONS: Mapping[Obstacle, str] = MappingProxyType(
    {
        Obstacle.DIALING: "Another call is being dialled.",
        Obstacle.TALKING: "Another call is established.",
        Obstacle.OBSERVING: "Another call is observed.",
        Obstacle.NO_LINE: "The device has no line left.",
        Obstacle.CONSULTING: "There is a consultation about the call already.",
        Obstacle.NO_CONFERENCE: "The call is no conference.",
        Obstacle.NOTHING_TO_COMPLETE: "There is no consultation that could be completed now.",
        Obstacle.NOTHING_TO_TRANSFER: "There is no consultation that could be completed now.",
        Obstacle.NOTHING_TO_RECONNECT: "There is no consultation that could be given up now.",
        Obstacle.NOTHING_TO_SWAP: "There is no other call to swap with.",
        Obstacle.NOTHING_TO_MERGE: "There is no other call to merge with.",
        Obstacle.FULL: "The conference has no room for another party.",
        Obstacle.NOBODY_THERE: "Nobody else has answered the call.",
        Obstacle.MUTED: "The call is muted.",
        Obstacle.NOT_MUTED: "The call is not muted.",
        Obstacle.RECORDED: "The call is recorded already.",
        Obstacle.NOT_RECORDED: "The call is not recorded.",
        Obstacle.PAUSED: "The recording is interrupted.",
        Obstacle.NOT_PAUSED: "No recording is interrupted.",
        Obstacle.NO_RECORDER: "Calls are not recorded here.",
        Obstacle.NO_MUTE: "Only a conference can be muted.",
        Obstacle.NO_CLEARING: "Only a ringing call can be cleared.",
        Obstacle.NOT_MONITORING: "The call is not monitored by the one who asks.",
        Obstacle.NEEDED: "The call would end.",
        Obstacle.LISTENING: "The supervisor listens in already.",
        Obstacle.COACHING: "The supervisor coaches already.",
        Obstacle.MONITORED_MUTED: "The monitored user is muted.",
        Obstacle.MONITORED_NOT_MUTED: "The monitored user is not muted.",
    }
)

ALREADY_THERE = frozenset({(PartyState.HELD, Hold)})


_AS_NUMBERS = {operation: int(obstacles) for operation, obstacles in OBSTACLES.items()}


def are_in_the_way(operation: type[Operation], obstacles: int) -> int:
    """Return those of ``obstacles`` that stand in the way of an operation; 0 if none does."""
    return _AS_NUMBERS.get(operation, 0) & obstacles


def require_free(operation: type[Operation], obstacles: int) -> None:
    """Raise the operation's refusal if one of ``obstacles`` stands in its way."""
    in_the_way = are_in_the_way(operation, obstacles)
    if in_the_way:
        first = next(iter(Obstacle(in_the_way)))
        refusal = OBSTACLE_REFUSALS.get(first) or REFUSALS.get(operation, WrongState)
        raise refusal(REASONS[first])


def next_state(operation: type[CallOperation], state: PartyState, obstacles: int) -> PartyState:
    """Return what ``operation`` makes of a party in ``state``; raise its refusal otherwise."""
    successor = TRANSITIONS[state].get(operation)
    if successor is None:
        refusal = REFUSALS.get(operation, WrongState)
        if (state, operation) in ALREADY_THERE:
            refusal = AlreadyInState
        raise refusal(f"{operation.__name__} is not possible: the call is {state}.")
    require_free(operation, obstacles)
    return successor
