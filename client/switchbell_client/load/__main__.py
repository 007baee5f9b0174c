"""``python -m switchbell_client.load --agents N --rate R --seconds S [--url URL]``."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from switchbell_client.command_line import nobody_reads, url_option
from switchbell_client.errors import SwitchbellError
from switchbell_client.load.report import report
from switchbell_client.load.run import run
from switchbell_client.load.tally import Tally
from switchbell_client.own_server import demo_command, own_server

try:
    from uvloop import new_event_loop
except ImportError:  # not on every platform
    from asyncio import new_event_loop  # type: ignore[assignment]

_INTERRUPTED = 130


@asynccontextmanager
async def _server(options: argparse.Namespace) -> AsyncIterator[str]:
    if options.url is not None:
        yield options.url
    else:
        async with own_server(demo_command(options.agents)) as url:
            yield url


def _say(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:
        nobody_reads(sys.stdout)


async def _measure(options: argparse.Namespace) -> Tally:
    async with _server(options) as url:
        return await run(
            url, agents=options.agents, rate=options.rate, seconds=options.seconds, say=_say
        )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="loadtest",
        description="Pairs of agents call each other; every notification is accounted for."
        " The status is 0 when each came once and in order.",
    )
    parser.add_argument(
        "--agents", type=_even, default=200, help="how many; an even number (%(default)s)"
    )
    parser.add_argument(
        "--rate", type=_positive, default=100.0, help="operations per second (%(default)g)"
    )
    parser.add_argument("--seconds", type=_positive, default=10.0, help="how long (%(default)g)")
    parser.add_argument("--url", type=url_option, help="a demo centre; without it one is started")
    return parser.parse_args(arguments)


def _even(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 2 or number % 2:  # noqa: PLR2004 - a pair
        raise argparse.ArgumentTypeError(f"{text!r} is not an even number, at least 2")
    return number


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number


def _raise_open_files_limit() -> None:
    """Three sockets for each agent are soon more than the usual 1024; a server of one's own
    inherits the limit."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - Unix only

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the test and print its report; 0 when it passed, else 1."""
    options = _options(arguments)
    _raise_open_files_limit()
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            tally = runner.run(_measure(options))
    except SwitchbellError as error:
        sys.stderr.write(f"The load test failed: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return _INTERRUPTED
    _say(report(tally, rate=options.rate))
    return 0 if tally.passed else 1


if __name__ == "__main__":
    sys.exit(main())
