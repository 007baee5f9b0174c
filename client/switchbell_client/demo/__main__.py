"""``python -m switchbell_client.demo [--url URL]``."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from rich.console import Console

from switchbell_client.agent import AgentClient
from switchbell_client.demo.conference import A, B, C, play
from switchbell_client.demo.stage import Stage, StepFailed
from switchbell_client.demo.timeline import Timeline
from switchbell_client.errors import SwitchbellError
from switchbell_client.own_server import demo_command, own_server

_USUAL_URL = "http://127.0.0.1:8080"
_PASSWORD = "switchbell"  # noqa: S105 - the demo centre's, known to all
_PATIENCE = 5.0


@asynccontextmanager
async def _server(url: str | None) -> AsyncIterator[str]:
    """The given server, else a demo centre at the usual place, else one of our own."""
    if url is not None:
        yield url
    elif await _is_demo_centre(_USUAL_URL):
        yield _USUAL_URL
    else:
        async with own_server(demo_command()) as own_url:
            yield own_url


async def _is_demo_centre(url: str) -> bool:
    try:
        async with AgentClient(url, f"agent{A}", _PASSWORD, connection_timeout=2.0):
            return True
    except SwitchbellError:
        return False


async def perform(url: str | None, console: Console) -> None:
    """Log the agents in and play the scenario. Raises ``StepFailed`` or ``SwitchbellError``."""
    timeline = Timeline(console)
    async with AsyncExitStack() as stack:
        server_url = await stack.enter_async_context(_server(url))
        timeline.heading(server_url)
        timeline.step(f"{A}, {B} and {C} log in")
        agents = {
            number: await stack.enter_async_context(
                AgentClient(server_url, f"agent{number}", _PASSWORD)
            )
            for number in (A, B, C)
        }
        stage = Stage(agents, timeline.notification, patience=_PATIENCE)
        following = [asyncio.create_task(stage.follow(number)) for number in agents]
        try:
            await play(agents, stage, timeline.step)
        finally:
            for task in following:
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)
    timeline.end("The conference was played through; every notification came.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the demo; 0 when it went through, 1 when not."""
    parser = argparse.ArgumentParser(prog="switchbell_client.demo", description=__doc__)
    parser.add_argument(
        "--url", help=f"server to use; without it {_USUAL_URL} if one is there, else an own one"
    )
    options = parser.parse_args(arguments)
    try:
        asyncio.run(perform(options.url, Console(highlight=False)))
    except (StepFailed, SwitchbellError) as error:
        sys.stderr.write(f"The demo failed: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
