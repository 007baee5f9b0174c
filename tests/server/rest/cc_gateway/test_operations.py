"""Every interface of the table: what it needs, what it answers, what agents are told, and what it
says when it is not possible."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import pytest

from switchbell.rest.cc_gateway.routes import ROUTES
from tests.server.rest.cc_gateway.situations import (
    AGENT,
    CALL,
    Agents,
    busy,
    busy_while_colleague_rings,
    colleague_is_called,
    colleague_rings,
    consulting,
    holding,
    idle,
    inspecting,
    inspecting_busy,
    muted,
    nobody,
    phone_up,
    resting,
    ringing,
    serving,
    talking,
    two_calls,
    working,
)
from tests.server.rest.cc_gateway.stage import Agent, Event, Stage

DATA = "/calldata/AGENT"
INSPECTOR = "/qualitycontrol/AGENT"
SIGN_IN = {"password": "switchbell", "phonenum": "15000", "autoanswer": False}
CUSTOMER = "+14155550142"


class Row(NamedTuple):
    """One interface. ``before`` leads to the state in which the first of its agents may ask.
    ``CALLID`` and ``HELD`` in what is sent stand for his current call and the one on hold; ``told``
    are the types of events for him. ``refusals`` are situations, as ``before``, with the codes that
    they lead to."""

    method: str
    path: str
    said: str
    before: Callable[[Stage], Awaitable[Agents]]
    body: dict[str, Any] | None
    told: list[str]
    refusals: dict[Callable[[Stage], Awaitable[Agents]], str]


SIGNED_IN = ["AgentOther_InService", "AgentState_Ready"]
PHONE = ["AgentOther_PhoneAlerting", "AgentOther_PhoneOffhook", "AgentState_Busy"]
CALLED = [*PHONE, "AgentEvent_Customer_Alerting"]
CONSULTED = ["AgentEvent_Hold", "AgentEvent_Customer_Alerting"]
OVER = ["AgentOther_PhoneRelease", "AgentState_Ready"]
RELEASED = ["AgentEvent_Call_Release", "AgentEvent_Customer_Release"]

ROWS = (
    Row("PUT", f"{AGENT}", "", nobody, SIGN_IN, SIGNED_IN, {idle: "100-002"}),
    Row("PUT", f"{AGENT}/forcelogin", "", nobody, SIGN_IN, SIGNED_IN, {}),
    Row("PUT", f"{AGENT}/loginex", "", nobody, SIGN_IN, SIGNED_IN, {idle: "100-002"}),
    Row("DELETE", f"{AGENT}/logout", "", idle, None, [], {ringing: "100-010"}),
    Row("DELETE", f"{AGENT}/forcelogout", "", talking, None, [], {}),
    Row("DELETE", f"{AGENT}/forcelogoutwithreason/7", "", idle, None, [], {}),
    Row("POST", f"{AGENT}/handshake", "", idle, None, [], {idle: "000-001"}),
    Row("POST", f"{AGENT}/autoanswer/true", "", idle, None, [], {}),
    Row("GET", f"{AGENT}/agentstatus", "", idle, None, [], {}),
    Row("POST", f"{AGENT}/settalkright", "?flag=0", idle, None, [], {}),
    Row("POST", f"{AGENT}/resetskill/true", "?skillid=&phonelinkage=0", idle, None, [], {}),
    Row(
        "POST",
        f"{AGENT}/saybusy",
        "?reason=200&prolong=false",
        idle,
        None,
        ["AgentState_SetNotReady_Success"],
        {busy: "100-009"},
    ),
    Row(
        "POST",
        f"{AGENT}/cancelbusy",
        "",
        busy,
        None,
        ["AgentState_CancelNotReady_Success"],
        {idle: "100-009", working: "100-009"},
    ),
    Row(
        "POST",
        f"{AGENT}/sayfree",
        "",
        working,
        None,
        ["AgentState_CancelWork_Success"],
        {idle: "100-009"},
    ),
    Row(
        "POST",
        f"{AGENT}/work",
        "",
        idle,
        None,
        ["AgentState_SetWork_Success"],
        {working: "100-009"},
    ),
    Row(
        "POST",
        f"{AGENT}/cancelwork",
        "",
        working,
        None,
        ["AgentState_CancelWork_Success"],
        {busy: "100-009"},
    ),
    Row(
        "POST",
        f"{AGENT}/cancelrest",
        "",
        resting,
        None,
        ["AgentState_CancelRest_Success"],
        {busy: "100-009"},
    ),
    Row("POST", f"{INSPECTOR}/forcebusy/15001", "", inspecting, None, [], {talking: "000-003"}),
    Row(
        "POST",
        f"{INSPECTOR}/forceidle/15001",
        "",
        inspecting_busy,
        None,
        [],
        {inspecting: "100-009"},
    ),
    Row("POST", f"{INSPECTOR}/forcelogout/15001", "", inspecting, None, [], {idle: "000-003"}),
    Row("GET", "/agentevent/AGENT", "", idle, None, [], {nobody: "100-006"}),
    Row("PUT", f"{CALL}/callout", "", idle, {"called": CUSTOMER}, CALLED, {talking: "200-003"}),
    Row(
        "PUT",
        f"{CALL}/previewCallout",
        "",
        idle,
        {"called": CUSTOMER},
        CALLED,
        {talking: "200-003"},
    ),
    Row("PUT", f"{CALL}/callinner", "", idle, {"called": "15001"}, CALLED, {serving: "200-003"}),
    Row(
        "PUT",
        f"{CALL}/callinnerskill",
        "",
        idle,
        {"skillId": "16000"},
        CALLED,
        {talking: "200-003"},
    ),
    Row("PUT", f"{CALL}/answer", "", ringing, None, ["AgentEvent_Talking"], {idle: "200-002"}),
    Row(
        "DELETE",
        f"{CALL}/release",
        "",
        talking,
        None,
        [*RELEASED, *OVER],
        {idle: "200-017", holding: "200-017"},
    ),
    Row("DELETE", f"{CALL}", "", serving, None, [*RELEASED, *OVER], {holding: "200-017"}),
    Row("POST", f"{CALL}/dropcall/HELD", "", two_calls, None, RELEASED, {idle: "200-025"}),
    Row("POST", f"{CALL}/disconnect/15001", "", consulting, None, RELEASED, {serving: "200-023"}),
    Row("POST", f"{CALL}/hold", "", talking, None, ["AgentEvent_Hold"], {holding: "200-005"}),
    Row(
        "POST",
        f"{CALL}/gethold",
        "",
        holding,
        None,
        ["AgentEvent_Talking"],
        {serving: "200-006", two_calls: "200-006"},
    ),
    Row(
        "POST",
        f"{CALL}/connecthold/HELD",
        "",
        two_calls,
        None,
        ["AgentEvent_Hold", "AgentEvent_Talking"],
        {serving: "200-014", holding: "200-013"},
    ),
    Row("POST", f"{CALL}/beginmute", "", serving, None, [], {talking: "200-007", muted: "200-007"}),
    Row("POST", f"{CALL}/endmute", "", muted, None, [], {serving: "200-008", idle: "200-008"}),
    Row(
        "POST",
        f"{CALL}/innerhelp",
        "",
        serving,
        {"dstaddress": "15001", "devicetype": "2", "mode": "1"},
        CONSULTED,
        {idle: "200-015", holding: "200-015"},
    ),
    Row(
        "POST",
        f"{CALL}/transfer",
        "",
        serving,
        {"devicetype": 2, "address": "15001", "mode": 0},
        [*RELEASED, *OVER],
        {idle: "200-018", talking: "200-018"},
    ),
    Row(
        "POST",
        f"{CALL}/canceltransfer",
        "",
        consulting,
        None,
        [*RELEASED, "AgentEvent_Talking"],
        {serving: "200-019"},
    ),
    Row(
        "POST",
        f"{CALL}/confjoin",
        "",
        two_calls,
        {"callid": "HELD"},
        ["AgentEvent_Customer_Release", "AgentEvent_Conference"],
        {serving: "200-010", holding: "200-011"},
    ),
    Row("POST", f"{CALL}/seconddialex", "?number=12*%23", serving, None, [], {idle: "200-020"}),
    Row(
        "PUT",
        f"{CALL}/snatchpickup",
        "?destWorkNo=15001",
        colleague_rings,
        None,
        ["AgentState_Busy", *PHONE[:2], "AgentEvent_Ringing"],
        {
            idle: "200-021",
            busy_while_colleague_rings: "200-021",
            colleague_is_called: "200-021",
            ringing: "200-021",
        },
    ),
    Row(
        "POST", f"{CALL}/phonepickup", "", ringing, None, ["AgentEvent_Talking"], {idle: "200-022"}
    ),
    Row("PUT", f"{CALL}/phonehangup", "", serving, None, [*RELEASED, *OVER], {idle: "200-022"}),
    Row("DELETE", f"{CALL}/releasephone", "", phone_up, None, OVER[:1], {idle: "200-022"}),
    Row(
        "GET", f"{DATA}/callinfo", "?isNoContainLastCall=true", serving, None, [], {idle: "300-001"}
    ),
    Row("GET", f"{DATA}/callinfobycallid/CALLID", "", serving, None, [], {idle: "300-001"}),
    Row("GET", f"{DATA}/callinfobeforeanswer", "", ringing, None, [], {serving: "300-001"}),
    Row("GET", f"{DATA}/allcallid", "", two_calls, None, [], {}),
    Row("GET", f"{DATA}/allcallinfo/15000", "", two_calls, None, [], {}),
    Row("GET", f"{DATA}/remotenumbers", "", two_calls, None, [], {}),
    Row("GET", f"{DATA}/statistics", "", idle, None, [], {idle: "200-099"}),
    Row("GET", f"{DATA}/holdlist", "", two_calls, None, [], {}),
)

# They are there, and refuse whoever asks.
NEVER = {f"{AGENT}/handshake", f"{DATA}/statistics"}
POSSIBLE = [row for row in ROWS if row.path not in NEVER]
REFUSED = [(row, before, code) for row in ROWS for before, code in row.refusals.items()]


def name(row: Row) -> str:
    return f"{row.method} {row.path}"


async def fill_in(agent: Agent, text: str) -> str:
    """``text`` with the ids of calls."""
    if "HELD" not in text and "CALLID" not in text:
        return text
    held = [one["callid"] for one in await agent.do("GET", f"{DATA}/holdlist")]
    current = [one for one in await agent.call_ids() if one not in held]
    text = text.replace("HELD", next(iter(held), next(iter(current), "1-1")))
    return text.replace("CALLID", next(iter(current), "1-1"))


async def ask(agent: Agent, row: Row) -> dict[str, Any]:
    body = row.body
    if body is not None and "callid" in body:
        body = {**body, "callid": await fill_in(agent, body["callid"])}
    return await agent.ask(row.method, await fill_in(agent, row.path + row.said), body)


@pytest.mark.parametrize("row", POSSIBLE, ids=name)
async def test_it_is_done_and_told(stage: Stage, row: Row) -> None:
    agents = await row.before(stage)
    answer = await ask(agents[0], row)
    assert answer["retcode"] == "0", answer
    if "logout" in row.path and "qualitycontrol" not in row.path:
        assert await agents[0].refused("GET", "/agentevent/AGENT") == "100-006"
    else:
        assert await agents[0].names() == row.told


@pytest.mark.parametrize(
    ("row", "before", "code"),
    REFUSED,
    ids=[f"{name(row)} {before.__name__}" for row, before, _ in REFUSED],
)
async def test_it_is_refused(
    stage: Stage, row: Row, before: Callable[[Stage], Awaitable[Agents]], code: str
) -> None:
    agents = await before(stage)
    answer = await ask(agents[0], row)
    assert answer["retcode"] == code
    assert await _told(agents[0]) == []


async def _told(agent: Agent) -> list[Event]:
    return [] if agent.guid is None else await agent.events()


def test_every_interface_has_a_row() -> None:
    rows = {(row.method, _pattern(row.path)) for row in ROWS}
    assert len(rows) == len(ROWS)
    assert rows == {(route.method, _pattern(route.path)) for route in ROUTES}


def _pattern(path: str) -> str:
    """The path up to the first parameter behind the agent's id, and how many there are."""
    one, two, three, *rest = [*path.split("/"), "", ""][:6]
    assert three in {"AGENT", "{agentid}"}
    return f"{one}/{two}/AGENT/{rest[0]}/{len(path.split('/'))}"
