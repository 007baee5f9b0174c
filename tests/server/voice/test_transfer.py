"""Completing a transfer: T-Library call model, "TCompleteTransfer"."""

import pytest

from switchbell.voice.model import CallType
from tests.server.voice.telling import (
    BLIND,
    CONFERENCE,
    CONSULT,
    CONSULT_RINGS,
    CONSULT_TWO,
    TALK,
    Table,
    heard_last,
    new_core,
    number,
    play,
    rows,
    the_call,
)

RELEASED = [
    (
        "A: EventReleased ConnID 2 PreviousConnID 1 CallType Consult Origination"
        " OtherDN C Destination Transferred Cause Transfer ReferenceID"
    ),
    "A: EventReleased ConnID 1 Origination OtherDN B Destination Transferred Cause Transfer",
    "A: EventOnHook",
]
CHANGED = [
    (
        "B: EventPartyChanged ConnID 1 PreviousConnID 1 Destination"
        " OtherDN C Destination ThirdPartyDN A TransferedBy Transferred"
    ),
    (
        "C: EventPartyChanged ConnID 1 PreviousConnID 2 Destination"
        " OtherDN B Destination ThirdPartyDN A TransferedBy Transferred"
    ),
]


def moved(dn: str, previous: int) -> str:
    """What a member hears where more than two are connected: no OtherDN."""
    return (
        f"{dn}: EventPartyChanged ConnID 1 PreviousConnID {previous} ConferenceMember"
        " ThirdPartyDN A TransferedBy Transferred"
    )


COMPLETION: Table = {
    "posted to the main call": ([*CONSULT, "A CompleteTransfer 1"], [*RELEASED, *CHANGED]),
    "posted to the consult call": ([*CONSULT, "A CompleteTransfer 2"], [*RELEASED, *CHANGED]),
    "the consult call named": ([*CONSULT, "A CompleteTransfer 1 2"], [*RELEASED, *CHANGED]),
    "begun as a transfer": (
        [*TALK, "A InitiateTransfer 1 C", "C Answer 2", "A CompleteTransfer 1"],
        [*RELEASED, *CHANGED],
    ),
    "the main call talked on, the consult call on hold": (
        [*CONSULT, "A SwapCalls 2", "A CompleteTransfer 1"],
        [*RELEASED, *CHANGED],
    ),
    "both on hold": ([*CONSULT, "A Hold 2", "A CompleteTransfer 1"], [*RELEASED, *CHANGED]),
    "the called one hands over": (
        [*TALK, "B InitiateTransfer 1 C", "C Answer 2", "B CompleteTransfer 1"],
        [
            (
                "B: EventReleased ConnID 2 PreviousConnID 1 CallType Consult Origination"
                " OtherDN C Destination Transferred Cause Transfer ReferenceID"
            ),
            (
                "B: EventReleased ConnID 1 Destination OtherDN A Origination"
                " Transferred Cause Transfer"
            ),
            "B: EventOnHook",
            (
                "A: EventPartyChanged ConnID 1 PreviousConnID 1 Origination"
                " OtherDN C Destination ThirdPartyDN B TransferedBy Transferred"
            ),
            (
                "C: EventPartyChanged ConnID 1 PreviousConnID 2 Destination"
                " OtherDN A Origination ThirdPartyDN B TransferedBy Transferred"
            ),
        ],
    ),
    "of a call that one keeps besides another: the receiver stays up": (
        [*TALK, "D Dial A", "A Answer 2", "A InitiateTransfer 2 C", "A CompleteTransfer 3"],
        [
            (
                "A: EventReleased ConnID 3 PreviousConnID 2 CallType Consult Origination"
                " OtherDN C Destination Transferred Cause Transfer ReferenceID"
            ),
            (
                "A: EventReleased ConnID 2 Destination OtherDN D Origination"
                " Transferred Cause Transfer"
            ),
            (
                "D: EventPartyChanged ConnID 2 PreviousConnID 2 Origination"
                " OtherDN C Destination ThirdPartyDN A TransferedBy Transferred"
            ),
            (
                "C: EventPartyChanged ConnID 2 PreviousConnID 3 Destination"
                " OtherDN D Origination ThirdPartyDN A TransferedBy Transferred"
            ),
        ],
    ),
}

MORE_THAN_TWO: Table = {
    "of a conference": (
        [*CONFERENCE, "A InitiateTransfer 1 D", "D Answer 3", "A CompleteTransfer 3"],
        [
            (
                "A: EventReleased ConnID 3 PreviousConnID 1 CallType Consult Origination"
                " OtherDN D Destination Transferred Cause Transfer ReferenceID"
            ),
            "A: EventReleased ConnID 1 ConferenceMember Transferred Cause Transfer",
            "A: EventOnHook",
            moved("B", 1),
            moved("C", 1),
            moved("D", 3),
        ],
    ),
    "of a conference of which two are left": (
        [*CONFERENCE, "B Hangup 1", "A InitiateTransfer 1 D", "A CompleteTransfer 1"],
        [
            (
                "A: EventReleased ConnID 3 PreviousConnID 1 CallType Consult Origination"
                " OtherDN D Destination Transferred Cause Transfer ReferenceID"
            ),
            (
                "A: EventReleased ConnID 1 ConferenceMember OtherDN C ConferenceMember"
                " Transferred Cause Transfer"
            ),
            "A: EventOnHook",
            (
                "C: EventPartyChanged ConnID 1 PreviousConnID 1 ConferenceMember"
                " OtherDN D Destination ThirdPartyDN A TransferedBy Transferred"
            ),
            (
                "D: EventPartyChanged ConnID 1 PreviousConnID 3 Destination"
                " OtherDN C ConferenceMember ThirdPartyDN A TransferedBy Transferred"
            ),
        ],
    ),
    "of a consultation with several": (
        [*CONSULT_TWO, "A CompleteTransfer 1"],
        [
            (
                "A: EventReleased ConnID 2 PreviousConnID 1 CallType Consult ConferenceMember"
                " Transferred Cause Transfer ReferenceID"
            ),
            *RELEASED[1:],
            moved("B", 1),
            moved("C", 2),
            moved("D", 2),
        ],
    ),
    "the connected talk on": (
        [*CONSULT, "A CompleteTransfer 1", "C Hangup 1"],
        [
            "C: EventReleased ConnID 1 Destination OtherDN B Destination OK ReferenceID",
            "C: EventOnHook",
            "B: EventReleased ConnID 1 Destination OtherDN C Destination OK",
            "B: EventOnHook",
        ],
    ),
}

COMPLETED_EARLY: Table = {
    "while C rings": (BLIND, [*RELEASED, *CHANGED]),
    "C answers: B has talked all the time": (
        [*BLIND, "C Answer 1"],
        [
            "C: EventOffHook",
            "C: EventEstablished ConnID 1 Destination OtherDN B Destination OK ReferenceID",
        ],
    ),
    "C answers: B has it on hold all the time": (
        [*CONSULT_RINGS, "B Hold 1", "A CompleteTransfer 1", "C Answer 1"],
        [
            "C: EventOffHook",
            "C: EventEstablished ConnID 1 Destination OtherDN B Destination OK ReferenceID",
        ],
    ),
    "B hangs up": (
        [*BLIND, "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN C Destination OK ReferenceID",
            "B: EventOnHook",
            "C: EventAbandoned ConnID 1 Destination OtherDN B Destination OK",
        ],
    ),
    "C rejects": (
        [*BLIND, "C Reject 1"],
        [
            "C: EventReleased ConnID 1 Destination OtherDN B Destination OK ReferenceID",
            "B: EventReleased ConnID 1 Destination OtherDN C Destination OK Cause Reject",
            "B: EventOnHook",
        ],
    ),
    "C redirects": (
        [*BLIND, "C Redirect 1 D"],
        [
            (
                "C: EventReleased ConnID 1 Destination OtherDN B Destination"
                " ThirdPartyDN D Destination Redirected Cause Redirect ReferenceID"
            ),
            "D: EventRinging ConnID 1 Destination OtherDN B Destination Redirected",
        ],
    ),
}


@rows(COMPLETION, MORE_THAN_TWO, COMPLETED_EARLY)
def test_each_party_hears_its_own_events(steps: list[str], expected: list[str]) -> None:
    assert heard_last(new_core(), steps) == expected


@pytest.mark.parametrize("before", [CONSULT, CONSULT_RINGS])
def test_the_held_call_survives_and_each_keeps_how_it_knows_its_call(before: list[str]) -> None:
    core = play(*before)
    main, consult = core.legs("A")
    play("A CompleteTransfer 2", core=core)
    assert [number(conn_id) for conn_id in core.calls] == [1]
    assert the_call(core, 1).call_type is CallType.INTERNAL
    [b], [c] = core.legs("B"), core.legs("C")
    assert core.legs("A") == ()
    assert (b.id, b.participants, b.call_type) == (main.id, ("C",), CallType.INTERNAL)
    assert (c.id, c.participants, c.call_type) == (consult.id, ("B",), CallType.CONSULT)
    assert b.conn_id == c.conn_id == main.conn_id


def test_user_data_are_those_of_the_main_call() -> None:
    core = play("A Dial B account=1", "B Answer 1", "A InitiateTransfer 1 C why=help")
    assert core.legs("C")[0].user_data == {"why": "help"}
    play("A CompleteTransfer 1", core=core)
    assert core.legs("C")[0].user_data == {"account": "1"}
