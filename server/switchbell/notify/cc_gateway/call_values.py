"""What CC-Gateway says of a call: its id, its feature, and who is on it ("Call values")."""

from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from switchbell.notify.cc_gateway.agents import Agents
from switchbell.voice.model import Call, CallType, ConsultType, Leg, PartyKind

# The digits at the end of a call's id in the core that count the calls.
_COUNTER = 10

VOICE = "1"
"""``mediaAbility``: there is nothing but voice."""

MAIN = "main"
ASSISTANT = "assistant"

FEATURES: Mapping[CallType, str] = MappingProxyType(
    {CallType.INBOUND: "0", CallType.INTERNAL: "6", CallType.OUTBOUND: "7", CallType.UNKNOWN: "6"}
)

_OUTSIDE = frozenset({CallType.INBOUND, CallType.OUTBOUND})

# Of consultations, by what they are for and by how many are on the call.
TWO_PARTIES, THREE_PARTIES, MANY_PARTIES = "51", "52", "53"


def call_id(leg: Leg) -> str:
    """``<seconds since 1970>-<counter>``: when the call began at the agent, and its number with the
    milliseconds, for one that was refused may come again within the second. It stays as it is for
    as long as the agent has the call, also when that becomes one with another."""
    seconds, milliseconds = divmod(int(leg.since * 1000), 1000)
    return f"{seconds}-{int(leg.id[-_COUNTER:], 16)}{milliseconds:03}"


def is_internal(call: Call) -> bool:
    """Whether nobody outside is on a call, however it began."""
    return all(party.kind is not PartyKind.FAR_END for party in call.parties)


def on_its_own(leg: Leg, calls: Container[str]) -> Leg:
    """What is left of a consultation when the call that it was about is not among the agent's
    ``calls`` any longer: a call like others."""
    return leg if leg.parent is None or leg.parent in calls else replace(leg, parent=None)


def feature(leg: Leg, call: Call | None) -> str:
    """The call type of a leg; ``call`` is the call that it belongs to, where that is known. Who
    talks with somebody outside, and consults about nothing, has no internal call any longer."""
    others = len(leg.participants)
    if leg.call_type is CallType.CONSULT and others > 1:
        return THREE_PARTIES if others == 2 else MANY_PARTIES  # noqa: PLR2004 - in the names
    may_be_internal = leg.call_type not in _OUTSIDE and leg.parent is None
    if may_be_internal and call is not None and not is_internal(call):
        return FEATURES[call.call_type if call.call_type in _OUTSIDE else CallType.OUTBOUND]
    if leg.call_type is not CallType.CONSULT:
        return FEATURES[leg.call_type]
    for_conference = call is not None and call.consult_type is ConsultType.CONFERENCE
    return THREE_PARTIES if for_conference else TWO_PARTIES


def caller_and_called(leg: Leg, call: Call | None, agents: Agents) -> tuple[str, str]:
    """The numbers of who calls whom. Somebody who has taken the place of the one at the other end
    stands for him; a queue that was called does so for whoever answers."""
    caller, called = leg.ani, leg.dnis
    if len(leg.participants) == 1:
        [other] = leg.participants
        if caller != leg.dn:
            caller = other
        elif not _came_from(called, other, call):
            called = other
    return agents.number(caller), agents.number(called)


def _came_from(queue: str, dn: str, call: Call | None) -> bool:
    """Whether a call has waited at a queue for the one at this DN."""
    parties = () if call is None else call.parties
    return any(
        one.dn == dn and one.queued is not None and one.queued.dn == queue for one in parties
    )


def call_kind(leg: Leg) -> str:
    """``type``: a call that was made to consult about another is the assistant one."""
    return MAIN if leg.parent is None else ASSISTANT


def partners(leg: Leg, agents: Agents) -> list[str]:
    """The numbers of the others, the first to join first."""
    return [agents.number(dn) for dn in reversed(leg.participants)]


def call_shown(leg: Leg, call: Call | None, agents: Agents) -> dict[str, Any]:
    """What events about a call have in common that say who talks with whom."""
    caller, called = caller_and_called(leg, call, agents)
    return {
        "caller": caller,
        "callid": call_id(leg),
        "called": called,
        "feature": feature(leg, call),
        "type": call_kind(leg),
        "mediaAbility": VOICE,
    }
