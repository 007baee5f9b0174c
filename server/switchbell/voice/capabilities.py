"""What a party may do with its call now, under the names of Web Services.

The table holds the names in the order in which the samples of the Web Services call resource show
them. A name is listed exactly when the core would accept the operation (with parameters that can be
used): whether it would is read from the tables of ``transitions``, and nowhere else.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

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
    Hangup,
    Hold,
    InitiateConference,
    InitiateTransfer,
    MergeWithOtherCall,
    MuteCall,
    MuteMonitoredUser,
    PauseCallRecording,
    RemoveParticipantFromConference,
    ResumeCallRecording,
    Retrieve,
    SendDtmf,
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
from switchbell.voice.transitions import FAR_END_OPERATIONS, TRANSITIONS, are_in_the_way

OPERATIONS: Mapping[str, type[CallOperation]] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            UpdateUserData,
            AttachUserData,
            DeleteUserDataPair,
            DeleteUserData,
            Answer,
            SendDtmf,
            Hold,
            Retrieve,
            SwapCalls,
            SingleStepTransfer,
            SingleStepConference,
            InitiateTransfer,
            CompleteTransfer,
            InitiateConference,
            CompleteConference,
            MergeWithOtherCall,
            RemoveParticipantFromConference,
            MuteCall,
            UnmuteCall,
            StartCallRecording,
            PauseCallRecording,
            ResumeCallRecording,
            StopCallRecording,
            SwitchToListenIn,
            SwitchToCoach,
            SwitchToBargeIn,
            MuteMonitoredUser,
            UnmuteMonitoredUser,
            ClearCall,
            Hangup,
        )
    }
)

# Whether these are possible is a matter of two calls, which the obstacles know.
_OF_TWO_CALLS: frozenset[type[CallOperation]] = frozenset(
    (CompleteTransfer, CompleteConference, SwapCalls, MergeWithOtherCall)
)


@cache
def far_end_capabilities(state: PartyState, obstacles: int) -> tuple[str, ...]:
    """Return what the far end of a trunk may do, in the same manner."""
    return tuple(
        name for name in capabilities(state, obstacles) if OPERATIONS[name] in FAR_END_OPERATIONS
    )


@cache
def capabilities(state: PartyState, obstacles: int) -> tuple[str, ...]:
    """Return what a party in ``state`` may do, with the Obstacles that stand in its way."""
    return tuple(
        name
        for name, operation in OPERATIONS.items()
        if (operation in TRANSITIONS[state] or operation in _OF_TWO_CALLS)
        and not are_in_the_way(operation, obstacles)
    )
