"""What can be read of calls ("Call data")."""

from typing import Any

from switchbell.notify.cc_gateway.call_values import (
    call_id,
    caller_and_called,
    feature,
    on_its_own,
    partners,
)
from switchbell.rest.cc_gateway import bodies
from switchbell.rest.cc_gateway.asked import Asked
from switchbell.rest.cc_gateway.calls import APP_DATA
from switchbell.rest.cc_gateway.retcodes import Refused, RetCode
from switchbell.voice.model import Call, Leg, PartyState


async def show_call(asked: Asked) -> Any:
    """The current call, or one on hold; if there is none the last one, unless that is unwanted."""
    without_last = asked.query(bodies.LastCall).without_last
    leg = asked.desk.current() or asked.desk.in_state(PartyState.HELD)
    if leg is not None:
        return _shown(asked, leg)
    last = asked.session.seat.last
    if last is None or without_last:
        raise Refused("There is no call.")
    line, ended = last
    return _described(asked, line.leg, line.call, ended)


async def show_named_call(asked: Asked) -> Any:
    leg = asked.desk.named(asked.path["callid"])
    if leg is None:
        raise Refused("There is no such call.")
    return _shown(asked, leg)


async def show_ringing_call(asked: Asked) -> Any:
    leg = asked.desk.in_state(PartyState.RINGING)
    if leg is None:
        raise Refused("No call rings.")
    return _shown(asked, leg)


async def list_call_ids(asked: Asked) -> Any:
    return [call_id(leg) for leg in asked.desk.calls()]


async def list_calls(asked: Asked) -> Any:
    """Of one's own calls: nobody else's can be read."""
    if asked.path["workno"] != asked.agent_id:
        raise Refused("Calls of others cannot be read.", RetCode.NO_PERMISSION)
    return [_shown(asked, leg) for leg in asked.desk.calls()]


async def list_numbers(asked: Asked) -> Any:
    agents = asked.gateway.agents
    return [number for leg in asked.desk.calls() for number in partners(leg, agents)]


async def list_held_calls(asked: Asked) -> Any:
    return [_shown(asked, leg) for leg in asked.desk.calls() if leg.state is PartyState.HELD]


async def refuse(asked: Asked) -> Any:
    """For what the interface has, and this server has not."""
    raise Refused("This is not offered here.", RetCode.NOT_OFFERED)


def _shown(asked: Asked, leg: Leg) -> dict[str, Any]:
    leg = on_its_own(leg, {one.id for one in asked.desk.calls()})
    return _described(asked, leg, asked.gateway.switchboard.call(leg.conn_id), None)


def _described(asked: Asked, leg: Leg, call: Call | None, ended: float | None) -> dict[str, Any]:
    agents = asked.gateway.agents
    queue = _queue(leg, call)
    caller, called = caller_and_called(leg, call, agents)
    return {
        "callfeature": feature(leg, call),
        "callid": call_id(leg),
        "caller": caller,
        "called": called,
        "callskill": asked.gateway.queues.get(queue, ""),
        "callskillid": queue,
        "orgicallednum": leg.dnis if call is None else call.dnis,
        "calldata": leg.user_data.get(APP_DATA, ""),
        "begintime": int(leg.since * 1000),
        "endtime": None if ended is None else int(ended * 1000),
    }


def _queue(leg: Leg, call: Call | None) -> str:
    """Where the call has waited for the agent, if it has."""
    for party in () if call is None else call.parties:
        if party.dn == leg.dn and party.queued is not None:
            return party.queued.dn
    return ""
