"""A working day, from the beginning of the session to its end, through the client: what each of
those concerned is told at each step, in order, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from switchbell_client import (
    AgentClient,
    Call,
    CallNotification,
    ConnectionType,
    Device,
    DeviceNotification,
    Notification,
    OutsideCall,
    Trunk,
)
from tests.centre import PATIENCE, Centre, running_centre

WAYS = {
    "long-polling": (ConnectionType.LONG_POLLING,),
    "websocket": (ConnectionType.WEBSOCKET, ConnectionType.LONG_POLLING),
}

CUSTOMER = "+14155550142"
QUEUE = "16000"
ANNA, BERTA, CARLA, BOSS = "15000", "15001", "15002", "15100"


class Floor:
    """Agents, each with a client of his own, and the customers outside."""

    def __init__(
        self, centre: Centre, way: Sequence[ConnectionType], stack: AsyncExitStack
    ) -> None:
        self._centre = centre
        self._way = way
        self._stack = stack

    async def agent(self, user: str) -> AgentClient:
        client = AgentClient(self._centre.url, user, "switchbell", connection_types=self._way)
        return await self._stack.enter_async_context(client)

    async def agents(self, *numbers: str) -> list[AgentClient]:
        return [await self.agent(f"agent{number}") for number in numbers]

    async def trunk(self) -> Trunk:
        trunk = Trunk(self._centre.url, "supervisor", "switchbell")
        return await self._stack.enter_async_context(trunk)


@pytest_asyncio.fixture(params=WAYS.values(), ids=list(WAYS))
async def floor(request: pytest.FixtureRequest) -> AsyncIterator[Floor]:
    async with running_centre() as centre, AsyncExitStack() as stack:
        yield Floor(centre, request.param, stack)


def story(notification: Notification) -> str:
    """What a notification tells, in a line."""
    match notification:
        case CallNotification(call=call):
            others = ", ".join(sorted(one.phone_number for one in call.participants))
            kind = notification.notification_type
            words = [kind, call.state] if kind != "StatusChange" else [call.state]
            words += [call.call_type] if call.call_type == "Consult" else []
            return " ".join([*words, "with", others])
        case DeviceNotification(devices=[Device(user_state=state) as device]):
            assert state is not None
            monitoring = device.supervisor_monitoring_state
            if monitoring is not None:
                return (
                    f"device: {monitoring.state} {monitoring.target_device_uri.rpartition('/')[2]}"
                )
            words = ["device:", state.state, state.work_mode or "", state.reason or ""]
            return " ".join(filter(None, words))
        case _:
            raise AssertionError(notification)


async def hears(agent: AgentClient, *stories: str, in_any_order: bool = False) -> list[Call]:
    """The next notifications of an agent must be these. Returns the calls in them."""
    told: list[Notification] = []
    async with asyncio.timeout(PATIENCE):
        async for notification in agent.notifications():
            told.append(notification)
            if len(told) == len(stories):
                break
    heard = [story(notification) for notification in told]
    if in_any_order:
        assert sorted(heard) == sorted(stories)
    else:
        assert heard == list(stories)
    return [one.call for one in told if isinstance(one, CallNotification)]


def nothing_is_left(*agents: AgentClient) -> bool:
    return not any(agent._client and agent._client.has_pending_messages for agent in agents)


async def test_a_working_day(floor: Floor) -> None:
    anna, berta, carla = agents = await floor.agents(ANNA, BERTA, CARLA)
    trunk = await floor.trunk()
    # Who is ready first gets the first call.
    for agent in agents:
        assert await agent.start_session(queue=QUEUE) == ()
        await hears(agent, "device: LoggedIn", "device: Ready")
    assert await anna.start_session() == ()  # again, as after a reconnect: nothing happens
    await anna.ready()

    customer, main = await serve(anna, trunk)
    await confer(anna, berta, main)
    assert (await trunk.call(customer)).participants == (ANNA,)
    taken_over = await hand_over(anna, carla, main)
    assert (await trunk.call(customer)).participants == (CARLA,)
    await rest(anna)

    await trunk.hang_up(customer)
    [released] = await hears(carla, f"Released Consult with {CUSTOMER}")
    assert released.id == taken_over.id
    assert await trunk.calls() == ()

    for agent in agents:
        await agent.end_session()
        await hears(agent, "device: LoggedOut")
    assert nothing_is_left(*agents)


async def serve(anna: AgentClient, trunk: Trunk) -> tuple[OutsideCall, Call]:
    """A customer rings in to the queue, Anna answers, holds, retrieves."""
    customer = await trunk.ring_in(CUSTOMER, QUEUE, {"segment": "gold"})
    [main] = await hears(anna, f"Ringing with {CUSTOMER}")
    assert (main.call_type, main.ani, main.dnis) == ("Inbound", CUSTOMER, QUEUE)
    assert main.user_data == {"segment": "gold"}
    await anna.answer(main)
    await hears(anna, f"Established with {CUSTOMER}")
    assert (await trunk.call(customer)).state == "Established"
    await anna.hold(main)
    await hears(anna, f"Held with {CUSTOMER}")
    await anna.retrieve(main)
    await hears(anna, f"Established with {CUSTOMER}")
    return customer, main


async def confer(anna: AgentClient, berta: AgentClient, main: Call) -> None:
    """Anna consults Berta, has her join, and takes her off again."""
    await anna.initiate_conference(main, BERTA)
    _, consult = await hears(anna, f"Held with {CUSTOMER}", f"Dialing Consult with {BERTA}")
    assert consult.parent_call_uri == main.uri
    [ringing] = await hears(berta, f"Ringing Consult with {ANNA}")
    await berta.answer(ringing)
    await hears(berta, f"Established Consult with {ANNA}")
    await hears(anna, f"Established Consult with {BERTA}", f"Held with {CUSTOMER}")
    await anna.complete_conference(main, consult)
    _, conference = await hears(
        anna,
        f"Released Consult with {BERTA}",
        f"ParticipantsUpdated Established with {CUSTOMER}, {BERTA}",
    )
    await hears(berta, f"ParticipantsUpdated Established Consult with {CUSTOMER}, {ANNA}")
    assert "RemoveParticipantFromConference" in conference.capabilities
    await anna.remove_participant(conference, BERTA)
    [alone] = await hears(anna, f"ParticipantsUpdated Established with {CUSTOMER}")
    assert "RemoveParticipantFromConference" not in alone.capabilities
    await hears(berta, f"Released Consult with {CUSTOMER}, {ANNA}")


async def hand_over(anna: AgentClient, carla: AgentClient, main: Call) -> Call:
    """Anna consults Carla and leaves her the customer. Returns the call as Carla has it."""
    await anna.initiate_transfer(main, CARLA, {"reason": "billing"})
    await hears(anna, f"Held with {CUSTOMER}", f"Dialing Consult with {CARLA}")
    [ringing] = await hears(carla, f"Ringing Consult with {ANNA}")
    assert ringing.user_data == {"reason": "billing"}
    await carla.answer(ringing)
    await hears(carla, f"Established Consult with {ANNA}")
    await hears(anna, f"Established Consult with {CARLA}", f"Held with {CUSTOMER}")
    await anna.complete_transfer(main)
    both = (f"Released with {CUSTOMER}", f"Released Consult with {CARLA}")
    await hears(anna, *both, in_any_order=True)
    [taken_over] = await hears(carla, f"ParticipantsUpdated Established Consult with {CUSTOMER}")
    assert taken_over.id == ringing.id
    assert await anna.calls() == ()
    return taken_over


async def rest(anna: AgentClient) -> None:
    """After-call work, ready, not ready with a reason."""
    await anna.after_call_work()
    await hears(anna, "device: NotReady AfterCallWork")
    await anna.ready()
    await hears(anna, "device: Ready")
    await anna.not_ready("Lunch")
    await hears(anna, "device: NotReady Lunch")
    now = (await anna.current_device()).user_state
    assert now is not None
    assert (now.display_name, now.reason) == ("Not Ready", "Lunch")


async def test_a_supervisors_day(floor: Floor) -> None:
    [anna] = await floor.agents(ANNA)
    boss = await floor.agent("supervisor")
    trunk = await floor.trunk()
    await anna.start_session()
    await hears(anna, "device: LoggedIn", "device: Ready")

    await boss.listen_in(ANNA)
    await hears(boss, f"device: ListenIn {anna.device.id}")
    customer, main = await serve_monitored(anna, boss, trunk)
    await change_ways(anna, boss, main)
    assert (await trunk.call(customer)).participants == (ANNA,)

    # What ends is the hearing, not the call.
    await boss.cancel_monitoring()
    await hears(boss, f"Released with {CUSTOMER}, {ANNA}", "device: LoggedOut")
    await hears(anna, f"ParticipantsUpdated Established with {CUSTOMER}")

    # Whoever talks is found at once.
    await boss.coach(ANNA)
    await hears(boss, f"device: Coach {anna.device.id}", f"Established with {CUSTOMER}, {ANNA}")
    await hears(anna, f"ParticipantsUpdated Established with {CUSTOMER}")
    await boss.cancel_monitoring()
    await hears(boss, f"Released with {CUSTOMER}, {ANNA}", "device: LoggedOut")
    await hears(anna, f"ParticipantsUpdated Established with {CUSTOMER}")
    await boss.barge_in(ANNA)
    [joined] = await hears(
        boss, f"device: BargeIn {anna.device.id}", f"Established with {CUSTOMER}, {ANNA}"
    )
    await hears(anna, f"ParticipantsUpdated Established with {CUSTOMER}, {BOSS}")
    assert set((await trunk.call(customer)).participants) == {ANNA, BOSS}
    # Who takes part stays, as a party like any other.
    await boss.cancel_monitoring()
    [member] = await hears(boss, "device: LoggedOut", f"Established with {CUSTOMER}, {ANNA}")
    assert (joined.monitoring, member.monitoring) == (True, False)
    await hears(anna, f"Established with {CUSTOMER}, {BOSS}")
    await boss.hangup(joined)
    await hears(boss, f"Released with {CUSTOMER}, {ANNA}")
    await hears(anna, f"ParticipantsUpdated Established with {CUSTOMER}")

    await anna.hangup(main)
    await hears(anna, f"Released with {CUSTOMER}")
    await anna.end_session()
    await hears(anna, "device: LoggedOut")
    assert nothing_is_left(anna, boss)


async def serve_monitored(
    anna: AgentClient, boss: AgentClient, trunk: Trunk
) -> tuple[OutsideCall, Call]:
    """Anna takes a call, and the supervisor hears it."""
    customer = await trunk.ring_in(CUSTOMER, QUEUE)
    [main] = await hears(anna, f"Ringing with {CUSTOMER}")
    await anna.answer(main)
    [heard] = await hears(boss, f"Established with {CUSTOMER}, {ANNA}")
    assert heard.monitoring
    assert "SwitchToCoach" in heard.capabilities
    _, main = await hears(
        anna,
        f"Established with {CUSTOMER}",
        f"ParticipantsUpdated Established with {CUSTOMER}",
    )
    assert main.supervisor_listening_in
    return customer, main


async def change_ways(anna: AgentClient, boss: AgentClient, main: Call) -> None:
    """The supervisor coaches, mutes Anna for a while, takes part, and only listens again."""
    both = f"{CUSTOMER}, {ANNA}"
    await boss.switch_to_coach(main)
    await hears(boss, f"Established with {both}", f"device: Coach {anna.device.id}")
    await boss.mute_monitored_user(main)
    [muted] = await hears(boss, f"MonitoredUserMutedStateChange Established with {both}")
    [silent] = await hears(anna, f"Established with {CUSTOMER}")
    assert muted.monitored_user_muted
    assert silent.monitored_user_muted
    await boss.unmute_monitored_user(main)
    [unmuted] = await hears(boss, f"MonitoredUserMutedStateChange Established with {both}")
    [audible] = await hears(anna, f"Established with {CUSTOMER}")
    assert not unmuted.monitored_user_muted
    assert not audible.monitored_user_muted
    await boss.switch_to_barge_in(main)
    await hears(
        boss,
        f"ParticipantsUpdated Established with {both}",
        f"device: BargeIn {anna.device.id}",
    )
    await hears(anna, f"ParticipantsUpdated Established with {CUSTOMER}, {BOSS}")
    await boss.switch_to_listen_in(main)
    await hears(
        boss,
        f"ParticipantsUpdated Established with {both}",
        f"device: ListenIn {anna.device.id}",
    )
    await hears(anna, f"ParticipantsUpdated Established with {CUSTOMER}")
