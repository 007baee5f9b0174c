"""A server of one's own for as long as a demo or a load test runs: a child process."""

import asyncio
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from switchbell_client.errors import ConnectionLost

_READY = re.compile(r"Switchbell ready on (http://\S+)")
_START = 30.0
_STOP = 10.0


def demo_command(agents: int | None = None) -> list[str]:
    """The command line of a demo centre on a free port, with that many agents or the usual ones. It
    keeps nothing."""
    count = [] if agents is None else [str(agents)]
    serve = [sys.executable, "-m", "switchbell", "serve", "--data", ":memory:"]
    return [*serve, "--demo", *count, "--port", "0"]


@asynccontextmanager
async def own_server(command: Sequence[str]) -> AsyncIterator[str]:
    """Run a server and give its URL, once it is ready; stop it in the end.

    What it writes to standard error is shown. Raises ``ConnectionLost`` if it does not get ready.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=PIPE,
        # Ctrl-C is for this process, which then stops the server in good order.
        start_new_session=True,
    )
    try:
        url = await _ready_url(process)
        draining = asyncio.create_task(_drain(process))
        try:
            yield url
        finally:
            await _stop(process)
            await draining
    finally:
        await _stop(process)


async def _ready_url(process: Process) -> str:
    assert process.stdout is not None  # it was asked for
    try:
        async with asyncio.timeout(_START):
            async for line in process.stdout:
                if ready := _READY.search(line.decode(errors="replace")):
                    return ready[1]
            status = await process.wait()
    except TimeoutError:
        raise ConnectionLost(f"the server was not ready within {_START:.0f} s") from None
    raise ConnectionLost(f"the server ended with status {status} instead of getting ready")


async def _drain(process: Process) -> None:
    """Read on, or the server would stop at a full pipe."""
    assert process.stdout is not None  # it was asked for
    while await process.stdout.read(65536):
        pass


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP)
    except TimeoutError:
        process.kill()
        await process.wait()
