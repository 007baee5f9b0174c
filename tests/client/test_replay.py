"""What a lost session missed is asked for, and nothing comes twice."""

import asyncio
from typing import Any

import pytest

from switchbell_client import AgentClient, Resynchronised
from switchbell_client.cometd import Client, EventsMissed
from switchbell_client.replay import Replay
from tests.client.fake_sockets import SocketServer, with_either, with_sockets
from tests.client.fakes import (
    ADVICE,
    CONNECTED,
    HANDSHAKEN,
    SESSION_UNKNOWN,
    Answer,
    FakeServer,
    Raw,
    call_event,
    device_event,
    one_call,
)
from tests.client.sessions import receive, subscribed

AGREED = {**HANDSHAKEN, "ext": {"replay": True}}
GREETING = {**CONNECTED, "advice": ADVICE}
CALLS = "/v2/me/calls"
DEVICES = "/v2/me/devices"


def numbered(number: int) -> dict[str, Any]:
    return call_event(number, event={"replayId": number})


def granted(channel: str = CALLS, latest: int | None = None) -> dict[str, Any]:
    reply = {"channel": "/meta/subscribe", "successful": True, "subscription": channel}
    return reply if latest is None else {**reply, "ext": {"replay": {channel: latest}}}


def refused(channel: str = CALLS, number: int = 0) -> dict[str, Any]:
    return {
        "channel": "/meta/subscribe",
        "successful": False,
        "subscription": channel,
        "error": f"400::The replayId {{{number}}} you provided was invalid. Please provide a valid"
        " ID, -2 to replay all events, or -1 to replay only new events.",
    }


def wishes(server: FakeServer) -> list[dict[str, int]]:
    """What each subscribe asked for."""
    payloads = [*server.requests["/meta/subscribe"], *server.requests["/meta/connect"]]
    payloads.sort(key=lambda request: request.at)
    return [
        message.get("ext", {}).get("replay")
        for payload in payloads
        for message in payload.body
        if message["channel"] == "/meta/subscribe"
    ]


async def replace_session(server: FakeServer, *answers: Answer) -> None:
    """Have the server give up the session, and answer the first connects of the next one so."""
    await server.until_held()
    server.script["/meta/handshake"].append([{**AGREED, "clientId": "second"}])
    server.script["/meta/connect"] += answers
    server._queue.put_nowait([SESSION_UNKNOWN])


def agree(server: FakeServer, latest: int | None = None) -> None:
    server.script["/meta/handshake"].append([AGREED])
    server.script["/meta/subscribe"].append([granted(latest=latest)])


async def test_a_handshake_asks_for_numbers(server: FakeServer) -> None:
    async with subscribed(server):
        [handshake] = server.requests["/meta/handshake"]
    assert handshake.body[0]["ext"] == {"replay": True}


async def test_nothing_is_asked_of_a_server_without_it(server: FakeServer) -> None:
    async with subscribed(server):
        server._queue.put_nowait([SESSION_UNKNOWN])
        await server.seen("/meta/connect", 3)
    assert wishes(server) == [None, None]


@with_either
async def test_a_new_session_goes_on_after_the_last_event(server: FakeServer) -> None:
    agree(server)
    async with subscribed(server) as client:
        server.push(numbered(4), numbered(7))
        await server.seen("/meta/connect", 3)
        await replace_session(server, [numbered(8), numbered(9), GREETING, granted(latest=9)])
        assert [await receive(client) for _ in range(4)] == ["CALL4", "CALL7", "CALL8", "CALL9"]
        server.push(numbered(12))
        assert await receive(client) == "CALL12"
    assert wishes(server) == [{CALLS: -1}, {CALLS: 7}]


@with_either
async def test_before_the_first_event_it_goes_on_where_the_subscription_began(
    server: FakeServer,
) -> None:
    agree(server, latest=41)
    async with subscribed(server) as client:
        await replace_session(server, [numbered(42), GREETING, granted(latest=42)])
        assert await receive(client) == "CALL42"
    assert wishes(server) == [{CALLS: -1}, {CALLS: 41}]


@with_either
async def test_without_a_number_to_go_on_after_events_may_be_missed(server: FakeServer) -> None:
    agree(server)
    async with subscribed(server) as client:
        await replace_session(server, [numbered(42), GREETING, granted(latest=41)])
        with pytest.raises(EventsMissed):
            await receive(client)
        assert await receive(client) == "CALL42"
    assert wishes(server) == [{CALLS: -1}, {CALLS: -1}]


@with_either
async def test_a_number_that_is_too_old_is_given_up(server: FakeServer) -> None:
    agree(server)
    async with subscribed(server) as client:
        server.push(numbered(4))
        assert await receive(client) == "CALL4"
        await replace_session(server, [GREETING, refused(number=4)], [GREETING, granted(latest=90)])
        with pytest.raises(EventsMissed):
            await receive(client)
        await replace_session(server, [numbered(91), GREETING, granted(latest=91)])
        assert await receive(client) == "CALL91"
    assert wishes(server) == [{CALLS: -1}, {CALLS: 4}, {CALLS: -1}, {CALLS: 90}]


@with_either
async def test_it_is_given_up_once_though_the_answer_is_lost(server: FakeServer) -> None:
    agree(server)
    async with subscribed(server) as client:
        server.push(numbered(4))
        assert await receive(client) == "CALL4"
        answer = [numbered(95), GREETING, granted(latest=94)]
        await replace_session(server, [GREETING, refused(number=4)], Raw(503, ""), answer)
        with pytest.raises(EventsMissed):
            await receive(client)
        assert await receive(client) == "CALL95"
    assert wishes(server) == [{CALLS: -1}, {CALLS: 4}, {CALLS: -1}, {CALLS: -1}]


@with_either
async def test_a_server_that_starts_its_numbers_anew_is_believed(server: FakeServer) -> None:
    agree(server)
    async with subscribed(server) as client:
        server.push(numbered(400))
        assert await receive(client) == "CALL400"
        await replace_session(
            server, [GREETING, refused(number=400)], [GREETING, granted(latest=2)]
        )
        with pytest.raises(EventsMissed):
            await receive(client)
        server.push(numbered(3))
        assert await receive(client) == "CALL3"


@with_either
async def test_a_server_that_has_replay_no_more_is_asked_for_nothing(server: FakeServer) -> None:
    agree(server)
    async with subscribed(server) as client:
        server.push(numbered(4))
        assert await receive(client) == "CALL4"
        await server.until_held()
        server._queue.put_nowait([SESSION_UNKNOWN])
        with pytest.raises(EventsMissed):
            await receive(client)
        server.push(numbered(1))
        assert await receive(client) == "CALL1"
        await replace_session(server, [GREETING, granted(latest=9)])
        with pytest.raises(EventsMissed):
            await receive(client)
    assert wishes(server) == [{CALLS: -1}, None, {CALLS: -1}]


@with_either
async def test_what_comes_twice_is_given_once(server: FakeServer) -> None:
    agree(server)
    async with subscribed(server) as client:
        server.push(numbered(4), numbered(5), numbered(4))
        server.push(numbered(5), numbered(6))
        assert [await receive(client) for _ in range(3)] == ["CALL4", "CALL5", "CALL6"]
        server.push(numbered(6), numbered(7))
        assert await receive(client) == "CALL7"


@with_either
async def test_events_without_numbers_pass(server: FakeServer) -> None:
    agree(server)
    async with subscribed(server) as client:
        server.push(numbered(4), call_event(1), call_event(1), call_event(2, event={"x": 1}))
        ids = [await receive(client) for _ in range(4)]
    assert ids == ["CALL4", "CALL1", "CALL1", "CALL2"]


@with_either
async def test_each_channel_has_numbers_of_its_own(server: FakeServer) -> None:
    agree(server, latest=3)
    server.script["/meta/subscribe"].append([granted(DEVICES, latest=3)])
    async with subscribed(server) as client:
        await client.subscribe(DEVICES)
        server.push(numbered(9), device_event(event={"replayId": 5}))
        assert await receive(client) == "CALL9"
        assert (await client.receive())["channel"] == DEVICES
        await replace_session(server, [GREETING, granted(latest=9), granted(DEVICES, latest=9)])
        await server.seen("/meta/handshake", 2)
        await server.until_held()
    first, second, *renewed = wishes(server)
    assert [first, second] == [{CALLS: -1}, {DEVICES: -1}]
    assert {**renewed[0], **renewed[1]} == {CALLS: 9, DEVICES: 5}


async def test_what_is_not_subscribed_to_any_more_is_forgotten(server: FakeServer) -> None:
    agree(server)
    server.script["/meta/unsubscribe"].append(
        [{"channel": "/meta/unsubscribe", "successful": True, "subscription": CALLS}]
    )
    async with subscribed(server) as client:
        server.push(numbered(4))
        assert await receive(client) == "CALL4"
        await client.unsubscribe(CALLS)
        await client.subscribe(CALLS)
    assert wishes(server) == [{CALLS: -1}, {CALLS: -1}]


async def test_a_lost_answer_in_the_same_session_misses_nothing(server: FakeServer) -> None:
    agree(server)
    async with subscribed(server) as client:
        await server.until_held()
        server.script["/meta/connect"].append([{"channel": "/meta/connect", "successful": False}])
        server._queue.put_nowait([{"channel": "/meta/connect", "successful": False}])
        await server.seen("/meta/connect", 4)
        server.push(numbered(1))
        assert await receive(client) == "CALL1"


@with_either
@pytest.mark.parametrize(("ack", "again"), [({}, [{CALLS: 4}]), ({"ack": True}, [])])
async def test_without_acknowledgements_what_an_answer_had_in_it_is_asked_for(
    server: FakeServer, ack: dict[str, bool], again: list[dict[str, int]]
) -> None:
    server.script["/meta/handshake"].append([{**AGREED, "ext": {"replay": True, **ack}}])
    server.script["/meta/subscribe"].append([granted()])
    async with subscribed(server) as client:
        server.push(numbered(4))
        assert await receive(client) == "CALL4"
        await server.until_held()
        server._queue.put_nowait(Raw(503, "lost"))
        await server.seen("/meta/connect", 4)
        await server.until_held()
    assert wishes(server) == [{CALLS: -1}, *again]


@with_sockets
async def test_what_a_socket_took_with_it_between_two_connects_is_asked_for(
    server: SocketServer,
) -> None:
    agree(server)
    advice = {"reconnect": "retry", "interval": 100, "timeout": 30000}
    async with subscribed(server) as client:
        server._queue.put_nowait([{**CONNECTED, "advice": advice}, numbered(4)])
        assert await receive(client) == "CALL4"
        server.cut()
        await server.seen("/meta/connect", 3)
    assert wishes(server) == [{CALLS: -1}, {CALLS: 4}]


async def test_a_client_can_go_on_where_another_one_ended(server: FakeServer) -> None:
    server.script["/meta/handshake"].append([AGREED])
    server.script["/meta/connect"].append(
        [numbered(7), numbered(8), GREETING, granted(latest=8), granted(DEVICES, latest=8)]
    )
    client = Client(server.bayeux_url, replay=Replay({CALLS: 7, DEVICES: 6}))
    await client.open([CALLS, DEVICES])
    assert await receive(client) == "CALL8"
    await client.close()
    [calls, devices] = wishes(server)
    assert {**calls, **devices} == {CALLS: 7, DEVICES: 6}


# The same for agents.


def agent_on(server: FakeServer, **options: Any) -> AgentClient:
    server.script["/meta/handshake"].append([AGREED])
    return AgentClient(server.url, "agent15000", "switchbell", **options)


async def test_an_agent_knows_what_was_given_last(server: FakeServer) -> None:
    async with agent_on(server) as agent:
        assert agent.last_ids == {}
        server.push(numbered(4), device_event(event={"replayId": 5}), numbered(6))
        assert (await anext(agent.notifications())).replay_id == 4
        assert agent.last_ids == {CALLS: 4}
        assert (await anext(agent.notifications())).replay_id == 5
        assert agent.last_ids == {CALLS: 4, DEVICES: 5}


async def test_an_agent_can_be_told_after_what_to_begin(server: FakeServer) -> None:
    server.script["/meta/connect"].append([GREETING, granted(), granted(DEVICES)])
    async with agent_on(server, last_ids={CALLS: 4, DEVICES: 5}) as agent:
        server.push(numbered(6))
        assert (await anext(agent.notifications())).replay_id == 6
        assert agent.last_ids == {CALLS: 6, DEVICES: 5}
    [calls, devices] = wishes(server)
    assert {**calls, **devices} == {CALLS: 4, DEVICES: 5}


@pytest.mark.parametrize("last_ids", [{}, {CALLS: 4}])
async def test_a_channel_of_which_it_is_not_told_is_read(
    server: FakeServer, last_ids: dict[str, int]
) -> None:
    server.script["GET /api/v2/me/calls?fields=*"].append(one_call("C7"))
    async with agent_on(server, last_ids=last_ids) as agent, asyncio.timeout(5):
        everything = await anext(agent.notifications())
        assert isinstance(everything, Resynchronised)
        assert [call.id for call in everything.calls] == ["C7"]
        assert agent.last_ids == {}


async def test_a_block_that_is_entered_again_goes_on_if_it_was_told_to(server: FakeServer) -> None:
    agent = agent_on(server, last_ids={CALLS: 4, DEVICES: 4})
    async with agent:
        server.push(numbered(6))
        assert (await anext(agent.notifications())).replay_id == 6
    server.script["/meta/handshake"].append([AGREED])
    async with agent:
        pass
    both = [next(iter(wish.items())) for wish in wishes(server)]
    assert sorted(both[2:]) == [(CALLS, 6), (DEVICES, 4)]
