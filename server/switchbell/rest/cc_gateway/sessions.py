"""The agents who are signed in, and until when."""

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import chain
from types import MappingProxyType

from switchbell.notify.cc_gateway.agent_event import AgentEvent, EventType
from switchbell.notify.cc_gateway.seat import Seat
from switchbell.rest.cc_gateway.events_waiting import EventsWaiting, Overflow
from switchbell.rest.cc_gateway.guids import Guids
from switchbell.rest.cc_gateway.retcodes import Refused, RetCode

MOST_REPLACED = 4
"""So many former sessions of an agent can learn that they were replaced."""


class AgentSession:
    """One sign-in of an agent. Times are in seconds.

    ``heard`` is when he last polled; while a poll is held, of which ``held`` is the number, he is
    there. A session that is ``over`` serves nothing but the polls that learn of it.
    """

    def __init__(self, seat: Seat, guids: Guids, *, most_events: int, now: float) -> None:
        self.seat = seat
        self.guids = guids
        self.events = EventsWaiting(most_events)
        self.since = now
        self.heard = now
        self.held = 0
        self.over = False
        self.is_signing_in = True

    @property
    def agent_id(self) -> str:
        return self.seat.agent.id

    def arrive(self, now: float) -> None:
        """A poll begins to be held."""
        self.heard = now
        self.held += 1

    def leave(self, now: float) -> None:
        self.heard = now
        self.held -= 1


class AgentSessions:
    """All sessions, by agent id. An agent whose poll does not come for ``heartbeat`` seconds is not
    signed in any longer."""

    def __init__(self, heartbeat: float) -> None:
        self._heartbeat = heartbeat
        self._sessions: dict[str, AgentSession] = {}
        self._replaced: dict[str, deque[AgentSession]] = {}
        self._seats: dict[str, Seat] = {}

    @property
    def seats(self) -> Mapping[str, Seat]:
        """Who is signed in, by DN."""
        return MappingProxyType(self._seats)

    def __iter__(self) -> Iterator[AgentSession]:
        """All, also those that were replaced and have not learned of it."""
        return iter([*self._sessions.values(), *chain.from_iterable(self._replaced.values())])

    def get(self, agent_id: str) -> AgentSession | None:
        """The session of an agent, if he is signed in."""
        session = self._sessions.get(agent_id)
        return None if session is None or session.over else session

    def find(self, agent_id: str, guid: str | None, now: float) -> AgentSession:
        """The session of a request, also one that is over or replaced. Raises Refused."""
        known: list[AgentSession] = [*self._replaced.get(agent_id, ())]
        if agent_id in self._sessions:
            known.append(self._sessions[agent_id])
        present = [session for session in known if not self.is_silent(session, now)]
        if not present:
            raise Refused("The agent is not signed in.", RetCode.NOT_SIGNED_IN)
        for session in present:
            if session.guids.are_known(guid, now):
                return session
        raise Refused("The Guid is missing, wrong or expired.", RetCode.NO_PERMISSION)

    def begin(self, session: AgentSession) -> None:
        """Have an agent be signed in by this session, in the place of another if there is one."""
        agent_id = session.agent_id
        other = self._sessions.get(agent_id)
        if other is not None:
            self._replaced.setdefault(agent_id, deque(maxlen=MOST_REPLACED)).append(other)
        self._sessions[agent_id] = session
        self._seats[session.seat.agent.dn] = session.seat

    def give_up(self, session: AgentSession, older: AgentSession | None) -> None:
        """End a session that has not come to be, and go on with the one that it has replaced."""
        self.end(session)
        if older is not None and not older.over:
            self._forget(older)
            older.seat.go_on_from(session.seat)
            self.begin(older)

    def end(self, session: AgentSession) -> None:
        """Have a session be over, and forget it."""
        session.over = True
        self._forget(session)
        self._unseat(session)

    def tell(self, event: AgentEvent) -> AgentSession | None:
        """Have an event wait for its agent, if he is signed in: then his session is the result. It
        is over when there are too many, and when this is AgentOther_ShutdownService."""
        session = self.get(event.agent)
        if session is not None:
            self._put(session, event)
        return session

    def shut_down(self, session: AgentSession) -> None:
        """Have a session be over as soon as its agent has learned of that."""
        self._put(session, AgentEvent(session.agent_id, EventType.SHUTDOWN_SERVICE))

    def _put(self, session: AgentSession, event: AgentEvent) -> None:
        try:
            session.events.put(event)
            full = False
        except Overflow:
            session.events.replace_all(AgentEvent(event.agent, EventType.SHUTDOWN_SERVICE))
            full = True
        if full or event.type is EventType.SHUTDOWN_SERVICE:
            session.over = True
            self._unseat(session)

    def is_silent(self, session: AgentSession, now: float) -> bool:
        """Whether an agent has not polled for too long."""
        return not session.held and now - session.heard >= self._heartbeat

    def _forget(self, session: AgentSession) -> None:
        agent_id = session.agent_id
        if self._sessions.get(agent_id) is session:
            del self._sessions[agent_id]
        replaced = self._replaced.get(agent_id)
        if replaced is not None and session in replaced:
            replaced.remove(session)
            if not replaced:
                del self._replaced[agent_id]

    def _unseat(self, session: AgentSession) -> None:
        dn = session.seat.agent.dn
        if self._seats.get(dn) is session.seat:
            del self._seats[dn]
