"""What is legal in which state, and what it becomes; each absent entry is a refusal, by name."""

import pytest

from switchbell.voice.errors import (
    AlreadyInState,
    CannotAnswer,
    CannotCompleteConference,
    CannotCompleteTransfer,
    CannotRelease,
    CannotRetrieve,
    VoiceError,
    WrongState,
)
from switchbell.voice.model import PartyState
from switchbell.voice.operations import Dial, Hangup, Hold
from switchbell.voice.transitions import TRANSITIONS, Obstacle, next_state, require_free
from tests.server.voice.telling import CALL_KINDS, operation, play, refuse, step, with_everything

DIALING, BUSY = PartyState.DIALING, PartyState.BUSY
RINGING, ESTABLISHED, HELD = PartyState.RINGING, PartyState.ESTABLISHED, PartyState.HELD

# How A comes into each state on call 3; calls 1 and 2 fill the lines of F.
FILL = ["D Dial F", "E Dial F"]
STATES = {
    DIALING: ["A Dial B"],
    BUSY: ["A Dial F"],
    RINGING: ["B Dial A"],
    ESTABLISHED: ["A Dial B", "B Answer 3"],
    HELD: ["A Dial B", "B Answer 3", "A Hold 3"],
}
# What is said besides the call.
WORDS = {
    **dict.fromkeys(("InitiateConference", "InitiateTransfer", "Redirect", "Remove"), " C"),
    **dict.fromkeys(("SingleStepConference", "SingleStepTransfer", "MuteTransfer"), " C"),
    **dict.fromkeys(("AttachUserData", "UpdateUserData"), " key=value"),
    "DeleteUserDataPair": " key",
    "SendDtmf": " 12#",
}
ERRORS: dict[str, type[VoiceError]] = {
    **dict.fromkeys(CALL_KINDS, WrongState),
    "Answer": CannotAnswer,
    "Hangup": CannotRelease,
    "Reject": CannotRelease,
    "ClearCall": CannotRelease,
    "Retrieve": CannotRetrieve,
    "Reconnect": CannotRetrieve,
    "CompleteConference": CannotCompleteConference,
    "MergeWithOtherCall": CannotCompleteConference,
    "CompleteTransfer": CannotCompleteTransfer,
    "MuteTransfer": CannotCompleteTransfer,
}
del ERRORS["RemoveParticipantFromConference"]  # it is there as Remove
USER_DATA = ("AttachUserData", "UpdateUserData", "DeleteUserData", "DeleteUserDataPair")
# The operations and the state they lead to; None: A has left the call.
LEGAL: dict[PartyState, dict[str, PartyState | None]] = {
    DIALING: {"Hangup": None, **dict.fromkeys(("SendDtmf", *USER_DATA), DIALING)},
    BUSY: {"Hangup": None, **dict.fromkeys(USER_DATA, BUSY)},
    RINGING: {
        "Answer": ESTABLISHED,
        **dict.fromkeys(("Reject", "Redirect", "ClearCall"), None),
        **dict.fromkeys(USER_DATA, RINGING),
    },
    ESTABLISHED: {
        **dict.fromkeys(("Hangup", "ClearCall", "SingleStepTransfer", "MuteTransfer"), None),
        **dict.fromkeys(("Hold", "InitiateConference", "InitiateTransfer"), HELD),
        **dict.fromkeys(("SendDtmf", "MuteCall", "SetMuteOn", "StartCallRecording"), ESTABLISHED),
        **dict.fromkeys(("SingleStepConference", *USER_DATA), ESTABLISHED),
    },
    HELD: {
        **dict.fromkeys(("Hangup", "SingleStepTransfer", "MuteTransfer"), None),
        "Retrieve": ESTABLISHED,
        **dict.fromkeys(("InitiateConference", "InitiateTransfer"), HELD),
        **dict.fromkeys(("SingleStepConference", *USER_DATA), HELD),
    },
}
EXCEPTIONS: dict[tuple[PartyState, str], type[VoiceError]] = {
    (HELD, "Hold"): AlreadyInState,
    (ESTABLISHED, "UnmuteCall"): AlreadyInState,
}
ABSENT = [
    (state, name, EXCEPTIONS.get((state, name), error))
    for state in STATES
    for name, error in sorted(ERRORS.items())
    if name not in LEGAL[state]
]


@pytest.mark.parametrize(("state", "name", "error"), ABSENT)
def test_an_absent_entry_is_a_refusal(
    state: PartyState, name: str, error: type[VoiceError]
) -> None:
    core = play(*FILL, *STATES[state], core=with_everything(lines=2))
    assert [leg.state for leg in core.legs("A")] == [state]
    refuse(core, operation(core, f"A {name} 3{WORDS.get(name, '')}"), error)


@pytest.mark.parametrize(
    ("state", "name", "successor"),
    [(state, name, LEGAL[state][name]) for state in LEGAL for name in LEGAL[state]],
)
def test_the_other_entries_lead_to_their_states(
    state: PartyState, name: str, successor: PartyState | None
) -> None:
    core = play(*FILL, *STATES[state], core=with_everything(lines=2))
    [before] = core.legs("A")
    change = step(core, f"A {name} 3{WORDS.get(name, '')}")
    assert change.events
    states = [leg.state for leg in core.legs("A") if leg.id == before.id]
    assert states == ([] if successor is None else [successor])


def test_a_released_party_can_do_nothing() -> None:
    assert TRANSITIONS[PartyState.RELEASED] == {}
    with pytest.raises(CannotRelease):
        next_state(Hangup, PartyState.RELEASED, Obstacle(0))


def test_a_refusal_names_what_is_in_the_way() -> None:
    with pytest.raises(WrongState, match="Another call is established"):
        require_free(Dial, Obstacle.TALKING | Obstacle.CONSULTING)
    require_free(Dial, Obstacle.CONSULTING)
    with pytest.raises(AlreadyInState, match="Held"):
        next_state(Hold, PartyState.HELD, Obstacle(0))
