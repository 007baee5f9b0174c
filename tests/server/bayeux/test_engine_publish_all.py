"""Several events at once."""

from itertools import count

import pytest

from switchbell.bayeux.channel import InvalidChannel
from switchbell.bayeux.effects import Send
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.message import Event
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.peer import Peer
from switchbell.bayeux.publication import Publication

exchanges = count(1)


@pytest.fixture
def engine() -> Engine:
    ids = count(1)
    options = BayeuxOptions(max_queue=3)
    return Engine(options, new_client_id=lambda: f"client{next(ids)}")


def say(engine: Engine, user: str, **message: object) -> Send:
    [effect] = engine.receive(next(exchanges), [message], peer=Peer(user=user), now=0.0)
    assert isinstance(effect, Send)
    return effect


def listener(engine: Engine, user: str) -> int:
    """A session of this user that hears everything; the exchange that it has waiting."""
    [reply] = say(engine, user, channel="/meta/handshake").messages
    assert isinstance(reply, dict)
    client_id = reply["clientId"]
    say(engine, user, channel="/meta/connect", clientId=client_id)
    say(engine, user, channel="/meta/subscribe", clientId=client_id, subscription="/**")
    exchange = next(exchanges)
    connect = {"channel": "/meta/connect", "clientId": client_id}
    assert engine.receive(exchange, [connect], peer=Peer(user=user), now=0.0) == []
    return exchange


def told(engine: Engine, *publications: Publication) -> dict[int, list[object]]:
    """The data of the events in each exchange that is answered."""
    return {
        effect.exchange: [
            message.fields["data"] for message in effect.messages if isinstance(message, Event)
        ]
        for effect in engine.publish_all(publications, now=1.0)
        if isinstance(effect, Send)
    }


def test_a_listener_gets_all_that_it_hears_in_one_answer_in_order(engine: Engine) -> None:
    anna, berta = listener(engine, "anna"), listener(engine, "berta")
    assert told(
        engine,
        Publication(channel="/a", data=1, audience=("anna",)),
        Publication(channel="/b", data=2, audience=("berta",)),
        Publication(channel="/a", data=3),
        Publication(channel="/a", data=4, audience=("anna",)),
    ) == {anna: [1, 3, 4], berta: [2, 3]}


def test_nothing_to_tell_wakes_nobody(engine: Engine) -> None:
    listener(engine, "anna")
    assert told(engine) == {}
    assert told(engine, Publication(channel="/a", data=1, audience=("carla",))) == {}
    assert engine.held_count == 1


def test_more_than_the_queue_takes_is_sent_while_it_can_be(engine: Engine) -> None:
    exchange = listener(engine, "anna")
    publications = [Publication(channel="/a", data=number) for number in range(12)]
    [effect] = engine.publish_all(publications[:4], now=1.0)
    assert isinstance(effect, Send)
    assert effect.exchange == exchange
    *events, reply = effect.messages
    assert len(events) == 4
    assert isinstance(reply, dict)
    assert reply["successful"] is True
    assert engine.publish_all(publications[4:], now=1.0) == []
    assert engine.session_count == 0, "nothing is held any more"


@pytest.mark.parametrize("channel", ["/a/*", "/meta/connect", "/service/a", "a", ""])
def test_only_broadcast_channels_can_be_published_on(engine: Engine, channel: str) -> None:
    with pytest.raises(InvalidChannel):
        engine.publish_all([Publication(channel=channel, data=1)], now=1.0)


def test_what_json_has_no_form_for_is_told_to_nobody(engine: Engine) -> None:
    exchange = listener(engine, "anna")
    good = Publication(channel="/a", data=1)
    with pytest.raises(TypeError):
        engine.publish_all([good, Publication(channel="/a", data=object())], now=1.0)
    assert engine.held_count == 1
    assert told(engine, Publication(channel="/a", data=2)) == {exchange: [2]}


def test_what_nobody_hears_is_not_encoded(engine: Engine) -> None:
    assert told(engine, Publication(channel="/a", data=object())) == {}
