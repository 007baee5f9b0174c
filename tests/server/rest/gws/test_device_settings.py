"""How a device is set, and supervision from it.

Web Services, "Devices, agent state, session", "Supervisor" and "Forwarding".
"""

import pytest
from msgspec.structs import replace

from switchbell.directory import demo
from tests.centre import Centre, Desk, Json, running_centre

DONE = (200, {"statusCode": 0})
SETTINGS = {"DoNotDisturbOn", "ForwardCallsOn"}
MONITORING = {"ListenIn", "Coach", "BargeIn"}


async def ask(desk: Desk, body: str) -> tuple[int, Json]:
    return await desk.post(f"/api/v2/me/devices/{await desk.device_id()}", data=body)


async def changed(desk: Desk, body: str) -> Json:
    """The device as it is told of after an operation; it is the one that is read, too."""
    assert await ask(desk, body) == DONE
    device = await desk.hear_device()
    assert device == await desk.device()
    return device


async def refused(desk: Desk, body: str) -> tuple[int, int]:
    before = await desk.device()
    status, answer = await ask(desk, body)
    assert answer.keys() == {"statusCode", "statusMessage"}
    assert await desk.device() == before
    return status, answer["statusCode"]


async def test_do_not_disturb(centre: Centre) -> None:
    [desk] = await centre.listening("15000", to="/v2/me/devices")
    device = await changed(desk, '{"operationName": "DoNotDisturbOn"}')
    assert device["doNotDisturb"] == "On"
    assert set(device["capabilities"]) == {"DoNotDisturbOff", "ForwardCallsOn"}
    assert await refused(desk, '{"operationName": "DoNotDisturbOn"}') == (403, 3)
    device = await changed(desk, '{"operationName": "DoNotDisturbOff"}')
    assert device["doNotDisturb"] == "Off"
    assert set(device["capabilities"]) == SETTINGS
    assert await refused(desk, '{"operationName": "DoNotDisturbOff"}') == (403, 3)


@pytest.mark.parametrize("destination", ['"15002"', '{"phoneNumber": "15002"}'])
async def test_calls_are_forwarded(centre: Centre, destination: str) -> None:
    """The documentation has a plain string for the destination."""
    [desk] = await centre.listening("15001", to="/v2/me/devices")
    [carla] = await centre.listening("15002")
    body = f'{{"operationName": "ForwardCallsOn", "destination": {destination}}}'
    device = await changed(desk, body)
    assert device["forwardTo"] == "15002"
    assert set(device["capabilities"]) == {*SETTINGS, "ForwardCallsOff"}
    await centre.desk().dial("15001")
    ringing = await carla.hear_state("Ringing")
    assert ringing["dnis"] == "15001"
    assert await desk.calls() == []
    device = await changed(desk, '{"operationName": "ForwardCallsOff"}')
    assert "forwardTo" not in device
    assert set(device["capabilities"]) == SETTINGS


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ('{"operationName": "ForwardCallsOn"}', (400, 1)),
        ('{"operationName": "ForwardCallsOn", "destination": {}}', (400, 1)),
        ('{"operationName": "ForwardCallsOn", "destination": "15000"}', (400, 2)),
        ('{"operationName": "ForwardCallsOn", "destination": "99999"}', (400, 2)),
        ('{"operationName": "ForwardCallsOff"}', (403, 3)),
        ('{"operationName": "CancelSupervisorMonitoring"}', (403, 3)),
        ('{"operationName": "Dial", "destination": "15001"}', (403, 3)),
        ('{"operationName": "ListenIn", "phoneNumber": "15001"}', (403, 5)),
        ('{"operationName": "Coach", "phoneNumber": "15001"}', (403, 5)),
        ('{"operationName": "BargeIn", "phoneNumber": "15001"}', (403, 5)),
        ("{}", (400, 1)),
    ],
)
async def test_what_an_agent_is_refused(centre: Centre, body: str, answer: tuple[int, int]) -> None:
    assert await refused(centre.desk(), body) == answer


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ('{"operationName": "ListenIn"}', (400, 1)),
        ('{"operationName": "ListenIn", "phoneNumber": "15100"}', (400, 2)),
        ('{"operationName": "ListenIn", "phoneNumber": "+14155550100"}', (400, 2)),
        ('{"operationName": "ListenIn", "targetDeviceUri": "/devices/NONE"}', (400, 2)),
        (
            (
                '{"operationName": "ListenIn", "phoneNumber": "15001",'
                ' "supervisorMonitoringScope": "Everything"}'
            ),
            (400, 2),
        ),
        (
            (
                '{"operationName": "ListenIn", "phoneNumber": "15001",'
                ' "supervisorMonitoringMode": "NoCall"}'
            ),
            (400, 2),
        ),
        ('{"operationName": "CancelSupervisorMonitoring"}', (403, 3)),
    ],
)
async def test_what_a_supervisor_is_refused(
    centre: Centre, body: str, answer: tuple[int, int]
) -> None:
    assert await refused(centre.desk("supervisor"), body) == answer


@pytest.mark.parametrize("name", ["ListenIn", "Coach", "BargeIn"])
@pytest.mark.parametrize("target", ["phoneNumber", "targetDeviceUri", "id"])
@pytest.mark.parametrize(
    "how",
    [
        ("", "Call", "AllCalls"),
        (', "supervisorMonitoringScope": "Agent"', "Agent", "AllCalls"),
        (', "supervisorMonitoringMode": "NextCall"', "Call", "NextCall"),
    ],
)
async def test_a_supervisor_monitors(
    centre: Centre, name: str, target: str, how: tuple[str, str, str]
) -> None:
    more, scope, mode = how
    [desk] = await centre.listening("15100", to="/v2/me/devices")
    device = await desk.device()
    assert set(device["capabilities"]) == SETTINGS | MONITORING
    agent = await centre.desk("agent15001").device()
    parameter = {
        "phoneNumber": '"phoneNumber": "15001"',
        "targetDeviceUri": f'"targetDeviceUri": "{agent["uri"]}"',
        "id": f'"targetDeviceUri": "/devices/{agent["id"]}"',
    }[target]
    device = await changed(desk, f'{{"operationName": "{name}", {parameter}{more}}}')
    assert device["supervisorMonitoringState"] == {
        "state": name,
        "mode": mode,
        "scope": scope,
        "targetDeviceUri": agent["uri"],
    }
    assert "CancelSupervisorMonitoring" in device["capabilities"]
    device = await changed(desk, '{"operationName": "CancelSupervisorMonitoring"}')
    assert "supervisorMonitoringState" not in device
    assert "CancelSupervisorMonitoring" not in device["capabilities"]


async def test_the_next_call_only(centre: Centre) -> None:
    [desk] = await centre.listening("15100", to="/v2/me/*")
    anna, berta = centre.desk("agent15000"), centre.desk("agent15001")
    body = (
        '{"operationName": "ListenIn", "phoneNumber": "15000",'
        ' "supervisorMonitoringMode": "NextCall"}'
    )
    await changed(desk, body)
    await anna.dial("15001")
    [call] = await berta.calls()
    await berta.operate(call["id"], "Answer")
    heard = await desk.hear_state("Established")
    assert (heard["id"], heard["monitoring"]) == (call["id"], True)
    await anna.operate(call["id"], "Hangup")
    await desk.hear_state("Released")
    assert "supervisorMonitoringState" not in await desk.hear_device()


async def test_who_monitors_an_agent_can_go_on_in_another_way(centre: Centre) -> None:
    desk = centre.desk("supervisor")
    body = '{"operationName": "ListenIn", "phoneNumber": "15001"}'
    assert await ask(desk, body) == DONE
    assert await refused(desk, body) == (403, 3)
    assert await ask(desk, body.replace("ListenIn", "Coach")) == DONE
    assert (await desk.device())["supervisorMonitoringState"]["state"] == "Coach"


async def test_an_agent_has_one_supervisor() -> None:
    usual = demo()
    devices = [
        replace(one, supervisor=one.supervisor or one.dn == "15000") for one in usual.devices
    ]
    async with running_centre(directory=replace(usual, devices=tuple(devices))) as centre:
        body = '{"operationName": "ListenIn", "phoneNumber": "15001"}'
        assert await ask(centre.desk("supervisor"), body) == DONE
        assert await refused(centre.desk("agent15000"), body) == (409, 19)
