"""R30 to R45: connects, held and not."""

import asyncio
import threading
import time
from typing import Any

import pytest

from tests.conformance.raw_http import RawConnection
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Answer, Message, data, promptly
from tests.conformance.transports import over_both

ADVICE = {"reconnect": "retry", "interval": 0, "timeout": 30_000}


@over_both
async def test_r30_the_first_connect_is_answered_at_once_with_advice(server: Serving) -> None:
    client = await server.handshake()
    assert await client.connect(id="1") == [
        {"channel": "/meta/connect", "id": "1", "successful": True, "advice": ADVICE}
    ]


@over_both
async def test_r30_only_the_first_is(server: Serving) -> None:
    client = await server.handshake()
    await client.connect()
    await server.holding(client.hold())


@over_both
async def test_r31_a_timeout_of_0_is_answered_at_once_and_advised_the_configured_one(
    serve: Serve,
) -> None:
    server = await serve(timeout=12_345)
    client = await server.open()
    for _ in range(2):
        assert await client.connect(advice={"timeout": 0}, id="1") == [
            {
                "channel": "/meta/connect",
                "id": "1",
                "successful": True,
                "advice": {"reconnect": "retry", "interval": 0, "timeout": 12_345},
            }
        ]


@over_both
async def test_r31_a_timeout_of_0_is_for_that_connect_only(server: Serving) -> None:
    client = await server.open()
    await client.connect(advice={"timeout": 0})
    await server.holding(client.hold())


@over_both
async def test_r31_with_a_configured_timeout_of_0_nothing_is_held(serve: Serve) -> None:
    server = await serve(timeout=0)
    client = await server.open()
    for _ in range(2):
        [reply] = await client.connect()
        assert reply["successful"] is True


@over_both
async def test_r32_an_idle_connect_is_held_for_the_timeout(serve: Serve) -> None:
    server = await serve(timeout=500)
    client = await server.open()
    start = time.monotonic()
    connect = server.begin(client.hold(id="1"))
    # What the machine is late for another half second that starts now, it may be late for this one.
    await asyncio.sleep(0.5)
    lateness = time.monotonic() - start - 0.5
    messages = await promptly(connect)
    assert 0.45 <= time.monotonic() - start <= 0.55 + 2 * lateness
    assert messages == [{"channel": "/meta/connect", "id": "1", "successful": True}]


@over_both
async def test_r32_a_client_may_ask_for_a_shorter_hold(server: Serving) -> None:
    client = await server.open()
    start = time.monotonic()
    [reply] = await promptly(client.hold(advice={"timeout": 200}))
    assert time.monotonic() - start >= 0.2
    assert reply["successful"] is True
    assert reply["advice"] == ADVICE


async def test_r33_a_held_connect_is_answered_when_an_event_is_queued(server: Serving) -> None:
    client = await server.open("/a")
    held = await server.holding(client.hold(id="1"))
    server.publish("/a", {"n": 1})
    assert await promptly(held) == [
        {"channel": "/a", "data": {"n": 1}},
        {"channel": "/meta/connect", "id": "1", "successful": True},
    ]


@over_both
async def test_r33_over_a_socket_too_if_events_need_a_connect(serve: Serve) -> None:
    server = await serve(meta_connect_deliver_only=True)
    client = await server.open("/a")
    held = await server.holding(client.hold(id="1"))
    server.publish("/a", {"n": 1})
    assert await promptly(held) == [
        {"channel": "/a", "data": {"n": 1}},
        {"channel": "/meta/connect", "id": "1", "successful": True},
    ]


@over_both
async def test_r33_an_event_of_another_client_does_it_too(server: Serving) -> None:
    client = await server.open("/a")
    publisher = await server.open()
    held = await server.holding(client.hold())
    assert await publisher.publish("/a", 1) == [{"channel": "/a", "successful": True}]
    assert data(await promptly(held)) == [1]


@over_both
async def test_r33_an_event_for_others_does_not_end_the_hold(server: Serving) -> None:
    client = await server.open("/a")
    other = await server.open("/b")
    held = await server.holding(client.hold())
    others = await server.holding(other.hold())
    server.publish("/b", 1)
    assert data(await promptly(others)) == [1]
    assert not held.done()
    server.publish("/a", 2)
    assert data(await promptly(held)) == [2]


@over_both
async def test_r34_queued_events_are_all_delivered_at_once(server: Serving) -> None:
    client = await server.open("/a")
    await client.leave()
    for number in range(20):
        server.publish("/a", number)
    messages = await client.connect(id="1")
    assert messages == [
        *({"channel": "/a", "data": number} for number in range(20)),
        {"channel": "/meta/connect", "id": "1", "successful": True},
    ]
    await server.holding(client.hold())


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_r35_a_connect_among_others_is_never_held(server: Serving, place: int) -> None:
    client = await server.open()
    messages: list[Message] = [
        {"channel": "/meta/subscribe", "subscription": "/a", "id": "1"},
        {"channel": "/b", "data": 1, "id": "2"},
    ]
    messages.insert(place, {"channel": "/meta/connect", "id": "c"})
    replies = await client.say(*messages)
    assert [reply["id"] for reply in replies] == [message["id"] for message in messages]
    assert all(reply["successful"] for reply in replies)


async def test_r35_two_connects_in_one_payload_are_both_answered(server: Serving) -> None:
    client = await server.open()
    replies = await client.say(
        {"channel": "/meta/connect", "id": "1"}, {"channel": "/meta/connect", "id": "2"}
    )
    assert [(reply["id"], reply["successful"]) for reply in replies] == [("1", True), ("2", True)]


@pytest.mark.parametrize("status", [500, 408])
async def test_r37_a_newer_connect_ends_the_older_with_an_error(serve: Serve, status: int) -> None:
    server = await serve(duplicate_meta_connect_http_response_code=status)
    client = await server.open("/a")
    connect = {"channel": "/meta/connect", "clientId": client.id}
    older = server.begin(server.post([{**connect, "id": "older"}]))
    await server.until_held()
    newer = server.begin(client.hold(id="newer"))
    assert (await promptly(older)).status == status
    await server.until_held(1)
    server.publish("/a", 1)
    assert await promptly(newer) == [
        {"channel": "/a", "data": 1},
        {"channel": "/meta/connect", "id": "newer", "successful": True},
    ]
    assert data(await client.poll()) == []


async def test_r37_supersession_loses_and_doubles_nothing(server: Serving) -> None:
    client = await server.open("/a")
    connect = {"channel": "/meta/connect", "clientId": client.id}
    polls: list[asyncio.Task[Answer]] = []
    for number in range(20):
        polls += [server.begin(server.post([connect])) for _ in range(3)]
        await asyncio.sleep(0.001 * (number % 4))
        server.publish("/a", number)
    # One may be left that is held. The last poll takes its place.
    await server.until(lambda: sum(not poll.done() for poll in polls) <= 1)
    last = data(await client.poll())
    answers = await promptly(asyncio.gather(*polls))
    assert {answer.status for answer in answers} == {200, 500}
    heard = [data(answer.messages) for answer in answers if answer.status == 200]
    assert sorted(sum(heard, last)) == list(range(20))


@over_both
async def test_r38_the_newer_connect_is_held_the_full_time_again(serve: Serve) -> None:
    server = await serve(timeout=200)
    client = await server.open()
    await server.holding(client.hold(id="older"))
    await asyncio.sleep(0.1)
    start = time.monotonic()
    [reply] = await promptly(client.hold(id="newer"))
    assert time.monotonic() - start >= 0.2
    assert reply["id"] == "newer"
    assert reply["successful"] is True


@over_both
@pytest.mark.parametrize("client_id", ["unknown", "", None, 5, ["a"], {}], ids=repr)
async def test_r39_an_unknown_session_is_told_to_handshake(
    server: Serving, client_id: object
) -> None:
    connect = {"channel": "/meta/connect", "connectionType": "long-polling", "id": "1"}
    for message in ({**connect, "clientId": client_id}, connect):
        assert await server.say(message) == [
            {
                "channel": "/meta/connect",
                "id": "1",
                "successful": False,
                "error": "402::session_unknown",
                "advice": {"reconnect": "handshake", "interval": 0},
            }
        ]


async def ways_to_be_advised(serve: Serve) -> list[Message]:
    """Replies of all kinds that have advice."""
    server = await serve(max_queue=1)
    connect = {"channel": "/meta/connect"}
    replies = await server.say({"channel": "/meta/handshake", "version": "1.0"})
    client = await server.handshake()
    replies += await client.connect(advice={"timeout": 0, "interval": 50})
    replies += await client.connect(advice={"timeout": 0, "interval": None})
    replies += await client.hold(advice={"timeout": 50})
    held = await server.holding(client.hold())
    server.bayeux.driver.disconnect(client.id)
    replies += await held
    replies += await client.connect()
    replies += await server.say({**connect, "clientId": "unknown"}, connect)
    replies += await server.say(
        {"channel": "/meta/handshake", "supportedConnectionTypes": ["pigeon"]}
    )
    overrun = await server.open("/a")
    await overrun.leave()
    server.publish("/a", 1)
    server.publish("/a", 2)
    replies += await overrun.connect()
    leaving = await server.open()
    held = await server.holding(leaving.hold())
    replies += await leaving.disconnect()
    return replies + await held


@over_both
async def test_r40_success_is_never_advised_to_handshake(serve: Serve) -> None:
    advised = [reply for reply in await ways_to_be_advised(serve) if "advice" in reply]
    handshake = [r["successful"] for r in advised if r["advice"]["reconnect"] == "handshake"]
    assert handshake == [False] * 4


@over_both
async def test_r41_advice_to_go_on_is_complete(serve: Serve) -> None:
    advised = [reply for reply in await ways_to_be_advised(serve) if "advice" in reply]
    going_on = [r["advice"] for r in advised if r["advice"]["reconnect"] == "retry"]
    assert len(going_on) >= 4
    assert all(set(advice) == {"reconnect", "interval", "timeout"} for advice in going_on)
    others = [r["advice"]["reconnect"] for r in advised if r["advice"]["reconnect"] != "retry"]
    assert set(others) == {"none", "handshake"}


@over_both
@pytest.mark.parametrize(
    "advice",
    [
        {},
        {"timeout": 0},
        {"timeout": -1},
        {"interval": -1},
        {"timeout": "soon", "interval": None},
        {"timeout": True, "interval": False},
        None,
        5,
    ],
    ids=repr,
)
async def test_r42_a_connect_with_advice_gets_advice(serve: Serve, advice: object) -> None:
    server = await serve(timeout=20)
    client = await server.open()
    [plain] = await promptly(client.hold())
    assert "advice" not in plain
    [reply] = await promptly(client.hold(advice=advice))
    assert reply["advice"] == {"reconnect": "retry", "interval": 0, "timeout": 20}


@over_both
async def test_r42_the_advised_interval_is_the_one_in_force(server: Serving) -> None:
    client = await server.open()
    [reply] = await client.connect(advice={"timeout": 0, "interval": 700})
    assert reply["advice"] == {"reconnect": "retry", "interval": 700, "timeout": 30_000}
    [reply] = await client.connect(advice={"timeout": 0})
    assert reply["advice"] == ADVICE


@over_both
async def test_r43_a_client_interval_extends_the_session_for_that_connect(serve: Serve) -> None:
    server = await serve(max_interval=100)
    client = await server.open()
    await client.connect(advice={"timeout": 0, "interval": 60_000})
    await asyncio.sleep(0.2)
    assert server.sessions == 1
    start = time.monotonic()
    await client.connect(advice={"timeout": 0})
    await server.until(lambda: server.sessions == 0)
    assert time.monotonic() - start >= 0.1


@over_both
async def test_r44_holding_costs_no_thread_and_no_polling(
    server: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = [await server.open("/a") for _ in range(200)]
    threads, tasks = threading.active_count(), len(asyncio.all_tasks())
    held = [server.begin(client.hold()) for client in clients]
    await server.until_held(200)
    # aiohttp has a task for each connection and one for each request; the third is the test's own.
    assert threading.active_count() == threads
    assert len(asyncio.all_tasks()) - tasks <= 3 * 200
    loop = asyncio.get_running_loop()
    work = 0

    def counted(schedule: Any) -> Any:
        def count(*args: Any, **kwargs: Any) -> Any:
            nonlocal work
            work += 1
            return schedule(*args, **kwargs)

        return count

    for name in ("call_soon", "call_at"):
        monkeypatch.setattr(loop, name, counted(getattr(loop, name)))
    await asyncio.sleep(0.15)
    assert work < 50
    monkeypatch.undo()
    server.publish("/a", 1)
    assert [data(messages) for messages in await promptly(asyncio.gather(*held))] == [[1]] * 200


@pytest.mark.parametrize("rudely", [False, True])
async def test_r45_a_client_that_goes_away_ends_its_hold_and_keeps_its_events(
    server: Serving, rudely: bool
) -> None:
    client = await server.open("/a")
    async with RawConnection(server) as raw:
        raw.post([{"channel": "/meta/connect", "clientId": client.id}])
        await server.until_held(1)
        if rudely:
            raw.reset()
        else:
            raw.writer.close()
        await server.until_held(0)
    server.publish("/a", 1)
    server.publish("/a", 2)
    assert data(await client.connect()) == [1, 2]
