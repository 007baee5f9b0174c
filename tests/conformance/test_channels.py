"""R13 to R20: names, wildcards and families of channels."""

import pytest

from switchbell.bayeux.service import ServiceRequest
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import data, events
from tests.conformance.transports import over_both

pytestmark = over_both

INVALID = [
    "",
    "/",
    "//",
    "a",
    "a/b",
    "/a//b",
    "//a",
    "/a//",
    "/a\n",
    "/a?b",
    "/a%20b",
    "/a&b",
    "/a=b",
    "/a,b",
    "/a;b",
    "/a:b",
    "/a<b>",
    '/a"b',
    "/a'b",
    "/a\\b",
    "/é",
    "/日本",
    "/\u0661",
]


@pytest.mark.parametrize(
    ("pattern", "heard", "unheard"),
    [
        ("/foo", ["/foo"], ["/foo/bar", "/foobar", "/fo", "/Foo"]),
        ("/foo/*", ["/foo/bar"], ["/foo", "/foobar", "/foo/bar/baz", "/other/bar"]),
        ("/foo/**", ["/foo/bar", "/foo/bar/baz", "/foo/a/b/c"], ["/foo", "/foobar", "/a/foo/b"]),
        ("/foo/bar/*", ["/foo/bar/baz"], ["/foo/bar", "/foo/x/baz", "/foo/bar/baz/x"]),
        ("/*", ["/foo", "/x"], ["/foo/bar"]),
        ("/**", ["/foo", "/foo/bar", "/a/b/c/d/e"], []),
    ],
)
async def test_r13_wildcards_match_one_segment_or_many_but_never_the_parent(
    server: Serving, pattern: str, heard: list[str], unheard: list[str]
) -> None:
    client = await server.open(pattern)
    for channel in [*unheard, *heard]:
        server.publish(channel, channel)
    assert data(await client.poll()) == heard


async def test_r14_several_matching_subscriptions_bring_the_event_once(server: Serving) -> None:
    client = await server.open("/a/b", "/a/*", "/a/**", "/**")
    server.publish("/a/b", 1)
    assert events(await client.poll()) == [{"channel": "/a/b", "data": 1}]
    held = await server.holding(client.hold())
    server.publish("/a/b", 2)
    assert events(await held) == [{"channel": "/a/b", "data": 2}]
    assert events(await client.poll()) == []


@pytest.mark.parametrize(
    "pattern", ["/a/*/b", "/**/b", "/*/b", "/a*", "/a/b*", "/a/*b", "/a/***", "/a/**b", "*", "**"]
)
async def test_r15_other_wildcards_are_refused(server: Serving, pattern: str) -> None:
    client = await server.open()
    assert await client.subscribe(pattern) == [
        {
            "channel": "/meta/subscribe",
            "subscription": pattern,
            "successful": False,
            "error": "403::subscription_invalid",
        }
    ]
    for channel in ("/a/x/b", "/x/b", "/ab", "/a/b", "/a/bc", "/a"):
        server.publish(channel, 1)
    assert events(await client.poll()) == []


@pytest.mark.parametrize("channel", ["/a/*", "/a/**", "/*", "/**", "/a/*/b"])
async def test_r16_publishing_to_a_wildcard_is_refused_and_heard_by_nobody(
    server: Serving, channel: str
) -> None:
    listener = await server.open("/a/*", "/a/**", "/**")
    publisher = await server.open()
    [reply] = await publisher.publish(channel, 1)
    assert reply == {"channel": channel, "successful": False, "error": "405::channel_invalid"}
    assert events(await listener.poll()) == []


@pytest.mark.parametrize("channel", INVALID, ids=repr)
async def test_r17_invalid_names_are_refused(server: Serving, channel: str) -> None:
    client = await server.open("/**")
    subscribed, unsubscribed, published = await client.say(
        {"channel": "/meta/subscribe", "subscription": channel},
        {"channel": "/meta/unsubscribe", "subscription": channel},
        {"channel": channel, "data": 1},
    )
    for reply in (subscribed, unsubscribed, published):
        assert reply["successful"] is False
        assert reply["error"].startswith("4")
    assert events(await client.poll()) == []


async def test_r17_an_invalid_name_changes_nothing(server: Serving) -> None:
    client = await server.open("/a")
    await client.subscribe("/a//")
    await client.unsubscribe("/a?")
    server.publish("/a", 1)
    assert data(await client.poll()) == [1]


async def test_r17_the_whole_set_of_characters_is_accepted(server: Serving) -> None:
    channel = "/azAZ09 !#$()+-.@_{~}/x"
    client = await server.open(channel)
    assert data(await client.publish(channel, 1)) == [1]


async def test_r17_a_trailing_slash_is_dropped(server: Serving) -> None:
    client = await server.open("/a/")
    event, reply = await client.publish("/a/", 1)
    assert event == {"channel": "/a", "data": 1}
    assert reply["successful"] is True


async def test_r18_wildcards_over_everything_do_not_hear_meta_or_service(serve: Serve) -> None:
    heard: list[object] = []

    def note(request: ServiceRequest) -> None:
        heard.append(request.data)

    server = await serve(services={"/service/a": note})
    listener = await server.open("/**", "/*")
    other = await server.open()
    await other.publish("/service/a", 1)
    await other.publish("/meta/a", 2)
    await other.subscribe("/b")
    await other.disconnect()
    assert heard == [1]
    assert events(await listener.poll()) == []


@pytest.mark.parametrize(
    "channel",
    [
        "/meta/subscribe/x",
        "/meta/subscribe/",
        "/meta/handshake/x",
        "/meta/connect/",
        "/meta/foo",
        "/meta/",
        "/meta",
        "/meta/*",
        "/meta/Subscribe",
    ],
)
async def test_r19_meta_channels_are_matched_exactly(server: Serving, channel: str) -> None:
    listener = await server.open("/**")
    client = await server.open()
    sessions = server.sessions
    replies = await client.say(
        {"channel": channel, "subscription": "/a", "data": 1, "version": "1.0", "id": "1"}
    )
    assert replies == [
        {"channel": channel, "id": "1", "successful": False, "error": "404::channel_unknown"}
    ]
    assert server.sessions == sessions
    server.publish("/a", 2)
    assert data(await client.poll()) == []
    assert data(await listener.poll()) == [2]


@pytest.mark.parametrize(
    "channel", ["/meta/connect", "/meta/x", "/meta/*", "/meta/**", "/meta", "/meta/"]
)
async def test_r20_subscribing_to_meta_is_refused(server: Serving, channel: str) -> None:
    client = await server.open()
    [reply] = await client.subscribe(channel)
    assert reply["successful"] is False
    assert reply["error"].startswith("403:")


async def test_r20_subscribing_to_service_succeeds_and_stores_nothing(serve: Serve) -> None:
    # With room for one subscription only, any that is stored is one too many.
    server = await serve(max_subscriptions=1)
    client = await server.open("/service/a", "/service/*", "/service/**", "/a")
    other = await server.open()
    await other.publish("/service/a", 1)
    assert events(await client.poll()) == []
    [reply] = await client.unsubscribe("/service/a")
    assert reply["successful"] is True
