"""Agents who were signed in when the server stopped, which goes on from its journal."""

from pathlib import Path
from typing import Any

import pytest

from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.rest.cc_gateway.options import CcGatewayOptions
from tests.server.rest.cc_gateway.stage import Clock, Stage, staged

HEARTBEAT = 1.0
OPTIONS = CcGatewayOptions(poll_wait=0, heartbeat=int(HEARTBEAT * 1000))


async def state_of(stage: Stage, user: str) -> Any:
    return (await stage.centre.desk(user).device())["userState"]["state"]


async def test_who_does_not_sign_in_again_is_logged_out(tmp_path: Path) -> None:
    clock = Clock()
    async with staged(OPTIONS, clock=clock, journal=SqliteJournal(tmp_path)) as stage:
        await stage.signed_in("15000", "15001")
        elsewhere = stage.centre.desk("agent15002")
        await elsewhere.start()
    async with staged(OPTIONS, clock=clock, journal=SqliteJournal(tmp_path)) as stage:
        desk = stage.centre.desk("agent15000")
        await desk.listen("/v2/me/devices")
        [berta] = await stage.signed_in("15001")
        for user in ("agent15000", "agent15001", "agent15002"):
            assert await state_of(stage, user) == "Ready"
        clock.now += HEARTBEAT / 2
        await berta.poll()
        clock.now += HEARTBEAT / 2
        assert (await desk.hear_device())["userState"]["state"] == "LoggedOut"
        assert await state_of(stage, "agent15001") == "Ready"
        assert await state_of(stage, "agent15002") == "Ready"
        assert await berta.poll() is None


async def test_who_works_on_the_other_front_meanwhile_goes_on(tmp_path: Path) -> None:
    clock = Clock()
    async with staged(OPTIONS, clock=clock, journal=SqliteJournal(tmp_path)) as stage:
        await stage.signed_in("15000", "15001")
    async with staged(OPTIONS, clock=clock, journal=SqliteJournal(tmp_path)) as stage:
        anna, berta = stage.centre.desk("agent15000"), stage.centre.desk("agent15001")
        await berta.listen("/v2/me/devices")
        await anna.post("/api/v2/me", {"operationName": "EndContactCenterSession"})
        await anna.start()
        clock.now += HEARTBEAT
        assert (await berta.hear_device())["userState"]["state"] == "LoggedOut"
        assert await state_of(stage, "agent15000") == "Ready"


@pytest.mark.parametrize("code", ["15000@AgentGateway0", "15000"])
async def test_a_login_code_of_somebody_else_is_in_nobodys_way(stage: Stage, code: str) -> None:
    desk = stage.centre.desk("agent15001")
    said = {"operationName": "StartContactCenterSession", "channels": ["voice"], "loginCode": code}
    assert (await desk.post("/api/v2/me", said))[0] == 200
    await stage.agent("15000").sign_in()
