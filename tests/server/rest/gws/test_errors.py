"""Every mistake that a client can make has a clear answer, and changes nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from switchbell.rest import body
from tests.centre import Centre, Desk, Json
from tests.visitors import basic

CALL = "/api/v2/me/calls/NONE"


@pytest.fixture(autouse=True)
def nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> Any:
    yield
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_without_credentials(centre: Centre) -> None:
    async with aiohttp.ClientSession() as http:
        for method in ("GET", "POST", "DELETE"):
            for path in ("/me", "/me/calls", "/me/calls/X", "/me/devices", "/no"):
                url = f"{centre.url}/api/v2{path}"
                async with http.request(method, url) as response:
                    assert response.status == 403
                    assert response.content_type == "application/json"
                    assert await response.json() == {
                        "statusCode": 20,
                        "statusMessage": "Access denied",
                    }
                    # A browser must not ask for a password by itself.
                    assert "WWW-Authenticate" not in response.headers


async def test_a_wrong_password(centre: Centre) -> None:
    desk = centre.desk("agent15000", "wrong")
    assert await desk.get("/api/v2/me") == (
        403,
        {"statusCode": 20, "statusMessage": "Access denied"},
    )
    [reply] = await desk.bayeux({"channel": "/meta/handshake", "id": "1", "version": "1.0"})
    assert reply == {
        "channel": "/meta/handshake",
        "id": "1",
        "successful": False,
        "error": "403::handshake_denied",
        "advice": {"reconnect": "none"},
    }


@pytest.mark.parametrize(
    ("body", "status", "code", "said"),
    [
        (b"", 400, 2, "not JSON"),
        (b"{", 400, 2, "not JSON"),
        (b"\xff\xfe", 400, 2, "not JSON"),
        (b"[]", 400, 2, "object"),
        (b"null", 400, 2, "object"),
        (b"{}", 400, 1, "operationName"),
        (b'{"operationName":null}', 400, 1, "operationName"),
        (b'{"operationName":7}', 400, 2, "operationName"),
        (b'{"operationName":"answer"}', 403, 3, "operationName"),
        (b'{"operationName":"Reject"}', 403, 3, "operationName"),
        (b'{"operationName":"<script>"}', 403, 3, "operationName"),
        (b'{"operationName":"InitiateConference"}', 400, 1, "destination"),
        (b'{"operationName":"InitiateConference","destination":{}}', 400, 1, "destination"),
        (
            b'{"operationName":"InitiateConference","destination":{"phoneNumber":7}}',
            400,
            2,
            "phoneNumber",
        ),
        (b'{"operationName":"RemoveParticipantFromConference"}', 400, 1, "participant"),
        (b'{"operationName":"InitiateConference","destination":7}', 400, 2, "destination"),
        (b'{"operationName":"Answer"}', 404, 6, "call"),
        (b'{"userData":' + b"[" * 9000 + b"]" * 9000 + b"}", 400, 2, "userData"),
        (b'{"userData":{"a":' + b"[" * 9000 + b"]" * 9000 + b"}}", 400, 2, "deep"),
        (b'{"userData":{"a":' + b"[" * 32 + b"]" * 32 + b"}}", 400, 2, "32 levels deep"),
        (b'{"userData":{"a":9223372036854775808}}', 400, 2, "64 bits"),
        (b'{"userData":{"a":[1e400]}}', 400, 2, "userData"),
        (b'{"userData":{"a":"\\ud800"}}', 400, 2, "not JSON"),
        (b'{"operationName":"NotReady","reason":"' + b"x" * 256 + b'"}', 400, 2, "reason"),
        (
            b'{"operationName":"StartContactCenterSession","channels":[' + b'"a",' * 32 + b'"b"]}',
            400,
            2,
            "channels",
        ),
        (
            b'{"supervisorMonitoringScope":"<script>\\n - at `"}',
            400,
            2,
            "Invalid value - at `$.supervisorMonitoringScope`.",
        ),
        (b"x" * 65_537, 413, 10, "too large"),
    ],
)
async def test_a_body_that_asks_for_nothing_possible(
    centre: Centre, body: bytes, status: int, code: int, said: str
) -> None:
    http_status, answer = await centre.desk().post(CALL, data=body)
    assert (http_status, answer["statusCode"]) == (status, code)
    assert answer.keys() == {"statusCode", "statusMessage"}
    assert said in answer["statusMessage"]
    assert "<script>" not in answer["statusMessage"]


async def test_a_body_that_cannot_be_unpacked(centre: Centre) -> None:
    for encoding in ("gzip", "deflate"):
        headers = {"Content-Encoding": encoding}
        status, answer = await centre.desk().post(CALL, data=b"not packed", headers=headers)
        assert (status, answer["statusCode"]) == (400, 2)


async def test_a_body_that_does_not_come(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "TIMEOUT", 0.05)
    never = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await never.wait()

    desk = centre.desk()
    async with desk._http.post(centre.url + CALL, data=slowly()) as response:
        assert response.status == 408
        assert (await response.json())["statusCode"] == 2
        assert response.headers["Connection"] == "close"


async def test_a_body_that_is_announced_to_be_too_large_is_not_waited_for(centre: Centre) -> None:
    host, port = centre.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    name, password = basic().popitem()
    head = f"POST {CALL} HTTP/1.1\r\nHost: x\r\n{name}: {password}\r\nContent-Length: 99999999999"
    writer.write(f"{head}\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.readuntil(b"}"), 5)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.endswith(b'{"statusCode":10,"statusMessage":"The body is too large."}')
    writer.close()
    await writer.wait_closed()


async def test_a_reason_at_the_limit_is_kept(centre: Centre) -> None:
    desk = centre.desk()
    await desk.start()
    await desk.be("NotReady", reason="x" * 255)
    assert (await desk.device())["userState"]["reason"] == "x" * 255


async def test_user_data_at_the_limit_are_kept_and_shown(centre: Centre) -> None:
    anna, berta = centre.desk("agent15000"), centre.desk("agent15001")
    deep: Any = 2**63 - 1
    for _ in range(31):
        deep = [deep]
    await anna.dial("15001", userData={"deep": deep})
    for desk in (anna, berta):
        [call] = await desk.calls()
        assert call["userData"] == {"deep": deep}


async def test_a_body_of_64_kib_is_read(centre: Centre) -> None:
    body = b'{"operationName":"Answer"}'.ljust(65_536)
    status, answer = await centre.desk().post(CALL, data=body)
    assert (status, answer["statusCode"]) == (404, 6)


async def test_a_wrong_method(centre: Centre) -> None:
    desk = centre.desk()
    for method, path, allowed in [
        ("PUT", CALL, "GET,HEAD,POST"),
        ("DELETE", CALL, "GET,HEAD,POST"),
        ("DELETE", "/api/v2/me", "GET,HEAD,POST"),
        ("PATCH", "/api/v2/me/calls", "GET,HEAD"),
        ("PUT", "/trunk/calls", "GET,HEAD,POST"),
    ]:
        async with desk._http.request(method, centre.url + path) as response:
            assert response.status == 405
            assert response.headers["Allow"] == allowed
            assert (await response.json())["statusCode"] == 3


async def test_a_path_that_is_nowhere(centre: Centre) -> None:
    for path in ("/api/v2/nowhere", "/api/v2/me/nowhere", "/api/v2/", "/api/v2"):
        status, answer = await centre.desk().get(path)
        assert (status, answer["statusCode"]) == (404, 6)


async def talking(centre: Centre) -> tuple[list[Desk], str]:
    """15000 and 15001 talk; 15002 has nothing to do with it."""
    desks = [anna, berta, _] = [centre.desk(f"agent{n}") for n in (15000, 15001, 15002)]
    await anna.dial("15001")
    [call] = await anna.calls()
    await berta.operate(call["id"], "Answer")
    return desks, call["id"]


async def test_a_call_of_somebody_else(centre: Centre) -> None:
    [anna, _, carla], call = await talking(centre)
    before = await state(anna)
    for name in ("Answer", "Hangup", "Hold", "Retrieve", "CompleteConference"):
        status, answer = await carla.post(f"/api/v2/me/calls/{call}", {"operationName": name})
        assert (status, answer["statusCode"]) == (404, 6)
    status, answer = await carla.get(f"/api/v2/me/calls/{call}")
    assert (status, answer["statusCode"]) == (404, 6)
    assert await carla.calls() == []
    assert await state(anna) == before


async def test_a_device_of_somebody_else(centre: Centre) -> None:
    anna, berta = centre.desk("agent15000"), centre.desk("agent15001")
    device = await berta.device_id()
    body = {"operationName": "Dial", "destination": {"phoneNumber": "15002"}}
    for path in (f"/api/v2/devices/{device}/calls", f"/api/v2/me/devices/{device}/calls"):
        status, answer = await anna.post(path, body)
        assert (status, answer["statusCode"]) == (404, 6)
    for path in (f"/api/v2/devices/{device}", f"/api/v2/me/devices/{device}"):
        status, answer = await anna.get(path)
        assert (status, answer["statusCode"]) == (404, 6)
    assert await berta.calls() == []


@pytest.mark.parametrize("name", ["Answer", "Retrieve", "CompleteConference"])
async def test_an_operation_that_the_state_does_not_allow(centre: Centre, name: str) -> None:
    [anna, *_], call = await talking(centre)
    before = await state(anna)
    status, answer = await anna.post(f"/api/v2/me/calls/{call}", {"operationName": name})
    assert (status, answer["statusCode"]) == (403, 3)
    assert await state(anna) == before


@pytest.mark.parametrize("destination", ["15000", "99999", "", "all", "1" * 100, "<b>"])
async def test_a_number_that_cannot_be_dialled(centre: Centre, destination: str) -> None:
    anna = centre.desk()
    body = {"operationName": "Dial", "destination": {"phoneNumber": destination}}
    status, answer = await anna.post(f"/api/v2/devices/{await anna.device_id()}/calls", body)
    assert (status, answer["statusCode"]) == (400, 2)
    assert "<" not in answer["statusMessage"]
    assert await anna.calls() == []


async def test_dialling_during_a_conversation(centre: Centre) -> None:
    [anna, *_], _ = await talking(centre)
    before = await state(anna)
    body = {"operationName": "Dial", "destination": {"phoneNumber": "15002"}}
    status, answer = await anna.post(f"/api/v2/devices/{await anna.device_id()}/calls", body)
    assert (status, answer["statusCode"]) == (403, 3)
    assert await state(anna) == before


async def state(desk: Desk) -> list[Json]:
    calls = await desk.calls()
    for call in calls:
        del call["duration"]
    return calls
