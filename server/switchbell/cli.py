"""The command ``switchbell``."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Coroutine
from typing import Any, NoReturn

from aiohttp import web

from switchbell.app import DELIVERY, TIMEKEEPING, build_app, build_runner
from switchbell.config import Config, ConfigError, TraceConfig, read
from switchbell.directory import demo
from switchbell.journal.base import JournalUnusable
from switchbell.logs import configure_logging
from switchbell.trace import plain, table
from switchbell.trace.player import Unexpected, play
from switchbell.trace.scenario import Scenario, ScenarioError, parse
from switchbell.voice.restoring import UnknownNumbers

# A thousand desktops that reconnect at once must not be turned away.
BACKLOG = 4096

WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - to be warned of

logger = logging.getLogger(__name__)


def main() -> None:
    """Run the command line. Ends with one line and exit code 2 on a configuration or scenario that
    cannot be used, and 1 if a scenario goes otherwise than it says."""
    configure_logging()
    try:
        config = read(sys.argv[1:], os.environ)
        if isinstance(config, TraceConfig):
            trace(config)
        else:
            run(serve(config, listen(config)))
    except ConfigError as error:
        fail(error, 2)
    except Unexpected as error:
        fail(error, 1)


def fail(error: Exception, code: int) -> NoReturn:
    """Say what is wrong, and end with an exit code."""
    sys.stderr.write(f"switchbell: {error}\n")
    sys.exit(code)


def trace(config: TraceConfig) -> None:
    """Play a scenario and print what each party hears. Raises ConfigError, and Unexpected when all
    that went before is printed."""
    # One who reads the beginning only (head, less) has seen enough.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    scenario = load(config)
    lines = plain.lines if config.plain else table.lines
    for line in lines(scenario, play(scenario)):
        sys.stdout.write(f"{line}\n")


def load(config: TraceConfig) -> Scenario:
    """The scenario in a file. Raises ConfigError."""
    try:
        return parse(config.scenario.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or "cannot be read"
    except UnicodeError:
        reason = "not UTF-8"
    except ScenarioError as error:
        reason = str(error)
    raise ConfigError(f"{config.scenario}: {reason}")


def listen(config: Config) -> socket.socket:
    """The socket to accept connections on. Raises ConfigError."""
    try:
        family = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((config.host, config.port), family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "not a host name"
        raise ConfigError(f"cannot listen on {config.host}:{config.port}: {reason}") from None


async def serve(config: Config, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT. Polls that are held then are answered. Raises ConfigError if
    there is no going on with what was kept, and what ended the delivery of notifications or the
    keeping of time, should that happen: a server that tells nothing, or has calls ring for ever,
    must not go on."""
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if config.public_url is None and host in WILDCARDS:
        logger.warning("URIs start with %s, and other pages are foreign: say --public-url", address)
    app = build_app(config, demo(config.demo_agents), public_url=config.public_url or address)
    runner = build_runner(app)
    await start(runner, config)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await web.SockSite(runner, listener, backlog=BACKLOG).start()
        sys.stdout.write(f"Switchbell ready on {address}\n")
        sys.stdout.flush()
        stopping = asyncio.create_task(stop.wait())
        ends: set[asyncio.Task[Any]] = {stopping, app[DELIVERY], app[TIMEKEEPING]}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        logger.info("Stopping")
    finally:
        await runner.cleanup()


async def start(runner: web.AppRunner, config: Config) -> None:
    """Go on from what was kept. Raises ConfigError."""
    try:
        await runner.setup()
    except JournalUnusable as error:
        raise ConfigError(error) from None
    except UnknownNumbers as error:
        raise ConfigError(
            f"the data in {config.data} are of another centre, with calls or agents at {error}:"
            " name another folder by --data, or remove that one."
        ) from None


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop where that is installed."""
    try:
        import uvloop  # noqa: PLC0415 - it may be missing
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)
