"""Calls with the outside world: T-Library call models, "Inbound and outbound"."""

from typing import Any

import pytest

from switchbell.voice.core import OPERATIONS as HANDLERS
from switchbell.voice.core import VoiceCore
from switchbell.voice.errors import (
    CannotAnswer,
    CannotCompleteConference,
    CannotRelease,
    DestinationBusy,
    InvalidDestination,
    InvalidValue,
    UnknownCall,
    UnknownDevice,
    VoiceError,
    WrongState,
)
from switchbell.voice.events import EventName
from switchbell.voice.model import (
    CallState,
    CallType,
    Centre,
    FarEnd,
    Leg,
    PartyState,
    Queue,
)
from switchbell.voice.numbering import Numbering
from switchbell.voice.numbers import Numbers
from switchbell.voice.operations import (
    Answer,
    CallOperation,
    Dial,
    Hangup,
    Operation,
    Reject,
    SendDtmf,
)
from tests.server.voice.telling import Table, call_id, device, new_core, operation, refuse, rows
from tests.server.voice.waiting import Play, played

A_TO_X1 = "ConnID 1 CallType Outbound Origination OtherDN X1 Destination"
X1_TO_A = "ConnID 1 CallType Inbound Destination OtherDN X1 Origination"
OUTBOUND_MEMBER = "ConnID 1 CallType Outbound ConferenceMember"


def a_to(far_end: str, call: int = 1) -> str:
    return f"ConnID {call} CallType Outbound Origination OtherDN {far_end} Destination"


def dialled(far_end: str) -> list[str]:
    return ["A: EventOffHook", f"A: EventDialing {a_to(far_end)} OK ReferenceID"]


def deleted(dn: str, gone: str, state: str = "OK", by: str | None = None) -> str:
    return (
        f"{dn}: EventPartyDeleted {OUTBOUND_MEMBER}"
        f" OtherDN {gone} DeletedParty ThirdPartyDN {by or gone} DeletedBy {state}"
    )


OUT = ["A Dial X1", "X1 Answer 1"]
OUTBOUND: Table = {
    "dial": (["A Dial X1"], [*dialled("X1"), f"A: EventNetworkReached {A_TO_X1} OK"]),
    "answered": (OUT, [f"A: EventEstablished {A_TO_X1} OK"]),
    "rejected": (
        ["A Dial X1", "X1 Reject 1"],
        [f"A: EventReleased {A_TO_X1} OK Cause Reject", "A: EventOnHook"],
    ),
    "given up": (
        ["A Dial X1", "A Hangup 1"],
        [f"A: EventReleased {A_TO_X1} OK ReferenceID", "A: EventOnHook"],
    ),
    "not answered": (
        ["A Dial X1", "wait 30"],
        [f"A: EventReleased {A_TO_X1} NoAnswer Cause NoAnswer", "A: EventOnHook"],
    ),
    "not sooner": (["A Dial X1", "wait 29.9"], []),
    "ended inside": (
        [*OUT, "A Hangup 1"],
        [f"A: EventReleased {A_TO_X1} OK ReferenceID", "A: EventOnHook"],
    ),
    "ended outside": ([*OUT, "X1 Hangup 1"], [f"A: EventReleased {A_TO_X1} OK", "A: EventOnHook"]),
    "ended outside while it is on hold": (
        [*OUT, "A Hold 1", "X1 Hangup 1"],
        [f"A: EventReleased {A_TO_X1} OK", "A: EventOnHook"],
    ),
    "answered in time": ([*OUT, "wait 60"], []),
    "a busy number": (
        ["A Dial busy"],
        [*dialled("busy"), f"A: EventDestinationBusy {a_to('busy')} Busy"],
    ),
    "what is no number": (
        ["A Dial invalid"],
        [*dialled("invalid"), f"A: EventDestinationBusy {a_to('invalid')} SitInvalidNum"],
    ),
    "one hears the busy tone until one hangs up": (["A Dial busy", "wait 100000"], []),
    "and hangs up": (
        ["A Dial busy", "A Hangup 1"],
        [f"A: EventReleased {a_to('busy')} OK ReferenceID", "A: EventOnHook"],
    ),
}

# They do it by themselves.
LEAVES = ["A Dial leaves", "wait 2"]
BY_THEMSELVES: Table = {
    "somebody answers": (
        ["A Dial answers", "wait 2"],
        [f"A: EventEstablished {a_to('answers')} OK"],
    ),
    "not sooner": (["A Dial answers", "wait 1.9"], []),
    "and stays": (["A Dial answers", "wait 2", "wait 100000"], []),
    "somebody who was given up does not answer": (
        ["A Dial answers", "wait 1", "A Hangup 1", "wait 60"],
        [],
    ),
    "somebody who was answered for does not answer again": (
        ["A Dial answers", "answers Answer 1", "wait 60"],
        [],
    ),
    "somebody rejects": (
        ["A Dial rejects", "wait 3"],
        [f"A: EventReleased {a_to('rejects')} OK Cause Reject", "A: EventOnHook"],
    ),
    "unless he was answered for": (["A Dial rejects", "rejects Answer 1", "wait 60"], []),
    "somebody answers who will not stay": (LEAVES, [f"A: EventEstablished {a_to('leaves')} OK"]),
    "and hangs up": (
        [*LEAVES, "wait 5"],
        [f"A: EventReleased {a_to('leaves')} OK", "A: EventOnHook"],
    ),
    "not sooner than that": ([*LEAVES, "wait 4.9"], []),
    "so long after he was answered for": (
        ["A Dial leaves", "leaves Answer 1", "wait 4.9", "wait 0.1"],
        [f"A: EventReleased {a_to('leaves')} OK", "A: EventOnHook"],
    ),
    "though he is on hold": (
        [*LEAVES, "A Hold 1", "wait 5"],
        [f"A: EventReleased {a_to('leaves')} OK", "A: EventOnHook"],
    ),
    "not once more when that was done for him": ([*LEAVES, "leaves Hangup 1", "wait 60"], []),
    "nor when the call has ended": ([*LEAVES, "A Hangup 1", "wait 60"], []),
    "out of a conference": (
        [*LEAVES, "A SingleStepConference 1 B", "B Answer 1", "wait 5"],
        [deleted("A", "leaves"), deleted("B", "leaves")],
    ),
    "after the call was handed over": (
        [*LEAVES, "A SingleStepTransfer 1 B", "B Answer 1", "wait 5"],
        [
            "B: EventReleased ConnID 1 CallType Outbound Origination OtherDN leaves Destination OK",
            "B: EventOnHook",
        ],
    ),
    "after he was consulted, and the call handed over to him": (
        [
            *["A Dial B", "B Answer 1", "A InitiateTransfer 1 leaves", "wait 2"],
            *["A CompleteTransfer 1", "wait 5"],
        ],
        [
            "B: EventReleased ConnID 1 Destination OtherDN leaves Destination OK",
            "B: EventOnHook",
        ],
    ),
    "one whom a call was handed over to blindly answers: the other hears him, no event": (
        ["A Dial B", "B Answer 1", "A MuteTransfer 1 leaves", "wait 2"],
        [],
    ),
    "and hangs up later": (
        ["A Dial B", "B Answer 1", "A MuteTransfer 1 leaves", "wait 2", "wait 5"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN leaves Destination OK",
            "B: EventOnHook",
        ],
    ),
    "one who calls in does not hang up by himself": (
        ["leaves Dial A", "A Answer 1", "wait 100000"],
        [],
    ),
}

IN = ["X1 Dial A", "A Answer 1"]
INBOUND: Table = {
    "dial": (["X1 Dial A"], [f"A: EventRinging {X1_TO_A} OK"]),
    "answered": (
        IN,
        ["A: EventOffHook", f"A: EventEstablished {X1_TO_A} OK ReferenceID"],
    ),
    "answered while talking": (
        ["A Dial B", "B Answer 1", "X1 Dial A", "A Answer 2"],
        [
            "A: EventHeld ConnID 1 Origination OtherDN B Destination OK",
            (
                "A: EventEstablished ConnID 2 CallType Inbound Destination OtherDN X1 Origination"
                " OK ReferenceID"
            ),
        ],
    ),
    "rejected": (
        ["X1 Dial A", "A Reject 1"],
        [f"A: EventReleased {X1_TO_A} OK ReferenceID"],
    ),
    "not answered": (["X1 Dial A", "wait 30"], [f"A: EventAbandoned {X1_TO_A} OK"]),
    "given up": (["X1 Dial A", "X1 Hangup 1"], [f"A: EventAbandoned {X1_TO_A} OK"]),
    "ended outside": ([*IN, "X1 Hangup 1"], [f"A: EventReleased {X1_TO_A} OK", "A: EventOnHook"]),
    "ended inside": (
        [*IN, "A Hangup 1"],
        [f"A: EventReleased {X1_TO_A} OK ReferenceID", "A: EventOnHook"],
    ),
    "on hold": ([*IN, "A Hold 1"], [f"A: EventHeld {X1_TO_A} OK ReferenceID"]),
    "with user data": (
        ["X1 Dial A account=1"],
        [f"A: EventRinging {X1_TO_A} UserData account=1 OK"],
    ),
    "redirected": (
        ["X1 Dial A", "A Redirect 1 B"],
        [
            (
                f"A: EventReleased {X1_TO_A} ThirdPartyDN B Destination"
                " Redirected Cause Redirect ReferenceID"
            ),
            f"B: EventRinging {X1_TO_A} Redirected",
        ],
    ),
    "handed over in one step": (
        [*IN, "A SingleStepTransfer 1 B"],
        [
            (
                f"A: EventReleased {X1_TO_A} ThirdPartyDN B Destination"
                " Transferred Cause SingleStepTransfer ReferenceID"
            ),
            "A: EventOnHook",
            f"B: EventRinging {X1_TO_A} Transferred",
        ],
    ),
    "handed over after a consultation": (
        [*IN, "A InitiateTransfer 1 B", "B Answer 2", "A CompleteTransfer 1"],
        [
            (
                "A: EventReleased ConnID 2 PreviousConnID 1 CallType Consult Origination"
                " OtherDN B Destination Transferred Cause Transfer ReferenceID"
            ),
            f"A: EventReleased {X1_TO_A} Transferred Cause Transfer",
            "A: EventOnHook",
            (
                "B: EventPartyChanged ConnID 1 PreviousConnID 2 CallType Inbound Destination"
                " OtherDN X1 Origination ThirdPartyDN A TransferedBy Transferred"
            ),
        ],
    ),
    "handed over to another outside": (
        [*IN, "A SingleStepTransfer 1 X2"],
        [
            (
                f"A: EventReleased {X1_TO_A} ThirdPartyDN X2 Destination"
                " Transferred Cause SingleStepTransfer ReferenceID"
            ),
            "A: EventOnHook",
        ],
    ),
    "redirected to another outside": (
        ["X1 Dial A", "A Redirect 1 X2"],
        [
            (
                f"A: EventReleased {X1_TO_A} ThirdPartyDN X2 Destination"
                " Redirected Cause Redirect ReferenceID"
            ),
        ],
    ),
}

CONSULT = "ConnID 2 PreviousConnID 1 CallType Consult Origination OtherDN X1 Destination"
CONSULTS = ["A Dial B", "B Answer 1", "A InitiateConference 1 X1"]
A_TO_B = "ConnID 1 Origination OtherDN B Destination"
MEETING = [*OUT, "A SingleStepConference 1 B", "B Answer 1"]
ADDED = "OtherDN X1 NewParty ThirdPartyDN A AddedBy Conferenced"
WITH_OTHERS: Table = {
    "consulted": (
        CONSULTS,
        [
            f"A: EventHeld {A_TO_B} OK",
            f"A: EventDialing {CONSULT} OK ReferenceID",
            f"A: EventNetworkReached {CONSULT} OK",
        ],
    ),
    "consulted, busy": (
        ["A Dial B", "B Answer 1", "A InitiateConference 1 busy"],
        [
            f"A: EventHeld {A_TO_B} OK",
            *[
                f"A: {event} ConnID 2 PreviousConnID 1 CallType Consult Origination"
                f" OtherDN busy Destination {state}"
                for event, state in (
                    ("EventDialing", "OK ReferenceID"),
                    ("EventDestinationBusy", "Busy"),
                )
            ],
        ],
    ),
    "consulted, answers": ([*CONSULTS, "X1 Answer 2"], [f"A: EventEstablished {CONSULT} OK"]),
    "consulted, hangs up": (
        [*CONSULTS, "X1 Answer 2", "X1 Hangup 2"],
        [f"A: EventReleased {CONSULT} OK"],
    ),
    "consulted, in a conference now": (
        [*CONSULTS, "X1 Answer 2", "A CompleteConference 1"],
        [
            f"A: EventReleased {CONSULT} Conferenced Cause Conference ReferenceID",
            f"A: EventRetrieved {A_TO_B} Conferenced",
            f"A: EventPartyAdded ConnID 1 ConferenceMember {ADDED}",
            f"B: EventPartyAdded ConnID 1 ConferenceMember {ADDED}",
        ],
    ),
    "consulted, the call handed over": (
        [*CONSULTS, "X1 Answer 2", "A CompleteTransfer 1"],
        [
            f"A: EventReleased {CONSULT} Transferred Cause Transfer ReferenceID",
            f"A: EventReleased {A_TO_B} Transferred Cause Transfer",
            "A: EventOnHook",
            (
                "B: EventPartyChanged ConnID 1 PreviousConnID 1 Destination OtherDN X1 Destination"
                " ThirdPartyDN A TransferedBy Transferred"
            ),
        ],
    ),
    "added": (
        ["A Dial B", "B Answer 1", "A SingleStepConference 1 X1"],
        [
            f"A: EventPartyAdded ConnID 1 ConferenceMember {ADDED} ReferenceID",
            f"B: EventPartyAdded ConnID 1 ConferenceMember {ADDED}",
        ],
    ),
    "added, answers": (
        ["A Dial B", "B Answer 1", "A SingleStepConference 1 X1", "X1 Answer 1"],
        [],
    ),
    "added, rejects": (
        ["A Dial B", "B Answer 1", "A SingleStepConference 1 X1", "X1 Reject 1"],
        [
            (
                f"{dn}: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN X1 DeletedParty ThirdPartyDN X1 DeletedBy OK"
            )
            for dn in "AB"
        ],
    ),
    "leaves a conference of three": (
        [*MEETING, "X1 Hangup 1"],
        [deleted("A", "X1"), deleted("B", "X1")],
    ),
    "leaves a conference of four": (
        [*MEETING, "A SingleStepConference 1 C", "C Answer 1", "X1 Hangup 1"],
        [deleted(dn, "X1", "Conferenced") for dn in "ABC"],
    ),
    "is removed": (
        [*MEETING, "B Remove 1 X1"],
        [f"{deleted('B', 'X1', by='B')} ReferenceID", deleted("A", "X1", by="B")],
    ),
    "the others leave him with one": (
        [*MEETING, "B Hangup 1"],
        [
            f"B: EventReleased {OUTBOUND_MEMBER} OK ReferenceID",
            "B: EventOnHook",
            deleted("A", "B"),
        ],
    ),
    "who releases as in a conversation": (
        [*MEETING, "B Hangup 1", "A Hangup 1"],
        [
            (f"A: EventReleased {OUTBOUND_MEMBER} OtherDN X1 ConferenceMember OK ReferenceID"),
            "A: EventOnHook",
        ],
    ),
}

# Two outside, without anybody inside in the end.
BRIDGED = [*OUT, "A InitiateTransfer 1 X2", "X2 Answer 2", "A CompleteTransfer 1"]
ALONE: Table = {
    "they are connected": (
        BRIDGED,
        [
            (
                "A: EventReleased ConnID 2 PreviousConnID 1 CallType Consult Origination"
                " OtherDN X2 Destination Transferred Cause Transfer ReferenceID"
            ),
            f"A: EventReleased {A_TO_X1} Transferred Cause Transfer",
            "A: EventOnHook",
        ],
    ),
    "they are left by the conference": (
        [*OUT, "A SingleStepConference 1 X2", "X2 Answer 1", "A Hangup 1"],
        [f"A: EventReleased {OUTBOUND_MEMBER} OK ReferenceID", "A: EventOnHook"],
    ),
    "their tones are heard by nobody": ([*BRIDGED, "X1 SendDtmf 1 5"], []),
    "one hangs up": ([*BRIDGED, "X2 Hangup 1"], []),
}


def tones(dn: str, place: str, by: str = "X1", digits: str = "5") -> str:
    return f"{dn}: EventDtmfSent {place} ThirdPartyDN {by} DTMFDigits {digits} OK"


TONES: Table = {
    "of a caller": ([*IN, "X1 SendDtmf 1 5"], [tones("A", X1_TO_A)]),
    "of somebody called": ([*OUT, "X1 SendDtmf 1 12#"], [tones("A", A_TO_X1, digits="12#")]),
    "of a member": (
        [*MEETING, "X1 SendDtmf 1 5"],
        [tones("A", OUTBOUND_MEMBER), tones("B", OUTBOUND_MEMBER)],
    ),
    "not for one who has him on hold": (
        [*MEETING, "A Hold 1", "X1 SendDtmf 1 5"],
        [tones("B", OUTBOUND_MEMBER)],
    ),
    "before the answer": (["X1 Dial A", "X1 SendDtmf 1 5"], []),
    "in a queue": (
        ["X1 Dial Q", "X1 SendDtmf 1 5"],
        [f"Q: EventDtmfSent {X1_TO_A} ThirdPartyDN X1 ThisQueue Q DTMFDigits 5 OK"],
    ),
    "of those inside: who sends them hears of it": (
        [*OUT, "A SendDtmf 1 5"],
        [f"A: EventDtmfSent {A_TO_X1} DTMFDigits 5 OK ReferenceID"],
    ),
}

SAME_NUMBER = ["X1 Dial A", "X1 Dial B"]
SECOND = "ConnID 2 CallType Inbound Destination OtherDN X1 Origination"
TWO_CALLS: Table = {
    "the second rings": (SAME_NUMBER, [f"B: EventRinging {SECOND} OK"]),
    "the second ends, the first goes on": (
        [*SAME_NUMBER, "A Answer 1", "X1 Hangup 2"],
        [f"B: EventAbandoned {SECOND} OK"],
    ),
    "the first ends, the second goes on": (
        [*SAME_NUMBER, "B Answer 2", "X1 Hangup 1"],
        [f"A: EventAbandoned {X1_TO_A} OK"],
    ),
    "both are answered, neither is held for the other": (
        [*OUT, "B Dial X1", "X1 Answer 2"],
        ["B: EventEstablished ConnID 2 CallType Outbound Origination OtherDN X1 Destination OK"],
    ),
    "each answers at his own time": (
        ["A Dial answers", "wait 1", "B Dial answers", "wait 1"],
        [f"A: EventEstablished {a_to('answers')} OK"],
    ),
    "the other a second later": (
        ["A Dial answers", "wait 1", "B Dial answers", "wait 1", "wait 1"],
        [
            (
                "B: EventEstablished ConnID 2 CallType Outbound Origination"
                " OtherDN answers Destination OK"
            ),
        ],
    ),
    "one dials and is dialled": (
        ["X1 Dial A", "B Dial X1", "X1 Answer 2"],
        ["B: EventEstablished ConnID 2 CallType Outbound Origination OtherDN X1 Destination OK"],
    ),
}


@rows(OUTBOUND)
def test_calls_to_the_outside(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


@rows(INBOUND)
def test_calls_from_the_outside(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


@rows(WITH_OTHERS, ALONE)
def test_calls_of_more_than_two_with_the_outside(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


@rows(BY_THEMSELVES)
def test_what_those_outside_do_by_themselves(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


@rows(TONES)
def test_tones_from_outside(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


@rows(TWO_CALLS)
def test_one_number_outside_in_two_calls(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


@pytest.mark.parametrize("last", ["X1 Hangup 1", "X2 Hangup 1"])
def test_two_outside_talk_until_one_hangs_up(last: str) -> None:
    core = played(*BRIDGED, "wait 3599").core
    assert [(leg.dn, leg.participants) for leg in core.far_ends()] == [
        ("X1", ("X2",)),
        ("X2", ("X1",)),
    ]
    played(last, core=core)
    assert (dict(core.calls), core.far_ends(), core.next_deadline()) == ({}, (), None)


def test_two_outside_do_not_talk_for_ever() -> None:
    """Nobody in the centre could end their call."""
    play = played(*BRIDGED)
    assert play.core.next_deadline() == play.now + 3600
    assert play.heard("wait 3600") == []
    assert (dict(play.core.calls), play.core.far_ends()) == ({}, ())


def test_the_first_who_leaves_by_himself_ends_a_call_of_two_outside() -> None:
    play = played(*LEAVES, "A SingleStepTransfer 1 answers")
    assert [leg.state for leg in play.core.far_ends()] == [
        PartyState.ESTABLISHED,
        PartyState.RINGING,
    ]
    assert play.heard("wait 4.9") == []
    assert [leg.state for leg in play.core.far_ends()] == [PartyState.ESTABLISHED] * 2
    assert play.heard("wait 0.1") == []
    assert play.core.far_ends() == ()


def test_who_hears_it_ringing_outside_sees_whether_somebody_has_answered() -> None:
    """No event, but the far end's state says so."""
    play = played("A Dial B", "B Answer 1", "A MuteTransfer 1 answers")
    assert [leg.state for leg in play.core.far_ends()] == [PartyState.RINGING]
    play.events("wait 2")
    assert [leg.state for leg in play.core.far_ends()] == [PartyState.ESTABLISHED]


@pytest.mark.parametrize("slow", ["answers", "rejects"])
def test_who_takes_too_long_is_given_up(slow: str) -> None:
    play = played(f"A Dial {slow}", core=new_core(ring_timeout=1.0))
    assert play.heard("wait 1") == [
        f"A: EventReleased {a_to(slow)} NoAnswer Cause NoAnswer",
        "A: EventOnHook",
    ]
    assert play.heard("wait 60") == []


# The dial plan


DIAL_PLAN = Centre(
    devices=(device("A"), device("B")),
    queues=(Queue(dn="Q"),),
    far_ends=(
        FarEnd(pattern="1??", unreachable=CallState.BUSY),
        FarEnd(pattern="1*", answers_after=1.0),
        FarEnd(pattern="*", rejects_after=1.0),
    ),
)


@pytest.mark.parametrize(
    ("number", "last"),
    [
        ("100", EventName.DESTINATION_BUSY),
        ("1000", EventName.ESTABLISHED),
        ("2", EventName.ON_HOOK),
        ("B", EventName.RINGING),
        ("Q", EventName.QUEUED),
    ],
)
def test_a_number_behaves_as_the_first_pattern_says_unless_it_is_inside(
    number: str, last: EventName
) -> None:
    play = Play(VoiceCore(DIAL_PLAN, numbering=Numbering("test")))
    events = [*play.events(f"A Dial {number}"), *play.events("wait 1")]
    assert events[-1].name is last


@pytest.mark.parametrize("inside", ["A", "Q"])
def test_a_number_inside_is_no_far_end(inside: str) -> None:
    numbers = Numbers(DIAL_PLAN)
    assert numbers.far_end("2") is not None
    assert numbers.far_end(inside) is None


@pytest.mark.parametrize("number", ["1" * 65, "1\n", "\u0661"])
def test_what_cannot_be_a_number(number: str) -> None:
    core = VoiceCore(DIAL_PLAN, numbering=Numbering("test"))
    with pytest.raises(InvalidDestination):
        core.execute(Dial(dn="A", destination=number), 0.0)
    assert core.execute(Dial(dn="A", destination="1" * 64), 0.0).events


# Trunks


def test_all_trunks_are_busy() -> None:
    play = played("X1 Dial A", core=new_core(trunks=1))
    place = a_to("X2", 2).removesuffix(" OtherDN X2 Destination")
    assert play.heard("B Dial X2") == [
        "B: EventOffHook",
        f"B: EventDialing {place} OtherDN X2 Destination OK ReferenceID",
        f"B: EventDestinationBusy {place} OtherDN X2 Destination AllTrunksBusy",
    ]
    refuse(play.core, operation(play.core, "X2 Dial C"), DestinationBusy)
    refuse(play.core, operation(play.core, "X2 Dial Q"), DestinationBusy)
    play.events("X1 Hangup 1", "B Hangup 2")
    assert play.heard("X2 Dial C")[0].startswith("C: EventRinging")


TAKES_A_TRUNK = ["A SingleStepConference 1 X2", "A SingleStepTransfer 1 X2", "A MuteTransfer 1 X2"]


@pytest.mark.parametrize("asked", TAKES_A_TRUNK)
def test_without_a_trunk_nobody_outside_is_reached_in_one_step(asked: str) -> None:
    core = played(*OUT, core=new_core(trunks=1)).core
    refuse(core, operation(core, asked), DestinationBusy)


def test_who_is_forwarded_to_the_outside_takes_a_trunk_besides_that_of_the_caller() -> None:
    steps = ["B ForwardCallsOn X2"]
    core = played(*steps, core=new_core(trunks=1)).core
    refuse(core, operation(core, "X1 Dial B"), DestinationBusy)
    core = played(*steps, "X1 Dial B", core=new_core(trunks=2)).core
    assert [leg.dn for leg in core.far_ends()] == ["X1", "X2"]


def test_a_busy_number_takes_no_trunk() -> None:
    core = played("A Dial busy", core=new_core(trunks=1)).core
    assert played(core=core).heard("B Dial X1")[-1].startswith("B: EventNetworkReached")


# What those outside may and may not do

INBOUND_REFUSED: dict[str, tuple[list[str], str, type[VoiceError]]] = {
    "a device without a line": (["C Dial B"], "X1 Dial B", DestinationBusy),
    "a device that is not to be disturbed": (
        ["B DoNotDisturbOn"],
        "X1 Dial B",
        DestinationBusy,
    ),
    "nobody": ([], "X1 Dial Z", InvalidDestination),
    "another outside": ([], "X1 Dial X2", InvalidDestination),
    "oneself": ([], "X1 Dial X1", InvalidDestination),
    "what is no number": ([], "X1 Dial invalid", InvalidDestination),
    "from where nobody can be": ([], "Z Dial A", UnknownDevice),
    "from a queue": ([], "Q Dial A", UnknownDevice),
}
DRIVEN_REFUSED: dict[str, tuple[list[str], str, type[VoiceError]]] = {
    "answer one's own call": (["X1 Dial A"], "X1 Answer 1", CannotAnswer),
    "answer twice": (OUT, "X1 Answer 1", CannotAnswer),
    "reject one's own call": (["X1 Dial A"], "X1 Reject 1", CannotRelease),
    "reject what was answered": (OUT, "X1 Reject 1", CannotRelease),
    "hang up what rings": (["A Dial X1"], "X1 Hangup 1", CannotRelease),
    "send tones while it rings": (["A Dial X1"], "X1 SendDtmf 1 5", WrongState),
    "send what is no tone": (OUT, "X1 SendDtmf 1 x", InvalidValue),
    "answer another's call": ([*OUT, "B Dial X2"], "X1 Answer 2", UnknownCall),
    "hang up twice": ([*OUT, "B Dial X1", "X1 Hangup 1"], "X1 Hangup 1", UnknownCall),
}


@pytest.mark.parametrize(
    ("steps", "asked", "error"), INBOUND_REFUSED.values(), ids=INBOUND_REFUSED.keys()
)
def test_an_inbound_call_is_refused(steps: list[str], asked: str, error: type[VoiceError]) -> None:
    core = played(*steps, core=new_core(lines=1)).core
    refuse(core, operation(core, asked), error)


@pytest.mark.parametrize(
    ("steps", "asked", "error"), DRIVEN_REFUSED.values(), ids=DRIVEN_REFUSED.keys()
)
def test_what_those_outside_cannot_do_now(
    steps: list[str], asked: str, error: type[VoiceError]
) -> None:
    core = played(*steps).core
    refuse(core, operation(core, asked), error)


ALLOWED: tuple[type[Operation], ...] = (Dial, Answer, Reject, Hangup, SendDtmf)
FORBIDDEN = [kind for kind in HANDLERS if kind not in ALLOWED]


@pytest.mark.parametrize("kind", FORBIDDEN, ids=lambda kind: kind.__name__)
def test_those_outside_have_no_more_than_a_plain_telephone(kind: type[Operation]) -> None:
    core = played(*MEETING).core
    values: dict[str, Any] = {
        "call": call_id(core, "X1", "1"),
        "destination": "C",
        "participant": "B",
        "user_data": {"k": "v"},
        "key": "k",
        "agent_id": "x",
        "target": "A",
    }
    wanted = {name: values[name] for name in kind.__struct_fields__ if name in values}
    refuse(core, kind(dn="X1", **wanted), UnknownDevice)


# By situation: what each outside sees, and may do.
RINGS = ("Answer",)
TALKS = ("SendDtmf", "Hangup")
SEEN: dict[str, tuple[list[str], list[tuple[str, PartyState, tuple[str, ...], tuple[str, ...]]]]]
SEEN = {
    "nobody": (["A Dial B"], []),
    "a busy number": (["A Dial busy"], []),
    "rings": (["A Dial X1"], [("X1", PartyState.RINGING, ("A",), RINGS)]),
    "talks": (OUT, [("X1", PartyState.ESTABLISHED, ("A",), TALKS)]),
    "is on hold": ([*OUT, "A Hold 1"], [("X1", PartyState.ESTABLISHED, ("A",), TALKS)]),
    "calls": (["X1 Dial A"], [("X1", PartyState.DIALING, ("A",), TALKS)]),
    "waits": (["X1 Dial Q"], [("X1", PartyState.DIALING, ("Q",), TALKS)]),
    "was answered": (IN, [("X1", PartyState.ESTABLISHED, ("A",), TALKS)]),
    "confers": (MEETING, [("X1", PartyState.ESTABLISHED, ("B", "A"), TALKS)]),
    "is consulted": (CONSULTS, [("X1", PartyState.RINGING, ("A",), RINGS)]),
    "has two calls": (
        [*OUT, "X1 Dial B"],
        [
            ("X1", PartyState.ESTABLISHED, ("A",), TALKS),
            ("X1", PartyState.DIALING, ("B",), TALKS),
        ],
    ),
    "talks on two calls": (
        [*OUT, "B Dial X1", "X1 Answer 2"],
        [
            ("X1", PartyState.ESTABLISHED, ("A",), TALKS),
            ("X1", PartyState.ESTABLISHED, ("B",), TALKS),
        ],
    ),
    "was handed over, and rings": (
        [*IN, "A SingleStepTransfer 1 X2"],
        [
            ("X1", PartyState.ESTABLISHED, ("X2",), TALKS),
            ("X2", PartyState.RINGING, ("X1",), RINGS),
        ],
    ),
    "is gone": ([*OUT, "X1 Hangup 1"], []),
}


@pytest.mark.parametrize(("steps", "seen"), SEEN.values(), ids=SEEN.keys())
def test_what_those_outside_see_and_can_do(
    steps: list[str], seen: list[tuple[str, PartyState, tuple[str, ...], tuple[str, ...]]]
) -> None:
    core = played(*steps).core
    legs = core.far_ends()
    assert [(leg.dn, leg.state, leg.participants, leg.capabilities) for leg in legs] == seen
    for leg in legs:
        offered = {name for name in ("Answer", "SendDtmf", "Hangup") if accepts(core, leg, name)}
        assert offered == set(leg.capabilities)
        assert accepts(core, leg, "Reject") is (leg.state is PartyState.RINGING)


def accepts(core: VoiceCore, leg: Leg, name: str) -> bool:
    """Tell whether somebody outside could do something now, and leave it undone."""
    kinds: dict[str, type[CallOperation]] = {"Answer": Answer, "Hangup": Hangup, "Reject": Reject}
    asked: CallOperation
    if name == "SendDtmf":
        asked = SendDtmf(dn=leg.dn, call=leg.id, digits="5")
    else:
        asked = kinds[name](dn=leg.dn, call=leg.id)
    try:
        HANDLERS[type(asked)](core._switch, asked, 2000.0)
    except VoiceError:
        return False
    return True


def test_two_calls_with_the_same_number_outside_do_not_become_one() -> None:
    play = played(*OUT, "A Hold 1", "A Dial X1", "X1 Answer 2")
    refuse(play.core, operation(play.core, "A MergeWithOtherCall 1 2"), CannotCompleteConference)


def test_one_outside_is_added_once() -> None:
    core = played(*OUT).core
    refuse(core, operation(core, "A SingleStepConference 1 X1"), InvalidDestination)


# What events and legs carry besides


@pytest.mark.parametrize(
    ("steps", "name", "ani", "dnis", "call_type"),
    [
        (["A Dial X1"], EventName.DIALING, "A", "X1", CallType.OUTBOUND),
        (["A Dial X1"], EventName.NETWORK_REACHED, "A", "X1", CallType.OUTBOUND),
        (["A Dial busy"], EventName.DESTINATION_BUSY, "A", "busy", CallType.OUTBOUND),
        (["X1 Dial A"], EventName.RINGING, "X1", "A", CallType.INBOUND),
        (IN, EventName.ESTABLISHED, "X1", "A", CallType.INBOUND),
        ([*IN, "A SingleStepTransfer 1 B"], EventName.RINGING, "X1", "A", CallType.INBOUND),
        (CONSULTS, EventName.NETWORK_REACHED, "A", "X1", CallType.CONSULT),
    ],
)
def test_who_called_which_number(
    steps: list[str], name: EventName, ani: str, dnis: str, call_type: CallType
) -> None:
    [event] = [event for event in Play().events(*steps) if event.name is name]
    assert (event.ani, event.dnis, event.call_type) == (ani, dnis, call_type)
    assert event.leg is not None
    assert (event.leg.ani, event.leg.dnis, event.leg.call_type) == (ani, dnis, call_type)


def test_the_call_as_those_outside_see_it() -> None:
    [leg] = played("wait 5", "X1 Dial A account=1", "wait 5", "A Answer 1").core.far_ends()
    assert (leg.call_type, leg.ani, leg.dnis) == (CallType.INBOUND, "X1", "A")
    assert (leg.since, leg.user_data) == (1005.0, {"account": "1"})
