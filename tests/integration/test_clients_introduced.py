"""Stock clients that say who they are in ``ext.authentication`` and send no header."""

import asyncio
from typing import Any

import aiocometd_ng
import aiocometd_noloop
import pytest

from tests.centre import Centre
from tests.integration.stock import QUIET

WHO = {"user": "agent15001", "password": "switchbell"}


class EveryTime(aiocometd_ng.AuthExtension):
    """Says it with every message, as such extensions do."""

    async def outgoing(self, payload: Any, headers: Any = None) -> None:
        for message in payload:
            if self.is_due(message):
                message.setdefault("ext", {})["authentication"] = WHO

    def is_due(self, message: Any) -> bool:
        return True

    async def incoming(self, payload: Any, headers: Any = None) -> None:
        pass

    async def authenticate(self) -> None:
        pass


class Once(EveryTime):
    """Says it in the handshake alone."""

    def is_due(self, message: Any) -> bool:
        return bool(message["channel"] == "/meta/handshake")


class NoloopEveryTime(aiocometd_noloop.AuthExtension):
    outgoing = EveryTime.outgoing
    incoming = EveryTime.incoming
    authenticate = EveryTime.authenticate
    is_due = EveryTime.is_due


class NoloopOnce(NoloopEveryTime):
    is_due = Once.is_due


LIBRARIES = {
    "ng": (aiocometd_ng, EveryTime, Once),
    "noloop": (aiocometd_noloop, NoloopEveryTime, NoloopOnce),
}

pytestmark = [
    pytest.mark.parametrize("library", LIBRARIES),
    pytest.mark.parametrize("way", ["long-polling", "websocket"]),
    *QUIET,
]


async def hears(centre: Centre, url: str, module: Any, way: str, extension: Any) -> None:
    connection_type = module.ConnectionType(way)
    async with asyncio.timeout(10), module.Client(url, connection_type, auth=extension) as client:
        await client.subscribe("/v2/me/calls")
        await centre.desk("agent15000").dial("15001")
        ringing = await client.receive()
        assert ringing["data"]["call"]["state"] == "Ringing"


async def test_with_every_message(centre: Centre, library: str, way: str) -> None:
    module, every_time, _ = LIBRARIES[library]
    url = centre.url + "/api/v2/notifications"
    await hears(centre, url, module, way, every_time())


async def test_in_the_handshake_where_the_server_has_a_name(
    centre: Centre, library: str, way: str
) -> None:
    """aiohttp's client keeps no cookies of servers that are known by a number."""
    module, _, once = LIBRARIES[library]
    url = centre.url.replace("127.0.0.1", "localhost") + "/api/v2/notifications"
    await hears(centre, url, module, way, once())
