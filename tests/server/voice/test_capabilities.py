"""What a leg lists, against the samples and tables of Web Services."""

from typing import Any

import pytest

from tests.server.voice.telling import (
    BLIND,
    CONFERENCE,
    CONSULT,
    CONSULT_RINGS,
    CONSULT_TWO,
    TALK,
    THREE_CALLS,
    TWO_CALLS,
    new_core,
    play,
    with_everything,
)

UD = {"UpdateUserData", "AttachUserData", "DeleteUserDataPair", "DeleteUserData"}

# The call resource's sample, but for StartCallRecording.
TWO_PARTIES = {
    "UpdateUserData",
    "SendDtmf",
    "InitiateConference",
    "Hold",
    "SingleStepTransfer",
    "InitiateTransfer",
    "AttachUserData",
    "DeleteUserDataPair",
    "SingleStepConference",
    "DeleteUserData",
    "Hangup",
}
# CompleteConference's second sample notification.
OWNER = {
    "UpdateUserData",
    "SendDtmf",
    "InitiateConference",
    "Hold",
    "SingleStepTransfer",
    "InitiateTransfer",
    "RemoveParticipantFromConference",
    "AttachUserData",
    "DeleteUserDataPair",
    "SingleStepConference",
    "DeleteUserData",
    "MuteCall",
    "Hangup",
}
DIALING = {"Hangup", "SendDtmf"} | UD
RINGING = {"Answer", "ClearCall"} | UD
ON_HOLD = {"Hangup", "SingleStepTransfer", "SingleStepConference"} | UD
CONSULTING = {"InitiateConference", "InitiateTransfer"}
HELD = ON_HOLD | {"Retrieve"} | CONSULTING
COMPLETING = {"CompleteConference", "CompleteTransfer"}
ANY_TWO = {"SwapCalls", "MergeWithOtherCall"}
BOTH = COMPLETING | ANY_TWO
# To whom nobody has answered yet: nothing to hand over.
ALONE = {"SingleStepTransfer", "SingleStepConference"}
ADDED = [*TALK, "A SingleStepConference 1 C"]
HANDED_OVER = [*TALK, "A SingleStepTransfer 1 C"]

TABLE = [
    (["A Dial B"], "A", [DIALING]),
    (["A Dial B"], "B", [RINGING]),
    (TALK, "A", [TWO_PARTIES]),
    (TALK, "B", [TWO_PARTIES]),
    ([*TALK, "A Hold 1"], "A", [HELD]),
    ([*TALK, "A Hold 1"], "B", [TWO_PARTIES]),
    (["B Dial A", "A Dial C"], "A", [{"ClearCall"} | UD, DIALING]),
    ([*TALK, "C Dial A"], "A", [TWO_PARTIES, RINGING]),
    # A consultation
    (CONSULT_RINGS, "A", [ON_HOLD | {"CompleteTransfer"}, DIALING | {"CompleteTransfer"}]),
    (CONSULT_RINGS, "C", [RINGING]),
    (CONSULT, "A", [ON_HOLD | BOTH, TWO_PARTIES | BOTH]),
    (CONSULT, "B", [TWO_PARTIES]),
    (CONSULT, "C", [TWO_PARTIES]),
    (
        [*CONSULT, "A Hold 2"],
        "A",
        [
            ON_HOLD | {"Retrieve"} | COMPLETING,
            HELD | COMPLETING,
        ],
    ),
    ([*CONSULT, "A SwapCalls 2"], "A", [(TWO_PARTIES | BOTH) - CONSULTING, ON_HOLD | BOTH]),
    ([*CONSULT, "C Hangup 2"], "A", [HELD]),
    ([*CONSULT, "A Reconnect 2"], "A", [TWO_PARTIES]),
    ([*CONSULT, "B Hangup 1"], "A", [TWO_PARTIES]),
    ([*CONSULT_RINGS, "B Hangup 1"], "A", [DIALING]),
    (CONSULT_TWO, "A", [ON_HOLD | BOTH, OWNER | BOTH]),
    (CONSULT_TWO, "C", [OWNER]),
    # Two calls that have nothing to do with each other, and three
    (TWO_CALLS, "A", [(HELD - {"Retrieve"} - CONSULTING) | ANY_TWO, TWO_PARTIES | ANY_TWO]),
    ([*TWO_CALLS, "A Hold 2"], "A", [HELD, HELD]),
    (THREE_CALLS, "A", [ON_HOLD | ANY_TWO, ON_HOLD | ANY_TWO, TWO_PARTIES | ANY_TWO]),
    # B is on both calls: he cannot be on one of them twice.
    (
        [*TALK, "A Hold 1", "B Hold 1", "A Dial B", "B Answer 2"],
        "A",
        [ON_HOLD | {"SwapCalls"}, TWO_PARTIES | {"SwapCalls"}],
    ),
    # A conference
    (CONFERENCE, "A", [OWNER]),
    (CONFERENCE, "B", [OWNER]),
    ([*CONFERENCE, "A MuteCall 1"], "A", [(OWNER - {"MuteCall"}) | {"UnmuteCall"}]),
    ([*CONFERENCE, "A MuteCall 1"], "B", [OWNER]),
    ([*CONFERENCE, "A MuteCall 1", "A UnmuteCall 1"], "A", [OWNER]),
    (
        [*CONFERENCE, "A MuteCall 1", "B Hangup 1"],
        "A",
        [TWO_PARTIES | {"UnmuteCall"}],
    ),
    ([*CONFERENCE, "A MuteCall 1", "A Hold 1"], "A", [HELD]),
    ([*CONFERENCE, "A Hold 1"], "A", [HELD]),
    ([*CONFERENCE, "B Hangup 1"], "A", [TWO_PARTIES]),
    ([*CONFERENCE, "A Hangup 1"], "C", [TWO_PARTIES]),
    # One who was added and rings
    (ADDED, "A", [OWNER]),
    (ADDED, "C", [RINGING]),
    ([*ADDED, "C Answer 1"], "C", [OWNER]),
    ([*ADDED, "C Reject 1"], "A", [TWO_PARTIES]),
    ([*ADDED, "B Hangup 1"], "A", [TWO_PARTIES - ALONE]),
    ([*ADDED, "B Hangup 1", "A Hold 1"], "A", [HELD - ALONE]),
    # One to whom a call was handed over, and the one who waits for him
    (HANDED_OVER, "B", [TWO_PARTIES - ALONE]),
    (HANDED_OVER, "C", [RINGING]),
    ([*HANDED_OVER, "C Answer 1"], "B", [TWO_PARTIES]),
    ([*HANDED_OVER, "C Answer 1"], "C", [TWO_PARTIES]),
    (BLIND, "B", [TWO_PARTIES - ALONE]),
    (BLIND, "C", [RINGING]),
    ([*BLIND, "C Answer 1"], "B", [TWO_PARTIES]),
    ([*CONSULT, "A CompleteTransfer 1"], "B", [TWO_PARTIES]),
    ([*CONSULT, "A CompleteTransfer 1"], "C", [TWO_PARTIES]),
    (["A Dial B", "B Redirect 1 C"], "A", [DIALING]),
    (["A Dial B", "B Redirect 1 C"], "C", [RINGING]),
]


@pytest.mark.parametrize(("steps", "dn", "listed"), TABLE)
def test_capabilities(steps: list[str], dn: str, listed: list[set[str]]) -> None:
    legs = play(*steps).legs(dn)
    assert [set(leg.capabilities) for leg in legs] == listed
    for leg in legs:
        assert len(set(leg.capabilities)) == len(leg.capabilities)


EVERYTHING = {"ClearCall", "MuteCall", "StartCallRecording"}
IN_PROGRESS = {"ClearCall", "MuteCall", "PauseCallRecording", "StopCallRecording"}
INTERRUPTED = {"ClearCall", "MuteCall", "ResumeCallRecording", "StopCallRecording"}
RECORDED = [*TALK, "A StartCallRecording 1"]
PAUSED = [*RECORDED, "B PauseCallRecording 1"]
WITH_EVERYTHING = [
    (["A Dial B"], "A", [DIALING]),
    (["A Dial B"], "B", [RINGING]),
    (TALK, "A", [TWO_PARTIES | EVERYTHING]),
    ([*TALK, "A Hold 1"], "A", [HELD]),
    ([*TALK, "A MuteCall 1"], "A", [TWO_PARTIES | (EVERYTHING - {"MuteCall"}) | {"UnmuteCall"}]),
    (CONFERENCE, "B", [OWNER | EVERYTHING]),
    (RECORDED, "A", [TWO_PARTIES | IN_PROGRESS]),
    (RECORDED, "B", [TWO_PARTIES | IN_PROGRESS]),
    ([*RECORDED, "A Hold 1"], "A", [HELD]),
    (PAUSED, "A", [TWO_PARTIES | INTERRUPTED]),
    ([*PAUSED, "A ResumeCallRecording 1"], "B", [TWO_PARTIES | IN_PROGRESS]),
    ([*PAUSED, "A StopCallRecording 1"], "B", [TWO_PARTIES | EVERYTHING]),
    (
        [*CONSULT, "A StartCallRecording 2"],
        "A",
        [ON_HOLD | BOTH, TWO_PARTIES | BOTH | IN_PROGRESS],
    ),
    # The conference goes on as the main call, which is not recorded.
    (
        [*CONSULT, "A StartCallRecording 2", "A CompleteConference 1"],
        "A",
        [OWNER | EVERYTHING],
    ),
]


@pytest.mark.parametrize(("steps", "dn", "listed"), WITH_EVERYTHING)
def test_capabilities_where_the_switch_can_do_more(
    steps: list[str], dn: str, listed: list[set[str]]
) -> None:
    legs = play(*steps, core=with_everything()).legs(dn)
    assert [set(leg.capabilities) for leg in legs] == listed


@pytest.mark.parametrize(
    ("setting", "more"),
    [
        ("recording", "StartCallRecording"),
        ("mute_two_parties", "MuteCall"),
        ("clear_talking", "ClearCall"),
    ],
)
def test_each_setting_adds_its_own(setting: str, more: str) -> None:
    settings: dict[str, Any] = {setting: True}
    core = play(*TALK, core=new_core(**settings))
    assert {*core.legs("A")[0].capabilities} == TWO_PARTIES | {more}


def test_a_full_conference_takes_nobody_in() -> None:
    core = play(*CONFERENCE, core=new_core(conference_size=3))
    assert {*core.legs("A")[0].capabilities} == OWNER - {"SingleStepConference"}


def test_what_would_be_too_large_a_conference_can_still_be_handed_over() -> None:
    core = play(*CONSULT, core=new_core(conference_size=2))
    second = {"CompleteTransfer", "SwapCalls"}
    assert [{*leg.capabilities} for leg in core.legs("A")] == [
        (ON_HOLD | second) - {"SingleStepConference"},
        (TWO_PARTIES | second) - {"SingleStepConference"},
    ]


def test_on_a_busy_call_one_can_only_hang_up() -> None:
    core = play("A Dial B", "C Dial B", core=new_core(lines=1))
    assert set(core.legs("C")[0].capabilities) == {"Hangup"} | UD


def test_without_a_free_line_nobody_can_be_consulted() -> None:
    core = play(*TALK, core=new_core(lines=1))
    consulting = {"InitiateConference", "InitiateTransfer"}
    assert set(core.legs("A")[0].capabilities) == TWO_PARTIES - consulting
