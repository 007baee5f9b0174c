"""Every rule that the server keeps has a test that bears its number."""

import re
from pathlib import Path

RULES = range(1, 113)

WEBSOCKET = "about WebSocket, which the server does not speak yet"
BROWSERS = "about browsers and origins, which the server does not tell apart yet"
EXTENSION = "about an extension that the server does not have yet"

LEFT_OUT = {
    36: WEBSOCKET,
    64: WEBSOCKET,
    81: WEBSOCKET,
    83: WEBSOCKET,
    90: "about callback-polling, which the server does not speak",
    93: WEBSOCKET,
    94: WEBSOCKET,
    95: WEBSOCKET,
    96: WEBSOCKET,
    97: WEBSOCKET,
    98: WEBSOCKET,
    99: WEBSOCKET,
    100: WEBSOCKET,
    101: BROWSERS,
    102: BROWSERS,
    103: BROWSERS,
    104: BROWSERS,
    105: BROWSERS,
    106: BROWSERS,
    107: EXTENSION,
    108: EXTENSION,
    109: EXTENSION,
    110: EXTENSION,
    111: EXTENSION,
    112: EXTENSION,
}


TEST = re.compile(r"^(?:async )?def test_r(\d+)_", re.MULTILINE)


def rules_with_a_test() -> set[int]:
    return {
        int(number)
        for path in Path(__file__).parent.glob("test_*.py")
        for number in TEST.findall(path.read_text("utf-8"))
    }


def test_every_rule_in_scope_has_a_test() -> None:
    assert sorted(set(RULES) - set(LEFT_OUT) - rules_with_a_test()) == []


def test_no_rule_is_left_out_that_has_a_test() -> None:
    assert sorted(set(LEFT_OUT) & rules_with_a_test()) == []


def test_every_test_bears_the_number_of_a_rule() -> None:
    assert rules_with_a_test() <= set(RULES)
