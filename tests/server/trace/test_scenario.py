"""What a scenario may say, and what is said of a text that is none."""

from typing import Any

import pytest
from msgspec.structs import fields

from switchbell.trace.scenario import KINDS, Request, ScenarioError, Wait, parse
from switchbell.voice.agents import MonitoringMode
from switchbell.voice.model import MonitoringScope, Settings
from switchbell.voice.operations import Dial, Hold, InitiateTransfer, Operation, SwapCalls

PARTIES = 'title = "Some"\nparties = ["A", "B"]\n'


def with_step(step: str) -> str:
    return f"{PARTIES}step = [{{ wait = 1 }}, {{ {step} }}]"


def request_of(step: str) -> Request:
    [_, request] = parse(with_step(step)).steps
    assert isinstance(request, Request)
    return request


def id_of(call: int) -> str:
    return f"id of {call}"


def test_a_scenario_as_tables() -> None:
    scenario = parse(
        PARTIES
        + """
        [settings]
        lines = 2
        ring_timeout = 20
        recording = true
        [[step]]
        party = "A"
        operation = "Dial"
        destination = "B"
        [step.user_data]
        segment = "gold"
        [[step]]
        wait = 5
        [[step]]
        party = "B"
        operation = "Hold"
        call = 1
        refused = true
        """
    )
    assert (scenario.title, scenario.parties) == ("Some", ("A", "B"))
    settings = scenario.settings
    assert (settings.lines, settings.ring_timeout, settings.recording) == (2, 20.0, True)
    assert settings.conference_size == Settings().conference_size
    data = {"segment": "gold"}
    assert scenario.steps == (
        Request(
            party="A",
            kind=Dial,
            parameters={"destination": "B", "user_data": data},
            refused=False,
        ),
        Wait(5),
        Request(party="B", kind=Hold, parameters={"call": 1}, refused=True),
    )


@pytest.mark.parametrize(
    ("step", "operation"),
    [
        (
            'operation = "InitiateTransfer", call = 2, destination = "C"',
            InitiateTransfer(dn="A", call="id of 2", destination="C"),
        ),
        (
            'operation = "SwapCalls", call = 1, other_call = 3',
            SwapCalls(dn="A", call="id of 1", other_call="id of 3"),
        ),
        ('operation = "SwapCalls", call = 1', SwapCalls(dn="A", call="id of 1")),
    ],
)
def test_calls_are_named_by_their_numbers(step: str, operation: Operation) -> None:
    assert request_of(f'party = "A", {step}').operation(id_of) == operation


def example(parameter: str) -> tuple[str, Any]:
    """A value of a parameter, as a scenario has it and as the operation has it."""
    if parameter.endswith("call"):
        return "1", "id of 1"
    if parameter == "user_data":
        return '{ k = "v" }', {"k": "v"}
    if parameter == "scope":
        return '"Agent"', MonitoringScope.AGENT
    if parameter == "mode":
        return '"NextCall"', MonitoringMode.NEXT_CALL
    return '"B"', "B"


@pytest.mark.parametrize("name", KINDS)
def test_every_operation_can_be_asked_for_with_all_its_parameters(name: str) -> None:
    parameters = [one.name for one in fields(KINDS[name])[2:]]
    assert not {"dn", "reference_id"} & {*parameters}
    words = [f"{parameter} = {example(parameter)[0]}" for parameter in parameters]
    request = request_of(", ".join(['party = "A"', f'operation = "{name}"', *words]))
    values = {parameter: example(parameter)[1] for parameter in parameters}
    assert request.operation(id_of) == KINDS[name](dn="A", **values)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ?", "line 1, column 9"),
        pytest.param("title = " + "[" * 5000, "recursion|nested", id="too deep for the parser"),
        pytest.param("title = " + "1" * 5000, "4300 digits", id="too long for a number"),
        ('title = "Some"\nparties = ["A"]', "missing required field `step`"),
        ('parties = ["A"]\nstep = []', "missing required field `title`"),
        ('title = "Some"\nparties = []\nstep = []', "length >= 1"),
        ('title = "Some"\nparties = "A"\nstep = []', "Expected `array`, got `str`"),
        ('title = "Some"\nparties = ["A", "A"]\nstep = []', "each must be there once"),
        ('title = "Some"\nparties = ["A", ""]\nstep = []', "printable"),
        ('title = "Some\\nmore"\nparties = ["A"]\nstep = []', "printable"),
        (PARTIES + "colour = 1\nstep = []", "unknown field `colour`"),
        (PARTIES + "step = [1]", "Expected `object`, got `int`"),
        (PARTIES + "settings = { colour = 1 }\nstep = []", "unknown field `colour`"),
        (PARTIES + 'settings = { lines = "2" }\nstep = []', r"got `str` - at `\$.settings.lines`"),
        (PARTIES + "settings = { lines = 0 }\nstep = []", "settings: lines must be above 0"),
        (PARTIES + "settings = { ring_timeout = nan }\nstep = []", "ring_timeout must be above 0"),
        (with_step(""), "step 2: .* missing required field `party`"),
        (with_step('party = "A"'), "step 2: .* missing required field `operation`"),
        (with_step('party = "C", operation = "Hold", call = 1'), "step 2: 'C' is not one of"),
        (with_step('party = "A", operation = "Sing"'), "step 2: 'Sing' is not an operation"),
        (with_step('party = "A", operation = 1'), "step 2: .*got `int`"),
        (with_step('party = "A", operation = "Hold"'), "step 2: Hold needs 'call'"),
        (with_step('party = "A", operation = "Hold", call = 0'), "step 2: call: .*>= 1"),
        (with_step('party = "A", operation = "Hold", call = "1"'), "step 2: call: .*got `str`"),
        (with_step('party = "A", operation = "Hold", call = true'), "step 2: call: .*got `bool`"),
        (
            with_step('party = "A", operation = "CompleteTransfer", call = 1, consult_call = "2"'),
            "step 2: consult_call: .*got `str`",
        ),
        (
            with_step('party = "A", operation = "Hold", call = 1, digits = "1", key = "k"'),
            "step 2: Hold has no 'digits'",
        ),
        (
            with_step('party = "A", operation = "Hold", call = 1, dn = "B"'),
            "step 2: Hold has no 'dn'",
        ),
        (
            with_step('party = "A", operation = "Hold", call = 1, reference_id = 1'),
            "step 2: Hold has no 'reference_id'",
        ),
        (
            with_step('party = "A", operation = "Hold", call = 1, refused = 1'),
            "step 2: .*got `int`",
        ),
        (
            with_step('party = "A", operation = "Dial", destination = 15001'),
            "step 2: destination: .*got `int`",
        ),
        (
            with_step('party = "A", operation = "Dial", destination = "B", user_data = "k=v"'),
            "step 2: user_data: .*got `str`",
        ),
        (with_step("wait = 0"), "step 2: .*>= 1"),
        (with_step("wait = 86401"), "step 2: .*<= 86400"),
        (with_step("wait = 0.5"), "step 2: .*got `float`"),
        (with_step('wait = 1, party = "A"'), "step 2: .*unknown field `party`"),
    ],
)
def test_what_is_no_scenario_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as refusal:
        parse(text)
    assert "\n" not in str(refusal.value)
