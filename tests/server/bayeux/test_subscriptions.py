"""Who listens to what."""

import pytest

from switchbell.bayeux.session import Session
from switchbell.bayeux.subscriptions import Subscriptions


def session(name: str) -> Session:
    return Session(client_id=name, user=None, interval=0.0, expiry=0.0)


@pytest.fixture
def subscriptions() -> Subscriptions:
    return Subscriptions()


def heard_by(subscriptions: Subscriptions, channel: str) -> list[str]:
    return [listener.client_id for listener in subscriptions.listeners(channel)]


def test_nobody_listens_at_first(subscriptions: Subscriptions) -> None:
    assert heard_by(subscriptions, "/a") == []
    assert len(subscriptions) == 0


@pytest.mark.parametrize("pattern", ["/a/b", "/a/*", "/a/**", "/**"])
def test_a_listener_hears_what_its_pattern_matches(
    subscriptions: Subscriptions, pattern: str
) -> None:
    subscriptions.add(session("c1"), pattern)
    assert heard_by(subscriptions, "/a/b") == ["c1"]
    assert heard_by(subscriptions, "/b") == (["c1"] if pattern == "/**" else [])


def test_several_matching_subscriptions_are_one_listener(subscriptions: Subscriptions) -> None:
    one, other = session("c1"), session("c2")
    for pattern in ("/a/b", "/a/*", "/a/**", "/**"):
        subscriptions.add(one, pattern)
    subscriptions.add(other, "/a/b")
    assert sorted(heard_by(subscriptions, "/a/b")) == ["c1", "c2"]


def test_subscribing_twice_is_subscribing_once(subscriptions: Subscriptions) -> None:
    one = session("c1")
    subscriptions.add(one, "/a")
    subscriptions.add(one, "/a")
    assert heard_by(subscriptions, "/a") == ["c1"]
    subscriptions.discard(one, "/a")
    assert heard_by(subscriptions, "/a") == []


def test_listeners_come_in_the_order_of_subscribing(subscriptions: Subscriptions) -> None:
    for name in ("c3", "c1", "c2"):
        subscriptions.add(session(name), "/a")
    assert heard_by(subscriptions, "/a") == ["c3", "c1", "c2"]


def test_the_last_listener_takes_the_channel_along(subscriptions: Subscriptions) -> None:
    one, other = session("c1"), session("c2")
    subscriptions.add(one, "/a")
    subscriptions.add(other, "/a")
    subscriptions.discard(one, "/a")
    assert len(subscriptions) == 1
    subscriptions.discard(other, "/a")
    assert len(subscriptions) == 0


def test_discarding_what_was_never_added_does_nothing(subscriptions: Subscriptions) -> None:
    subscriptions.add(session("c1"), "/a")
    subscriptions.discard(session("c2"), "/a")
    subscriptions.discard(session("c2"), "/b")
    assert heard_by(subscriptions, "/a") == ["c1"]


def test_discarding_all_leaves_nothing_of_a_session(subscriptions: Subscriptions) -> None:
    one = session("c1")
    for pattern in ("/a", "/b/*", "/**"):
        subscriptions.add(one, pattern)
    subscriptions.discard_all(one)
    assert len(subscriptions) == 0
    assert one.subscriptions == set()


def test_the_list_of_listeners_is_a_copy(subscriptions: Subscriptions) -> None:
    """Whoever goes through it may end sessions on the way."""
    for name in ("c1", "c2"):
        subscriptions.add(session(name), "/a")
    for listener in subscriptions.listeners("/a"):
        subscriptions.discard_all(listener)
    assert len(subscriptions) == 0
