"""StartContactCenterSession and EndContactCenterSession.

Web Services, "Devices, agent state, session".
"""

import asyncio
import logging
import time
from typing import Any

import pytest
from msgspec.structs import replace

from switchbell.access.options import AccessOptions
from switchbell.config import Config
from switchbell.directory import demo
from tests.centre import Centre, Desk, Json, running_centre
from tests.visitors import API, DENIED, NOTIFICATIONS, SECRET, ask, basic, bearer, logged_in

DONE = (200, {"statusCode": 0})
ME = "/api/v2/me"
START: Json = {"operationName": "StartContactCenterSession", "channels": ["voice"]}
END: Json = {"operationName": "EndContactCenterSession"}


async def state(desk: Desk) -> str:
    return str((await desk.device())["userState"]["state"])


async def refused(desk: Desk, body: Json) -> tuple[int, int]:
    """A plain error, after which nobody is logged in."""
    status, answer = await desk.post(ME, body)
    assert answer.keys() == {"statusCode", "statusMessage"}
    assert await state(desk) == "LoggedOut"
    return status, answer["statusCode"]


@pytest.mark.parametrize("path", ["/api/v2/me", "/api/v2/me/"])
@pytest.mark.parametrize(
    "body",
    [
        '{"operationName": "StartContactCenterSession", "channels": ["voice"]}',
        '{"operationName": "StartContactCenterSession"}',
        (
            '{"operationName": "StartContactCenterSession", "channels": ["voice"], "place": "P1",'
            ' "loginCode": "1500", "queue": "16000"}'
        ),
    ],
)
async def test_it_logs_in_and_makes_ready(centre: Centre, path: str, body: str) -> None:
    [desk] = await centre.listening("15000", to="/v2/me/devices")
    assert await desk.post(path, data=body) == DONE
    for expected in ("LoggedIn", "Ready"):
        assert (await desk.hear_device())["userState"]["state"] == expected
    assert await state(desk) == "Ready"


@pytest.mark.parametrize("name", ["Ready", "NotReady", "AfterCallWork"])
async def test_repeated_it_changes_nothing(centre: Centre, name: str) -> None:
    [desk] = await centre.listening("15000", to="/v2/me/devices")
    await desk.start()
    await desk.hear_device()
    await desk.hear_device()
    await desk.be("AuxWork")
    await desk.be(name)
    await desk.hear_device()
    before = (await desk.hear_device())["userState"]
    await desk.start()
    await desk.start(loginCode="another")
    await desk.set_up("DoNotDisturbOn")
    device = await desk.hear_device()
    assert (device["doNotDisturb"], device["userState"]) == ("On", before)


async def test_ten_at_once_are_as_good_as_one(centre: Centre) -> None:
    [desk] = await centre.listening("15000", to="/v2/me/devices")
    answers = await asyncio.gather(*(desk.post(ME, START) for _ in range(10)))
    assert answers == [DONE] * 10
    await desk.set_up("DoNotDisturbOn")
    heard = [await desk.hear_device() for _ in range(3)]
    assert [one["userState"]["state"] for one in heard] == ["LoggedIn", "Ready", "Ready"]
    assert heard[-1]["doNotDisturb"] == "On"


async def test_what_is_not_there_fails_and_the_rest_succeeds(centre: Centre) -> None:
    desk = centre.desk()
    body = START | {"channels": ["voice", "webvoice", "chat"]}
    assert await desk.post(ME, body) == (
        200,
        {
            "statusCode": 7,
            "succeeded": [{"statusCode": 0, "channel": "voice"}],
            "failed": [
                {"statusCode": 6, "statusMessage": "There is no such channel.", "channel": name}
                for name in ("chat", "webvoice")
            ],
        },
    )
    assert await state(desk) == "Ready"


@pytest.mark.parametrize(
    ("parameters", "answer"),
    [
        ({"channels": ["chat", "email"]}, (404, 6)),
        ({"channels": []}, (404, 6)),
        ({"channels": "voice"}, (400, 2)),
        ({"channels": [7]}, (400, 2)),
        ({"queue": "99999"}, (400, 2)),
        ({"queue": "15001"}, (400, 2)),
        ({"channels": ["voice", "chat"], "queue": "99999"}, (400, 2)),
        ({"loginCode": "1" * 256}, (400, 2)),
        ({"loginCode": 1500}, (400, 2)),
        ({"devicePath": "/devices/NONE"}, (404, 6)),
        ({"operationName": "StartSession"}, (403, 3)),
        ({"operationName": None}, (400, 1)),
    ],
)
async def test_where_all_fails_there_is_one_plain_error(
    centre: Centre, parameters: dict[str, Any], answer: tuple[int, int]
) -> None:
    assert await refused(centre.desk(), START | parameters) == answer


async def test_nobody_logs_in_as_another_user(centre: Centre) -> None:
    desk = centre.desk("agent15001")
    assert await refused(desk, START | {"loginCode": "agent15002"}) == (403, 5)
    await desk.start(loginCode="agent15001")
    await centre.desk("agent15002").start()


async def test_a_login_code_that_somebody_else_has(centre: Centre) -> None:
    await centre.desk("agent15001").start(loginCode="1500")
    desk = centre.desk()
    assert await refused(desk, START | {"loginCode": "1500"}) == (409, 19)
    await centre.desk("agent15001").be("Offline")
    await desk.start(loginCode="1500")


async def test_the_device_can_be_named(centre: Centre) -> None:
    desk, other = centre.desk(), centre.desk("agent15001")
    path = f"/devices/{await other.device_id()}"
    assert await refused(desk, START | {"devicePath": path}) == (404, 6)
    await desk.start(devicePath=f"/devices/{await desk.device_id()}")


async def test_who_serves_a_queue_gets_its_calls(centre: Centre) -> None:
    desk = centre.desk()
    await desk.start(queue="16000")
    await centre.desk("agent15001").dial("16000")
    [call] = await desk.calls()
    assert (call["state"], call["dnis"]) == ("Ringing", "16000")


async def test_the_end_logs_out_and_makes_the_cookie_worthless(centre: Centre) -> None:
    [desk] = await centre.listening("15000", to="/v2/me/devices")
    await desk.start()
    cookie = await logged_in(centre)
    answer = await ask(centre, "POST", ME, cookie, json=END)
    assert (answer.status, answer.body) == DONE
    assert "Max-Age=0" in answer.headers["Set-Cookie"].split("; ")
    for method, path in (("GET", ME), ("POST", ME), ("GET", "/trunk/calls")):
        answer = await ask(centre, method, path, cookie)
        assert (answer.status, answer.body) == DENIED
    heard = [(await desk.hear_device())["userState"]["state"] for _ in range(3)]
    assert heard == ["LoggedIn", "Ready", "LoggedOut"]


async def test_the_end_of_one_who_has_not_begun(centre: Centre) -> None:
    cookie = await logged_in(centre)
    answer = await ask(centre, "POST", ME, cookie, json=END)
    assert (answer.status, answer.body) == DONE
    assert (await ask(centre, headers=cookie)).status == 403


async def test_the_end_of_one_who_has_no_device() -> None:
    usual = demo()
    directory = replace(usual, devices=usual.devices[1:])
    async with running_centre(directory=directory) as centre:
        desk = centre.desk()
        status, answer = await desk.post(ME, START)
        assert (status, answer["statusCode"]) == (404, 6)
        cookie = await logged_in(centre)
        answer = await ask(centre, "POST", ME, cookie, json=END)
        assert (answer.status, answer.body) == DONE
        assert (await ask(centre, headers=cookie)).status == 403


async def test_the_end_of_one_without_an_http_session() -> None:
    config = Config(access=AccessOptions(token_secret=SECRET))
    async with running_centre(config) as centre:
        headers = bearer(time.time() + 60)
        for body in (START, END):
            answer = await ask(centre, "POST", ME, headers, json=body)
            assert (answer.status, answer.body) == DONE
            assert "Set-Cookie" not in answer.headers
        assert await state(centre.desk()) == "LoggedOut"


async def test_a_supervisor_who_goes_home_monitors_nobody(centre: Centre) -> None:
    desk = centre.desk("supervisor")
    await desk.start()
    await desk.set_up("ListenIn", phoneNumber="15001")
    assert await desk.post(ME, END) == DONE
    assert "supervisorMonitoringState" not in await desk.device()


async def test_a_call_goes_on_without_the_session(centre: Centre) -> None:
    desk = centre.desk()
    await desk.start()
    await desk.dial("15001")
    assert await desk.post(ME, END) == DONE
    assert [call["state"] for call in await desk.calls()] == ["Dialing"]


async def test_a_disconnect_after_the_end_is_nothing_special(
    centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    """Clients disconnect just before the end or just after it."""
    cookie = await logged_in(centre)

    async def bayeux(**message: Any) -> list[Json]:
        answer = await ask(centre, "POST", NOTIFICATIONS, cookie, json=[message])
        assert answer.status == 200
        replies: list[Json] = answer.body
        return replies

    [reply] = await bayeux(channel="/meta/handshake", version="1.0")
    client_id = reply["clientId"]
    await bayeux(channel="/meta/connect", clientId=client_id, connectionType="long-polling")
    held = asyncio.create_task(
        bayeux(channel="/meta/connect", clientId=client_id, connectionType="long-polling")
    )
    await ask(centre, "POST", ME, basic() | cookie, json=END)
    for _ in range(2):
        [reply] = await bayeux(channel="/meta/disconnect", clientId=client_id)
        assert reply["successful"] is False
        assert reply["error"].startswith("402:")
    held.cancel()
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []
    assert (await ask(centre, path=API + "/me", headers=cookie)).status == 403


async def test_a_disconnect_before_the_end(centre: Centre) -> None:
    desk = centre.desk()
    await desk.join()
    [reply] = await desk.bayeux({"channel": "/meta/disconnect", "clientId": desk._client_id})
    assert reply["successful"] is True
    assert await desk.post(ME, END) == DONE
