"""Mute, tones, user data and recording: T-Library call model, "Other call operations"."""

import pytest

from switchbell.voice.model import Recording
from tests.server.voice.telling import (
    CONFERENCE,
    CONSULT_RINGS,
    TALK,
    Table,
    call_id,
    heard,
    heard_last,
    play,
    rows,
    step,
    with_everything,
)

A_TO_B = "ConnID 1 Origination OtherDN B Destination"
B_TO_A = "ConnID 1 Destination OtherDN A Origination"
MEMBER = "ConnID 1 ConferenceMember"

MUTE: Table = {
    "on": ([*CONFERENCE, "B MuteCall 1"], [f"B: EventMuteOn {MEMBER} OK ReferenceID"]),
    "off": (
        [*CONFERENCE, "B MuteCall 1", "B UnmuteCall 1"],
        [f"B: EventMuteOff {MEMBER} OK ReferenceID"],
    ),
    "on a call of two": ([*TALK, "A MuteCall 1"], [f"A: EventMuteOn {A_TO_B} OK ReferenceID"]),
    "each for himself": (
        [*TALK, "A MuteCall 1", "B MuteCall 1"],
        [f"B: EventMuteOn {B_TO_A} OK ReferenceID"],
    ),
    "off after hold and retrieve": (
        [*CONFERENCE, "B MuteCall 1", "B Hold 1", "B Retrieve 1", "B UnmuteCall 1"],
        [f"B: EventMuteOff {MEMBER} OK ReferenceID"],
    ),
}

TONES: Table = {
    "while talking": (
        [*TALK, "B SendDtmf 1 0123456789*#ABCD"],
        [f"B: EventDtmfSent {B_TO_A} DTMFDigits 0123456789*#ABCD OK ReferenceID"],
    ),
    "while dialling": (
        ["A Dial B", "A SendDtmf 1 5"],
        [f"A: EventDtmfSent {A_TO_B} DTMFDigits 5 OK ReferenceID"],
    ),
    "on a conference": (
        [*CONFERENCE, "C SendDtmf 1 #"],
        [f"C: EventDtmfSent {MEMBER} DTMFDigits # OK ReferenceID"],
    ),
    "on a consultation": (
        [*CONSULT_RINGS, "A SendDtmf 2 1"],
        [
            (
                "A: EventDtmfSent ConnID 2 PreviousConnID 1 CallType Consult Origination"
                " OtherDN C Destination DTMFDigits 1 OK ReferenceID"
            )
        ],
    ),
}


DATA = ["A Dial B account=1,name=Doe", "B Answer 1"]


def changed(by: str, data: str) -> list[str]:
    """What both of two hear of the user data, the one who has changed them first."""
    user_data = f" UserData {data}" if data else ""
    a, b = (
        f"{dn}: EventAttachedDataChanged {place} ThirdPartyDN {by}{user_data} OK"
        for dn, place in (("A", A_TO_B), ("B", B_TO_A))
    )
    return [f"{a} ReferenceID", b] if by == "A" else [f"{b} ReferenceID", a]


USER_DATA: Table = {
    "attach": ([*DATA, "A AttachUserData 1 why=help"], changed("A", "account=1,name=Doe,why=help")),
    "attach what is there: the new value": (
        [*DATA, "A AttachUserData 1 account=2"],
        changed("A", "account=2,name=Doe"),
    ),
    "attach to a call without any": ([*TALK, "B AttachUserData 1 why=x"], changed("B", "why=x")),
    "update": ([*DATA, "B UpdateUserData 1 name=Roe"], changed("B", "account=1,name=Roe")),
    "update with a new key": (
        [*DATA, "A UpdateUserData 1 name=Roe,why=x"],
        changed("A", "account=1,name=Roe,why=x"),
    ),
    "delete a pair": ([*DATA, "B DeleteUserDataPair 1 account"], changed("B", "name=Doe")),
    "delete a pair that is not there": (
        [*DATA, "A DeleteUserDataPair 1 nothing"],
        changed("A", "account=1,name=Doe"),
    ),
    "delete all": ([*DATA, "A DeleteUserData 1"], changed("A", "")),
    "while it rings, by the called": (
        ["A Dial B", "B AttachUserData 1 why=x"],
        changed("B", "why=x"),
    ),
    "while it rings, by the caller": (
        ["A Dial B", "A AttachUserData 1 why=x"],
        changed("A", "why=x"),
    ),
    "while it is on hold": ([*TALK, "A Hold 1", "A AttachUserData 1 a=b"], changed("A", "a=b")),
    "on a conference: the one who asks first": (
        [*CONFERENCE, "C AttachUserData 1 a=b"],
        [
            f"{dn}: EventAttachedDataChanged {MEMBER} ThirdPartyDN C UserData a=b OK{reference}"
            for dn, reference in (("C", " ReferenceID"), ("A", ""), ("B", ""))
        ],
    ),
    "on a busy call": (
        ["A Dial B", "C Dial B", "D Dial B", "E Dial B", "F Dial B", "F AttachUserData 5 a=b"],
        [
            (
                "F: EventAttachedDataChanged ConnID 5 Origination OtherDN B Destination"
                " ThirdPartyDN F UserData a=b OK ReferenceID"
            )
        ],
    ),
}


def recorded(by: str, value: str) -> list[str]:
    data = f"UserData GSIP_RECORD={value},GSIP_REC_FN=UUID_1000"
    place = A_TO_B if by == "A" else B_TO_A
    answer, *told = changed(by, data.removeprefix("UserData "))
    return [
        f"{by}: EventPrivateInfo {place} PrivateMessage Recording {data} OK ReferenceID",
        answer.removesuffix(" ReferenceID"),
        *told,
    ]


START = [*TALK, "A StartCallRecording 1"]
RECORDING: Table = {
    "start": (START, recorded("A", "ON")),
    "pause": ([*START, "A PauseCallRecording 1"], recorded("A", "PAUSED")),
    "resume": (
        [*START, "A PauseCallRecording 1", "A ResumeCallRecording 1"],
        recorded("A", "ON"),
    ),
    "stop": ([*START, "A StopCallRecording 1"], recorded("A", "OFF")),
    "stop while it is interrupted": (
        [*START, "A PauseCallRecording 1", "A StopCallRecording 1"],
        recorded("A", "OFF"),
    ),
    "by the other party": ([*START, "B StopCallRecording 1"], recorded("B", "OFF")),
    "the file's name was deleted": (
        [*START, "A DeleteUserData 1", "A PauseCallRecording 1"],
        recorded("A", "PAUSED"),
    ),
}


@rows(MUTE, TONES, USER_DATA)
def test_each_party_hears_its_own_events(steps: list[str], expected: list[str]) -> None:
    assert heard_last(with_everything(), steps) == expected


@rows(RECORDING)
def test_recording(steps: list[str], expected: list[str]) -> None:
    assert heard_last(with_everything(), steps) == expected


def test_the_legs_of_all_parties_show_the_recording() -> None:
    core = play(*START, core=with_everything())
    shown = {"Pause": Recording.PAUSED, "Resume": Recording.RECORDING, "Stop": Recording.STOPPED}
    for word, recording in shown.items():
        change = step(core, f"B {word}CallRecording 1")
        assert [core.legs(dn)[0].recording for dn in "AB"] == [recording, recording]
        assert {event.leg.recording for event in change.events if event.leg} == {recording}


def test_each_recording_has_a_file_of_its_own() -> None:
    core = play(*START, "A StopCallRecording 1", core=with_everything())
    step(core, "A StartCallRecording 1", now=1100.0)
    step(core, "A PauseCallRecording 1", now=1200.0)
    uuid = call_id(core, "A", "1")
    assert core.legs("B")[0].user_data == {
        "GSIP_RECORD": "PAUSED",
        "GSIP_REC_FN": f"{uuid}_1100",
    }


def test_mute_is_shown_to_the_one_who_is_muted_alone() -> None:
    core = play(*CONFERENCE, "B MuteCall 1")
    assert [core.legs(dn)[0].muted for dn in "ABC"] == [False, True, False]
    play("B UnmuteCall 1", core=core)
    assert not core.legs("B")[0].muted


def test_mute_survives_hold_and_the_end_of_the_conference() -> None:
    core = play(*CONFERENCE, "B MuteCall 1", "B Hold 1", "B Retrieve 1", "C Hangup 1")
    assert core.legs("B")[0].muted
    assert heard(step(core, "B UnmuteCall 1")) == [
        "B: EventMuteOff ConnID 1 ConferenceMember OtherDN A ConferenceMember OK ReferenceID"
    ]


@pytest.mark.parametrize(
    ("leaves", "comes"),
    [
        ("B Hangup 1", "A SingleStepConference 1 B"),
        ("B SingleStepTransfer 1 D", "A SingleStepConference 1 B"),
    ],
)
def test_mute_is_lost_on_release(leaves: str, comes: str) -> None:
    core = play(*CONFERENCE, "B MuteCall 1", leaves)
    assert not any(leg.muted for dn in "ABCD" for leg in core.legs(dn))
    play(comes, "B Answer 1", core=core)
    assert not core.legs("B")[0].muted


def test_the_data_of_a_request_are_not_kept_by_reference() -> None:
    core = play(*DATA)
    before = core.legs("A")[0].user_data
    play("A AttachUserData 1 why=help", "B DeleteUserDataPair 1 account", core=core)
    assert before == {"account": "1", "name": "Doe"}
    assert core.legs("A")[0].user_data == {"name": "Doe", "why": "help"}


def test_nothing_is_refreshed_where_everybody_has_heard() -> None:
    assert step(play(*DATA), "A DeleteUserData 1").refreshed == ()
