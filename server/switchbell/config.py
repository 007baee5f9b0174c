"""The only reader of the command line and of the environment."""

import argparse
import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from switchbell.bayeux.options import BayeuxOptions
from switchbell.directory import DEMO_AGENTS

PREFIX = "SWITCHBELL_"

MOST_DEMO_AGENTS = 50_000


_HOUR = 3_600_000

# What an operator may choose, where the engine itself would take anything.
BAYEUX_RANGES = {
    "timeout": (100, _HOUR),
    "interval": (0, _HOUR),
    "max_interval": (100, _HOUR),
    "max_lazy_timeout": (0, _HOUR),
    "duplicate_meta_connect_http_response_code": (400, 599),
    "max_message_size": (1_024, 1_073_741_824),
    "max_messages": (1, 1_000_000),
    "max_channel_length": (16, 4_096),
    "max_queue": (1, 1_000_000),
    "max_queue_bytes": (65_536, 1_073_741_824),
    "max_sessions": (1, 10_000_000),
    "max_sessions_per_user": (1, 1_000_000),
    "max_subscriptions": (1, 1_000_000),
    "ws_idle_timeout": (0, 24 * _HOUR),
    "ws_ping_interval": (0, _HOUR),
    "ws_max_buffer": (65_536, 1_073_741_824),
    "ws_write_timeout": (100, _HOUR),
    "max_sessions_per_browser": (-1, 1_000),
    "multi_session_interval": (0, _HOUR),
    "browser_cookie_max_age": (0, 400 * 24 * 3_600),
}


class ConfigError(Exception):
    """A setting that cannot be used. The text is one line for the operator."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How a server is to run.

    ``demo_agents`` is how many agents the demo centre has. ``public_url`` is what clients reach the
    server by, where that differs from the address it listens on. ``notification_metrics``
    says whether notifications tell how long they took.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None
    demo_agents: int = DEMO_AGENTS
    max_body: int = 64 * 1024
    notification_metrics: bool = False
    bayeux: BayeuxOptions = dataclasses.field(
        # Events in connect replies only: an agent's notifications arrive in the order of the
        # events, whatever else its desktop sends meanwhile. A WebSocket keeps it by itself.
        default_factory=lambda: BayeuxOptions(
            meta_connect_deliver_only=True,
            ws_meta_connect_deliver_only=False,
            max_message_size=64 * 1024,
        )
    )


DEFAULTS = Config()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TraceConfig:
    """Which scenario is to be played, and whether one event to a line is wanted, not a table."""

    scenario: Path
    plain: bool


def read(arguments: Sequence[str], environment: Mapping[str, str]) -> Config | TraceConfig:
    """What the command line and the environment ask for: a server, or a trace. Raises ConfigError;
    leaves the program when help was asked for."""
    options = _parser().parse_args(arguments)
    if options.command == "trace":
        return TraceConfig(scenario=options.scenario, plain=options.plain)
    return _server(options, environment)


def _server(options: argparse.Namespace, environment: Mapping[str, str]) -> Config:
    if options.demo is None:
        raise ConfigError("There is nobody in the centre: give --demo for a demo centre.")
    return Config(
        host=options.host,
        port=options.port,
        public_url=options.public_url,
        demo_agents=options.demo,
        notification_metrics=options.notification_metrics,
        bayeux=_bayeux(environment),
    )


def _bayeux(environment: Mapping[str, str]) -> BayeuxOptions:
    """Bayeux options, of which ``SWITCHBELL_BAYEUX_MAX_INTERVAL`` and the like set some."""
    variables = {f"{PREFIX}BAYEUX_{name.upper()}": name for name in BayeuxOptions.__slots__}
    changes: dict[str, Any] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX):
            continue
        if variable not in variables:
            raise ConfigError(f"{variable} is not a setting.")
        changes[variables[variable]] = _value(variables[variable], variable, text)
    try:
        return dataclasses.replace(DEFAULTS.bayeux, **changes)
    except ValueError as error:
        raise ConfigError(f"A variable {PREFIX}BAYEUX_... cannot be used: {error}") from None


def _value(option: str, variable: str, text: str) -> int | bool | str | tuple[str, ...]:
    """What the text of a variable says, by the type of the option."""
    kind = str(BayeuxOptions.__annotations__[option])
    if option in BAYEUX_RANGES:
        return _count(variable, text, *BAYEUX_RANGES[option])
    if "bool" in kind:
        return _switch(variable, text)
    if "tuple" in kind:
        return tuple(name.strip() for name in text.split(",") if name.strip())
    return text


def _switch(variable: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise ConfigError(f"{variable} must be true or false.")
    return text == "true"


def _count(variable: str, text: str, lowest: int, highest: int) -> int:
    try:
        return _between(text, lowest, highest)
    except argparse.ArgumentTypeError as error:
        raise ConfigError(f"{variable} {error}.") from None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="switchbell", description="A notification server for contact centres.")
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    serve = commands.add_parser("serve", help="run the server")
    serve.add_argument("--host", default=DEFAULTS.host, help="address to listen on")
    serve.add_argument("--port", type=_port, default=DEFAULTS.port, help="0 for any that is free")
    serve.add_argument("--public-url", type=_url, help="what clients reach the server by")
    serve.add_argument(
        "--demo",
        nargs="?",
        type=_agents,
        const=DEMO_AGENTS,
        metavar="AGENTS",
        help=f"run a demo centre with so many agents ({DEMO_AGENTS} if not given)",
    )
    serve.add_argument(
        "--notification-metrics",
        action="store_true",
        help="have notifications tell how long they took",
    )
    trace = commands.add_parser("trace", help="play a scenario, print what each party hears")
    trace.add_argument("scenario", type=Path, metavar="SCENARIO.toml", help="who does what")
    trace.add_argument("--plain", action="store_true", help="one event to a line, in their order")
    return parser


def _port(text: str) -> int:
    return _between(text, 0, 65_535)


def _agents(text: str) -> int:
    return _between(text, 1, MOST_DEMO_AGENTS)


def _between(text: str, lowest: int, highest: int) -> int:
    digits = text.removeprefix("-")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= len(str(highest))
    number = int(text) if is_number else lowest - 1
    if not lowest <= number <= highest:
        raise argparse.ArgumentTypeError(f"must be a number from {lowest} to {highest}")
    return number


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s?#]+", text):
        raise argparse.ArgumentTypeError("must start with http:// or https://, and have no ? or #")
    return text
