"""How agents can stand when one of them asks for something."""

from tests.server.rest.cc_gateway.stage import Agent, Stage

CALL = "/voicecall/AGENT"
AGENT = "/onlineagent/AGENT"

Agents = list[Agent]


async def nobody(stage: Stage) -> Agents:
    return [stage.agent("15000")]


async def idle(stage: Stage) -> Agents:
    return await stage.signed_in("15000", "15001", "15002")


async def busy(stage: Stage) -> Agents:
    agents = await idle(stage)
    await agents[0].do("POST", f"{AGENT}/saybusy")
    await agents[0].events()
    return agents


async def working(stage: Stage) -> Agents:
    agents = await idle(stage)
    await agents[0].do("POST", f"{AGENT}/work")
    await agents[0].events()
    return agents


async def resting(stage: Stage) -> Agents:
    agents = await idle(stage)
    await stage.centre.desk().be("AuxWork")
    await agents[0].events()
    return agents


async def ringing(stage: Stage) -> Agents:
    agents = await idle(stage)
    await stage.ring_in("15000")
    await agents[0].events()
    return agents


async def talking(stage: Stage) -> Agents:
    """With a colleague."""
    return await stage.talking("15000", "15001", "15002")


async def serving(stage: Stage) -> Agents:
    """With a customer."""
    return await stage.with_customer("15000", "15001", "15002")


async def muted(stage: Stage) -> Agents:
    agents = await serving(stage)
    await agents[0].do("POST", f"{CALL}/beginmute")
    return agents


async def holding(stage: Stage) -> Agents:
    agents = await serving(stage)
    await agents[0].do("POST", f"{CALL}/hold")
    await agents[0].events()
    return agents


async def two_calls(stage: Stage) -> Agents:
    """One with a customer on hold, and one with a colleague."""
    agents = await holding(stage)
    await agents[0].do("PUT", f"{CALL}/callinner", {"called": "15001"})
    await agents[1].do("PUT", f"{CALL}/answer")
    await agents[0].events()
    return agents


async def consulting(stage: Stage) -> Agents:
    agents = await serving(stage)
    await agents[0].do("POST", f"{CALL}/innerhelp", {"dstaddress": "15001"})
    await agents[1].do("PUT", f"{CALL}/answer")
    await agents[0].events()
    return agents


async def colleague_rings(stage: Stage) -> Agents:
    agents = await idle(stage)
    await stage.ring_in("15001")
    return agents


async def busy_while_colleague_rings(stage: Stage) -> Agents:
    agents = await busy(stage)
    await stage.ring_in("15001")
    return agents


async def colleague_is_called(stage: Stage) -> Agents:
    """By another colleague: not from outside."""
    agents = await idle(stage)
    await agents[2].do("PUT", f"{CALL}/callinner", {"called": "15001"})
    return agents


async def phone_up(stage: Stage) -> Agents:
    agents = await stage.signed_in("15000", releasephone=False)
    await agents[0].do("PUT", f"{CALL}/callinner", {"called": "15001"})
    await agents[0].do("DELETE", f"{CALL}/release")
    await agents[0].events()
    return agents


async def inspecting(stage: Stage) -> Agents:
    return await stage.signed_in("15100", "15001")


async def inspecting_busy(stage: Stage) -> Agents:
    agents = await inspecting(stage)
    await agents[1].do("POST", f"{AGENT}/saybusy")
    return agents
