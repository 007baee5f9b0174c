"""Calls that wait in queues, and to whom they go: T-Library call models, ACD variants."""

import pytest

from switchbell.voice.agents import AgentState
from switchbell.voice.errors import (
    CannotCompleteConference,
    InvalidDestination,
    UnknownDevice,
    VoiceError,
)
from switchbell.voice.events import EventName
from switchbell.voice.extensions import BUSINESS_CALL, WRAP_UP_TIME
from switchbell.voice.model import CallType, PartyState
from switchbell.voice.operations import Answer
from tests.server.voice.telling import Table, heard, new_core, operation, refuse, rows, step
from tests.server.voice.waiting import READY_A, READY_B, Play, played


def inbound(call: int, caller: str = "X1") -> str:
    """How one who is called from outside sees the call."""
    return f"ConnID {call} CallType Inbound Destination OtherDN {caller} Origination"


def internal(call: int, caller: str = "C") -> str:
    return f"ConnID {call} Destination OtherDN {caller} Origination"


def queued(place: str, queue: str = "Q", state: str = "OK") -> str:
    return f"{queue}: EventQueued {place} ThisQueue {queue} {state}"


def goes_to(dn: str, place: str, queue: str = "Q") -> list[str]:
    return [
        f"{queue}: EventDiverted {place} ThirdPartyDN {dn} Destination ThisQueue {queue} OK",
        f"{dn}: EventRinging {place} ThisQueue {queue} OK",
    ]


def back_from(dn: str, place: str, cause: str, queue: str = "Q") -> list[str]:
    """What is heard of an agent who was ready and does not take a call."""
    reference = " ReferenceID" if cause == "Reject" else ""
    return [
        (
            f"{dn}: EventReleased {place} ThirdPartyDN {queue} Destination"
            f" ThisQueue {queue} Redirected Cause {cause}{reference}"
        ),
        f"{dn}: EventAgentNotReady AgentID {dn.lower()} Reason {cause}",
        queued(place, queue, "Redirected"),
    ]


def without_agent(lines: list[str]) -> list[str]:
    """What is heard where the agent is not ready, or there is none."""
    return [line for line in lines if "EventAgent" not in line]


def ready(dn: str) -> str:
    return f"{dn}: EventAgentReady AgentID {dn.lower()} ReferenceID"


FROM_X1 = inbound(1)
FROM_X2 = inbound(2, "X2")
FROM_C = internal(1)

WAITING: Table = {
    "a customer": (["X1 Dial Q"], [queued(FROM_X1)]),
    "a colleague": (
        ["C Dial Q"],
        [
            "C: EventOffHook",
            "C: EventDialing ConnID 1 Origination OtherDN Q Destination OK ReferenceID",
            queued(FROM_C),
        ],
    ),
    "for as long as it takes": (["X1 Dial Q", "wait 100000"], []),
    "while agents are logged in only": (["A Login a", "X1 Dial Q"], [queued(FROM_X1)]),
    "while agents are not ready": (
        ["A Login a", "A NotReady lunch", "X1 Dial Q"],
        [queued(FROM_X1)],
    ),
    "a customer gives up": (
        ["X1 Dial Q", "X1 Hangup 1"],
        [f"Q: EventAbandoned {FROM_X1} ThisQueue Q OK"],
    ),
    "a colleague gives up": (
        ["C Dial Q", "C Hangup 1"],
        [
            "C: EventReleased ConnID 1 Origination OtherDN Q Destination OK ReferenceID",
            "C: EventOnHook",
            f"Q: EventAbandoned {FROM_C} ThisQueue Q OK",
        ],
    ),
    "who has given up goes to nobody": (["X1 Dial Q", "X1 Hangup 1", *READY_A], [ready("A")]),
}

# Who of several gets a call. A is ready since 1000 and B since 1001, if nothing else is said.
BOTH = [*READY_A, "wait 1", *READY_B, "wait 1"]
DISTRIBUTION: Table = {
    "an agent is ready": ([*READY_A, "X1 Dial Q"], [queued(FROM_X1), *goes_to("A", FROM_X1)]),
    "an agent gets ready": (
        ["X1 Dial Q", "wait 9", *READY_A],
        [ready("A"), *goes_to("A", FROM_X1)],
    ),
    "the longest ready": ([*BOTH, "X1 Dial Q"], [queued(FROM_X1), *goes_to("A", FROM_X1)]),
    "the longest ready, whatever his number": (
        [*READY_B, "wait 1", *READY_A, "X1 Dial Q"],
        [queued(FROM_X1), *goes_to("B", FROM_X1)],
    ),
    "of two since the same time that with the lower DN": (
        [*READY_B, *READY_A, "X1 Dial Q"],
        [queued(FROM_X1), *goes_to("A", FROM_X1)],
    ),
    "each gets a call": (
        [*BOTH, "X1 Dial Q", "X2 Dial Q"],
        [queued(FROM_X2), *goes_to("B", FROM_X2)],
    ),
    "one who had a call comes after those who had none": (
        [*BOTH, "X1 Dial Q", "A Answer 1", "A Hangup 1", "X2 Dial Q"],
        [queued(FROM_X2), *goes_to("B", FROM_X2)],
    ),
    "so does one who had a call with a colleague": (
        [*BOTH, "C Dial A", "A Answer 1", "C Hangup 1", "X2 Dial Q"],
        [queued(FROM_X2), *goes_to("B", FROM_X2)],
    ),
    "and one who was not ready meanwhile": (
        [*BOTH, "A NotReady", "wait 1", "A Ready", "X1 Dial Q"],
        [queued(FROM_X1), *goes_to("B", FROM_X1)],
    ),
    "the longest waiting is the first": (
        ["X2 Dial Q", "wait 1", "X1 Dial Q", "wait 1", *READY_A],
        [ready("A"), *goes_to("A", inbound(1, "X2"))],
    ),
    "of two since the same time the older call": (
        ["X2 Dial Q", "X1 Dial Q", *READY_A],
        [ready("A"), *goes_to("A", inbound(1, "X2"))],
    ),
    "the next when the call has ended": (
        ["X1 Dial Q", "X2 Dial Q", *READY_A, "A Answer 1", "wait 9", "X1 Hangup 1"],
        [
            f"A: EventReleased {FROM_X1} ThisQueue Q OK",
            "A: EventOnHook",
            *goes_to("A", FROM_X2),
        ],
    ),
    "not the next when the agent is not ready by then": (
        ["X1 Dial Q", "X2 Dial Q", *READY_A, "A Answer 1", "A NotReady", "X1 Hangup 1"],
        [f"A: EventReleased {FROM_X1} ThisQueue Q OK", "A: EventOnHook"],
    ),
    "not to the caller himself, who is an agent": (
        ["C Login c", "C Ready", "C Dial Q"],
        [
            "C: EventOffHook",
            "C: EventDialing ConnID 1 Origination OtherDN Q Destination OK ReferenceID",
            queued(FROM_C),
        ],
    ),
    "the agent of another queue": (
        ["A Login a R", "A Ready", "X1 Dial Q"],
        [queued(FROM_X1)],
    ),
    "the agent of the queue": (
        ["A Login a R", "A Ready", "X1 Dial R"],
        [queued(FROM_X1, "R"), *goes_to("A", FROM_X1, "R")],
    ),
    "an agent of every queue": (
        [*READY_A, "X1 Dial R"],
        [queued(FROM_X1, "R"), *goes_to("A", FROM_X1, "R")],
    ),
    "the agents of a queue only, though another is longer ready": (
        ["A Login a R", "A Ready", "wait 1", "B Login b Q", "B Ready", "X1 Dial Q"],
        [queued(FROM_X1), *goes_to("B", FROM_X1)],
    ),
    "a call at each queue, an agent for one": (
        ["X1 Dial Q", "wait 1", "X2 Dial R", "A Login a R", "A Ready"],
        [
            "A: EventAgentReady ThisQueue R AgentID a ReferenceID",
            *goes_to("A", FROM_X2, "R"),
        ],
    ),
    "a call at each queue, an agent for each": (
        ["A Login a R", "B Login b Q", "A Ready", "B Ready", "X1 Dial Q", "X2 Dial R"],
        [queued(FROM_X2, "R"), *goes_to("A", FROM_X2, "R")],
    ),
    "a call at each queue, and an agent of both who is left with the second": (
        ["X1 Dial Q", "wait 1", "X2 Dial R", *READY_A, "X1 Hangup 1"],
        [f"A: EventAbandoned {FROM_X1} ThisQueue Q OK", *goes_to("A", FROM_X2, "R")],
    ),
}

# What keeps A from getting a call, though he is ready the longest.
PASSED_OVER: dict[str, list[str]] = {
    "he rings": ["C Dial A"],
    "he dials": ["A Dial C"],
    "he talks": ["A Dial C", "C Answer 1"],
    "he has a call on hold": ["A Dial C", "C Answer 1", "A Hold 1"],
    "he has a call that found a busy number": ["A Dial busy"],
    "he does not want to be disturbed": ["A DoNotDisturbOn"],
    "his calls are forwarded": ["A ForwardCallsOn C"],
    "he is not ready": ["A NotReady"],
    "he works": ["A AfterCallWork"],
    "he has logged out": ["A Logout"],
}
# What ends that, and what he hears of it before the call that waits comes to him.
FREE_AGAIN: dict[str, tuple[list[str], list[str]]] = {
    "the caller gives up": (["C Dial A", "X1 Dial Q", "C Hangup 1"], ["C", "C", "A"]),
    "he gives up": (["A Dial C", "X1 Dial Q", "A Hangup 1"], ["A", "A", "C"]),
    "his call on hold has ended": (
        ["A Dial C", "C Answer 1", "A Hold 1", "X1 Dial Q", "C Hangup 1"],
        ["C", "C", "A", "A"],
    ),
    "nobody answers him": (["A Dial C", "X1 Dial Q", "wait 30"], ["C", "A", "A"]),
    "he can be disturbed": (["A DoNotDisturbOn", "X1 Dial Q", "A DoNotDisturbOff"], ["A"]),
    "his calls come to him": (["A ForwardCallsOn C", "X1 Dial Q", "A ForwardCallsOff"], ["A"]),
}

REDIRECTED = [*READY_A, "X1 Dial Q", "A Redirect 1 C"]
NOT_TAKEN: Table = {
    "not answered": (
        [*READY_A, "X1 Dial Q", "wait 30"],
        back_from("A", FROM_X1, "NoAnswer"),
    ),
    "not answered, the next agent": (
        [*BOTH, "X1 Dial Q", "wait 30"],
        [*back_from("A", FROM_X1, "NoAnswer"), *goes_to("B", FROM_X1)],
    ),
    "not answered by the next either, who has as long for it": (
        [*BOTH, "X1 Dial Q", "wait 59", "wait 1"],
        back_from("B", FROM_X1, "NoAnswer"),
    ),
    "rejected": ([*READY_A, "X1 Dial Q", "A Reject 1"], back_from("A", FROM_X1, "Reject")),
    "cleared, which is how Web Services rejects": (
        [*READY_A, "X1 Dial Q", "A ClearCall 1"],
        back_from("A", FROM_X1, "Reject"),
    ),
    "rejected, the next agent": (
        [*BOTH, "X1 Dial Q", "A Reject 1"],
        [*back_from("A", FROM_X1, "Reject"), *goes_to("B", FROM_X1)],
    ),
    "a colleague's call": (
        [*READY_A, "C Dial Q", "A Reject 1"],
        back_from("A", FROM_C, "Reject"),
    ),
    "it has its old place": (
        ["X1 Dial Q", "wait 1", "X2 Dial Q", *READY_A, "wait 1", "A Reject 1", *READY_B],
        [ready("B"), *goes_to("B", FROM_X1)],
    ),
    "the one who did not want it can have it when he is ready again": (
        [*READY_A, "X1 Dial Q", "A Reject 1", "wait 60", "A Ready"],
        [ready("A"), *goes_to("A", FROM_X1)],
    ),
    "by one who is not ready already, he stays as he is": (
        [*READY_A, "X1 Dial Q", "A NotReady lunch", "A Reject 1"],
        without_agent(back_from("A", FROM_X1, "Reject")),
    ),
    "by one who has logged out": (
        [*READY_A, "X1 Dial Q", "A Logout", "wait 30"],
        without_agent(back_from("A", FROM_X1, "NoAnswer")),
    ),
    "abandoned while it rings": (
        [*READY_A, "X1 Dial Q", "X1 Hangup 1"],
        [f"A: EventAbandoned {FROM_X1} ThisQueue Q OK"],
    ),
    "a colleague gives up while it rings": (
        [*READY_A, "C Dial Q", "C Hangup 1"],
        [
            "C: EventReleased ConnID 1 Origination OtherDN A Destination OK ReferenceID",
            "C: EventOnHook",
            f"A: EventAbandoned {FROM_C} ThisQueue Q OK",
        ],
    ),
    "abandoned after it was rejected": (
        [*READY_A, "X1 Dial Q", "A Reject 1", "X1 Hangup 1"],
        [f"Q: EventAbandoned {FROM_X1} ThisQueue Q OK"],
    ),
    "who was abandoned is ready for the next": (
        [*READY_A, "X1 Dial Q", "X1 Hangup 1", "X2 Dial Q"],
        [queued(FROM_X2), *goes_to("A", FROM_X2)],
    ),
    "redirected by the agent: a call of the queue still": (
        REDIRECTED,
        [
            (
                f"A: EventReleased {FROM_X1} ThirdPartyDN C Destination"
                " ThisQueue Q Redirected Cause Redirect ReferenceID"
            ),
            f"C: EventRinging {FROM_X1} ThisQueue Q Redirected",
        ],
    ),
    "redirected, and answered there": (
        [*REDIRECTED, "C Answer 1"],
        ["C: EventOffHook", f"C: EventEstablished {FROM_X1} ThisQueue Q OK ReferenceID"],
    ),
    "redirected, not answered there, the next agent": (
        [*REDIRECTED, "A NotReady", *READY_B, "wait 30"],
        [*without_agent(back_from("C", FROM_X1, "NoAnswer")), *goes_to("B", FROM_X1)],
    ),
    "redirected, rejected there": (
        [*REDIRECTED, "A NotReady", "C Reject 1"],
        without_agent(back_from("C", FROM_X1, "Reject")),
    ),
    "redirected to the outside, and rejected there": (
        [*READY_A, "X1 Dial Q", "A Redirect 1 rejects", "A NotReady", "wait 3"],
        [queued(FROM_X1, state="Redirected")],
    ),
    "who has redirected it is ready for the next": (
        [*READY_A, "X1 Dial Q", "A Redirect 1 C", "X2 Dial Q"],
        [queued(FROM_X2), *goes_to("A", FROM_X2)],
    ),
    "redirected by the agent to another queue": (
        ["A Login a Q", "A Ready", "X1 Dial Q", "A Redirect 1 R"],
        [
            (
                f"A: EventReleased {FROM_X1} ThirdPartyDN R Destination"
                " ThisQueue Q Redirected Cause Redirect ReferenceID"
            ),
            queued(FROM_X1, "R", "Redirected"),
        ],
    ),
}

TAKEN: Table = {
    "a customer's call": (
        [*READY_A, "X1 Dial Q", "A Answer 1"],
        ["A: EventOffHook", f"A: EventEstablished {FROM_X1} ThisQueue Q OK ReferenceID"],
    ),
    "a colleague's call": (
        [*READY_A, "C Dial Q", "A Answer 1"],
        [
            "A: EventOffHook",
            f"A: EventEstablished {FROM_C} ThisQueue Q OK ReferenceID",
            "C: EventEstablished ConnID 1 Origination OtherDN A Destination OK",
        ],
    ),
    "on hold": (
        [*READY_A, "X1 Dial Q", "A Answer 1", "A Hold 1"],
        [f"A: EventHeld {FROM_X1} ThisQueue Q OK ReferenceID"],
    ),
    "one who hangs up with another call on hold gets no other yet": (
        [
            *[*READY_A, "X1 Dial Q", "A Answer 1", "X2 Dial Q", "A Hold 1"],
            *["A Dial C", "C Answer 3", "A Hangup 3"],
        ],
        [
            "A: EventReleased ConnID 3 Origination OtherDN C Destination OK ReferenceID",
            "C: EventReleased ConnID 3 Destination OtherDN A Origination OK",
            "C: EventOnHook",
        ],
    ),
    "but when that has ended too": (
        [
            *[*READY_A, "X1 Dial Q", "A Answer 1", "X2 Dial Q", "A Hold 1"],
            *["A Dial C", "C Answer 3", "A Hangup 3", "X1 Hangup 1"],
        ],
        [
            f"A: EventReleased {FROM_X1} ThisQueue Q OK",
            "A: EventOnHook",
            *goes_to("A", FROM_X2),
        ],
    ),
    "the call from the queue ends first": (
        [
            *[*READY_A, "X1 Dial Q", "A Answer 1", "X2 Dial Q", "A Hold 1"],
            *["A Dial C", "C Answer 3", "X1 Hangup 1"],
        ],
        [f"A: EventReleased {FROM_X1} ThisQueue Q OK"],
    ),
}


@rows(WAITING, DISTRIBUTION, NOT_TAKEN)
def test_calls_wait_for_agents(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


@rows(TAKEN)
def test_calls_that_agents_take(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


@pytest.mark.parametrize("steps", PASSED_OVER.values(), ids=PASSED_OVER.keys())
def test_an_agent_is_passed_over(steps: list[str]) -> None:
    lines = played(*BOTH, *steps).heard("X9 Dial Q")
    place = lines[0].removeprefix("Q: EventQueued ").removesuffix(" ThisQueue Q OK")
    assert place.endswith("CallType Inbound Destination OtherDN X9 Origination")
    assert lines == [queued(place), *goes_to("B", place)]


@pytest.mark.parametrize(("steps", "first"), FREE_AGAIN.values(), ids=FREE_AGAIN.keys())
def test_an_agent_gets_the_call_that_waits_when_he_is_free(
    steps: list[str], first: list[str]
) -> None:
    play = played(*READY_A)
    lines = play.heard(*steps)
    [leg] = play.core.legs("A")
    place = inbound(int(leg.conn_id[6:], 16))
    assert [line[0] for line in lines[:-2]] == first
    assert lines[-2:] == goes_to("A", place)


def test_who_rejects_is_not_ready_with_the_reason() -> None:
    agent = played(*READY_A, "X1 Dial Q", "wait 5", "A Reject 1").core.dn_state("A").agent
    assert (agent.state, agent.reason) == (AgentState.NOT_READY, "Reject")
    assert agent.since == 1005.0


def test_a_device_is_not_turned_away_for_want_of_an_agent() -> None:
    """A call that rings where nobody is logged in any longer can be answered nevertheless."""
    play = played(*READY_A, "X1 Dial Q", "A Logout")
    assert play.heard("A Answer 1") == [
        "A: EventOffHook",
        f"A: EventEstablished {FROM_X1} ThisQueue Q OK ReferenceID",
    ]


# By way of others

B_TALKS = ["X1 Dial B", "B Answer 1"]
CONSULT = "ConnID 2 PreviousConnID 1 CallType Consult"
B_TO_Q = f"{CONSULT} Origination OtherDN Q Destination"
FROM_B = f"{CONSULT} Destination OtherDN B Origination"
B_CONSULTS_Q = [*B_TALKS, "B InitiateTransfer 1 Q"]
B_CONSULTS_A = [*READY_A, *B_CONSULTS_Q]
CONSULTATION: Table = {
    "begun": (
        B_CONSULTS_Q,
        [
            f"B: EventHeld {FROM_X1} OK",
            f"B: EventDialing {B_TO_Q} OK ReferenceID",
            queued(FROM_B),
        ],
    ),
    "goes to an agent": ([*B_CONSULTS_Q, *READY_A], [ready("A"), *goes_to("A", FROM_B)]),
    "is answered": (
        [*B_CONSULTS_A, "A Answer 2"],
        [
            "A: EventOffHook",
            f"A: EventEstablished {FROM_B} ThisQueue Q OK ReferenceID",
            f"B: EventEstablished {CONSULT} Origination OtherDN A Destination OK",
        ],
    ),
    "is rejected": ([*B_CONSULTS_A, "A Reject 2"], back_from("A", FROM_B, "Reject")),
    "is given up while it waits": (
        [*B_CONSULTS_Q, "B Reconnect 1"],
        [
            f"B: EventReleased {B_TO_Q} OK ReferenceID",
            f"B: EventRetrieved {FROM_X1} OK",
            f"Q: EventAbandoned {FROM_B} ThisQueue Q OK",
        ],
    ),
    "is given up while it rings": (
        [*B_CONSULTS_A, "B Hangup 2"],
        [
            f"B: EventReleased {CONSULT} Origination OtherDN A Destination OK ReferenceID",
            f"A: EventAbandoned {FROM_B} ThisQueue Q OK",
        ],
    ),
    "the customer hangs up meanwhile": (
        [*B_CONSULTS_Q, "X1 Hangup 1"],
        [f"B: EventReleased {FROM_X1} OK"],
    ),
    "becomes a conference": (
        [*B_CONSULTS_A, "A Answer 2", "B CompleteConference 1"],
        [
            (
                f"B: EventReleased {CONSULT} Origination OtherDN A Destination"
                " Conferenced Cause Conference ReferenceID"
            ),
            f"B: EventRetrieved {FROM_X1} Conferenced",
            (
                "B: EventPartyAdded ConnID 1 CallType Inbound ConferenceMember"
                " OtherDN A NewParty ThirdPartyDN B AddedBy Conferenced"
            ),
            (
                "A: EventPartyChanged ConnID 1 PreviousConnID 2 CallType Inbound ConferenceMember"
                " ThirdPartyDN B ConferencedBy ThisQueue Q Conferenced"
            ),
        ],
    ),
}


def handed_over(to: str, dialled: str) -> list[str]:
    """B hands X1 over to one who has the consultation from the queue Q, or to Q itself."""
    return [
        (
            f"B: EventReleased {CONSULT} Origination OtherDN {dialled} Destination"
            " Transferred Cause Transfer ReferenceID"
        ),
        f"B: EventReleased {FROM_X1} Transferred Cause Transfer",
        "B: EventOnHook",
        (
            f"{to}: EventPartyChanged ConnID 1 PreviousConnID 2 CallType Inbound Destination"
            " OtherDN X1 Origination ThirdPartyDN B TransferedBy ThisQueue Q Transferred"
        ),
    ]


BLIND = [*B_CONSULTS_Q, "B CompleteTransfer 1"]
RINGS_BLIND = [*B_CONSULTS_A, "B CompleteTransfer 1"]
INTERNAL_BLIND = ["C Dial B", "B Answer 1", "B MuteTransfer 1 Q"]
TRANSFER: Table = {
    "to an agent who has answered": (
        [*B_CONSULTS_A, "A Answer 2", "B CompleteTransfer 1"],
        handed_over("A", "A"),
    ),
    "to a queue": (BLIND, handed_over("Q", "Q")),
    "where the customer waits for an agent": (
        [*BLIND, *READY_A],
        [ready("A"), *goes_to("A", FROM_X1)],
    ),
    "who answers": (
        [*BLIND, *READY_A, "A Answer 1"],
        ["A: EventOffHook", f"A: EventEstablished {FROM_X1} ThisQueue Q OK ReferenceID"],
    ),
    "or does not": (
        [*BLIND, *READY_A, "wait 30"],
        back_from("A", FROM_X1, "NoAnswer"),
    ),
    "where the customer gives up": (
        [*BLIND, "X1 Hangup 1"],
        [f"Q: EventAbandoned {FROM_X1} ThisQueue Q OK"],
    ),
    "to an agent where it rings": (RINGS_BLIND, handed_over("A", "A")),
    "who rejects it: it waits as the call that it is now": (
        [*RINGS_BLIND, "A Reject 1"],
        back_from("A", FROM_X1, "Reject"),
    ),
    "the same in one step": (
        [*B_TALKS, "B MuteTransfer 1 Q"],
        [
            f"B: EventHeld {FROM_X1} OK",
            f"B: EventDialing {B_TO_Q} OK ReferenceID",
            queued(FROM_B),
            *[line.removesuffix(" ReferenceID") for line in handed_over("Q", "Q")],
        ],
    ),
    "an agent answers a colleague's call, who talks since before": (
        [*INTERNAL_BLIND, *READY_A, "A Answer 1"],
        [
            "A: EventOffHook",
            (
                "A: EventEstablished ConnID 1 Destination OtherDN C Origination"
                " ThisQueue Q OK ReferenceID"
            ),
        ],
    ),
    "a single step to a queue": (
        [*B_TALKS, "B SingleStepTransfer 1 Q"],
        [
            (
                f"B: EventReleased {FROM_X1} ThirdPartyDN Q Destination"
                " Transferred Cause SingleStepTransfer ReferenceID"
            ),
            "B: EventOnHook",
            queued(FROM_X1, state="Transferred"),
        ],
    ),
    "a single step with a colleague": (
        ["C Dial B", "B Answer 1", "B SingleStepTransfer 1 Q"],
        [
            (
                "B: EventReleased ConnID 1 Destination OtherDN C Origination"
                " ThirdPartyDN Q Destination Transferred Cause SingleStepTransfer ReferenceID"
            ),
            "B: EventOnHook",
            queued(FROM_C, state="Transferred"),
            (
                "C: EventPartyChanged ConnID 1 PreviousConnID 1 Origination OtherDN Q Destination"
                " ThirdPartyDN B TransferedBy Transferred"
            ),
        ],
    ),
    "a single step, and an agent": (
        [*B_TALKS, "B SingleStepTransfer 1 Q", *READY_A],
        [ready("A"), *goes_to("A", FROM_X1)],
    ),
    "a call is redirected to a queue": (
        ["C Dial B", "B Redirect 1 Q"],
        [
            (
                "B: EventReleased ConnID 1 Destination OtherDN C Origination"
                " ThirdPartyDN Q Destination Redirected Cause Redirect ReferenceID"
            ),
            queued(FROM_C, state="Redirected"),
        ],
    ),
    "a call that was redirected to a queue is answered": (
        ["C Dial B", "B Redirect 1 Q", *READY_A, "A Answer 1"],
        [
            "A: EventOffHook",
            f"A: EventEstablished {FROM_C} ThisQueue Q OK ReferenceID",
            "C: EventEstablished ConnID 1 Origination OtherDN A Destination OK",
        ],
    ),
}

MEMBER = "ConnID 1 CallType Inbound ConferenceMember"
ADDED = [*B_TALKS, "B SingleStepConference 1 Q"]
INTERNAL_ADDED = ["C Dial B", "B Answer 1", "C SingleStepConference 1 Q"]
CONFERENCE: Table = {
    "a queue is added": (
        ADDED,
        [
            f"Q: EventQueued {MEMBER} ThisQueue Q OK",
            (
                f"B: EventPartyAdded {MEMBER} OtherDN Q NewParty ThirdPartyDN B AddedBy"
                " Conferenced ReferenceID"
            ),
        ],
    ),
    "an agent answers: the others know already that somebody was added": (
        [*ADDED, *READY_A, "A Answer 1"],
        ["A: EventOffHook", f"A: EventEstablished {MEMBER} ThisQueue Q OK ReferenceID"],
    ),
    "the queue is removed": (
        [*ADDED, "B Remove 1 Q"],
        [
            (
                f"B: EventPartyDeleted {MEMBER} OtherDN Q DeletedParty ThirdPartyDN B DeletedBy"
                " OK ReferenceID"
            ),
            f"Q: EventAbandoned {MEMBER} ThisQueue Q OK",
        ],
    ),
    "one leaves who has added a queue: the other waits": (
        [*INTERNAL_ADDED, "C Hangup 1"],
        [
            "C: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "C: EventOnHook",
            (
                "B: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN C DeletedParty ThirdPartyDN C DeletedBy OK"
            ),
            (
                "Q: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN C DeletedParty ThirdPartyDN C DeletedBy ThisQueue Q OK"
            ),
        ],
    ),
    "both leave": (
        [*INTERNAL_ADDED, "C Hangup 1", "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 ConferenceMember OtherDN Q ConferenceMember OK ReferenceID",
            "B: EventOnHook",
            (
                "Q: EventAbandoned ConnID 1 ConferenceMember OtherDN B ConferenceMember"
                " ThisQueue Q OK"
            ),
        ],
    ),
}


@rows(CONSULTATION, TRANSFER, CONFERENCE)
def test_calls_come_to_queues_by_way_of_others(steps: list[str], expected: list[str]) -> None:
    assert Play().heard(*steps) == expected


def test_an_agent_who_is_added_from_a_queue_rings_as_a_member() -> None:
    """Those who talk hear each time who is in the place of whom."""
    play = played(*ADDED)
    rings = f"A: EventRinging {MEMBER} ThisQueue Q OK"
    now_a, now_q = (
        f"B: EventPartyChanged ConnID 1 PreviousConnID 1 CallType Inbound ConferenceMember"
        f" OtherDN {new} ConferenceMember ThirdPartyDN {old} TransferedBy Redirected"
        for new, old in (("A", "Q"), ("Q", "A"))
    )
    assert play.heard(*READY_A)[2:] == [rings, now_a]
    assert play.heard("A Reject 1")[2:] == [
        f"Q: EventQueued {MEMBER} ThisQueue Q Redirected",
        now_q,
    ]
    assert play.heard("A Ready")[2:] == [rings, now_a]


def test_a_call_does_not_wait_twice_at_a_queue() -> None:
    """It waits for one agent already when another, from the same queue, rejects it."""
    play = played(*ADDED, *READY_A, "B SingleStepConference 1 Q", "A NotReady")
    deleted = "OtherDN A DeletedParty ThirdPartyDN A DeletedBy"
    assert play.heard("A Reject 1") == [
        f"A: EventReleased {MEMBER} ThisQueue Q OK ReferenceID",
        f"B: EventPartyDeleted {MEMBER} {deleted} Conferenced",
        f"Q: EventPartyDeleted {MEMBER} {deleted} ThisQueue Q Conferenced",
    ]
    assert play.core.legs("B")[0].participants == ("Q", "X1")


def test_who_hands_a_call_over_to_a_queue_may_get_it_back_as_its_agent() -> None:
    play = played(*READY_B, *B_TALKS)
    assert play.heard("B SingleStepTransfer 1 Q")[2:] == [
        queued(FROM_X1, state="Transferred"),
        *goes_to("B", FROM_X1),
    ]


REFUSED: dict[str, tuple[list[str], str, type[VoiceError]]] = {
    "complete a conference with a queue": (
        B_CONSULTS_Q,
        "B CompleteConference 1",
        CannotCompleteConference,
    ),
    "complete a conference with an agent who rings": (
        B_CONSULTS_A,
        "B CompleteConference 1",
        CannotCompleteConference,
    ),
    "add a queue that was added": (ADDED, "B SingleStepConference 1 Q", InvalidDestination),
    "redirect to the queue's caller": (
        [*READY_A, "C Dial Q"],
        "A Redirect 1 C",
        InvalidDestination,
    ),
    "ask for anything as a queue": (["X1 Dial Q"], "Q Dial A", UnknownDevice),
    "dial a queue that is not there": ([], "X1 Dial S", InvalidDestination),
}


@pytest.mark.parametrize(("steps", "asked", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(steps: list[str], asked: str, error: type[VoiceError]) -> None:
    play = played(*steps)
    refuse(play.core, operation(play.core, asked), error)


def test_a_queue_cannot_answer() -> None:
    core = played("X1 Dial Q").core
    refuse(core, Answer(dn="Q", call=core.far_ends()[0].id), UnknownDevice)


# User data, and what events and legs carry besides


@pytest.mark.parametrize(
    "steps",
    [
        ["X1 Dial Q k=v"],
        ["C Dial Q k=v"],
        ["C Dial Q", "C AttachUserData 1 k=v"],
        [*B_TALKS, "B AttachUserData 1 k=v", "B MuteTransfer 1 Q"],
        [*B_TALKS, "B SingleStepTransfer 1 Q k=v"],
    ],
)
def test_user_data_stay_with_a_call_that_waits(steps: list[str]) -> None:
    play = played(*steps)
    for again in (READY_A, ["A Reject 1"], ["A Ready"], ["A Answer 1"]):
        lines = play.heard(*again)
        about_calls = [line for line in lines if " ConnID " in line]
        assert about_calls
        assert all(" UserData k=v " in line for line in about_calls)


def test_user_data_are_attached_while_the_call_waits_and_the_queue_hears_of_it() -> None:
    assert played("C Dial Q").heard("C AttachUserData 1 k=v") == [
        (
            "C: EventAttachedDataChanged ConnID 1 Origination OtherDN Q Destination"
            " ThirdPartyDN C UserData k=v OK ReferenceID"
        ),
        f"Q: EventAttachedDataChanged {FROM_C} ThirdPartyDN C ThisQueue Q UserData k=v OK",
    ]


@pytest.mark.parametrize(
    ("caller", "call_type"), [("X1", CallType.INBOUND), ("C", CallType.INTERNAL)]
)
def test_the_events_of_a_queue_call(caller: str, call_type: CallType) -> None:
    play = Play(new_core(wrap_up=10.0))
    play.events(*READY_A)
    events = play.events(f"{caller} Dial Q")
    events += play.events("wait 1", "A Answer 1")
    events += play.events("wait 1", f"{caller} Hangup 1")
    of_calls = [event for event in events if event.conn_id and event.this_dn != caller]
    assert [event.name for event in of_calls] == [
        EventName.QUEUED,
        EventName.DIVERTED,
        EventName.RINGING,
        EventName.ESTABLISHED,
        EventName.RELEASED,
    ]
    for event in of_calls:
        assert (event.this_queue, event.ani, event.dnis) == ("Q", caller, "Q")
        assert event.call_type is call_type
        established = event.name is EventName.ESTABLISHED
        wrap_up = {WRAP_UP_TIME: 10} if established else {}
        assert event.extensions == {BUSINESS_CALL: 1, **wrap_up}
        assert (event.leg is None) is (event.this_dn == "Q")


@pytest.mark.parametrize(
    ("steps", "dn", "business"),
    [
        (["A Dial B"], "A", 0),
        (["A Dial B"], "B", 0),
        (["C Dial Q"], "C", 0),
        (["X1 Dial B"], "B", 1),
        (["B Dial X1"], "B", 1),
        (["X1 Dial B", "B Answer 1"], "B", 1),
        (["A Dial B", "B Answer 1"], "B", 0),
    ],
)
def test_a_call_that_is_from_no_queue_is_business_only_with_a_customer(
    steps: list[str], dn: str, business: int
) -> None:
    events = Play(new_core(wrap_up=10.0)).events(*steps)
    about_calls = [event for event in events if event.this_dn == dn and event.conn_id]
    assert about_calls
    assert all(event.extensions == {BUSINESS_CALL: business} for event in about_calls)
    assert all(event.this_queue is None for event in about_calls)


def test_without_after_call_work_no_time_for_it_is_told() -> None:
    events = Play().events(*READY_A, "X1 Dial Q", "A Answer 1")
    assert events[-1].extensions == {BUSINESS_CALL: 1}


def test_the_callers_desktop_shows_with_whom_he_is_though_nobody_tells_him() -> None:
    core = new_core()
    step(core, "C Dial Q")
    [leg] = core.legs("C")
    assert (leg.state, leg.participants) == (PartyState.DIALING, ("Q",))
    step(core, "A Login a")
    step(core, "A Ready")
    change = core.advance(1000.0)
    assert change is not None
    assert heard(change) == goes_to("A", FROM_C)
    assert [(leg.dn, leg.participants) for leg in change.refreshed] == [("C", ("A",))]
    [leg] = core.legs("A")
    assert (leg.state, leg.since, leg.participants) == (PartyState.RINGING, 1000.0, ("C",))
    step(core, "A Reject 1")
    assert core.legs("C")[0].participants == ("Q",)
    assert core.legs("A") == ()
