"""How calls of A, B and C can stand, and S who supervises them; named as in ``Stage``."""

from collections.abc import Awaitable, Callable

from tests.server.rest.gws.stage import Stage

Situation = Callable[[Stage], Awaitable[None]]


async def dialing(stage: Stage) -> None:
    await stage.dial("A", "15001", "main")


async def talking(stage: Stage) -> None:
    await dialing(stage)
    await stage.act("B", "main", '{"operationName": "Answer"}')


async def held(stage: Stage) -> None:
    await talking(stage)
    await stage.act("A", "main", '{"operationName": "Hold"}')


async def other_call(stage: Stage) -> None:
    """A talks to C and has B on hold; one call has nothing to do with the other."""
    await held(stage)
    await stage.dial("A", "15002", "second")
    await stage.act("C", "second", '{"operationName": "Answer"}')


async def _consult(stage: Stage, operation: str) -> None:
    await talking(stage)
    body = f'{{"operationName": "{operation}", "destination": {{"phoneNumber": "15002"}}}}'
    await stage.act("A", "main", body)
    stage.calls["consult"] = (await stage.desks["C"].calls())[0]["id"]


async def asking_for_transfer(stage: Stage) -> None:
    await _consult(stage, "InitiateTransfer")


async def transferring(stage: Stage) -> None:
    await asking_for_transfer(stage)
    await stage.act("C", "consult", '{"operationName": "Answer"}')


async def asking_for_conference(stage: Stage) -> None:
    await _consult(stage, "InitiateConference")


async def conferring(stage: Stage) -> None:
    await asking_for_conference(stage)
    await stage.act("C", "consult", '{"operationName": "Answer"}')


async def conference(stage: Stage) -> None:
    await conferring(stage)
    await stage.act("A", "consult", '{"operationName": "CompleteConference"}')


async def muted(stage: Stage) -> None:
    await conference(stage)
    await stage.act("A", "main", '{"operationName": "MuteCall"}')


async def with_data(stage: Stage) -> None:
    await talking(stage)
    body = '{"operationName": "AttachUserData", "userData": {"a": 1, "b": {"c": [2]}}}'
    await stage.act("A", "main", body)


async def _monitored(stage: Stage, operation: str) -> None:
    await talking(stage)
    await stage.desks["S"].set_up(operation, phoneNumber="15000")
    await stage.forget()


async def listened_to(stage: Stage) -> None:
    await _monitored(stage, "ListenIn")


async def coached(stage: Stage) -> None:
    await _monitored(stage, "Coach")


async def barged_in(stage: Stage) -> None:
    await _monitored(stage, "BargeIn")


async def silenced(stage: Stage) -> None:
    await listened_to(stage)
    await stage.act("S", "main", '{"operationName": "MuteMonitoredUser"}')
