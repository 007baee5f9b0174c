"""A signed-in agent at work: his calls, and what he asks of the core."""

from collections.abc import Iterator

from switchbell.notify.cc_gateway.agents import Agent
from switchbell.notify.cc_gateway.call_values import call_id
from switchbell.rest.cc_gateway.sessions import AgentSession
from switchbell.switchboard import Switchboard
from switchbell.voice.agents import Agent as AgentAtDn
from switchbell.voice.model import Leg, PartyState
from switchbell.voice.operations import Hangup, Operation, Reject

# The states of a call that an agent does not have on hold, that which counts most first.
CURRENT = (
    PartyState.ESTABLISHED,
    PartyState.DIALING,
    PartyState.BUSY,
    PartyState.OBSERVING,
    PartyState.RINGING,
)


class Desk:
    """What one request may use of the centre. ``references`` numbers what is asked for, so that
    the agent's own wishes can be told from what happens to him."""

    def __init__(
        self, session: AgentSession, switchboard: Switchboard, references: Iterator[int]
    ) -> None:
        self.session = session
        self._switchboard = switchboard
        self._references = references

    @property
    def agent(self) -> Agent:
        return self.session.seat.agent

    @property
    def dn(self) -> str:
        return self.agent.dn

    @property
    def state(self) -> AgentAtDn:
        """The agent's state in the core, apart from calls."""
        return self._switchboard.dn_state(self.dn).agent

    def calls(self) -> tuple[Leg, ...]:
        """His calls, the oldest first."""
        return self._switchboard.legs(self.dn)

    def in_state(self, *states: PartyState) -> Leg | None:
        """One of his calls that is in the first of these states in which there is any."""
        for state in states:
            for leg in self.calls():
                if leg.state is state:
                    return leg
        return None

    def current(self) -> Leg | None:
        """The call that he does not have on hold."""
        return self.in_state(*CURRENT)

    def named(self, name: str) -> Leg | None:
        """The call with this ``callid``."""
        for leg in self.calls():
            if call_id(leg) == name:
                return leg
        return None

    async def ask(self, kind: type[Operation], **parameters: object) -> int:
        """Have an operation carried out; the number of the change is the result. Raises
        VoiceError."""
        operation = kind(dn=self.dn, reference_id=next(self._references), **parameters)
        return await self._switchboard.execute(operation)

    async def leave(self, leg: Leg) -> None:
        """Hang up, or refuse a call that rings."""
        await self.ask(leaving(leg), call=leg.id)


def leaving(leg: Leg) -> type[Reject] | type[Hangup]:
    """What one does to leave a call."""
    return Reject if leg.state is PartyState.RINGING else Hangup
