"""Agents at work who hear of calls and devices alike: one can tell that they heard no more."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from switchbell.directory import Directory
from tests.centre import Centre, Desk, Json, running_centre

NUMBERS = {"A": "15000", "B": "15001", "C": "15002", "S": "15100"}


class Stage:
    """A, B and C, and the supervisor S. Their calls have names: those under which they are kept
    in ``calls``."""

    def __init__(self, centre: Centre, desks: dict[str, Desk]) -> None:
        self.centre = centre
        self.desks = desks
        self.calls: dict[str, str] = {}
        self._marks = count()

    def uri(self, name: str) -> str:
        """The URI of a call."""
        return f"{self.centre.url}/api/v2/me/calls/{self.calls[name]}"

    async def do(self, who: str, call: str, body: str) -> tuple[int, Json]:
        """Post an operation on a call. MAIN and CONSULT in the body stand for URIs."""
        for name in ("MAIN", "CONSULT"):
            if name in body:
                body = body.replace(name, self.uri(name.lower()))
        return await self.desks[who].post(f"/api/v2/me/calls/{self.calls[call]}", data=body)

    async def act(self, who: str, call: str, body: str) -> None:
        """An operation that must succeed; what was heard of it is forgotten."""
        assert await self.do(who, call, body) == (200, {"statusCode": 0})
        await self.forget()

    async def dial(self, who: str, number: str, name: str) -> None:
        """Make a call, to be known by a name from then on."""
        await self.desks[who].dial(number)
        self.calls[name] = (await self.desks[who].calls())[-1]["id"]
        await self.forget()

    async def heard(self, who: str) -> list[Json]:
        """All that somebody has heard since he was last asked."""
        mark = f"mark {next(self._marks)}"
        await self.desks[who].be("NotReady", reason=mark)
        heard = []
        while True:
            data = await self.desks[who].hear()
            if data.get("devices", [{}])[0].get("userState", {}).get("reason") == mark:
                return heard
            heard.append(data)

    async def forget(self) -> None:
        for who in self.desks:
            await self.heard(who)

    async def lines(self) -> dict[str, list[str]]:
        """What each has heard, by those who have heard anything."""
        lines = {who: [self._line(one) for one in await self.heard(who)] for who in self.desks}
        return {who: told for who, told in lines.items() if told}

    def _line(self, data: Json) -> str:
        if data["messageType"] == "DeviceStateChangeMessage":
            return "Device"
        names = {id_: name for name, id_ in self.calls.items()}
        if data["messageType"] == "ErrorMessage":
            return f"Error {data['errorCode']} {names.get(data['callUri'].split('/')[-1], 'new')}"
        assert data["messageType"] == "CallStateChangeMessage"
        call = data["call"]
        others = ",".join(sorted(one["digits"] for one in call["participants"]))
        name = names.get(call["id"], "new")
        return f"{data['notificationType']} {name} {call['state']} {others}"


@asynccontextmanager
async def staged(directory: Directory | None = None) -> AsyncIterator[Stage]:
    async with running_centre(directory=directory) as centre:
        listening = await centre.listening(*NUMBERS.values(), to="/v2/me/*")
        stage = Stage(centre, dict(zip(NUMBERS, listening, strict=True)))
        for desk in listening:
            await desk.start()
        await stage.forget()
        yield stage
