"""What a party may do with its call now, under the names of Web Services.

The table holds the names that the samples of the Web Services call resource show in each state,
recording apart: that depends on how a centre is set up, not on the call. Of the names that are
operations of this core, only those that it would accept now are given; names that need a second
call and an operation which the core does not have (SwapCalls, CompleteTransfer,
MergeWithOtherCall) are not. Every member of a conference may remove others, not its owner alone.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from switchbell.voice.model import PartyState
from switchbell.voice.operations import (
    Answer,
    CallOperation,
    CompleteConference,
    Hangup,
    Hold,
    InitiateConference,
    RemoveParticipantFromConference,
    Retrieve,
)
from switchbell.voice.transitions import OBSTACLES, Obstacle

_USER_DATA = ("UpdateUserData", "AttachUserData", "DeleteUserDataPair", "DeleteUserData")

# Web Services has no state Busy and no row for it: nobody is there to hear digits.
SITUATIONS: Mapping[PartyState, tuple[str, ...]] = MappingProxyType(
    {
        PartyState.DIALING: (*_USER_DATA, "SendDtmf", "Hangup"),
        PartyState.BUSY: (*_USER_DATA, "Hangup"),
        PartyState.RINGING: (*_USER_DATA, "Answer", "ClearCall"),
        PartyState.ESTABLISHED: (
            *_USER_DATA,
            "SendDtmf",
            "Hold",
            "SingleStepTransfer",
            "SingleStepConference",
            "InitiateTransfer",
            "InitiateConference",
            "CompleteConference",
            "RemoveParticipantFromConference",
            "Hangup",
        ),
        PartyState.HELD: (
            *_USER_DATA,
            "Retrieve",
            "SingleStepTransfer",
            "SingleStepConference",
            "InitiateTransfer",
            "InitiateConference",
            "CompleteConference",
            "Hangup",
        ),
        PartyState.RELEASED: (),
    }
)

# More than two parties. The names go when the call is one of two parties again.
CONFERENCE: Mapping[PartyState, tuple[str, ...]] = MappingProxyType(
    {PartyState.ESTABLISHED: ("MuteCall",)}
)

OPERATIONS: Mapping[str, type[CallOperation]] = MappingProxyType(
    {
        "Answer": Answer,
        "Hangup": Hangup,
        "Hold": Hold,
        "Retrieve": Retrieve,
        "InitiateConference": InitiateConference,
        "CompleteConference": CompleteConference,
        "RemoveParticipantFromConference": RemoveParticipantFromConference,
    }
)


@cache
def capabilities(state: PartyState, obstacles: Obstacle, *, conference: bool) -> tuple[str, ...]:
    """Return what a party in ``state`` may do; ``conference``: the call has more than two."""
    names = SITUATIONS[state] + (CONFERENCE.get(state, ()) if conference else ())
    return tuple(
        name
        for name in names
        if name not in OPERATIONS or not OBSTACLES[OPERATIONS[name]] & obstacles
    )
