"""A server that answers what a test tells it to, in literal JSON: it shares no code with ours."""

import asyncio
import json
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, ClassVar

from aiocometd.constants import ConnectionType
from aiohttp import web
from aiohttp.test_utils import TestServer

ADVICE = {"reconnect": "retry", "interval": 0, "timeout": 30000}
HANDSHAKEN = {
    "channel": "/meta/handshake",
    "successful": True,
    "version": "1.0",
    "minimumVersion": "1.0",
    "clientId": "a1b2c3d4e5f6",
    "supportedConnectionTypes": ["websocket", "long-polling"],
    "advice": ADVICE,
}
CONNECTED = {"channel": "/meta/connect", "successful": True}
CONNECT_FAILED = {"channel": "/meta/connect", "successful": False}
SESSION_UNKNOWN = {
    "channel": "/meta/connect",
    "successful": False,
    "error": "402::session_unknown",
    "advice": {"reconnect": "handshake", "interval": 0},
}
HANDSHAKE_DENIED = {
    "channel": "/meta/handshake",
    "successful": False,
    "error": "403::handshake_denied",
    "advice": {"reconnect": "none"},
}
RELEASED_CALL = json.loads("""
{"id":"01RCC3N118B1VOSL807GK2LAES00000B","state":"Released",
 "callUuid":"01RCC3N118B1VOSL807GK2LAES00000B","connId":"007102719818000b",
 "deviceUri":"http://127.0.0.1:8080/api/v2/devices/631608b3-ce61-472b-ba05-2ae39555b0d1",
 "participants":[{"e164Number":"","formattedPhoneNumber":"15002","phoneNumber":"15002",
  "digits":"15002"}],
 "dnis":"15002","callType":"Consult","capabilities":[],
 "parentCallUri":"http://127.0.0.1:8080/api/v2/me/calls/01RCC3N118B1VOSL807GK2LAES000009",
 "duration":"24","mute":"Off","supervisorListeningIn":false,"monitoredUserMuted":false,
 "monitoring":false,
 "uri":"http://127.0.0.1:8080/api/v2/me/calls/01RCC3N118B1VOSL807GK2LAES00000B",
 "path":"/calls/01RCC3N118B1VOSL807GK2LAES00000B",
 "parentCallPath":"/calls/01RCC3N118B1VOSL807GK2LAES000009"}
""")
DEVICES = {
    "statusCode": 0,
    "devices": [
        {
            "id": "631608b3-ce61-472b-ba05-2ae39555b0d1",
            "deviceState": "Active",
            "userState": {"id": "9430250E", "displayName": "Ready", "state": "Ready"},
            "phoneNumber": "15000",
            "e164Number": "",
            "telephonyNetwork": "Private",
            "doNotDisturb": "Off",
            "capabilities": ["ForwardCallsOn", "DoNotDisturbOn"],
        }
    ],
}


def call_event(number: int = 0, **changes: Any) -> dict[str, Any]:
    """A call's notification as the server sends it; ``number`` tells one from another."""
    return {
        "channel": "/v2/me/calls",
        "data": {
            "notificationType": "StatusChange",
            "call": {**RELEASED_CALL, "id": f"CALL{number}"},
            "phoneNumber": "15000",
            "extensions": {"BusinessCall": 0},
            "messageType": "CallStateChangeMessage",
            **changes,
        },
    }


def device_event(**changes: Any) -> dict[str, Any]:
    """A device's notification as the server sends it."""
    return {
        "channel": "/v2/me/devices",
        "data": {
            "messageType": "DeviceStateChangeMessage",
            "devices": [
                {
                    "id": "631608b3-ce61-472b-ba05-2ae39555b0d1",
                    "deviceState": "Active",
                    "userState": {
                        "id": "900D55CC-2BB0-431F-8BF9-D3525B383BE6",
                        "displayName": "Not Ready",
                        "state": "NotReady",
                        "reason": "Lunch",
                    },
                    "phoneNumber": "15000",
                    "description": "",
                    "e164Number": "",
                    "telephonyNetwork": "Private",
                    "doNotDisturb": "Off",
                    "capabilities": ["ForwardCallsOff", "CancelSupervisorMonitoring"],
                    "channels": ["voice"],
                    "forwardTo": "6200",
                    "supervisorMonitoringState": {
                        "state": "ListenIn",
                        "mode": "AllCalls",
                        "scope": "Call",
                        "targetDeviceUri": "http://127.0.0.1:8080/api/v2/devices/D2",
                    },
                }
            ],
            **changes,
        },
    }


@dataclass
class Request:
    """One HTTP request as it came in, or one frame of a WebSocket that a GET has opened."""

    at: float
    method: str
    body: Any
    headers: dict[str, str]
    cookies: dict[str, str]


@dataclass
class Hang:
    """Answer that never comes."""


@dataclass
class Drop:
    """No answer to a REST request: the connection is cut."""


@dataclass
class Raw:
    """Answer that is none of Bayeux's."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Cut:
    """Answer that is lost half-way, with the connection."""

    messages: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Frames:
    """Answer over a WebSocket that comes bit by bit, all but the first when ``rest`` is set."""

    messages: list[list[dict[str, Any]]]
    rest: asyncio.Event | None = None


@dataclass
class Close:
    """A WebSocket is closed instead of an answer."""

    code: int


Answer = list[dict[str, Any]] | Drop | Hang | Raw | Cut | Frames | Close


NO_CALLS = Raw(200, '{"statusCode":0,"calls":[]}')


def one_call(call_id: str) -> Raw:
    """The list of an agent's calls, with one that it can hang up."""
    call = {"id": call_id, "state": "Held", "capabilities": ["Retrieve", "Hangup"]}
    return Raw(200, json.dumps({"statusCode": 0, "calls": [call]}))


def addressed(
    replies: list[dict[str, Any]], messages: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Replies with the ids of the messages that they answer."""
    ids = {(message["channel"], message.get("subscription")): message["id"] for message in messages}
    about = [(reply["channel"], reply.get("subscription")) for reply in replies]
    return [
        {"id": ids[key], **reply} if key in ids else reply
        for key, reply in zip(about, replies, strict=True)
    ]


class FakeServer:
    """Bayeux and REST. Answers what was scripted for the first message's channel or for the
    method and path, else what a friendly server would; a connect is held until ``push``."""

    connection_types: ClassVar = [ConnectionType.LONG_POLLING]

    def __init__(self) -> None:
        self.script: dict[str, deque[Answer]] = defaultdict(deque)
        self.requests: dict[str, list[Request]] = defaultdict(list)
        self._arrived = asyncio.Condition()
        self._queue: asyncio.Queue[Answer] = asyncio.Queue()
        self._held = 0
        self._sessions = 0
        self._greeted: set[str] = set()
        app = web.Application()
        self._add_routes(app)
        app.router.add_route("*", "/api/v2/{path:.*}", self._rest)
        app.router.add_route("*", "/trunk/{path:.*}", self._rest)
        self._server = TestServer(app)

    def _add_routes(self, app: web.Application) -> None:
        app.router.add_post("/api/v2/notifications", self._bayeux)

    async def __aenter__(self) -> "FakeServer":
        await self._server.start_server(shutdown_timeout=0.01)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        return str(self._server.make_url("")).rstrip("/")

    @property
    def bayeux_url(self) -> str:
        return f"{self.url}/api/v2/notifications"

    def push(self, *messages: dict[str, Any]) -> None:
        """Answer the connect that is held, or the next one, with a reply and these events."""
        self._queue.put_nowait([CONNECTED, *messages])

    async def until_held(self) -> None:
        """Wait until all that was pushed is taken, and a connect waits for more."""
        async with asyncio.timeout(5), self._arrived:
            await self._arrived.wait_for(lambda: self._held > 0 and self._queue.empty())

    async def seen(self, what: str, count: int = 1) -> list[Request]:
        """Wait for that many requests with this first channel, or method and path."""
        async with asyncio.timeout(5), self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests[what]) >= count)
        return self.requests[what]

    async def _note(self, what: str, request: web.Request, body: Any) -> None:
        now = asyncio.get_running_loop().time()
        async with self._arrived:
            self.requests[what].append(
                Request(now, request.method, body, dict(request.headers), dict(request.cookies))
            )
            self._arrived.notify_all()

    async def _bayeux(self, request: web.Request) -> web.Response:
        messages = await request.json()
        channel = messages[0]["channel"]
        await self._note(channel, request, messages)
        answer = await self._bayeux_answer(channel, messages)
        if isinstance(answer, Hang):
            await asyncio.Event().wait()
        if isinstance(answer, Raw):
            return web.Response(status=answer.status, text=answer.text, headers=answer.headers)
        if isinstance(answer, Cut):
            return await self._cut(request, addressed(answer.messages, messages))
        assert isinstance(answer, list)
        response = web.json_response(addressed(answer, messages))
        response.set_cookie("JSESSIONID", "c00k1e")
        return response

    async def _cut(self, request: web.Request, replies: list[dict[str, Any]]) -> web.Response:
        text = json.dumps(replies).encode()
        response = web.Response(headers={"Content-Length": str(len(text))})
        await response.prepare(request)
        assert request.transport is not None
        request.transport.write(text[:-1])
        request.transport.close()
        return response

    async def _bayeux_answer(self, channel: str, messages: list[dict[str, Any]]) -> Answer:
        renewed = [
            {"channel": "/meta/subscribe", "successful": True, "subscription": m["subscription"]}
            for m in messages
            if m["channel"] == "/meta/subscribe"
        ]
        if self.script[channel]:
            answer = self.script[channel].popleft()
            if isinstance(answer, list) and answer[0].items() >= CONNECTED.items():
                self._greeted.add(messages[0]["clientId"])
            return [*answer, *renewed] if answer == [CONNECTED] else answer
        if channel == "/meta/handshake":
            self._sessions += 1
            return [{**HANDSHAKEN, "clientId": f"a1b2c3d4e5f6{self._sessions}"}]
        if channel != "/meta/connect":
            return renewed or [{"channel": channel, "successful": True}]
        client_id = messages[0]["clientId"]
        hold = messages[0].get("advice", {}).get("timeout") != 0
        if client_id not in self._greeted or renewed or not hold:
            self._greeted.add(client_id)
            return [{**CONNECTED, "advice": ADVICE}, *renewed]
        return await self._hold()

    async def _hold(self) -> Answer:
        async with self._arrived:
            self._held += 1
            self._arrived.notify_all()
        try:
            return await self._queue.get()
        finally:
            self._held -= 1

    async def _rest(self, request: web.Request) -> web.Response:
        what = f"{request.method} {request.raw_path}"
        body = await request.json() if request.can_read_body else None
        await self._note(what, request, body)
        if self.script[what]:
            answer = self.script[what].popleft()
            if isinstance(answer, Hang):
                await asyncio.Event().wait()
            if isinstance(answer, Drop):
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            assert isinstance(answer, Raw)
            return web.Response(
                status=answer.status,
                text=answer.text,
                headers={"Content-Type": "application/json", **answer.headers},
            )
        if what == "GET /api/v2/me/devices?fields=*":
            return web.json_response(DEVICES)
        return web.json_response({"statusCode": 0})
