"""Every operation on calls: what is posted, what is answered, and who hears what of it.

Web Services, "Operations": A dials B and consults C; S is their supervisor.
"""

import json
from typing import NamedTuple

import pytest

from switchbell.rest.gws import requests
from tests.server.rest.gws.situations import (
    Situation,
    asking_for_conference,
    asking_for_transfer,
    barged_in,
    coached,
    conference,
    conferring,
    dialing,
    held,
    listened_to,
    muted,
    other_call,
    silenced,
    talking,
    transferring,
    with_data,
)
from tests.server.rest.gws.stage import Stage

# The demo centre does not record.
RECORDING_OPERATIONS = {
    "StartCallRecording",
    "StopCallRecording",
    "PauseCallRecording",
    "ResumeCallRecording",
}


class Row(NamedTuple):
    """In a situation somebody posts a body to one of his calls; and this is what each hears of it,
    if he hears anything."""

    situation: Situation
    who: str
    call: str
    body: str
    told: dict[str, list[str]]


ROWS = [
    Row(
        dialing,
        "B",
        "main",
        '{"operationName": "Answer"}',
        {
            "A": ["StatusChange main Established 15001"],
            "B": ["StatusChange main Established 15000"],
        },
    ),
    Row(
        dialing,
        "A",
        "main",
        '{"operationName": "Hangup"}',
        {
            "A": ["StatusChange main Released 15001"],
            "B": ["StatusChange main Released 15000"],
        },
    ),
    Row(
        talking,
        "A",
        "main",
        '{"operationName": "Hangup"}',
        {
            "A": ["StatusChange main Released 15001"],
            "B": ["StatusChange main Released 15000"],
        },
    ),
    Row(
        talking,
        "B",
        "main",
        '{"operationName": "Hangup"}',
        {
            "A": ["StatusChange main Released 15001"],
            "B": ["StatusChange main Released 15000"],
        },
    ),
    Row(
        held,
        "A",
        "main",
        '{"operationName": "Hangup"}',
        {
            "A": ["StatusChange main Released 15001"],
            "B": ["StatusChange main Released 15000"],
        },
    ),
    Row(
        conference,
        "A",
        "main",
        '{"operationName": "Hangup"}',
        {
            "A": ["StatusChange main Released 15001,15002"],
            "B": ["ParticipantsUpdated main Established 15002"],
            "C": ["ParticipantsUpdated consult Established 15001"],
        },
    ),
    Row(
        conference,
        "C",
        "consult",
        '{"operationName": "Hangup"}',
        {
            "A": ["ParticipantsUpdated main Established 15001"],
            "B": ["ParticipantsUpdated main Established 15000"],
            "C": ["StatusChange consult Released 15000,15001"],
        },
    ),
    Row(
        transferring,
        "C",
        "consult",
        '{"operationName": "Hangup"}',
        {
            "A": ["StatusChange consult Released 15002", "StatusChange main Held 15001"],
            "C": ["StatusChange consult Released 15000"],
        },
    ),
    Row(
        transferring,
        "B",
        "main",
        '{"operationName": "Hangup"}',
        {
            "A": ["StatusChange main Released 15001", "StatusChange consult Established 15002"],
            "B": ["StatusChange main Released 15000"],
        },
    ),
    Row(
        asking_for_transfer,
        "A",
        "consult",
        '{"operationName": "Hangup"}',
        {
            "A": ["StatusChange consult Released 15002", "StatusChange main Held 15001"],
            "C": ["StatusChange consult Released 15000"],
        },
    ),
    Row(
        talking,
        "A",
        "main",
        '{"operationName": "Hold"}',
        {
            "A": ["StatusChange main Held 15001"],
        },
    ),
    Row(
        held,
        "A",
        "main",
        '{"operationName": "Retrieve"}',
        {
            "A": ["StatusChange main Established 15001"],
        },
    ),
    Row(
        talking,
        "A",
        "main",
        '{"operationName": "SendDtmf", "digits": "0123456789*#"}',
        {
            "A": ["DtmfSent main Established 15001"],
        },
    ),
    Row(
        dialing,
        "A",
        "main",
        '{"operationName": "SendDtmf", "digits": "1"}',
        {
            "A": ["DtmfSent main Dialing 15001"],
        },
    ),
    Row(
        talking,
        "A",
        "main",
        '{"operationName": "SingleStepTransfer", "destination": {"phoneNumber": "15002"},'
        ' "location": "x", "userData": {"a": 1}}',
        {
            "A": ["StatusChange main Released 15001"],
            "B": ["ParticipantsUpdated main Established 15002"],
            "C": ["StatusChange main Ringing 15001"],
        },
    ),
    Row(
        held,
        "A",
        "main",
        '{"operationName": "SingleStepTransfer", "destination": {"phoneNumber": "15002"}}',
        {
            "A": ["StatusChange main Released 15001"],
            "B": ["ParticipantsUpdated main Established 15002"],
            "C": ["StatusChange main Ringing 15001"],
        },
    ),
    Row(
        talking,
        "A",
        "main",
        '{"operationName": "SingleStepConference", "destination": {"phoneNumber": "15002"},'
        ' "userData": {"a": 1}}',
        {
            "A": ["ParticipantsUpdated main Established 15001,15002"],
            "B": ["ParticipantsUpdated main Established 15000,15002"],
            "C": ["StatusChange main Ringing 15000,15001"],
        },
    ),
    Row(
        held,
        "A",
        "main",
        '{"operationName": "SingleStepConference", "destination": {"phoneNumber": "15002"}}',
        {
            "A": ["ParticipantsUpdated main Held 15001,15002"],
            "B": ["ParticipantsUpdated main Established 15000,15002"],
            "C": ["StatusChange main Ringing 15000,15001"],
        },
    ),
    Row(
        talking,
        "A",
        "main",
        '{"operationName": "InitiateConference", "destination": {"phoneNumber": "15002"}}',
        {
            "A": ["StatusChange main Held 15001", "StatusChange new Dialing 15002"],
            "C": ["StatusChange new Ringing 15000"],
        },
    ),
    Row(
        talking,
        "A",
        "main",
        '{"operationName": "InitiateTransfer", "destination": {"phoneNumber": "15002"},'
        ' "userData": {"a": 1}}',
        {
            "A": ["StatusChange main Held 15001", "StatusChange new Dialing 15002"],
            "C": ["StatusChange new Ringing 15000"],
        },
    ),
    Row(
        asking_for_conference,
        "C",
        "consult",
        '{"operationName": "Answer"}',
        {
            "A": ["StatusChange consult Established 15002", "StatusChange main Held 15001"],
            "C": ["StatusChange consult Established 15000"],
        },
    ),
    Row(
        asking_for_transfer,
        "C",
        "consult",
        '{"operationName": "Answer"}',
        {
            "A": ["StatusChange consult Established 15002", "StatusChange main Held 15001"],
            "C": ["StatusChange consult Established 15000"],
        },
    ),
    Row(
        conferring,
        "A",
        "consult",
        '{"operationName": "CompleteConference"}',
        {
            "A": [
                "StatusChange consult Released 15002",
                "ParticipantsUpdated main Established 15001,15002",
            ],
            "B": ["ParticipantsUpdated main Established 15000,15002"],
            "C": ["ParticipantsUpdated consult Established 15000,15001"],
        },
    ),
    Row(
        conferring,
        "A",
        "main",
        '{"operationName": "CompleteConference"}',
        {
            "A": [
                "StatusChange consult Released 15002",
                "ParticipantsUpdated main Established 15001,15002",
            ],
            "B": ["ParticipantsUpdated main Established 15000,15002"],
            "C": ["ParticipantsUpdated consult Established 15000,15001"],
        },
    ),
    Row(
        conferring,
        "A",
        "main",
        '{"operationName": "CompleteConference", "consultCallUri": "CONSULT"}',
        {
            "A": [
                "StatusChange consult Released 15002",
                "ParticipantsUpdated main Established 15001,15002",
            ],
            "B": ["ParticipantsUpdated main Established 15000,15002"],
            "C": ["ParticipantsUpdated consult Established 15000,15001"],
        },
    ),
    Row(
        other_call,
        "A",
        "second",
        '{"operationName": "SwapCalls", "otherCallUri": "MAIN"}',
        {
            "A": ["StatusChange second Held 15002", "StatusChange main Established 15001"],
        },
    ),
    Row(
        transferring,
        "A",
        "consult",
        '{"operationName": "SwapCalls"}',
        {
            "A": ["StatusChange consult Held 15002", "StatusChange main Established 15001"],
        },
    ),
    Row(
        other_call,
        "A",
        "second",
        '{"operationName": "MergeWithOtherCall", "otherCallUri": "MAIN"}',
        {
            "A": [
                "StatusChange second Released 15002",
                "ParticipantsUpdated main Established 15001,15002",
            ],
            "B": ["ParticipantsUpdated main Established 15000,15002"],
            "C": ["ParticipantsUpdated second Established 15000,15001"],
        },
    ),
    Row(
        conferring,
        "A",
        "consult",
        '{"operationName": "MergeWithOtherCall"}',
        {
            "A": [
                "StatusChange consult Released 15002",
                "ParticipantsUpdated main Established 15001,15002",
            ],
            "B": ["ParticipantsUpdated main Established 15000,15002"],
            "C": ["ParticipantsUpdated consult Established 15000,15001"],
        },
    ),
    Row(
        conference,
        "A",
        "main",
        '{"operationName": "RemoveParticipantFromConference", "participant": "15002"}',
        {
            "A": ["ParticipantsUpdated main Established 15001"],
            "B": ["ParticipantsUpdated main Established 15000"],
            "C": ["StatusChange consult Released 15000,15001"],
        },
    ),
    Row(
        conference,
        "A",
        "main",
        '{"operationName": "MuteCall"}',
        {
            "A": ["StatusChange main Established 15001,15002"],
        },
    ),
    Row(
        muted,
        "A",
        "main",
        '{"operationName": "UnmuteCall"}',
        {
            "A": ["StatusChange main Established 15001,15002"],
        },
    ),
    Row(
        talking,
        "A",
        "main",
        '{"operationName": "AttachUserData", "userData": {"a": 1}}',
        {
            "A": ["AttachedDataChanged main Established 15001"],
            "B": ["AttachedDataChanged main Established 15000"],
        },
    ),
    Row(
        dialing,
        "B",
        "main",
        '{"operationName": "UpdateUserData", "userData": {"a": 1}}',
        {
            "A": ["AttachedDataChanged main Dialing 15001"],
            "B": ["AttachedDataChanged main Ringing 15000"],
        },
    ),
    Row(
        with_data,
        "A",
        "main",
        '{"operationName": "DeleteUserData"}',
        {
            "A": ["AttachedDataChanged main Established 15001"],
            "B": ["AttachedDataChanged main Established 15000"],
        },
    ),
    Row(
        with_data,
        "B",
        "main",
        '{"operationName": "DeleteUserDataPair", "key": "a"}',
        {
            "A": ["AttachedDataChanged main Established 15001"],
            "B": ["AttachedDataChanged main Established 15000"],
        },
    ),
    Row(
        conference,
        "C",
        "consult",
        '{"operationName": "AttachUserData", "userData": {"a": 1}}',
        {
            "A": ["AttachedDataChanged main Established 15001,15002"],
            "B": ["AttachedDataChanged main Established 15000,15002"],
            "C": ["AttachedDataChanged consult Established 15000,15001"],
        },
    ),
    Row(
        dialing,
        "B",
        "main",
        '{"operationName": "ClearCall"}',
        {
            "A": ["StatusChange main Released 15001"],
            "B": ["StatusChange main Released 15000"],
        },
    ),
    Row(
        listened_to,
        "S",
        "main",
        '{"operationName": "MuteMonitoredUser"}',
        {
            "A": ["StatusChange main Established 15001"],
            "S": ["MonitoredUserMutedStateChange main Established 15000,15001"],
        },
    ),
    Row(
        silenced,
        "S",
        "main",
        '{"operationName": "UnmuteMonitoredUser"}',
        {
            "A": ["StatusChange main Established 15001"],
            "S": ["MonitoredUserMutedStateChange main Established 15000,15001"],
        },
    ),
    Row(
        listened_to,
        "S",
        "main",
        '{"operationName": "SwitchToCoach"}',
        {
            "S": ["StatusChange main Established 15000,15001", "Device"],
        },
    ),
    Row(
        listened_to,
        "S",
        "main",
        '{"operationName": "SwitchToBargeIn"}',
        {
            "A": ["ParticipantsUpdated main Established 15001,15100"],
            "B": ["ParticipantsUpdated main Established 15000,15100"],
            "S": ["ParticipantsUpdated main Established 15000,15001", "Device"],
        },
    ),
    Row(
        coached,
        "S",
        "main",
        '{"operationName": "SwitchToListenIn"}',
        {
            "S": ["StatusChange main Established 15000,15001", "Device"],
        },
    ),
    Row(
        barged_in,
        "S",
        "main",
        '{"operationName": "SwitchToListenIn"}',
        {
            "A": ["ParticipantsUpdated main Established 15001"],
            "B": ["ParticipantsUpdated main Established 15000"],
            "S": ["ParticipantsUpdated main Established 15000,15001", "Device"],
        },
    ),
    Row(
        barged_in,
        "S",
        "main",
        '{"operationName": "RemoveParticipantFromConference", "participant": "15001"}',
        {
            "A": ["ParticipantsUpdated main Established 15100"],
            "B": ["StatusChange main Released 15000,15100"],
            "S": ["ParticipantsUpdated main Established 15000"],
        },
    ),
    Row(
        listened_to,
        "S",
        "main",
        '{"operationName": "Hangup"}',
        {
            "A": ["ParticipantsUpdated main Established 15001"],
            "S": ["StatusChange main Released 15000,15001"],
        },
    ),
    Row(
        listened_to,
        "A",
        "main",
        '{"operationName": "Hangup"}',
        {
            "A": ["StatusChange main Released 15001"],
            "B": ["StatusChange main Released 15000"],
            "S": ["StatusChange main Released 15000,15001"],
        },
    ),
]


def named(row: Row) -> str:
    return f"{row.situation.__name__}-{row.who}-{row.call}-{row.body}"


@pytest.mark.parametrize("row", ROWS, ids=named)
async def test_what_is_answered_and_told(stage: Stage, row: Row) -> None:
    await row.situation(stage)
    assert await stage.do(row.who, row.call, row.body) == (200, {"statusCode": 0})
    assert await stage.lines() == row.told


# Which of his two calls the agent is told of first: the documentation of the operation has the main
# call, the call models leave it open.
TRANSFERS: list[tuple[Situation, str, str, str]] = [
    (transferring, "consult", '{"operationName": "CompleteTransfer"}', "Established"),
    (transferring, "main", '{"operationName": "CompleteTransfer"}', "Established"),
    (
        transferring,
        "main",
        '{"operationName": "CompleteTransfer", "consultCallUri": "CONSULT"}',
        "Established",
    ),
    (conferring, "consult", '{"operationName": "CompleteTransfer"}', "Established"),
    (asking_for_transfer, "consult", '{"operationName": "CompleteTransfer"}', "Ringing"),
]


@pytest.mark.parametrize(("situation", "call", "body", "state"), TRANSFERS)
async def test_complete_transfer(
    stage: Stage, situation: Situation, call: str, body: str, state: str
) -> None:
    await situation(stage)
    assert await stage.do("A", call, body) == (200, {"statusCode": 0})
    told = await stage.lines()
    assert sorted(told.pop("A")) == [
        "StatusChange consult Released 15002",
        "StatusChange main Released 15001",
    ]
    assert told == {
        "B": ["ParticipantsUpdated main Established 15002"],
        "C": [f"ParticipantsUpdated consult {state} 15001"],
    }


def test_every_operation_is_in_the_tables() -> None:
    bodies = [*(row.body for row in ROWS), *(row[2] for row in TRANSFERS)]
    shown = {json.loads(body)["operationName"] for body in bodies}
    assert shown | RECORDING_OPERATIONS == requests.CALL_OPERATIONS.keys()


async def test_dial(stage: Stage) -> None:
    """With all that can be said, on both paths."""
    body = (
        '{"operationName": "Dial", "destination": {"phoneNumber": "15001"}, "location": "x",'
        ' "userData": {"a": 1}}'
    )
    for path in ("/api/v2/me/devices/{}/calls", "/api/v2/devices/{}/calls"):
        desk = stage.desks["A"]
        answer = await desk.post(path.format(await desk.device_id()), data=body)
        assert answer == (200, {"statusCode": 0})
        [call] = await desk.calls()
        stage.calls["main"] = call["id"]
        assert call["userData"] == {"a": 1}
        assert await stage.lines() == {
            "A": ["StatusChange main Dialing 15001"],
            "B": ["StatusChange main Ringing 15000"],
        }
        await stage.act("A", "main", '{"operationName": "Hangup"}')


async def test_dial_to_one_who_does_not_want_to_be_disturbed(stage: Stage) -> None:
    await stage.desks["B"].set_up("DoNotDisturbOn")
    await stage.forget()
    desk = stage.desks["A"]
    await desk.dial("15001")
    [call] = await desk.calls()
    stage.calls["main"] = call["id"]
    assert "Hangup" in call["capabilities"]
    assert await stage.lines() == {"A": ["StatusChange main Dialing "] * 2}
