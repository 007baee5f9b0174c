"""Requests whose clients go while the server works on them: what has begun is done to its end."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from msgspec import structs

from switchbell.directory import demo
from switchbell.journal.memory import MemoryJournal
from switchbell.voice.events import Change
from switchbell.voice.model import Queue
from tests.centre import PATIENCE
from tests.server.rest.cc_gateway.stage import PASSWORD, RESOURCE, Agent, Stage, settled, staged

CALL = "/voicecall/AGENT"
SESSION = "/onlineagent/AGENT"


class Halting(MemoryJournal):
    """A journal that keeps what it is given when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.may_go = asyncio.Event()
        self.may_go.set()

    async def commit(self, change: Change) -> int:
        self.asked.set()
        await self.may_go.wait()
        return await super().commit(change)


@pytest.fixture
def journal() -> Halting:
    return Halting()


@pytest.fixture
async def stage(journal: Halting) -> AsyncIterator[Stage]:
    async with staged(journal=journal) as stage:
        yield stage


async def cut(agent: Agent, journal: Halting, method: str, path: str, body: object = None) -> None:
    """Send a request, and go when its first change is about to be kept."""
    journal.asked.clear()
    journal.may_go.clear()
    request = asyncio.create_task(agent.send(method, path, body))
    async with asyncio.timeout(PATIENCE):
        await journal.asked.wait()
    request.cancel()
    await asyncio.wait([request])
    await settled()
    journal.may_go.set()
    await settled()


async def test_a_transfer_is_completed(stage: Stage, journal: Halting) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    said = {"devicetype": 2, "mode": 2, "address": "15001"}
    await cut(anna, journal, "POST", f"{CALL}/transfer", said)
    await berta.do("PUT", f"{CALL}/answer")
    await settled()
    assert await anna.call_ids() == []
    assert len(await berta.call_ids()) == 1


async def test_a_help_becomes_a_conference(stage: Stage, journal: Halting) -> None:
    anna, berta = await stage.with_customer("15000", "15001")
    await cut(anna, journal, "POST", f"{CALL}/innerhelp", {"dstaddress": "15001", "mode": 2})
    await berta.do("PUT", f"{CALL}/answer")
    await settled()
    assert len(await anna.call_ids()) == 1
    assert "AgentEvent_Conference" in await berta.names()


async def test_an_agent_has_his_state_again_who_serves_another_queue(journal: Halting) -> None:
    directory = demo()
    directory = structs.replace(
        directory, queues=(*directory.queues, Queue(dn="16001", name="Other"))
    )
    async with staged(journal=journal, directory=directory) as stage:
        [anna] = await stage.signed_in("15000")
        await cut(anna, journal, "POST", f"{SESSION}/resetskill/false?skillid=16001")
        assert await anna.do("GET", f"{SESSION}/agentstatus") == {"agentState": 4}
        assert await anna.events() == []


async def test_an_agent_is_signed_in_for_the_heartbeat(stage: Stage, journal: Halting) -> None:
    anna = stage.agent()
    body = {"password": PASSWORD, "phonenum": "15000"}
    await cut(anna, journal, "PUT", SESSION, body)
    assert await anna.refused("PUT", SESSION, body) == "100-002"
    await anna.sign_in("/forcelogin")
    assert (await stage.centre.desk().device())["userState"]["state"] == "Ready"


async def test_an_agent_who_was_signed_out_while_his_request_was_read(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    address = urlsplit(stage.centre.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    path = f"{RESOURCE}/voicecall/15000/callinner"
    head = f"PUT {path} HTTP/1.1\r\nHost: x\r\nGuid: {anna.guid}\r\nContent-Length: 19\r\n\r\n"
    writer.write(head.encode())
    await writer.drain()
    await settled()
    await anna.do("DELETE", f"{SESSION}/logout")
    writer.write(b'{"called": "15001"}')
    async with asyncio.timeout(PATIENCE):
        assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
        await reader.readuntil(b"\r\n\r\n")
        assert b"100-006" in await reader.readuntil(b"}}")
    assert await stage.centre.desk().calls() == []
    writer.close()
    await writer.wait_closed()


async def test_a_server_that_stops_does_what_it_has_begun(journal: Halting) -> None:
    async with staged(journal=journal) as stage:
        [anna] = await stage.signed_in("15000")
        journal.asked.clear()
        journal.may_go.clear()
        request = asyncio.create_task(anna.send("POST", f"{SESSION}/saybusy"))
        async with asyncio.timeout(PATIENCE):
            await journal.asked.wait()
        request.cancel()
        await asyncio.wait([request])
        before = journal.last
        asyncio.get_running_loop().call_later(0.05, journal.may_go.set)
    assert journal.last == before + 1
