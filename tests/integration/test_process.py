"""The server as a process: it says when it is ready, and ends as it should."""

import asyncio
import os
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.centre import Centre, Desk

AUTHORIZATION = aiohttp.encode_basic_auth("agent15000", "switchbell")
KEEPS_NOTHING = ("--data", ":memory:")
READY = re.compile(r"Switchbell ready on (http://127\.0\.0\.1:\d+)\n")


@asynccontextmanager
async def process(*arguments: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "switchbell", *arguments, *(() if "--data" in arguments else KEEPS_NOTHING)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | environment,
    )
    try:
        yield server
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()


async def ready(server: asyncio.subprocess.Process) -> str:
    assert server.stdout is not None
    line = (await asyncio.wait_for(server.stdout.readline(), 20)).decode()
    match = READY.fullmatch(line)
    assert match, line
    return match[1]


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def test_sigterm_answers_a_hundred_held_polls_and_ends_within_two_seconds() -> None:
    async with process("serve", "--demo", "100", "--port", "0") as server:
        centre = Centre(await ready(server))
        desks = [centre.desk(f"agent{15000 + n}") for n in range(100)]
        polls = [await held_poll(desk) for desk in desks]
        await round_trips(desks[0])
        assert not any(poll.done() for poll in polls)

        begin = time.monotonic()
        server.send_signal(signal.SIGTERM)
        answers = await asyncio.wait_for(asyncio.gather(*polls), 2)
        assert await asyncio.wait_for(server.wait(), 2) == 0
        assert time.monotonic() - begin < 2
        for [reply] in answers:
            assert reply["channel"] == "/meta/connect"
            assert reply["successful"] is True
        await centre.close()
        assert server.stderr is not None
        assert b"Traceback" not in await server.stderr.read()


async def test_sigterm_answers_held_polls_of_cc_gateway() -> None:
    async with process("serve", "--demo", "--port", "0") as server, aiohttp.ClientSession() as http:
        url = await ready(server) + "/agentgateway/resource"
        polls = []
        for number in range(15000, 15010):
            body = {"password": "switchbell", "phonenum": str(number)}
            async with http.put(f"{url}/onlineagent/{number}", json=body) as response:
                headers = {"Guid": response.headers["Set-GUID"].removeprefix("JSESSIONID=")}
            for _ in ("AgentOther_InService", "AgentState_Ready"):
                await polled(http, url, number, headers)
            polls.append(asyncio.create_task(polled(http, url, number, headers)))
        for _ in range(3):
            async with http.get(f"{url}/onlineagent/15000/agentstatus") as response:
                assert (await response.json())["retcode"] == "000-003"
        assert not any(poll.done() for poll in polls)
        begin = time.monotonic()
        server.send_signal(signal.SIGTERM)
        nothing = {"message": "", "retcode": "0", "event": None}
        assert await asyncio.wait_for(asyncio.gather(*polls), 2) == [nothing] * 10
        assert await asyncio.wait_for(server.wait(), 2) == 0
        assert time.monotonic() - begin < 2
        assert server.stderr is not None
        assert b"Traceback" not in await server.stderr.read()


async def polled(
    http: aiohttp.ClientSession, url: str, number: int, headers: dict[str, str]
) -> object:
    async with http.get(f"{url}/agentevent/{number}", headers=headers) as response:
        return await response.json()


async def test_sigterm_does_not_wait_for_bodies_that_do_not_come() -> None:
    async with process("serve", "--demo", "--port", "0") as server:
        url = await ready(server)
        writers = []
        for path in ("/api/v2/notifications", "/api/v2/me/calls/X"):
            _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {AUTHORIZATION}\r\n"
            writer.write(head.encode() + b"Content-Length: 9\r\n\r\n{")
            writers.append(writer)
        centre = Centre(url)
        await round_trips(centre.desk())
        await centre.close()
        server.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(server.wait(), 2) == 0
        for writer in writers:
            writer.close()


async def round_trips(desk: Desk) -> None:
    """Give the server its turn: when it has answered these, it has read what was sent before."""
    for _ in range(3):
        assert (await desk.get("/api/v2/me"))[0] == 200


async def held_poll(desk: Desk) -> "asyncio.Task[list[dict[str, object]]]":
    [reply] = await desk.bayeux({"channel": "/meta/handshake", "version": "1.0"})
    connect = {
        "channel": "/meta/connect",
        "clientId": reply["clientId"],
        "connectionType": "long-polling",
    }
    await desk.bayeux(connect)
    return asyncio.create_task(desk.bayeux(connect))


async def test_an_idle_server_ends_on_sigint_too() -> None:
    async with process("serve", "--demo", "--port", "0") as server:
        await ready(server)
        server.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(server.wait(), 2) == 0


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["serve"], {}, "--demo"),
        (["serve", "--demo", "--port", "nine"], {}, "--port"),
        (["serve", "--demo", "--host", "192.0.2.1"], {}, "cannot listen on 192.0.2.1:8080"),
        (["serve", "--demo", "--host", "foo..bar"], {}, "cannot listen on foo..bar:8080"),
        (["serve", "--demo"], {"SWITCHBELL_BAYEUX_TIMEOUT": "long"}, "SWITCHBELL_BAYEUX_TIMEOUT"),
    ],
)
async def test_a_bad_configuration_is_one_line_and_exit_code_2(
    arguments: list[str], environment: dict[str, str], said: str
) -> None:
    async with process(*arguments, **environment) as server:
        output, errors = await asyncio.wait_for(server.communicate(), 20)
        assert server.returncode == 2
        assert output == b""
        [line] = errors.decode().splitlines()
        assert line.startswith("switchbell: ")
        assert said in line


async def test_what_is_not_http_is_refused_without_a_traceback() -> None:
    async with process("serve", "--demo", "--port", "0") as server:
        url = await ready(server)
        for nonsense in (b"\x16\x03\x01\x02\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"POST x\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            writer.write(nonsense)
            answer = await asyncio.wait_for(reader.read(), 5)
            assert answer.startswith(b"HTTP/1.")
            assert b" 400 " in answer.splitlines()[0]
            assert b"Traceback" not in answer
            writer.close()
        headers = {"Content-Encoding": "gzip", "Connection": "close"}
        async with aiohttp.ClientSession(headers=headers) as http:
            for path, status in [
                ("/api/v2/me/calls/X", 403),
                ("/nowhere", 404),
                ("/api/v2/notifications", 400),
            ]:
                async with http.post(url + path, data=b"not packed") as response:
                    assert response.status == status
        server.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(server.communicate(), 5)
        assert b"Traceback" not in errors


async def test_uris_start_with_the_public_url() -> None:
    public = ("--public-url", "https://centre.example")
    async with process("serve", "--demo", "--port", "0", *public) as server:
        centre = Centre(await ready(server))
        _, answer = await centre.desk().get("/api/v2/me/devices")
        assert answer["uris"][0].startswith("https://centre.example/api/v2/devices/")
        await centre.close()
