"""What an agent is told: typed, in order, and nothing kept back."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from switchbell_client import (
    AgentClient,
    CallNotification,
    ConnectionLost,
    DeviceNotification,
    ErrorNotification,
    Resynchronised,
    SupervisorMonitoringState,
    UnexpectedAnswer,
    UserState,
)
from switchbell_client.backoff import Backoff
from tests.client.fakes import (
    NO_CALLS,
    RELEASED_CALL,
    SESSION_UNKNOWN,
    Drop,
    FakeServer,
    Hang,
    call_event,
    device_event,
    one_call,
)

CALLS = "GET /api/v2/me/calls?fields=*"


def client(server: FakeServer, **options: Any) -> AgentClient:
    return AgentClient(server.url, "agent15000", "switchbell", **options)


@pytest_asyncio.fixture
async def agent(server: FakeServer) -> AsyncIterator[AgentClient]:
    async with client(server) as logged_in:
        yield logged_in


async def test_a_notification_as_the_document_shows_it(
    server: FakeServer, agent: AgentClient
) -> None:
    before = time.monotonic()
    server.push(call_event(1, call=RELEASED_CALL, novelty={"x": 1}))
    notification = await anext(agent.notifications())
    assert notification.notification_type == "StatusChange"
    assert notification.phone_number == "15000"
    assert notification.extensions == {"BusinessCall": 0}
    call = notification.call
    assert (call.state, call.call_type, call.duration, call.capabilities) == (
        "Released",
        "Consult",
        24,
        (),
    )
    assert [participant.phone_number for participant in call.participants] == ["15002"]
    assert call.parent_call_uri is not None
    assert call.parent_call_uri.endswith("/calls/01RCC3N118B1VOSL807GK2LAES000009")
    assert before <= notification.received_at <= time.monotonic()


async def test_a_notification_about_a_device(server: FakeServer, agent: AgentClient) -> None:
    before = time.monotonic()
    server.push(device_event(), call_event(1))
    notification = await anext(agent.notifications())
    assert isinstance(notification, DeviceNotification)
    assert before <= notification.received_at <= time.monotonic()
    [device] = notification.devices
    assert device.user_state == UserState(
        id="900D55CC-2BB0-431F-8BF9-D3525B383BE6",
        display_name="Not Ready",
        state="NotReady",
        reason="Lunch",
    )
    assert (device.do_not_disturb, device.forward_to, device.channels) == (
        "Off",
        "6200",
        ("voice",),
    )
    assert device.supervisor_monitoring_state == SupervisorMonitoringState(
        state="ListenIn",
        mode="AllCalls",
        scope="Call",
        target_device_uri="http://127.0.0.1:8080/api/v2/devices/D2",
    )
    # In the order of arrival with those about calls.
    assert isinstance(await anext(agent.notifications()), CallNotification)


async def test_the_arrival_is_what_counts_not_the_reading(
    server: FakeServer, agent: AgentClient
) -> None:
    server.push(call_event(1))
    await server.seen("/meta/connect", 3)
    arrived = time.monotonic()
    assert (await anext(agent.notifications())).received_at <= arrived


async def test_breaking_out_and_iterating_again_loses_nothing(
    server: FakeServer, agent: AgentClient
) -> None:
    server.push(*(call_event(number) for number in range(4)))
    seen: list[str] = []
    for _ in range(2):
        async for notification in agent.notifications():
            seen.append(notification.call.id)
            if len(seen) % 2 == 0:
                break
    assert seen == ["CALL0", "CALL1", "CALL2", "CALL3"]


async def test_it_is_iterated_once_at_a_time(server: FakeServer, agent: AgentClient) -> None:
    waiting = asyncio.create_task(agent.notifications().__anext__())
    await asyncio.sleep(0)  # it begins
    with pytest.raises(RuntimeError):
        await anext(agent.notifications())
    server.push(call_event(1))
    assert (await waiting).call.id == "CALL1"


async def test_closing_ends_the_iteration(server: FakeServer) -> None:
    async def listen(agent: AgentClient) -> list[CallNotification]:
        return [notification async for notification in agent.notifications()]

    async with client(server) as agent:
        listening = asyncio.create_task(listen(agent))
        server.push(call_event(1))
        await server.seen("/meta/connect", 3)
    assert [n.call.id for n in await asyncio.wait_for(listening, 5)] == ["CALL1"]
    assert len(server.requests["/meta/disconnect"]) == 1


async def test_other_messages_are_left_out_with_a_word(
    server: FakeServer, agent: AgentClient, caplog: pytest.LogCaptureFixture
) -> None:
    chat = {"channel": "/v2/me/chats", "data": {"messageType": "ChatStateChangeMessage"}}
    server.push(chat, call_event(1))
    assert (await anext(agent.notifications())).call.id == "CALL1"
    assert "ChatStateChangeMessage" in caplog.text


async def test_an_error_that_comes_late(server: FakeServer, agent: AgentClient) -> None:
    before = time.monotonic()
    data = {
        "messageType": "ErrorMessage",
        "errorCode": 71,
        "errorMessage": "The destination is not a number.",
        "deviceUri": "http://127.0.0.1:8080/api/v2/devices/D1",
        "devicePath": "/devices/D1",
        "callUri": "http://127.0.0.1:8080/api/v2/me/calls/CALL1",
        "callPath": "/calls/CALL1",
        "phoneNumber": "15000",
    }
    server.push({"channel": "/v2/me/calls", "data": data})
    error = await anext(agent.notifications())
    assert isinstance(error, ErrorNotification)
    assert before <= error.received_at <= time.monotonic()
    assert msgspec.structs.replace(error, received_at=0.0) == ErrorNotification(
        message_type="ErrorMessage",
        error_code=71,
        error_message="The destination is not a number.",
        device_uri="http://127.0.0.1:8080/api/v2/devices/D1",
        device_path="/devices/D1",
        call_uri="http://127.0.0.1:8080/api/v2/me/calls/CALL1",
        call_path="/calls/CALL1",
        phone_number="15000",
    )


async def test_an_error_that_says_little(server: FakeServer, agent: AgentClient) -> None:
    """All that was seen of a real server's."""
    data = {"messageType": "ErrorMessage", "deviceUri": "D", "devicePath": "/devices/D1"}
    server.push({"channel": "/v2/me/devices", "data": data})
    error = await anext(agent.notifications())
    assert isinstance(error, ErrorNotification)
    assert (error.error_code, error.call_uri) == (0, None)


@pytest.mark.parametrize(
    "event", [call_event(1, call={"id": 7}), device_event(devices="none")], ids=["call", "device"]
)
async def test_a_notification_without_what_it_is_about_is_an_error(
    server: FakeServer, agent: AgentClient, event: dict[str, Any]
) -> None:
    server.push(event)
    with pytest.raises(UnexpectedAnswer):
        await anext(agent.notifications())


async def test_the_end_of_the_session_is_a_lost_connection(
    server: FakeServer, agent: AgentClient
) -> None:
    server._queue.put_nowait(
        [{"channel": "/meta/connect", "successful": True, "advice": {"reconnect": "none"}}]
    )
    with pytest.raises(ConnectionLost):
        await anext(agent.notifications())


async def lose_session(server: FakeServer) -> None:
    """Have the server give up the session, and the client have another one."""
    await server.seen("/meta/connect", 2)
    server._queue.put_nowait([SESSION_UNKNOWN])
    await server.seen("/meta/connect", 4)


async def told(agent: AgentClient) -> object:
    """What the agent is told next: of a call its id, of all that there is those of all calls."""
    async with asyncio.timeout(5):
        match await anext(agent.notifications()):
            case CallNotification(call=call):
                return call.id
            case Resynchronised(calls=calls):
                return [call.id for call in calls]
            case other:
                return other


async def test_how_things_stand_is_read_between_two_sessions(
    server: FakeServer, agent: AgentClient
) -> None:
    server.push(call_event(1))
    await server.seen("/meta/connect", 3)
    server._queue.put_nowait([SESSION_UNKNOWN])
    await server.seen("/meta/connect", 5)
    server.push(call_event(2))
    server.script[CALLS].append(one_call("C7"))
    assert [await told(agent) for _ in range(3)] == ["CALL1", ["C7"], "CALL2"]
    server.push(call_event(3))
    assert await told(agent) == "CALL3"


async def test_devices_are_read_as_well(server: FakeServer, agent: AgentClient) -> None:
    await lose_session(server)
    server.script[CALLS].append(NO_CALLS)
    everything = await anext(agent.notifications())
    assert isinstance(everything, Resynchronised)
    assert everything.calls == ()
    assert [device.phone_number for device in everything.devices] == ["15000"]


async def test_reading_is_repeated_while_the_server_is_away(
    server: FakeServer, agent: AgentClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Backoff, "delay", lambda self, failures: 0.001 * failures)
    await lose_session(server)
    # Each twice: aiohttp tries a connection that has been cut once more. When the devices cannot be
    # read, the calls are read again as well.
    server.script[CALLS] += [Drop(), Drop(), one_call("C6"), one_call("C7")]
    server.script["GET /api/v2/me/devices?fields=*"] += [Drop(), Drop()]
    assert await told(agent) == ["C7"]


async def test_a_server_that_stays_away_is_a_lost_connection(server: FakeServer) -> None:
    async with client(server, connection_timeout=0.05) as agent:
        await lose_session(server)
        server.script[CALLS] += [Hang()] * 5
        with pytest.raises(ConnectionLost):
            await told(agent)
        server.script[CALLS].clear()
        server.script[CALLS].append(one_call("C7"))
        assert await told(agent) == ["C7"]


async def test_cancelling_the_reading_does_not_lose_it(
    server: FakeServer, agent: AgentClient
) -> None:
    await lose_session(server)
    server.script[CALLS] += [Hang(), one_call("C7")]
    reading = asyncio.create_task(told(agent))
    await server.seen(CALLS)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await told(agent) == ["C7"]


async def test_what_cannot_be_read_after_the_end_of_the_block_ends_the_iteration(
    server: FakeServer,
) -> None:
    async with client(server) as agent:
        await lose_session(server)
    with pytest.raises(StopAsyncIteration):
        await told(agent)


async def test_closing_ends_the_reading(server: FakeServer) -> None:
    async with client(server) as agent:
        await lose_session(server)
        server.script[CALLS].append(Hang())
        reading = asyncio.create_task(told(agent))
        await server.seen(CALLS)
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(reading, 5)
