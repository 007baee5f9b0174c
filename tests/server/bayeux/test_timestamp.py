from switchbell.bayeux.extensions.timestamp import Timestamp
from switchbell.bayeux.message import Event, Reply
from tests.server.bayeux.fakes import FakeDriver

THEN = "Sun, 09 Sep 2001 01:46:40 GMT"
LATER = "Sun, 09 Sep 2001 01:47:40 GMT"


def test_an_event_is_stamped_when_it_is_made() -> None:
    event = Event({"channel": "/a", "data": 1, "timestamp": "yesterday"})
    Timestamp(lambda: 1_000_000_000.9).created(event)
    assert event.fields == {"channel": "/a", "data": 1, "timestamp": THEN}


def test_replies_are_stamped_when_they_are_sent_and_events_left_alone() -> None:
    replies: list[Reply] = [{"channel": "/a", "successful": True}, {"channel": "/b"}]
    event = Event({"channel": "/c"})
    Timestamp(lambda: 1_000_000_000).sending(None, [event], replies, 0.0)
    assert [reply["timestamp"] for reply in replies] == [THEN, THEN]
    assert "timestamp" not in event.fields


def test_all_who_hear_an_event_see_the_same_time_and_each_reply_has_its_own() -> None:
    time = [1_000_000_000.0]
    driver = FakeDriver(extensions=[Timestamp(lambda: time[0])])
    away, there = driver.meet("/a"), driver.meet("/a")
    held = driver.hold(there)
    driver.publish("/a", 1)
    time[0] += 60
    for answer, replied in ((driver.answer(held), THEN), (driver.connect(away), LATER)):
        event, reply = answer
        assert (event["timestamp"], reply["timestamp"]) == (THEN, replied)


def test_pushes_and_farewells_are_stamped_too() -> None:
    driver = FakeDriver(extensions=[Timestamp(lambda: 1_000_000_000)])
    client = driver.meet()
    driver.push(client, "/service/a", 1)
    assert [message["timestamp"] for message in driver.connect(client)] == [THEN] * 2
    held = driver.hold(client)
    driver.disconnect(client)
    assert [message["timestamp"] for message in driver.answer(held)] == [THEN] * 2
