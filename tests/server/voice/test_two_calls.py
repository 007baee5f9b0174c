"""Going between two calls, making one of them, passing on and ending: T-Library call model, "Other
call operations"."""

import pytest

from switchbell.voice.model import CallType
from tests.server.voice.telling import (
    CONFERENCE,
    CONSULT,
    CONSULT_RINGS,
    CONSULT_TWO,
    TALK,
    THREE_CALLS,
    TWO_CALLS,
    Table,
    call_id,
    heard_last,
    new_core,
    number,
    play,
    rows,
    the_call,
    with_everything,
)

CONSULT_2 = "ConnID 2 PreviousConnID 1 CallType Consult"
HELD_2 = f"A: EventHeld {CONSULT_2} Origination OtherDN C Destination OK ReferenceID"
RETRIEVED_1 = "A: EventRetrieved ConnID 1 Origination OtherDN B Destination OK"
ALTERNATE: Table = {
    "asked on the call that is talked on": ([*CONSULT, "A SwapCalls 2"], [HELD_2, RETRIEVED_1]),
    "asked on the call that is held": ([*CONSULT, "A SwapCalls 1"], [HELD_2, RETRIEVED_1]),
    "the other call named": ([*CONSULT, "A SwapCalls 2 1"], [HELD_2, RETRIEVED_1]),
    "and back": (
        [*CONSULT, "A SwapCalls 2", "A SwapCalls 2"],
        [
            "A: EventHeld ConnID 1 Origination OtherDN B Destination OK ReferenceID",
            f"A: EventRetrieved {CONSULT_2} Origination OtherDN C Destination OK",
        ],
    ),
    "two calls that have nothing to do with each other": (
        [*TWO_CALLS, "A SwapCalls 2"],
        [
            "A: EventHeld ConnID 2 Destination OtherDN C Origination OK ReferenceID",
            "A: EventRetrieved ConnID 1 Origination OtherDN B Destination OK",
        ],
    ),
    "one of two held calls is named": (
        [*THREE_CALLS, "A SwapCalls 3 2"],
        [
            "A: EventHeld ConnID 3 Destination OtherDN D Origination OK ReferenceID",
            "A: EventRetrieved ConnID 2 Destination OtherDN C Origination OK",
        ],
    ),
    "a held call with the one that is talked on": (
        [*THREE_CALLS, "A SwapCalls 1"],
        [
            "A: EventHeld ConnID 3 Destination OtherDN D Origination OK ReferenceID",
            "A: EventRetrieved ConnID 1 Origination OtherDN B Destination OK",
        ],
    ),
    "with a conference": (
        [*CONFERENCE, "D Dial A", "A Answer 3", "A SwapCalls 3"],
        [
            "A: EventHeld ConnID 3 Destination OtherDN D Origination OK ReferenceID",
            "A: EventRetrieved ConnID 1 ConferenceMember OK",
        ],
    ),
}

GIVEN_UP = f"A: EventReleased {CONSULT_2} Origination OtherDN C Destination OK ReferenceID"
C_RELEASED = [
    f"C: EventReleased {CONSULT_2} Destination OtherDN A Origination OK",
    "C: EventOnHook",
]
FILL_C = ["D Dial C", "E Dial C"]
RECONNECT: Table = {
    "C has answered": ([*CONSULT, "A Reconnect 2"], [GIVEN_UP, RETRIEVED_1, *C_RELEASED]),
    "asked on the main call": ([*CONSULT, "A Reconnect 1"], [GIVEN_UP, RETRIEVED_1, *C_RELEASED]),
    "C rings": (
        [*CONSULT_RINGS, "A Reconnect 2"],
        [
            GIVEN_UP,
            RETRIEVED_1,
            f"C: EventAbandoned {CONSULT_2} Destination OtherDN A Origination OK",
        ],
    ),
    "C is busy": (
        [*FILL_C, "A Dial B", "B Answer 3", "A InitiateConference 3 C", "A Reconnect 4"],
        [
            (
                "A: EventReleased ConnID 4 PreviousConnID 3 CallType Consult Origination"
                " OtherDN C Destination OK ReferenceID"
            ),
            "A: EventRetrieved ConnID 3 Origination OtherDN B Destination OK",
        ],
    ),
    "C is in a conference of his own: it goes on": (
        [*CONSULT_TWO, "A Reconnect 2"],
        [
            f"A: EventReleased {CONSULT_2} ConferenceMember OK ReferenceID",
            RETRIEVED_1,
            *[
                f"{dn}: EventPartyDeleted {CONSULT_2} ConferenceMember"
                " OtherDN A DeletedParty ThirdPartyDN A DeletedBy OK"
                for dn in "CD"
            ],
        ],
    ),
}


def added(new: str, *members: str, call: int = 1) -> list[str]:
    """What the members of a conference hear of one who joins it, by A."""
    return [
        f"{dn}: EventPartyAdded ConnID {call} ConferenceMember"
        f" OtherDN {new} NewParty ThirdPartyDN A AddedBy Conferenced"
        for dn in members
    ]


MERGED = [
    (
        f"A: EventReleased {CONSULT_2} Origination OtherDN C Destination"
        " Conferenced Cause Conference ReferenceID"
    ),
    "A: EventRetrieved ConnID 1 Origination OtherDN B Destination Conferenced",
    *added("C", "A", "B"),
    (
        "C: EventPartyChanged ConnID 1 PreviousConnID 2 ConferenceMember"
        " ThirdPartyDN A ConferencedBy Conferenced"
    ),
]
UNRELATED = [
    (
        "A: EventReleased ConnID 2 Destination OtherDN C Origination"
        " Conferenced Cause Conference ReferenceID"
    ),
    *MERGED[1:],
]
MERGE: Table = {
    "a main call and its consultation": ([*CONSULT, "A MergeWithOtherCall 1"], MERGED),
    "asked on the consult call": ([*CONSULT, "A MergeWithOtherCall 2 1"], MERGED),
    "the main call talked on: it survives all the same": (
        [*CONSULT, "A SwapCalls 2", "A MergeWithOtherCall 1"],
        [MERGED[0], *MERGED[2:]],
    ),
    "two calls that have nothing to do with each other": (
        [*TWO_CALLS, "A MergeWithOtherCall 2"],
        UNRELATED,
    ),
    "asked on the held one": ([*TWO_CALLS, "A MergeWithOtherCall 1 2"], UNRELATED),
    "the later call is held: it survives": (
        [*TWO_CALLS, "A SwapCalls 2", "A MergeWithOtherCall 2"],
        [
            (
                "A: EventReleased ConnID 1 Origination OtherDN B Destination"
                " Conferenced Cause Conference ReferenceID"
            ),
            "A: EventRetrieved ConnID 2 Destination OtherDN C Origination Conferenced",
            # The members in the order in which they joined: C has made the call.
            *added("B", "A", "C", call=2),
            (
                "B: EventPartyChanged ConnID 2 PreviousConnID 1 ConferenceMember"
                " ThirdPartyDN A ConferencedBy Conferenced"
            ),
        ],
    ),
    "a conference and a call": (
        [*CONFERENCE, "D Dial A", "A Answer 3", "A MergeWithOtherCall 3"],
        [
            (
                "A: EventReleased ConnID 3 Destination OtherDN D Origination"
                " Conferenced Cause Conference ReferenceID"
            ),
            "A: EventRetrieved ConnID 1 ConferenceMember Conferenced",
            *added("D", "A", "B", "C"),
            (
                "D: EventPartyChanged ConnID 1 PreviousConnID 3 ConferenceMember"
                " ThirdPartyDN A ConferencedBy Conferenced"
            ),
        ],
    ),
}

REDIRECT: Table = {
    "C rings in place of B": (
        ["A Dial B", "B Redirect 1 C"],
        [
            (
                "B: EventReleased ConnID 1 Destination OtherDN A Origination"
                " ThirdPartyDN C Destination Redirected Cause Redirect ReferenceID"
            ),
            "C: EventRinging ConnID 1 Destination OtherDN A Origination Redirected",
        ],
    ),
    "A hears of it when C answers": (
        ["A Dial B", "B Redirect 1 C", "C Answer 1"],
        [
            "C: EventOffHook",
            "C: EventEstablished ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "A: EventEstablished ConnID 1 Origination OtherDN C Destination OK",
        ],
    ),
    "A gives up while C rings": (
        ["A Dial B", "B Redirect 1 C", "A Hangup 1"],
        [
            "A: EventReleased ConnID 1 Origination OtherDN C Destination OK ReferenceID",
            "A: EventOnHook",
            "C: EventAbandoned ConnID 1 Destination OtherDN A Origination OK",
        ],
    ),
    "a consultation": (
        [*CONSULT_RINGS, "C Redirect 2 D"],
        [
            (
                f"C: EventReleased {CONSULT_2} Destination OtherDN A Origination"
                " ThirdPartyDN D Destination Redirected Cause Redirect ReferenceID"
            ),
            f"D: EventRinging {CONSULT_2} Destination OtherDN A Origination Redirected",
        ],
    ),
    "on a conference": (
        [*TALK, "A SingleStepConference 1 C", "C Redirect 1 D"],
        [
            (
                "C: EventReleased ConnID 1 ConferenceMember"
                " ThirdPartyDN D ConferenceMember Redirected Cause Redirect ReferenceID"
            ),
            "D: EventRinging ConnID 1 ConferenceMember Redirected",
            (
                "A: EventPartyChanged ConnID 1 PreviousConnID 1 ConferenceMember"
                " OtherDN D ConferenceMember ThirdPartyDN C TransferedBy Redirected"
            ),
            (
                "B: EventPartyChanged ConnID 1 PreviousConnID 1 ConferenceMember"
                " OtherDN D ConferenceMember ThirdPartyDN C TransferedBy Redirected"
            ),
        ],
    ),
}

CLEAR: Table = {
    "a call of two": (
        [*TALK, "B ClearCall 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "B: EventOnHook",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK",
            "A: EventOnHook",
        ],
    ),
    "a conference": (
        [*CONFERENCE, "C Hold 1", "B ClearCall 1"],
        [
            "B: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "B: EventOnHook",
            "A: EventReleased ConnID 1 ConferenceMember OK",
            "A: EventOnHook",
            "C: EventReleased ConnID 1 ConferenceMember OK",
            "C: EventOnHook",
        ],
    ),
    "a conference of which one rings": (
        [*TALK, "A SingleStepConference 1 C", "A ClearCall 1"],
        [
            "A: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "A: EventOnHook",
            "B: EventReleased ConnID 1 ConferenceMember OK",
            "B: EventOnHook",
            "C: EventAbandoned ConnID 1 ConferenceMember OK",
        ],
    ),
    "a call that rings": (
        ["A Dial B", "B ClearCall 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK",
            "A: EventOnHook",
        ],
    ),
    "a consultation: the main call stays on hold": (
        [*CONSULT, "C ClearCall 2"],
        [
            f"C: EventReleased {CONSULT_2} Destination OtherDN A Origination OK ReferenceID",
            "C: EventOnHook",
            f"A: EventReleased {CONSULT_2} Origination OtherDN C Destination OK",
        ],
    ),
}


@rows(ALTERNATE)
def test_alternate(steps: list[str], expected: list[str]) -> None:
    assert heard_last(new_core(), steps) == expected


@rows(RECONNECT)
def test_reconnect(steps: list[str], expected: list[str]) -> None:
    assert heard_last(new_core(lines=2), steps) == expected


@rows(MERGE)
def test_merge(steps: list[str], expected: list[str]) -> None:
    assert heard_last(new_core(), steps) == expected


@rows(REDIRECT)
def test_redirect(steps: list[str], expected: list[str]) -> None:
    assert heard_last(new_core(), steps) == expected


@rows(CLEAR)
def test_clear(steps: list[str], expected: list[str]) -> None:
    assert heard_last(with_everything(), steps) == expected


def test_the_held_call_keeps_its_conn_id_in_a_merger_and_each_its_own_id() -> None:
    core = play(*TWO_CALLS)
    main, talk = core.legs("A")
    play("A MergeWithOtherCall 2", core=core)
    assert [number(conn_id) for conn_id in core.calls] == [1]
    [a], [b], [c] = core.legs("A"), core.legs("B"), core.legs("C")
    assert (a.id, b.id, c.id) == (main.id, main.id, talk.id)
    assert a.participants == ("C", "B")
    assert the_call(core, 1).call_type is CallType.INTERNAL


@pytest.mark.parametrize("consult", [CONSULT, CONSULT_RINGS])
def test_a_consultation_can_be_given_up_and_begun_again(consult: list[str]) -> None:
    core = play(*consult, "A Reconnect 1", "A InitiateTransfer 1 C", "C Answer 3")
    play("A CompleteTransfer 1", core=core)
    assert [leg.participants for leg in core.legs("B")] == [("C",)]


def test_the_caller_sees_who_rings_after_a_redirection() -> None:
    core = play("A Dial B", "B Redirect 1 C")
    assert [leg.participants for leg in core.legs("A")] == [("C",)]
    assert core.legs("B") == ()
    assert core.legs("C")[0].id == call_id(core, "A", "1")
