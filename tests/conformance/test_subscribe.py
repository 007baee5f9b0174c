"""R46 to R53: subscribe and unsubscribe."""

import pytest

from switchbell.bayeux.policy import Policy
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import data, events, promptly
from tests.conformance.transports import over_both

pytestmark = over_both


class Secretive(Policy):
    def can_subscribe(self, user: str | None, channel: str) -> bool:
        return channel != "/secret"


SHAPES = ["/a", ["/a"], ["/a", "/b"], "nonsense", ["/a", "nonsense"], ["/meta/a"], 5, [[]], {}]


@pytest.mark.parametrize("action", ["/meta/subscribe", "/meta/unsubscribe"])
@pytest.mark.parametrize("subscription", SHAPES, ids=repr)
async def test_r46_the_reply_echoes_the_subscription_as_it_came(
    server: Serving, action: str, subscription: object
) -> None:
    client = await server.open()
    [reply] = await client.say({"channel": action, "subscription": subscription})
    assert reply["subscription"] == subscription


@pytest.mark.parametrize("action", ["/meta/subscribe", "/meta/unsubscribe"])
async def test_r46_a_refusal_of_any_kind_echoes_it_too(serve: Serve, action: str) -> None:
    server = await serve(policy=Secretive())
    client = await server.open()
    message = {"channel": action, "subscription": ["/a"]}
    handshake = {"channel": "/meta/handshake", "version": "1.0"}
    [unknown] = await server.say({**message, "clientId": "unknown"})
    _, beside_handshake = await server.say(handshake, {**message, "clientId": client.id})
    [bad_id] = await client.say({**message, "id": []})
    for reply in (unknown, beside_handshake, bad_id):
        assert reply["successful"] is False
        assert reply["channel"] == action
        assert reply["subscription"] == ["/a"]


async def test_r47_an_array_subscribes_to_all_its_names(server: Serving) -> None:
    client = await server.open()
    assert await client.subscribe(["/a", "/b/*", "/c/**"]) == [
        {
            "channel": "/meta/subscribe",
            "subscription": ["/a", "/b/*", "/c/**"],
            "successful": True,
        }
    ]
    for channel in ("/a", "/b/x", "/c/x/y"):
        server.publish(channel, channel)
    assert data(await client.poll()) == ["/a", "/b/x", "/c/x/y"]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ("nonsense", "403::subscription_invalid"),
        ("/meta/a", "403::subscribe_denied"),
        ("/secret", "403::subscribe_denied"),
    ],
)
async def test_r47_an_array_stops_at_its_first_failure(serve: Serve, bad: str, error: str) -> None:
    server = await serve(policy=Secretive())
    client = await server.open()
    [reply] = await client.subscribe(["/a", bad, "/b", 5])
    assert reply["successful"] is False
    assert reply["error"] == error
    for channel in ("/a", "/b", "/secret"):
        server.publish(channel, channel)
    assert data(await client.poll()) == ["/a"]


async def test_r48_subscribing_twice_succeeds_and_delivers_once(server: Serving) -> None:
    client = await server.open("/a")
    for subscription in ("/a", ["/a", "/a"], "/a/"):
        [reply] = await client.subscribe(subscription)
        assert reply["successful"] is True
    server.publish("/a", 1)
    assert data(await client.poll()) == [1]
    await client.unsubscribe("/a")
    server.publish("/a", 2)
    assert data(await client.poll()) == []


async def test_r49_an_array_unsubscribes_from_all_its_names(server: Serving) -> None:
    client = await server.open("/a", "/b/*", "/c")
    assert await client.unsubscribe(["/a", "/b/*"]) == [
        {"channel": "/meta/unsubscribe", "subscription": ["/a", "/b/*"], "successful": True}
    ]
    for channel in ("/a", "/b/x", "/c"):
        server.publish(channel, channel)
    assert data(await client.poll()) == ["/c"]


async def test_r49_unsubscribing_from_what_is_not_subscribed_is_a_success(
    server: Serving,
) -> None:
    other = await server.open("/a")
    client = await server.open("/b")
    for subscription in ("/a", ["/a", "/never/heard/of"], "/b/*"):
        [reply] = await client.unsubscribe(subscription)
        assert reply["successful"] is True
    for channel in ("/a", "/b"):
        server.publish(channel, channel)
    assert data(await client.poll()) == ["/b"]
    assert data(await other.poll()) == ["/a"]


async def test_r50_after_unsubscribing_nothing_more_is_queued(server: Serving) -> None:
    client = await server.open("/a", "/a/*")
    server.publish("/a", "before")
    messages = await client.unsubscribe("/a")
    server.publish("/a", "after")
    server.publish("/a/b", "matched otherwise")
    assert data(messages + await client.poll()) == ["before", "matched otherwise"]


async def test_r50_unsubscribing_while_a_connect_is_held(server: Serving) -> None:
    client = await server.open("/a", "/b")
    held = await server.holding(client.hold())
    await client.unsubscribe("/a")
    server.publish("/a", 1)
    server.publish("/b", 2)
    assert data(await promptly(held)) == [2]


@pytest.mark.parametrize("action", ["/meta/subscribe", "/meta/unsubscribe"])
async def test_r51_a_missing_subscription_is_refused(server: Serving, action: str) -> None:
    client = await server.open()
    replies = await client.say({"channel": action}, {"channel": action, "subscription": None})
    for reply in replies:
        assert reply["successful"] is False
        assert reply["error"] == "403::subscription_missing"


@pytest.mark.parametrize("action", ["/meta/subscribe", "/meta/unsubscribe"])
@pytest.mark.parametrize(
    "subscription", [5, True, False, 0, {}, {"a": 1}, [None], ["/a", 5], [["/a"]], [{}]], ids=repr
)
async def test_r51_a_subscription_that_is_no_string_is_refused(
    server: Serving, action: str, subscription: object
) -> None:
    client = await server.open()
    [reply] = await client.say({"channel": action, "subscription": subscription})
    assert reply["successful"] is False
    assert reply["error"] == "403::subscription_invalid"


async def test_r52_what_is_published_after_the_reply_is_delivered(server: Serving) -> None:
    client = await server.open()
    server.publish("/a", "before")
    await client.subscribe("/a")
    server.publish("/a", "after")
    assert data(await client.poll()) == ["after"]


async def test_r52_subscribing_while_a_connect_is_held(server: Serving) -> None:
    client = await server.open()
    held = await server.holding(client.hold())
    assert events(await client.subscribe("/a")) == []
    assert not held.done()
    server.publish("/a", 1)
    assert data(await promptly(held)) == [1]


async def test_r53_subscribe_and_publish_in_one_payload(server: Serving) -> None:
    client = await server.open()
    messages = await client.say(
        {"channel": "/meta/subscribe", "subscription": "/a", "id": "1"},
        {"channel": "/a", "data": "own", "id": "2"},
    )
    assert messages == [
        {"channel": "/a", "data": "own"},
        {"channel": "/meta/subscribe", "id": "1", "subscription": "/a", "successful": True},
        {"channel": "/a", "id": "2", "successful": True},
    ]


async def test_r53_the_event_does_not_go_to_the_held_connect_as_well(server: Serving) -> None:
    client = await server.open()
    held = await server.holding(client.hold())
    messages = await client.say(
        {"channel": "/meta/subscribe", "subscription": "/a"}, {"channel": "/a", "data": 1}
    )
    assert data(messages) == [1]
    assert not held.done()
    server.publish("/a", 2)
    assert data(await promptly(held)) == [2]
