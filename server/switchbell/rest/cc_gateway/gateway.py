"""What all requests share: who is signed in, and what happens to them."""

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import Iterable, Mapping
from itertools import count
from math import inf

from msgspec import Struct

from switchbell.access.door import Door
from switchbell.notify.cc_gateway.agent_event import AgentEvent, EventType
from switchbell.notify.cc_gateway.agents import Agent, Agents
from switchbell.notify.cc_gateway.projection import CcGatewayEvents
from switchbell.rest.cc_gateway.desk import Desk
from switchbell.rest.cc_gateway.options import CcGatewayOptions
from switchbell.rest.cc_gateway.polls import Polls
from switchbell.rest.cc_gateway.sessions import AgentSession, AgentSessions
from switchbell.switchboard import Switchboard, Unavailable
from switchbell.voice.errors import VoiceError
from switchbell.voice.events import Change
from switchbell.voice.model import Leg, PartyState
from switchbell.voice.operations import Logout, Operation

logger = logging.getLogger(__name__)

SWEEPS = 20
"""How many times within a heartbeat it is looked for those who have gone."""

# Seconds until what could not be kept is tried again.
TRY_AGAIN = 1.0

NODE = "AgentGateway0"


class Errand(Struct, frozen=True):
    """What is to be done without being asked for. What is done because an agent is
    ``gone`` is not done any more when he has signed in again."""

    operation: Operation
    gone: Agent | None = None


def login_code(agent: Agent) -> str:
    """The id of those in the core who were logged in by signing in here: it outlives the process,
    which sessions do not."""
    return f"{agent.id}@{NODE}"


class Gateway:
    """The agents of a centre who are signed in here. ``queues`` are the names of its queues, by
    DN."""

    def __init__(
        self,
        switchboard: Switchboard,
        agents: Agents,
        queues: Mapping[str, str],
        door: Door,
        options: CcGatewayOptions,
    ) -> None:
        self.switchboard = switchboard
        self.agents = agents
        self.queues = queues
        self.door = door
        self.options = options
        self.sessions = AgentSessions(options.heartbeat / 1000)
        self.polls = Polls()
        self._events = CcGatewayEvents(agents, self.sessions.seats)
        self._references = count(1)
        self._errands: deque[Errand] = deque()
        self._has_errands = asyncio.Event()

    def desk(self, session: AgentSession) -> Desk:
        return Desk(session, self.switchboard, self._references)

    def hear(self, number: int, change: Change) -> None:
        """Take note of a committed change; they come once and in order."""
        composed = self._events.compose(number, change)
        for event in composed.events:
            self.tell(event)
        for errand in composed.errands:
            self._do_soon(Errand(errand))

    def tell(self, event: AgentEvent) -> None:
        """Have an agent learn of an event, if he is signed in. Where too many wait for him already
        he is signed out: none gets lost without his learning of it."""
        session = self.sessions.tell(event)
        if session is None:
            return
        self.polls.wake(session)
        if session.over and event.type is not EventType.SHUTDOWN_SERVICE:
            logger.warning("Agent %s has too many events waiting: signed out", event.agent)
            self.log_out_soon(session)

    def shut_down(self, session: AgentSession) -> None:
        """End a session; its agent learns of that when he polls."""
        self.sessions.shut_down(session)
        self.polls.wake(session)

    def log_out_soon(self, session: AgentSession) -> None:
        """End the work of an agent whose session is over, as soon as that can be kept."""
        agent = session.seat.agent
        self._do_soon(Errand(Logout(dn=agent.dn), agent))

    def _do_soon(self, errand: Errand) -> None:
        self._errands.append(errand)
        self._has_errands.set()

    async def pursue_plan(self, session: AgentSession, consultation: Leg) -> None:
        """Do what is planned for a consultation if it has been answered before that was known."""
        for leg in self.switchboard.legs(consultation.dn):
            if leg.id == consultation.id and leg.state is PartyState.ESTABLISHED:
                plan = session.seat.plans.pop(leg.id, None)
                if plan is not None and plan.complete is not None:
                    await self._run(Errand(plan.complete(dn=leg.dn, call=leg.id)))

    async def run_errands(self) -> None:
        """Do for agents, for ever, what they need not ask for: one thing after the other."""
        while True:
            await self._has_errands.wait()
            self._has_errands.clear()
            while self._errands:
                if not await self._run(self._errands.popleft()):
                    await asyncio.sleep(TRY_AGAIN)

    async def _run(self, errand: Errand) -> bool:
        """Return False if it has to be tried again because nothing can be done at present. A
        refusal does no harm: meanwhile something else may have become of the call."""
        operation = errand.operation
        newer = None if errand.gone is None else self.sessions.get(errand.gone.id)
        if newer is not None and newer.is_signing_in:
            # It is not known yet whether he will be.
            self._do_soon(errand)
            return False
        if newer is not None:
            return True
        try:
            await self.switchboard.execute(operation)
        except Unavailable:
            self._do_soon(errand)
            return False
        except VoiceError as error:
            logger.debug("%s at %s: %s", type(operation).__name__, operation.dn, error)
        except Exception:
            logger.exception("%s at %s failed", type(operation).__name__, operation.dn)
        return True

    async def watch(self) -> None:
        """Sign out those who poll no longer, for ever. Those who were signed in when the server
        stopped have a heartbeat's time to sign in again."""
        left = [agent for agent in self.agents if self._was_signed_in_here(agent)]
        until = self.switchboard.now() + self.options.heartbeat / 1000
        while True:
            await asyncio.sleep(self.options.heartbeat / 1000 / SWEEPS)
            self.sweep()
            if left and self.switchboard.now() >= until:
                self._log_out(left)
                left = []

    def _was_signed_in_here(self, agent: Agent) -> bool:
        return self.switchboard.dn_state(agent.dn).agent.id == login_code(agent)

    def _log_out(self, left: Iterable[Agent]) -> None:
        for agent in left:
            if self._was_signed_in_here(agent) and self.sessions.get(agent.id) is None:
                logger.info("Agent %s has not signed in again: logged out", agent.id)
                self._do_soon(Errand(Logout(dn=agent.dn), agent))

    def sweep(self) -> None:
        """Sign out those who have not polled for too long."""
        for session in self.sessions:
            if self.sessions.is_silent(session, self.switchboard.now()):
                was_over = session.over
                self.sessions.end(session)
                if not was_over:
                    self.log_out_soon(session)

    async def sign_out(self, session: AgentSession) -> None:
        """End a session because its agent wants that, and with it his work. His calls go on. Raises
        Unavailable, and then he is signed in as before."""
        seat = session.seat
        told_until, seat.told_until = seat.told_until, inf
        try:
            await self.switchboard.execute(Logout(dn=seat.agent.dn))
        except VoiceError:
            # He was logged out elsewhere at the same moment.
            pass
        except Unavailable:
            seat.told_until = told_until
            raise
        self.sessions.end(session)
        self.polls.wake(session)

    @staticmethod
    def new_guid() -> str:
        return f"{uuid.uuid4()}.{NODE}"
