"""What is written to a socket, in which order, and what becomes of the rest."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import pytest

from switchbell.bayeux import codec
from switchbell.bayeux.effects import Close, CloseCode, Send
from switchbell.bayeux.message import Event
from switchbell.transport.socket import PATIENCE, Socket
from tests.server.transport.fakes import FakeConnection

MAX_BUFFER = 1_000

Wire: TypeAlias = tuple[Socket, FakeConnection]


@pytest.fixture
async def wire() -> Wire:
    connection = FakeConnection()
    return Socket(1, connection, connection.abort, max_buffer=MAX_BUFFER, now=0.0), connection


@asynccontextmanager
async def writing(socket: Socket) -> AsyncIterator["asyncio.Task[None]"]:
    """While the socket is being written to."""
    task = asyncio.ensure_future(socket.write())
    yield task
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


def event(data: Any) -> Send:
    return Send(1, (Event({"channel": "/a", "data": data}),), "c1", (1,))


def data(frame: bytes | str | int) -> list[Any]:
    assert isinstance(frame, bytes)
    return [message["data"] for message in codec.decode(frame)]


async def test_each_message_is_a_frame_while_the_peer_keeps_up(wire: Wire) -> None:
    socket, connection = wire
    async with writing(socket):
        for number in range(3):
            assert socket.send(event(number))
            assert data(await connection.next()) == [number]


async def test_what_waits_for_the_peer_goes_out_in_one_frame_in_order(wire: Wire) -> None:
    socket, connection = wire
    connection.stop_reading()
    async with writing(socket):
        socket.send(event(0))
        assert data(await connection.next()) == [0]
        for number in range(1, 4):
            socket.send(event(number))
        connection.go_on_reading()
        assert data(await connection.next()) == [1, 2, 3]
        socket.send(event(4))
        assert data(await connection.next()) == [4]


async def test_a_peer_that_lets_too_much_wait_is_cut_off(wire: Wire) -> None:
    socket, connection = wire
    assert socket.send(event("x" * 2 * MAX_BUFFER)), "one message may be larger than the buffer"
    assert socket.send(event("at once")), "the peer has had no time to read it"
    assert connection.aborted == 0
    socket.writing_since = asyncio.get_running_loop().time() - PATIENCE
    assert not socket.send(event("one too many"))
    assert connection.aborted == 1
    assert not socket.is_open
    assert not socket.send(event("never"))


async def test_what_was_read_makes_room(wire: Wire) -> None:
    socket, connection = wire
    async with writing(socket):
        for _ in range(5):
            assert socket.send(event("x" * MAX_BUFFER))
            await connection.next()


async def test_a_close_comes_after_what_waits(wire: Wire) -> None:
    socket, connection = wire
    socket.send(event(1))
    socket.send(event(2))
    socket.close(Close(1, CloseCode.GOING_AWAY))
    assert not socket.is_open
    await socket.write()
    assert data(await connection.next()) == [1, 2]
    assert await connection.next() == CloseCode.GOING_AWAY
    assert connection.received.empty()


async def test_nothing_can_be_sent_after_a_close(wire: Wire) -> None:
    socket, connection = wire
    socket.close(Close(1))
    assert not socket.send(event(1))
    await socket.write()
    assert await connection.next() == CloseCode.NORMAL


async def test_a_ping_does_not_wait_for_messages(wire: Wire) -> None:
    socket, connection = wire
    socket.send(event(1))
    socket.ping()
    assert socket.pinged
    async with writing(socket):
        assert await connection.next() == "ping"
        assert data(await connection.next()) == [1]
        socket.send(event(2))
        assert data(await connection.next()) == [2], "one ping is enough"


@pytest.mark.parametrize(("message", "asked_at"), [(True, 7.0), (False, 0.0)])
async def test_any_sign_of_life_answers_a_ping(wire: Wire, message: bool, asked_at: float) -> None:
    socket, _ = wire
    socket.ping()
    socket.hear(7.0, message=message)
    assert not socket.pinged
    assert (socket.heard_at, socket.asked_at) == (7.0, asked_at)


async def test_what_is_not_written_can_be_taken_back_and_is_then_not_written(wire: Wire) -> None:
    socket, connection = wire
    connection.stop_reading()
    waiting = [event(number) for number in range(1, 4)]
    async with writing(socket):
        socket.send(event(0))
        assert data(await connection.next()) == [0]
        for send in waiting:
            socket.send(send)
        assert socket.take_back() == waiting
        assert socket.take_back() == []
        socket.send(event(4))
        connection.go_on_reading()
        assert data(await connection.next()) == [4]


async def test_what_was_taken_back_takes_no_room(wire: Wire) -> None:
    socket, _ = wire
    for _ in range(3):
        assert socket.send(event("x" * 2 * MAX_BUFFER))
        socket.take_back()


async def test_what_json_has_no_form_for_cuts_the_socket(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    socket, connection = wire
    before = event(1)
    socket.send(before)
    assert not socket.send(Send(1, ({"channel": "/meta/connect", "ext": {"x": 2**64}},), "c1"))
    assert connection.aborted == 1
    assert not socket.is_open
    assert socket.take_back() == [before]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_a_broken_connection_ends_the_writing_without_an_error(wire: Wire) -> None:
    socket, connection = wire
    connection.is_broken = True
    socket.send(event(1))
    async with asyncio.timeout(5):
        await socket.write()


async def test_what_a_closed_connection_does_not_take_can_be_taken_back(wire: Wire) -> None:
    socket, connection = wire
    connection.closed = True
    waiting = event(1)
    socket.send(waiting)
    socket.close(Close(1))
    await socket.write()
    assert await connection.next() == CloseCode.NORMAL
    assert socket.take_back() == [waiting]


async def test_it_shows_for_how_long_the_peer_has_not_read(wire: Wire) -> None:
    socket, connection = wire
    assert socket.writing_since is None
    connection.stop_reading()
    async with writing(socket):
        before = asyncio.get_running_loop().time()
        socket.send(event(1))
        await connection.next()
        since = socket.writing_since
        assert since is not None
        assert before <= since <= asyncio.get_running_loop().time()
        socket.send(event(2))
        assert socket.writing_since == since
        connection.go_on_reading()
        await connection.next()
        await until_idle(socket)
        assert socket.writing_since is None


async def until_idle(socket: Socket) -> None:
    """The peer has what there was; the writer gets to know it with the next turns of the loop."""
    for _ in range(3):
        await asyncio.sleep(0)
