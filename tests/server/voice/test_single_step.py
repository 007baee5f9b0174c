"""Adding a party, and handing a call over, at once.

T-Library call model, "Single-step operations".
"""

import pytest

from switchbell.voice.errors import DestinationBusy
from switchbell.voice.model import CallType
from tests.server.voice.telling import (
    CONFERENCE,
    CONSULT,
    FOUR,
    TALK,
    Table,
    heard_last,
    new_core,
    operation,
    picture,
    play,
    rows,
    step,
)

MEMBER = "ConnID 1 ConferenceMember"


def added(to: str, new: str, by: str = "A", data: str = "") -> str:
    return (
        f"{to}: EventPartyAdded {MEMBER} OtherDN {new} NewParty ThirdPartyDN {by} AddedBy"
        f" {data}Conferenced"
    )


def deleted(to: str, gone: str, state: str = "OK", by: str = "") -> str:
    return (
        f"{to}: EventPartyDeleted {MEMBER} OtherDN {gone} DeletedParty"
        f" ThirdPartyDN {by or gone} DeletedBy {state}"
    )


ADDED_C = [*TALK, "A SingleStepConference 1 C"]
RINGS = [f"C: EventRinging {MEMBER} OK", f"{added('A', 'C')} ReferenceID", added("B", "C")]
CONFERENCES: Table = {
    "C rings and is a member": (ADDED_C, RINGS),
    "C answers: the others have heard of it": (
        [*ADDED_C, "C Answer 1"],
        ["C: EventOffHook", f"C: EventEstablished {MEMBER} OK ReferenceID"],
    ),
    "from hold": ([*TALK, "A Hold 1", "A SingleStepConference 1 C"], RINGS),
    "while the other one holds": ([*TALK, "B Hold 1", "A SingleStepConference 1 C"], RINGS),
    "the called one adds: he hears first of it": (
        [*TALK, "B SingleStepConference 1 C"],
        [
            f"C: EventRinging {MEMBER} OK",
            f"{added('B', 'C', 'B')} ReferenceID",
            added("A", "C", "B"),
        ],
    ),
    "to a conference": (
        [*CONFERENCE, "B SingleStepConference 1 D"],
        [
            f"D: EventRinging {MEMBER} OK",
            f"{added('B', 'D', 'B')} ReferenceID",
            added("A", "D", "B"),
            added("C", "D", "B"),
        ],
    ),
    "with user data": (
        [*TALK, "A SingleStepConference 1 C why=help"],
        [
            f"C: EventRinging {MEMBER} UserData why=help OK",
            f"{added('A', 'C', data='UserData why=help ')} ReferenceID",
            added("B", "C", data="UserData why=help "),
        ],
    ),
    "C rejects": (
        [*ADDED_C, "C Reject 1"],
        [f"C: EventReleased {MEMBER} OK ReferenceID", deleted("A", "C"), deleted("B", "C")],
    ),
    "one of several rejects": (
        [*CONFERENCE, "A SingleStepConference 1 D", "D Reject 1"],
        [
            f"D: EventReleased {MEMBER} OK ReferenceID",
            *[deleted(dn, "D", "Conferenced") for dn in "ABC"],
        ],
    ),
    "A takes C off while he rings: that was abandoned": (
        [*ADDED_C, "A Remove 1 C"],
        [
            f"{deleted('A', 'C', by='A')} ReferenceID",
            f"C: EventAbandoned {MEMBER} OK",
            deleted("B", "C", by="A"),
        ],
    ),
    "A leaves while C rings: the call goes on": (
        [*ADDED_C, "A Hangup 1"],
        [
            f"A: EventReleased {MEMBER} OK ReferenceID",
            "A: EventOnHook",
            deleted("B", "A"),
            deleted("C", "A"),
        ],
    ),
    "both leave while C rings: he alone is left": (
        [*ADDED_C, "A Hangup 1", "B Hangup 1"],
        [
            f"B: EventReleased {MEMBER} OtherDN C ConferenceMember OK ReferenceID",
            "B: EventOnHook",
            f"C: EventAbandoned {MEMBER} OtherDN B ConferenceMember OK",
        ],
    ),
    "those who are left only hear it ringing": (
        [*ADDED_C, "A SingleStepConference 1 D", "A Hangup 1", "B Hangup 1"],
        [
            f"B: EventReleased {MEMBER} OK ReferenceID",
            "B: EventOnHook",
            f"C: EventAbandoned {MEMBER} OK",
            f"D: EventAbandoned {MEMBER} OK",
        ],
    ),
    "C answers after A has left": (
        [*ADDED_C, "A Hangup 1", "C Answer 1"],
        [
            "C: EventOffHook",
            f"C: EventEstablished {MEMBER} OtherDN B ConferenceMember OK ReferenceID",
        ],
    ),
}

HANDED_OVER = [
    (
        "B: EventReleased ConnID 1 Destination OtherDN A Origination"
        " ThirdPartyDN C Destination Transferred Cause SingleStepTransfer ReferenceID"
    ),
    "B: EventOnHook",
    "C: EventRinging ConnID 1 Destination OtherDN A Origination Transferred",
    (
        "A: EventPartyChanged ConnID 1 PreviousConnID 1 Origination"
        " OtherDN C Destination ThirdPartyDN B TransferedBy Transferred"
    ),
]
OVER = [*TALK, "B SingleStepTransfer 1 C"]
TRANSFERS: Table = {
    "B hands over": (OVER, HANDED_OVER),
    "from hold": ([*TALK, "B Hold 1", "B SingleStepTransfer 1 C"], HANDED_OVER),
    "while the other one holds": ([*TALK, "A Hold 1", "B SingleStepTransfer 1 C"], HANDED_OVER),
    "C answers: A has talked all the time": (
        [*OVER, "C Answer 1"],
        [
            "C: EventOffHook",
            "C: EventEstablished ConnID 1 Destination OtherDN A Origination OK ReferenceID",
        ],
    ),
    "the caller hands over: C has his part": (
        [*TALK, "A SingleStepTransfer 1 C"],
        [
            (
                "A: EventReleased ConnID 1 Origination OtherDN B Destination"
                " ThirdPartyDN C Destination Transferred Cause SingleStepTransfer ReferenceID"
            ),
            "A: EventOnHook",
            "C: EventRinging ConnID 1 Origination OtherDN B Destination Transferred",
            (
                "B: EventPartyChanged ConnID 1 PreviousConnID 1 Destination"
                " OtherDN C Origination ThirdPartyDN A TransferedBy Transferred"
            ),
        ],
    ),
    "C rejects": (
        [*OVER, "C Reject 1"],
        [
            "C: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "A: EventReleased ConnID 1 Origination OtherDN C Destination OK Cause Reject",
            "A: EventOnHook",
        ],
    ),
    "A hangs up while C rings": (
        [*OVER, "A Hangup 1"],
        [
            "A: EventReleased ConnID 1 Origination OtherDN C Destination OK ReferenceID",
            "A: EventOnHook",
            "C: EventAbandoned ConnID 1 Destination OtherDN A Origination OK",
        ],
    ),
    "of a conference": (
        [*CONFERENCE, "A SingleStepTransfer 1 D"],
        [
            (
                f"A: EventReleased {MEMBER} ThirdPartyDN D Destination"
                " Transferred Cause SingleStepTransfer ReferenceID"
            ),
            "A: EventOnHook",
            f"D: EventRinging {MEMBER} Transferred",
            *[
                f"{dn}: EventPartyChanged ConnID 1 PreviousConnID 1 ConferenceMember"
                " ThirdPartyDN A TransferedBy Transferred"
                for dn in "BC"
            ],
        ],
    ),
    "of a conference, and D rejects": (
        [*CONFERENCE, "A SingleStepTransfer 1 D", "D Reject 1"],
        [
            f"D: EventReleased {MEMBER} OK ReferenceID",
            deleted("B", "D"),
            deleted("C", "D"),
        ],
    ),
    "of a conference of which two are left": (
        [*CONFERENCE, "B Hangup 1", "A SingleStepTransfer 1 D"],
        [
            (
                f"A: EventReleased {MEMBER} OtherDN C ConferenceMember"
                " ThirdPartyDN D Destination Transferred Cause SingleStepTransfer ReferenceID"
            ),
            "A: EventOnHook",
            f"D: EventRinging {MEMBER} OtherDN C ConferenceMember Transferred",
            (
                "C: EventPartyChanged ConnID 1 PreviousConnID 1 ConferenceMember"
                " OtherDN D ConferenceMember ThirdPartyDN A TransferedBy Transferred"
            ),
        ],
    ),
}


@rows(CONFERENCES)
def test_single_step_conference(steps: list[str], expected: list[str]) -> None:
    assert heard_last(new_core(), steps) == expected


@rows(TRANSFERS)
def test_single_step_transfer(steps: list[str], expected: list[str]) -> None:
    assert heard_last(new_core(), steps) == expected


@pytest.mark.parametrize("name", ["SingleStepConference", "SingleStepTransfer", "Redirect"])
def test_a_busy_destination_is_refused_and_nobody_hears_of_it(name: str) -> None:
    core = play("D Dial C", "E Dial C", "A Dial B", core=new_core(lines=2))
    if name != "Redirect":
        step(core, "B Answer 3")
    before = picture(core)
    with pytest.raises(DestinationBusy):
        core.execute(operation(core, f"B {name} 3 C"), 2000.0)
    assert picture(core) == before


def test_user_data_are_attached_for_all() -> None:
    core = play("A Dial B account=1", "B Answer 1", "B SingleStepTransfer 1 C why=help")
    for dn in "AC":
        assert core.legs(dn)[0].user_data == {"account": "1", "why": "help"}


def test_who_takes_over_a_consult_call_does_not_consult_himself() -> None:
    core = play(*CONSULT, "A SingleStepTransfer 2 D")
    [handed_over] = core.legs("D")
    assert (handed_over.call_type, handed_over.parent) == (CallType.CONSULT, None)
    [main] = core.legs("A")
    assert {"Retrieve", "InitiateTransfer"} <= {*main.capabilities}


def test_a_member_that_left_can_be_added_again() -> None:
    core = play(*FOUR, "B Hangup 1")
    step(core, "A SingleStepConference 1 B")
    assert [leg.participants for leg in core.legs("B")] == [("D", "C", "A")]
