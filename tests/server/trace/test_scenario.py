"""What a scenario may say, and what is said of a text that is none."""

from typing import Any

import pytest
from msgspec.structs import asdict, fields

from switchbell.trace.names import CALL_STATES
from switchbell.trace.scenario import KINDS, Request, ScenarioError, Wait, parse
from switchbell.voice.agents import MonitoringMode
from switchbell.voice.core import VoiceCore
from switchbell.voice.model import (
    CallState,
    Centre,
    Device,
    FarEnd,
    MonitoringScope,
    Queue,
    Settings,
)
from switchbell.voice.numbering import Numbering
from switchbell.voice.operations import Dial, Hold, InitiateTransfer, Operation, SwapCalls
from switchbell.voice.transitions import FAR_END_OPERATIONS

PARTIES = 'title = "Some"\nparties = ["A", "B"]\n'


CENTRE = """
title = "Some"
parties = ["X", "Q", "A", "+1", "S"]
queues = ["Q"]
supervisors = ["S"]
far_ends = [
    { pattern = "X", rejects_after = 1 },
    { pattern = "+2", unreachable = "SitInvalidNum" },
    { pattern = "+*", answers_after = 1.5, hangs_up_after = 9 },
]
"""


def with_step(step: str) -> str:
    return f"{PARTIES}step = [{{ wait = 1 }}, {{ {step} }}]"


def with_far_end(far_end: str) -> str:
    return f'{PARTIES}far_ends = [{{ pattern = "+1" }}, {{ {far_end} }}]\nstep = []'


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
    assert scenario.centre == Centre(
        devices=(Device(id="A", dn="A", user="A"), Device(id="B", dn="B", user="B"))
    )
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


def test_parties_are_devices_but_for_queues_and_those_outside() -> None:
    scenario = parse(f"{CENTRE}step = []")
    assert scenario.parties == ("X", "Q", "A", "+1", "S")
    centre = scenario.centre
    assert centre.devices == (
        Device(id="A", dn="A", user="A"),
        Device(id="S", dn="S", user="S", supervisor=True),
    )
    assert centre.queues == (Queue(dn="Q"),)
    assert [FarEnd(**asdict(one)) for one in centre.far_ends] == [
        FarEnd(pattern="X", rejects_after=1.0),
        FarEnd(pattern="+2", unreachable=CallState.SIT_INVALID_NUMBER),
        FarEnd(pattern="+*", answers_after=1.5, hangs_up_after=9.0),
    ]


@pytest.mark.parametrize("name", KINDS)
def test_outside_one_may_ask_for_what_the_core_allows_there(name: str) -> None:
    step = f'party = "X", operation = "{name}"'
    allowed = KINDS[name] in FAR_END_OPERATIONS
    said = (
        "step 1: [A-Z][A-Za-z]+ needs " if allowed else f"step 1: 'X' is outside, where {name} is"
    )
    with pytest.raises(ScenarioError, match=said):
        parse(f"{CENTRE}step = [{{ {step} }}]")


@pytest.mark.parametrize("name", ["Busy", "AllTrunksBusy", "SitInvalidNum"])
def test_a_caller_is_told_what_the_scenario_says(name: str) -> None:
    scenario = parse(with_far_end(f'pattern = "+2", unreachable = "{name}"'))
    core = VoiceCore(scenario.centre, numbering=Numbering("test"))
    last = core.execute(Dial(dn="A", destination="+2"), 0.0).events[-1]
    assert last.call_state is not None
    assert CALL_STATES[last.call_state] == name


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
        (PARTIES + "settings = { wrap_up = inf }\nstep = []", "wrap_up must be .* finite"),
        (PARTIES + "settings = { wrap_up = -1 }\nstep = []", "wrap_up must be above 0"),
        (PARTIES + '"col\\nour" = 1\nstep = []', r"unknown field `col\\nour`"),
        (PARTIES + 'queues = "B"\nstep = []', r"got `str` - at `\$.queues`"),
        (PARTIES + 'queues = ["C"]\nstep = []', "queues: 'C' is not one of the parties"),
        (PARTIES + 'queues = ["B", "B"]\nstep = []', "queues: each must be there once"),
        (PARTIES + 'supervisors = ["C"]\nstep = []', "supervisors: 'C' is not one of"),
        (
            PARTIES + 'queues = ["B"]\nsupervisors = ["B"]\nstep = []',
            "supervisors: 'B' is not a device",
        ),
        (PARTIES + "far_ends = [1]\nstep = []", r"got `int` - at `\$.far_ends\[0\]`"),
        (with_far_end("answers_after = 1"), "far_ends 2: .* missing required field `pattern`"),
        (with_far_end("pattern = 1"), "far_ends 2: .*got `int`"),
        (with_far_end('pattern = ""'), "far_ends 2: pattern must be printable"),
        (with_far_end('pattern = "ü*"'), "far_ends 2: pattern must be printable ASCII"),
        (with_far_end(f'pattern = "{65 * "1"}"'), "far_ends 2: pattern .* 64 characters at most"),
        (with_far_end('pattern = "+1"'), "far_ends 2: pattern '\\+1' was there before"),
        (with_far_end('pattern = "1", colour = 1'), "far_ends 2: .*unknown field `colour`"),
        (with_far_end('pattern = "1", answers_after = 0'), "answers_after must be above 0"),
        (with_far_end('pattern = "1", rejects_after = nan'), "rejects_after must be above 0"),
        (with_far_end('pattern = "1", hangs_up_after = inf'), "hangs_up_after must be .* finite"),
        (with_far_end('pattern = "1", answers_after = "1"'), "far_ends 2: .*got `str`"),
        (with_far_end('pattern = "1", unreachable = "OK"'), "far_ends 2: unreachable must be one"),
        (with_far_end('pattern = "1", unreachable = 6'), "far_ends 2: unreachable must be one"),
        (
            with_far_end('pattern = "1", unreachable = "Busy", answers_after = 1'),
            "far_ends 2: who is unreachable has no answers_after",
        ),
        (
            with_far_end('pattern = "1", rejects_after = 2, answers_after = 1'),
            "far_ends 2: who answers does not reject",
        ),
        (
            CENTRE + 'step = [{ party = "Q", operation = "Dial", destination = "A" }]',
            "step 1: 'Q' is a queue, which asks for nothing",
        ),
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
    assert str(refusal.value).isprintable()
