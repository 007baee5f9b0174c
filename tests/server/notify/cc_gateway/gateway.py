"""A voice core with agents who are signed in at CC-Gateway, and what they are told.

Steps are those of the call models (``tests/server/voice/telling.py``); A is agent 101, B 102 and so
on. An event is a line: ``A Talking 1 feature 6``, calls being numbered in the order in which they
were made. ``wait 30`` lets time pass.
"""

from collections.abc import Callable, Mapping
from typing import Any

from switchbell.notify.cc_gateway.agent_event import AgentEvent
from switchbell.notify.cc_gateway.agents import Agent, Agents
from switchbell.notify.cc_gateway.projection import CcGatewayEvents
from switchbell.notify.cc_gateway.seat import Plan, Seat, SeatOptions
from switchbell.voice.events import Change
from switchbell.voice.model import Leg
from switchbell.voice.operations import Operation
from tests.server.voice.telling import call_id, new_core, operation

BEGIN = 1000.0
BY_HAND = SeatOptions(autoanswer=False)
NUMBERS = {"101": "A", "102": "B", "103": "C", "104": "D"}
IDS = {dn: agent_id for agent_id, dn in NUMBERS.items()}
AGENTS = Agents(Agent(id=agent_id, user=f"user-{dn}", dn=dn) for agent_id, dn in NUMBERS.items())


class SignedIn:
    """A centre in which the agents at some DNs are signed in, and log in first."""

    def __init__(self, dns: str, options: Mapping[str, SeatOptions] | None = None) -> None:
        self.core = new_core()
        self.seats: dict[str, Seat] = {}
        self.events = CcGatewayEvents(AGENTS, self.seats)
        self.now = BEGIN
        self.number = 0
        for dn in dns:
            agent = AGENTS.at(dn)
            assert agent is not None
            self.seats[dn] = Seat(agent, (options or {}).get(dn, BY_HAND))
            self.do(f"{dn} Login {dn}", f"{dn} Ready")

    def do(self, *steps: str) -> list[str]:
        """What is told of the last of these steps."""
        told: list[AgentEvent] = []
        for text in steps:
            told = self._wait(text) if text.startswith("wait") else self._step(text)
        return [line(event) for event in told]

    def plan(self, dn: str, call: str, plan: Plan) -> None:
        self.seats[dn].plans[call_id(self.core, dn, call)] = plan

    def _wait(self, text: str) -> list[AgentEvent]:
        self.now += float(text.split()[1])
        return self._happen()

    def _step(self, text: str) -> list[AgentEvent]:
        asked = operation(self.core, text)
        return self._execute(asked) + self._happen()

    def _execute(self, asked: Operation) -> list[AgentEvent]:
        return self._hear(self.core.execute(asked, self.now))

    def _happen(self) -> list[AgentEvent]:
        told = []
        while change := self.core.advance(self.now):
            told += self._hear(change)
        return told

    def _hear(self, change: Change) -> list[AgentEvent]:
        self.number += 1
        composed = self.events.compose(self.number, change)
        told = composed.events
        for errand in composed.errands:
            told += self._execute(errand)
        return told


def line(event: AgentEvent) -> str:
    name = event.type.removeprefix("AgentEvent_")
    words = [NUMBERS[event.agent], name]
    match event.content:
        case str() as callid:
            words.append(_call(callid))
        case dict() as content:
            words += [_word(key, value) for key, value in content.items() if key in SHOWN]
    return " ".join(word for word in words if word)


def _call(callid: str) -> str:
    """The number of a call, without the milliseconds."""
    return callid.partition("-")[2][:-3]


SHOWN: dict[str, Callable[[Any], str]] = {
    "callid": _call,
    "callId": _call,
    "feature": lambda value: f"feature {value}",
    "type": lambda value: "" if value == "main" else str(value),
    "partner": lambda value: ",".join(NUMBERS.get(one, one) for one in value.split(",")),
    "number": lambda value: NUMBERS.get(value, str(value)),
    "otherPhone": str,
    "transfrom": lambda value: value and f"from {NUMBERS[value]}",
    "reason": str,
    "phoneState": str,
    "result": lambda value: f"result {value}",
}


def _word(key: str, value: Any) -> str:
    return SHOWN[key](value)


def the_leg(centre: SignedIn, dn: str) -> Leg:
    """The only call at a DN."""
    [leg] = centre.core.legs(dn)
    return leg
