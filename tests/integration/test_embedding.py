"""The program in docs/embedding.md does what the page says."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.integration.test_process import free_port

PAGE = (Path(__file__).parents[2] / "docs" / "embedding.md").read_text("utf-8")
[PROGRAM] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest_asyncio.fixture
async def url() -> AsyncIterator[str]:
    """Where the program serves."""
    port = free_port()
    program = PROGRAM.replace("port=8090", f'host="127.0.0.1", port={port}')
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-c", program), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await asyncio.wait_for(process.stdout.readline(), 20)
    yield f"http://127.0.0.1:{port}/bayeux"
    process.terminate()
    await asyncio.wait_for(process.wait(), 10)


def test_the_program_is_short() -> None:
    assert len(PROGRAM.splitlines()) <= 30


class Client:
    """Says something, and collects what comes of it."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.heard: list[dict[str, Any]] = []
        self._http = http
        self._url = url

    def on(self, channel: str) -> list[dict[str, Any]]:
        return [message for message in self.heard if message["channel"] == channel]

    async def say(self, **message: object) -> None:
        async with self._http.post(self._url, json=[message]) as response:
            self.heard += await response.json()

    async def listen(self) -> None:
        """Wait for more."""
        await self.say(channel="/meta/connect", clientId=self.heard[0]["clientId"])


class SocketClient(Client):
    """The same over a WebSocket."""

    async def open(self) -> None:
        self._socket = await self._http.ws_connect(self._url)

    async def say(self, **message: object) -> None:
        await self._socket.send_json([message])
        await self.listen()

    async def listen(self) -> None:
        self.heard += await self._socket.receive_json()


@pytest.mark.parametrize("make", [Client, SocketClient])
async def test_it_tells_the_time_and_adds(url: str, make: type[Client]) -> None:
    async with asyncio.timeout(20), aiohttp.ClientSession() as http:
        client = make(http, url)
        if isinstance(client, SocketClient):
            await client.open()
        await client.say(channel="/meta/handshake")
        me = {"clientId": client.heard[0]["clientId"]}
        await client.say(channel="/meta/subscribe", subscription="/time", **me)
        await client.say(channel="/service/add", id="7", data={"numbers": [1, 2, 3]}, **me)
        while not client.on("/time"):
            await client.listen()
    assert client.on("/time")[0]["data"]["now"] > 0
    answer, reply = client.on("/service/add")
    assert answer == {"channel": "/service/add", "id": "7", "data": {"sum": 6}}
    assert reply == {"channel": "/service/add", "id": "7", "successful": True}
