"""Which server the demo uses."""

import sys

import pytest

from switchbell_client.demo import __main__ as demo
from tests.client.fakes import FakeServer, Raw

OWN = "print('Switchbell ready on http://127.0.0.1:4711', flush=True); import time; time.sleep(60)"
DENIED = Raw(403, '{"statusCode":20,"statusMessage":"Access denied"}')


@pytest.fixture
def usual(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> FakeServer:
    monkeypatch.setattr(demo, "_USUAL_URL", server.url)
    monkeypatch.setattr(demo, "demo_command", lambda: [sys.executable, "-c", OWN])
    return server


@pytest.fixture
def said() -> list[str]:
    return []


async def test_the_one_that_is_named(usual: FakeServer, said: list[str]) -> None:
    async with demo._server("http://elsewhere", said.append) as url:
        assert url == "http://elsewhere"
    assert not usual.requests
    assert said == []


async def test_the_demo_centre_that_runs_at_the_usual_place(
    usual: FakeServer, said: list[str]
) -> None:
    async with demo._server(None, said.append) as url:
        assert url == usual.url
    assert said == []


async def test_its_own_where_another_one_runs(usual: FakeServer, said: list[str]) -> None:
    usual.script["GET /api/v2/me/devices?fields=*"].append(DENIED)
    async with demo._server(None, said.append) as url:
        assert url == "http://127.0.0.1:4711"
    assert said == [f"No demo centre at {usual.url}: starting one."]


async def test_its_own_where_none_runs(usual: FakeServer, said: list[str]) -> None:
    await usual._server.close()
    async with demo._server(None, said.append) as url:
        assert url == "http://127.0.0.1:4711"
    assert said == [f"No server at {demo._USUAL_URL}: starting one."]
