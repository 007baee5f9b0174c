"""A server that is killed and started again."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from tests.integration.test_process import free_port, process, ready


class MortalServer:
    """A demo centre in a process of its own, at the same address in all its lives. Without a
    directory it remembers nothing of the one before."""

    def __init__(self, directory: Path | None, agents: int) -> None:
        self.port = free_port()
        self.directory = directory
        self._data = str(directory or ":memory:")
        self._agents = agents
        self._life = AsyncExitStack()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._process = await self._life.enter_async_context(
            process(
                *("serve", "--demo", str(self._agents), "--port", str(self.port)),
                *("--data", self._data),
            )
        )
        await ready(self._process)

    async def end(self) -> None:
        """Kill the server for good, if it lives."""
        if self._process is not None:
            await self.kill()

    async def kill(self) -> None:
        """As by ``kill -9``. What the server has complained of until then is a failure."""
        assert self._process is not None
        self._process.kill()
        _, complaints = await self._process.communicate()
        self._process = None
        await self._life.aclose()
        assert complaints == b"", complaints.decode()
