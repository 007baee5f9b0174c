"""Acknowledged messages: lost ones come again, and none comes twice."""

from typing import Any

import pytest

from switchbell_client.acknowledge import Acknowledgement
from switchbell_client.cometd import EventsMissed
from tests.client.fake_sockets import SocketServer, with_either, with_sockets
from tests.client.fakes import (
    CONNECT_FAILED,
    CONNECTED,
    HANDSHAKEN,
    SESSION_UNKNOWN,
    Cut,
    FakeServer,
    Frames,
    call_event,
)
from tests.client.sessions import receive, subscribed

CONFIRMED = {**HANDSHAKEN, "ext": {"ack": True}}


def batch(number: Any) -> dict[str, Any]:
    return {**CONNECTED, "ext": {"ack": number}}


def acks(server: FakeServer) -> list[Any]:
    """What the connects have acknowledged."""
    return [r.body[0].get("ext", {}).get("ack") for r in server.requests["/meta/connect"]]


async def outgoing(extension: Acknowledgement, channel: str, **fields: Any) -> dict[str, Any]:
    message = {"channel": channel, **fields}
    await extension.outgoing([message], {})
    return message


async def incoming(extension: Acknowledgement, *messages: dict[str, Any]) -> list[dict[str, Any]]:
    payload = list(messages)
    await extension.incoming(payload)
    return payload


async def confirmed(reply: dict[str, Any] = CONFIRMED) -> Acknowledgement:
    extension = Acknowledgement()
    await incoming(extension, reply)
    return extension


async def acknowledged(extension: Acknowledgement) -> Any:
    return (await outgoing(extension, "/meta/connect")).get("ext", {}).get("ack")


# The extension by itself


async def test_a_handshake_asks_and_keeps_other_extensions() -> None:
    message = await outgoing(Acknowledgement(), "/meta/handshake", ext={"replay": True})
    assert message["ext"] == {"replay": True, "ack": True}


@pytest.mark.parametrize(
    ("ext", "first"),
    [
        ({"ack": True}, 0),
        ({"ack": {"enabled": True, "batch": 3}}, 3),
        ({"ack": {"enabled": True}}, 0),
        ({"ack": {"enabled": False, "batch": 3}}, None),
        ({"ack": False}, None),
        ({"ack": "true"}, None),
        ({}, None),
        (7, None),
    ],
)
async def test_connects_acknowledge_if_the_server_confirms(ext: Any, first: int | None) -> None:
    assert await acknowledged(await confirmed({**HANDSHAKEN, "ext": ext})) == first


async def test_a_server_that_does_not_confirm_is_left_alone() -> None:
    extension = await confirmed(HANDSHAKEN)
    assert await incoming(extension, call_event(1)) == [call_event(1)]
    assert "ext" not in await outgoing(extension, "/meta/connect")


async def test_the_last_batch_is_acknowledged() -> None:
    extension = await confirmed()
    for number in (1, 2, 5):
        await incoming(extension, batch(number))
        assert await acknowledged(extension) == number


@pytest.mark.parametrize("reply", [CONNECTED, CONNECT_FAILED, batch("7"), batch(None)])
async def test_an_answer_without_number_acknowledges_nothing(reply: dict[str, Any]) -> None:
    extension = await confirmed()
    await incoming(extension, batch(4))
    await incoming(extension, reply)
    assert await acknowledged(extension) == 4


async def test_each_session_begins_with_nothing() -> None:
    extension = await confirmed()
    await incoming(extension, batch(4))
    await incoming(extension, {**CONFIRMED, "successful": False})
    assert await acknowledged(extension) == 4
    await incoming(extension, CONFIRMED)
    assert await acknowledged(extension) == 0
    await incoming(extension, HANDSHAKEN)
    assert await acknowledged(extension) is None


async def test_events_wait_for_the_number_of_their_batch() -> None:
    extension = await confirmed()
    subscribed = {"channel": "/meta/subscribe", "successful": True, "subscription": "/x"}
    assert await incoming(extension, call_event(1), subscribed) == [subscribed]
    assert await incoming(extension, call_event(2)) == []
    whole = await incoming(extension, call_event(3), batch(1))
    assert whole == [call_event(1), call_event(2), call_event(3), batch(1)]
    assert await incoming(extension, batch(2)) == [batch(2)]


@pytest.mark.parametrize("then", [CONNECT_FAILED, None])
async def test_events_whose_batch_was_cut_are_left_to_come_again(then: Any) -> None:
    extension = await confirmed()
    await incoming(extension, call_event(1))
    if then is not None:
        assert await incoming(extension, then) == [then]
    assert await acknowledged(extension) == 0
    again = [call_event(1), call_event(2), batch(1)]
    assert await incoming(extension, *again) == again


async def test_events_of_a_session_that_was_replaced_are_none_of_the_next() -> None:
    extension = await confirmed()
    await incoming(extension, call_event(1))
    assert await incoming(extension, CONFIRMED) == [CONFIRMED]


async def test_events_that_come_with_the_handshake_are_of_its_batch() -> None:
    extension = Acknowledgement()
    reply = {**HANDSHAKEN, "ext": {"ack": {"enabled": True, "batch": 1}}}
    assert await incoming(extension, reply, call_event(1)) == [reply, call_event(1)]


# In a session


async def played(server: FakeServer, *answers: Any, connects: int) -> list[str]:
    """Let these answers come to held connects until CALL2, and as many connects be sent; return
    what was received."""
    server.script["/meta/handshake"].append([CONFIRMED])
    for answer in answers:
        server._queue.put_nowait(answer)
    received: list[str] = []
    async with subscribed(server, extensions=[Acknowledgement()]) as client:
        while not received or received[-1] != "CALL2":
            received.append(await receive(client))
        await server.seen("/meta/connect", connects)
    return received


@with_either
async def test_what_came_is_acknowledged_by_the_next_connect(server: FakeServer) -> None:
    received = await played(
        server, [call_event(1), batch(1)], [call_event(2), batch(2)], connects=4
    )
    assert received == ["CALL1", "CALL2"]
    assert server.requests["/meta/handshake"][0].body[0]["ext"]["ack"] is True
    assert acks(server) == [0, 0, 1, 2]


@with_either
async def test_an_answer_that_is_cut_in_the_middle_comes_again(server: FakeServer) -> None:
    received = await played(
        server,
        Cut([call_event(1), batch(1)]),
        [call_event(1), batch(2)],
        [call_event(2), batch(3)],
        connects=6,
    )
    assert received == ["CALL1", "CALL2"]
    # The first, the one that was cut, one to see that the connection is back, and then as ever.
    assert acks(server) == [0, 0, 0, 0, 2, 3]


@with_sockets
async def test_events_ahead_of_a_number_that_is_lost_come_once(server: SocketServer) -> None:
    server.script["/meta/handshake"].append([CONFIRMED])
    async with subscribed(server, extensions=[Acknowledgement()]) as client:
        await server.seen("/meta/connect", 2)
        # CometD sends each event in a frame of its own, and the answer to the connect after them.
        server._queue.put_nowait(Frames([[call_event(1)], [call_event(2)], []]))
        await server.seen("/meta/connect", 2)
        await client.subscribe("/v2/x")  # its answer comes after the events
        server.cut()
        again = [[call_event(1)], [call_event(2)], [call_event(3)], [batch(1)]]
        server._queue.put_nowait(Frames(again))
        assert [await receive(client) for _ in range(3)] == ["CALL1", "CALL2", "CALL3"]
        await server.seen("/meta/connect", 5)
    assert acks(server) == [0, 0, 0, 0, 1]


@with_either
async def test_a_new_session_acknowledges_from_the_beginning(server: FakeServer) -> None:
    server.script["/meta/handshake"] += [[CONFIRMED], [{**CONFIRMED, "clientId": "second"}]]
    async with subscribed(server, extensions=[Acknowledgement()]) as client:
        server._queue.put_nowait([call_event(1), batch(7)])
        server._queue.put_nowait([SESSION_UNKNOWN])
        assert await receive(client) == "CALL1"
        with pytest.raises(EventsMissed):
            await receive(client)
        server._queue.put_nowait([call_event(2), batch(1)])
        assert await receive(client) == "CALL2"
        await server.seen("/meta/connect", 6)
    assert acks(server) == [0, 0, 7, 0, 0, 1]
