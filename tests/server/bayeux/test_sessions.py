"""Sessions come, are found, and go without a trace."""

from itertools import count

import pytest

from switchbell.bayeux.listener import Ending
from switchbell.bayeux.message import Event
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.session import Session
from switchbell.bayeux.sessions import Sessions


@pytest.fixture
def sessions() -> Sessions:
    ids = count(1)
    return Sessions(lambda: f"c{next(ids)}")


def create(sessions: Sessions, user: str | None = None) -> Session:
    return sessions.create(Peer(user=user), interval=0.0, expiry=10.0)


def test_a_session_is_found_by_its_id(sessions: Sessions) -> None:
    session = create(sessions)
    assert sessions.get("c1") is session
    assert sessions.get("c2") is None
    assert session in sessions
    assert list(sessions) == [session]


def test_sessions_are_counted_by_user(sessions: Sessions) -> None:
    create(sessions, "ann")
    create(sessions, "ann")
    create(sessions, None)
    assert (len(sessions), sessions.count_of("ann"), sessions.count_of("bob")) == (3, 2, 0)


def test_a_removed_session_leaves_nothing_behind(sessions: Sessions) -> None:
    session = create(sessions, "ann")
    sessions.subscriptions.add(session, "/a")
    sessions.deadlines.set(session, 10.0)
    session.append(Event({"channel": "/a", "data": 1}))
    sessions.remove(session, Ending.EXPIRED)
    assert session not in sessions
    assert (len(sessions), sessions.count_of("ann"), len(sessions.subscriptions)) == (0, 0, 0)
    assert sessions.deadlines.next() is None
    assert (len(session.queue), session.queued_bytes) == (0, 0)
    assert sessions._by_user == {}


def test_another_session_under_the_same_id_is_not_this_one(sessions: Sessions) -> None:
    create(sessions)
    stranger = Session(client_id="c1", user=None, interval=0.0, expiry=0.0)
    assert stranger not in sessions


def test_an_audience_is_the_sessions_of_its_users_that_listen(sessions: Sessions) -> None:
    ann, ann_too, bob, deaf = (create(sessions, user) for user in ("ann", "ann", "bob", "ann"))
    for session in (ann, bob):
        sessions.subscriptions.add(session, "/a")
    sessions.subscriptions.add(ann_too, "/**")
    sessions.subscriptions.add(deaf, "/b")
    assert list(sessions.listeners("/a", ["ann"])) == [ann, ann_too]
    assert list(sessions.listeners("/a", ["bob", "carol"])) == [bob]
    assert list(sessions.listeners("/a", [])) == []
    assert set(sessions.listeners("/a", None)) == {ann, ann_too, bob}


def test_a_user_named_twice_is_one_audience(sessions: Sessions) -> None:
    ann = create(sessions, "ann")
    sessions.subscriptions.add(ann, "/a")
    assert list(sessions.listeners("/a", ["ann", "ann"])) == [ann]


def test_a_session_keeps_count_of_its_bytes(sessions: Sessions) -> None:
    session = create(sessions)
    first, second = (Event({"channel": "/a", "data": data}) for data in (1, "é"))
    session.append(second)
    session.put_back([first], [-1])
    assert session.queued_bytes == len('{"channel":"/a","data":1}{"channel":"/a","data":"é"}') + 1
    assert session.take()[0] == [first, second]
    assert session.queued_bytes == 0


def test_events_put_back_come_before_all_others_in_their_order(sessions: Sessions) -> None:
    session = create(sessions)
    events = [Event({"channel": "/a", "data": number}) for number in range(4)]
    session.append(events[0])
    session.append(events[1])
    taken = session.take()
    session.append(events[2])
    session.append(events[3])
    session.put_back(*taken)
    assert session.take() == (events, (0, 1, 2, 3))
