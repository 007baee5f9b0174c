"""Subscribing and unsubscribing."""

from typing import Any

import pytest

from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.policy import Policy
from tests.server.bayeux.fakes import FakeDriver


def hears(driver: FakeDriver, client_id: str, channel: str) -> bool:
    driver.publish(channel, "test")
    return {"channel": channel, "data": "test"} in driver.connect(client_id)


@pytest.mark.parametrize("subscription", ["/a", ["/a"], ["/a", "/b"], "/*", "/**", "/a/"])
def test_a_subscription_is_echoed_as_it_came(driver: FakeDriver, subscription: Any) -> None:
    client = driver.meet()
    assert driver.post(
        {
            "channel": "/meta/subscribe",
            "id": "5",
            "clientId": client,
            "subscription": subscription,
        }
    ) == [
        {"channel": "/meta/subscribe", "id": "5", "successful": True, "subscription": subscription}
    ]
    assert hears(driver, client, "/a")


def test_an_array_subscribes_to_all_its_names(driver: FakeDriver) -> None:
    client = driver.meet()
    driver.post({"channel": "/meta/subscribe", "clientId": client, "subscription": ["/a", "/b/*"]})
    assert hears(driver, client, "/a")
    assert hears(driver, client, "/b/c")
    assert not hears(driver, client, "/b")


def test_names_before_one_that_is_refused_stay_subscribed(driver: FakeDriver) -> None:
    client = driver.meet()
    subscription = ["/a", "/meta/connect", "/b"]
    assert driver.post(
        {"channel": "/meta/subscribe", "clientId": client, "subscription": subscription}
    ) == [
        {
            "channel": "/meta/subscribe",
            "successful": False,
            "error": "403::subscribe_denied",
            "subscription": subscription,
        }
    ]
    assert hears(driver, client, "/a")
    assert not hears(driver, client, "/b")


@pytest.mark.parametrize(
    ("subscription", "error"),
    [
        ([], "403::subscription_missing"),
        (None, "403::subscription_missing"),
        ("", "403::subscription_invalid"),
        ("a", "403::subscription_invalid"),
        ("/a/*/b", "403::subscription_invalid"),
        ("/a*", "403::subscription_invalid"),
        ("/<x>", "403::subscription_invalid"),
        (7, "403::subscription_invalid"),
        ({}, "403::subscription_invalid"),
        (False, "403::subscription_invalid"),
        ([None], "403::subscription_invalid"),
        ([["/a"]], "403::subscription_invalid"),
        ("/meta/connect", "403::subscribe_denied"),
        ("/meta/*", "403::subscribe_denied"),
        ("/meta/**", "403::subscribe_denied"),
        ("/meta", "403::subscribe_denied"),
    ],
)
def test_what_cannot_be_subscribed_to_is_refused_and_echoed(
    driver: FakeDriver, subscription: Any, error: str
) -> None:
    client = driver.meet()
    [reply] = driver.post(
        {"channel": "/meta/subscribe", "clientId": client, "subscription": subscription}
    )
    assert reply == {
        "channel": "/meta/subscribe",
        "successful": False,
        "error": error,
        "subscription": subscription,
    }


@pytest.mark.parametrize("channel", ["/meta/subscribe", "/meta/unsubscribe"])
def test_a_missing_subscription_is_refused(driver: FakeDriver, channel: str) -> None:
    assert driver.post({"channel": channel, "clientId": driver.meet()}) == [
        {"channel": channel, "successful": False, "error": "403::subscription_missing"}
    ]


@pytest.mark.parametrize("channel", ["/meta/subscribe", "/meta/unsubscribe"])
def test_an_unknown_client_gets_its_subscription_back(driver: FakeDriver, channel: str) -> None:
    assert driver.post({"channel": channel, "clientId": "nobody", "subscription": ["/a"]}) == [
        {
            "channel": channel,
            "successful": False,
            "error": "402::session_unknown",
            "subscription": ["/a"],
        }
    ]


def test_a_service_channel_needs_no_subscription_and_keeps_none(driver: FakeDriver) -> None:
    client = driver.meet("/service/a", "/service/**")
    assert len(driver.engine._sessions.subscriptions) == 0
    driver.post({"channel": "/service/a", "clientId": driver.meet(), "data": 1})
    assert len(driver.connect(client)) == 1


def test_subscribing_twice_delivers_once(driver: FakeDriver) -> None:
    client = driver.meet("/a", "/a", "/*", "/**")
    driver.publish("/a", 1)
    assert [message["channel"] for message in driver.connect(client)] == ["/a", "/meta/connect"]


def test_after_an_unsubscribe_nothing_more_is_queued(driver: FakeDriver) -> None:
    client = driver.meet("/a", "/b")
    driver.publish("/a", 1)
    assert driver.post(
        {"channel": "/meta/unsubscribe", "id": 6, "clientId": client, "subscription": ["/a", "/c"]}
    ) == [
        {"channel": "/a", "data": 1},
        {
            "channel": "/meta/unsubscribe",
            "id": 6,
            "successful": True,
            "subscription": ["/a", "/c"],
        },
    ]
    assert not hears(driver, client, "/a")
    assert hears(driver, client, "/b")


def test_another_subscription_that_matches_still_counts(driver: FakeDriver) -> None:
    client = driver.meet("/a", "/*")
    driver.post({"channel": "/meta/unsubscribe", "clientId": client, "subscription": "/a"})
    assert hears(driver, client, "/a")


def test_a_trailing_slash_makes_no_other_channel(driver: FakeDriver) -> None:
    client = driver.meet("/a/")
    assert hears(driver, client, "/a")
    driver.post({"channel": "/meta/unsubscribe", "clientId": client, "subscription": "/a"})
    assert not hears(driver, client, "/a")


def test_the_number_of_subscriptions_is_bounded() -> None:
    driver = FakeDriver(BayeuxOptions(max_subscriptions=2))
    client = driver.meet("/a", "/b")
    [reply] = driver.post(
        {"channel": "/meta/subscribe", "clientId": client, "subscription": ["/a", "/c"]}
    )
    assert reply["error"] == "403::too_many_subscriptions"
    assert not hears(driver, client, "/c")
    driver.post({"channel": "/meta/unsubscribe", "clientId": client, "subscription": "/a"})
    [reply] = driver.post({"channel": "/meta/subscribe", "clientId": client, "subscription": "/c"})
    assert reply["successful"]


def test_at_the_bound_what_is_subscribed_to_may_be_subscribed_to_again() -> None:
    driver = FakeDriver(BayeuxOptions(max_subscriptions=1))
    client = driver.meet("/a", "/a")
    assert hears(driver, client, "/a")


class OnlyOwn(Policy):
    """Users may listen to the channel that bears their name."""

    def can_subscribe(self, user: str | None, channel: str) -> bool:
        return channel == f"/{user}"


def test_the_policy_may_refuse_a_subscription() -> None:
    driver = FakeDriver(policy=OnlyOwn())
    client = driver.meet("/ann", user="ann")
    for subscription in ("/bob", "/*", "/**"):
        [reply] = driver.post(
            {"channel": "/meta/subscribe", "clientId": client, "subscription": subscription},
            user="ann",
        )
        assert reply["error"] == "403::subscribe_denied"
