"""What a pair of agents does over and over, and whom each operation must notify of what."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from switchbell_client.agent import AgentClient


class Side(StrEnum):
    """Who of the pair."""

    CALLER = "caller"
    CALLEE = "callee"


@dataclass(frozen=True)
class Step:
    """An operation: who asks for it, how, and the state that each one concerned is told.

    ``ask`` takes the actor and the actor's call, or for the first step the number to call.
    """

    actor: Side
    ask: Callable[[AgentClient, str], Awaitable[None]]
    brings: tuple[tuple[Side, str], ...]


DIAL = Step(Side.CALLER, AgentClient.dial, ((Side.CALLER, "Dialing"), (Side.CALLEE, "Ringing")))
ANSWER = Step(
    Side.CALLEE,
    AgentClient.answer,
    ((Side.CALLER, "Established"), (Side.CALLEE, "Established")),
)
HOLD = Step(Side.CALLER, AgentClient.hold, ((Side.CALLER, "Held"),))
RETRIEVE = Step(Side.CALLER, AgentClient.retrieve, ((Side.CALLER, "Established"),))
HANGUP = Step(
    Side.CALLER, AgentClient.hangup, ((Side.CALLER, "Released"), (Side.CALLEE, "Released"))
)

CYCLE = (DIAL, ANSWER, HOLD, RETRIEVE, HANGUP)
