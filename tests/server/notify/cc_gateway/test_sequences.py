"""What agents are told, in its order, as the sequences of the interface have it."""

import pytest

from switchbell.notify.cc_gateway.seat import Plan, SeatOptions
from switchbell.voice.operations import CompleteConference, CompleteTransfer, Operation
from tests.server.notify.cc_gateway.gateway import BEGIN, BY_HAND, SignedIn, the_leg
from tests.server.voice.telling import operation

AUTOMATIC = SeatOptions()
TO_WORK = SeatOptions(autoanswer=False, autoenteridle=False)
STAYS_UP = SeatOptions(autoanswer=False, releasephone=False)

# Name: who is signed in, the steps, and what is told of the last of them.
SEQUENCES: dict[str, tuple[str, list[str], list[str]]] = {
    # Call out
    "call out: accepted, the network rings": (
        "A",
        ["A Dial X1"],
        [
            "A AgentOther_PhoneAlerting",
            "A AgentOther_PhoneOffhook",
            "A AgentState_Busy",
            "A Customer_Alerting 1 X1",
        ],
    ),
    "call out: answered": ("A", ["A Dial answers", "wait 2"], ["A Talking 1 feature 7"]),
    "call out: busy": (
        "A",
        ["A Dial busy"],
        [
            "A AgentOther_PhoneAlerting",
            "A AgentOther_PhoneOffhook",
            "A AgentState_Busy",
            "A Call_Out_Fail 1",
            "A Connect_Fail 1",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
        ],
    ),
    "call out: rejected": (
        "A",
        ["A Dial rejects", "wait 3"],
        [
            "A Call_Out_Fail 1",
            "A Connect_Fail 1",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
        ],
    ),
    "call out: no answer": (
        "A",
        ["A Dial X1", "wait 30"],
        [
            "A Call_Out_Fail 1",
            "A Connect_Fail 1",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
        ],
    ),
    "call out: given up by the agent": (
        "A",
        ["A Dial X1", "A Hangup 1"],
        [
            "A Call_Release 1",
            "A Customer_Release 1 X1",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
        ],
    ),
    "call out: with another call on hold the phone is off hook": (
        "A",
        ["A Dial answers", "wait 2", "A Hold 1", "A Dial X1"],
        ["A Customer_Alerting 2 X1"],
    ),
    # Internal call
    "internal call: it rings": (
        "AB",
        ["A Dial B"],
        [
            "A AgentOther_PhoneAlerting",
            "A AgentOther_PhoneOffhook",
            "A AgentState_Busy",
            "A Customer_Alerting 1 B",
            "B AgentState_Busy",
            "B AgentOther_PhoneAlerting",
            "B AgentOther_PhoneOffhook",
            "B Ringing 1 feature 6",
        ],
    ),
    "internal call: answered": (
        "AB",
        ["A Dial B", "B Answer 1"],
        ["B Talking 1 feature 6", "A Talking 1 feature 6"],
    ),
    "internal call: no answer": (
        "AB",
        ["A Dial B", "wait 30"],
        [
            "B No_Answer 1",
            "A Inside_Call_Fail 1",
            "B AgentOther_PhoneRelease 3",
            "B AgentState_Ready",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
        ],
    ),
    "internal call: rejected": (
        "AB",
        ["A Dial B", "B Reject 1"],
        [
            "B Call_Release 1",
            "B Customer_Release 1 A",
            "A Inside_Call_Fail 1",
            "B AgentOther_PhoneRelease 3",
            "B AgentState_Ready",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
        ],
    ),
    "internal call: declined on the other front": (
        "A",
        ["A Dial B", "B ClearCall 1"],
        ["A Inside_Call_Fail 1", "A AgentOther_PhoneRelease 3", "A AgentState_Ready"],
    ),
    "internal call: given up while it rings": (
        "AB",
        ["A Dial B", "A Hangup 1"],
        [
            "A Call_Release 1",
            "A Customer_Release 1 B",
            "B No_Answer 1",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
            "B AgentOther_PhoneRelease 3",
            "B AgentState_Ready",
        ],
    ),
    # Inbound call
    "inbound: it rings": (
        "B",
        ["X1 Dial B"],
        [
            "B AgentState_Busy",
            "B AgentOther_PhoneAlerting",
            "B AgentOther_PhoneOffhook",
            "B Ringing 1 feature 0",
        ],
    ),
    "inbound: answered": ("B", ["X1 Dial B", "B Answer 1"], ["B Talking 1 feature 0"]),
    "inbound: no answer": (
        "B",
        ["X1 Dial B", "wait 30"],
        ["B No_Answer 1", "B AgentOther_PhoneRelease 3", "B AgentState_Ready"],
    ),
    "inbound, from a queue: no answer": (
        "B",
        ["X1 Dial Q", "wait 30"],
        ["B No_Answer 1", "B AgentOther_PhoneRelease 3", "B AgentState_SetNotReady_Success 2"],
    ),
    "inbound, from a queue: refused": (
        "B",
        ["X1 Dial Q", "B Reject 1"],
        [
            "B Call_Release 1",
            "B Customer_Release 1 X1",
            "B AgentOther_PhoneRelease 3",
            "B AgentState_SetNotReady_Success 7",
        ],
    ),
    # Release
    "release by the agent": (
        "A",
        ["A Dial B", "B Answer 1", "A Hangup 1"],
        [
            "A Call_Release 1",
            "A Customer_Release 1 B",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
        ],
    ),
    "release by a customer": (
        "B",
        ["X1 Dial B", "B Answer 1", "X1 Hangup 1"],
        [
            "B Customer_Release 1 X1",
            "B Call_Release 1",
            "B AgentOther_PhoneRelease 3",
            "B AgentState_Ready",
        ],
    ),
    "release by another agent": (
        "AB",
        ["A Dial B", "B Answer 1", "A Hangup 1"],
        [
            "A Call_Release 1",
            "A Customer_Release 1 B",
            "B Customer_Release 1 A",
            "B Call_Release 1",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
            "B AgentOther_PhoneRelease 3",
            "B AgentState_Ready",
        ],
    ),
    "release of one of two calls": (
        "A",
        ["A Dial B", "B Answer 1", "A Hold 1", "A Dial X1", "A Hangup 2"],
        ["A Call_Release 2", "A Customer_Release 2 X1"],
    ),
    # Hold
    "hold": ("A", ["A Dial B", "B Answer 1", "A Hold 1"], ["A Hold 1"]),
    "retrieve": (
        "A",
        ["A Dial B", "B Answer 1", "A Hold 1", "A Retrieve 1"],
        ["A Talking 1 feature 6"],
    ),
    "swap": (
        "A",
        ["A Dial B", "B Answer 1", "A Hold 1", "A Dial C", "C Answer 2", "A SwapCalls 1"],
        ["A Hold 2", "A Talking 1 feature 6"],
    ),
    "answering another call": (
        "A",
        ["A Dial B", "B Answer 1", "X1 Dial A", "A Answer 2"],
        ["A Hold 1", "A Talking 2 feature 0"],
    ),
    "mute: nothing": ("A", ["A Dial X1", "X1 Answer 1", "A SetMuteOn 1"], []),
    "tones: nothing": ("A", ["A Dial X1", "X1 Answer 1", "A SendDtmf 1 12"], []),
    # Consult
    "consult: request": (
        "AC",
        ["X1 Dial A", "A Answer 1", "A InitiateTransfer 1 C"],
        [
            "A Hold 1",
            "A Customer_Alerting 2 C assistant",
            "C AgentState_Busy",
            "C AgentOther_PhoneAlerting",
            "C AgentOther_PhoneOffhook",
            "C Ringing 2 feature 51",
        ],
    ),
    "consult: answered": (
        "AC",
        ["X1 Dial A", "A Answer 1", "A InitiateTransfer 1 C", "C Answer 2"],
        ["C Talking 2 feature 51", "A Talking 2 feature 51 assistant"],
    ),
    "consult of three: it rings": (
        "C",
        ["X1 Dial A", "A Answer 1", "A InitiateConference 1 C"],
        [
            "C AgentState_Busy",
            "C AgentOther_PhoneAlerting",
            "C AgentOther_PhoneOffhook",
            "C Ringing 2 feature 52",
        ],
    ),
    "consult: refused": (
        "AC",
        ["X1 Dial A", "A Answer 1", "A InitiateTransfer 1 C", "C Reject 2"],
        [
            "C Call_Release 2",
            "C Customer_Release 2 A",
            "A Consult_Fail 2",
            "C AgentOther_PhoneRelease 3",
            "C AgentState_Ready",
        ],
    ),
    "consult: no answer": (
        "AC",
        ["X1 Dial A", "A Answer 1", "A InitiateTransfer 1 C", "wait 30"],
        ["C No_Answer 2", "A Consult_Fail 2", "C AgentOther_PhoneRelease 3", "C AgentState_Ready"],
    ),
    "consult: ended": (
        "A",
        ["X1 Dial A", "A Answer 1", "A InitiateTransfer 1 C", "C Answer 2", "A Hangup 2"],
        ["A Call_Release 2", "A Customer_Release 2 C"],
    ),
    "consult: taken back": (
        "A",
        ["X1 Dial A", "A Answer 1", "A InitiateTransfer 1 C", "C Answer 2", "A Reconnect 2"],
        ["A Call_Release 2", "A Customer_Release 2 C", "A Talking 1 feature 0"],
    ),
    # Transfer
    "transfer, blind": (
        "AC",
        ["X1 Dial A", "A Answer 1", "A SingleStepTransfer 1 C"],
        [
            "A Call_Release 1",
            "A Customer_Release 1 X1",
            "C AgentState_Busy",
            "C AgentOther_PhoneAlerting",
            "C AgentOther_PhoneOffhook",
            "C Ringing 1 feature 0 from A",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
        ],
    ),
    "transfer, completed": (
        "AC",
        ["X1 Dial A", "A Answer 1", "A InitiateTransfer 1 C", "C Answer 2", "A CompleteTransfer 2"],
        [
            "A Call_Release 2",
            "A SuccTransResult result 0 1",
            "A Call_Release 1",
            "C Talking 2 feature 0",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
        ],
    ),
    "transfer, completed while it rings": (
        "AC",
        ["X1 Dial A", "A Answer 1", "A InitiateTransfer 1 C", "A CompleteTransfer 2"],
        [
            "A Call_Release 2",
            "A SuccTransResult result 0 1",
            "A Call_Release 1",
            "C Ringing 2 feature 0 from A",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
        ],
    ),
    "transfer, completed at once": (
        "AC",
        ["X1 Dial A", "A Answer 1", "A MuteTransfer 1 C"],
        [
            "A Hold 1",
            "A Customer_Alerting 2 C assistant",
            "C AgentState_Busy",
            "C AgentOther_PhoneAlerting",
            "C AgentOther_PhoneOffhook",
            "C Ringing 2 feature 51",
            "A Call_Release 2",
            "A SuccTransResult result 0 1",
            "A Call_Release 1",
            "C Ringing 2 feature 0 from A",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
        ],
    ),
    "transfer: who stays talks with another one": (
        "B",
        ["A Dial B", "B Answer 1", "A SingleStepTransfer 1 C"],
        ["B Talking 1 feature 6"],
    ),
    # Conference
    "conference of two calls": (
        "ABC",
        ["A Dial B", "B Answer 1", "A Hold 1", "A Dial C", "C Answer 2", "A MergeWithOtherCall 2"],
        [
            "A Customer_Release 2 C",
            "A Conference 1 B,C",
            "B Conference 1 A,C",
            "C Conference 2 A,B",
        ],
    ),
    "conference: the owner leaves": (
        "ABC",
        [
            *["A Dial B", "B Answer 1", "A Hold 1", "A Dial C", "C Answer 2"],
            *["A MergeWithOtherCall 2", "A Hangup 1"],
        ],
        [
            "A Call_Release 1",
            "B Customer_Release 1 A",
            "C Customer_Release 2 A",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_Ready",
        ],
    ),
    "conference: somebody is removed": (
        "ABC",
        [
            *["A Dial B", "B Answer 1", "A InitiateConference 1 C", "C Answer 2"],
            *["A CompleteConference 1", "A Remove 1 C"],
        ],
        [
            "A Customer_Release 1 C",
            "C Call_Release 2",
            "B Customer_Release 1 C",
            "C AgentOther_PhoneRelease 3",
            "C AgentState_Ready",
        ],
    ),
    "conference: who is called into it": (
        "C",
        ["A Dial B", "B Answer 1", "A SingleStepConference 1 C", "C Answer 1"],
        ["C Talking 1 feature 6", "C Conference 1 A,B"],
    ),
    # States
    "busy": ("A", ["A NotReady"], ["A AgentState_SetNotReady_Success 1"]),
    "busy, for a reason": ("A", ["A NotReady 201"], ["A AgentState_SetNotReady_Success 201"]),
    "busy, in other words": ("A", ["A NotReady Lunch"], ["A AgentState_SetNotReady_Success 1"]),
    "busy, by an inspector": ("A", ["A NotReady Forced"], ["A AgentState_SetNotReady_Success 3"]),
    "busy no longer": ("A", ["A NotReady", "A Ready"], ["A AgentState_CancelNotReady_Success"]),
    "wrap-up": ("A", ["A AfterCallWork"], ["A AgentState_SetWork_Success"]),
    "wrap-up over": ("A", ["A AfterCallWork", "A Ready"], ["A AgentState_CancelWork_Success"]),
    "rest": ("A", ["A AuxWork"], ["A AgentState_SetRest_Success"]),
    "rest over": ("A", ["A AuxWork", "A Ready"], ["A AgentState_CancelRest_Success"]),
    "logged out elsewhere": ("A", ["A Logout"], ["A AgentOther_ShutdownService"]),
    "busy while talking: not yet": ("A", ["A Dial B", "B Answer 1", "A NotReady"], []),
    "busy while talking: afterwards": (
        "A",
        ["A Dial B", "B Answer 1", "A NotReady 202", "A Hangup 1"],
        [
            "A Call_Release 1",
            "A Customer_Release 1 B",
            "A AgentOther_PhoneRelease 3",
            "A AgentState_SetNotReady_Success 202",
        ],
    ),
    "logged out elsewhere while talking": (
        "A",
        ["A Dial B", "B Answer 1", "A Logout"],
        ["A AgentOther_ShutdownService"],
    ),
}


@pytest.mark.parametrize(("dns", "steps", "expected"), SEQUENCES.values(), ids=list(SEQUENCES))
def test_sequence(dns: str, steps: list[str], expected: list[str]) -> None:
    assert SignedIn(dns).do(*steps) == expected


def test_calls_are_answered_for_an_agent_who_wants_that() -> None:
    centre = SignedIn("B", {"B": AUTOMATIC})
    assert centre.do("X1 Dial B") == [
        "B AgentState_Busy",
        "B AgentOther_PhoneAlerting",
        "B AgentOther_PhoneOffhook",
        "B Auto_Answer 1 feature 0",
        "B Talking 1 feature 0",
    ]


def test_no_call_is_put_on_hold_for_that() -> None:
    centre = SignedIn("B", {"B": AUTOMATIC})
    assert centre.do("X1 Dial B", "X2 Dial B") == ["B Ringing 2 feature 0"]


def test_work_follows_a_call_for_an_agent_who_does_not_want_to_be_idle() -> None:
    centre = SignedIn("A", {"A": TO_WORK})
    assert centre.do("X1 Dial A", "A Answer 1") == ["A Talking 1 feature 0"]
    # Nobody may come out of a queue in between.
    assert centre.do("X2 Dial Q", "X1 Hangup 1") == [
        "A Customer_Release 1 X1",
        "A Call_Release 1",
        "A AgentOther_PhoneRelease 3",
        "A AgentState_Work",
    ]


def test_work_does_not_follow_a_call_that_was_not_answered() -> None:
    centre = SignedIn("A", {"A": TO_WORK})
    assert centre.do("X1 Dial A", "X1 Hangup 1")[-1] == "A AgentState_Ready"


def test_an_agent_who_was_busy_stays_so_without_work() -> None:
    centre = SignedIn("A", {"A": TO_WORK})
    told = centre.do("A NotReady 205", "X1 Dial A", "A Answer 1", "A Hangup 1")
    assert told[-1] == "A AgentState_SetNotReady_Success 205"


def test_a_telephone_that_stays_off_hook_is_not_called_again() -> None:
    centre = SignedIn("A", {"A": STAYS_UP})
    assert centre.do("X1 Dial A", "A Answer 1", "A Hangup 1") == [
        "A Call_Release 1",
        "A Customer_Release 1 X1",
        "A AgentState_Ready",
    ]
    assert centre.do("A Dial X1") == ["A AgentState_Busy", "A Customer_Alerting 2 X1"]


def test_a_help_of_three_becomes_a_conference_when_it_is_answered() -> None:
    centre = SignedIn("AC")
    centre.do("X1 Dial A", "A Answer 1", "A InitiateConference 1 C")
    centre.plan("A", "2", Plan(CompleteConference))
    assert centre.do("C Answer 2") == [
        "C Talking 2 feature 52",
        "A Talking 2 feature 52 assistant",
        "A Customer_Release 2 C",
        "A Conference 1 X1,C",
        "C Conference 2 X1,A",
    ]


def test_a_transfer_is_completed_when_it_is_answered() -> None:
    centre = SignedIn("AC")
    centre.do("X1 Dial A", "A Answer 1", "A InitiateTransfer 1 C")
    centre.plan("A", "2", Plan(CompleteTransfer, is_transfer=True))
    assert centre.do("C Answer 2") == [
        "C Talking 2 feature 51",
        "A Talking 2 feature 51 assistant",
        "A Call_Release 2",
        "A SuccTransResult result 0 1",
        "A Call_Release 1",
        "C Talking 2 feature 0",
        "A AgentOther_PhoneRelease 3",
        "A AgentState_Ready",
    ]


def test_a_transfer_that_fails_is_not_a_help_that_does() -> None:
    centre = SignedIn("AC")
    centre.do("X1 Dial A", "A Answer 1", "A InitiateTransfer 1 C")
    centre.plan("A", "2", Plan(CompleteTransfer, is_transfer=True))
    assert centre.do("C Reject 2")[2] == "A Connect_Fail 2"
    assert centre.seats["A"].plans == {}


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (Plan(is_transfer=True), []),
        (
            Plan(CompleteConference, is_transfer=True),
            ["A Customer_Release 2 answers", "A Conference 1 X1,answers"],
        ),
    ],
    ids=["talk", "three parties"],
)
def test_a_transfer_to_somebody_outside_has_a_result(plan: Plan, expected: list[str]) -> None:
    centre = SignedIn("A")
    centre.do("X1 Dial A", "A Answer 1", "A InitiateConference 1 answers")
    centre.plan("A", "2", plan)
    assert centre.do("wait 2") == [
        "A Talking 2 feature 52 assistant",
        "A TransOutResult result 0 2",
        *expected,
    ]


def test_an_observer_is_no_partner() -> None:
    centre = SignedIn("A")
    centre.do("X1 Dial A", "A Answer 1")
    assert centre.do("E ListenIn A") == []
    assert centre.do("E CancelSupervisorMonitoring") == []


def test_one_who_barges_in_is() -> None:
    centre = SignedIn("A")
    assert centre.do("X1 Dial A", "A Answer 1", "E BargeIn A") == ["A Conference 1 X1,E"]


def test_what_signing_in_did_is_not_told_again() -> None:
    centre = SignedIn("A")
    centre.seats["A"].told_until = centre.number + 1
    assert centre.do("A NotReady") == []
    assert centre.do("A Ready") == ["A AgentState_CancelNotReady_Success"]


def test_the_name_of_a_call_is_made_of_its_begin_and_its_number() -> None:
    centre = SignedIn("AB")
    centre.now = BEGIN + 0.75
    centre.do("A Dial B", "A Hangup 1")
    centre.now = BEGIN + 7.5
    [first, *_] = centre.events.compose(99, centre.core.execute(dial(centre), centre.now)).events[
        3:
    ]
    assert first.content == {
        "callid": "1007-2500",
        "otherPhoneWorkno": "102",
        "otherPhone": "B",
        "type": "main",
    }
    assert the_leg(centre, "A").since == BEGIN + 7.5


def dial(centre: SignedIn) -> Operation:
    return operation(centre.core, "A Dial B")


def test_contents_in_full() -> None:
    centre = SignedIn("B")
    change = centre.core.execute(operation(centre.core, "X1 Dial B"), BEGIN)
    composed = centre.events.compose(9, change)
    assert [(event.agent, event.type, event.content) for event in composed.events] == [
        ("102", "AgentState_Busy", None),
        ("102", "AgentOther_PhoneAlerting", None),
        ("102", "AgentOther_PhoneOffhook", {"type": "main"}),
        (
            "102",
            "AgentEvent_Ringing",
            {
                "caller": "X1",
                "callid": "1000-1000",
                "called": "102",
                "feature": "0",
                "type": "main",
                "mediaAbility": "1",
                "transfer": "no",
                "transfrom": "",
            },
        ),
    ]
    change = centre.core.execute(operation(centre.core, "B Answer 1"), BEGIN)
    [talking] = centre.events.compose(10, change).events
    assert talking.content == {
        "caller": "X1",
        "callid": "1000-1000",
        "called": "102",
        "feature": "0",
        "type": "main",
        "mediaAbility": "1",
    }
    change = centre.core.execute(operation(centre.core, "B Hangup 1"), BEGIN)
    assert [event.content for event in centre.events.compose(11, change).events] == [
        "1000-1000",
        {"callid": "1000-1000", "number": "X1"},
        {"phoneState": 3},
        None,
    ]


def test_nobody_who_is_not_signed_in_is_told() -> None:
    centre = SignedIn("D", {"D": BY_HAND})
    assert centre.do("A Dial B", "B Answer 1") == []
    assert centre.do("A InitiateConference 1 C", "C Answer 2", "A CompleteConference 1") == []
