"""Refusals: each absent entry of the tables, by name; and nothing has changed."""

import pytest

from switchbell.voice.core import VoiceCore
from switchbell.voice.errors import (
    AlreadyInState,
    CannotAnswer,
    CannotCompleteConference,
    CannotRelease,
    CannotRetrieve,
    InvalidDestination,
    UnknownCall,
    UnknownDevice,
    UnknownParticipant,
    VoiceError,
    WrongState,
)
from switchbell.voice.model import PartyState
from switchbell.voice.operations import CompleteConference, Dial, Hangup, Hold, Operation
from switchbell.voice.transitions import TRANSITIONS, Obstacle, next_state, require_free
from tests.server.voice.telling import (
    CONFERENCE,
    CONSULT,
    CONSULT_RINGS,
    TALK,
    call_id,
    new_core,
    operation,
    picture,
    play,
)

# How A comes into each state on call 3; calls 1 and 2 fill the lines of F.
FILL = ["D Dial F", "E Dial F"]
STATES = {
    PartyState.DIALING: ["A Dial B"],
    PartyState.BUSY: ["A Dial F"],
    PartyState.RINGING: ["B Dial A"],
    PartyState.ESTABLISHED: ["A Dial B", "B Answer 3"],
    PartyState.HELD: ["A Dial B", "B Answer 3", "A Hold 3"],
}
ERRORS = {
    "Answer": CannotAnswer,
    "Hangup": CannotRelease,
    "Reject": CannotRelease,
    "Hold": WrongState,
    "Retrieve": CannotRetrieve,
    "InitiateConference": WrongState,
    "CompleteConference": CannotCompleteConference,
    "Remove": WrongState,
}
LEGAL = {
    PartyState.DIALING: {"Hangup"},
    PartyState.BUSY: {"Hangup"},
    PartyState.RINGING: {"Answer", "Reject"},
    PartyState.ESTABLISHED: {"Hangup", "Hold", "InitiateConference"},
    PartyState.HELD: {"Hangup", "Retrieve", "InitiateConference"},
}
EXCEPTIONS = {(PartyState.HELD, "Hold"): AlreadyInState}
ABSENT = [
    (state, name, EXCEPTIONS.get((state, name), error))
    for state in STATES
    for name, error in ERRORS.items()
    if name not in LEGAL[state]
]


@pytest.mark.parametrize(("state", "name", "error"), ABSENT)
def test_an_absent_entry_is_a_refusal(
    state: PartyState, name: str, error: type[VoiceError]
) -> None:
    step = f"A {name} 3" + (" C" if name in {"InitiateConference", "Remove"} else "")
    core = play(*FILL, *STATES[state], core=new_core(lines=2))
    assert [leg.state for leg in core.legs("A")] == [state]
    refuse(core, operation(core, step), error)


@pytest.mark.parametrize(("state", "name"), [(s, n) for s in LEGAL for n in sorted(LEGAL[s])])
def test_the_other_entries_are_accepted(state: PartyState, name: str) -> None:
    step = f"A {name} 3" + (" C" if name == "InitiateConference" else "")
    core = play(*FILL, *STATES[state], core=new_core(lines=2))
    before = picture(core)
    play(step, core=core)
    assert picture(core) != before


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


NESTED = [*CONSULT, "A InitiateConference 2 D", "D Answer 3"]
SITUATIONS = {
    "remove the other of two": (TALK, "A Remove 1 B", WrongState),
    "remove from a conference that is on hold": (
        [*CONFERENCE, "A Hold 1"],
        "A Remove 1 B",
        WrongState,
    ),
    "remove who is not there": (CONFERENCE, "A Remove 1 D", UnknownParticipant),
    "dial while dialling": (["A Dial B"], "A Dial C", WrongState),
    "dial while talking": (TALK, "A Dial C", WrongState),
    "dial oneself": ([], "A Dial A", InvalidDestination),
    "dial nobody": ([], "A Dial 16005", InvalidDestination),
    "dial something else": ([], "A Dial +", InvalidDestination),
    "a device that is not of the centre": ([], "Z Dial A", UnknownDevice),
    "answer while dialling": (["B Dial A", "A Dial C"], "A Answer 1", CannotAnswer),
    "retrieve while talking on another": (
        [*TALK, "C Dial B", "B Answer 2"],
        "B Retrieve 1",
        CannotRetrieve,
    ),
    "retrieve while dialling": ([*TALK, "A Hold 1", "A Dial C"], "A Retrieve 1", CannotRetrieve),
    "consult while talking on another": (
        [*TALK, "C Dial B", "B Answer 2"],
        "B InitiateConference 1 D",
        WrongState,
    ),
    "consult twice about a call": (
        [*CONSULT, "A Hold 2"],
        "A InitiateConference 1 D",
        WrongState,
    ),
    "consult oneself": (TALK, "A InitiateConference 1 A", InvalidDestination),
    "consult who is on the call": (TALK, "A InitiateConference 1 B", InvalidDestination),
    "consult a member of the conference": (
        CONFERENCE,
        "B InitiateConference 1 C",
        InvalidDestination,
    ),
    "consult nobody": (TALK, "A InitiateConference 1 Z", InvalidDestination),
    "complete before the answer": (
        CONSULT_RINGS,
        "A CompleteConference 1",
        CannotCompleteConference,
    ),
    "complete before the answer, on the consult call": (
        CONSULT_RINGS,
        "A CompleteConference 2",
        CannotCompleteConference,
    ),
    "complete without a consultation": (TALK, "A CompleteConference 1", CannotCompleteConference),
    "complete what another consults about": (
        CONSULT,
        "B CompleteConference 1",
        CannotCompleteConference,
    ),
    "complete as the one consulted": (CONSULT, "C CompleteConference 2", CannotCompleteConference),
    "complete after the main call has ended": (
        [*CONSULT, "B Hangup 1"],
        "A CompleteConference 2",
        CannotCompleteConference,
    ),
    "complete with a call that is no consultation": (
        [*TALK, "A Hold 1", "A Dial C", "C Answer 2"],
        "A CompleteConference 1 2",
        CannotCompleteConference,
    ),
    "complete with the main call for the consult call": (
        CONSULT,
        "A CompleteConference 1 1",
        CannotCompleteConference,
    ),
    "complete with a consult call that is none of one's calls": (
        CONSULT,
        "A CompleteConference 1 9",
        UnknownCall,
    ),
    "complete so that one is on the call twice": (
        # B has two calls with A: the main one, and it was conferenced into the consult call.
        [*CONSULT, "C InitiateConference 2 B", "B Answer 3", "C CompleteConference 2"],
        "A CompleteConference 1",
        CannotCompleteConference,
    ),
    "complete two held calls while talking on a third": (
        [*CONSULT, "D Dial A", "A Answer 3"],
        "A CompleteConference 1",
        CannotCompleteConference,
    ),
    "complete the outer of two consultations": (
        [*NESTED, "A Hold 3", "A Retrieve 2"],
        "A CompleteConference 1",
        CannotCompleteConference,
    ),
    "a call that one is no party of": (TALK, "C Hangup 1", UnknownCall),
    "a call that one has left": ([*CONFERENCE, "B Hangup 1"], "B Hangup 1", UnknownCall),
}


@pytest.mark.parametrize(("steps", "asked", "error"), SITUATIONS.values(), ids=SITUATIONS.keys())
def test_a_situation_that_refuses(steps: list[str], asked: str, error: type[VoiceError]) -> None:
    core = play(*steps)
    dn, name, *rest = asked.split()
    if name == "Dial":
        refuse(core, Dial(dn=dn, destination=rest[0]), error)
    else:
        refuse(core, operation(core, asked), error)


def test_a_full_device_cannot_dial_nor_consult() -> None:
    core = play(*TALK, "A Hold 1", "C Dial A", core=new_core(lines=2))
    refuse(core, operation(core, "A Dial D"), WrongState)
    refuse(core, operation(core, "A InitiateConference 1 D"), WrongState)


def test_the_inner_of_two_consultations_is_completed_first() -> None:
    core = play(*NESTED, "A CompleteConference 2", "A CompleteConference 2")
    assert [leg.participants for leg in core.legs("A")] == [("D", "C", "B")]


def test_a_call_of_another_is_unknown_by_its_id() -> None:
    core = play(*TALK)
    refuse(core, Hangup(dn="C", call=call_id(core, "A", "1")), UnknownCall)
    refuse(core, CompleteConference(dn="C", call=call_id(core, "A", "1")), UnknownCall)


def test_reading_what_is_not_there() -> None:
    core = new_core()
    with pytest.raises(UnknownCall):
        core.leg("A", "nothing")
    with pytest.raises(UnknownDevice):
        core.legs("Z")


def refuse(core: VoiceCore, asked: Operation, error: type[VoiceError]) -> None:
    """Check that ``asked`` is refused with exactly ``error`` and leaves nothing behind."""
    before, issued = picture(core), core._switch.numbering.issued
    with pytest.raises(VoiceError) as refusal:
        core.execute(asked, 2000.0)
    assert refusal.type is error
    assert picture(core) == before
    assert core._switch.numbering.issued == issued
