"""Situations that refuse: by which error, and nothing has changed."""

import pytest

from switchbell.voice.errors import (
    AlreadyInState,
    CannotAnswer,
    CannotCompleteConference,
    CannotCompleteTransfer,
    CannotRelease,
    CannotRetrieve,
    InvalidDestination,
    InvalidValue,
    NotSupported,
    UnknownCall,
    UnknownDevice,
    UnknownParticipant,
    VoiceError,
    WrongState,
)
from switchbell.voice.model import PartyState
from switchbell.voice.operations import CompleteConference, Hangup, SendDtmf
from tests.server.voice.telling import (
    BLIND,
    CONFERENCE,
    CONSULT,
    CONSULT_RINGS,
    NESTED,
    TALK,
    THREE_CALLS,
    TWO_CALLS,
    call_id,
    new_core,
    number,
    operation,
    play,
    refuse,
    with_everything,
)

# By name: what comes before, what is asked, and the refusal.
Situations = dict[str, tuple[list[str], str, type[VoiceError]]]


def situations(table: Situations) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("steps", "asked", "error"), table.values(), ids=table.keys())


# B has two calls with A: the main one, and it was conferenced into the consult call.
SHARED = [*CONSULT, "C InitiateConference 2 B", "B Answer 3", "C CompleteConference 2"]
# C rings and is a member already.
ADDED = [*TALK, "A SingleStepConference 1 C"]
SITUATIONS: Situations = {
    "remove the other of two": (TALK, "A Remove 1 B", WrongState),
    "remove from a conference that is on hold": (
        [*CONFERENCE, "A Hold 1"],
        "A Remove 1 B",
        WrongState,
    ),
    "remove who is not there": (CONFERENCE, "A Remove 1 D", UnknownParticipant),
    "dial while dialling": (["A Dial B"], "A Dial C", WrongState),
    "dial while talking": (TALK, "A Dial C", WrongState),
    "dial oneself": ([], "A Dial A", InvalidDestination),
    "dial nobody": ([], "A Dial 16005", InvalidDestination),
    "dial something else": ([], "A Dial +", InvalidDestination),
    "a device that is not of the centre": ([], "Z Dial A", UnknownDevice),
    "answer while dialling": (["B Dial A", "A Dial C"], "A Answer 1", CannotAnswer),
    "retrieve while talking on another": (
        [*TALK, "C Dial B", "B Answer 2"],
        "B Retrieve 1",
        CannotRetrieve,
    ),
    "retrieve while dialling": ([*TALK, "A Hold 1", "A Dial C"], "A Retrieve 1", CannotRetrieve),
    "consult while talking on another": (
        [*TALK, "C Dial B", "B Answer 2"],
        "B InitiateConference 1 D",
        WrongState,
    ),
    "consult twice about a call": (
        [*CONSULT, "A Hold 2"],
        "A InitiateConference 1 D",
        WrongState,
    ),
    "consult oneself": (TALK, "A InitiateConference 1 A", InvalidDestination),
    "consult who is on the call": (TALK, "A InitiateConference 1 B", InvalidDestination),
    "consult a member of the conference": (
        CONFERENCE,
        "B InitiateConference 1 C",
        InvalidDestination,
    ),
    "consult nobody": (TALK, "A InitiateConference 1 Z", InvalidDestination),
    "complete before the answer": (
        CONSULT_RINGS,
        "A CompleteConference 1",
        CannotCompleteConference,
    ),
    "complete before the answer, on the consult call": (
        CONSULT_RINGS,
        "A CompleteConference 2",
        CannotCompleteConference,
    ),
    "complete without a consultation": (TALK, "A CompleteConference 1", CannotCompleteConference),
    "complete what another consults about": (
        CONSULT,
        "B CompleteConference 1",
        CannotCompleteConference,
    ),
    "complete as the one consulted": (CONSULT, "C CompleteConference 2", CannotCompleteConference),
    "complete after the main call has ended": (
        [*CONSULT, "B Hangup 1"],
        "A CompleteConference 2",
        CannotCompleteConference,
    ),
    "complete with a call that is no consultation": (
        [*TALK, "A Hold 1", "A Dial C", "C Answer 2"],
        "A CompleteConference 1 2",
        CannotCompleteConference,
    ),
    "complete with the main call for the consult call": (
        CONSULT,
        "A CompleteConference 1 1",
        CannotCompleteConference,
    ),
    "complete with a consult call that is none of one's calls": (
        CONSULT,
        "A CompleteConference 1 9",
        UnknownCall,
    ),
    "complete so that one is on the call twice": (
        SHARED,
        "A CompleteConference 1",
        CannotCompleteConference,
    ),
    "complete two held calls while talking on a third": (
        [*CONSULT, "D Dial A", "A Answer 3"],
        "A CompleteConference 1",
        CannotCompleteConference,
    ),
    "complete the outer of two consultations": (
        [*NESTED, "A Hold 3", "A Retrieve 2"],
        "A CompleteConference 1",
        CannotCompleteConference,
    ),
    "a call that one is no party of": (TALK, "C Hangup 1", UnknownCall),
    "a call that one has left": ([*CONFERENCE, "B Hangup 1"], "B Hangup 1", UnknownCall),
    # Handing over
    "transfer what nobody consults about": (TALK, "A CompleteTransfer 1", CannotCompleteTransfer),
    "transfer what another consults about": (
        CONSULT,
        "B CompleteTransfer 1",
        CannotCompleteTransfer,
    ),
    "transfer as the one consulted": (CONSULT, "C CompleteTransfer 2", CannotCompleteTransfer),
    "transfer after the main call has ended": (
        [*CONSULT, "B Hangup 1"],
        "A CompleteTransfer 2",
        CannotCompleteTransfer,
    ),
    "transfer with a call that is no consultation": (
        TWO_CALLS,
        "A CompleteTransfer 1 2",
        CannotCompleteTransfer,
    ),
    "transfer with the main call for the consult call": (
        CONSULT,
        "A CompleteTransfer 1 1",
        CannotCompleteTransfer,
    ),
    "transfer with a consult call that is none of one's calls": (
        CONSULT,
        "A CompleteTransfer 1 9",
        UnknownCall,
    ),
    "transfer so that one is on the call twice": (
        SHARED,
        "A CompleteTransfer 1",
        CannotCompleteTransfer,
    ),
    "transfer the outer of two consultations": (
        [*NESTED, "A Hold 3", "A Retrieve 2"],
        "A CompleteTransfer 1",
        CannotCompleteTransfer,
    ),
    "transfer where everybody only hears it ringing": (
        [*ADDED, "B Hangup 1", "A InitiateTransfer 1 D"],
        "A CompleteTransfer 1",
        CannotCompleteTransfer,
    ),
    "hand over where nobody else is there yet": (BLIND, "B SingleStepTransfer 1 D", WrongState),
    "hand over to oneself": (TALK, "A SingleStepTransfer 1 A", InvalidDestination),
    "hand over to the other one": (TALK, "A SingleStepTransfer 1 B", InvalidDestination),
    "hand over to nobody": (TALK, "A SingleStepTransfer 1 Z", InvalidDestination),
    "consult oneself to hand over": (TALK, "A InitiateTransfer 1 A", InvalidDestination),
    "redirect to the caller": (["A Dial B"], "B Redirect 1 A", InvalidDestination),
    "redirect to oneself": (["A Dial B"], "B Redirect 1 B", InvalidDestination),
    "redirect to nobody": (["A Dial B"], "B Redirect 1 Z", InvalidDestination),
    # Adding
    "add where nobody else is there yet": (BLIND, "B SingleStepConference 1 D", WrongState),
    "add who is there": (CONFERENCE, "A SingleStepConference 1 C", InvalidDestination),
    "add who rings already": (ADDED, "A SingleStepConference 1 C", InvalidDestination),
    "add oneself": (TALK, "A SingleStepConference 1 A", InvalidDestination),
    "add nobody": (TALK, "A SingleStepConference 1 Z", InvalidDestination),
    # Two calls
    "reconnect without a consultation": (TALK, "A Reconnect 1", CannotRetrieve),
    "reconnect as the one consulted": (CONSULT, "C Reconnect 2", CannotRetrieve),
    "reconnect what is no consultation": (TWO_CALLS, "A Reconnect 2", CannotRetrieve),
    "reconnect with the consult call on hold": (
        [*CONSULT, "A Hold 2"],
        "A Reconnect 1",
        CannotRetrieve,
    ),
    "reconnect while the main call is talked on": (
        [*CONSULT, "A SwapCalls 2"],
        "A Reconnect 1",
        CannotRetrieve,
    ),
    "swap two held calls": ([*TWO_CALLS, "A Hold 2"], "A SwapCalls 1", WrongState),
    "swap while dialling": ([*TALK, "A Hold 1", "A Dial C"], "A SwapCalls 1", WrongState),
    "swap with one of several, unnamed": (THREE_CALLS, "A SwapCalls 3", InvalidValue),
    "swap with itself": (THREE_CALLS, "A SwapCalls 3 3", InvalidValue),
    "swap one held call with another": (THREE_CALLS, "A SwapCalls 1 2", InvalidValue),
    "swap with a call that is none of one's calls": (TWO_CALLS, "A SwapCalls 2 9", UnknownCall),
    "merge two held calls": (
        [*TWO_CALLS, "A Hold 2"],
        "A MergeWithOtherCall 1",
        CannotCompleteConference,
    ),
    "merge before the answer": (
        CONSULT_RINGS,
        "A MergeWithOtherCall 1",
        CannotCompleteConference,
    ),
    "merge with one of several, unnamed": (THREE_CALLS, "A MergeWithOtherCall 3", InvalidValue),
    "merge one held call with another": (THREE_CALLS, "A MergeWithOtherCall 1 2", InvalidValue),
    "merge with a call that is none of one's calls": (
        TWO_CALLS,
        "A MergeWithOtherCall 2 9",
        UnknownCall,
    ),
    "merge so that one is on the call twice": (
        SHARED,
        "A MergeWithOtherCall 1",
        CannotCompleteConference,
    ),
    # Mute, tones, recording, clearing
    "mute twice": ([*CONFERENCE, "A MuteCall 1"], "A MuteCall 1", AlreadyInState),
    "unmute what is not muted": (CONFERENCE, "A UnmuteCall 1", AlreadyInState),
    "unmute what another has muted": (
        [*CONFERENCE, "A MuteCall 1"],
        "B UnmuteCall 1",
        AlreadyInState,
    ),
    "mute on hold": ([*CONFERENCE, "A Hold 1"], "A MuteCall 1", WrongState),
    "mute a call of two": (TALK, "A MuteCall 1", NotSupported),
    "a tone that there is not": (TALK, "A SendDtmf 1 12a", InvalidValue),
    "too many tones": (TALK, f"A SendDtmf 1 {'5' * 65}", InvalidValue),
    "tones on hold": ([*TALK, "A Hold 1"], "A SendDtmf 1 1", WrongState),
    **{
        f"{word} a recording where there are none": (
            TALK,
            f"A {word}CallRecording 1",
            NotSupported,
        )
        for word in ("Start", "Stop", "Pause", "Resume")
    },
    "clear a call that is talked on": (TALK, "A ClearCall 1", NotSupported),
    "clear a conference": (CONFERENCE, "A ClearCall 1", NotSupported),
}

RECORDED = [*TALK, "A StartCallRecording 1"]
PAUSED = [*RECORDED, "A PauseCallRecording 1"]
WITH_EVERYTHING: Situations = {
    "start a recording twice": (RECORDED, "A StartCallRecording 1", AlreadyInState),
    "start a recording that another has begun": (
        RECORDED,
        "B StartCallRecording 1",
        AlreadyInState,
    ),
    "start one that is interrupted": (PAUSED, "A StartCallRecording 1", AlreadyInState),
    "interrupt twice": (PAUSED, "B PauseCallRecording 1", AlreadyInState),
    "interrupt what was not begun": (TALK, "A PauseCallRecording 1", WrongState),
    "go on with what was not interrupted": (RECORDED, "A ResumeCallRecording 1", WrongState),
    "go on with what was not begun": (TALK, "A ResumeCallRecording 1", WrongState),
    "end what was not begun": (TALK, "A StopCallRecording 1", WrongState),
    "end it twice": (
        [*RECORDED, "A StopCallRecording 1"],
        "A StopCallRecording 1",
        WrongState,
    ),
    "end it on hold": ([*RECORDED, "A Hold 1"], "A StopCallRecording 1", WrongState),
    "clear on hold": ([*TALK, "A Hold 1"], "A ClearCall 1", CannotRelease),
    "clear while dialling": (["A Dial B"], "A ClearCall 1", CannotRelease),
}

# A consults about the conference with D and E, who are in one of their own.
CONSULT_TWO_ABOUT_IT = [
    "A InitiateTransfer 1 D",
    "D Answer 3",
    "D InitiateConference 3 E",
    "E Answer 4",
    "D CompleteConference 4",
]
# With three on a conference at most.
SMALL: Situations = {
    "add to a full conference": (CONFERENCE, "A SingleStepConference 1 D", WrongState),
    "complete a conference that would be too large": (
        [*CONFERENCE, "A InitiateConference 1 D", "D Answer 3"],
        "A CompleteConference 1",
        CannotCompleteConference,
    ),
    "merge into a conference that would be too large": (
        [*CONFERENCE, "D Dial A", "A Answer 3"],
        "A MergeWithOtherCall 1",
        CannotCompleteConference,
    ),
    "transfer so that it would be too large": (
        [*CONFERENCE, *CONSULT_TWO_ABOUT_IT],
        "A CompleteTransfer 1",
        CannotCompleteTransfer,
    ),
}


@situations(SITUATIONS)
def test_a_situation_that_refuses(steps: list[str], asked: str, error: type[VoiceError]) -> None:
    core = play(*steps)
    refuse(core, operation(core, asked), error)


@situations(WITH_EVERYTHING)
def test_a_switch_that_can_do_more_refuses(
    steps: list[str], asked: str, error: type[VoiceError]
) -> None:
    core = play(*steps, core=with_everything())
    refuse(core, operation(core, asked), error)


@situations(SMALL)
def test_a_small_conference_refuses(steps: list[str], asked: str, error: type[VoiceError]) -> None:
    core = play(*steps, core=new_core(conference_size=3))
    refuse(core, operation(core, asked), error)


def test_tones_are_more_than_none() -> None:
    core = play(*TALK)
    refuse(core, SendDtmf(dn="A", call=call_id(core, "A", "1"), digits=""), InvalidValue)


def test_a_busy_consultation_cannot_be_completed_but_given_up() -> None:
    core = play(*TALK, "D Dial C", "E Dial C", core=new_core(lines=2))
    play("A InitiateTransfer 1 C", core=core)
    refuse(core, operation(core, "A CompleteTransfer 1"), CannotCompleteTransfer)
    refuse(core, operation(core, "A MergeWithOtherCall 1"), CannotCompleteConference)
    play("A Reconnect 1", core=core)
    assert [number(leg.conn_id) for leg in core.legs("A")] == [1]


def test_a_full_device_cannot_dial_nor_consult() -> None:
    core = play(*TALK, "A Hold 1", "C Dial A", core=new_core(lines=2))
    refuse(core, operation(core, "A Dial D"), WrongState)
    refuse(core, operation(core, "A InitiateConference 1 D"), WrongState)


def test_the_inner_of_two_consultations_is_completed_first() -> None:
    core = play(*NESTED, "A CompleteConference 2", "A CompleteConference 2")
    assert [leg.participants for leg in core.legs("A")] == [("D", "C", "B")]


def test_a_call_of_another_is_unknown_by_its_id() -> None:
    core = play(*TALK)
    refuse(core, Hangup(dn="C", call=call_id(core, "A", "1")), UnknownCall)
    refuse(core, CompleteConference(dn="C", call=call_id(core, "A", "1")), UnknownCall)


def test_reading_what_is_not_there() -> None:
    core = new_core()
    with pytest.raises(UnknownCall):
        core.leg("A", "nothing")
    with pytest.raises(UnknownDevice):
        core.legs("Z")


def test_a_busy_consultation_is_not_given_up_for_a_second_call_that_is_talked_on() -> None:
    core = play("C Dial F", "D Dial F", "E Dial F", core=new_core(lines=3))
    play("A Dial B", "B Answer 4", "A Hold 4", "A Dial B", "B Answer 5", core=core)
    play("A InitiateConference 5 F", "A Retrieve 4", core=core)
    refuse(core, operation(core, "A Reconnect 5"), CannotRetrieve)
    assert [leg.state for leg in core.legs("A")] == [
        PartyState.ESTABLISHED,
        PartyState.HELD,
        PartyState.BUSY,
    ]
