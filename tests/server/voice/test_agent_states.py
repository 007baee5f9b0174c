"""Logging in and out, being ready or not, and after-call work: T-Library, "Agent state events"."""

from itertools import product

import pytest

from switchbell.voice.agent_states import AGENT_TRANSITIONS
from switchbell.voice.agents import NOBODY, AgentState, WorkMode
from switchbell.voice.errors import (
    AlreadyInState,
    AlreadySeized,
    InvalidValue,
    UnknownDevice,
    VoiceError,
    WrongState,
)
from switchbell.voice.model import PartyState
from switchbell.voice.operations import Login
from tests.server.voice.telling import TALK, Table, new_core, operation, refuse, rows
from tests.server.voice.waiting import READY_A, READY_B, played

WAYS_TO = {
    AgentState.LOGGED_OUT: [],
    AgentState.LOGGED_IN: ["A Login a"],
    AgentState.READY: READY_A,
    AgentState.NOT_READY: ["A Login a", "A NotReady"],
}
OPERATIONS = ("Login", "Logout", "Ready", "NotReady", "AfterCallWork", "AuxWork")
LOGGED_IN = "A: EventAgentLogin AgentID a ReferenceID"
LOGGED_OUT = "A: EventAgentLogout AgentID a ReferenceID"
READY = "A: EventAgentReady AgentID a ReferenceID"
NOT_READY = "A: EventAgentNotReady AgentID a ReferenceID"
AFTER_CALL_WORK = "A: EventAgentNotReady AgentID a WorkMode AFTER_CALL_WORK ReferenceID"
AUX_WORK = "A: EventAgentNotReady AgentID a WorkMode AUX_WORK ReferenceID"

# What is heard, or the refusal, in the order of OPERATIONS.
CELLS: dict[AgentState, tuple[str | type[VoiceError], ...]] = {
    AgentState.LOGGED_OUT: (
        LOGGED_IN,
        AlreadyInState,
        WrongState,
        WrongState,
        WrongState,
        WrongState,
    ),
    AgentState.LOGGED_IN: (
        AlreadyInState,
        LOGGED_OUT,
        READY,
        NOT_READY,
        AFTER_CALL_WORK,
        AUX_WORK,
    ),
    AgentState.READY: (
        AlreadyInState,
        LOGGED_OUT,
        AlreadyInState,
        NOT_READY,
        AFTER_CALL_WORK,
        AUX_WORK,
    ),
    AgentState.NOT_READY: (
        AlreadyInState,
        LOGGED_OUT,
        READY,
        AlreadyInState,
        AFTER_CALL_WORK,
        AUX_WORK,
    ),
}
BECOMES = {
    "Login": AgentState.LOGGED_IN,
    "Logout": AgentState.LOGGED_OUT,
    "Ready": AgentState.READY,
    "NotReady": AgentState.NOT_READY,
    "AfterCallWork": AgentState.NOT_READY,
    "AuxWork": AgentState.NOT_READY,
}


def test_the_table_has_a_row_for_every_state_and_no_other_operation() -> None:
    assert set(AGENT_TRANSITIONS) == set(AgentState) == set(CELLS)
    named = {kind.__name__ for row in AGENT_TRANSITIONS.values() for kind in row}
    assert named == set(OPERATIONS)


@pytest.mark.parametrize(("state", "name"), list(product(AgentState, OPERATIONS)))
def test_each_cell(state: AgentState, name: str) -> None:
    play = played(*WAYS_TO[state], "wait 5")
    asked = "A Login a" if name == "Login" else f"A {name}"
    expected = CELLS[state][OPERATIONS.index(name)]
    assert play.core.dn_state("A").agent.state is state
    if isinstance(expected, str):
        assert play.heard(asked) == [expected]
        agent = play.core.dn_state("A").agent
        assert agent.state is BECOMES[name]
        assert agent == NOBODY or agent.since == 1005.0
    else:
        refuse(play.core, operation(play.core, asked), expected)


LUNCH = ["A Login a", "A NotReady lunch"]
NOT_READY_WHY: Table = {
    "with a reason": (LUNCH, ["A: EventAgentNotReady AgentID a Reason lunch ReferenceID"]),
    "for another reason": (
        [*LUNCH, "A NotReady tea"],
        ["A: EventAgentNotReady AgentID a Reason tea ReferenceID"],
    ),
    "for no reason any longer": ([*LUNCH, "A NotReady"], [NOT_READY]),
    "for a reason now": (
        ["A Login a", "A NotReady", "A NotReady tea"],
        ["A: EventAgentNotReady AgentID a Reason tea ReferenceID"],
    ),
    "other work for the same reason": (
        [*LUNCH, "A AuxWork lunch"],
        ["A: EventAgentNotReady AgentID a WorkMode AUX_WORK Reason lunch ReferenceID"],
    ),
    "work of one kind after another": (
        ["A Login a", "A AfterCallWork", "A AuxWork"],
        [AUX_WORK],
    ),
    "no work any longer": (["A Login a", "A AuxWork", "A NotReady"], [NOT_READY]),
    "the reason is gone after having been ready": (
        [*LUNCH, "A Ready", "A NotReady"],
        [NOT_READY],
    ),
    "the work too": (["A Login a", "A AuxWork", "A Ready", "A NotReady"], [NOT_READY]),
}


@rows(NOT_READY_WHY)
def test_another_reason_or_other_work_is_a_change(steps: list[str], expected: list[str]) -> None:
    assert played(*steps[:-1]).heard(steps[-1]) == expected


@pytest.mark.parametrize("asked", ["A NotReady lunch", "A AuxWork", "A AfterCallWork call"])
def test_the_same_reason_and_work_again_is_none(asked: str) -> None:
    play = played("A Login a", asked, "wait 5")
    refuse(play.core, operation(play.core, asked), AlreadyInState)


def test_what_an_agent_does_can_be_read() -> None:
    agent = played("A Login a R", "wait 1", "A AuxWork mail").core.dn_state("A").agent
    assert (agent.id, agent.queue, agent.reason) == ("a", "R", "mail")
    assert (agent.work_mode, agent.since) == (WorkMode.AUX_WORK, 1001.0)


def test_one_who_is_ready_has_no_work_and_no_reason() -> None:
    agent = played("A Login a", "A AuxWork mail", "A Ready").core.dn_state("A").agent
    assert (agent.work_mode, agent.reason) == (WorkMode.UNKNOWN, None)


LOGINS: dict[str, tuple[list[str], str, type[VoiceError]]] = {
    "twice": (["A Login a"], "A Login a", AlreadyInState),
    "another agent where one is": (["A Login a"], "A Login b", AlreadyInState),
    "elsewhere": (["A Login a"], "B Login a", AlreadySeized),
    "at a queue that is not there": ([], "A Login a Z", InvalidValue),
    "at a queue that is a device": ([], "A Login a B", InvalidValue),
    "with an id that is too long": ([], f"A Login {'a' * 256}", InvalidValue),
    "at a queue's own DN": ([], "Q Login a", UnknownDevice),
    "outside": ([], "X1 Login a", UnknownDevice),
    "nowhere": ([], "Z Login a", UnknownDevice),
}


@pytest.mark.parametrize(("steps", "asked", "error"), LOGINS.values(), ids=LOGINS.keys())
def test_a_login_that_is_refused(steps: list[str], asked: str, error: type[VoiceError]) -> None:
    play = played(*steps)
    refuse(play.core, operation(play.core, asked), error)


def test_a_login_without_an_id_is_refused() -> None:
    refuse(new_core(), Login(dn="A", agent_id=""), InvalidValue)


def test_the_longest_id_is_good() -> None:
    long = "a" * 255
    assert played().heard(f"A Login {long}") == [f"A: EventAgentLogin AgentID {long} ReferenceID"]


def test_who_has_logged_out_may_log_in_elsewhere_and_another_in_his_place() -> None:
    play = played("A Login a Q", "A Logout", "B Login a")
    assert play.heard("A Login c") == ["A: EventAgentLogin AgentID c ReferenceID"]
    assert play.core.dn_state("B").agent.queue is None
    refuse(play.core, operation(play.core, "C Login a"), AlreadySeized)


def test_calls_go_on_when_an_agent_logs_out() -> None:
    play = played(*READY_A, *TALK)
    assert play.heard("A Logout") == [LOGGED_OUT]
    assert [leg.state for leg in play.core.legs("A")] == [PartyState.ESTABLISHED]
    assert play.heard("B Hangup 1") == [
        "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
        "B: EventOnHook",
        "A: EventReleased ConnID 1 Origination OtherDN B Destination OK",
        "A: EventOnHook",
    ]


def test_the_queue_that_an_agent_serves_is_told() -> None:
    play = played()
    agent = "ThisQueue R AgentID a"
    assert play.heard("A Login a R") == [f"A: EventAgentLogin {agent} ReferenceID"]
    assert play.heard("A Ready") == [f"A: EventAgentReady {agent} ReferenceID"]
    assert play.heard("A NotReady") == [f"A: EventAgentNotReady {agent} ReferenceID"]


# Since when an agent waits for a call

READY_SINCE: dict[str, tuple[list[str], float]] = {
    "since he is ready": (["A Login a", "wait 5", "A Ready"], 1005.0),
    "since he is ready again": ([*READY_A, "wait 5", "A NotReady", "wait 5", "A Ready"], 1010.0),
    "since his call has ended": ([*READY_A, *TALK, "wait 5", "A Hangup 1"], 1005.0),
    "since the other one has ended it": ([*READY_A, *TALK, "wait 5", "B Hangup 1"], 1005.0),
    "not since it began": ([*READY_A, "wait 5", *TALK], 1000.0),
    "since the last of his calls has ended": (
        [*READY_A, *TALK, "C Dial A", "wait 5", "A Answer 2", "A Hangup 2", "wait 5", "B Hangup 1"],
        1010.0,
    ),
    "since one of two has ended, for when the other has too": (
        [*READY_A, *TALK, "C Dial A", "wait 5", "A Answer 2", "A Hangup 2"],
        1005.0,
    ),
    "not since a call has ended while he was not ready": (
        [*READY_A, *TALK, "A NotReady", "wait 5", "A Ready", "A NotReady", "A Hangup 1", "A Ready"],
        1005.0,
    ),
}


@pytest.mark.parametrize(("steps", "since"), READY_SINCE.values(), ids=READY_SINCE.keys())
def test_since_when_an_agent_waits(steps: list[str], since: float) -> None:
    assert played(*steps).core.dn_state("A").agent.ready_since == since


# After-call work

FROM_X1 = "ConnID 1 CallType Inbound Destination OtherDN X1 Origination"
FROM_QUEUE = [*READY_A, "X1 Dial Q", "wait 1", "A Answer 1", "wait 60"]
WORKS = "A: EventAgentNotReady AgentID a WorkMode AFTER_CALL_WORK"
WORKING = [*FROM_QUEUE, "A Hangup 1", "wait 4"]
INTERNAL = [*READY_A, "B Dial A", "A Answer 1"]

WRAP_UP_BEGINS: Table = {
    "when the agent hangs up": (
        [*FROM_QUEUE, "A Hangup 1"],
        [
            f"A: EventReleased {FROM_X1} ThisQueue Q OK ReferenceID",
            "A: EventOnHook",
            WORKS,
        ],
    ),
    "when the customer hangs up": (
        [*FROM_QUEUE, "X1 Hangup 1"],
        [f"A: EventReleased {FROM_X1} ThisQueue Q OK", "A: EventOnHook", WORKS],
    ),
    "while the call is on hold": (
        [*FROM_QUEUE, "A Hold 1", "X1 Hangup 1"],
        [f"A: EventReleased {FROM_X1} ThisQueue Q OK", "A: EventOnHook", WORKS],
    ),
    "when the call is handed over": (
        [*FROM_QUEUE, "A InitiateTransfer 1 B", "B Answer 2", "A CompleteTransfer 1"],
        [
            (
                "A: EventReleased ConnID 2 PreviousConnID 1 CallType Consult Origination"
                " OtherDN B Destination Transferred Cause Transfer ReferenceID"
            ),
            f"A: EventReleased {FROM_X1} ThisQueue Q Transferred Cause Transfer",
            "A: EventOnHook",
            (
                "B: EventPartyChanged ConnID 1 PreviousConnID 2 CallType Inbound Destination"
                " OtherDN X1 Origination ThirdPartyDN A TransferedBy Transferred"
            ),
            WORKS,
        ],
    ),
    "for a colleague's call too": (
        [*READY_A, "B Dial Q", "A Answer 1", "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 Origination OtherDN A Destination OK ReferenceID",
            "B: EventOnHook",
            "A: EventReleased ConnID 1 Destination OtherDN B Origination ThisQueue Q OK",
            "A: EventOnHook",
            WORKS,
        ],
    ),
    "not when a consultation about it has ended": (
        [*FROM_QUEUE, "A InitiateTransfer 1 B", "B Answer 2", "B Hangup 2"],
        [
            (
                "B: EventReleased ConnID 2 PreviousConnID 1 CallType Consult Destination"
                " OtherDN A Origination OK ReferenceID"
            ),
            "B: EventOnHook",
            (
                "A: EventReleased ConnID 2 PreviousConnID 1 CallType Consult Origination"
                " OtherDN B Destination OK"
            ),
        ],
    ),
    "not when it was not answered": (
        [*READY_A, "X1 Dial Q", "X1 Hangup 1"],
        [f"A: EventAbandoned {FROM_X1} ThisQueue Q OK"],
    ),
    "not after a call that is from no queue": (
        [*INTERNAL, "A Hangup 1"],
        [
            "A: EventReleased ConnID 1 Destination OtherDN B Origination OK ReferenceID",
            "A: EventOnHook",
            "B: EventReleased ConnID 1 Origination OtherDN A Destination OK",
            "B: EventOnHook",
        ],
    ),
    "nor after a customer's": (
        [*READY_A, "X1 Dial A", "A Answer 1", "X1 Hangup 1"],
        [f"A: EventReleased {FROM_X1} OK", "A: EventOnHook"],
    ),
    "not for one who is not ready": (
        [*FROM_QUEUE, "A NotReady lunch", "X1 Hangup 1"],
        [f"A: EventReleased {FROM_X1} ThisQueue Q OK", "A: EventOnHook"],
    ),
    "nor for one who has logged out": (
        [*FROM_QUEUE, "A Logout", "X1 Hangup 1"],
        [f"A: EventReleased {FROM_X1} ThisQueue Q OK", "A: EventOnHook"],
    ),
}

WRAP_UP_ENDS: Table = {
    "by itself": ([*WORKING, "wait 6"], ["A: EventAgentReady AgentID a"]),
    "not sooner": ([*WORKING, "wait 5.9"], []),
    "when the agent says so": ([*WORKING, "A Ready"], [READY]),
    "and not once more then": ([*WORKING, "A Ready", "wait 60"], []),
    "in a pause": (
        [*WORKING, "A NotReady tea"],
        ["A: EventAgentNotReady AgentID a Reason tea ReferenceID"],
    ),
    "which does not end by itself": ([*WORKING, "A NotReady tea", "wait 60"], []),
    "in work that does not end by itself": ([*WORKING, "A AfterCallWork"], [AFTER_CALL_WORK]),
    "nor soon": ([*WORKING, "A AfterCallWork", "wait 60"], []),
    "in other work": ([*WORKING, "A AuxWork"], [AUX_WORK]),
    "with a logout": ([*WORKING, "A Logout"], [LOGGED_OUT]),
    "for good": ([*WORKING, "A Logout", "wait 60"], []),
    "not for who logs in next": ([*WORKING, "A Logout", "A Login b", "wait 60"], []),
}


@rows(WRAP_UP_BEGINS, WRAP_UP_ENDS)
def test_after_call_work(steps: list[str], expected: list[str]) -> None:
    assert played(core=new_core(wrap_up=10.0)).heard(*steps) == expected


def test_after_call_work_of_ones_own_choice_can_not_be_asked_for_twice() -> None:
    play = played(*WORKING, "A AfterCallWork", core=new_core(wrap_up=10.0))
    refuse(play.core, operation(play.core, "A AfterCallWork"), AlreadyInState)
    assert play.core.next_deadline() is None


def test_a_pause_that_was_begun_in_a_call_goes_on_after_it() -> None:
    play = played(*FROM_QUEUE, "A NotReady lunch", "X1 Hangup 1", core=new_core(wrap_up=10.0))
    agent = play.core.dn_state("A").agent
    assert (agent.state, agent.reason) == (AgentState.NOT_READY, "lunch")
    assert play.heard("wait 60") == []


def test_no_call_comes_during_after_call_work_and_the_next_at_its_end() -> None:
    play = played(*WORKING, core=new_core(wrap_up=10.0))
    second = "ConnID 2 CallType Inbound Destination OtherDN X2 Origination"
    assert play.heard("X2 Dial Q") == [f"Q: EventQueued {second} ThisQueue Q OK"]
    assert play.heard("wait 6") == [
        "A: EventAgentReady AgentID a",
        f"Q: EventDiverted {second} ThirdPartyDN A Destination ThisQueue Q OK",
        f"A: EventRinging {second} ThisQueue Q OK",
    ]


def test_who_has_worked_waits_from_its_end() -> None:
    play = played(*WORKING, "wait 6", core=new_core(wrap_up=10.0))
    assert play.core.dn_state("A").agent.ready_since == 1071.0


def test_two_who_work_are_ready_each_at_his_time() -> None:
    play = played(*READY_A, *READY_B, "X1 Dial Q", "X2 Dial Q", core=new_core(wrap_up=10.0))
    play.events("A Answer 1", "B Answer 2", "B Hangup 2", "wait 3", "A Hangup 1")
    assert play.heard("wait 7") == ["B: EventAgentReady AgentID b"]
    assert play.heard("wait 3") == ["A: EventAgentReady AgentID a"]


def test_without_a_time_for_it_there_is_no_after_call_work() -> None:
    play = played(*FROM_QUEUE)
    assert play.heard("X1 Hangup 1") == [
        f"A: EventReleased {FROM_X1} ThisQueue Q OK",
        "A: EventOnHook",
    ]
    assert play.core.dn_state("A").agent.state is AgentState.READY
