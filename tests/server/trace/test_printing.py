"""Tables and plain lines.

The scenarios in ``tests/scenarios`` are printed as in the files beside them, which have been
checked by eye against the call models. ``switchbell trace NAME.toml > NAME.txt`` makes one anew.
"""

from pathlib import Path

import pytest

from switchbell.trace import plain, table
from switchbell.trace.player import play
from switchbell.trace.scenario import Scenario, parse
from switchbell.trace.wording import CALL_STATES, CAUSES
from switchbell.voice.model import CallState, Cause

SCENARIOS = Path(__file__).parents[2] / "scenarios"

HEAD = 'title = "Some"\nparties = ["15000", "15001"]\n'
DIAL = 'party = "15000", operation = "Dial", destination = "15001"'
HOLD = '{ party = "15000", operation = "Hold", call = 1, refused = true }'


def scenario(*steps: str) -> Scenario:
    return parse(f"{HEAD}step = [{', '.join(steps)}]")


def as_table(played: Scenario) -> list[str]:
    return list(table.lines(played, play(played)))


def test_every_scenario_has_its_table() -> None:
    names = sorted(path.name for path in SCENARIOS.iterdir())
    stems = ["conference", "ring_timeout", "transfer"]
    assert names == [f"{stem}.{ending}" for stem in stems for ending in ("toml", "txt")]


@pytest.mark.parametrize("name", ["conference", "ring_timeout", "transfer"])
def test_scenarios_are_printed_as_the_call_models_have_them(name: str) -> None:
    written = (SCENARIOS / f"{name}.toml").read_text(encoding="utf-8")
    expected = (SCENARIOS / f"{name}.txt").read_text(encoding="utf-8")
    assert as_table(parse(written)) == expected.splitlines()


def test_a_table_of_two_parties() -> None:
    rule = "-" * 73
    assert as_table(scenario(f"{{ {DIAL} }}", HOLD, "{ wait = 1 }")) == [
        "Some",
        "",
        "Party 15000                         | Party 15001",
        ("--- 1. at 0 s " + rule)[:73],
        "Dial destination 15001              |",
        "                                    |",
        "EventOffHook                        | EventRinging",
        "EventDialing                        |   ConnID 1",
        "  ConnID 1                          |   ThisDNRole Destination",
        "  ThisDNRole Origination            |   OtherDN 15000",
        "  OtherDN 15001                     |   OtherDNRole Origination",
        "  OtherDNRole Destination           |   CallState OK",
        "  CallState OK                      |   -> Ringing",
        "  -> Dialing                        |",
        ("--- 2. at 0 s " + rule)[:73],
        "Hold call 1                         |",
        "                                    |",
        "EventError                          |",
        "  ErrorCode 185                     |",
        "  ErrorMessage Hold is not          |",
        "    possible: the call is Dialing.  |",
        ("--- 3. wait 1 s " + rule)[:73],
    ]


def test_whatever_is_in_the_cells_the_columns_stand() -> None:
    played = scenario(
        f'{{ {DIAL}, user_data = {{ long = "{"x" * 100}", lines = "a\\nb", dash = "a-b-c" }} }}',
        f'{{ party = "15000", operation = "SendDtmf", call = 1, digits = "1{"-" * 50}", '
        "refused = true }",
    )
    _, _, *lines = as_table(played)
    cells = [line for line in lines if not line.startswith("---")]
    assert all(line[35:37] == " |" and len(line) <= 73 for line in cells)
    assert any("x" * 31 in line for line in cells)


def test_plain_lines() -> None:
    written = '{ text = "a\\nb", name = "Jürgen", day = 2024-05-01, n = [1] }'
    played = scenario(
        f"{{ {DIAL}, user_data = {written} }}",
        '{ party = "15001", operation = "Answer", call = 1 }',
        HOLD.replace("15000", "15001").replace("call = 1", "call = 9"),
        '{ party = "15001", operation = "SendDtmf", call = 1, digits = "\\u001b", refused = true }',
        "{ wait = 1 }",
    )
    data = '{"text": "a\\nb", "name": "Jürgen", "day": "2024-05-01", "n": [1]}'
    caller = "ConnID 1 ThisDNRole Origination OtherDN 15001 OtherDNRole Destination CallState OK"
    called = "ConnID 1 ThisDNRole Destination OtherDN 15000 OtherDNRole Origination CallState OK"
    assert list(plain.lines(played, play(played))) == [
        "# Some",
        f"# 1. at 0 s: 15000 Dial destination 15001, user_data {data}",
        "15000: EventOffHook",
        f"15000: EventDialing {caller} UserData {data} -> Dialing",
        f"15001: EventRinging {called} UserData {data} -> Ringing",
        "# 2. at 0 s: 15001 Answer call 1",
        "15001: EventOffHook",
        f"15001: EventEstablished {called} UserData {data} -> Established",
        f"15000: EventEstablished {caller} UserData {data} -> Established",
        "# 3. at 0 s: 15001 Hold call 9",
        "15001: EventError ErrorCode 56 ErrorMessage The device has no such call.",
        '# 4. at 0 s: 15001 SendDtmf call 1, digits "\\u001b"',
        "15001: EventError ErrorCode 53 ErrorMessage The digits are 0 to 9, *, # and A to D.",
        "# 5. wait 1 s",
    ]


def test_a_fraction_of_a_second_is_told() -> None:
    text = f"{HEAD}settings = {{ ring_timeout = 20.25 }}\nstep = [{{ {DIAL} }}, {{ wait = 30 }}]"
    played = parse(text)
    assert "# at 20.25 s" in list(plain.lines(played, play(played)))


def test_every_call_state_and_cause_has_its_name_in_t_library() -> None:
    assert CALL_STATES.keys() == {*CallState}
    assert CAUSES.keys() == {*Cause}
