"""Names, wildcards, and which of them match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchbell.bayeux import channel as channels
from switchbell.bayeux.channel import InvalidChannel

NAMES = ["/a", "/v2/me/calls", "/a b/c", "/!#$()+-.@_{~}", "/service", "/meta/connect", "/A/9"]
WILDCARDS = ["/*", "/**", "/a/*", "/a/b/**"]
NEITHER = [
    "",
    "/",
    "//",
    "a",
    "a/b",
    "//a",
    "/a//b",
    "/a//",
    "/a*",
    "/*a",
    "/a/*/b",
    "/**/a",
    "/***",
    "/a<b",
    "/a?b",
    "/a%20b",
    "/a,b",
    "/ä",
    "/a\n",
    "/a\x00",
    "/a\\b",
]

segments = st.text(alphabet="ab1-_", min_size=1, max_size=2)
names = st.lists(segments, min_size=1, max_size=5).map(lambda parts: "/" + "/".join(parts))
wildcards = st.builds(
    lambda parts, wild: "/" + "/".join([*parts, wild]),
    st.lists(segments, max_size=4),
    st.sampled_from(["*", "**"]),
)


def matches(pattern: str, channel: str) -> bool:
    """The specification's words, segment by segment."""
    wanted, given_ = pattern.split("/")[1:], channel.split("/")[1:]
    while wanted and given_:
        head, *wanted = wanted
        if head == "**":
            return True
        segment, *given_ = given_
        if head not in ("*", segment):
            return False
    return not wanted and not given_


@pytest.mark.parametrize("text", NAMES)
def test_a_name_names_itself(text: str) -> None:
    assert channels.name(text) == text


@pytest.mark.parametrize("text", [*NAMES, *WILDCARDS])
def test_a_subscription_is_a_name_or_a_wildcard(text: str) -> None:
    assert channels.pattern(text) == text


@pytest.mark.parametrize("text", WILDCARDS)
def test_a_wildcard_is_not_a_name(text: str) -> None:
    with pytest.raises(InvalidChannel):
        channels.name(text)


@pytest.mark.parametrize("text", NEITHER)
def test_what_is_malformed_is_neither(text: str) -> None:
    with pytest.raises(InvalidChannel):
        channels.name(text)
    with pytest.raises(InvalidChannel):
        channels.pattern(text)


@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], ["/a"], {}, {"/a": 1}, b"/a"])
def test_only_text_is_a_channel(value: object) -> None:
    with pytest.raises(InvalidChannel):
        channels.name(value)
    with pytest.raises(InvalidChannel):
        channels.pattern(value)


@pytest.mark.parametrize(("text", "channel"), [("/a/", "/a"), ("/a/b/", "/a/b"), ("/a/*/", "/a/*")])
def test_one_trailing_slash_is_dropped(text: str, channel: str) -> None:
    assert channels.pattern(text) == channel


@pytest.mark.parametrize("text", ["/meta", "/meta/", "/meta/connect", "/meta/*", "/meta/**"])
def test_meta_channels_are_the_protocols_own(text: str) -> None:
    assert channels.is_meta(text)
    assert not channels.is_service(text)


@pytest.mark.parametrize("text", ["/service", "/service/x", "/service/*", "/service/**"])
def test_service_channels_lead_to_the_server(text: str) -> None:
    assert channels.is_service(text)
    assert not channels.is_meta(text)


@pytest.mark.parametrize("text", ["/metadata", "/services/x", "/a/meta/connect", "/a/service/x"])
def test_a_name_that_resembles_them_is_a_broadcast_channel(text: str) -> None:
    assert not channels.is_meta(text)
    assert not channels.is_service(text)


def test_a_channel_has_two_patterns_more_than_it_is_deep() -> None:
    assert channels.patterns("/a/b/c") == ("/a/b/c", "/a/b/*", "/a/b/**", "/a/**", "/**")
    assert channels.patterns("/a") == ("/a", "/*", "/**")


@pytest.mark.parametrize("pattern", ["/foo/*", "/foo/**"])
def test_a_wildcard_does_not_match_its_own_parent(pattern: str) -> None:
    assert pattern in channels.patterns("/foo/bar")
    assert pattern not in channels.patterns("/foo")
    assert pattern not in channels.patterns("/foobar")


def test_one_asterisk_is_one_segment_and_two_are_any_number() -> None:
    assert "/foo/*" not in channels.patterns("/foo/bar/baz")
    assert "/foo/**" in channels.patterns("/foo/bar/baz")


@given(channel=names, pattern=names | wildcards)
def test_a_pattern_is_among_those_of_a_channel_exactly_if_it_matches(
    channel: str, pattern: str
) -> None:
    assert (pattern in channels.patterns(channel)) == matches(pattern, channel)


@given(channel=names, kept=st.integers(0, 5), wild=st.sampled_from(["", "*", "**"]))
def test_patterns_made_from_the_channel_itself_match_as_they_should(
    channel: str, kept: int, wild: str
) -> None:
    parts = channel.split("/")[1:][:kept]
    pattern = "/" + "/".join([*parts, wild] if wild else parts)
    assert (pattern in channels.patterns(channel)) == matches(pattern, channel)


@given(channel=names)
def test_patterns_are_well_formed_and_distinct(channel: str) -> None:
    patterns = channels.patterns(channel)
    assert [channels.pattern(pattern) for pattern in patterns] == list(patterns)
    assert len(set(patterns)) == len(patterns) == channel.count("/") + 2


@given(text=st.text(alphabet="/*ab ?", max_size=8))
def test_a_name_is_slashes_each_followed_by_a_segment(text: str) -> None:
    """The grammar again, in other words."""
    trimmed = text[:-1] if len(text) > 1 and text.endswith("/") else text
    head, *parts = trimmed.split("/")
    plain = head == "" and bool(parts) and all(part and not set(part) & set("*?") for part in parts)
    wild = (
        head == ""
        and parts[-1:] in (["*"], ["**"])
        and all(part and not set(part) & set("*?") for part in parts[:-1])
    )
    assert _accepts(channels.name, text) == plain
    assert _accepts(channels.pattern, text) == (plain or wild)


def _accepts(check: object, text: str) -> bool:
    assert callable(check)
    try:
        check(text)
    except InvalidChannel:
        return False
    return True
