"""Consultations: who hears what, and what becomes of them when somebody hangs up.

T-Library call model, "Consultation"; Web Services, "If the consulted party hangs up".
"""

import pytest

from switchbell.voice.core import VoiceCore
from switchbell.voice.model import ConsultType, PartyState
from tests.server.voice.telling import (
    CONSULT,
    CONSULT_RINGS,
    CONSULT_TWO,
    TALK,
    Table,
    heard,
    heard_last,
    new_core,
    number,
    picture,
    play,
    rows,
    step,
)

CONSULT_2 = "ConnID 2 PreviousConnID 1 CallType Consult"
CONSULTATION: Table = {
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

SECOND_STEPS: Table = {
    "the consulted one is in a conference of its own: C hangs up": (
        [*CONSULT_TWO, "C Hangup 2"],
        [
            f"C: EventReleased {CONSULT_2} ConferenceMember OK ReferenceID",
            "C: EventOnHook",
            *[
                f"{dn}: EventPartyDeleted {CONSULT_2} ConferenceMember"
                " OtherDN C DeletedParty ThirdPartyDN C DeletedBy OK"
                for dn in "AD"
            ],
        ],
    ),
    "the main call works on after C has hung up": (
        [*CONSULT, "C Hangup 2", "A Retrieve 1"],
        ["A: EventRetrieved ConnID 1 Origination OtherDN B Destination OK ReferenceID"],
    ),
    "the consult call works on after B has hung up": (
        [*CONSULT, "B Hangup 1", "A Hold 2"],
        [f"A: EventHeld {CONSULT_2} Origination OtherDN C Destination OK ReferenceID"],
    ),
    "a new consultation after the first was given up": (
        [*CONSULT, "A Hangup 2", "A InitiateTransfer 1 D"],
        [
            (
                "A: EventDialing ConnID 3 PreviousConnID 1 CallType Consult"
                " Origination OtherDN D Destination OK ReferenceID"
            ),
            (
                "D: EventRinging ConnID 3 PreviousConnID 1 CallType Consult"
                " Destination OtherDN A Origination OK"
            ),
        ],
    ),
    "a consultation about the consultation, whose main call has ended": (
        [*CONSULT, "B Hangup 1", "A InitiateTransfer 2 D"],
        [
            f"A: EventHeld {CONSULT_2} Origination OtherDN C Destination OK",
            (
                "A: EventDialing ConnID 3 PreviousConnID 2 CallType Consult"
                " Origination OtherDN D Destination OK ReferenceID"
            ),
            (
                "D: EventRinging ConnID 3 PreviousConnID 2 CallType Consult"
                " Destination OtherDN A Origination OK"
            ),
        ],
    ),
    "C has no line": (
        [*TALK, "D Dial C", "E Dial C", "A InitiateTransfer 1 C"],
        [
            "A: EventHeld ConnID 1 Origination OtherDN B Destination OK",
            *[
                f"A: {event} ConnID 4 PreviousConnID 1 CallType Consult"
                f" Origination OtherDN C Destination {result}"
                for event, result in (
                    ("EventDialing", "OK ReferenceID"),
                    ("EventDestinationBusy", "Busy"),
                )
            ],
        ],
    ),
}


@rows(CONSULTATION, SECOND_STEPS)
def test_each_party_hears_its_own_events(steps: list[str], expected: list[str]) -> None:
    assert heard_last(new_core(lines=2), steps) == expected


@pytest.mark.parametrize("before", [TALK, [*TALK, "A Hold 1"]])
def test_consulting_for_a_transfer_sounds_like_consulting_for_a_conference(
    before: list[str],
) -> None:
    conference, transfer = play(*before), play(*before)
    begun = heard(step(conference, "A InitiateConference 1 C"))
    assert heard(step(transfer, "A InitiateTransfer 1 C")) == begun != []
    assert picture(conference)[1:] == picture(transfer)[1:]
    made_for = [core.calls[conn_id(core)].consult_type for core in (conference, transfer)]
    assert made_for == [ConsultType.CONFERENCE, ConsultType.TRANSFER]


def conn_id(core: VoiceCore) -> str:
    """That of the latest call."""
    return max(core.calls)


# Who hangs up, and what the owner's other call is without it.
HELD_ALONE = {"Retrieve", "InitiateConference", "InitiateTransfer"}
COMPLETING = {"CompleteConference", "CompleteTransfer", "SwapCalls", "MergeWithOtherCall"}
ENDINGS = {
    "C hangs up": ([*CONSULT, "C Hangup 2"], 1, PartyState.HELD, HELD_ALONE),
    "C rejects": ([*CONSULT_RINGS, "C Reject 2"], 1, PartyState.HELD, HELD_ALONE),
    "A gives up": ([*CONSULT, "A Hangup 2"], 1, PartyState.HELD, HELD_ALONE),
    "B hangs up": (
        [*CONSULT, "B Hangup 1"],
        2,
        PartyState.ESTABLISHED,
        {"Hold", "InitiateConference", "InitiateTransfer"},
    ),
    "B hangs up while C rings": (
        [*CONSULT_RINGS, "B Hangup 1"],
        2,
        PartyState.DIALING,
        {"SendDtmf"},
    ),
}


@pytest.mark.parametrize(
    ("steps", "left", "state", "possible"), ENDINGS.values(), ids=ENDINGS.keys()
)
def test_the_owner_sees_the_call_that_is_left_without_the_other(
    steps: list[str], left: int, state: PartyState, possible: set[str]
) -> None:
    *before, last = steps
    core = play(*before)
    change = step(core, last)
    [leg] = core.legs("A")
    assert change.refreshed == (leg,)
    assert (number(leg.conn_id), leg.state) == (left, state)
    assert possible <= {*leg.capabilities}
    assert not COMPLETING & {*leg.capabilities}
