"""The only reader of the command line and of the environment."""

import argparse
import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeVar

from switchbell.access.options import AccessOptions
from switchbell.access.origins import own_origins
from switchbell.bayeux.options import BayeuxOptions
from switchbell.directory import DEMO_AGENTS
from switchbell.journal.options import JournalOptions
from switchbell.rest.cc_gateway.options import CcGatewayOptions
from switchbell.rest.cors import REQUEST_HEADERS

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

_DAY = 24 * 3_600

ACCESS_RANGES = {
    "session_idle_limit": (10, 400 * _DAY),
    "max_sessions": (1, 10_000_000),
    "max_sessions_per_user": (1, 1_000_000),
    "proxies": (0, 10),
    "max_password_checks": (1, 1_000_000),
    "max_wrong_passwords": (1, 1_000_000),
    "max_wrong_passwords_per_user": (1, 1_000_000),
    "max_wrong_passwords_per_address": (1, 1_000_000),
    "longest_wait": (1, _DAY),
    "forget_wrong_passwords_after": (1, _DAY),
}

JOURNAL_RANGES = {
    "max_age": (60, 400 * _DAY),
    "max_changes": (1_000, 1_000_000_000),
}

# Where what happens is kept unless --data says something else, and what it says for nowhere.
DATA = "switchbell-data"
NOWHERE = ":memory:"

CC_GATEWAY_RANGES = {
    "auth_mode": (1, 2),
    "guid_interval": (100, 24 * _HOUR),
    "guid_timeout": (100, 24 * _HOUR),
    "poll_wait": (0, _HOUR),
    "heartbeat": (100, 24 * _HOUR),
    "max_events": (10, 1_000_000),
    "max_agent_id": (101, 999_999),
}

# Other names of variables. A page that may use the server may use all of it.
ALIASES = {"SWITCHBELL_ACCESS_ALLOWED_ORIGINS": "SWITCHBELL_BAYEUX_ALLOWED_ORIGINS"}

# The options for which a variable names a file that has the value.
FILES = {"token_keys"}

LARGEST_FILE = 1_048_576

OptionsT = TypeVar("OptionsT", AccessOptions, BayeuxOptions, CcGatewayOptions, JournalOptions)


class ConfigError(Exception):
    """A setting that cannot be used. The text is one line for the operator."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How a server is to run.

    ``demo_agents`` is how many agents the demo centre has. ``public_url`` is what clients reach the
    server by, where that differs from the address it listens on. ``notification_metrics``
    says whether notifications tell how long they took. What happens is kept in the directory
    ``data``, if there is one.
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
            # A page sends the same headers with all that it asks.
            allowed_headers=REQUEST_HEADERS,
        )
    )
    access: AccessOptions = dataclasses.field(default_factory=AccessOptions)
    data: Path | None = None
    journal: JournalOptions = dataclasses.field(default_factory=JournalOptions)
    cc_gateway: CcGatewayOptions = dataclasses.field(default_factory=CcGatewayOptions)


DEFAULTS = Config()


class _Part(Generic[OptionsT]):
    """The options of one part of the server, of which ``SWITCHBELL_BAYEUX_MAX_INTERVAL`` and the
    like set some."""

    def __init__(
        self, name: str, defaults: OptionsT, ranges: Mapping[str, tuple[int, int]]
    ) -> None:
        self._prefix = f"{PREFIX}{name}_"
        self._defaults: OptionsT = defaults
        self._ranges = ranges
        self.names = {self._prefix + option.upper(): option for option in defaults.__slots__}

    def options(self, variables: Mapping[str, str]) -> OptionsT:
        """The options as variables have them. Raises ConfigError."""
        changes: dict[str, Any] = {
            option: self._value(option, variable, variables[variable])
            for variable, option in self.names.items()
            if variable in variables
        }
        try:
            changed: OptionsT = dataclasses.replace(self._defaults, **changes)
        except ValueError as error:
            raise ConfigError(f"A variable {self._prefix}... cannot be used: {error}") from None
        return changed

    def _value(self, option: str, variable: str, text: str) -> int | bool | str | tuple[str, ...]:
        """What the text of a variable says, by the type of the option."""
        kind = str(type(self._defaults).__annotations__[option])
        if option in self._ranges:
            return _count(variable, text, *self._ranges[option])
        if "bool" in kind:
            return _switch(variable, text)
        if "tuple" in kind:
            return tuple(name.strip() for name in text.split(",") if name.strip())
        return _content(variable, text) if option in FILES else text


_BAYEUX = _Part("BAYEUX", DEFAULTS.bayeux, BAYEUX_RANGES)
_ACCESS = _Part("ACCESS", DEFAULTS.access, ACCESS_RANGES)
_JOURNAL = _Part("JOURNAL", DEFAULTS.journal, JOURNAL_RANGES)
_CC_GATEWAY = _Part("CC_GATEWAY", DEFAULTS.cc_gateway, CC_GATEWAY_RANGES)

_NAMES = {*_BAYEUX.names, *_ACCESS.names, *_JOURNAL.names, *_CC_GATEWAY.names}


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
    variables = _variables(environment)
    access = _ACCESS.options(variables)
    _check_cookie(access, options.public_url)
    return Config(
        host=options.host,
        port=options.port,
        public_url=options.public_url,
        demo_agents=options.demo,
        notification_metrics=options.notification_metrics,
        bayeux=_BAYEUX.options(variables),
        access=access,
        data=options.data,
        journal=_JOURNAL.options(variables),
        cc_gateway=_CC_GATEWAY.options(variables),
    )


def _variables(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings in an environment. Raises ConfigError for one that is unknown."""
    found: dict[str, str] = {}
    for name, text in environment.items():
        if not name.startswith(PREFIX):
            continue
        variable = ALIASES.get(name, name)
        if variable not in _NAMES:
            raise ConfigError(f"{name} is not a setting.")
        if variable != name and variable in environment:
            raise ConfigError(f"{name} and {variable} are one setting: give one of them.")
        found[variable] = text
    return found


def _check_cookie(access: AccessOptions, public_url: str | None) -> None:
    is_secure = access.cookie_secure or (public_url or "").startswith("https:")
    if access.cookie_same_site == "None" and not is_secure:
        raise ConfigError(
            f"{PREFIX}ACCESS_COOKIE_SAME_SITE=None needs a --public-url of https: "
            "browsers drop such a cookie otherwise."
        )


def _content(variable: str, path: str) -> str:
    """What is in the file that a variable names. Raises ConfigError."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise ConfigError(f"{variable}: {path!r} is too large.")
        return content.decode()
    except UnicodeError:
        raise ConfigError(f"{variable}: {path!r} is not UTF-8.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not the name of a file"
        raise ConfigError(f"{variable}: {path!r}: {reason}.") from None


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
    serve.add_argument(
        "--data",
        type=_data,
        default=DATA,
        metavar="DIR",
        help=f"where what happens is kept ({DATA} if not given); {NOWHERE} for nowhere",
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


def _data(text: str) -> Path | None:
    if not text:
        raise argparse.ArgumentTypeError("must name a directory")
    return None if text == NOWHERE else Path(text)


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s?#]+", text) or not own_origins(text):
        raise argparse.ArgumentTypeError("must start with http:// or https://, and have no ? or #")
    return text
