"""What is not written to a socket is not lost, and keeps its order, wherever it goes on."""

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

import pytest

from switchbell.bayeux import codec
from switchbell.bayeux.effects import Close, CloseCode, Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.extensions.extension import Extension
from switchbell.bayeux.message import Event, Reply
from switchbell.bayeux.options import WEBSOCKET
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.session import Session
from switchbell.transport.driver import Driver
from switchbell.transport.socket import Socket
from tests.server.transport.fakes import FakeClock, FakeConnection

ON_SOCKET = Peer(transport=WEBSOCKET)
CONNECT = {"channel": "/meta/connect", "clientId": "c1"}
AT_ONCE = CONNECT | {"advice": {"timeout": 0}}


def opened(driver: Driver, *, max_buffer: int = 100_000) -> tuple[Socket, FakeConnection]:
    """A socket, whose peer has not read for long. Nothing is written to it before the test lets
    it."""
    connection = FakeConnection()
    socket = driver.open(
        lambda number, now: Socket(
            number, connection, connection.abort, max_buffer=max_buffer, now=now
        )
    )
    socket.writing_since = 0.0
    return socket, connection


def say(driver: Driver, socket: Socket, *messages: dict[str, Any]) -> None:
    driver.receive(socket, list(messages), peer=ON_SOCKET)


def meet(driver: Driver, socket: Socket, client_id: str = "c1") -> None:
    """A session that listens to /a over a socket, which it has read to the end."""
    identity = {"clientId": client_id}
    for message in (
        {"channel": "/meta/handshake"},
        {"channel": "/meta/connect"} | identity,
        {"channel": "/meta/subscribe", "subscription": "/a"} | identity,
    ):
        say(driver, socket, message)
        assert socket.take_back()


async def ask(driver: Driver, *messages: dict[str, Any]) -> Send:
    async with asyncio.timeout(5):
        outcome = await driver.exchange(list(messages), peer=Peer())
    assert isinstance(outcome, Send)
    return outcome


def heard(*sends: Send) -> list[Any]:
    return [
        message.fields["data"]
        for send in sends
        for message in send.messages
        if isinstance(message, Event)
    ]


async def written(socket: Socket, connection: FakeConnection) -> list[dict[str, Any]]:
    """All that a socket, which is closed behind it, was written."""
    socket.close(Close(socket.number))
    await socket.write()
    messages: list[dict[str, Any]] = []
    while isinstance(frame := await connection.next(), bytes):
        messages += json.loads(frame)
    return messages


async def test_events_are_written_to_the_socket_of_their_session(driver: Driver) -> None:
    socket, connection = opened(driver)
    meet(driver, socket)
    driver.publish("/a", 1)
    driver.push("c1", "/service/x", 2)
    assert [message["data"] for message in await written(socket, connection)] == [1, 2]


async def test_events_of_a_batch_are_one_message(driver: Driver) -> None:
    socket, _ = opened(driver)
    meet(driver, socket)
    with driver.batch():
        driver.publish("/a", 1)
        with driver.batch():
            driver.push("c1", "/service/x", 2)
        driver.publish("/a", 3)
        assert socket.take_back() == []
    [send] = socket.take_back()
    assert heard(send) == [1, 2, 3]


async def test_a_batch_that_fails_sends_what_it_had(driver: Driver) -> None:
    socket, _ = opened(driver)
    meet(driver, socket)

    def fail() -> None:
        with driver.batch():
            driver.publish("/a", 1)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    driver.publish("/a", 2)
    assert [heard(send) for send in socket.take_back()] == [[1], [2]]


async def test_a_push_can_answer_a_remote_call(driver: Driver) -> None:
    socket, connection = opened(driver)
    meet(driver, socket)
    driver.push("c1", "/service/x", 1, message_id="7")
    assert await written(socket, connection) == [{"channel": "/service/x", "id": "7", "data": 1}]


async def test_what_was_not_written_when_a_socket_ends_waits_for_the_next_connect(
    driver: Driver, engine: Engine
) -> None:
    socket, _ = opened(driver)
    meet(driver, socket)
    for number in range(4):
        driver.publish("/a", number)
    driver.close(socket)
    assert (engine.socket_count, list(driver._watch)) == (0, [])
    driver.publish("/a", 4)
    assert heard(await ask(driver, CONNECT)) == [0, 1, 2, 3, 4]


async def test_what_a_cut_socket_refuses_comes_after_what_waits_in_it(driver: Driver) -> None:
    socket, connection = opened(driver, max_buffer=100)
    meet(driver, socket)
    for number in range(20):
        driver.publish("/a", number)
    assert connection.aborted == 1
    driver.close(socket)
    assert heard(await ask(driver, CONNECT)) == list(range(20))


async def test_a_connect_that_waits_gets_all_that_a_cut_socket_had_in_order(
    driver: Driver, engine: Engine
) -> None:
    """What is given back goes out again at once, and nothing could put it right later."""
    meet(driver, opened(driver)[0])
    connect = asyncio.ensure_future(ask(driver, CONNECT))
    await asyncio.sleep(0)
    assert engine.held_count == 1
    spare, connection = opened(driver, max_buffer=100)
    say(driver, spare, {"channel": "/meta/subscribe", "clientId": "c1", "subscription": "/a"})
    spare.take_back()
    published = 0
    while not connection.aborted:
        driver.publish("/a", published)
        published += 1
    assert published > 2
    assert heard(await connect) == list(range(published))


@pytest.mark.parametrize("batched", [False, True])
async def test_a_session_takes_along_over_http_what_its_socket_did_not_write(
    driver: Driver, batched: bool
) -> None:
    socket, connection = opened(driver)
    meet(driver, socket)
    for number in range(3):
        driver.publish("/a", number)
    publish = {"channel": "/a", "clientId": "c1", "data": 3}
    answers = [await ask(driver, AT_ONCE, *([publish] if batched else []))]
    answers.append(await ask(driver, AT_ONCE))
    assert heard(*answers) == list(range(4 if batched else 3))
    await socket.write()
    assert await connection.next() == CloseCode.NORMAL


@pytest.mark.parametrize("batched", [False, True])
async def test_a_session_takes_along_to_a_new_socket_what_the_old_did_not_write(
    driver: Driver, batched: bool
) -> None:
    stuck, _ = opened(driver)
    meet(driver, stuck)
    for number in range(3):
        driver.publish("/a", number)
    socket, connection = opened(driver)
    publish = {"channel": "/a", "clientId": "c1", "data": 3}
    say(driver, socket, CONNECT, *([publish] if batched else []))
    driver.publish("/a", 4)
    messages = await written(socket, connection)
    events = [message["data"] for message in messages if "data" in message]
    assert events == [0, 1, 2, *([3] if batched else []), 4]


async def test_who_used_a_socket_before_gets_what_was_not_written_when_it_is_closed(
    driver: Driver, engine: Engine
) -> None:
    socket, _ = opened(driver)
    meet(driver, socket)
    driver.publish("/a", 1)
    say(driver, socket, {"channel": "/meta/handshake"})
    connect = asyncio.ensure_future(ask(driver, CONNECT))
    await asyncio.sleep(0)
    assert engine.held_count == 1
    await ask(driver, {"channel": "/meta/connect", "clientId": "c2"})
    assert heard(await connect) == [1]


@pytest.mark.parametrize("messages", [[CONNECT], [CONNECT | {"advice": {"timeout": 0}}, CONNECT]])
async def test_messages_on_a_socket_that_its_session_has_left_are_not_heard(
    driver: Driver, caplog: pytest.LogCaptureFixture, messages: Sequence[dict[str, Any]]
) -> None:
    left, _ = opened(driver)
    meet(driver, left)
    connect = asyncio.ensure_future(ask(driver, CONNECT))
    await asyncio.sleep(0)
    assert not left.is_open
    say(driver, left, *messages)
    driver.publish("/a", 1)
    assert heard(await connect) == [1]
    assert left.take_back() == []
    assert caplog.records == []


async def test_messages_on_a_socket_that_is_closed_for_idleness_are_not_heard(
    driver: Driver, engine: Engine
) -> None:
    idle, _ = opened(driver)
    idle.close(Close(idle.number, CloseCode.GOING_AWAY))
    say(driver, idle, {"channel": "/meta/handshake"})
    assert engine.session_count == 0


async def test_a_socket_that_is_over_is_forgotten(driver: Driver, engine: Engine) -> None:
    socket, _ = opened(driver)
    meet(driver, socket)
    driver.close(socket)
    driver.close(socket)
    say(driver, socket, CONNECT)
    assert (driver._sockets, engine.socket_count, engine.held_count) == ({}, 0, 0)


async def test_an_idle_socket_is_closed_and_its_session_goes_on(
    driver: Driver, engine: Engine, clock: FakeClock
) -> None:
    driver._watch._loop = clock  # type: ignore[assignment]
    socket, connection = opened(driver)
    meet(driver, socket)
    while socket.is_open:
        clock.wait(5.0)
        socket.writing_since = None
        driver.hear(socket)
        await ask(driver, {"channel": "/meta/subscribe", "clientId": "c1", "subscription": "/a"})
    assert clock.time() >= 300.0
    driver.publish("/a", 1)
    assert heard(await ask(driver, CONNECT)) == [1]
    await socket.write()
    assert await connection.next() == CloseCode.GOING_AWAY


class Unwritable(Extension):
    """Puts into some replies what JSON has no form for."""

    def sending(
        self,
        session: Session | None,
        events: Sequence[Event],
        replies: Sequence[Reply],
        now: float,
    ) -> None:
        for reply in replies:
            if reply.get("id") == "bad":
                reply["ext"] = {"number": 2**64}


async def test_a_reply_that_cannot_be_encoded_harms_nobody_else(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = iter(range(1, 9))
    engine = Engine(new_client_id=lambda: f"c{next(numbers)}", extensions=[Unwritable()])
    driver = Driver(engine)
    driver._loop = clock  # type: ignore[assignment]
    bad, connection = opened(driver)
    meet(driver, bad)
    good, _ = opened(driver)
    meet(driver, good, "c2")
    say(driver, bad, {"channel": "/a", "id": "bad", "clientId": "c1", "data": 1})
    assert [heard(send) for send in good.take_back()] == [[1]]
    assert connection.aborted == 1
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert heard(await ask(driver, CONNECT)) == [1], "the event itself was in order"


async def test_an_event_is_encoded_once_for_http_and_sockets(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = [opened(driver)[0] for _ in range(5)]
    for number, socket in enumerate(sockets, 1):
        meet(driver, socket, f"c{number}")
    connects = []
    for number in range(6, 11):
        identity = {"clientId": f"c{number}"}
        await ask(driver, {"channel": "/meta/handshake"})
        await ask(driver, {"channel": "/meta/connect"} | identity)
        await ask(driver, {"channel": "/meta/subscribe", "subscription": "/a"} | identity)
        connects.append(asyncio.ensure_future(ask(driver, {"channel": "/meta/connect"} | identity)))
    await asyncio.sleep(0)
    encoded = count_encodings(monkeypatch)
    driver.publish("/a", {"number": 1})
    answers = [await connect for connect in connects]
    for answer in answers:
        assert codec.encode(answer.messages)
    frames = [socket.take_back() for socket in sockets]
    assert [heard(*sends) for sends in frames] == [[{"number": 1}]] * 5
    assert encoded == ["/a", *["/meta/connect"] * 5]


def count_encodings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The channels of what is encoded from now on."""
    channels: list[str] = []

    class Counting:
        """Stands for the JSON library."""

        @staticmethod
        def dumps(message: dict[str, Any]) -> bytes:
            channels.append(message["channel"])
            return json.dumps(message).encode()

    monkeypatch.setattr("switchbell.bayeux.message.orjson", Counting)
    monkeypatch.setattr("switchbell.bayeux.codec.orjson", Counting)
    return channels
