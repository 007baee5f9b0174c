"""From the snapshot of a core another one goes on as the first would."""

import pytest

from switchbell.voice.core import VoiceCore
from switchbell.voice.model import Settings
from tests.server.voice.telling import (
    CONFERENCE,
    CONSULT,
    CONSULT_RINGS,
    DNS,
    NESTED,
    TALK,
    THREE_CALLS,
    heard,
    new_core,
    with_everything,
)
from tests.server.voice.waiting import READY_A, READY_B, START, Play, played

WRAP_UP = 10.0
LIMITED = {"wrap_up": WRAP_UP, "trunks": 2, "lines": 3}

# By name: what comes before the snapshot, and what after it.
SITUATIONS: dict[str, tuple[list[str], list[str]]] = {
    "nothing": ([], ["A Dial B", "B Answer 1"]),
    "it rings": (["A Dial B", "wait 10"], ["wait 19", "wait 1", "A Dial B"]),
    "two talk": (TALK, ["C Dial B", "B Answer 2", "B SwapCalls 1", "A Hangup 1"]),
    "on hold": ([*TALK, "B Hold 1"], ["B Retrieve 1", "B Hangup 1"]),
    "a busy number": (["A Dial busy"], ["A Hangup 1", "A Dial X1"]),
    "a consultation that rings": (CONSULT_RINGS, ["A CompleteTransfer 1", "wait 30"]),
    "a consultation": (CONSULT, ["A CompleteConference 2", "B Hangup 1"]),
    "a consultation about a consultation": (
        NESTED,
        ["A CompleteConference 3", "A CompleteTransfer 1"],
    ),
    "a conference, muted": (
        [*CONFERENCE, "B MuteCall 1"],
        ["B UnmuteCall 1", "A Remove 1 C", "A Hangup 1"],
    ),
    "a call that was handed over": (
        [*CONSULT, "A CompleteTransfer 1"],
        ["C SingleStepTransfer 1 D", "D Answer 1", "B Hangup 1"],
    ),
    "three calls": (
        [step for call in THREE_CALLS for step in (call, "wait 1")],
        ["A SwapCalls 3 1", "A MergeWithOtherCall 1 2", "A Hangup 2"],
    ),
    "calls that have ended": ([*TALK, "A Hangup 1", "C Dial D", "C Hangup 2"], ["A Dial B"]),
    "user data": (["A Dial B k=v"], ["A AttachUserData 1 l=w", "B Answer 1"]),
    "a recording": (
        [*TALK, "A StartCallRecording 1", "A PauseCallRecording 1"],
        ["B ResumeCallRecording 1", "A StopCallRecording 1"],
    ),
    # The outside
    "it rings outside": (["A Dial X1", "wait 10"], ["wait 19", "wait 1"]),
    "somebody is about to answer": (["A Dial answers", "wait 1"], ["wait 1", "A Hangup 1"]),
    "somebody is about to reject": (["A Dial rejects", "wait 1"], ["wait 2"]),
    "somebody is about to hang up": (["A Dial leaves", "wait 4"], ["wait 3"]),
    "so is one who was handed over": (
        ["A Dial leaves", "wait 2", "A SingleStepTransfer 1 B", "wait 1", "B Answer 1"],
        ["wait 4"],
    ),
    "somebody who calls": (["X1 Dial A", "X1 Dial B"], ["A Answer 1", "X1 Hangup 2", "wait 60"]),
    "two outside": (
        ["A Dial X1", "X1 Answer 1", "A SingleStepTransfer 1 X2", "X2 Answer 1"],
        ["X2 Hangup 1", "A Dial X1"],
    ),
    "all trunks are busy": (["A Dial X1", "X2 Dial B"], ["C Dial X3", "A Hangup 1", "D Dial X3"]),
    # Agents and queues
    "logged in": (["A Login a R"], ["A Ready", "X1 Dial R", "A Logout"]),
    "at lunch": (["A Login a", "A NotReady lunch"], ["A NotReady tea", "A Ready"]),
    "ready, one after the other": (
        [*READY_B, "wait 1", *READY_A],
        ["X1 Dial Q", "X2 Dial Q", "wait 30"],
    ),
    "ready since a call has ended": (
        [*READY_A, "wait 1", *READY_B, "wait 1", *["C Dial A", "A Answer 1", "C Hangup 1"]],
        ["X1 Dial Q", "X2 Dial Q"],
    ),
    "ready, with a call": ([*READY_A, *TALK], ["X1 Dial Q", "B Hangup 1", "A Answer 2"]),
    "callers wait": (
        ["X1 Dial Q", "wait 1", "C Dial Q", "wait 1", "X2 Dial R"],
        ["B Login b R", "B Ready", *READY_A, "A Reject 1", "C Hangup 2", "A Ready"],
    ),
    "a call from a queue rings": (
        [*READY_A, *READY_B, "X1 Dial Q", "wait 10"],
        ["wait 20", "B Answer 1", "X1 Hangup 1", "wait 10"],
    ),
    "a call from a queue": (
        [*READY_A, "X1 Dial Q", "wait 1", "A Answer 1"],
        ["X1 Hangup 1", "wait 10"],
    ),
    "a call that went back to its place": (
        ["X1 Dial Q", "wait 1", "X2 Dial Q", *READY_A, "wait 1", "A Reject 1"],
        ["B Login b", "B Ready", "A Ready"],
    ),
    "after-call work": (
        [*READY_A, "X1 Dial Q", "A Answer 1", "X1 Hangup 1", "wait 4"],
        ["X2 Dial Q", "wait 5", "wait 1", "A Answer 2"],
    ),
    "a consultation with a queue": (
        ["X1 Dial B", "B Answer 1", "B InitiateTransfer 1 Q"],
        ["B CompleteTransfer 1", *READY_A, "A Answer 1"],
    ),
    "a queue in a conference": (
        [*TALK, "A SingleStepConference 1 Q"],
        ["A Hangup 1", "C Login c", "C Ready", "C Answer 1"],
    ),
    # DNs
    "not to be disturbed": (["B DoNotDisturbOn"], ["A Dial B", "B DoNotDisturbOff"]),
    "forwarded": (["B ForwardCallsOn C"], ["A Dial B", "B ForwardCallsOff", "D Dial B"]),
    "ready, but not to be disturbed": (
        [*READY_A, "A DoNotDisturbOn", "X1 Dial Q"],
        ["A DoNotDisturbOff"],
    ),
}


def new() -> VoiceCore:
    return with_everything(**LIMITED)


def restored(core: VoiceCore, like: VoiceCore) -> VoiceCore:
    """Return ``like``, a new core, as one that goes on from another."""
    like.restore(core.snapshot())
    return like


def sight(core: VoiceCore) -> tuple[object, ...]:
    """All that can be seen of a core."""
    return (
        core.snapshot(),
        list(core.calls.items()),
        {dn: core.legs(dn) for dn in DNS},
        {dn: core.dn_state(dn) for dn in DNS},
        core.far_ends(),
        core.next_deadline(),
    )


def situations() -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("before", "after"), SITUATIONS.values(), ids=SITUATIONS.keys())


@situations()
def test_all_is_as_it_was(before: list[str], after: list[str]) -> None:
    core = played(*before, core=new()).core
    assert sight(restored(core, new())) == sight(core)


@situations()
def test_all_goes_on_as_it_would_have(before: list[str], after: list[str]) -> None:
    original = played(*before, core=new())
    other = Play(restored(original.core, new()))
    other.now = original.now
    for step in after:
        lines = original.heard(step)
        assert other.heard(step) == lines
        assert sight(other.core) == sight(original.core)


@situations()
def test_what_happens_by_itself_happens(before: list[str], after: list[str]) -> None:
    """With the same changes, not only the same events."""
    core = played(*before, core=new()).core
    other = restored(core, new())
    while (deadline := core.next_deadline()) is not None:
        assert other.next_deadline() == deadline
        assert other.advance(deadline + 5.0) == core.advance(deadline + 5.0)
    assert other.next_deadline() is None
    assert other.advance(1e9) is None


@situations()
def test_a_snapshot_is_not_touched_by_what_comes_after_it(
    before: list[str], after: list[str]
) -> None:
    play = played(*before, core=new())
    snapshot = play.core.snapshot()
    first, second = new(), new()
    first.restore(snapshot)
    going_on = Play(first)
    going_on.now = play.now
    going_on.heard(*after)
    second.restore(snapshot)
    assert sight(second) == sight(play.core)


def test_calls_have_further_numbers() -> None:
    other = Play(restored(played(*TALK, "A Hangup 1", "C Dial D").core, new_core()))
    assert " ConnID 3 " in other.heard("A Dial B")[1]


# While nobody was there

PASSED: dict[str, tuple[list[str], list[str]]] = {
    "it rang for long enough": (
        ["A Dial B"],
        [
            "B: EventAbandoned ConnID 1 Destination OtherDN A Origination OK",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination NoAnswer Cause NoAnswer",
            "A: EventOnHook",
        ],
    ),
    "somebody would have answered": (
        ["A Dial answers"],
        [
            (
                "A: EventEstablished ConnID 1 CallType Outbound Origination"
                " OtherDN answers Destination OK"
            ),
        ],
    ),
    "somebody would have hung up": (
        ["A Dial leaves", "wait 2"],
        [
            "A: EventReleased ConnID 1 CallType Outbound Origination OtherDN leaves Destination OK",
            "A: EventOnHook",
        ],
    ),
    "after-call work would have ended": (
        [*READY_A, "X1 Dial Q", "A Answer 1", "A Hangup 1"],
        ["A: EventAgentReady AgentID a"],
    ),
    "an agent did not answer": (
        [*READY_A, "X1 Dial Q"],
        [
            (
                "A: EventReleased ConnID 1 CallType Inbound Destination OtherDN X1 Origination"
                " ThirdPartyDN Q Destination ThisQueue Q Redirected Cause NoAnswer"
            ),
            "A: EventAgentNotReady AgentID a Reason NoAnswer",
            (
                "Q: EventQueued ConnID 1 CallType Inbound Destination OtherDN X1 Origination"
                " ThisQueue Q Redirected"
            ),
        ],
    ),
}


@pytest.mark.parametrize(("steps", "expected"), PASSED.values(), ids=PASSED.keys())
def test_what_was_due_meanwhile_happens_at_once(steps: list[str], expected: list[str]) -> None:
    core = restored(played(*steps, core=new()).core, new())
    assert core.advance(START) is None
    change = core.advance(START + 3600.0)
    assert change is not None
    assert heard(change) == expected
    assert {event.time for event in change.events} == {START + 3600.0}


def test_one_who_answers_late_stays_as_long_as_he_would_have() -> None:
    core = restored(played("A Dial leaves", core=new()).core, new())
    assert core.advance(START + 3600.0) is not None
    assert core.next_deadline() == START + 3605.0


def test_other_settings_count_for_what_comes() -> None:
    """How long it rings was decided when it began to ring; how long one works is decided later."""
    play = played(*READY_A, "X1 Dial Q", "A Answer 1", "B Dial C", core=new())
    other = restored(play.core, new_core(ring_timeout=5.0, wrap_up=3.0))
    assert other.next_deadline() == START + Settings().ring_timeout
    later = Play(other)
    later.heard("X1 Hangup 1")
    assert other.next_deadline() == START + 3.0
