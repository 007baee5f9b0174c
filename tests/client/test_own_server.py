"""A server as a child process: started, found, stopped."""

import asyncio
import os
import sys

import pytest

from switchbell_client import own_server as module
from switchbell_client.errors import ConnectionLost
from switchbell_client.own_server import demo_command, own_server

READY = "print('Switchbell ready on http://127.0.0.1:4711', flush=True)"


def python(script: str) -> list[str]:
    return [sys.executable, "-c", script]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_command_is_a_demo_centre_on_a_free_port() -> None:
    serve = ["-m", "switchbell", "serve", "--data", ":memory:", "--demo"]
    assert demo_command()[1:] == [*serve, "--port", "0"]
    assert demo_command(60)[1:] == [*serve, "60", "--port", "0"]


async def test_it_runs_while_the_block_lasts(capfd: pytest.CaptureFixture[str]) -> None:
    script = f"""
import os, sys, time
print('Starting'); print(os.getpid(), file=sys.stderr, flush=True)
{READY}
sys.stdout.write('x' * 1_000_000); sys.stdout.flush()
print('wrote it all', file=sys.stderr, flush=True)
time.sleep(60)
"""
    async with asyncio.timeout(20), own_server(python(script)) as url:
        assert url == "http://127.0.0.1:4711"
        errors = ""
        while "wrote it all" not in errors:
            errors += capfd.readouterr().err
            await asyncio.sleep(0.01)  # nothing announces another process's output
        pid = int(errors.split()[0])
        assert is_running(pid)
    assert not is_running(pid)


async def test_one_that_does_not_start_is_reported() -> None:
    with pytest.raises(ConnectionLost, match="ended with status 2"):
        async with own_server(python("raise SystemExit(2)")):
            pytest.fail("it began all the same")


async def test_one_that_does_not_get_ready_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_START", 0.05)
    with pytest.raises(ConnectionLost, match="was not ready"):
        async with own_server(python("import time; time.sleep(60)")):
            pytest.fail("it began all the same")


async def test_one_that_will_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STOP", 0.05)
    deaf = f"import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); {READY}"
    async with asyncio.timeout(20), own_server(python(f"{deaf}; time.sleep(60)")):
        pass
