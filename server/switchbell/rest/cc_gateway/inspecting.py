"""What inspectors, who are supervisors, do with other agents ("Inspector actions")."""

from contextlib import suppress
from typing import Any

from switchbell.notify.cc_gateway.agent_event import AgentEvent, EventType
from switchbell.notify.cc_gateway.agent_states import FORCED
from switchbell.notify.cc_gateway.agents import Agent
from switchbell.rest.cc_gateway.asked import Asked
from switchbell.rest.cc_gateway.desk import leaving
from switchbell.rest.cc_gateway.retcodes import Refused, RetCode
from switchbell.voice.agents import AgentState
from switchbell.voice.errors import VoiceError
from switchbell.voice.operations import Logout, NotReady, Ready


async def force_busy(asked: Asked) -> Any:
    target = _target(asked)
    await asked.gateway.switchboard.execute(NotReady(dn=target.dn, reason=FORCED))
    asked.gateway.tell(AgentEvent(target.id, EventType.FORCE_SET_NOT_READY))
    return {}


async def force_idle(asked: Asked) -> Any:
    target = _target(asked)
    await asked.gateway.switchboard.execute(Ready(dn=target.dn))
    asked.gateway.tell(AgentEvent(target.id, EventType.FORCE_READY))
    return {}


async def force_logout(asked: Asked) -> Any:
    """The agent learns of it when he polls next."""
    target = _target(asked)
    switchboard = asked.gateway.switchboard
    for leg in switchboard.legs(target.dn):
        # It may have ended meanwhile, or with another one.
        with suppress(VoiceError):
            await switchboard.execute(leaving(leg)(dn=target.dn, call=leg.id))
    await switchboard.execute(Logout(dn=target.dn))
    asked.gateway.tell(AgentEvent(target.id, EventType.SHUTDOWN_SERVICE))
    return {}


def _target(asked: Asked) -> Agent:
    """The agent to whom it is done, who works here or elsewhere. Raises Refused."""
    if not asked.session.seat.agent.supervisor:
        raise Refused("Only an inspector may do this.", RetCode.NO_PERMISSION)
    agent_id = asked.path["workno"]
    if agent_id == asked.agent_id:
        raise Refused("An inspector may not inspect himself.", RetCode.INSPECTS_ITSELF)
    agent = asked.gateway.agents.get(agent_id)
    if agent is None:
        raise Refused("There is no such agent.", RetCode.PARAMETER_INVALID)
    if asked.gateway.switchboard.dn_state(agent.dn).agent.state is AgentState.LOGGED_OUT:
        raise Refused("That agent is not signed in.", RetCode.NOT_SIGNED_IN)
    return agent
