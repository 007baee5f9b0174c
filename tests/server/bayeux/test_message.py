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


def kept(data: object, **fields: object) -> Event:
    """An event that was given the number 7."""
    event = Event({"channel": "/a", "data": data} | fields)
    event.replay_id = 7
    return event


def test_a_numbered_event_says_its_number_among_its_data() -> None:
    event = kept({"x": 1}, ext={"y": 2})
    assert json.loads(event.numbered.encoded) == {
        "channel": "/a",
        "data": {"x": 1, "event": {"replayId": 7}},
        "ext": {"y": 2},
    }
    assert json.loads(event.encoded)["data"] == {"x": 1}, "others get it without"
    assert event.numbered.replay_id == 7


@pytest.mark.parametrize(
    ("about", "numbered"),
    [
        ({"createdDate": "now"}, {"createdDate": "now", "replayId": 7}),
        ({"replayId": 1}, {"replayId": 7}),
        ("text", "text"),
        (None, None),
    ],
)
def test_what_the_data_say_of_the_event_is_kept_but_for_a_number(
    about: object, numbered: object
) -> None:
    event = kept({"event": about})
    assert event.numbered.fields["data"] == {"event": numbered}
    assert event.fields["data"] == {"event": about}


@pytest.mark.parametrize("data", [None, 1, "x", [], [{"event": {}}]])
def test_data_that_are_no_object_have_no_place_for_a_number(data: object) -> None:
    event = kept(data)
    assert event.numbered is event


def test_an_event_without_a_number_is_its_own_numbered_form() -> None:
    event = Event({"channel": "/a", "data": {}})
    assert event.numbered is event


def test_the_numbered_form_is_made_and_encoded_once() -> None:
    event = kept({})
    assert event.numbered is event.numbered
    assert event.numbered.encoded is event.numbered.encoded
