"""Agents at CC-Gateway, who speak to a centre in literal JSON."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from switchbell.config import Config
from switchbell.directory import Directory, demo
from switchbell.journal.base import Journal
from switchbell.journal.memory import MemoryJournal
from switchbell.rest.cc_gateway.options import CcGatewayOptions
from switchbell.voice.events import Change
from tests.centre import Centre, Json, running_centre

RESOURCE = "/agentgateway/resource"
PASSWORD = "switchbell"

AT_ONCE = CcGatewayOptions(poll_wait=0)
"""Polls are not held, so that one can tell that there is no more."""

# How many turns of the event loop it takes at most until all is told that is going to be.
TURNS = 50

Event = tuple[str, Any]


class Slow(MemoryJournal):
    """A journal whose followers hear of a change before the one who made it."""

    async def commit(self, change: Change) -> int:
        number = await super().commit(change)
        for _ in range(TURNS // 5):
            await asyncio.sleep(0)
        return number


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


class Agent:
    """The desktop of one agent. It sends the Guid that it was told last."""

    def __init__(self, centre: Centre, http: aiohttp.ClientSession, agent_id: str) -> None:
        self.id = agent_id
        self.guid: str | None = None
        self.guids: list[str] = []
        self._url = centre.url + RESOURCE
        self._http = http

    async def ask(self, method: str, path: str, body: Any = None) -> Json:
        """The answer, which comes with HTTP status 200. AGENT in a path is the agent's id."""
        status, answer = await self.send(method, path, body)
        assert status == 200
        return answer

    async def send(self, method: str, path: str, body: Any = None) -> tuple[int, Json]:
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        if self.guid is not None:
            headers["Guid"] = self.guid
        url = self._url + path.replace("AGENT", self.id)
        async with self._http.request(method, url, json=body, headers=headers) as response:
            if "Set-GUID" in response.headers:
                name, self.guid = response.headers["Set-GUID"].split("=")
                assert name == "JSESSIONID"
                self.guids.append(self.guid)
            answer: Json = await response.json()
            return response.status, answer

    async def do(self, method: str, path: str, body: Any = None) -> Any:
        """The result of an operation, which must succeed."""
        answer = await self.ask(method, path, body)
        assert (answer["message"], answer["retcode"]) == ("success", "0"), answer
        return answer.get("result")

    async def refused(self, method: str, path: str, body: Any = None) -> str:
        """The retcode of an operation that must not succeed, and says why."""
        answer = await self.ask(method, path, body)
        assert answer.keys() == {"message", "retcode", "result"}
        assert answer["result"] == {}
        assert len(answer["message"]) > 5
        code: str = answer["retcode"]
        assert code != "0"
        return code

    async def sign_in(self, path: str = "", **said: Any) -> Any:
        body = {"password": PASSWORD, "phonenum": self.id, "autoanswer": False, **said}
        return await self.do("PUT", f"/onlineagent/AGENT{path}", body)

    async def poll(self) -> Event | None:
        """The event of one poll, which must succeed."""
        answer = await self.ask("GET", "/agentevent/AGENT")
        assert (answer["message"], answer["retcode"]) == ("", "0"), answer
        event = answer["event"]
        if event is None:
            return None
        assert event.keys() == {"eventType", "workNo", "content"}
        assert event["workNo"] == self.id
        return event["eventType"], event["content"]

    async def events(self) -> list[Event]:
        """All events that wait, and those that are about to."""
        await settled()
        told = []
        while (event := await self.poll()) is not None:
            told.append(event)
        return told

    async def names(self) -> list[str]:
        """The types of these events."""
        return [name for name, _ in await self.events()]

    async def call_ids(self) -> list[str]:
        ids: list[str] = await self.do("GET", "/calldata/AGENT/allcallid")
        return ids


async def settled() -> None:
    """Let the server tell all that has happened, and do what follows of it."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


class Stage:
    """A demo centre with agents at CC-Gateway."""

    def __init__(self, centre: Centre, http: aiohttp.ClientSession) -> None:
        self.centre = centre
        self._http = http

    def agent(self, agent_id: str = "15000") -> Agent:
        return Agent(self.centre, self._http, agent_id)

    async def signed_in(self, *agent_ids: str, **said: Any) -> list[Agent]:
        """Agents who have read what signing in has told them."""
        agents = [self.agent(one) for one in agent_ids]
        for agent in agents:
            await agent.sign_in(**said)
            await agent.events()
        return agents

    async def talking(self, *agent_ids: str) -> list[Agent]:
        """Agents of whom the first has called the second, who has answered. They know that."""
        agents = await self.signed_in(*agent_ids)
        await agents[0].do("PUT", "/voicecall/AGENT/callinner", {"called": agents[1].id})
        await agents[1].do("PUT", "/voicecall/AGENT/answer")
        for agent in agents:
            await agent.events()
        return agents

    async def with_customer(self, *agent_ids: str) -> list[Agent]:
        """Agents of whom the first talks with a customer, +14155550142, who has called."""
        agents = await self.signed_in(*agent_ids)
        await self.ring_in(agents[0].id)
        await agents[0].do("PUT", "/voicecall/AGENT/answer")
        for agent in agents:
            await agent.events()
        return agents

    async def ring_in(self, number: str, customer: str = "+14155550142") -> Json:
        """A customer's call, as he sees it."""
        body = {"from": customer, "to": number}
        status, answer = await self.centre.desk().post("/trunk/calls", body)
        assert status == 200
        call: Json = answer["calls"][-1]
        return call

    async def customer(self, name: str) -> None:
        """What the only customer does with his call."""
        desk = self.centre.desk()
        _, answer = await desk.get("/trunk/calls")
        [call] = answer["calls"]
        path = f"/trunk/calls/{call['id']}"
        assert await desk.post(path, {"operationName": name}) == (200, {"statusCode": 0})


@asynccontextmanager
async def staged(
    options: CcGatewayOptions = AT_ONCE,
    *,
    clock: Callable[[], float] | None = None,
    directory: Directory | None = None,
    journal: Journal | None = None,
) -> AsyncIterator[Stage]:
    parameters: dict[str, Any] = {} if clock is None else {"clock": clock}
    config = Config(cc_gateway=options)
    directory = directory or demo()
    # A hundred polls at a time are no matter for a client.
    connector = aiohttp.TCPConnector(limit=0)
    jar = aiohttp.DummyCookieJar()
    async with (
        running_centre(config, journal, directory=directory, **parameters) as centre,
        aiohttp.ClientSession(connector=connector, cookie_jar=jar) as http,
    ):
        yield Stage(centre, http)
