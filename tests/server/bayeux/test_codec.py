"""From bytes to messages and back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchbell.bayeux.codec import MalformedPayload, TooManyMessages, decode, encode, join
from switchbell.bayeux.message import Event

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner),
    max_leaves=8,
)


def test_a_single_object_is_an_array_of_one() -> None:
    assert decode(b'{"channel":"/a"}') == [{"channel": "/a"}]


def test_an_array_keeps_its_order() -> None:
    assert decode(b'[{"id":"1"},{"id":"2"}]') == [{"id": "1"}, {"id": "2"}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"[",
        b"{]",
        b"null",
        b"true",
        b"7",
        b'"text"',
        b"[]",
        b"[[]]",
        b"[7]",
        b"[null]",
        b'[{"channel":"/a"},7]',
        b'[[{"channel":"/a"}]]',
        b"[NaN]",
        b"[{'channel':'/a'}]",
        b'[{"channel":"/\xff"}]',
        b'[{"channel":"\\ud800"}]',
        b"\xef\xbb\xbf[{}]",
        b"message=%5B%7B%7D%5D",
        '[{"channel":"/a"}]'.encode("utf-16"),
    ],
)
def test_what_is_not_an_array_of_objects_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedPayload):
        decode(body)


def test_the_text_of_the_error_does_not_reflect_the_body() -> None:
    with pytest.raises(MalformedPayload) as caught:
        decode(b"<script>alert(1)</script>")
    assert "script" not in str(caught.value)


@pytest.mark.parametrize("depth", [254, 255, 1_000, 1_024, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_what_is_too_deep_to_be_written_is_not_read(
    depth: int, opening: bytes, closing: bytes
) -> None:
    nested = opening * depth + b"1" + closing * depth
    with pytest.raises(MalformedPayload):
        decode(b'[{"channel":"/a","data":%b}]' % nested)


@pytest.mark.parametrize("depth", [1, 100, 252])
def test_whatever_depth_is_read_can_be_written(depth: int) -> None:
    [message] = decode(b'{"channel":"/a","data":%b1%b}' % (b"[" * depth, b"]" * depth))
    event = Event.published(message)
    assert decode(encode([event])) == [message]
    assert decode(encode([{"channel": "/a", "subscription": message["data"]}]))


def test_many_brackets_are_not_yet_depth() -> None:
    body = b'[{"channel":"/a","data":[%b]}]' % b",".join([b"[]"] * 1_000)
    assert len(decode(body)[0]["data"]) == 1_000


def test_brackets_in_text_are_not_depth() -> None:
    body = b'[{"channel":"/a","data":"%b"}]' % (b"[" * 1_000)
    assert decode(body)[0]["data"] == "[" * 1_000


def test_replies_and_events_make_one_array() -> None:
    messages = [Event({"channel": "/a", "data": 1}), {"channel": "/meta/connect", "id": "1"}]
    assert encode(messages) == b'[{"channel":"/a","data":1},{"channel":"/meta/connect","id":"1"}]'


def test_escaped_and_plain_characters_survive() -> None:
    [message] = decode('[{"channel":"/a","data":"é\\u20ac\\ud83d\\ude00😀"}]'.encode())
    assert message["data"] == "é€😀😀"
    assert encode([Event.published(message)]) == '[{"channel":"/a","data":"é€😀😀"}]'.encode()


@given(data=json_values)
def test_data_survives_the_way_through(data: Any) -> None:
    body = json.dumps([{"channel": "/a", "data": data}]).encode()
    [message] = decode(body)
    assert json.loads(encode([Event.published(message)])) == [{"channel": "/a", "data": data}]


def test_several_payloads_become_one_with_all_their_messages_in_order() -> None:
    payloads = [
        encode([Event({"channel": "/a", "data": "],["}), {"channel": "/meta/connect"}]),
        encode([Event({"channel": "/a", "data": 2})]),
        encode([{"channel": "/meta/subscribe"}, Event({"channel": "/a", "data": []})]),
    ]
    assert decode(join(payloads)) == [message for one in payloads for message in decode(one)]
    assert join(payloads[:1]) is payloads[0]


def test_a_payload_has_no_more_messages_than_are_taken() -> None:
    assert len(decode(b"[{},{},{}]", 3)) == 3
    with pytest.raises(TooManyMessages):
        decode(b"[{},{},{},{}]", 3)
    assert decode(b"{}", 1) == [{}]
    assert len(decode(b"[%b]" % b",".join([b"{}"] * 1_000))) == 1_000
    with pytest.raises(TooManyMessages):
        decode(b"[%b]" % b",".join([b"{}"] * 1_001))


def test_too_much_is_said_before_it_is_said_what_is_wrong_with_it() -> None:
    with pytest.raises(TooManyMessages):
        decode(b"[1,2,3]", 2)
