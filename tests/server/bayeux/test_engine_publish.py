"""Publishing: by clients, and by the server itself."""

from typing import Any

import pytest

from switchbell.bayeux.channel import InvalidChannel
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.policy import ServerPublishes
from switchbell.bayeux.publication import Publication
from tests.server.bayeux.fakes import FakeDriver


def test_everybody_who_listens_hears_it_the_publisher_too(driver: FakeDriver) -> None:
    ann, bob, deaf = driver.meet("/a"), driver.meet("/*"), driver.meet("/b")
    held = driver.hold(bob)
    assert driver.post(
        {"channel": "/a", "id": "7", "clientId": ann, "data": {"x": 1}, "ext": {"y": 2}}
    ) == [
        {"channel": "/a", "data": {"x": 1}, "ext": {"y": 2}},
        {"channel": "/a", "id": "7", "successful": True},
    ]
    assert driver.answer(held) == [
        {"channel": "/a", "data": {"x": 1}, "ext": {"y": 2}},
        {"channel": "/meta/connect", "successful": True},
    ]
    assert len(driver.connect(deaf)) == 1


def test_the_publisher_can_be_left_out() -> None:
    driver = FakeDriver(BayeuxOptions(broadcast_to_publisher=False))
    ann, bob = driver.meet("/a"), driver.meet("/a")
    assert driver.post({"channel": "/a", "clientId": ann, "data": 1}) == [
        {"channel": "/a", "successful": True}
    ]
    assert driver.connect(bob)[0] == {"channel": "/a", "data": 1}


def test_publishing_to_nobody_is_a_success(driver: FakeDriver) -> None:
    assert driver.post({"channel": "/a", "clientId": driver.meet(), "data": 1}) == [
        {"channel": "/a", "successful": True}
    ]


@pytest.mark.parametrize("data", [None, False, 0, "", [], {}])
def test_empty_data_is_delivered(driver: FakeDriver, data: Any) -> None:
    client = driver.meet("/a")
    answer = driver.post({"channel": "/a", "clientId": client, "data": data})
    assert answer == [{"channel": "/a", "data": data}, {"channel": "/a", "successful": True}]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"channel": "/a"}, "400::data_missing"),
        ({"channel": "/*", "data": 1}, "405::channel_invalid"),
        ({"channel": "/a/**", "data": 1}, "405::channel_invalid"),
        ({"channel": "/a//b", "data": 1}, "405::channel_invalid"),
        ({"channel": "a", "data": 1}, "405::channel_invalid"),
        ({"channel": "", "data": 1}, "405::channel_invalid"),
        ({"channel": "/", "data": 1}, "405::channel_invalid"),
        ({"channel": "/<script>", "data": 1}, "405::channel_invalid"),
        ({"channel": "/meta/foo", "data": 1}, "404::channel_unknown"),
        ({"channel": "/meta", "data": 1}, "404::channel_unknown"),
        ({"channel": "/meta/connect/", "data": 1}, "404::channel_unknown"),
        ({"channel": "/meta/subscribe/x", "subscription": "/a"}, "404::channel_unknown"),
    ],
)
def test_what_cannot_be_published_reaches_nobody(
    driver: FakeDriver, message: dict[str, Any], error: str
) -> None:
    listener = driver.meet("/**", "/a/**")
    [reply] = driver.post({**message, "clientId": driver.meet()})
    assert reply == {"channel": message["channel"], "successful": False, "error": error}
    assert len(driver.connect(listener)) == 1


def test_a_publisher_must_have_a_session_of_its_own(driver: FakeDriver) -> None:
    ann, listener = driver.meet(user="ann"), driver.meet("/a")
    for client_id, user in (("nobody", None), (None, None), (ann, "bob"), (ann, None)):
        [reply] = driver.post({"channel": "/a", "clientId": client_id, "data": 1}, user=user)
        assert reply["error"] == "402::session_unknown"
    assert len(driver.connect(listener)) == 1


def test_one_payload_speaks_for_one_session(driver: FakeDriver) -> None:
    ann, bob, listener = driver.meet(), driver.meet(), driver.meet("/a")
    replies = driver.post(
        {"channel": "/a", "clientId": ann, "data": 1},
        {"channel": "/a", "clientId": bob, "data": 2},
        {"channel": "/a", "clientId": ann, "data": 3},
    )
    assert [reply.get("error") for reply in replies] == [None, "402::session_unknown", None]
    assert [message.get("data") for message in driver.connect(listener)] == [1, 3, None]


def test_a_refused_message_does_not_hurt_its_neighbours(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    replies = driver.post(
        {"id": "1"},
        {"channel": 7, "id": "2"},
        {"channel": "/a", "id": "3", "clientId": client, "data": 3},
        {"channel": "/a", "id": {}, "clientId": client, "data": 4},
        {"channel": "/a", "id": True, "clientId": client, "data": 5},
        {"channel": "/a", "id": 6.5, "clientId": client, "data": 6},
        {"channel": "/a", "id": None, "clientId": client, "data": 7},
    )
    assert replies == [
        {"channel": "/a", "data": 3},
        {"channel": "/a", "data": 6},
        {"channel": "/a", "data": 7},
        {"channel": "", "id": "1", "successful": False, "error": "400::channel_missing"},
        {"channel": "", "id": "2", "successful": False, "error": "405::channel_invalid"},
        {"channel": "/a", "id": "3", "successful": True},
        {"channel": "/a", "successful": False, "error": "405::message_id_invalid"},
        {"channel": "/a", "successful": False, "error": "405::message_id_invalid"},
        {"channel": "/a", "id": 6.5, "successful": True},
        {"channel": "/a", "successful": True},
    ]


def test_subscribing_and_publishing_in_one_payload_delivers(driver: FakeDriver) -> None:
    client = driver.meet()
    answer = driver.post(
        {"channel": "/meta/subscribe", "clientId": client, "subscription": "/a"},
        {"channel": "/a", "clientId": client, "data": 1},
        {"channel": "/a", "clientId": client, "data": 2},
    )
    assert [message.get("data") for message in answer[:2]] == [1, 2]
    assert len(answer) == 5


def test_an_event_on_a_channel_with_a_trailing_slash_bears_its_proper_name(
    driver: FakeDriver,
) -> None:
    client = driver.meet("/a")
    assert driver.post({"channel": "/a/", "clientId": client, "data": 1}) == [
        {"channel": "/a", "data": 1},
        {"channel": "/a/", "successful": True},
    ]


def test_clients_of_a_server_that_publishes_may_listen_only() -> None:
    driver = FakeDriver(policy=ServerPublishes())
    client = driver.meet("/a", user="ann")
    [reply] = driver.post({"channel": "/a", "clientId": client, "data": 1}, user="ann")
    assert reply["error"] == "403::publish_denied"
    driver.publish("/a", 2)
    assert driver.connect(client, user="ann")[0] == {"channel": "/a", "data": 2}


def test_the_server_publishes_to_all_who_listen(driver: FakeDriver) -> None:
    clients = [driver.meet("/a", user=user) for user in ("ann", "bob", None)]
    driver.publish("/a", 1)
    for client, user in zip(clients, ("ann", "bob", None), strict=True):
        assert driver.connect(client, user=user)[0] == {"channel": "/a", "data": 1}


def test_an_audience_hears_alone(driver: FakeDriver) -> None:
    ann, ann_too = driver.meet("/v2/me/calls", user="ann"), driver.meet("/v2/me/*", user="ann")
    bob, deaf = driver.meet("/**", user="bob"), driver.meet("/other", user="ann")
    held = driver.hold(ann_too, user="ann")
    driver.publish("/v2/me/calls", 1, audience=iter(["ann", "nobody", "ann"]))
    assert [message.get("data") for message in driver.connect(ann, user="ann")] == [1, None]
    assert [message.get("data") for message in driver.answer(held)] == [1, None]
    assert len(driver.connect(bob, user="bob")) == 1
    assert len(driver.connect(deaf, user="ann")) == 1


def test_an_empty_audience_is_nobody(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    driver.publish("/a", 1, audience=())
    assert len(driver.connect(client)) == 1


@pytest.mark.parametrize(
    "channel", ["/a/*", "/**", "/meta/connect", "/meta", "/service/x", "a", "", "/a b?"]
)
def test_the_server_publishes_on_broadcast_channels_only(driver: FakeDriver, channel: str) -> None:
    client = driver.meet("/**")
    with pytest.raises(InvalidChannel):
        driver.publish(channel, 1)
    assert len(driver.connect(client)) == 1


def test_a_listener_to_everything_hears_neither_meta_nor_service(driver: FakeDriver) -> None:
    everything, other = driver.meet("/**"), driver.meet()
    driver.post({"channel": "/service/a", "clientId": other, "data": 1})
    driver.post({"channel": "/meta/subscribe", "clientId": other, "subscription": "/b"})
    assert len(driver.connect(everything)) == 1


def test_all_recipients_share_one_encoding(driver: FakeDriver) -> None:
    held = [driver.hold(driver.meet("/a")) for _ in range(5)]
    driver.publish("/a", 1)
    assert len({id(driver.sends[exchange].messages[0]) for exchange in held}) == 1


def test_several_events_at_once_come_in_one_answer(driver: FakeDriver) -> None:
    held = driver.hold(driver.meet("/a", "/b"))
    other = driver.hold(driver.meet("/b"))
    driver.publish_all(
        Publication(channel="/a", data=1),
        Publication(channel="/b", data=2),
        Publication(channel="/a", data=3, audience=["somebody else"]),
    )
    assert [message.get("data") for message in driver.answer(held)] == [1, 2, None]
    assert [message.get("data") for message in driver.answer(other)] == [2, None]


def test_one_channel_that_cannot_be_published_on_keeps_back_all(driver: FakeDriver) -> None:
    client = driver.meet("/a")
    held = driver.hold(client)
    with pytest.raises(InvalidChannel):
        driver.publish_all(
            Publication(channel="/a", data=1), Publication(channel="/meta/connect", data=2)
        )
    assert held not in driver.answers
    driver.publish("/a", 3)
    assert [message.get("data") for message in driver.answer(held)] == [3, None]
