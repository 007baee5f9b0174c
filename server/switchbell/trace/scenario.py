"""A scenario as it is written: who does what, in TOML.

    title = "X rings in, A consults C"
    parties = ["X", "Q", "A", "C"]
    queues = ["Q"]
    supervisors = ["C"]
    far_ends = [{pattern = "X"}, {pattern = "+*", answers_after = 2.0}]
    settings = {ring_timeout = 20}
    step = [
        {party = "A", operation = "Login", agent_id = "1001"},
        {party = "A", operation = "Ready"},
        {party = "X", operation = "Dial", destination = "Q"},
        {party = "A", operation = "Answer", call = 1},
        {party = "A", operation = "InitiateTransfer", call = 1, destination = "C"},
        {wait = 20},
        {party = "C", operation = "Answer", call = 2, refused = true},
    ]

``parties`` are numbers: those of ``queues``, those of the outside, which match the pattern of one
of ``far_ends`` (``switchbell.voice.model.FarEnd``), and else DNs of devices, some of them
``supervisors``. ``settings`` are those of the switch. Operations and their parameters are named as
in ``switchbell.voice.operations``; calls are numbered in the order in which they are made. ``wait``
is in seconds. An operation that is to be refused says so.
"""

import tomllib
from collections.abc import Callable
from math import inf
from types import MappingProxyType
from typing import Annotated, Any

from msgspec import Meta, Struct, ValidationError, convert
from msgspec.structs import FieldInfo, asdict, fields

from switchbell.trace.centre import centre_of
from switchbell.voice.core import OPERATIONS
from switchbell.voice.model import Centre, PartyKind, Settings
from switchbell.voice.numbers import Numbers
from switchbell.voice.operations import Operation
from switchbell.voice.transitions import FAR_END_OPERATIONS

KINDS = MappingProxyType({kind.__name__: kind for kind in OPERATIONS})

CallNumber = Annotated[int, Meta(ge=1)]

# Who asks is the step's party; a scenario has no need to tell answers from other events.
_NOT_PARAMETERS = frozenset({"dn", "reference_id"})


class ScenarioError(Exception):
    """A text that is no scenario. The error's text is one line for its author."""

    def __init__(self, text: str) -> None:
        # Names of the text's own making may be in it.
        super().__init__(text if text.isprintable() else repr(text))


class Request(Struct, frozen=True, kw_only=True):
    """A party asks for something. ``parameters`` are those of the operation, calls by number. It
    is expected to be ``refused``, or not to be."""

    party: str
    kind: type[Operation]
    parameters: dict[str, Any]
    refused: bool

    def operation(self, call_id: Callable[[int], str]) -> Operation:
        """Return what is asked for; ``call_id`` gives the id of the call of a number."""
        values: dict[str, Any] = {
            name: call_id(value) if _names_a_call(name) else value
            for name, value in self.parameters.items()
        }
        return self.kind(dn=self.party, **values)


class Wait(Struct, frozen=True, forbid_unknown_fields=True):
    """Time passes, in whole seconds: sums of fractions would miss a deadline by a hair."""

    wait: Annotated[int, Meta(ge=1, le=86_400)]


Step = Request | Wait


class Scenario(Struct, frozen=True, kw_only=True):
    """Steps to play, by parties of a centre whose switch has these settings."""

    title: str
    parties: tuple[str, ...]
    centre: Centre
    settings: Settings
    steps: tuple[Step, ...]


class _Settings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    parties: Annotated[tuple[str, ...], Meta(min_length=1)]
    queues: tuple[str, ...] = ()
    supervisors: tuple[str, ...] = ()
    far_ends: tuple[dict[str, Any], ...] = ()
    settings: _Settings = _Settings()
    step: tuple[dict[str, Any], ...]


class _Asked(Struct, frozen=True, kw_only=True):
    party: str
    operation: str
    refused: bool = False


def parse(text: str) -> Scenario:
    """Return the scenario that a text describes. Raises ScenarioError."""
    try:
        file = convert(tomllib.loads(text), _File)
        _check_names(file)
        _check_settings(file.settings)
        centre = centre_of(
            file.parties,
            queues=file.queues,
            supervisors=file.supervisors,
            far_ends=file.far_ends,
        )
    # What is wrong with the TOML or with what it says, and what is right but beyond the parser.
    except (ValueError, RecursionError) as error:
        raise ScenarioError(str(error)) from None
    return Scenario(
        title=file.title,
        parties=file.parties,
        centre=centre,
        settings=file.settings,
        steps=_steps(file, Numbers(centre)),
    )


def _steps(file: _File, numbers: Numbers) -> tuple[Step, ...]:
    steps = []
    for number, table in enumerate(file.step, 1):
        try:
            steps.append(_step(table, file.parties, numbers))
        except (ValidationError, ScenarioError) as error:
            raise ScenarioError(f"step {number}: {error}") from None
    return tuple(steps)


def _check_names(file: _File) -> None:
    if len(set(file.parties)) < len(file.parties):
        raise ScenarioError("parties: each must be there once")
    for text in (file.title, *file.parties):
        if not text or not text.isprintable():
            raise ScenarioError("title and parties must be printable text of one line")


_MAY_BE_NOTHING = frozenset({"wrap_up"})


def _check_settings(settings: Settings) -> None:
    for name, value in asdict(settings).items():
        # True and False are numbers for Python. NaN is not between any two.
        if isinstance(value, bool) or (name in _MAY_BE_NOTHING and value == 0):
            continue
        if not 0 < value < inf:
            raise ScenarioError(f"settings: {name} must be above 0, and finite")


def _step(table: dict[str, Any], parties: tuple[str, ...], numbers: Numbers) -> Step:
    if "wait" in table:
        return convert(table, Wait)
    asked = convert(table, _Asked)
    if asked.party not in parties:
        raise ScenarioError(f"{asked.party!r} is not one of the parties")
    kind = KINDS.get(asked.operation)
    if kind is None:
        raise ScenarioError(f"{asked.operation!r} is not an operation")
    _check_asker(asked.party, kind, numbers)
    given = {name: table[name] for name in table if name not in _Asked.__struct_fields__}
    return Request(
        party=asked.party, kind=kind, parameters=_parameters(kind, given), refused=asked.refused
    )


def _check_asker(party: str, kind: type[Operation], numbers: Numbers) -> None:
    match numbers.kind(party):
        case PartyKind.QUEUE:
            raise ScenarioError(f"{party!r} is a queue, which asks for nothing")
        case PartyKind.FAR_END if kind not in FAR_END_OPERATIONS:
            raise ScenarioError(f"{party!r} is outside, where {kind.__name__} is not possible")
        case _:
            pass


def _parameters(kind: type[Operation], given: dict[str, Any]) -> dict[str, Any]:
    known = {field.name: field for field in fields(kind) if field.name not in _NOT_PARAMETERS}
    for name in given:
        if name not in known:
            raise ScenarioError(f"{kind.__name__} has no {name!r}")
    for name, field in known.items():
        if field.required and name not in given:
            raise ScenarioError(f"{kind.__name__} needs {name!r}")
    return {name: _value(known[name], value) for name, value in given.items()}


def _value(field: FieldInfo, value: object) -> object:
    try:
        return convert(value, CallNumber if _names_a_call(field.name) else field.type)
    except ValidationError as error:
        raise ScenarioError(f"{field.name}: {error}") from None


def _names_a_call(parameter: str) -> bool:
    return parameter.endswith("call")
