"""Do not disturb, and forwarding: T-Library, "DN events", and what they do to calls."""

import pytest

from switchbell.voice.errors import (
    AlreadyInState,
    DestinationBusy,
    InvalidDestination,
    UnknownDevice,
    VoiceError,
)
from switchbell.voice.events import EventName
from switchbell.voice.model import CallState, PartyState
from tests.server.voice.telling import TALK, Table, new_core, operation, refuse, rows, told
from tests.server.voice.waiting import READY_A, Play, played

DISTURBED_NOT = ["B DoNotDisturbOn"]
TO_C = ["B ForwardCallsOn C"]
BUSY = [
    "A: EventOffHook",
    "A: EventDialing ConnID 1 Origination OtherDN B Destination OK ReferenceID",
    "A: EventDestinationBusy ConnID 1 Origination OtherDN B Destination Busy",
]

SETTING: Table = {
    "do not disturb": (DISTURBED_NOT, ["B: EventDNDOn ReferenceID"]),
    "no longer": ([*DISTURBED_NOT, "B DoNotDisturbOff"], ["B: EventDNDOff ReferenceID"]),
    "forward": (TO_C, ["B: EventForwardSet OtherDN C ReferenceID"]),
    "forward elsewhere": (
        [*TO_C, "B ForwardCallsOn D"],
        ["B: EventForwardSet OtherDN D ReferenceID"],
    ),
    "forward to a queue": (
        ["B ForwardCallsOn Q"],
        ["B: EventForwardSet OtherDN Q ReferenceID"],
    ),
    "forward to the outside": (
        ["B ForwardCallsOn X1"],
        ["B: EventForwardSet OtherDN X1 ReferenceID"],
    ),
    "forward to a number that is busy now": (
        ["B ForwardCallsOn busy"],
        ["B: EventForwardSet OtherDN busy ReferenceID"],
    ),
    "forward no longer": (
        [*TO_C, "B ForwardCallsOff"],
        ["B: EventForwardCancel OtherDN C ReferenceID"],
    ),
    "both": ([*TO_C, *DISTURBED_NOT], ["B: EventDNDOn ReferenceID"]),
    "with a call": ([*TALK, *TO_C], ["B: EventForwardSet OtherDN C ReferenceID"]),
    "where an agent is": (
        ["B Login b", "B Ready", *DISTURBED_NOT],
        ["B: EventDNDOn AgentID b ReferenceID"],
    ),
}

SETTING_REFUSED: dict[str, tuple[list[str], str, type[VoiceError]]] = {
    "do not disturb twice": (DISTURBED_NOT, "B DoNotDisturbOn", AlreadyInState),
    "disturb who can be": ([], "B DoNotDisturbOff", AlreadyInState),
    "disturb twice": (
        [*DISTURBED_NOT, "B DoNotDisturbOff"],
        "B DoNotDisturbOff",
        AlreadyInState,
    ),
    "forward to the same": (TO_C, "B ForwardCallsOn C", AlreadyInState),
    "forward to oneself": ([], "B ForwardCallsOn B", InvalidDestination),
    "forward to nobody": (TO_C, "B ForwardCallsOn Z", InvalidDestination),
    "cancel what is not set": ([], "B ForwardCallsOff", AlreadyInState),
    "cancel twice": ([*TO_C, "B ForwardCallsOff"], "B ForwardCallsOff", AlreadyInState),
    "at a queue": ([], "Q ForwardCallsOn C", UnknownDevice),
    "outside": ([], "X1 DoNotDisturbOn", UnknownDevice),
    "nowhere": ([], "Z ForwardCallsOff", UnknownDevice),
}

DO_NOT_DISTURB: Table = {
    "callers find it busy": ([*DISTURBED_NOT, "A Dial B"], BUSY),
    "it can call": (
        [*DISTURBED_NOT, "B Dial A"],
        [
            "B: EventOffHook",
            "B: EventDialing ConnID 1 Origination OtherDN A Destination OK ReferenceID",
            "A: EventRinging ConnID 1 Destination OtherDN B Origination OK",
        ],
    ),
    "a call that rings already can be answered": (
        ["A Dial B", *DISTURBED_NOT, "B Answer 1"],
        [
            "B: EventOffHook",
            "B: EventEstablished ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "A: EventEstablished ConnID 1 Origination OtherDN B Destination OK",
        ],
    ),
    "a call that is talked on goes on": (
        [*TALK, *DISTURBED_NOT, "B Hold 1"],
        ["B: EventHeld ConnID 1 Destination OtherDN A Origination OK ReferenceID"],
    ),
    "no longer": (
        [*DISTURBED_NOT, "B DoNotDisturbOff", "A Dial B"],
        [
            "A: EventOffHook",
            "A: EventDialing ConnID 1 Origination OtherDN B Destination OK ReferenceID",
            "B: EventRinging ConnID 1 Destination OtherDN A Origination OK",
        ],
    ),
    "who consults finds it busy": (
        [*DISTURBED_NOT, "A Dial C", "C Answer 1", "A InitiateTransfer 1 B"],
        [
            "A: EventHeld ConnID 1 Origination OtherDN C Destination OK",
            *[
                f"A: {event} ConnID 2 PreviousConnID 1 CallType Consult Origination"
                f" OtherDN B Destination {state}"
                for event, state in (
                    ("EventDialing", "OK ReferenceID"),
                    ("EventDestinationBusy", "Busy"),
                )
            ],
        ],
    ),
    "its own forwarding has the first word": (
        [*DISTURBED_NOT, *TO_C, "X1 Dial B"],
        [
            (
                "C: EventRinging ConnID 1 CallType Inbound Destination OtherDN X1 Origination"
                " Forwarded Cause Forward"
            ),
        ],
    ),
}

BY_A = "ConnID 1 Destination OtherDN A Origination"
C_RINGS = [f"C: EventRinging {BY_A} Forwarded Cause Forward"]
Q_QUEUES = f"Q: EventQueued {BY_A} ThisQueue Q Forwarded Cause Forward"
# What is heard by others than A, who calls B.
CALLED: Table = {
    "a device": (TO_C, C_RINGS),
    "the last that was set": (["B ForwardCallsOn D", *TO_C], C_RINGS),
    "as before when it is cancelled": (
        [*TO_C, "B ForwardCallsOff"],
        [f"B: EventRinging {BY_A} OK"],
    ),
    "a device that is forwarded itself: followed once": ([*TO_C, "C ForwardCallsOn D"], C_RINGS),
    "a device that is forwarded back": ([*TO_C, "C ForwardCallsOn B"], C_RINGS),
    "in a ring": ([*TO_C, "C ForwardCallsOn D", "D ForwardCallsOn B"], C_RINGS),
    "a queue": (["B ForwardCallsOn Q"], [Q_QUEUES]),
    "a queue with an agent": (
        ["B ForwardCallsOn Q", "D Login d", "D Ready"],
        [
            Q_QUEUES,
            f"Q: EventDiverted {BY_A} ThirdPartyDN D Destination ThisQueue Q OK",
            f"D: EventRinging {BY_A} ThisQueue Q OK",
        ],
    ),
    "the outside": (["B ForwardCallsOn X1"], []),
    "a device that is not to be disturbed": ([*TO_C, "C DoNotDisturbOn"], []),
    "a device without a line": ([*TO_C, "D Dial C"], []),
    "a busy number outside": (["B ForwardCallsOn busy"], []),
    "what is no number": (["B ForwardCallsOn invalid"], []),
    "the caller himself": (["B ForwardCallsOn A"], []),
}
# What A hears then.
DIALING = (EventName.DIALING, CallState.OK)
REACHED = [DIALING, (EventName.NETWORK_REACHED, CallState.OK)]
FINDS_IT_BUSY = [DIALING, (EventName.DESTINATION_BUSY, CallState.BUSY)]
FINDS_NOTHING = [DIALING, (EventName.DESTINATION_BUSY, CallState.SIT_INVALID_NUMBER)]
CALLER = {
    "the outside": REACHED,
    "a device that is not to be disturbed": FINDS_IT_BUSY,
    "a device without a line": FINDS_IT_BUSY,
    "a busy number outside": FINDS_IT_BUSY,
    "what is no number": FINDS_NOTHING,
    "the caller himself": FINDS_IT_BUSY,
}


@rows(SETTING)
def test_a_dn_is_set(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


@rows(DO_NOT_DISTURB)
def test_who_is_not_to_be_disturbed(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


@pytest.mark.parametrize(
    ("steps", "asked", "error"), SETTING_REFUSED.values(), ids=SETTING_REFUSED.keys()
)
def test_a_setting_is_refused(steps: list[str], asked: str, error: type[VoiceError]) -> None:
    core = played(*steps).core
    refuse(core, operation(core, asked), error)


@pytest.mark.parametrize("name", CALLED)
def test_a_call_to_who_is_forwarded(name: str) -> None:
    """OtherDN of the caller's events is optional there, and left out of account."""
    steps, expected = CALLED[name]
    events = played(*steps, core=new_core(lines=1)).events("A Dial B")
    assert [told(event) for event in events if event.this_dn != "A"] == expected
    [off_hook, *of_caller] = [event for event in events if event.this_dn == "A"]
    assert off_hook.name is EventName.OFF_HOOK
    assert [(one.name, one.call_state) for one in of_caller] == CALLER.get(name, [DIALING])
    assert {(one.ani, one.dnis) for one in of_caller} == {("A", "B")}


BY_X1 = "ConnID 1 CallType Inbound Destination OtherDN X1 Origination"
OTHERWISE: Table = {
    "from outside to a device": (
        [*TO_C, "X1 Dial B"],
        [f"C: EventRinging {BY_X1} Forwarded Cause Forward"],
    ),
    "from outside to a queue": (
        ["B ForwardCallsOn Q", "X1 Dial B"],
        [f"Q: EventQueued {BY_X1} ThisQueue Q Forwarded Cause Forward"],
    ),
    "from outside to the outside": (["B ForwardCallsOn X2", "X1 Dial B"], []),
    "answered": (
        [*TO_C, "A Dial B", "C Answer 1"],
        [
            "C: EventOffHook",
            "C: EventEstablished ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "A: EventEstablished ConnID 1 Origination OtherDN C Destination OK",
        ],
    ),
    "rejected: it does not come back": (
        [*TO_C, "X1 Dial B", "C Reject 1"],
        [f"C: EventReleased {BY_X1} OK ReferenceID"],
    ),
    "redirected to who is forwarded": (
        [*TO_C, "A Dial D", "D Redirect 1 B"],
        [
            (
                "D: EventReleased ConnID 1 Destination OtherDN A Origination"
                " ThirdPartyDN B Destination Redirected Cause Redirect ReferenceID"
            ),
            "C: EventRinging ConnID 1 Destination OtherDN A Origination Redirected",
        ],
    ),
    "handed over to who is forwarded": (
        [*TO_C, "X1 Dial A", "A Answer 1", "A SingleStepTransfer 1 B"],
        [
            (
                "A: EventReleased ConnID 1 CallType Inbound Destination OtherDN X1 Origination"
                " ThirdPartyDN B Destination Transferred Cause SingleStepTransfer ReferenceID"
            ),
            "A: EventOnHook",
            f"C: EventRinging {BY_X1} Transferred",
        ],
    ),
    "added": (
        [*TO_C, "X1 Dial A", "A Answer 1", "A SingleStepConference 1 B"],
        [
            "C: EventRinging ConnID 1 CallType Inbound ConferenceMember Forwarded Cause Forward",
            (
                "A: EventPartyAdded ConnID 1 CallType Inbound ConferenceMember OtherDN C NewParty"
                " ThirdPartyDN A AddedBy Conferenced ReferenceID"
            ),
        ],
    ),
    "a call that rings already is not forwarded": (
        ["A Dial B", *TO_C, "wait 30"],
        [
            "B: EventAbandoned ConnID 1 Destination OtherDN A Origination OK",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination NoAnswer Cause NoAnswer",
            "A: EventOnHook",
        ],
    ),
    "who is forwarded can call": (
        [*TO_C, "B Dial C"],
        [
            "B: EventOffHook",
            "B: EventDialing ConnID 1 Origination OtherDN C Destination OK ReferenceID",
            "C: EventRinging ConnID 1 Destination OtherDN B Origination OK",
        ],
    ),
    "where calls are forwarded to one is called oneself": (
        [*TO_C, "A Dial C"],
        [
            "A: EventOffHook",
            "A: EventDialing ConnID 1 Origination OtherDN C Destination OK ReferenceID",
            "C: EventRinging ConnID 1 Destination OtherDN A Origination OK",
        ],
    ),
}


@rows(OTHERWISE)
def test_other_calls_to_who_is_forwarded(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


def test_a_colleague_is_called_outside() -> None:
    play = played("B ForwardCallsOn X1", "A Dial B")
    [far_end] = play.core.far_ends()
    assert (far_end.dn, far_end.state, far_end.dnis) == ("X1", PartyState.RINGING, "B")
    [event] = play.events("X1 Answer 1")
    assert (event.this_dn, event.name) == ("A", EventName.ESTABLISHED)
    assert event.other_dn == "X1"


def test_two_outside_are_connected_by_who_has_gone_home() -> None:
    play = played("B ForwardCallsOn X2", "X1 Dial B", "X2 Answer 1")
    assert [(leg.dn, leg.state) for leg in play.core.far_ends()] == [
        ("X1", PartyState.ESTABLISHED),
        ("X2", PartyState.ESTABLISHED),
    ]
    assert play.core.legs("B") == ()
    assert play.heard("X2 Hangup 1") == []
    assert dict(play.core.calls) == {}


UNREACHABLE: dict[str, tuple[list[str], str, type[VoiceError]]] = {
    "from outside, not to be disturbed": (DISTURBED_NOT, "X1 Dial B", DestinationBusy),
    "from outside, forwarded to who is not to be disturbed": (
        [*TO_C, "C DoNotDisturbOn"],
        "X1 Dial B",
        DestinationBusy,
    ),
    "from outside, forwarded to the caller": (
        ["B ForwardCallsOn X1"],
        "X1 Dial B",
        DestinationBusy,
    ),
    "from outside, forwarded to a busy number": (
        ["B ForwardCallsOn busy"],
        "X1 Dial B",
        DestinationBusy,
    ),
    "from outside, forwarded to what is no number": (
        ["B ForwardCallsOn invalid"],
        "X1 Dial B",
        InvalidDestination,
    ),
    "redirected to who is not to be disturbed": (
        [*DISTURBED_NOT, "A Dial D"],
        "D Redirect 1 B",
        DestinationBusy,
    ),
    "redirected to who is forwarded to the caller": (
        ["B ForwardCallsOn A", "A Dial D"],
        "D Redirect 1 B",
        DestinationBusy,
    ),
    "redirected to who is forwarded back": (
        ["B ForwardCallsOn D", "A Dial D"],
        "D Redirect 1 B",
        DestinationBusy,
    ),
    "handed over to who is not to be disturbed": (
        [*DISTURBED_NOT, "A Dial D", "D Answer 1"],
        "A SingleStepTransfer 1 B",
        DestinationBusy,
    ),
    "handed over to who is forwarded to the other": (
        ["B ForwardCallsOn D", "A Dial D", "D Answer 1"],
        "A SingleStepTransfer 1 B",
        DestinationBusy,
    ),
    "added, who is forwarded to a member": (
        ["B ForwardCallsOn D", "A Dial D", "D Answer 1"],
        "A SingleStepConference 1 B",
        DestinationBusy,
    ),
    "added, who is not to be disturbed": (
        [*DISTURBED_NOT, "A Dial D", "D Answer 1"],
        "A SingleStepConference 1 B",
        DestinationBusy,
    ),
}


@pytest.mark.parametrize(("steps", "asked", "error"), UNREACHABLE.values(), ids=UNREACHABLE.keys())
def test_who_cannot_be_reached(steps: list[str], asked: str, error: type[VoiceError]) -> None:
    core = played(*steps).core
    refuse(core, operation(core, asked), error)


def test_who_consults_one_who_is_forwarded_to_the_other_finds_him_busy() -> None:
    lines = played("B ForwardCallsOn C", "A Dial C", "C Answer 1").heard("A InitiateTransfer 1 B")
    consult = "ConnID 2 PreviousConnID 1 CallType Consult Origination OtherDN B Destination"
    assert lines[-1] == f"A: EventDestinationBusy {consult} Busy"


def test_how_a_dn_is_set_can_be_read_and_stays_when_the_agent_changes() -> None:
    play = played(*READY_A, "A DoNotDisturbOn", "A ForwardCallsOn X1", "A Logout", "A Login b")
    state = play.core.dn_state("A")
    assert (state.do_not_disturb, state.forward_to, state.agent.id) == (True, "X1", "b")
    play.events("A DoNotDisturbOff", "A ForwardCallsOff")
    state = play.core.dn_state("A")
    assert (state.do_not_disturb, state.forward_to, state.agent.id) == (False, None, "b")


def test_the_number_that_was_dialled_is_told_where_the_call_arrives() -> None:
    [event] = played(*TO_C).events("X1 Dial B")
    assert (event.this_dn, event.dnis, event.ani) == ("C", "B", "X1")
    assert event.leg is not None
    assert event.leg.dnis == "B"
