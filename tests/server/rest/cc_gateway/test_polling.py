"""Polls: one event each, in order, held for a while; what is cut comes again."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from switchbell.directory import demo
from switchbell.rest.cc_gateway.options import CcGatewayOptions
from tests.centre import PATIENCE, Json
from tests.server.rest.cc_gateway.stage import RESOURCE, Agent, Stage, settled, staged

HELD = CcGatewayOptions()
POLL = "/agentevent/AGENT"
NOTHING = {"message": "", "retcode": "0", "event": None}


def held_poll(agent: Agent) -> "asyncio.Task[Json]":
    return asyncio.create_task(agent.ask("GET", POLL))


async def on_the_way(tasks: Iterable["asyncio.Task[Json]"], agent: Agent) -> None:
    """Let the server read what was sent before this."""
    for _ in range(3):
        await agent.do("GET", "/onlineagent/AGENT/agentstatus")
    assert not any(task.done() for task in tasks)


async def read_all(agent: Agent) -> None:
    """Read what signing in has told."""
    assert [await agent.poll(), await agent.poll()] == [
        ("AgentOther_InService", None),
        ("AgentState_Ready", None),
    ]


async def test_one_event_for_each_poll_and_the_oldest_first(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    await anna.do("POST", "/onlineagent/AGENT/saybusy")
    await anna.do("POST", "/onlineagent/AGENT/cancelbusy")
    await settled()
    assert await anna.ask("GET", POLL) == {
        "message": "",
        "retcode": "0",
        "event": {
            "eventType": "AgentState_SetNotReady_Success",
            "workNo": "15000",
            "content": {"reason": "1"},
        },
    }
    assert await anna.ask("GET", POLL + "?calldata=1") == {
        "message": "",
        "retcode": "0",
        "event": {
            "eventType": "AgentState_CancelNotReady_Success",
            "workNo": "15000",
            "content": None,
        },
    }
    assert await anna.ask("GET", POLL) == NOTHING


async def test_a_poll_is_held_until_something_happens() -> None:
    async with staged(HELD) as stage:
        anna = stage.agent()
        await anna.sign_in()
        await read_all(anna)
        poll = held_poll(anna)
        await on_the_way([poll], anna)
        await anna.do("POST", "/onlineagent/AGENT/saybusy")
        answer = await asyncio.wait_for(poll, PATIENCE)
        assert answer["event"]["eventType"] == "AgentState_SetNotReady_Success"


async def test_a_poll_is_not_held_for_longer_than_is_set() -> None:
    async with staged(CcGatewayOptions(poll_wait=150)) as stage:
        anna = stage.agent()
        await anna.sign_in()
        await read_all(anna)
        begin = time.monotonic()
        assert await anna.ask("GET", POLL) == NOTHING
        assert 0.14 < time.monotonic() - begin < PATIENCE


async def test_another_poll_takes_the_place_of_one_that_is_held() -> None:
    async with staged(HELD) as stage:
        anna = stage.agent()
        await anna.sign_in()
        await read_all(anna)
        first = held_poll(anna)
        await on_the_way([first], anna)
        second = held_poll(anna)
        assert await asyncio.wait_for(first, PATIENCE) == NOTHING
        await on_the_way([second], anna)
        await anna.do("POST", "/onlineagent/AGENT/work")
        answer = await asyncio.wait_for(second, PATIENCE)
        assert answer["event"]["eventType"] == "AgentState_SetWork_Success"


async def test_a_held_poll_learns_that_the_agent_was_signed_out() -> None:
    async with staged(HELD) as stage:
        anna = stage.agent()
        await anna.sign_in()
        await read_all(anna)
        poll = held_poll(anna)
        await on_the_way([poll], anna)
        await anna.do("DELETE", "/onlineagent/AGENT/logout")
        assert (await asyncio.wait_for(poll, PATIENCE))["retcode"] == "100-006"


async def test_a_held_poll_learns_that_somebody_else_has_signed_in() -> None:
    async with staged(HELD) as stage:
        anna, again = stage.agent(), stage.agent()
        await anna.sign_in()
        await read_all(anna)
        poll = held_poll(anna)
        await on_the_way([poll], anna)
        await again.sign_in("/forcelogin")
        answer = await asyncio.wait_for(poll, PATIENCE)
        assert answer["event"]["eventType"] == "AgentOther_ShutdownService"
        await read_all(again)


async def test_a_held_poll_is_renewed_when_it_is_answered() -> None:
    """The time it was held for counts."""
    async with staged(
        CcGatewayOptions(guid_interval=100, guid_timeout=60_000, poll_wait=300)
    ) as stage:
        anna = stage.agent()
        await anna.sign_in()
        await read_all(anna)
        before = anna.guid
        assert await anna.ask("GET", POLL) == NOTHING
        assert anna.guid != before
        await anna.do("GET", "/onlineagent/AGENT/agentstatus")


class Line:
    """A connection to the server, and polls by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    def poll(self, agent: Agent) -> None:
        path = f"{RESOURCE}/agentevent/{agent.id}"
        head = f"GET {path} HTTP/1.1\r\nHost: test\r\nGuid: {agent.guid}\r\n\r\n"
        self.writer.write(head.encode())

    async def answer(self) -> Json:
        head = await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), PATIENCE)
        [length] = [
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ]
        body: Json = json.loads(await self._reader.readexactly(length))
        return body

    async def cut(self) -> None:
        self.writer.transport.abort()
        await settled()


@asynccontextmanager
async def line_to(stage: Stage) -> AsyncIterator[Line]:
    parts = urlsplit(stage.centre.url)
    line = Line(*await asyncio.open_connection(parts.hostname, parts.port))
    try:
        yield line
    finally:
        line.writer.transport.abort()


async def test_a_held_poll_that_is_cut_takes_nothing_with_it() -> None:
    async with staged(HELD) as stage:
        anna = stage.agent()
        await anna.sign_in()
        await read_all(anna)
        for _ in range(5):
            async with line_to(stage) as line:
                line.poll(anna)
                await on_the_way([], anna)
                await line.cut()
            await anna.do("POST", "/onlineagent/AGENT/work")
            await anna.do("POST", "/onlineagent/AGENT/cancelwork")
            assert await anna.poll() == ("AgentState_SetWork_Success", None)
            assert await anna.poll() == ("AgentState_CancelWork_Success", None)


async def test_a_poll_that_is_cut_at_the_moment_of_its_answer() -> None:
    """The server does not know yet that nobody is there."""
    async with staged(HELD) as stage:
        anna = stage.agent()
        await anna.sign_in()
        await read_all(anna)
        seen = []
        for _ in range(10):
            async with line_to(stage) as line:
                line.poll(anna)
                await on_the_way([], anna)
                work = asyncio.create_task(anna.do("POST", "/onlineagent/AGENT/work"))
                line.writer.transport.abort()
                await work
            await anna.do("POST", "/onlineagent/AGENT/cancelwork")
            seen.append(await anna.poll())
            if seen[-1] == ("AgentState_SetWork_Success", None):
                seen.append(await anna.poll())
        names = [event[0] for event in seen if event is not None]
        assert names == ["AgentState_SetWork_Success", "AgentState_CancelWork_Success"] * 10


async def test_an_answer_that_cannot_be_written_does_not_count(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    [anna] = await stage.signed_in("15000")
    await anna.do("POST", "/onlineagent/AGENT/work")
    await anna.do("POST", "/onlineagent/AGENT/cancelwork")
    await settled()
    original = web.Response.write_eof

    async def fail(response: web.Response, data: bytes = b"") -> None:
        if b"SetWork" in bytes(response.body or b""):
            raise ConnectionResetError("gone")
        await original(response, data)

    monkeypatch.setattr(web.Response, "write_eof", fail)
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await anna.poll()
    monkeypatch.undo()
    assert await anna.names() == ["AgentState_SetWork_Success", "AgentState_CancelWork_Success"]
    assert "failed" not in caplog.text


async def test_polls_on_one_connection_come_in_order(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    for _ in range(3):
        await anna.do("POST", "/onlineagent/AGENT/work")
        await anna.do("POST", "/onlineagent/AGENT/cancelwork")
    await settled()
    async with line_to(stage) as line:
        for _ in range(7):
            line.poll(anna)
        told = [(await line.answer())["event"] for _ in range(7)]
    names = [event["eventType"] for event in told if event is not None]
    assert names == ["AgentState_SetWork_Success", "AgentState_CancelWork_Success"] * 3
    assert told[-1] is None


async def test_a_hundred_held_polls_cost_no_thread_and_are_answered_when_the_server_stops() -> None:
    async with staged(HELD, directory=demo(100)) as stage:
        agents = [stage.agent(str(15000 + n)) for n in range(100)]
        for agent in agents:
            await agent.sign_in()
            await read_all(agent)
        threads = threading.active_count()
        polls = [held_poll(agent) for agent in agents]
        await on_the_way(polls, agents[0])
        assert threading.active_count() == threads
        begin = time.monotonic()
        await stage.centre.app.shutdown()
        answers = await asyncio.wait_for(asyncio.gather(*polls), 2)
        assert time.monotonic() - begin < 2
        assert answers == [NOTHING] * 100
        # Nor is any held that comes now.
        assert await asyncio.wait_for(agents[0].ask("GET", POLL), 2) == NOTHING
