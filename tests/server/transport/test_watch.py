"""Silent, idle and stuck sockets are found in time, with one timer for all of them."""

from itertools import count

import pytest

from switchbell.bayeux.effects import CloseCode
from switchbell.bayeux.options import BayeuxOptions
from switchbell.transport.socket import Socket
from switchbell.transport.watch import UNUSED_AFTER, Watch
from tests.server.transport.fakes import FakeClock, FakeConnection

PING = 10.0
IDLE = 100.0
STUCK = 20.0
OPTIONS = BayeuxOptions(ws_ping_interval=10_000, ws_idle_timeout=100_000, ws_write_timeout=20_000)

# Sockets are looked at every so often, and may be found that much later.
LATE = PING / 4

numbers = count(1)


def begin(clock: FakeClock, options: BayeuxOptions = OPTIONS) -> Watch:
    watch = Watch(options)
    watch._loop = clock  # type: ignore[assignment]
    return watch


@pytest.fixture
async def watch(clock: FakeClock) -> Watch:
    return begin(clock)


def opened(watch: Watch, clock: FakeClock) -> tuple[Socket, FakeConnection]:
    """A socket that is a session's."""
    connection = FakeConnection()
    socket = Socket(next(numbers), connection, connection.abort, max_buffer=1_000, now=clock.time())
    socket.used = True
    watch.add(socket)
    return socket, connection


async def test_a_silent_peer_is_pinged_once(watch: Watch, clock: FakeClock) -> None:
    socket, connection = opened(watch, clock)
    clock.wait(PING - 0.1)
    assert not socket.pinged
    clock.wait(LATE)
    assert socket.pinged
    socket._ping_due = False
    clock.wait(PING - LATE)
    assert not socket._ping_due
    assert connection.aborted == 0


async def test_a_peer_that_does_not_answer_is_cut_off(watch: Watch, clock: FakeClock) -> None:
    socket, connection = opened(watch, clock)
    clock.wait(2 * PING - 0.1)
    assert connection.aborted == 0
    clock.wait(LATE)
    assert connection.aborted == 1
    assert not socket.is_open


async def test_a_peer_that_answers_pings_is_left_in_peace(watch: Watch, clock: FakeClock) -> None:
    socket, connection = opened(watch, clock)
    pings = 0
    while clock.time() < IDLE - PING:
        clock.wait(LATE)
        if socket.pinged:
            pings += 1
            socket.hear(clock.time(), message=False)
    assert pings == int((IDLE - PING) // PING)
    assert connection.aborted == 0
    assert socket.is_open


async def test_a_peer_that_says_nothing_but_pongs_is_sent_away_in_the_end(
    watch: Watch, clock: FakeClock
) -> None:
    socket, connection = opened(watch, clock)
    while clock.time() < IDLE - LATE:
        clock.wait(LATE)
        socket.hear(clock.time(), message=False)
        assert socket.is_open
    clock.wait(2 * LATE)
    assert not socket.is_open
    await socket.write()
    assert await connection.next() == CloseCode.GOING_AWAY
    assert connection.aborted == 0


async def test_messages_keep_a_socket_open(watch: Watch, clock: FakeClock) -> None:
    socket, connection = opened(watch, clock)
    while clock.time() < 3 * IDLE:
        clock.wait(PING / 2)
        socket.hear(clock.time(), message=True)
    assert socket.is_open
    assert not socket.pinged
    assert connection.aborted == 0


async def test_a_peer_that_does_not_read_is_cut_off(watch: Watch, clock: FakeClock) -> None:
    socket, connection = opened(watch, clock)
    socket.writing_since = clock.time()
    while clock.time() < STUCK - LATE:
        clock.wait(LATE)
        socket.hear(clock.time(), message=True)
        assert connection.aborted == 0
    clock.wait(2 * LATE)
    assert connection.aborted


async def test_one_bad_peer_is_not_the_others_fault(watch: Watch, clock: FakeClock) -> None:
    _, bad = opened(watch, clock)
    good, connection = opened(watch, clock)
    for _ in range(10):
        clock.wait(PING / 2)
        good.hear(clock.time(), message=True)
    assert bad.aborted
    assert connection.aborted == 0
    assert good.is_open


async def test_there_is_one_timer_however_many_sockets(watch: Watch, clock: FakeClock) -> None:
    sockets = [opened(watch, clock)[0] for _ in range(1_000)]
    assert len(clock.timers) == 1
    clock.wait(PING)
    assert len(clock.armed) == 1
    for socket in sockets[:-1]:
        watch.remove(socket)
    assert len(clock.armed) == 1
    assert list(watch) == sockets[-1:]
    watch.remove(sockets[-1])
    assert clock.armed == []


async def test_the_timer_starts_again_with_the_next_socket(watch: Watch, clock: FakeClock) -> None:
    watch.remove(opened(watch, clock)[0])
    clock.wait(1_000.0)
    socket, _ = opened(watch, clock)
    clock.wait(PING + LATE)
    assert socket.pinged


async def test_removing_twice_does_no_harm(watch: Watch, clock: FakeClock) -> None:
    socket, _ = opened(watch, clock)
    watch.remove(socket)
    watch.remove(socket)
    assert clock.armed == []


async def test_after_a_stop_nobody_is_looked_after(watch: Watch, clock: FakeClock) -> None:
    socket, connection = opened(watch, clock)
    watch.stop()
    watch.stop()
    clock.wait(10 * IDLE)
    assert not socket.pinged
    assert connection.aborted == 0


async def test_zero_is_never(clock: FakeClock) -> None:
    never = BayeuxOptions(ws_ping_interval=0, ws_idle_timeout=0, ws_write_timeout=0)
    watch = begin(clock, never)
    socket, connection = opened(watch, clock)
    socket.writing_since = 0.0
    clock.wait(100_000.0)
    assert (socket.is_open, socket.pinged, connection.aborted) == (True, False, 0)
    watch.stop()


async def test_a_socket_that_begins_nothing_is_closed(watch: Watch, clock: FakeClock) -> None:
    socket, _ = opened(watch, clock)
    other, _ = opened(watch, clock)
    other.used = False
    clock.wait(UNUSED_AFTER - 0.1)
    assert other.is_open
    clock.wait(LATE)
    assert (socket.is_open, other.is_open) == (True, False)
    watch.stop()


async def test_one_limit_alone_is_kept(clock: FakeClock) -> None:
    watch = begin(clock, BayeuxOptions(ws_ping_interval=0, ws_idle_timeout=0))
    silent, _ = opened(watch, clock)
    stuck, connection = opened(watch, clock)
    stuck.writing_since = 0.0
    clock.wait(1_000.0)
    assert connection.aborted
    assert silent.is_open
    assert not silent.pinged
    watch.stop()


async def test_a_socket_of_one_who_is_not_known_any_more_is_closed(
    watch: Watch, clock: FakeClock
) -> None:
    connection = FakeConnection()
    known = True
    socket = Socket(
        next(numbers),
        connection,
        connection.abort,
        max_buffer=1_000,
        now=clock.time(),
        is_known=lambda: known,
    )
    socket.used = True
    watch.add(socket)
    clock.wait(LATE)
    assert socket.is_open
    known = False
    clock.wait(LATE)
    assert not socket.is_open
    watch.stop()
