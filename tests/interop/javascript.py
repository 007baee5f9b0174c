"""JavaScript clients as processes: told what to do, they tell what happened."""

import asyncio
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.interop.serving import PATIENCE

FOLDER = Path(__file__).parent

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes. A line has a whole event in it."""


def what_is_missing() -> str | None:
    """Why there are no JavaScript clients to run; None if there are."""
    if shutil.which("node") is None:
        return "There is no Node to run CometD's and Faye's JavaScript clients."
    installed = FOLDER / "node_modules" / ".installed"
    wanted = (FOLDER / "package-lock.json").read_bytes()
    if not installed.exists() or installed.read_bytes() != wanted:
        return "The JavaScript clients are not installed: scripts/setup dev does it, with Node 20+."
    return None


def require_clients() -> None:
    """Leave the test out if there are no clients. Where tests count, it fails."""
    missing = what_is_missing()
    if missing is not None and os.environ.get("CI"):
        pytest.fail(missing, pytrace=False)
    if missing is not None:
        pytest.skip(missing)


class JavaScriptClient:
    """A client program in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._said: list[dict[str, Any]] = []
        self._taken: Counter[str] = Counter()
        self._news = asyncio.Condition()
        self._over = False
        self._complaints = b""
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, program: str, options: dict[str, Any]) -> "JavaScriptClient":
        process = await asyncio.create_subprocess_exec(
            "node",
            program,
            json.dumps(options),
            cwd=FOLDER,
            # Nothing else: both libraries would send what is meant for here to a proxy set there.
            env={"PATH": os.environ["PATH"]},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
        )
        return cls(process)

    @property
    def heard(self) -> list[Any]:
        """The data of all events so far, as they came."""
        return [news["data"] for news in self.said("event")]

    def do(self, command: str, **details: Any) -> None:
        """Tell the client to do something."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": command, **details}).encode() + b"\n")

    def said(self, kind: str) -> list[dict[str, Any]]:
        """All news of this kind so far."""
        return [news for news in self._said if news["said"] == kind]

    async def says(self, kind: str) -> dict[str, Any]:
        """The next news of this kind, of those that nobody has asked for yet."""
        number = self._taken[kind]
        await self._until(lambda: len(self.said(kind)) > number, f"it says {kind}")
        self._taken[kind] += 1
        return self.said(kind)[number]

    async def hears(self, count: int) -> list[Any]:
        """The data of all events so far, as soon as there are so many."""
        await self._until(lambda: len(self.heard) >= count, f"it hears {count} events")
        return self.heard

    async def hears_at_last(self, data: object) -> None:
        """Wait until the last event so far is this one."""
        await self._until(lambda: self.heard[-1:] == [data], f"it hears {data}")

    async def succeeds(self, kind: str) -> dict[str, Any]:
        """The next news of this kind, which must be good."""
        news = await self.says(kind)
        assert news["successful"] is True, news
        return news

    async def subscribe(self, channel: str) -> None:
        self.do("subscribe", channel=channel)
        await self.succeeds("subscribed")

    async def open(self, *channels: str) -> str:
        """Handshake, connect, subscribe. Returns the transport that the client has chosen."""
        self.do("handshake")
        await self.succeeds("handshaken")
        transport = (await self.says("connected"))["transport"]
        for channel in channels:
            await self.subscribe(channel)
        assert isinstance(transport, str)
        return transport

    async def leave(self) -> None:
        """Disconnect. The process ends by itself, and without complaints."""
        self.do("disconnect")
        await self.succeeds("disconnected")
        # There are no more commands to wait for; whatever else keeps it alive is its connection.
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._until(lambda: self._over, "it ends")
        assert (await self._process.wait(), self._complaints.decode()) == (0, "")

    async def kill(self) -> None:
        """End the process, if it has not ended."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._listening

    async def _until(self, condition: Callable[[], bool], meaning: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE), self._news:
                await self._news.wait_for(lambda: condition() or self._over)
        except TimeoutError:
            raise AssertionError(f"Waited in vain until {meaning}. {self._account()}") from None
        assert condition(), f"It ended before {meaning}. {self._account()}"

    def _account(self) -> str:
        return f"It said {self._said[-20:]} and complained {self._complaints.decode()!r}."

    async def _listen(self) -> None:
        await asyncio.gather(self._listen_to_news(), self._listen_to_complaints())
        async with self._news:
            self._over = True
            self._news.notify_all()

    async def _listen_to_news(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            async with self._news:
                self._said.append(json.loads(line))
                self._news.notify_all()

    async def _listen_to_complaints(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._complaints += line
