"""Replay: what is asked of a retention, and what becomes of its answer."""

from collections.abc import Iterable
from typing import Any

import pytest

from switchbell.bayeux.extensions.acknowledge import Acknowledge
from switchbell.bayeux.extensions.replay import Replay
from switchbell.bayeux.message import Event
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.retention import ReplayIdInvalid
from tests.server.bayeux.fakes import FakeDriver, Wire


class FakeRetention:
    """Gives the numbers it is told to, and writes down what it is asked."""

    def __init__(self, *numbers: int | None) -> None:
        self._numbers = list(numbers)
        self.kept: list[tuple[Event, list[str] | None]] = []
        self.asked: list[tuple[object, ...]] = []
        self.answer: list[Event] = []
        self.last = 0

    def keep(self, event: Event, audience: Iterable[str] | None) -> int | None:
        self.kept.append((event, None if audience is None else list(audience)))
        return self._numbers.pop(0)

    def all(self, pattern: str, user: str | None) -> list[Event]:
        self.asked.append(("all", pattern, user))
        return self.answer

    def after(self, replay_id: int, pattern: str, user: str | None) -> list[Event]:
        self.asked.append(("after", replay_id, pattern, user))
        if replay_id > 1_000:
            raise ReplayIdInvalid
        return self.answer


def kept(number: int, data: object) -> Event:
    event = Event({"channel": "/a", "data": data})
    event.replay_id = number
    return event


def meet(
    retention: FakeRetention, user: str | None = None, **options: Any
) -> tuple[FakeDriver, str]:
    """A driver, and a client that asked for replay and has connected."""
    driver = FakeDriver(BayeuxOptions(**options), extensions=[Replay(retention)])
    [reply] = driver.post({"channel": "/meta/handshake", "ext": {"replay": True}}, user=user)
    assert reply["ext"] == {"replay": True}
    driver.connect(reply["clientId"], user=user)
    return driver, reply["clientId"]


def subscribe(
    driver: FakeDriver,
    client: str,
    subscription: object,
    replay: object,
    user: str | None = None,
) -> Wire:
    return driver.post(
        {
            "channel": "/meta/subscribe",
            "clientId": client,
            "subscription": subscription,
            "ext": {"replay": replay},
        },
        user=user,
    )


def data(messages: Wire) -> list[object]:
    return [message["data"] for message in messages if "data" in message]


@pytest.mark.parametrize(
    ("wish", "asked"),
    [
        (-1, []),
        (-2, [("all", "/a/*", "ann")]),
        (0, [("after", 0, "/a/*", "ann")]),
        (17, [("after", 17, "/a/*", "ann")]),
        (-3, [("after", -3, "/a/*", "ann")]),
    ],
)
def test_the_retention_is_asked_what_the_client_wants(
    wish: int, asked: list[tuple[object, ...]]
) -> None:
    retention = FakeRetention()
    driver, client = meet(retention, "ann")
    subscribe(driver, client, "/a/*", {"/a/*": wish}, "ann")
    assert retention.asked == asked


@pytest.mark.parametrize("name", ["/a", "/a/"])
def test_a_name_may_end_in_a_slash(name: str) -> None:
    retention = FakeRetention()
    driver, client = meet(retention)
    subscribe(driver, client, name, {name: -2})
    assert retention.asked == [("all", "/a", None)]


@pytest.mark.parametrize("ext", [None, 5, [], {}, {"/b": -2}, "/a"])
def test_it_is_not_asked_of_what_the_client_says_nothing(ext: object) -> None:
    retention = FakeRetention()
    driver, client = meet(retention)
    [reply] = subscribe(driver, client, "/a", ext)
    assert reply["successful"] is True
    assert retention.asked == []


def test_it_is_not_asked_for_those_who_did_not_negotiate() -> None:
    retention = FakeRetention(1)
    driver = FakeDriver(extensions=[Replay(retention)])
    client = driver.meet()
    subscribe(driver, client, "/a", {"/a": -2})
    driver.publish("/a", {"x": 1})
    assert data(driver.connect(client)) == [{"x": 1}]
    assert retention.asked == []


def test_what_was_missed_comes_before_the_reply_with_its_numbers() -> None:
    retention = FakeRetention()
    retention.answer = [kept(3, {"x": 1}), kept(9, {"x": 2, "event": {"type": "t"}})]
    driver, client = meet(retention)
    messages = subscribe(driver, client, "/a", {"/a": -2})
    assert data(messages) == [
        {"x": 1, "event": {"replayId": 3}},
        {"x": 2, "event": {"type": "t", "replayId": 9}},
    ]
    assert messages[-1]["channel"] == "/meta/subscribe"
    # What others see of the same event is as it was.
    assert retention.answer[0].fields["data"] == {"x": 1}


@pytest.mark.parametrize("wish", [1_001, "5", None, True, 1.0, {}, []], ids=repr)
def test_an_invalid_wish_fails_all_that_is_subscribed_to_with_it(wish: object) -> None:
    retention = FakeRetention(1, 2, 3)
    retention.answer = [kept(1, {})]
    driver, client = meet(retention)
    [reply] = subscribe(driver, client, ["/first", "/a", "/last"], {"/first": -2, "/a": wish})
    assert reply["successful"] is False
    assert reply["error"].startswith("400::")
    assert "ext" not in reply
    for channel in ("/first", "/a", "/last"):
        driver.publish(channel, channel)
    assert data(driver.connect(client)) == []


def test_where_nothing_is_subscribed_to_nothing_is_asked() -> None:
    retention = FakeRetention()
    driver, client = meet(retention)
    [reply] = subscribe(driver, client, "/meta/connect", {"/meta/connect": -2})
    assert reply["error"] == "403::subscribe_denied"
    assert "ext" not in reply
    assert retention.asked == []


def test_what_was_missed_on_two_channels_at_once_comes_once() -> None:
    retention = FakeRetention()
    retention.answer = [kept(3, {}), kept(9, {})]
    driver, client = meet(retention)
    messages = subscribe(driver, client, ["/a", "/*"], {"/a": -2, "/*": 1})
    numbers = [event["event"]["replayId"] for event in data(messages)]  # type: ignore[index]
    assert numbers == [3, 9]


def test_an_event_is_kept_once_with_those_whom_it_is_for() -> None:
    retention = FakeRetention(1, 2, 3)
    driver, client = meet(retention)
    driver.publish("/a", 1)
    driver.publish("/b", 2, audience=["ann", "bob"])
    driver.post({"channel": "/c", "data": 3, "clientId": client})
    assert [(event.fields["channel"], audience) for event, audience in retention.kept] == [
        ("/a", None),
        ("/b", ["ann", "bob"]),
        ("/c", None),
    ]


def test_what_is_not_spread_is_not_kept() -> None:
    retention = FakeRetention()
    driver, client = meet(retention)
    driver.push(client, "/service/a", 1)
    driver.post({"channel": "/service/a", "data": 1, "clientId": client})
    driver.post({"channel": "/a", "clientId": client})
    driver.post({"channel": "/a/*", "data": 1, "clientId": client})
    assert retention.kept == []


def test_numbers_may_have_gaps_and_an_event_none() -> None:
    retention = FakeRetention(5, None, 50)
    driver, client = meet(retention)
    subscribe(driver, client, "/a", {"/a": -1})
    for _ in range(3):
        driver.publish("/a", {})
    assert data(driver.connect(client)) == [
        {"event": {"replayId": 5}},
        {},
        {"event": {"replayId": 50}},
    ]


def test_what_waits_already_is_not_queued_again() -> None:
    retention = FakeRetention(7)
    driver, client = meet(retention, meta_connect_deliver_only=True)
    subscribe(driver, client, "/*", {"/*": -1})
    driver.publish("/a", {})
    retention.answer = [kept(6, {}), retention.kept[0][0]]
    subscribe(driver, client, "/a", {"/a": -2})
    numbers = [event["event"]["replayId"] for event in data(driver.connect(client))]  # type: ignore[index]
    assert sorted(numbers) == [6, 7]


@pytest.mark.parametrize("is_lost", [True, False])
def test_what_was_sent_and_not_acknowledged_is_not_queued_again(is_lost: bool) -> None:
    retention = FakeRetention(7)
    driver = FakeDriver(extensions=[Acknowledge(), Replay(retention)])
    ext = {"ack": True, "replay": True}
    [reply] = driver.post({"channel": "/meta/handshake", "ext": ext})
    client = reply["clientId"]
    subscribe(driver, client, "/a", {"/a": -1})
    driver.publish("/a", {})
    connect = {
        "channel": "/meta/connect",
        "clientId": client,
        "connectionType": "long-polling",
        "advice": {"timeout": 0},
    }
    messages = driver.post({**connect, "ext": {"ack": 0}})
    assert [event["event"]["replayId"] for event in data(messages)] == [7]  # type: ignore[index]
    retention.answer = [kept(6, {}), retention.kept[0][0]]
    subscribe(driver, client, "/a", {"/a": 5})
    messages = driver.post({**connect, "ext": {"ack": 0 if is_lost else 1}})
    numbers = [event["event"]["replayId"] for event in data(messages)]  # type: ignore[index]
    assert numbers == ([7, 6] if is_lost else [6])


def test_however_much_was_missed_the_queue_has_room_for_what_is_new() -> None:
    retention = FakeRetention(*range(100, 105))
    retention.answer = [kept(number, {}) for number in range(50)]
    driver, client = meet(retention, max_queue=3, meta_connect_deliver_only=True)
    subscribe(driver, client, "/a", {"/a": -2})
    for _ in range(3):
        driver.publish("/a", {})
    assert driver.engine.session_count == 1
    driver.publish("/a", {})
    assert driver.engine.session_count == 0


@pytest.mark.parametrize(
    ("subscription", "wishes", "told"),
    [
        ("/a", {"/a": -1}, {"/a": 41}),
        (["/a", "/b"], {"/a": -1, "/b": 17}, {"/a": 41, "/b": 41}),
        ("/a/", {"/a/": -2}, {"/a": 41}),
    ],
)
def test_the_reply_tells_which_number_was_the_latest(
    subscription: object, wishes: object, told: object
) -> None:
    retention = FakeRetention()
    retention.last = 41
    driver, client = meet(retention)
    [reply] = subscribe(driver, client, subscription, wishes)
    assert reply["ext"] == {"replay": told}


def test_a_held_connect_brings_what_was_missed() -> None:
    retention = FakeRetention()
    retention.answer = [kept(1, {})]
    driver, client = meet(retention, meta_connect_deliver_only=True)
    held = driver.hold(client)
    [reply] = subscribe(driver, client, "/a", {"/a": -2})
    assert reply["successful"] is True
    assert data(driver.answer(held)) == [{"event": {"replayId": 1}}]
