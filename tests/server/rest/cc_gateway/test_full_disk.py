"""While nothing can be kept requests are refused with 503, and nothing is half done."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec import structs

from switchbell.directory import demo
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.rest.cc_gateway.gateway import Errand, Gateway
from switchbell.rest.cc_gateway.options import CcGatewayOptions
from switchbell.switchboard import Switchboard, Unavailable
from switchbell.voice.model import Queue
from switchbell.voice.operations import Login, Operation, Ready
from tests.centre import PATIENCE
from tests.server.journal.disk import be_impatient, full_disk
from tests.server.rest.cc_gateway.stage import PASSWORD, Agent, Clock, Stage, settled, staged

SESSION = "/onlineagent/AGENT"
HEARTBEAT = 1.0
MUCH = "x" * 10_000


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqliteJournal:
    be_impatient(monkeypatch)
    monkeypatch.setattr("switchbell.rest.cc_gateway.gateway.TRY_AGAIN", 0.3)
    return SqliteJournal(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def stage(journal: SqliteJournal, clock: Clock) -> AsyncIterator[Stage]:
    options = CcGatewayOptions(poll_wait=0, heartbeat=int(HEARTBEAT * 1000))
    async with staged(options, journal=journal, clock=clock) as stage:
        yield stage


async def fill(agent: Agent) -> None:
    """Ask for something for which there is no room."""
    said = {"called": "15001", "callappdata": MUCH}
    status, answer = await agent.send("PUT", "/voicecall/AGENT/callinner", said)
    assert (status, answer["retcode"]) == (503, "100-007")
    assert answer["message"] == "Nothing can be kept at present."


async def state_of(stage: Stage) -> str:
    state: str = (await stage.centre.desk().device())["userState"]["state"]
    return state


async def test_who_cannot_be_signed_out_is_signed_in_as_before(
    stage: Stage, journal: SqliteJournal
) -> None:
    [anna] = await stage.signed_in("15000")
    async with full_disk(journal):
        await fill(anna)
        status, answer = await anna.send("DELETE", f"{SESSION}/logout")
        assert (status, answer["retcode"]) == (503, "100-007")
    await journal.usable()
    await anna.do("POST", f"{SESSION}/saybusy")
    assert await anna.events() == [("AgentState_SetNotReady_Success", {"reason": "1"})]
    await anna.do("DELETE", f"{SESSION}/logout")
    await anna.sign_in()
    await settled()
    assert await state_of(stage) == "Ready"


async def test_a_session_is_not_ended_by_one_that_does_not_begin(
    stage: Stage, journal: SqliteJournal
) -> None:
    [anna] = await stage.signed_in("15000")
    body = {"password": PASSWORD, "phonenum": "15000", "status": 3}
    async with full_disk(journal):
        await fill(anna)
        other = stage.agent()
        status, answer = await other.send("PUT", f"{SESSION}/forcelogin", body)
        assert (status, answer["retcode"]) == (503, "100-007")
        assert await anna.events() == []
    await journal.usable()
    await anna.do("POST", f"{SESSION}/saybusy")
    assert await anna.events() == [("AgentState_SetNotReady_Success", {"reason": "1"})]


async def test_who_comes_again_is_not_logged_out_because_of_an_older_session(
    stage: Stage, journal: SqliteJournal, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: asyncio.Queue[bool] = asyncio.Queue()
    run = Gateway._run

    async def note(self: Gateway, errand: Errand) -> bool:
        outcomes.put_nowait(is_done := await run(self, errand))
        return is_done

    monkeypatch.setattr(Gateway, "_run", note)
    async with asyncio.timeout(PATIENCE):
        [anna] = await stage.signed_in("15000")
        async with full_disk(journal):
            await fill(anna)
            clock.now += HEARTBEAT
            assert not await outcomes.get()
        await journal.usable()
        await anna.sign_in()
        while not await outcomes.get():
            pass
    assert await state_of(stage) == "Ready"
    await anna.do("POST", f"{SESSION}/saybusy")


async def test_who_does_not_come_again_is_logged_out_as_soon_as_that_can_be_kept(
    stage: Stage, journal: SqliteJournal, clock: Clock
) -> None:
    [anna] = await stage.signed_in("15000")
    desk = stage.centre.desk()
    await desk.listen("/v2/me/devices")
    async with full_disk(journal):
        await fill(anna)
        clock.now += HEARTBEAT
    assert (await desk.hear_device())["userState"]["state"] == "LoggedOut"


async def test_who_cannot_be_logged_in_again_for_other_skills_is_signed_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    directory = demo()
    queues = (*directory.queues, Queue(dn="16001", name="Other"))
    async with staged(directory=structs.replace(directory, queues=queues)) as stage:
        [anna] = await stage.signed_in("15000")
        execute = Switchboard.execute

        async def refuse(self: Switchboard, operation: Operation) -> int:
            if isinstance(operation, Login):
                raise Unavailable("the disk is full")
            return await execute(self, operation)

        monkeypatch.setattr(Switchboard, "execute", refuse)
        status, answer = await anna.send("POST", f"{SESSION}/resetskill/false?skillid=16001")
        assert (status, answer["retcode"]) == (503, "100-007")
        monkeypatch.undo()
        assert await anna.poll() == ("AgentOther_ShutdownService", None)
        await anna.sign_in()
        assert await state_of(stage) == "Ready"


async def test_who_cannot_be_ready_is_not_logged_in(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = Switchboard.execute

    async def refuse(self: Switchboard, operation: Operation) -> int:
        if isinstance(operation, Ready):
            raise Unavailable("the disk is full")
        return await execute(self, operation)

    monkeypatch.setattr(Switchboard, "execute", refuse)
    desk = stage.centre.desk()
    await desk.listen("/v2/me/devices")
    body = {"password": PASSWORD, "phonenum": "15000"}
    assert (await stage.agent().send("PUT", SESSION, body))[0] == 503
    states = [(await desk.hear_device())["userState"]["state"] for _ in range(2)]
    assert states == ["LoggedIn", "LoggedOut"]
