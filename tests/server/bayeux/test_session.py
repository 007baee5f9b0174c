"""The queue of a session: what comes back finds its place."""

from itertools import permutations

import pytest

from switchbell.bayeux.message import Event
from switchbell.bayeux.session import NEVER, Session


@pytest.fixture
def session() -> Session:
    return Session("c1", None, 0.0, 10.0)


def queue(session: Session, *data: int) -> None:
    for one in data:
        session.append(Event({"channel": "/a", "data": one}))


def queued(session: Session) -> list[int]:
    return [event.fields["data"] for event in session.queue]


def test_events_are_numbered_as_they_are_queued(session: Session) -> None:
    queue(session, 10, 11)
    assert list(session.take()[1]) == [0, 1]
    assert session.take() == ([], ())
    queue(session, 12)
    assert list(session.take()[1]) == [2]


def test_what_comes_back_is_before_what_was_never_sent(session: Session) -> None:
    queue(session, 1, 2)
    lost = session.take()
    queue(session, 3)
    session.put_back(*lost)
    assert queued(session) == [1, 2, 3]
    events, numbers = session.take()
    assert ([event.fields["data"] for event in events], list(numbers)) == ([1, 2, 3], [0, 1, 2])


@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_several_lots_may_come_back_in_any_order(session: Session, order: tuple[int, ...]) -> None:
    lots = []
    for number in range(4):
        queue(session, 2 * number, 2 * number + 1)
        lots.append(session.take())
    queue(session, 8)
    for place in order:
        session.put_back(*lots[place])
    assert queued(session) == list(range(9))


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_lots_that_were_sent_again_may_be_lost_again(
    session: Session, order: tuple[int, ...]
) -> None:
    queue(session, 1, 2)
    session.put_back(*session.take())
    queue(session, 3)
    events, numbers = session.take()
    lots = [(events[place : place + 1], numbers[place : place + 1]) for place in range(3)]
    queue(session, 4)
    for place in order:
        session.put_back(*lots[place])
    assert queued(session) == [1, 2, 3, 4]


def test_what_comes_back_counts_and_is_urgent(session: Session) -> None:
    queue(session, 1)
    size = session.queued_bytes
    assert size == len(session.queue[0].encoded)
    lost = session.take()
    assert (session.queued_bytes, session.urgent) == (0, False)
    session.put_back(*lost)
    assert (session.queued_bytes, session.urgent) == (size, True)


def test_nothing_that_comes_back_wakes_nobody(session: Session) -> None:
    session.put_back([], [])
    assert not session.urgent


def replayed(number: int) -> Event:
    event = Event({"channel": "/a", "data": number})
    event.replay_id = number
    return event


def test_what_the_client_asked_for_is_excused_whether_it_is_sent_once_or_again(
    session: Session,
) -> None:
    queue(session, 1)
    session.insert_excused([replayed(2)])
    excused = (1, len(session.queue[1].encoded))
    assert (session.excused, session.excused_bytes) == excused
    assert session.urgent
    session.lazy_due = 5.0
    lost = session.take()
    assert session.lazy_due == NEVER
    session.put_back(*lost)
    assert queued(session) == [1, 2]
    session.insert_excused([replayed(3)])
    assert (session.excused, session.excused_bytes) == excused, "it does not add up for ever"


def test_more_than_may_be_sent_at_once_is_taken_bit_by_bit(session: Session) -> None:
    queue(session, *range(5))
    size = len(session.queue[0].encoded)
    first, numbers = session.take(2 * size)
    assert ([event.fields["data"] for event in first], [*numbers]) == ([0, 1], [0, 1])
    assert session.urgent
    queue(session, 5)
    session.put_back(first, numbers)
    assert session.queued_bytes == 6 * size
    rest = [session.take(4 * size), session.take(1), session.take(1), session.take(1)]
    assert [event.fields["data"] for events, _ in rest for event in events] == [0, 1, 2, 3, 4, 5]
    assert [number for _, numbers in rest for number in numbers] == [0, 1, 2, 3, 4, 5]
    assert (session.queued_bytes, session.urgent) == (0, False)


def test_what_the_client_asked_for_comes_after_what_came_back(session: Session) -> None:
    session.append(replayed(5))
    lost = session.take()
    session.append(replayed(9))
    session.put_back(*lost)
    session.insert_excused([replayed(8), replayed(4)])
    assert queued(session) == [5, 4, 8, 9]


def test_asking_for_nothing_wakes_nobody(session: Session) -> None:
    session.insert_excused([])
    assert not session.urgent


def test_an_event_that_cannot_be_encoded_is_not_queued(session: Session) -> None:
    with pytest.raises(TypeError):
        session.append(Event({"channel": "/a", "data": object()}))
    assert (session.queue, session.queued_bytes, session.count) == ([], 0, 0)
