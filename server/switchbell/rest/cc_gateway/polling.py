"""Polling of events ("Event delivery")."""

from contextlib import suppress
from typing import NoReturn

from aiohttp import web

from switchbell.rest.cc_gateway.answers import polled
from switchbell.rest.cc_gateway.asked import Asked
from switchbell.rest.cc_gateway.retcodes import Refused, RetCode
from switchbell.rest.cc_gateway.sessions import AgentSession

SET_GUID = "Set-GUID"


async def poll(asked: Asked) -> web.StreamResponse:
    """One event, the oldest. It is given again by the next poll if this one is cut."""
    gateway, session = asked.gateway, asked.session
    session.arrive(gateway.switchboard.now())
    try:
        event = await gateway.polls.next_event(session, gateway.options.poll_wait / 1000)
    finally:
        session.leave(gateway.switchboard.now())
    if event is None:
        _forget_if_told(asked, session)
        if session.over:
            raise Refused("The agent is not signed in.", RetCode.NOT_SIGNED_IN)
        return _answer(asked, polled(None))
    content = {"eventType": event.type, "workNo": event.agent, "content": event.content}
    answer = _answer(asked, polled(content))
    written = False
    try:
        # Here, and not by aiohttp later: it has to be known whether it went out.
        with suppress(ConnectionError):
            await answer.prepare(asked.request)
            await answer.write_eof()
            written = True
    finally:
        _note(asked, session, written=written)
    return answer


def _note(asked: Asked, session: AgentSession, *, written: bool) -> None:
    """Note whether the event that was under way is told."""
    if written:
        session.events.written()
        _forget_if_told(asked, session)
    else:
        session.events.cut()
    # Another poll may have come meanwhile.
    if session.events.can_take or session.over:
        asked.gateway.polls.wake(session)


def _forget_if_told(asked: Asked, session: AgentSession) -> None:
    """A session is gone when its agent has learned that it is over."""
    if session.over and not session.events:
        asked.gateway.sessions.end(session)


def _answer(asked: Asked, response: web.Response) -> web.Response:
    """Tell the client the Guid to send from now on, where that has changed."""
    now = asked.gateway.switchboard.now()
    renewed = asked.session.guids.renewed(asked.guid, now)
    if renewed is not None:
        tell_guid(response, renewed)
    return response


def tell_guid(response: web.Response, guid: str) -> None:
    response.headers[SET_GUID] = f"JSESSIONID={guid}"


async def handshake(asked: Asked) -> NoReturn:
    """The heartbeat of those to whom events are pushed."""
    raise Refused("Events are polled here; the polls are the heartbeat.")
