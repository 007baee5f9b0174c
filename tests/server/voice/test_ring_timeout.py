"""A call that nobody answers ends by itself."""

import pytest

from switchbell.voice.core import VoiceCore
from switchbell.voice.events import Change
from switchbell.voice.model import PartyState
from tests.server.voice.telling import CONSULT_RINGS, TALK, heard, new_core, play, step

# Steps are played at the time 1000.
ENDS = 1030.0


def ended(core: VoiceCore) -> Change:
    """What happens when the time has come, and no earlier."""
    assert core.next_deadline() == ENDS
    assert core.advance(ENDS - 0.001) is None
    change = core.advance(ENDS)
    assert change is not None
    assert change.time == ENDS
    assert core.advance(ENDS) is None
    assert core.next_deadline() is None
    return change


def test_the_caller_is_released_and_the_called_hears_that_it_was_abandoned() -> None:
    core = play("A Dial B")
    assert heard(ended(core)) == [
        "B: EventAbandoned ConnID 1 Destination OtherDN A Origination OK",
        "A: EventReleased ConnID 1 Origination OtherDN B Destination NoAnswer Cause NoAnswer",
        "A: EventOnHook",
    ]
    assert (dict(core.calls), core.legs("A"), core.legs("B")) == ({}, (), ())


def test_a_consultation_that_is_not_answered_leaves_the_main_call_on_hold() -> None:
    core = play(*CONSULT_RINGS)
    consult = "ConnID 2 PreviousConnID 1 CallType Consult"
    assert heard(ended(core)) == [
        f"C: EventAbandoned {consult} Destination OtherDN A Origination OK",
        f"A: EventReleased {consult} Origination OtherDN C Destination NoAnswer Cause NoAnswer",
    ]
    assert [leg.state for leg in core.legs("A")] == [PartyState.HELD]


def test_whom_a_call_was_handed_to_blindly_may_not_answer_either() -> None:
    core = play(*CONSULT_RINGS, "A CompleteTransfer 1")
    assert heard(ended(core)) == [
        "C: EventAbandoned ConnID 1 Destination OtherDN B Destination OK",
        "B: EventReleased ConnID 1 Destination OtherDN C Destination NoAnswer Cause NoAnswer",
        "B: EventOnHook",
    ]
    assert dict(core.calls) == {}


def test_a_conference_goes_on_without_one_who_does_not_answer() -> None:
    core = play(*TALK, "A SingleStepConference 1 C")
    deleted = "OtherDN C DeletedParty ThirdPartyDN C DeletedBy OK"
    assert heard(ended(core)) == [
        "C: EventAbandoned ConnID 1 ConferenceMember OK",
        f"A: EventPartyDeleted ConnID 1 ConferenceMember {deleted}",
        f"B: EventPartyDeleted ConnID 1 ConferenceMember {deleted}",
    ]


def test_who_is_redirected_to_rings_anew() -> None:
    core = play("A Dial B")
    step(core, "B Redirect 1 C", now=1020.0)
    assert core.next_deadline() == 1050.0
    assert core.advance(1049.0) is None
    assert core.advance(1050.0) is not None


@pytest.mark.parametrize("last", ["B Answer 1", "A Hangup 1", "B Reject 1"])
def test_what_is_answered_or_ended_in_time_is_left_alone(last: str) -> None:
    core = play("A Dial B", last)
    assert core.next_deadline() is None
    assert core.advance(2000.0) is None


def test_calls_end_one_after_the_other_in_the_order_of_their_times() -> None:
    core = new_core()
    step(core, "A Dial B", now=1000.0)
    step(core, "C Dial D", now=999.0)
    changes = [core.advance(1100.0) for _ in range(3)]
    assert [change and change.events[0].this_dn for change in changes] == ["D", "B", None]


def test_how_long_a_call_rings_is_a_setting() -> None:
    assert play("A Dial B", core=new_core(ring_timeout=5.0)).next_deadline() == 1005.0
