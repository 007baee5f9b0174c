"""R110: time synchronisation. Also timestamps, which tell the time without being asked."""

import time
from email.utils import parsedate_to_datetime

import pytest

from switchbell.bayeux.extensions.timestamp import Timestamp
from switchbell.bayeux.extensions.timesync import TimeSync
from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Message, promptly

HANDSHAKE: Message = {
    "channel": "/meta/handshake",
    "version": "1.0",
    "supportedConnectionTypes": ["long-polling", "websocket"],
}

TC = 1_700_000_000_123
"""What a client's clock says, in milliseconds."""


class Clock:
    """Says what it is told to."""

    def __init__(self, milliseconds: int) -> None:
        self.milliseconds = milliseconds

    def __call__(self) -> float:
        return self.milliseconds / 1000


def sync(**times: object) -> dict[str, object]:
    return {"ext": {"timesync": times}}


async def test_r110_the_answer_follows_the_formula(serve: Serve) -> None:
    clock = Clock(TC + 5_000)
    server = await serve(extensions=[TimeSync(clock)])
    [reply] = await server.say({**HANDSHAKE, **sync(tc=TC, l=40, o=300)})
    assert reply["ext"] == {
        "timesync": {"tc": TC, "ts": TC + 5_000, "p": 0, "a": TC + 300 + 40 - (TC + 5_000)}
    }


async def test_r110_the_clock_is_the_one_of_the_wall(server: Serving) -> None:
    before = time.time() * 1000
    [reply] = await server.say({**HANDSHAKE, **sync(tc=TC, l=0, o=0)})
    times = reply["ext"]["timesync"]
    assert before - 1 <= times["ts"] <= time.time() * 1000 + 1
    assert times["a"] == TC - times["ts"]
    assert 0 <= times["p"] < 5_000


async def test_r110_without_a_lag_it_is_the_old_form(serve: Serve) -> None:
    server = await serve(extensions=[TimeSync(Clock(TC + 7))])
    [reply] = await server.say({**HANDSHAKE, **sync(tc=TC)})
    assert reply["ext"] == {"timesync": {"tc": TC, "ts": TC + 7, "p": 0}}


@pytest.mark.parametrize("off", [-24, 0, 24])
async def test_r110_a_client_that_is_close_enough_hears_nothing(serve: Serve, off: int) -> None:
    server = await serve(extensions=[TimeSync(Clock(TC))])
    [reply] = await server.say({**HANDSHAKE, **sync(tc=TC, l=50, o=off - 50)})
    assert "ext" not in reply


@pytest.mark.parametrize(("lag", "off"), [(50, -25), (50, 25), (0, 0), (0, 24)])
async def test_r110_one_that_is_not_or_measures_for_the_first_time_does(
    serve: Serve, lag: int, off: int
) -> None:
    server = await serve(extensions=[TimeSync(Clock(TC))])
    [reply] = await server.say({**HANDSHAKE, **sync(tc=TC, l=lag, o=off - lag)})
    assert reply["ext"]["timesync"]["a"] == off


async def test_r110_the_time_for_which_a_connect_is_held_counts(serve: Serve) -> None:
    clock = Clock(TC)
    server = await serve(extensions=[TimeSync(clock)])
    client = await server.open("/a")
    held = await server.holding(client.hold(**sync(tc=TC, l=0, o=0)))
    clock.milliseconds += 12_345
    server.publish("/a", 1)
    _, reply = await promptly(held)
    assert reply["ext"] == {"timesync": {"tc": TC, "ts": TC, "p": 12_345, "a": 0}}


async def test_r110_over_a_socket_too(serve: Serve) -> None:
    clock = Clock(TC)
    server = await serve(extensions=[TimeSync(clock)])
    async with RawSocket(server) as socket:
        own = {"clientId": await socket.handshake()}
        connect = {"channel": "/meta/connect", "connectionType": "websocket", **own}
        await socket.say(connect)
        await socket.send({**connect, **sync(tc=TC)})
        await server.until_held(1)
        clock.milliseconds += 77
        # It is held while others are answered, each with its own time.
        [reply] = await socket.say(
            {"channel": "/meta/subscribe", "subscription": "/a", **own, **sync(tc=TC)}
        )
        assert reply["ext"]["timesync"] == {"tc": TC, "ts": TC + 77, "p": 0}
        clock.milliseconds += 3
        server.bayeux.driver.disconnect(own["clientId"])
        heard = await socket.hear(replies=2)
        [reply] = [message for message in heard if message["channel"] == "/meta/connect"]
        assert reply["ext"]["timesync"] == {"tc": TC, "ts": TC, "p": 80}


async def test_r110_refused_messages_are_answered_as_well(serve: Serve) -> None:
    server = await serve(extensions=[TimeSync(Clock(TC))])
    [reply] = await server.say(
        {"channel": "/meta/connect", "clientId": "nobody", **sync(tc=TC, l=0, o=0)}
    )
    assert reply["successful"] is False
    assert reply["ext"]["timesync"]["ts"] == TC


async def test_r110_it_is_for_meta_messages_only(server: Serving) -> None:
    client = await server.open()
    [reply] = await client.say({"channel": "/a", "data": 1, **sync(tc=TC)})
    assert "ext" not in reply


@pytest.mark.parametrize(
    "timesync",
    [None, 5, [], {}, {"tc": "now"}, {"tc": None}, {"tc": True}, {"l": 0, "o": 0}],
    ids=repr,
)
async def test_r110_nonsense_is_ignored(server: Serving, timesync: object) -> None:
    [reply] = await server.say({**HANDSHAKE, "ext": {"timesync": timesync}})
    assert reply["successful"] is True
    assert "ext" not in reply


@pytest.mark.parametrize(
    "times",
    [
        {"tc": 2**64 - 1, "l": 2**64 - 1, "o": 2**64 - 1},
        {"tc": -(2**63), "l": -(2**63), "o": -(2**63)},
        {"tc": 1e308, "l": 1e308, "o": 1e308},
    ],
    ids=repr,
)
async def test_r110_times_out_of_this_world_do_no_harm(
    server: Serving, times: dict[str, float]
) -> None:
    [reply] = await server.say({**HANDSHAKE, **sync(**times)})
    assert reply["successful"] is True
    async with RawSocket(server) as socket:
        [reply] = await socket.say({**HANDSHAKE, **sync(**times)})
        assert reply["successful"] is True


async def test_timestamps_are_on_replies_and_events(serve: Serve) -> None:
    clock = Clock(1_000_000_000_000)
    server = await serve(extensions=[Timestamp(clock)])
    client = await server.open("/a")
    held = await server.holding(client.hold())
    clock.milliseconds += 60_000
    server.publish("/a", 1)
    event, reply = await promptly(held)
    for message in (event, reply):
        assert message["timestamp"] == "Sun, 09 Sep 2001 01:47:40 GMT"
        assert parsedate_to_datetime(message["timestamp"]).timestamp() == 1_000_000_060


async def test_the_timestamp_of_a_publisher_gives_way(serve: Serve) -> None:
    server = await serve(extensions=[Timestamp(Clock(1_000_000_000_000))])
    client = await server.open("/a")
    [event, reply] = await client.say({"channel": "/a", "data": 1, "timestamp": "yesterday"})
    assert event["timestamp"] == reply["timestamp"] == "Sun, 09 Sep 2001 01:46:40 GMT"


async def test_without_that_extension_it_stays_and_there_is_no_other(server: Serving) -> None:
    client = await server.open("/a")
    [event, reply] = await client.say({"channel": "/a", "data": 1, "timestamp": "yesterday"})
    assert event["timestamp"] == "yesterday"
    assert "timestamp" not in reply
