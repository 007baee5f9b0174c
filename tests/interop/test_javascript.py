"""What becomes of the tests without JavaScript clients, and with one that does not do as told."""

import shutil
from pathlib import Path

import pytest

from tests.interop import javascript
from tests.interop.conftest import Start
from tests.interop.javascript import require_clients

NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture
def without_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)


def test_without_node_tests_are_left_out(
    without_node: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="There is no Node"):
        require_clients()


def test_without_node_tests_fail_where_all_have_to_run(
    without_node: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="There is no Node"):
        require_clients()


@pytest.mark.parametrize("installed", [None, "an older one"])
def test_clients_other_than_the_locked_ones_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installed: str | None
) -> None:
    (tmp_path / "package-lock.json").write_text("today's")
    (tmp_path / "node_modules").mkdir()
    if installed is not None:
        (tmp_path / "node_modules" / ".installed").write_text(installed)
    monkeypatch.setattr(shutil, "which", lambda name: f"/somewhere/{name}")
    monkeypatch.setattr(javascript, "FOLDER", tmp_path)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="scripts/setup dev"):
        require_clients()


async def test_a_program_that_fails_is_not_waited_for(start: Start) -> None:
    client = await start("cometd", NOWHERE, "long-polling")
    client.do("dance")
    with pytest.raises(AssertionError, match="It ended before it hears 1 events"):
        await client.hears(1)


async def test_a_program_that_says_nothing_is_not_waited_for_long(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(javascript, "PATIENCE", 0.05)
    client = await start("cometd", NOWHERE, "long-polling")
    with pytest.raises(AssertionError, match="Waited in vain until it says connected"):
        await client.says("connected")
