"""Where events wait."""

import asyncio

import pytest

from switchbell_client.inbox import Inbox


@pytest.mark.parametrize(
    ("bound", "waiting", "has_room"),
    [(2, 1, True), (2, 2, False), (2, 3, False), (0, 9, True), (-1, 9, True)],
)
def test_there_is_room_below_the_bound(bound: int, waiting: int, *, has_room: bool) -> None:
    inbox = Inbox(bound)
    for number in range(waiting):
        inbox.put_nowait({"number": number})
    assert inbox.has_room == has_room


async def test_putting_never_waits_and_the_order_is_kept() -> None:
    inbox = Inbox(1)
    for number in range(3):
        putting = inbox.put({"number": number})
        with pytest.raises(StopIteration):  # it is through without having been suspended
            putting.send(None)
    assert [inbox.get_nowait()["number"] for _ in range(3)] == [0, 1, 2]


async def test_room_is_waited_for_until_enough_is_taken() -> None:
    inbox = Inbox(2)
    for number in range(3):
        inbox.put_nowait({"number": number})
    waiting = asyncio.create_task(inbox.room())
    await asyncio.sleep(0)
    inbox.get_nowait()
    assert not inbox.has_room
    inbox.get_nowait()
    await asyncio.wait_for(waiting, 1)


async def test_without_the_bound_there_is_room_for_good() -> None:
    inbox = Inbox(1)
    inbox.put_nowait({})
    inbox.lift_bound()
    await asyncio.wait_for(inbox.room(), 1)
    inbox.put_nowait({})
    assert inbox.has_room
