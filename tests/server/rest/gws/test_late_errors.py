"""Calls that are made, and then cannot be: the answer was 0, and the agent hears the error."""

import pytest

from tests.server.rest.gws.situations import Situation, dialing, talking
from tests.server.rest.gws.stage import Stage

NO_NUMBER = "+14155550104"
BUSY = "+14155550101"


async def test_a_number_that_is_none(stage: Stage) -> None:
    await stage.desks["A"].dial(NO_NUMBER)
    dialled, unreached, error = await stage.heard("A")
    assert [one["call"]["state"] for one in (dialled, unreached)] == ["Dialing", "Dialing"]
    call = unreached["call"]
    device = await stage.desks["A"].device()
    assert error == {
        "messageType": "ErrorMessage",
        "errorCode": 71,
        "errorMessage": "The destination is not a number.",
        "deviceUri": call["deviceUri"],
        "devicePath": device["path"],
        "callUri": call["uri"],
        "callPath": call["path"],
        "phoneNumber": "15000",
    }


@pytest.mark.parametrize("operation", ["InitiateTransfer", "InitiateConference"])
async def test_a_consultation_with_a_number_that_is_none(stage: Stage, operation: str) -> None:
    await talking(stage)
    body = f'{{"operationName": "{operation}", "destination": {{"phoneNumber": "{NO_NUMBER}"}}}}'
    assert await stage.do("A", "main", body) == (200, {"statusCode": 0})
    told = await stage.lines()
    assert told == {
        "A": [
            "StatusChange main Held 15001",
            "StatusChange new Dialing ",
            "StatusChange new Dialing ",
            "Error 71 new",
        ]
    }


@pytest.mark.parametrize("situation", [dialing, talking])
async def test_a_transfer_to_a_number_that_is_none_is_refused_at_once(
    stage: Stage, situation: Situation
) -> None:
    await situation(stage)
    body = f'{{"operationName": "SingleStepTransfer", "destination": "{NO_NUMBER}"}}'
    status, answer = await stage.do("A", "main", body)
    assert (status, answer["statusCode"]) == ((403, 3) if situation is dialing else (400, 2))
    assert await stage.lines() == {}


async def test_one_who_is_busy_is_no_error(stage: Stage) -> None:
    await stage.desks["A"].dial(BUSY)
    assert await stage.lines() == {"A": ["StatusChange new Dialing ", "StatusChange new Dialing "]}
