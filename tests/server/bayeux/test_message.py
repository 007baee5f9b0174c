"""What becomes of a published message, and how often it is encoded."""

import json

import pytest

from switchbell.bayeux.message import Event


def test_an_event_keeps_neither_publisher_nor_id() -> None:
    event = Event.published(
        {
            "channel": "/a",
            "data": {"x": 1},
            "clientId": "secret",
            "id": "7",
            "ext": {"binary": {}},
            "timestamp": "now",
            "successful": True,
            "advice": {"reconnect": "none"},
            "error": "no",
            "subscription": "/a",
        }
    )
    assert json.loads(event.encoded) == {
        "channel": "/a",
        "data": {"x": 1},
        "ext": {"binary": {}},
        "timestamp": "now",
    }


@pytest.mark.parametrize("data", [None, False, 0, "", [], {}])
def test_empty_data_is_data(data: object) -> None:
    event = Event.published({"channel": "/a", "data": data})
    assert json.loads(event.encoded) == {"channel": "/a", "data": data}


def test_an_event_is_encoded_once_however_many_hear_it() -> None:
    event = Event({"channel": "/a", "data": "é"})
    assert event.encoded == '{"channel":"/a","data":"é"}'.encode()
    assert event.encoded is event.encoded


def test_an_event_shows_what_it_carries() -> None:
    assert repr(Event({"channel": "/a", "data": 1})) == "Event({'channel': '/a', 'data': 1})"
