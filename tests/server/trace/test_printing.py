"""Tables and plain lines.

The scenarios in ``tests/scenarios`` are printed as in the files beside them, which have been
checked by eye against the call models. ``switchbell trace NAME.toml > NAME.txt`` makes one anew.
"""

from pathlib import Path

import pytest

from switchbell.trace import plain, table
from switchbell.trace.names import CALL_STATES, CAUSES, WORK_MODES
from switchbell.trace.player import play
from switchbell.trace.scenario import Scenario, parse
from switchbell.voice.agents import WorkMode
from switchbell.voice.model import CallState, Cause

SCENARIOS = Path(__file__).parents[2] / "scenarios"

STEMS = ["conference", "outside", "queue", "ring_timeout", "supervisor", "transfer"]

HEAD = 'title = "Some"\nparties = ["15000", "15001"]\n'
DIAL = 'party = "15000", operation = "Dial", destination = "15001"'
HOLD = '{ party = "15000", operation = "Hold", call = 1, refused = true }'


def scenario(*steps: str) -> Scenario:
    return parse(f"{HEAD}step = [{', '.join(steps)}]")


def as_table(played: Scenario) -> list[str]:
    return list(table.lines(played, play(played)))


def test_every_scenario_has_its_table() -> None:
    names = sorted(path.name for path in SCENARIOS.iterdir())
    assert names == [f"{stem}.{ending}" for stem in STEMS for ending in ("toml", "txt")]


@pytest.mark.parametrize("name", STEMS)
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


CENTRE = """
title = "Some"
parties = ["X", "Q", "A", "S"]
queues = ["Q"]
supervisors = ["S"]
far_ends = [{ pattern = "X" }]
settings = { ring_timeout = 10, wrap_up = 5, recording = true }
"""


def said_by(*steps: str) -> list[str]:
    """The plain lines of events."""
    played = parse(f"{CENTRE}step = [{', '.join(f'{{ {step} }}' for step in steps)}]")
    return [line for line in plain.lines(played, play(played)) if not line.startswith("#")]


@pytest.mark.parametrize(
    ("operations", "said"),
    [
        (['"Login", agent_id = "7"'], "EventAgentLogin AgentID 7 -> LoggedIn"),
        (['"Login", agent_id = "7"', '"Ready"'], "EventAgentReady AgentID 7 -> Ready"),
        (
            ['"Login", agent_id = "7"', '"NotReady"'],
            "EventAgentNotReady AgentID 7 AgentWorkMode Unknown -> NotReady",
        ),
        (
            ['"Login", agent_id = "7"', '"AuxWork", reason = "Lunch"'],
            "EventAgentNotReady AgentID 7 AgentWorkMode AuxWork Reasons Lunch -> NotReady",
        ),
        (['"Login", agent_id = "7"', '"Logout"'], "EventAgentLogout AgentID 7 -> LoggedOut"),
        (['"DoNotDisturbOn"'], "EventDNDOn -> On"),
        (['"DoNotDisturbOn"', '"DoNotDisturbOff"'], "EventDNDOff -> Off"),
        (['"ForwardCallsOn", destination = "A"'], "EventForwardSet OtherDN A -> On"),
        (
            ['"ForwardCallsOn", destination = "A"', '"ForwardCallsOff"'],
            "EventForwardCancel OtherDN A -> Off",
        ),
        (
            ['"Coach", target = "A", mode = "NextCall"'],
            "EventMonitoringNextCall OtherDN A -> Coach, Call, NextCall",
        ),
        (
            ['"Coach", target = "A"', '"CancelSupervisorMonitoring"'],
            "EventMonitoringCancelled OtherDN A -> Off",
        ),
    ],
)
def test_events_of_a_dn_tell_its_state_afterwards(operations: list[str], said: str) -> None:
    steps = [f'party = "S", operation = {operation}' for operation in operations]
    assert said_by(*steps)[-1] == f"S: {said}"


def test_a_request_without_parameters() -> None:
    played = parse(f'{CENTRE}step = [{{ party = "A", operation = "DoNotDisturbOn" }}]')
    assert list(plain.lines(played, play(played)))[1] == "# 1. at 0 s: A DoNotDisturbOn"
    assert list(table.lines(played, play(played)))[4].split("|")[2].strip() == "DoNotDisturbOn"


CALL = 'party = "X", operation = "Dial", destination = "Q"'
RINGS_IN = [
    'party = "A", operation = "Login", agent_id = "7"',
    'party = "A", operation = "Ready"',
    CALL,
]
OF_THE_CALL = "ConnID 1 CallType Inbound ThisDNRole Destination ThisQueue Q OtherDN X"


def test_what_is_told_of_a_call_from_a_queue() -> None:
    """A queue has no view of the call; what it leaves to do is told when it is answered."""
    *_, queued, diverted, ringing, _, answered = said_by(
        *RINGS_IN, 'party = "A", operation = "Answer", call = 1'
    )
    about = f"{OF_THE_CALL} OtherDNRole Origination"
    assert queued == f"Q: EventQueued {about} CallState OK"
    passed_on = "ThirdPartyDN A ThirdPartyDNRole Destination"
    assert diverted == f"Q: EventDiverted {about} {passed_on} CallState OK"
    assert ringing == f"A: EventRinging {about} CallState OK -> Ringing"
    extensions = 'Extensions {"WrapUpTime": 5}'
    assert answered == f"A: EventEstablished {about} CallState OK {extensions} -> Established"


def test_one_who_does_not_answer_is_told_why_he_is_not_ready() -> None:
    released, not_ready, _ = said_by(*RINGS_IN, "wait = 10")[-3:]
    assert "CallState Redirected Cause NoAnswer -> Released" in released
    assert not_ready.endswith("AgentWorkMode Unknown Reasons NoAnswer -> NotReady")


@pytest.mark.parametrize(
    ("operations", "said"),
    [
        (["MuteMonitoredUser"], "PrivateMsgID MonitoredUserMuted -> Observing, On"),
        (
            ["MuteMonitoredUser", "UnmuteMonitoredUser"],
            "PrivateMsgID MonitoredUserMuted -> Observing, Off",
        ),
        (["SwitchToCoach"], "PrivateMsgID MonitoringType -> Observing, Coach"),
    ],
)
def test_private_events_tell_what_is_new(operations: list[str], said: str) -> None:
    lines = said_by(
        *RINGS_IN,
        'party = "A", operation = "Answer", call = 1',
        'party = "S", operation = "ListenIn", target = "A"',
        *[f'party = "S", operation = "{operation}", call = 1' for operation in operations],
    )
    [*_, private] = [line for line in lines if "EventPrivateInfo" in line]
    assert private.endswith(said)


def test_a_recording_is_told_with_its_state() -> None:
    lines = said_by(
        *RINGS_IN,
        'party = "A", operation = "Answer", call = 1',
        'party = "A", operation = "StartCallRecording", call = 1',
        'party = "A", operation = "PauseCallRecording", call = 1',
    )
    [*_, private] = [line for line in lines if "EventPrivateInfo" in line]
    assert private.endswith("PrivateMsgID Recording -> Established, Paused")


def test_every_value_has_its_name_in_t_library() -> None:
    assert CALL_STATES.keys() == {*CallState}
    assert CAUSES.keys() == {*Cause}
    assert WORK_MODES.keys() == {*WorkMode}
