"""Polls that are held until there is something to say. They cost no thread and no task."""

import asyncio

from switchbell.notify.cc_gateway.agent_event import AgentEvent
from switchbell.rest.cc_gateway.sessions import AgentSession


class Polls:
    """The held polls, one for each session at most: another one takes its place, and it is answered
    that there was nothing. So a client that has given a poll up need not wait for the server to
    notice."""

    def __init__(self) -> None:
        self._waiting: dict[AgentSession, asyncio.Future[bool]] = {}
        self._is_stopping = False

    def __len__(self) -> int:
        return len(self._waiting)

    async def next_event(self, session: AgentSession, wait: float) -> AgentEvent | None:
        """Give away the oldest event of a session, for which this waits some seconds. None if there
        was none. The event is under way then, and whether it was written has to be noted."""
        self._settle(session, go_on=False)
        if not (session.events.can_take or session.over or self._is_stopping):
            waiting = asyncio.get_running_loop().create_future()
            self._waiting[session] = waiting
            try:
                async with asyncio.timeout(wait):
                    if not await waiting:
                        return None
            except TimeoutError:
                pass
            finally:
                if self._waiting.get(session) is waiting:
                    del self._waiting[session]
        return session.events.take()

    def wake(self, session: AgentSession) -> None:
        """Have the poll of a session look whether there is anything."""
        self._settle(session, go_on=True)

    def stop(self) -> None:
        """Answer all polls at once, those that are held and those to come."""
        self._is_stopping = True
        for session in [*self._waiting]:
            self.wake(session)

    def _settle(self, session: AgentSession, *, go_on: bool) -> None:
        waiting = self._waiting.pop(session, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(go_on)
