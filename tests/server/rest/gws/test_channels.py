"""The state of an agent: what he posts to his voice channel, and what he is told.

Web Services, "Devices, agent state, session".
"""

import pytest

from tests.centre import Centre, Desk, Json

CHANNEL = "/api/v2/me/channels/voice"
DONE = (200, {"statusCode": 0})

READY = {
    "id": "9430250E-0A1B-421F-B372-F29E69366DED",
    "displayName": "Ready",
    "state": "Ready",
}
NOT_READY = {
    "id": "900D55CC-2BB0-431F-8BF9-D3525B383BE6",
    "displayName": "Not Ready",
    "state": "NotReady",
}
AFTER_CALL_WORK = {
    "id": "D3663509-3D82-4DD3-A82E-2EA8EFA02AEF",
    "displayName": "AfterCallWork",
    "state": "NotReady",
    "workMode": "AfterCallWork",
}
AUX_WORK = {
    "id": "2B36138D-C564-4562-A8CB-3C32D564F296",
    "displayName": "AuxWork",
    "state": "NotReady",
    "workMode": "AuxWork",
}
OFFLINE = {
    "id": "0F7F5003-EF26-4D13-A6Ef-D0C7EC819BEB",
    "displayName": "Offline",
    "state": "LoggedOut",
}


@pytest.fixture
async def desk(centre: Centre) -> Desk:
    """An agent who has begun to work."""
    [desk] = await centre.listening("15000", to="/v2/me/devices")
    await desk.start()
    assert (await desk.hear_device())["userState"] == {"state": "LoggedIn"}
    assert (await desk.hear_device())["userState"] == READY
    return desk


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"operationName": "NotReady"}', NOT_READY),
        ('{"operationName": "NotReady", "reason": "Lunch"}', NOT_READY | {"reason": "Lunch"}),
        ('{"operationName": "AfterCallWork"}', AFTER_CALL_WORK),
        ('{"operationName": "AuxWork"}', AUX_WORK),
        ('{"operationName": "AuxWork", "reason": "Mail"}', AUX_WORK | {"reason": "Mail"}),
        ('{"operationName": "Offline"}', OFFLINE),
    ],
)
async def test_a_change_is_told_once_and_read_everywhere(
    desk: Desk, body: str, shown: Json
) -> None:
    assert await desk.post(CHANNEL, data=body) == DONE
    device = await desk.hear_device()
    assert device["userState"] == shown
    assert device == await desk.device()
    _, answer = await desk.get(CHANNEL)
    assert answer["channel"]["userState"] == shown
    # Asked for again, it is there already: nothing is told.
    assert await desk.post(CHANNEL, data=body) == DONE
    await desk.set_up("DoNotDisturbOn")
    assert (await desk.hear_device())["doNotDisturb"] == "On"


async def test_ready_again(desk: Desk) -> None:
    await desk.be("NotReady", reason="Lunch")
    await desk.be("Ready")
    assert (await desk.hear_device())["userState"]["reason"] == "Lunch"
    assert (await desk.hear_device())["userState"] == READY


async def test_another_reason_is_another_state(desk: Desk) -> None:
    for reason in ("Lunch", "Mail"):
        await desk.be("NotReady", reason=reason)
        assert (await desk.hear_device())["userState"]["reason"] == reason


@pytest.mark.parametrize("name", ["Ready", "NotReady", "AfterCallWork", "AuxWork"])
async def test_who_is_not_logged_in_is_not_ready_for_anything(centre: Centre, name: str) -> None:
    desk = centre.desk()
    status, answer = await desk.post(CHANNEL, {"operationName": name})
    assert (status, answer["statusCode"]) == (403, 3)
    assert (await desk.device())["userState"] == OFFLINE


async def test_who_is_not_logged_in_is_offline_already(centre: Centre) -> None:
    assert await centre.desk().post(CHANNEL, {"operationName": "Offline"}) == DONE


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/api/v2/me/channels/chat", {"operationName": "Ready"}, 404, 6),
        (CHANNEL, {"operationName": "ready"}, 403, 3),
        (CHANNEL, {"operationName": "Hangup"}, 403, 3),
        (CHANNEL, {}, 400, 1),
        (CHANNEL, {"operationName": "NotReady", "reason": 7}, 400, 2),
    ],
)
async def test_what_is_refused(desk: Desk, path: str, body: Json, status: int, code: int) -> None:
    http_status, answer = await desk.post(path, body)
    assert (http_status, answer["statusCode"]) == (status, code)
    assert (await desk.device())["userState"] == READY


async def test_calls_go_on_when_their_agent_logs_out(centre: Centre, desk: Desk) -> None:
    await desk.dial("15001")
    await desk.be("Offline")
    assert [call["state"] for call in await desk.calls()] == ["Dialing"]


async def test_nobody_else_is_told(centre: Centre, desk: Desk) -> None:
    [other] = await centre.listening("15001", to="/v2/me/*")
    await desk.be("NotReady")
    await desk.hear_device()
    await other.set_up("DoNotDisturbOn")
    assert (await other.hear_device())["phoneNumber"] == "15001"
