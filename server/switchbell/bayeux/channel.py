"""Channel names: their grammar, families and wildcards."""

import re
from functools import lru_cache

# A channel has as many wildcards over it as it has segments, each nearly as long as its name.
MAX_DEPTH = 32

META = "/meta/"
SERVICE = "/service/"

# The characters that CometD accepts, which are more than the specification's. An asterisk is left
# out: it may only stand as a whole last segment.
_SEGMENT = r"[A-Za-z0-9 !#$()+\-.@_{~}]+"
_NAME = re.compile(rf"(?:/{_SEGMENT})+", re.ASCII)
_PATTERN = re.compile(rf"(?:/{_SEGMENT})+(?:/\*\*?)?|/\*\*?", re.ASCII)


class InvalidChannel(ValueError):
    """Not a channel name, or not one that may stand here."""

    def __init__(self, value: object = None) -> None:
        super().__init__(f"{value!r} is not the name of a channel that can be used here.")


def name(value: object) -> str:
    """The channel that ``value`` names, without a trailing slash.

    Raises InvalidChannel for anything but a well-formed name without wildcards.
    """
    return _checked(value, _NAME)


def pattern(value: object) -> str:
    """The channel or wildcard that ``value`` names, without a trailing slash.

    ``*`` and ``**`` are wildcards only as the whole last segment. Raises InvalidChannel.
    """
    return _checked(value, _PATTERN)


def _checked(value: object, grammar: re.Pattern[str]) -> str:
    if not isinstance(value, str):
        raise InvalidChannel(value)
    if len(value) > 1:
        value = value.removesuffix("/")
    if value.count("/") > MAX_DEPTH or not grammar.fullmatch(value):
        raise InvalidChannel(value)
    return value


def is_meta(channel: str) -> bool:
    """Whether the protocol itself owns ``channel``, wildcards over it included."""
    return channel.startswith(META) or channel == "/meta"


def is_service(channel: str) -> bool:
    """Whether ``channel`` leads from one client to the server, wildcards over it included."""
    return channel.startswith(SERVICE) or channel == "/service"


@lru_cache(maxsize=1024)
def patterns(channel: str) -> tuple[str, ...]:
    """All subscriptions that an event on broadcast channel ``channel`` matches.

    ``/a/b`` gives ``/a/b``, ``/a/*``, ``/a/**``, ``/**``: as many look-ups as the name is deep,
    and two more.
    """
    segments = channel.split("/")[1:]
    parents = ["/" + "/".join(segments[:depth]) if depth else "" for depth in range(len(segments))]
    return (channel, f"{parents[-1]}/*", *(f"{parent}/**" for parent in reversed(parents)))
