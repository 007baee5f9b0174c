"""Completing a conference: T-Library call model, "TCompleteConference"."""

from tests.server.voice.telling import (
    CONFERENCE,
    CONSULT,
    FOUR,
    Table,
    heard_last,
    new_core,
    rows,
)

CONSULT_2 = "ConnID 2 PreviousConnID 1 CallType Consult"
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
COMPLETION: Table = {
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


@rows(COMPLETION)
def test_each_party_hears_its_own_events(steps: list[str], expected: list[str]) -> None:
    assert heard_last(new_core(), steps) == expected
