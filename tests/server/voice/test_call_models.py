"""Who hears what: the tables of the T-Library call model, row by row."""

import pytest

from tests.server.voice.telling import (
    CONFERENCE,
    CONSULT,
    CONSULT_RINGS,
    FOUR,
    TALK,
    heard,
    play,
    step,
)

BASIC_CALL = {
    "dial": (
        ["A Dial B"],
        [
            "A: EventOffHook",
            "A: EventDialing ConnID 1 Origination OtherDN B Destination OK ReferenceID",
            "B: EventRinging ConnID 1 Destination OtherDN A Origination OK",
        ],
    ),
    "answer": (
        TALK,
        [
            "B: EventOffHook",
            "B: EventEstablished ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "A: EventEstablished ConnID 1 Origination OtherDN B Destination OK",
        ],
    ),
    "abandon": (
        ["A Dial B", "A Hangup 1"],
        [
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK ReferenceID",
            "A: EventOnHook",
            "B: EventAbandoned ConnID 1 Destination OtherDN A Origination OK",
        ],
    ),
    "reject": (
        ["A Dial B", "B Reject 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK Cause Reject",
            "A: EventOnHook",
        ],
    ),
    "answer while talking: held first, and the receiver is up already": (
        [*TALK, "C Dial B", "B Answer 2"],
        [
            "B: EventHeld ConnID 1 Destination OtherDN A Origination OK",
            "B: EventEstablished ConnID 2 Destination OtherDN C Origination OK ReferenceID",
            "C: EventEstablished ConnID 2 Origination OtherDN B Destination OK",
        ],
    ),
    "a ringing call leaves the receiver down": (
        ["A Dial B", "B Dial C"],
        [
            "B: EventOffHook",
            "B: EventDialing ConnID 2 Origination OtherDN C Destination OK ReferenceID",
            "C: EventRinging ConnID 2 Destination OtherDN B Origination OK",
        ],
    ),
    "the receiver goes down though another call rings": (
        [*TALK, "C Dial B", "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "B: EventOnHook",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK",
            "A: EventOnHook",
        ],
    ),
    "the receiver stays up for a held call": (
        [*TALK, "C Dial B", "B Answer 2", "B Hangup 2"],
        [
            "B: EventReleased ConnID 2 Destination OtherDN C Origination OK ReferenceID",
            "C: EventReleased ConnID 2 Origination OtherDN B Destination OK",
            "C: EventOnHook",
        ],
    ),
}

RELEASE = {
    "release phase, A asks": (
        [*TALK, "A Hangup 1"],
        [
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK ReferenceID",
            "A: EventOnHook",
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK",
            "B: EventOnHook",
        ],
    ),
    "release phase, B asks": (
        [*TALK, "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "B: EventOnHook",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK",
            "A: EventOnHook",
        ],
    ),
    "release from conference, two remain": (
        [*CONFERENCE, "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "B: EventOnHook",
            (
                "A: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN B DeletedBy OK"
            ),
            (
                "C: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN B DeletedBy OK"
            ),
        ],
    ),
    "release from conference, three remain": (
        [*FOUR, "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "B: EventOnHook",
            (
                "A: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN B DeletedBy Conferenced"
            ),
            (
                "C: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN B DeletedBy Conferenced"
            ),
            (
                "D: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN B DeletedBy Conferenced"
            ),
        ],
    ),
    "the owner releases from the conference": (
        [*CONFERENCE, "A Hangup 1"],
        [
            "A: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "A: EventOnHook",
            (
                "B: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN A DeletedParty ThirdPartyDN A DeletedBy OK"
            ),
            (
                "C: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN A DeletedParty ThirdPartyDN A DeletedBy OK"
            ),
        ],
    ),
    "the two that remain release as in a conversation, with the roles of the conference": (
        [*CONFERENCE, "B Hangup 1", "C Hangup 1"],
        [
            "C: EventReleased ConnID 1 ConferenceMember OtherDN A ConferenceMember OK ReferenceID",
            "C: EventOnHook",
            "A: EventReleased ConnID 1 ConferenceMember OtherDN C ConferenceMember OK",
            "A: EventOnHook",
        ],
    ),
}

DELETE = {
    "delete from conference, two remain": (
        [*CONFERENCE, "A Remove 1 B"],
        [
            (
                "A: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN A DeletedBy OK ReferenceID"
            ),
            "B: EventReleased ConnID 1 ConferenceMember OK",
            "B: EventOnHook",
            (
                "C: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN A DeletedBy OK"
            ),
        ],
    ),
    "delete from conference, three remain": (
        [*FOUR, "A Remove 1 B"],
        [
            (
                "A: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN A DeletedBy Conferenced ReferenceID"
            ),
            "B: EventReleased ConnID 1 ConferenceMember OK",
            "B: EventOnHook",
            *[
                f"{dn}: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN A DeletedBy Conferenced"
                for dn in "CD"
            ],
        ],
    ),
    "who deletes himself leaves": (
        [*CONFERENCE, "B Remove 1 B"],
        [
            "B: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "B: EventOnHook",
            *[
                f"{dn}: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN B DeletedBy OK"
                for dn in "AC"
            ],
        ],
    ),
}

HOLD_AND_RETRIEVE = {
    "hold": (
        [*TALK, "B Hold 1"],
        ["B: EventHeld ConnID 1 Destination OtherDN A Origination OK ReferenceID"],
    ),
    "retrieve": (
        [*TALK, "B Hold 1", "B Retrieve 1"],
        ["B: EventRetrieved ConnID 1 Destination OtherDN A Origination OK ReferenceID"],
    ),
    "another call meanwhile": (
        [*TALK, "B Hold 1", "B Dial C"],
        [
            "B: EventDialing ConnID 2 Origination OtherDN C Destination OK ReferenceID",
            "C: EventRinging ConnID 2 Destination OtherDN B Origination OK",
        ],
    ),
    "each has its own hold": (
        [*TALK, "B Hold 1", "A Hold 1"],
        ["A: EventHeld ConnID 1 Origination OtherDN B Destination OK ReferenceID"],
    ),
    "the holder releases": (
        [*TALK, "B Hold 1", "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "B: EventOnHook",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK",
            "A: EventOnHook",
        ],
    ),
    "the held one releases": (
        [*TALK, "B Hold 1", "A Hangup 1"],
        [
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK ReferenceID",
            "A: EventOnHook",
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK",
            "B: EventOnHook",
        ],
    ),
    "in a conference": (
        [*CONFERENCE, "C Hold 1"],
        ["C: EventHeld ConnID 1 ConferenceMember OK ReferenceID"],
    ),
}

CONSULT_2 = "ConnID 2 PreviousConnID 1 CallType Consult"
CONSULTATION = {
    "initiate": (
        CONSULT_RINGS,
        [
            "A: EventHeld ConnID 1 Origination OtherDN B Destination OK",
            f"A: EventDialing {CONSULT_2} Origination OtherDN C Destination OK ReferenceID",
            f"C: EventRinging {CONSULT_2} Destination OtherDN A Origination OK",
        ],
    ),
    "initiate on a held call: not held again": (
        [*TALK, "A Hold 1", "A InitiateConference 1 C"],
        [
            f"A: EventDialing {CONSULT_2} Origination OtherDN C Destination OK ReferenceID",
            f"C: EventRinging {CONSULT_2} Destination OtherDN A Origination OK",
        ],
    ),
    "C answers": (
        CONSULT,
        [
            "C: EventOffHook",
            f"C: EventEstablished {CONSULT_2} Destination OtherDN A Origination OK ReferenceID",
            f"A: EventEstablished {CONSULT_2} Origination OtherDN C Destination OK",
        ],
    ),
    "C rejects": (
        [*CONSULT_RINGS, "C Reject 2"],
        [
            f"C: EventReleased {CONSULT_2} Destination OtherDN A Origination OK ReferenceID",
            f"A: EventReleased {CONSULT_2} Origination OtherDN C Destination OK Cause Reject",
        ],
    ),
    "A gives up while C rings": (
        [*CONSULT_RINGS, "A Hangup 2"],
        [
            f"A: EventReleased {CONSULT_2} Origination OtherDN C Destination OK ReferenceID",
            f"C: EventAbandoned {CONSULT_2} Destination OtherDN A Origination OK",
        ],
    ),
    "A gives up after C has answered": (
        [*CONSULT, "A Hangup 2"],
        [
            f"A: EventReleased {CONSULT_2} Origination OtherDN C Destination OK ReferenceID",
            f"C: EventReleased {CONSULT_2} Destination OtherDN A Origination OK",
            "C: EventOnHook",
        ],
    ),
    "C hangs up": (
        [*CONSULT, "C Hangup 2"],
        [
            f"C: EventReleased {CONSULT_2} Destination OtherDN A Origination OK ReferenceID",
            "C: EventOnHook",
            f"A: EventReleased {CONSULT_2} Origination OtherDN C Destination OK",
        ],
    ),
    "B releases while held: the consultation lives on": (
        [*CONSULT, "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "B: EventOnHook",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK",
        ],
    ),
    "A swaps by hand: the consult call on hold": (
        [*CONSULT, "A Hold 2"],
        [f"A: EventHeld {CONSULT_2} Origination OtherDN C Destination OK ReferenceID"],
    ),
}

COMPLETE_RELEASED = (
    f"A: EventReleased {CONSULT_2} Origination OtherDN C Destination"
    " Conferenced Cause Conference ReferenceID"
)
COMPLETE_REST = [
    (
        "A: EventPartyAdded ConnID 1 ConferenceMember"
        " OtherDN C NewParty ThirdPartyDN A AddedBy Conferenced"
    ),
    (
        "B: EventPartyAdded ConnID 1 ConferenceMember"
        " OtherDN C NewParty ThirdPartyDN A AddedBy Conferenced"
    ),
    (
        "C: EventPartyChanged ConnID 1 PreviousConnID 2 ConferenceMember"
        " ThirdPartyDN A ConferencedBy Conferenced"
    ),
]
RETRIEVED = "A: EventRetrieved ConnID 1 Origination OtherDN B Destination Conferenced"
COMPLETION = {
    "posted to the main call": (CONFERENCE, [COMPLETE_RELEASED, RETRIEVED, *COMPLETE_REST]),
    "posted to the consult call": (
        [*CONSULT, "A CompleteConference 2"],
        [COMPLETE_RELEASED, RETRIEVED, *COMPLETE_REST],
    ),
    "the consult call named": (
        [*CONSULT, "A CompleteConference 1 2"],
        [COMPLETE_RELEASED, RETRIEVED, *COMPLETE_REST],
    ),
    "the consult call named on itself": (
        [*CONSULT, "A CompleteConference 2 2"],
        [COMPLETE_RELEASED, RETRIEVED, *COMPLETE_REST],
    ),
    "the main call not held: not retrieved": (
        [*CONSULT, "A Hold 2", "A Retrieve 1", "A CompleteConference 1"],
        [COMPLETE_RELEASED, *COMPLETE_REST],
    ),
    "both on hold": (
        [*CONSULT, "A Hold 2", "A CompleteConference 1"],
        [COMPLETE_RELEASED, RETRIEVED, *COMPLETE_REST],
    ),
    "a fourth party": (
        FOUR,
        [
            (
                "A: EventReleased ConnID 3 PreviousConnID 1 CallType Consult Origination"
                " OtherDN D Destination Conferenced Cause Conference ReferenceID"
            ),
            "A: EventRetrieved ConnID 1 ConferenceMember Conferenced",
            *[
                f"{dn}: EventPartyAdded ConnID 1 ConferenceMember"
                " OtherDN D NewParty ThirdPartyDN A AddedBy Conferenced"
                for dn in "ABC"
            ],
            (
                "D: EventPartyChanged ConnID 1 PreviousConnID 3 ConferenceMember"
                " ThirdPartyDN A ConferencedBy Conferenced"
            ),
        ],
    ),
    "two new parties at once": (
        [
            *CONSULT,
            "C InitiateConference 2 D",
            "D Answer 3",
            "C CompleteConference 3",
            "A CompleteConference 1",
        ],
        [
            (
                "A: EventReleased ConnID 2 PreviousConnID 1 CallType Consult ConferenceMember"
                " Conferenced Cause Conference ReferenceID"
            ),
            RETRIEVED,
            *[
                f"{dn}: EventPartyAdded ConnID 1 ConferenceMember"
                f" OtherDN {new} NewParty ThirdPartyDN A AddedBy Conferenced"
                for new in "CD"
                for dn in "AB"
            ],
            *[
                f"{new}: EventPartyChanged ConnID 1 PreviousConnID 2 ConferenceMember"
                " ThirdPartyDN A ConferencedBy Conferenced"
                for new in "CD"
            ],
        ],
    ),
}

TABLES = {**BASIC_CALL, **RELEASE, **DELETE, **HOLD_AND_RETRIEVE, **CONSULTATION, **COMPLETION}


@pytest.mark.parametrize(("steps", "expected"), TABLES.values(), ids=TABLES.keys())
def test_each_party_hears_its_own_events(steps: list[str], expected: list[str]) -> None:
    *before, last = steps
    assert heard(step(play(*before), last)) == expected


def test_the_scenarios_do_not_share_a_name() -> None:
    parts = (BASIC_CALL, RELEASE, DELETE, HOLD_AND_RETRIEVE, CONSULTATION, COMPLETION)
    assert len(TABLES) == sum(map(len, parts))
