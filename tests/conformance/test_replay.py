"""R111: a client that was away asks for what it missed."""

import re
from typing import Any

import pytest

from switchbell.bayeux.extensions.replay import Replay
from switchbell.bayeux.retention import MemoryRetention
from switchbell.transport.mount import BayeuxServer
from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import PATH, Serve, Serving, serving
from tests.conformance.speaker import Client, Message, Speaker, data, events
from tests.conformance.visitors import Visitor, by_name, user

HANDSHAKE: Message = {
    "channel": "/meta/handshake",
    "version": "1.0",
    "supportedConnectionTypes": ["long-polling"],
    "ext": {"replay": True},
}


async def open_replaying(speaker: Speaker) -> Client:
    """A client that asked for replay and has connected."""
    [reply] = await speaker.say(HANDSHAKE)
    assert reply["ext"] == {"replay": True}
    client = Client(speaker, reply["clientId"])
    await client.connect()
    return client


async def subscribe(client: Client, channel: str, replay_id: object) -> list[Message]:
    return await client.say(
        {
            "channel": "/meta/subscribe",
            "subscription": channel,
            "ext": {"replay": {channel: replay_id}},
        }
    )


def texts(messages: list[Message]) -> list[str]:
    return [event["data"]["text"] for event in events(messages)]


def ids(messages: list[Message]) -> list[int]:
    return [event["data"]["event"]["replayId"] for event in events(messages)]


def publish(server: Serving, channel: str, *several: str, **more: Any) -> None:
    for text in several:
        server.bayeux.driver.publish(channel, {"text": text}, **more)


@pytest.fixture
async def server(serve: Serve) -> Serving:
    """One that keeps the last five events."""
    return await serve(extensions=[Replay(MemoryRetention(max_events=5))])


@pytest.mark.parametrize("ext", [None, {}, {"replay": False}, {"replay": 1}, {"replay": {}}, []])
async def test_r111_it_is_for_those_who_ask(server: Serving, ext: object) -> None:
    publish(server, "/a", "old")
    [reply] = await server.say({**HANDSHAKE, "ext": ext})
    assert "ext" not in reply
    client = Client(server, reply["clientId"])
    await client.connect()
    [reply] = await subscribe(client, "/a", -2)
    assert reply["successful"] is True
    publish(server, "/a", "new")
    assert data(await client.poll()) == [{"text": "new"}]


async def test_r111_a_server_without_it_agrees_to_nothing(serve: Serve) -> None:
    [reply] = await (await serve()).say(HANDSHAKE)
    assert reply["successful"] is True
    assert "ext" not in reply


async def test_r111_minus_1_begins_with_what_is_new(server: Serving) -> None:
    publish(server, "/a", "old")
    client = await open_replaying(server)
    assert events(await subscribe(client, "/a", -1)) == []
    publish(server, "/a", "new")
    assert texts(await client.poll()) == ["new"]


async def test_r111_so_does_who_says_nothing(server: Serving) -> None:
    publish(server, "/a", "old")
    client = await open_replaying(server)
    assert events(await client.subscribe("/a")) == []
    [reply] = await client.say(
        {"channel": "/meta/subscribe", "subscription": "/b", "ext": {"replay": {"/a": -2}}}
    )
    assert reply["successful"] is True
    publish(server, "/a", "new")
    assert texts(await client.poll()) == ["new"]


async def test_r111_minus_2_begins_with_all_that_is_kept(server: Serving) -> None:
    publish(server, "/a", *"123456789")
    client = await open_replaying(server)
    *missed, reply = await subscribe(client, "/a", -2)
    assert texts(missed) == list("56789")
    assert reply["channel"] == "/meta/subscribe"
    publish(server, "/a", "new")
    assert texts(await client.poll()) == ["new"]


async def test_r111_a_number_begins_after_that(server: Serving) -> None:
    first = await open_replaying(server)
    await first.subscribe("/a")
    publish(server, "/a", "one", "two", "three")
    numbers = ids(await first.poll())
    for place in range(3):
        client = await open_replaying(server)
        missed = await subscribe(client, "/a", numbers[place])
        assert texts(missed) == ["one", "two", "three"][place + 1 :]
        assert ids(missed) == numbers[place + 1 :]


async def test_r111_numbers_grow(server: Serving) -> None:
    client = await open_replaying(server)
    await client.subscribe("/**")
    for channel in ("/a", "/b", "/a/c", "/a"):
        publish(server, channel, "event")
        await client.publish("/d", {"text": "its own"})
    numbers = ids(await client.poll())
    assert numbers == sorted(set(numbers))
    assert all(number > 0 for number in numbers)


@pytest.mark.parametrize("wish", [1, 3, 99, -3, 0, 2**60])
async def test_r111_a_number_that_cannot_be_is_refused(server: Serving, wish: int) -> None:
    publish(server, "/a", *"123456789")
    client = await open_replaying(server)
    [reply] = await subscribe(client, "/a", wish)
    assert reply["successful"] is False
    said = rf"400::The replayId \{{?{wish}\}}? you provided was invalid\..*"
    assert re.fullmatch(said, reply["error"])
    assert reply["subscription"] == "/a"
    publish(server, "/a", "new")
    assert events(await client.poll()) == []


@pytest.mark.parametrize("wish", ["1", None, True, 1.5, {}, [], "all"], ids=repr)
async def test_r111_so_is_what_is_no_number(server: Serving, wish: object) -> None:
    publish(server, "/a", "old")
    client = await open_replaying(server)
    [reply] = await subscribe(client, "/a", wish)
    assert reply["successful"] is False
    assert reply["error"].startswith("400::")
    publish(server, "/a", "new")
    assert events(await client.poll()) == []


async def test_r111_after_the_latest_there_is_nothing_yet(server: Serving) -> None:
    first = await open_replaying(server)
    await first.subscribe("/a")
    publish(server, "/a", "latest")
    [latest] = ids(await first.poll())
    client = await open_replaying(server)
    [reply] = await subscribe(client, "/a", latest)
    assert reply["successful"] is True


async def test_r111_of_a_wildcard_everything_below_it_is_replayed(server: Serving) -> None:
    for channel in ("/a/b", "/a/b/c", "/x", "/a"):
        publish(server, channel, channel)
    for pattern, expected in (
        ("/a/*", ["/a/b"]),
        ("/a/**", ["/a/b", "/a/b/c"]),
        ("/**", ["/a/b", "/a/b/c", "/x", "/a"]),
    ):
        client = await open_replaying(server)
        assert texts(await subscribe(client, pattern, -2)) == expected


async def test_r111_several_channels_have_wishes_of_their_own(server: Serving) -> None:
    publish(server, "/a", "a")
    publish(server, "/b", "b")
    publish(server, "/c", "c")
    client = await open_replaying(server)
    messages = await client.say(
        {
            "channel": "/meta/subscribe",
            "subscription": ["/a", "/b", "/c"],
            "ext": {"replay": {"/a": -2, "/b": -1, "/c": 2}},
        }
    )
    assert texts(messages) == ["a", "c"]


async def test_r111_what_two_wishes_match_comes_once(server: Serving) -> None:
    publish(server, "/a/b", "event")
    client = await open_replaying(server)
    messages = await client.say(
        {
            "channel": "/meta/subscribe",
            "subscription": ["/a/*", "/a/**"],
            "ext": {"replay": {"/a/*": -2, "/a/**": -2}},
        }
    )
    assert texts(messages) == ["event"]


async def test_r111_what_is_asked_for_comes_before_what_is_newer(serve: Serve) -> None:
    server = await serve(extensions=[Replay(MemoryRetention())], meta_connect_deliver_only=True)
    publish(server, "/a/b", "old")
    client = await open_replaying(server)
    await subscribe(client, "/a/*", -1)
    publish(server, "/a/b", "new")
    await subscribe(client, "/a/b", -2)
    assert texts(await client.poll()) == ["old", "new"]


async def test_r111_what_was_for_others_is_not_replayed() -> None:
    bayeux = BayeuxServer(identify=by_name, extensions=[Replay(MemoryRetention())])
    async with serving(PATH, bayeux) as server:
        publish(server, "/a", "for ann", audience=["ann"])
        publish(server, "/a", "for bob", audience=["bob"])
        publish(server, "/a", "for nobody", audience=[])
        publish(server, "/a", "for all")
        for name, expected in (
            ("ann", ["for ann", "for all"]),
            ("bob", ["for bob", "for all"]),
            ("eve", ["for all"]),
        ):
            client = await open_replaying(Visitor(server, user(name)))
            assert texts(await subscribe(client, "/a", -2)) == expected
        assert texts(await subscribe(await open_replaying(server), "/a", -2)) == ["for all"]


async def test_r111_data_has_its_number_beside_what_it_had(server: Serving) -> None:
    client = await open_replaying(server)
    await client.subscribe("/a")
    plain = await server.open("/a")
    published = {"event": {"type": "created", "replayId": "old"}, "sobject": {"Id": "7"}}
    for value in (published, {"event": 5}, "text", [1], None):
        server.publish("/a", value)
    first, *others = data(await client.poll())
    assert first["sobject"] == {"Id": "7"}
    assert first["event"]["type"] == "created"
    assert isinstance(first["event"]["replayId"], int)
    # There is no place for a number in these.
    assert others == [{"event": 5}, "text", [1], None]
    assert data(await plain.poll()) == [published, {"event": 5}, "text", [1], None]


async def test_r111_pushes_are_for_now_only(server: Serving) -> None:
    client = await open_replaying(server)
    server.bayeux.driver.push(client.id, "/service/a", {"text": "now"})
    assert data(await client.poll()) == [{"text": "now"}]
    assert texts(await subscribe(await open_replaying(server), "/**", -2)) == []


async def test_r111_what_is_replayed_does_not_count_against_the_queue(serve: Serve) -> None:
    server = await serve(
        extensions=[Replay(MemoryRetention(max_events=50))],
        max_queue=3,
        meta_connect_deliver_only=True,
    )
    publish(server, "/a", *(str(number) for number in range(20)))
    client = await open_replaying(server)
    await subscribe(client, "/a", -2)
    publish(server, "/a", "20", "21", "22")
    assert texts(await client.poll()) == [str(number) for number in range(23)]


async def test_r111_over_a_socket_it_works_as_well(server: Serving) -> None:
    publish(server, "/a", "one", "two")
    async with RawSocket(server) as socket:
        own = {"clientId": await socket.handshake(ext={"replay": True})}
        heard = await socket.say(
            {
                "channel": "/meta/subscribe",
                "subscription": "/a",
                "ext": {"replay": {"/a": -2}},
                **own,
            }
        )
        assert texts(heard) == ["one", "two"]
        publish(server, "/a", "three")
        assert ids(await socket.hear(events=1)) == [ids(heard)[-1] + 1]
