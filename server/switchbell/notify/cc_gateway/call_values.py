"""What CC-Gateway says of a call: its id, its feature, and who is on it ("Call values")."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from switchbell.notify.cc_gateway.agents import Agents
from switchbell.voice.model import Call, CallType, ConsultType, Leg

# The digits at the end of a call's id in the core that count the calls.
_COUNTER = 10

VOICE = "1"
"""``mediaAbility``: there is nothing but voice."""

MAIN = "main"
ASSISTANT = "assistant"

FEATURES: Mapping[CallType, str] = MappingProxyType(
    {CallType.INBOUND: "0", CallType.INTERNAL: "6", CallType.OUTBOUND: "7", CallType.UNKNOWN: "6"}
)
INTERNAL = FEATURES[CallType.INTERNAL]

# Of consultations, by what they are for and by how many are on the call.
TWO_PARTIES, THREE_PARTIES, MANY_PARTIES = "51", "52", "53"


def call_id(leg: Leg) -> str:
    """``<seconds since 1970>-<counter>``: when the call began at the agent, and its number. Both
    stay as they are for as long as the agent has the call, also when it becomes one with another.
    """
    return f"{int(leg.since)}-{int(leg.id[-_COUNTER:], 16)}"


def feature(leg: Leg, call: Call | None) -> str:
    """The call type of a leg; ``call`` is the call that it belongs to, where that is known."""
    if leg.call_type is not CallType.CONSULT:
        return FEATURES[leg.call_type]
    others = len(leg.participants)
    if others > 1:
        return THREE_PARTIES if others == 2 else MANY_PARTIES  # noqa: PLR2004 - in the names
    for_conference = call is not None and call.consult_type is ConsultType.CONFERENCE
    return THREE_PARTIES if for_conference else TWO_PARTIES


def call_kind(leg: Leg) -> str:
    """``type``: a call that was made to consult about another is the assistant one."""
    return MAIN if leg.parent is None else ASSISTANT


def partners(leg: Leg, agents: Agents) -> list[str]:
    """The numbers of the others, the first to join first."""
    return [agents.number(dn) for dn in reversed(leg.participants)]


def call_shown(leg: Leg, call: Call | None, agents: Agents) -> dict[str, Any]:
    """What events about a call have in common that say who talks with whom."""
    return {
        "caller": agents.number(leg.ani),
        "callid": call_id(leg),
        "called": agents.number(leg.dnis),
        "feature": feature(leg, call),
        "type": call_kind(leg),
        "mediaAbility": VOICE,
    }
