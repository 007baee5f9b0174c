"""A demo centre to test against, and agents' desks that speak to it in literal JSON."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import aiohttp
from aiohttp import web

from switchbell.app import build_app, build_runner
from switchbell.config import Config
from switchbell.directory import Directory, demo
from switchbell.journal.base import Journal

Json = dict[str, Any]

PATIENCE = 5.0

CALLS = "/v2/me/calls"


class Desk:
    """One agent's desktop."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url = url
        self._http = http
        self._heard: asyncio.Queue[Json] = asyncio.Queue()
        self._client_id = ""
        self._polling: asyncio.Task[None] | None = None

    async def get(self, path: str) -> tuple[int, Json]:
        async with self._http.get(self._url + path) as response:
            return response.status, await response.json()

    async def post(self, path: str, body: Any = None, **options: Any) -> tuple[int, Json]:
        options = options or {"json": body}
        async with self._http.post(self._url + path, **options) as response:
            return response.status, await response.json()

    async def operate(self, call_id: str, name: str, **parameters: Any) -> None:
        """An operation on a call, which must succeed."""
        body = {"operationName": name, **parameters}
        assert await self.post(f"/api/v2/me/calls/{call_id}", body) == (200, {"statusCode": 0})

    async def dial(self, number: str, **parameters: Any) -> None:
        body = {"operationName": "Dial", "destination": {"phoneNumber": number}, **parameters}
        path = f"/api/v2/me/devices/{await self.device_id()}/calls"
        assert await self.post(path, body) == (200, {"statusCode": 0})

    async def device_id(self) -> str:
        _, answer = await self.get("/api/v2/me/devices?fields=id")
        return str(answer["devices"][0]["id"])

    async def calls(self) -> list[Json]:
        _, answer = await self.get("/api/v2/me/calls?fields=*")
        calls: list[Json] = answer["calls"]
        return calls

    async def set_up(self, name: str, **parameters: Any) -> None:
        """An operation on the agent's own device, which must succeed."""
        body = {"operationName": name, **parameters}
        path = f"/api/v2/me/devices/{await self.device_id()}"
        assert await self.post(path, body) == (200, {"statusCode": 0})

    async def be(self, name: str, **parameters: Any) -> None:
        """An operation on the agent's voice channel, which must succeed."""
        body = {"operationName": name, **parameters}
        assert await self.post("/api/v2/me/channels/voice", body) == (200, {"statusCode": 0})

    async def start(self, **parameters: Any) -> None:
        """Begin to work, which must succeed."""
        body = {"operationName": "StartContactCenterSession", "channels": ["voice"], **parameters}
        assert await self.post("/api/v2/me", body) == (200, {"statusCode": 0})

    async def device(self) -> Json:
        """The agent's device as it is read."""
        _, answer = await self.get("/api/v2/me/devices?fields=*")
        device: Json = answer["devices"][0]
        return device

    async def listen(self, *channels: str) -> None:
        """Join, and poll from then on."""
        await self.join(*channels)
        self._polling = asyncio.create_task(self._poll())

    async def join(self, *channels: str) -> None:
        """Handshake, connect, and subscribe to the agent's calls, or to these channels."""
        [reply] = await self.bayeux(
            {
                "channel": "/meta/handshake",
                "version": "1.0",
                "supportedConnectionTypes": ["long-polling"],
            }
        )
        assert reply["successful"], reply
        self._client_id = reply["clientId"]
        await self.connect()
        await self.bayeux(
            {
                "channel": "/meta/subscribe",
                "clientId": self._client_id,
                "subscription": channels or CALLS,
            }
        )

    async def connect(self) -> list[Json]:
        return await self.bayeux(
            {
                "channel": "/meta/connect",
                "clientId": self._client_id,
                "connectionType": "long-polling",
            }
        )

    async def bayeux(self, *messages: Json) -> list[Json]:
        async with self._http.post(self._url + "/api/v2/notifications", json=messages) as response:
            assert response.status == 200
            replies: list[Json] = await response.json()
            return replies

    async def hear(self) -> Json:
        """The data of the next notification."""
        return await asyncio.wait_for(self._heard.get(), PATIENCE)

    async def hear_state(self, state: str, notification_type: str = "StatusChange") -> Json:
        """The call in the next notification, which must be of this state and type."""
        data = await self.hear()
        assert (data["notificationType"], data["call"]["state"]) == (notification_type, state)
        call: Json = data["call"]
        return call

    async def hear_device(self) -> Json:
        """The device in the next notification, which must be of one."""
        data = await self.hear()
        assert data.keys() == {"messageType", "devices"}, data
        assert data["messageType"] == "DeviceStateChangeMessage"
        [device] = data["devices"]
        found: Json = device
        return found

    def has_heard_all(self) -> bool:
        return self._heard.empty()

    async def close(self) -> None:
        if self._polling is not None:
            self._polling.cancel()
            with suppress(asyncio.CancelledError):
                await self._polling
        await self._http.close()

    async def _poll(self) -> None:
        while True:
            for message in await self.connect():
                if not message["channel"].startswith("/meta/"):
                    self._heard.put_nowait(message["data"])


class Centre:
    """A running demo centre; ``app`` is its application if it runs in this process."""

    def __init__(self, url: str, app: web.Application | None = None) -> None:
        self.url = url
        self.app = app or web.Application()
        self._desks = AsyncExitStack()

    def desk(self, user: str = "agent15000", password: str = "switchbell") -> Desk:
        headers = {"Authorization": aiohttp.encode_basic_auth(user, password)}
        http = aiohttp.ClientSession(headers=headers, cookie_jar=aiohttp.DummyCookieJar())
        desk = Desk(self.url, http)
        self._desks.push_async_callback(desk.close)
        return desk

    async def listening(self, *numbers: str, to: str = CALLS) -> list[Desk]:
        """Desks of the agents with these numbers, or the supervisor's, listening to a channel."""
        desks = [self.desk("supervisor" if one == "15100" else f"agent{one}") for one in numbers]
        for desk in desks:
            await desk.listen(to)
        return desks

    async def close(self) -> None:
        await self._desks.aclose()


@asynccontextmanager
async def running_centre(
    config: Config | None = None,
    journal: Journal | None = None,
    *,
    clock: Callable[[], float] = time.time,
    public_url: str | None = None,
    directory: Directory | None = None,
) -> AsyncIterator[Centre]:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = config or Config()
    app = build_app(
        config,
        directory or demo(config.demo_agents),
        public_url=public_url or url,
        journal=journal,
        clock=clock,
    )
    runner = build_runner(app)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    centre = Centre(url, app)
    try:
        yield centre
    finally:
        await centre.close()
        await runner.cleanup()
