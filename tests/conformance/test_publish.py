"""R54 to R62: publishing, and service channels."""

import pytest

from switchbell.bayeux.policy import Policy
from switchbell.bayeux.service import Answer, ServiceRequest
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import data, events, promptly
from tests.conformance.transports import over_both

pytestmark = over_both


class NobodyMayPublish(Policy):
    def can_publish(self, user: str | None, channel: str) -> bool:
        return False


async def test_r54_everybody_who_subscribed_hears_it_the_publisher_too(server: Serving) -> None:
    publisher = await server.open("/a")
    listeners = [await server.open("/a"), await server.open("/*"), await server.open("/**")]
    stranger = await server.open("/b")
    assert data(await publisher.publish("/a", 1)) == [1]
    for listener in listeners:
        assert data(await listener.poll()) == [1]
    assert data(await stranger.poll()) == []


async def test_r54_the_publisher_does_not_if_so_configured(serve: Serve) -> None:
    server = await serve(broadcast_to_publisher=False)
    publisher = await server.open("/a")
    listener = await server.open("/a")
    [reply] = await publisher.publish("/a", 1)
    assert reply["successful"] is True
    assert data(await publisher.poll()) == []
    assert data(await listener.poll()) == [1]


async def test_r54_what_the_policy_forbids_is_heard_by_nobody(serve: Serve) -> None:
    server = await serve(policy=NobodyMayPublish())
    listener = await server.open("/a")
    publisher = await server.open("/a")
    [reply] = await publisher.publish("/a", 1)
    assert reply == {"channel": "/a", "successful": False, "error": "403::publish_denied"}
    assert data(await publisher.poll()) == []
    assert data(await listener.poll()) == []


async def test_r55_events_do_not_tell_who_published_them(server: Serving) -> None:
    listener = await server.open("/a")
    publisher = await server.open()
    await publisher.say({"channel": "/a", "data": {"clientId": "shown"}, "id": "hidden"})
    await publisher.say({"channel": "/a", "data": 2, "id": 7, "advice": {}, "successful": True})
    assert events(await listener.poll()) == [
        {"channel": "/a", "data": {"clientId": "shown"}},
        {"channel": "/a", "data": 2},
    ]


async def test_r55_nor_do_they_to_the_publisher_or_a_held_connect(server: Serving) -> None:
    listener = await server.open("/a")
    held = await server.holding(listener.hold())
    publisher = await server.open("/a")
    own = await publisher.say({"channel": "/a", "data": 1, "id": "x", "ext": {"kept": True}})
    event = {"channel": "/a", "data": 1, "ext": {"kept": True}}
    assert events(own) == [event]
    assert events(await promptly(held)) == [event]


@pytest.mark.parametrize("channel", ["/a", "/service/a"])
async def test_r56_publishing_without_data_is_refused(serve: Serve, channel: str) -> None:
    requests: list[ServiceRequest] = []

    def note(request: ServiceRequest) -> None:
        requests.append(request)

    server = await serve(services={"/service/a": note})
    client = await server.open("/a")
    assert await client.say({"channel": channel, "id": "1"}) == [
        {"channel": channel, "id": "1", "successful": False, "error": "400::data_missing"}
    ]
    assert events(await client.poll()) == []
    assert requests == []


@pytest.mark.parametrize("channel", ["/a", "/service/a"])
async def test_r57_publishing_without_a_session_is_402_and_heard_by_nobody(
    serve: Serve, channel: str
) -> None:
    requests: list[ServiceRequest] = []

    def note(request: ServiceRequest) -> None:
        requests.append(request)

    server = await serve(services={"/service/a": note})
    listener = await server.open("/a")
    publish = {"channel": channel, "data": 1}
    for impostor in ({}, {"clientId": "unknown"}, {"clientId": None}, {"clientId": [listener.id]}):
        assert await server.say({**publish, **impostor}) == [
            {"channel": channel, "successful": False, "error": "402::session_unknown"}
        ]
    assert events(await listener.poll()) == []
    assert requests == []


async def test_r57_a_payload_speaks_for_one_session_only(server: Serving) -> None:
    listener = await server.open("/a")
    other = await server.open()
    own, foreign, own_again = await server.say(
        {"channel": "/b", "data": 1, "clientId": other.id},
        {"channel": "/a", "data": 2, "clientId": listener.id},
        {"channel": "/a", "data": 3, "clientId": other.id},
    )
    assert own["successful"] is True
    assert foreign == {"channel": "/a", "successful": False, "error": "402::session_unknown"}
    assert own_again["successful"] is True
    assert data(await listener.poll()) == [3]


async def test_r58_service_messages_reach_the_server_alone(serve: Serve) -> None:
    requests: list[ServiceRequest] = []

    def note(request: ServiceRequest) -> None:
        requests.append(request)

    server = await serve(services={"/service/a": note})
    listener = await server.open("/service/a", "/service/**", "/**")
    client = await server.open("/**")
    assert await client.publish("/service/a", {"n": 1}) == [
        {"channel": "/service/a", "successful": True}
    ]
    [request] = requests
    assert (request.channel, request.data, request.client_id) == ("/service/a", {"n": 1}, client.id)
    assert events(await listener.poll()) == []
    assert events(await client.poll()) == []


async def test_r58_a_service_without_a_handler_hears_nothing_and_succeeds(
    server: Serving,
) -> None:
    listener = await server.open("/**")
    client = await server.open()
    [reply] = await client.publish("/service/unheard/of", 1)
    assert reply["successful"] is True
    assert events(await listener.poll()) == []


async def test_r59_a_push_reaches_the_one_session_without_an_id(server: Serving) -> None:
    client = await server.open()
    bystander = await server.open("/service/x", "/**")
    event = {"channel": "/service/x", "data": {"n": 1}}
    server.bayeux.driver.push(client.id, "/service/x", {"n": 1})
    assert events(await client.poll(id="1")) == [event]
    held = await server.holding(client.hold(id="2"))
    server.bayeux.driver.push(client.id, "/service/x", {"n": 1})
    assert events(await promptly(held)) == [event]
    assert events(await bystander.poll()) == []


async def test_r59_a_push_to_a_session_that_is_gone_does_nothing(server: Serving) -> None:
    client = await server.open()
    await client.disconnect()
    server.bayeux.driver.push(client.id, "/service/x", 1)
    bystander = await server.open()
    assert events(await bystander.poll()) == []


@pytest.mark.parametrize("message_id", ["call-1", 7, 0, ""], ids=repr)
async def test_r60_a_remote_call_is_answered_with_its_id(serve: Serve, message_id: object) -> None:
    def double(request: ServiceRequest) -> Answer:
        return Answer(request.data * 2)

    server = await serve(services={"/service/double": double})
    bystander = await server.open("/service/double", "/**")
    client = await server.open()
    assert await client.say({"channel": "/service/double", "data": 21, "id": message_id}) == [
        {"channel": "/service/double", "id": message_id, "data": 42},
        {"channel": "/service/double", "id": message_id, "successful": True},
    ]
    assert events(await bystander.poll()) == []


async def test_r60_an_answer_of_null_is_an_answer_all_the_same(serve: Serve) -> None:
    server = await serve(services={"/service/void": lambda request: Answer(None)})
    client = await server.open()
    messages = await client.say({"channel": "/service/void", "data": 1, "id": "1"})
    assert events(messages) == [{"channel": "/service/void", "id": "1", "data": None}]


@pytest.mark.parametrize("message", [{}, {"id": None}], ids=repr)
async def test_r60_without_an_id_in_the_call_there_is_none_in_the_answer(
    serve: Serve, message: dict[str, object]
) -> None:
    server = await serve(services={"/service/echo": lambda request: Answer(request.data)})
    client = await server.open()
    messages = await client.say({"channel": "/service/echo", "data": 1, **message})
    assert messages == [
        {"channel": "/service/echo", "data": 1},
        {"channel": "/service/echo", "successful": True},
    ]


async def test_r61_events_of_a_publisher_keep_their_order(serve: Serve) -> None:
    server = await serve(meta_connect_deliver_only=True)
    publisher = await server.open("/a")
    listeners = [publisher, await server.open("/a"), await server.open("/*")]
    heard: list[list[object]] = [[] for _ in listeners]
    for number in range(30):
        held = [
            await server.holding(listener.hold())
            for listener in (listeners if number % 3 == 0 else [])
        ]
        assert events(await publisher.publish("/a", number)) == []
        for index, connect in enumerate(held):
            heard[index] += data(await promptly(connect))
        if number % 3 == 2:
            for index, listener in enumerate(listeners):
                heard[index] += data(await listener.poll())
    assert heard == [list(range(30))] * 3


async def test_r62_publishes_of_one_payload_keep_their_order(server: Serving) -> None:
    listener = await server.open("/**")
    publisher = await server.open("/**")
    channels = ["/a", "/b", "/a", "/c/d", "/a", "/b"]
    own = await publisher.say(
        *({"channel": channel, "data": number} for number, channel in enumerate(channels))
    )
    published = [{"channel": channel, "data": number} for number, channel in enumerate(channels)]
    assert events(own) == published
    assert events(await listener.poll()) == published


async def test_r62_publishes_that_wake_a_held_connect_keep_their_order(server: Serving) -> None:
    listener = await server.open("/a")
    publisher = await server.open()
    held = await server.holding(listener.hold())
    await publisher.say(*({"channel": "/a", "data": number} for number in range(10)))
    first = data(await promptly(held))
    assert first
    assert first + data(await listener.poll()) == list(range(10))


async def test_r62_a_service_that_publishes_does_not_upset_the_order(serve: Serve) -> None:
    def announce(request: ServiceRequest) -> Answer:
        server.publish("/a", "announced")
        return Answer("done")

    server = await serve(services={"/service/announce": announce})
    client = await server.open("/a")
    held = await server.holding(client.hold())
    messages = await client.say(
        {"channel": "/a", "data": "before"},
        {"channel": "/service/announce", "data": {}},
        {"channel": "/a", "data": "after"},
    )
    assert data(messages) == ["before", "announced", "done", "after"]
    assert not held.done()
