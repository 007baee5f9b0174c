"""Dropping a call: the request of its documentation, byte for byte, on a socket."""

import asyncio
import json
from urllib.parse import urlsplit

import pytest

from tests.centre import PATIENCE, Json
from tests.server.rest.cc_gateway.stage import Agent, Stage

URIS = ("/agentgateway/resource/voicecall/15000/release", "/agentgateway/resource/voicecall/15000")

both = pytest.mark.parametrize("uri", URIS)


async def send(stage: Stage, method: str, uri: str, guid: str | None) -> tuple[str, Json]:
    """The status line and the body of the answer to a request as it is documented."""
    parts = urlsplit(stage.centre.url)
    lines = [
        f"{method} {uri} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/json; charset=UTF-8",
        *([] if guid is None else [f"Guid: {guid}"]),
        "Connection: close",
    ]
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    head, _, body = (await asyncio.wait_for(reader.read(), PATIENCE)).partition(b"\r\n\r\n")
    writer.close()
    status, *headers = head.decode().split("\r\n")
    assert "Content-Type: application/json; charset=utf-8" in headers
    answer: Json = json.loads(body)
    return status, answer


async def call_id(agent: Agent) -> str:
    [only] = await agent.call_ids()
    return only


@both
async def test_the_current_call_is_dropped(stage: Stage, uri: str) -> None:
    anna, berta = await stage.talking("15000", "15001")
    call = await call_id(anna)
    assert await send(stage, "DELETE", uri, anna.guid) == (
        "HTTP/1.1 200 OK",
        {"message": "success", "retcode": "0", "result": {}},
    )
    assert await anna.events() == [
        ("AgentEvent_Call_Release", call),
        ("AgentEvent_Customer_Release", {"callid": call, "number": "15001"}),
        ("AgentOther_PhoneRelease", {"phoneState": 3}),
        ("AgentState_Ready", None),
    ]
    assert await berta.events() == [
        ("AgentEvent_Customer_Release", {"callid": call, "number": "15000"}),
        ("AgentEvent_Call_Release", call),
        ("AgentOther_PhoneRelease", {"phoneState": 3}),
        ("AgentState_Ready", None),
    ]


@both
async def test_a_call_on_hold_goes_on(stage: Stage, uri: str) -> None:
    anna, _, carla = await stage.talking("15000", "15001", "15002")
    held = await call_id(anna)
    await anna.do("POST", "/voicecall/AGENT/hold")
    current = await anna.do("PUT", "/voicecall/AGENT/callinner", {"called": "15002"})
    await carla.do("PUT", "/voicecall/AGENT/answer")
    assert (await send(stage, "DELETE", uri, anna.guid))[1]["retcode"] == "0"
    assert await anna.call_ids() == [held]
    assert (await anna.events())[-2:] == [
        ("AgentEvent_Call_Release", current),
        ("AgentEvent_Customer_Release", {"callid": current, "number": "15002"}),
    ]
    status, answer = await send(stage, "DELETE", uri, anna.guid)
    assert (status, answer["retcode"]) == ("HTTP/1.1 200 OK", "200-017")
    assert await anna.call_ids() == [held]
    assert await anna.events() == []


@both
async def test_there_is_no_call(stage: Stage, uri: str) -> None:
    [anna] = await stage.signed_in("15000")
    assert await send(stage, "DELETE", uri, anna.guid) == (
        "HTTP/1.1 200 OK",
        {"message": "There is no call to be released.", "retcode": "200-017", "result": {}},
    )


@both
async def test_nobody_is_signed_in(stage: Stage, uri: str) -> None:
    assert await send(stage, "DELETE", uri, None) == (
        "HTTP/1.1 200 OK",
        {"message": "The agent is not signed in.", "retcode": "100-006", "result": {}},
    )


@both
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH"])
async def test_there_is_no_other_method(stage: Stage, uri: str, method: str) -> None:
    [anna] = await stage.signed_in("15000")
    status, answer = await send(stage, method, uri, anna.guid)
    assert status == "HTTP/1.1 405 Method Not Allowed"
    assert answer["retcode"] != "0"


@both
async def test_a_call_that_rings_is_refused_by_it(stage: Stage, uri: str) -> None:
    [anna] = await stage.signed_in("15000")
    await stage.ring_in("15000")
    assert (await send(stage, "DELETE", uri, anna.guid))[1]["retcode"] == "0"
    assert await anna.call_ids() == []
