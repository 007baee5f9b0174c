"""Status codes, and what becomes of errors that nobody expected."""

import logging

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from switchbell.rest.gws.answers import HTTP_STATUS, VOICE_STATUS, StatusCode, answer_errors
from switchbell.voice import errors as voice
from tests.centre import Centre, Json

CODES = {
    0: ("ok", 200),
    1: ("required parameter missing", 400),
    2: ("parameter not valid", 400),
    3: ("operation forbidden", 403),
    4: ("internal error", 500),
    5: ("no permission", 403),
    6: ("resource not found", 404),
    7: ("bulk partly done", 200),
    8: ("password change demanded", 403),
    9: ("processing incomplete", 500),
    10: ("value out of range", 400),
    11: ("read-only property", 400),
    12: ("cannot retrieve", 500),
    13: ("cannot create", 500),
    14: ("cannot delete", 500),
    15: ("cannot update", 500),
    16: ("cannot assign", 500),
    17: ("cannot unassign", 500),
    18: ("already exists", 409),
    19: ("already in use", 409),
    20: ("not authenticated", 403),
}


def test_every_code_of_the_documentation_has_its_http_status() -> None:
    assert {int(code) for code in StatusCode} == CODES.keys()
    assert {int(code): status for code, status in HTTP_STATUS.items()} == {
        code: status for code, (_, status) in CODES.items()
    }


DIAL = {"operationName": "Dial", "destination": {"phoneNumber": "15001"}}


@pytest.mark.parametrize(
    ("path", "body", "http_status", "code"),
    [
        ("/me/devices/{device}/calls", DIAL, 200, 0),
        ("/me/devices/{device}/calls", {"operationName": "Dial"}, 400, 1),
        ("/me/devices/{device}/calls", DIAL | {"destination": {"phoneNumber": "1"}}, 400, 2),
        ("/me/devices/{device}/calls", {"operationName": "Answer"}, 403, 3),
        ("/me/devices/X/calls", DIAL, 404, 6),
        ("/me/calls/X", {"operationName": "Answer"}, 404, 6),
        ("/me/calls/X", {"operationName": "Answer", "key": "x" * 65_536}, 413, 10),
    ],
)
async def test_codes_that_a_user_can_get(
    centre: Centre, path: str, body: Json, http_status: int, code: int
) -> None:
    desk = centre.desk()
    path = path.format(device=await desk.device_id())
    status, answer = await desk.post(f"/api/v2{path}", body)
    assert (status, answer["statusCode"]) == (http_status, code)
    # A message exactly when something is wrong, and nothing else.
    assert answer.keys() == ({"statusCode"} if code == 0 else {"statusCode", "statusMessage"})


async def test_the_code_that_a_stranger_gets(centre: Centre) -> None:
    assert await centre.desk("stranger").get("/api/v2/me") == (
        403,
        {"statusCode": 20, "statusMessage": "Access denied"},
    )


def test_refusals_of_the_core_are_clients_mistakes_or_states_that_do_not_allow_it() -> None:
    codes = {
        error: VOICE_STATUS.get(error, StatusCode.OPERATION_FORBIDDEN)
        for error in voice.VoiceError.__subclasses__()
    }
    assert {error.__name__: code for error, code in codes.items() if code != 3} == {
        "UnknownCall": 6,
        "UnknownDevice": 6,
        "InvalidDestination": 2,
        "UnknownParticipant": 2,
        "InvalidValue": 2,
        "AlreadySeized": 19,
    }


async def fail(request: web.Request) -> web.Response:
    raise RuntimeError("a secret")


async def test_a_mistake_of_ours_is_logged_and_not_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = web.Application(middlewares=[answer_errors])
    app.router.add_get("/", fail)
    async with TestClient(TestServer(app)) as client, client.get("/") as response:
        assert response.status == 500
        assert await response.json() == {
            "statusCode": 4,
            "statusMessage": "The server failed to process the request.",
        }
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "a secret" in caplog.text
