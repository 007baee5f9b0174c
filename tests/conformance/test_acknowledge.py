"""R107 to R109: acknowledged messages."""

import pytest

from tests.conformance.raw_http import RawConnection
from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Client, Message, data, events, promptly

HANDSHAKE: Message = {
    "channel": "/meta/handshake",
    "version": "1.0",
    "supportedConnectionTypes": ["long-polling", "websocket"],
    "ext": {"ack": True},
}


def ack(number: object) -> dict[str, object]:
    """What a connect says that it has received."""
    return {"ext": {"ack": number}}


async def open_acknowledging(server: Serving, *channels: str) -> Client:
    """A client that asked for acknowledged messages, has connected and is subscribed."""
    [reply] = await server.say(HANDSHAKE)
    assert reply["ext"] == {"ack": True}
    client = Client(server, reply["clientId"])
    [reply] = await client.poll(**ack(0))
    assert reply["ext"] == {"ack": 1}
    for channel in channels:
        await client.subscribe(channel)
    return client


@pytest.mark.parametrize("ext", [None, {}, {"ack": False}, {"ack": None}, {"ack": "yes"}, 5, []])
async def test_r107_it_is_for_those_who_ask(server: Serving, ext: object) -> None:
    [reply] = await server.say({**HANDSHAKE, "ext": ext})
    assert reply["successful"] is True
    assert "ext" not in reply
    client = Client(server, reply["clientId"])
    assert "ext" not in (await client.poll(**ack(0)))[0]
    await client.subscribe("/a")
    # Nor do events wait for connects.
    assert data(await client.publish("/a", 1)) == [1]


async def test_r107_a_refused_handshake_agrees_to_nothing(server: Serving) -> None:
    [reply] = await server.say({**HANDSHAKE, "supportedConnectionTypes": ["pigeon"]})
    assert reply["successful"] is False
    assert "ext" not in reply


async def test_r107_every_connect_reply_has_the_number_of_its_batch(server: Serving) -> None:
    client = await open_acknowledging(server, "/a")
    for number in range(2, 6):
        server.publish("/a", number)
        event, reply = await client.poll(**ack(number - 1))
        assert event["data"] == number
        assert reply["ext"] == {"ack": number}


async def test_r107_so_has_one_that_was_held(serve: Serve) -> None:
    server = await serve(timeout=50)
    client = await open_acknowledging(server, "/a")
    [reply] = await promptly(client.hold(**ack(1)))
    assert reply["ext"] == {"ack": 2}
    held = await server.holding(client.hold(**ack(2)))
    server.publish("/a", 1)
    event, reply = await promptly(held)
    assert event["data"] == 1
    assert reply["ext"] == {"ack": 3}


async def test_r107_events_come_with_connects_only(server: Serving) -> None:
    client = await open_acknowledging(server, "/a")
    for message in (
        {"channel": "/a", "data": 1},
        {"channel": "/meta/subscribe", "subscription": "/b"},
    ):
        [reply] = await client.say(message)
        assert "ext" not in reply
    assert data(await client.poll(**ack(1))) == [1]


async def test_r107_what_a_lost_answer_took_with_it_comes_again(server: Serving) -> None:
    client = await open_acknowledging(server, "/a")
    for number in (1, 2, 3):
        server.publish("/a", number)
    lost = await client.poll(**ack(1))
    assert data(lost) == [1, 2, 3]
    server.publish("/a", 4)
    # The client has not seen that answer: it says what it said before.
    again = await client.poll(**ack(1))
    assert data(again) == [1, 2, 3, 4]
    assert again[-1]["ext"] == {"ack": 3}


async def test_r107_however_often_it_is_lost(server: Serving) -> None:
    client = await open_acknowledging(server, "/a")
    for number in range(5):
        server.publish("/a", number)
        assert data(await client.poll(**ack(1))) == list(range(number + 1))
    assert data(await client.poll(**ack(6))) == []


async def test_r107_what_is_acknowledged_never_comes_again(server: Serving) -> None:
    client = await open_acknowledging(server, "/a")
    server.publish("/a", 1)
    assert data(await client.poll(**ack(1))) == [1]
    server.publish("/a", 2)
    assert data(await client.poll(**ack(2))) == [2]
    assert data(await client.poll(**ack(2))) == [2]
    assert data(await client.poll(**ack(4))) == []
    assert data(await client.poll(**ack(0))) == []


async def test_r107_an_answer_lost_on_the_wire_loses_nothing(server: Serving) -> None:
    client = await open_acknowledging(server, "/a")
    async with RawConnection(server) as raw:
        raw.post([{"channel": "/meta/connect", "clientId": client.id, **ack(1)}])
        await server.until_held(1)
        server.publish("/a", 1)
        raw.reset()
    await server.until_held(0)
    server.publish("/a", 2)
    assert data(await client.poll(**ack(1))) == [1, 2]


async def test_r107_over_a_socket_events_come_with_connects_too(server: Serving) -> None:
    async with RawSocket(server) as socket:
        own = {"clientId": await socket.handshake(ext={"ack": True})}
        connect = {"channel": "/meta/connect", "connectionType": "websocket", **own}
        [reply] = await socket.say({**connect, **ack(0)})
        assert reply["ext"] == {"ack": 1}
        await socket.say({"channel": "/meta/subscribe", "subscription": "/a", **own})
        server.publish("/a", 1)
        [reply] = await socket.say({"channel": "/b", "data": 1, **own})
        assert reply["channel"] == "/b"
        event, reply = await socket.say({**connect, **ack(1)})
        assert (event["data"], reply["ext"]) == (1, {"ack": 2})
        await socket.send({**connect, **ack(2)})
        await server.until_held(1)
        server.publish("/a", 2)
        event, reply = await socket.hear(replies=1)
        assert (event["data"], reply["ext"]) == (2, {"ack": 3})


async def test_r107_a_lost_socket_loses_nothing(server: Serving) -> None:
    async with RawSocket(server) as socket:
        client_id = await socket.handshake(ext={"ack": True})
        own = {"clientId": client_id}
        connect = {"channel": "/meta/connect", "connectionType": "websocket", **own}
        await socket.say({**connect, **ack(0)})
        await socket.say({"channel": "/meta/subscribe", "subscription": "/a", **own})
        server.publish("/a", 1)
        assert data(await socket.say({**connect, **ack(1)})) == [1]
    server.publish("/a", 2)
    async with RawSocket(server) as socket:
        heard = await socket.say({**connect, **ack(1)})
        assert data(heard) == [1, 2]
        assert events(await socket.say({**connect, **ack(3), "advice": {"timeout": 0}})) == []


async def test_r108_unacknowledged_events_are_not_waited_for(server: Serving) -> None:
    client = await open_acknowledging(server, "/a")
    server.publish("/a", 1)
    assert data(await client.poll(**ack(1))) == [1]
    assert data(await client.connect(**ack(1))) == [1]
    # Once they are acknowledged, there is nothing to return with.
    await server.holding(client.hold(**ack(3)))


async def test_r108_over_a_socket_neither(server: Serving) -> None:
    async with RawSocket(server) as socket:
        own = {"clientId": await socket.handshake(ext={"ack": True})}
        connect = {"channel": "/meta/connect", "connectionType": "websocket", **own}
        await socket.say({**connect, **ack(0)})
        await socket.say({"channel": "/meta/subscribe", "subscription": "/a", **own})
        server.publish("/a", 1)
        assert data(await socket.say({**connect, **ack(1)})) == [1]
        assert data(await socket.say({**connect, **ack(1)})) == [1]
        await socket.send({**connect, **ack(3)})
        await server.until_held(1)


@pytest.mark.parametrize(
    "ext",
    [
        {"ack": 0},
        {"ack": -1},
        {"ack": -99},
        {"ack": None},
        {"ack": True},
        {"ack": "3"},
        {"ack": {}},
        {},
        None,
        [],
    ],
    ids=repr,
)
async def test_r109_who_acknowledges_nothing_gets_all_again(server: Serving, ext: object) -> None:
    client = await open_acknowledging(server, "/a")
    for number in (1, 2):
        server.publish("/a", number)
        await client.poll(**ack(1))
    again = await client.connect(ext=ext)
    assert data(again) == [1, 2]
    assert again[-1]["successful"] is True
    assert again[-1]["ext"] == {"ack": 4}


async def test_r109_a_number_that_is_not_there_yet_acknowledges_all(server: Serving) -> None:
    client = await open_acknowledging(server, "/a")
    server.publish("/a", 1)
    await client.poll(**ack(1))
    [reply] = await client.poll(**ack(2**53))
    assert reply["successful"] is True
    server.publish("/a", 2)
    assert data(await client.poll(**ack(3))) == [2]


async def test_r109_a_repeated_connect_harms_nothing(server: Serving) -> None:
    client = await open_acknowledging(server, "/a")
    server.publish("/a", 1)
    connect = {"id": "7", **ack(1)}
    assert data(await client.poll(**connect)) == [1]
    assert data(await client.poll(**connect)) == [1]
    server.publish("/a", 2)
    both = await client.poll(id="8", **ack(3))
    assert data(both) == [2]
    assert both[-1]["ext"] == {"ack": 4}


async def test_r109_a_repeated_connect_takes_the_place_of_one_that_is_held(
    server: Serving,
) -> None:
    client = await open_acknowledging(server, "/a")
    connect = {"channel": "/meta/connect", "id": "7", **ack(1)}
    older = await server.holding(client.post(connect))
    newer = server.begin(client.post(connect))
    assert (await promptly(older)).status == 500
    await server.until_held(1)
    server.publish("/a", 1)
    event, reply = (await promptly(newer)).messages
    assert event["data"] == 1
    # Nothing was numbered that went nowhere.
    assert reply["ext"] == {"ack": 2}
