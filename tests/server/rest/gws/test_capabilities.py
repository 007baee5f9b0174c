"""What can be done with a call, and what it looks like to its parties meanwhile.

Web Services, "States and capabilities" and "Call resource".
"""

import pytest

from tests.server.rest.gws.situations import (
    Situation,
    asking_for_conference,
    asking_for_transfer,
    conference,
    conferring,
    dialing,
    held,
    muted,
    other_call,
    silenced,
    talking,
    transferring,
)
from tests.server.rest.gws.stage import Stage
from tests.server.rest.gws.test_operations import RECORDING_OPERATIONS

# Besides those for user data, which are there in every state but Released.
USER_DATA = {"AttachUserData", "UpdateUserData", "DeleteUserData", "DeleteUserDataPair"}
SINGLE_STEP = {"SingleStepTransfer", "SingleStepConference"}
TWO_PARTIES = {"Hangup", "Hold", "SendDtmf", "InitiateTransfer", "InitiateConference", *SINGLE_STEP}
OF_TWO_CALLS = {"SwapCalls", "CompleteTransfer", "CompleteConference", "MergeWithOtherCall"}
CONFERENCE = TWO_PARTIES | {"RemoveParticipantFromConference"}


@pytest.mark.parametrize(
    ("situation", "who", "call", "able"),
    [
        (dialing, "A", "main", {"Hangup", "SendDtmf"}),
        (dialing, "B", "main", {"Answer", "ClearCall"}),
        (talking, "A", "main", TWO_PARTIES),
        (talking, "B", "main", TWO_PARTIES),
        (
            held,
            "A",
            "main",
            {"Retrieve", "Hangup", "InitiateTransfer", "InitiateConference", *SINGLE_STEP},
        ),
        (asking_for_transfer, "A", "consult", {"Hangup", "SendDtmf", "CompleteTransfer"}),
        (asking_for_transfer, "A", "main", {"Hangup", "CompleteTransfer", *SINGLE_STEP}),
        (transferring, "A", "main", {"Hangup", *SINGLE_STEP, *OF_TWO_CALLS}),
        (transferring, "A", "consult", TWO_PARTIES | OF_TWO_CALLS),
        (
            other_call,
            "A",
            "second",
            TWO_PARTIES | {"SwapCalls", "MergeWithOtherCall"},
        ),
        (conference, "A", "main", CONFERENCE | {"MuteCall"}),
        (muted, "A", "main", CONFERENCE | {"UnmuteCall"}),
    ],
)
async def test_capabilities(
    stage: Stage, situation: Situation, who: str, call: str, able: set[str]
) -> None:
    await situation(stage)
    status, answer = await stage.desks[who].get(f"/api/v2/me/calls/{stage.calls[call]}")
    assert status == 200
    assert set(answer["call"]["capabilities"]) == able | USER_DATA


@pytest.mark.parametrize(
    ("situation", "body", "able"),
    [
        (talking, '{"operationName": "Hangup"}', None),
        (talking, '{"operationName": "Hold"}', {"Retrieve"}),
        (held, '{"operationName": "Retrieve"}', {"Hold"}),
        (conference, '{"operationName": "MuteCall"}', {"UnmuteCall"}),
        (conferring, '{"operationName": "CompleteConference"}', {"MuteCall"}),
        (talking, '{"operationName": "SendDtmf", "digits": "1"}', {"Hold"}),
        (
            conference,
            '{"operationName": "RemoveParticipantFromConference", "participant": "15002"}',
            {"Hold"},
        ),
    ],
)
async def test_the_last_that_is_told_of_a_call_is_what_is_read(
    stage: Stage, situation: Situation, body: str, able: set[str] | None
) -> None:
    await situation(stage)
    assert await stage.do("A", "main", body) == (200, {"statusCode": 0})
    told = (await stage.heard("A"))[-1]["call"]
    status, answer = await stage.desks["A"].get(f"/api/v2/me/calls/{stage.calls['main']}")
    if able is None:
        assert status == 404
        assert (told["state"], told["capabilities"]) == ("Released", [])
    else:
        assert told | {"duration": "0"} == answer["call"] | {"duration": "0"}
        assert able <= set(told["capabilities"])


async def test_a_consultation_says_what_it_is_about(stage: Stage) -> None:
    await transferring(stage)
    _, answer = await stage.desks["A"].get(f"/api/v2/me/calls/{stage.calls['consult']}")
    assert answer["call"]["callType"] == "Consult"
    assert answer["call"]["parentCallUri"] == stage.uri("main")
    assert answer["call"]["parentCallPath"] == f"/calls/{stage.calls['main']}"
    await stage.do("A", "consult", '{"operationName": "CompleteConference"}')
    released, conference_call = [one["call"] for one in await stage.heard("A")]
    assert (released["callType"], released["parentCallUri"]) == ("Consult", stage.uri("main"))
    assert "parentCallUri" not in conference_call


async def test_who_is_handed_a_call_sees_its_data(stage: Stage) -> None:
    await talking(stage)
    body = (
        '{"operationName": "SingleStepTransfer", "destination": {"phoneNumber": "15002"},'
        ' "userData": {"reason": "billing"}}'
    )
    assert await stage.do("A", "main", body) == (200, {"statusCode": 0})
    [told] = await stage.heard("C")
    assert told["call"]["userData"] == {"reason": "billing"}


async def test_a_supervisor_is_seen_by_the_monitored_agent_alone(stage: Stage) -> None:
    await silenced(stage)
    shown = {}
    for who in ("A", "B", "S"):
        [call] = await stage.desks[who].calls()
        names = ("supervisorListeningIn", "monitoredUserMuted", "monitoring")
        shown[who] = [call[name] for name in names]
    assert shown == {
        "A": [True, True, False],
        "B": [False, False, False],
        "S": [False, True, True],
    }


@pytest.mark.parametrize(
    ("situation", "name"),
    [
        *((talking, name) for name in sorted(RECORDING_OPERATIONS)),
        (talking, "Answer"),
        (talking, "Reject"),
        (talking, "Retrieve"),
        (talking, "CompleteTransfer"),
        (talking, "SwapCalls"),
        (talking, "MuteCall"),
        (talking, "ClearCall"),
        (talking, "SwitchToBargeIn"),
        (talking, "MuteMonitoredUser"),
        (dialing, "Hold"),
        (held, "Hold"),
        (asking_for_conference, "CompleteConference"),
    ],
)
async def test_what_is_not_among_the_capabilities_is_forbidden(
    stage: Stage, situation: Situation, name: str
) -> None:
    await situation(stage)
    [call, *_] = await stage.desks["A"].calls()
    assert name not in call["capabilities"]
    status, answer = await stage.do("A", "main", f'{{"operationName": "{name}"}}')
    assert (status, answer["statusCode"]) == (403, 3)
    assert answer.keys() == {"statusCode", "statusMessage"}
    assert await stage.lines() == {}
