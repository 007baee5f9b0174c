"""The rules of Bayeux by number, and which tests show them.

``python -m tests.conformance.rules`` writes docs/conformance.md.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

TITLES = {
    1: "Arrays of messages and single ones; answers are arrays",
    2: "Array order, one reply to each message",
    3: "Ids come back as they came",
    4: "What every reply has",
    5: "Events and publish replies can be told apart",
    6: "JSON that is none",
    7: "Messages that are none",
    8: "Empty arrays",
    9: "UTF-8 both ways",
    10: "Unknown fields and extensions",
    11: "Bounded size",
    12: "A refusal stays with its message",
    13: "What wildcards match",
    14: "One event, however many subscriptions match",
    15: "Wildcards in the wrong place",
    16: "No publishing to wildcards",
    17: "Invalid channel names",
    18: "Meta and service are no broadcast",
    19: "Meta channels by their exact names",
    20: "Subscribing to meta and service",
    21: "A complete handshake reply",
    22: "Client ids that cannot be guessed",
    23: "No transport in common",
    24: "Handshakes with odd or missing fields",
    25: "What stands beside a handshake",
    26: "A refused handshake",
    27: "Events in a handshake response",
    28: "A second handshake",
    29: "The browser's cookie",
    30: "The first connect",
    31: "A connect that asks not to be held",
    32: "How long a connect is held",
    33: "An event ends the hold",
    34: "Queued events come at once",
    35: "A connect among other messages over HTTP",
    36: "A connect among other messages over WebSocket",
    37: "Two connects at a time",
    38: "The newer connect has its full time",
    39: "Sessions that are unknown",
    40: "Success is never advised to handshake",
    41: "Advice is complete",
    42: "Advice for advice",
    43: "An interval of the client's own",
    44: "Holding is cheap",
    45: "A client that leaves while it is held",
    46: "The subscription is echoed",
    47: "Several subscriptions at a time",
    48: "Subscribing twice",
    49: "Unsubscribing",
    50: "Nothing after unsubscribing",
    51: "Subscriptions that are none",
    52: "Everything after subscribing",
    53: "Subscribe and publish in one payload",
    54: "Who hears a publication",
    55: "Publishers stay unknown",
    56: "Publishing nothing",
    57: "Publishing without a session",
    58: "Service messages are for the server",
    59: "Messages to one session",
    60: "Remote calls",
    61: "A publisher's order",
    62: "Order within a payload",
    63: "Disconnecting",
    64: "Disconnecting over WebSocket",
    65: "After disconnecting",
    66: "Disconnecting what is unknown",
    67: "Sessions expire",
    68: "Not while a connect is held",
    69: "Other messages keep a session alive",
    70: "Sessions that never connect",
    71: "Nothing is left of a session",
    72: "Back after expiry",
    73: "The server ends a session",
    74: "Answers that cannot be written",
    75: "Requests that race with a disconnect",
    76: "The server stops",
    77: "In order, nothing lost, nothing twice",
    78: "Events between two connects",
    79: "Events with connects only",
    80: "Events with any response",
    81: "Events without a connect",
    82: "Queues are bounded",
    83: "Clients that do not read",
    84: "Publishing to nobody",
    85: "Serialised once",
    86: "Paths below the mount point",
    87: "Content types",
    88: "What a response looks like",
    89: "Methods other than POST",
    90: "Callback-polling",
    91: "Requests beside a held connect",
    92: "Connections that sessions share",
    93: "A whole life over one socket",
    94: "A fresh socket for a session",
    95: "From HTTP to WebSocket",
    96: "Sockets that must begin with a handshake",
    97: "One socket, one session",
    98: "Sessions outlive their sockets",
    99: "Pings and idle sockets",
    100: "Sub-protocols",
    101: "A session belongs to its browser",
    102: "A payload speaks for one session",
    103: "Several tabs of a browser",
    104: "Pages of other origins over HTTP",
    105: "Pages of other origins over WebSocket",
    106: "Errors give nothing away",
    107: "Acknowledgement: what was not confirmed comes again",
    108: "Acknowledgement: it does so at once",
    109: "Acknowledgement: odd numbers",
    110: "Time synchronisation",
    111: "Replay",
    112: "Activity",
}

FOLDER = Path(__file__).parent
TABLE = FOLDER.parent.parent / "docs" / "conformance.md"
COMMAND = "python -m tests.conformance.rules"

# By what a test is marked with (see transports), is in, or uses.
MARKS = {"over_both": ("long-polling", "websocket"), "over_websocket": ("websocket",)}
FILES = {"test_callback_polling.py": ("callback-polling",)}
SOCKET = "RawSocket"

NUMBERED = re.compile(r"test_r(\d+)_")

HEAD = f"""# Conformance

The rules of Bayeux that the tests in `tests/conformance` show, in words of our own. The name of a
test is `test_r`, the number, and what is in the last column.

`{COMMAND}` writes this file.

| Rule | What it is about | Shown over | Tests |
|---:|---|---|---|
"""


@dataclass(frozen=True)
class Test:
    """A test of a rule."""

    rule: int
    name: str
    file: str
    transports: tuple[str, ...]

    @property
    def link(self) -> str:
        words = self.name.split("_", 2)[2].replace("_", " ")
        return f"[{words}](../tests/conformance/{self.file})"


def tests() -> list[Test]:
    """All tests that bear the number of a rule."""
    return [test for path in sorted(FOLDER.glob("test_*.py")) for test in _tests_in(path)]


def render() -> str:
    """The table of rules and their tests."""
    by_rule = {
        rule: list(group)
        for rule, group in groupby(
            sorted(tests(), key=lambda test: test.rule), key=lambda test: test.rule
        )
    }
    return HEAD + "".join(
        _row(rule, title, by_rule.get(rule, [])) for rule, title in TITLES.items()
    )


def _row(rule: int, title: str, shown_by: list[Test]) -> str:
    transports = sorted({transport for test in shown_by for transport in test.transports})
    links = "<br>".join(test.link for test in shown_by)
    return f"| {rule} | {title} | {', '.join(transports)} | {links} |\n"


def _tests_in(path: Path) -> Iterator[Test]:
    tree = ast.parse(path.read_text("utf-8"))
    of_file: tuple[str, ...] = FILES.get(path.name, ("long-polling",))
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name("pytestmark")], value=ast.Name(mark)):
                of_file = MARKS.get(mark, of_file)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                numbered = NUMBERED.match(node.name)
                if numbered:
                    transports = _marked(node) or of_file
                    yield Test(int(numbered[1]), node.name, path.name, transports)


def _marked(test: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Name) and mark.id in MARKS:
            return MARKS[mark.id]
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    return ("websocket",) if SOCKET in names else ()


if __name__ == "__main__":
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(render(), "utf-8")
