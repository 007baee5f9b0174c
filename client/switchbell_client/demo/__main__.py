"""``python -m switchbell_client.demo [--url URL]``."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from rich.console import Console

from switchbell_client import demo as package
from switchbell_client.agent import AgentClient
from switchbell_client.command_line import url_option
from switchbell_client.demo.conference import A, B, C, play
from switchbell_client.demo.stage import Stage, StepFailed
from switchbell_client.demo.timeline import Screen, Timeline
from switchbell_client.errors import ConnectionLost, SwitchbellError
from switchbell_client.leftovers import end_leftovers
from switchbell_client.own_server import demo_command, own_server

_USUAL_URL = "http://127.0.0.1:8080"
_PASSWORD = "switchbell"  # noqa: S105 - the demo centre's, known to all
_PATIENCE = 5.0


@asynccontextmanager
async def _server(url: str | None, say: Callable[[str], None]) -> AsyncIterator[str]:
    """The given server, else a demo centre at the usual place, else one of our own."""
    if url is not None:
        yield url
        return
    obstacle = await _obstacle(_USUAL_URL)
    if obstacle is None:
        yield _USUAL_URL
        return
    say(f"{obstacle} at {_USUAL_URL}: starting one.")
    async with own_server(demo_command()) as own_url:
        yield own_url


async def _obstacle(url: str) -> str | None:
    """Why the demo cannot be played at a server; None when it can."""
    try:
        async with AgentClient(url, f"agent{A}", _PASSWORD, connection_timeout=2.0):
            return None
    except ConnectionLost:
        return "No server"
    except SwitchbellError:
        return "No demo centre"


async def perform(url: str | None, console: Console) -> None:
    """Log the agents in and play the scenario. Raises ``StepFailed`` or ``SwitchbellError``."""
    timeline = Timeline(console)
    async with AsyncExitStack() as stack:
        server_url = await stack.enter_async_context(_server(url, timeline.remark))
        agents = {
            number: await stack.enter_async_context(
                AgentClient(server_url, f"agent{number}", _PASSWORD)
            )
            for number in (A, B, C)
        }
        timeline.heading(server_url)
        timeline.step(f"{A}, {B} and {C} are logged in")
        stage = Stage(agents, timeline.notification, patience=_PATIENCE)
        following = [asyncio.create_task(stage.follow(number)) for number in agents]
        try:
            if left_over := await end_leftovers(list(agents.values())):
                timeline.step(
                    f"Calls left over from an earlier program are ended: {len(left_over)}"
                )
            await play(agents, stage, timeline.step)
        finally:
            for task in following:
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)
    timeline.end("The conference was played through; every notification came.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the demo; 0 when it went through, 1 when not."""
    parser = argparse.ArgumentParser(prog="demo", description=f"{package.__doc__}")
    parser.add_argument(
        "--url",
        type=url_option,
        help=f"server to use; without it {_USUAL_URL} if one is there, else an own one",
    )
    options = parser.parse_args(arguments)
    try:
        asyncio.run(perform(options.url, Screen(highlight=False)))
    except (StepFailed, SwitchbellError) as error:
        sys.stderr.write(f"The demo failed: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
