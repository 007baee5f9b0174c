"""Handing a call over without waiting for the answer: T-Library call model, "TMuteTransfer"."""

import pytest

from switchbell.voice.errors import (
    CannotCompleteTransfer,
    DestinationBusy,
    InvalidDestination,
    UnknownCall,
    VoiceError,
)
from switchbell.voice.model import CallType, PartyState
from tests.server.voice.telling import (
    BLIND,
    CONFERENCE,
    CONSULT,
    TALK,
    TWO_CALLS,
    Table,
    heard,
    new_core,
    number,
    operation,
    refuse,
    rows,
    step,
)
from tests.server.voice.waiting import Play, played

CONSULTING = "ConnID 2 PreviousConnID 1 CallType Consult"
A_TO_B = "ConnID 1 Origination OtherDN B Destination"
HELD = f"A: EventHeld {A_TO_B} OK"
MUTE = [*TALK, "A MuteTransfer 1 C"]


def dialling(to: str) -> str:
    return f"A: EventDialing {CONSULTING} Origination OtherDN {to} Destination OK ReferenceID"


def released(to: str, data: str = "") -> list[str]:
    """What A hears at the end, who has no other call. The request was answered before."""
    return [
        (
            f"A: EventReleased {CONSULTING} Origination OtherDN {to} Destination"
            f"{data} Transferred Cause Transfer"
        ),
        f"A: EventReleased {A_TO_B} Transferred Cause Transfer",
        "A: EventOnHook",
    ]


def changed(to: str) -> str:
    return (
        f"B: EventPartyChanged ConnID 1 PreviousConnID 1 Destination OtherDN {to} Destination"
        " ThirdPartyDN A TransferedBy Transferred"
    )


RINGS = f"C: EventRinging {CONSULTING} Destination OtherDN A Origination OK"
CHANGED = [
    changed("C"),
    (
        "C: EventPartyChanged ConnID 1 PreviousConnID 2 Destination OtherDN B Destination"
        " ThirdPartyDN A TransferedBy Transferred"
    ),
]

MUTE_TRANSFER: Table = {
    "consultation and completion in one": (
        MUTE,
        [HELD, dialling("C"), RINGS, *released("C"), *CHANGED],
    ),
    "a call on hold": (
        [*TALK, "A Hold 1", "A MuteTransfer 1 C"],
        [dialling("C"), RINGS, *released("C"), *CHANGED],
    ),
    "the other has the call on hold": (
        [*TALK, "B Hold 1", "A MuteTransfer 1 C"],
        [HELD, dialling("C"), RINGS, *released("C"), *CHANGED],
    ),
    "the receiver stays up for another call on hold": (
        [*TALK, "D Dial A", "A Answer 2", "A Hold 2", "A Retrieve 1", "A MuteTransfer 1 C"],
        [
            HELD,
            *[
                line.replace("ConnID 2", "ConnID 3")
                for line in (dialling("C"), RINGS, *released("C")[:2], *CHANGED)
            ],
        ],
    ),
    "with user data: they are the consultation's": (
        ["A Dial B name=Doe", "B Answer 1", "A MuteTransfer 1 C why=help"],
        [
            HELD.replace(" OK", " UserData name=Doe OK"),
            dialling("C").replace(" OK", " UserData why=help OK"),
            RINGS.replace(" OK", " UserData why=help OK"),
            released("C", " UserData why=help")[0],
            f"A: EventReleased {A_TO_B} UserData name=Doe Transferred Cause Transfer",
            "A: EventOnHook",
            *[line.replace(" Transferred", " UserData name=Doe Transferred") for line in CHANGED],
        ],
    ),
    "to the outside": (
        [*TALK, "A MuteTransfer 1 X1"],
        [
            HELD,
            dialling("X1"),
            f"A: EventNetworkReached {CONSULTING} Origination OtherDN X1 Destination OK",
            *released("X1"),
            changed("X1"),
        ],
    ),
    "to a queue": (
        [*TALK, "A MuteTransfer 1 Q"],
        [
            HELD,
            dialling("Q"),
            f"Q: EventQueued {CONSULTING} Destination OtherDN A Origination ThisQueue Q OK",
            *released("Q"),
            changed("Q"),
            (
                "Q: EventPartyChanged ConnID 1 PreviousConnID 2 Destination OtherDN B Destination"
                " ThirdPartyDN A TransferedBy ThisQueue Q Transferred"
            ),
        ],
    ),
    "of a conference": (
        [*CONFERENCE, "B MuteTransfer 1 D"],
        [
            "B: EventHeld ConnID 1 ConferenceMember OK",
            (
                "B: EventDialing ConnID 3 PreviousConnID 1 CallType Consult Origination"
                " OtherDN D Destination OK ReferenceID"
            ),
            (
                "D: EventRinging ConnID 3 PreviousConnID 1 CallType Consult Destination"
                " OtherDN B Origination OK"
            ),
            (
                "B: EventReleased ConnID 3 PreviousConnID 1 CallType Consult Origination"
                " OtherDN D Destination Transferred Cause Transfer"
            ),
            "B: EventReleased ConnID 1 ConferenceMember Transferred Cause Transfer",
            "B: EventOnHook",
            *[
                f"{dn}: EventPartyChanged ConnID 1 PreviousConnID {previous} ConferenceMember"
                " ThirdPartyDN B TransferedBy Transferred"
                for dn, previous in (("A", 1), ("C", 1), ("D", 3))
            ],
        ],
    ),
}

AFTERWARDS: Table = {
    "answered": (
        [*MUTE, "C Answer 1"],
        [
            "C: EventOffHook",
            "C: EventEstablished ConnID 1 Destination OtherDN B Destination OK ReferenceID",
        ],
    ),
    "not answered": (
        [*MUTE, "wait 30"],
        [
            "C: EventAbandoned ConnID 1 Destination OtherDN B Destination OK",
            "B: EventReleased ConnID 1 Destination OtherDN C Destination NoAnswer Cause NoAnswer",
            "B: EventOnHook",
        ],
    ),
    "rejected": (
        [*MUTE, "C Reject 1"],
        [
            "C: EventReleased ConnID 1 Destination OtherDN B Destination OK ReferenceID",
            "B: EventReleased ConnID 1 Destination OtherDN C Destination OK Cause Reject",
            "B: EventOnHook",
        ],
    ),
    "abandoned": (
        [*MUTE, "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN C Destination OK ReferenceID",
            "B: EventOnHook",
            "C: EventAbandoned ConnID 1 Destination OtherDN B Destination OK",
        ],
    ),
    "the next call has a number of its own": (
        [*MUTE, "A Dial D"],
        [
            "A: EventOffHook",
            "A: EventDialing ConnID 3 Origination OtherDN D Destination OK ReferenceID",
            "D: EventRinging ConnID 3 Destination OtherDN A Origination OK",
        ],
    ),
}


@rows(MUTE_TRANSFER, AFTERWARDS)
def test_each_party_hears_its_own_events(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


def test_it_is_what_a_consultation_and_its_completion_are() -> None:
    in_one, in_two = played(*TALK).core, played(*TALK).core
    at_once = heard(step(in_one, "A MuteTransfer 1 C"))
    first = heard(step(in_two, "A InitiateTransfer 1 C"))
    second = heard(step(in_two, "A CompleteTransfer 1"))
    assert at_once == [*first, *(line.removesuffix(" ReferenceID") for line in second)]
    assert in_one.snapshot() == in_two.snapshot()
    assert in_one.next_deadline() == in_two.next_deadline()


def test_what_is_left_is_one_call() -> None:
    core = played(*MUTE).core
    [leg] = core.legs("C")
    assert (number(leg.conn_id), leg.state, leg.participants) == (1, PartyState.RINGING, ("B",))
    assert leg.call_type is CallType.CONSULT
    assert core.legs("A") == ()
    assert core.legs("B")[0].participants == ("C",)
    assert len(core.calls) == 1


REFUSED: dict[str, tuple[list[str], str, type[VoiceError]]] = {
    "nobody": (TALK, "A MuteTransfer 1 Z", InvalidDestination),
    "oneself": (TALK, "A MuteTransfer 1 A", InvalidDestination),
    "the other one": (TALK, "A MuteTransfer 1 B", InvalidDestination),
    "who is not to be disturbed": (
        [*TALK, "C DoNotDisturbOn"],
        "A MuteTransfer 1 C",
        DestinationBusy,
    ),
    "a busy number outside": (TALK, "A MuteTransfer 1 busy", DestinationBusy),
    "what is no number": (TALK, "A MuteTransfer 1 invalid", InvalidDestination),
    "while dialling": (["A Dial B"], "A MuteTransfer 1 C", CannotCompleteTransfer),
    "while it rings": (["A Dial B"], "B MuteTransfer 1 C", CannotCompleteTransfer),
    "what found a busy number": (["A Dial busy"], "A MuteTransfer 1 C", CannotCompleteTransfer),
    "with a consultation about it": (CONSULT, "A MuteTransfer 1 D", CannotCompleteTransfer),
    "where nobody else is there yet": (BLIND, "B MuteTransfer 1 D", CannotCompleteTransfer),
    "while talking on another call": (TWO_CALLS, "A MuteTransfer 1 D", CannotCompleteTransfer),
    "another's call": (TALK, "C MuteTransfer 1 D", UnknownCall),
}


@pytest.mark.parametrize(("steps", "asked", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(steps: list[str], asked: str, error: type[VoiceError]) -> None:
    core = played(*steps).core
    refuse(core, operation(core, asked), error)


def test_a_line_is_needed_for_the_consultation() -> None:
    core = played(*TALK, core=new_core(lines=1)).core
    refuse(core, operation(core, "A MuteTransfer 1 C"), CannotCompleteTransfer)


def test_the_other_needs_a_line() -> None:
    core = played(*TALK, "D Dial C", "E Dial C", core=new_core(lines=2)).core
    refuse(core, operation(core, "A MuteTransfer 1 C"), DestinationBusy)
