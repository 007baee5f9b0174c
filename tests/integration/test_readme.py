"""The programs in the README do what it says."""

import asyncio
import re
import sys
from pathlib import Path

import aiohttp

from tests.centre import Centre
from tests.integration.test_process import free_port

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
CLIENT, EMBEDDED = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


async def test_the_client_dials_and_hangs_up(centre: Centre) -> None:
    program = CLIENT.replace("http://127.0.0.1:8080", centre.url)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    dialing, released = output.decode().splitlines()
    assert dialing.startswith("StatusChange Dialing ")
    assert released.startswith("StatusChange Released ")


async def test_the_embedded_server_tells_what_it_is_told() -> None:
    port = free_port()
    program = EMBEDDED.replace("port=8090", f'host="127.0.0.1", port={port}')
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-c", program), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await asyncio.wait_for(process.stdout.readline(), 20)
    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession() as http:

        async def bayeux(**message: object) -> list[dict[str, object]]:
            async with http.post(url + "/bayeux", json=[message]) as response:
                replies: list[dict[str, object]] = await response.json()
                return replies

        [reply] = await bayeux(channel="/meta/handshake")
        client = reply["clientId"]
        await bayeux(channel="/meta/connect", clientId=client)
        await bayeux(channel="/meta/subscribe", clientId=client, subscription="/news")
        async with http.post(url + "/tell", data="hello") as response:
            assert response.status == 200
        event, _ = await bayeux(channel="/meta/connect", clientId=client)
        assert event == {"channel": "/news", "data": {"text": "hello"}}
    process.terminate()
    await asyncio.wait_for(process.wait(), 10)
