"""R27: what is pushed to a session as it begins; and what clients are told about the time for which
they may be away."""

from typing import Any

import pytest

from switchbell.bayeux.listener import SessionListener
from switchbell.transport.mount import BayeuxServer
from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import Serve, Serving
from tests.conformance.speaker import Client, Message, data

HANDSHAKE: Message = {
    "channel": "/meta/handshake",
    "version": "1.0",
    "supportedConnectionTypes": ["long-polling", "websocket"],
}


class Greeting(SessionListener):
    """Pushes some events to each session as it begins."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts
        self.server: BayeuxServer | None = None

    def added(self, client_id: str, user: str | None) -> None:
        assert self.server is not None
        for text in self._texts:
            self.server.driver.push(client_id, "/service/greeting", text)


async def greeting(serve: Serve, *texts: str, **options: Any) -> Serving:
    """A server that greets every session with these texts."""
    listener = Greeting(*texts)
    server = await serve(listener=listener, **options)
    listener.server = server.bayeux
    return server


async def test_r27_with_the_option_events_follow_the_handshake_reply(serve: Serve) -> None:
    server = await greeting(serve, "one", "two", allow_message_delivery_during_handshake=True)
    reply, *greetings = await server.say({**HANDSHAKE, "id": "1"})
    assert reply["channel"] == "/meta/handshake"
    assert reply["x-messages"] == 2
    assert greetings == [
        {"channel": "/service/greeting", "data": "one"},
        {"channel": "/service/greeting", "data": "two"},
    ]
    [reply] = await Client(server, reply["clientId"]).connect()
    assert reply["channel"] == "/meta/connect"


async def test_r27_with_nothing_to_deliver_it_says_so_or_nothing(serve: Serve) -> None:
    server = await serve(allow_message_delivery_during_handshake=True)
    [reply] = await server.say(HANDSHAKE)
    assert reply.get("x-messages", 0) == 0


async def test_r27_without_the_option_they_come_with_the_first_connect(serve: Serve) -> None:
    server = await greeting(serve, "one", "two")
    [reply] = await server.say(HANDSHAKE)
    assert "x-messages" not in reply
    assert data(await Client(server, reply["clientId"]).connect()) == ["one", "two"]


async def test_r27_over_a_socket_with_the_option_too(serve: Serve) -> None:
    server = await greeting(serve, "one", "two", allow_message_delivery_during_handshake=True)
    async with RawSocket(server) as socket:
        await socket.send(HANDSHAKE)
        reply, *greetings = await socket.frame()
        assert reply["x-messages"] == 2
        assert data(greetings) == ["one", "two"]


async def test_r27_over_a_socket_without_it_the_reply_comes_alone(serve: Serve) -> None:
    server = await greeting(serve, "one", "two")
    async with RawSocket(server) as socket:
        await socket.send(HANDSHAKE)
        [reply] = await socket.frame()
        assert "x-messages" not in reply
        connect = {"channel": "/meta/connect", "clientId": reply["clientId"]}
        await socket.send(connect)
        assert data(await socket.hear(replies=1, events=2)) == ["one", "two"]


async def test_r27_with_acknowledgement_the_reply_has_the_number_of_the_batch(
    serve: Serve,
) -> None:
    server = await greeting(serve, "one", allow_message_delivery_during_handshake=True)
    handshake = {**HANDSHAKE, "ext": {"ack": True}}
    reply, event = await server.say(handshake)
    assert reply["ext"] == {"ack": {"enabled": True, "batch": 1}}
    assert event["data"] == "one"
    client = Client(server, reply["clientId"])
    [reply] = await client.connect(ext={"ack": 1})
    assert reply["ext"] == {"ack": 2}


async def test_r27_a_batch_in_a_handshake_that_was_lost_comes_again(serve: Serve) -> None:
    server = await greeting(serve, "one", allow_message_delivery_during_handshake=True)
    reply, _ = await server.say({**HANDSHAKE, "ext": {"ack": True}})
    client = Client(server, reply["clientId"])
    assert data(await client.connect(ext={"ack": 0})) == ["one"]


async def test_a_listener_that_fails_harms_nobody(serve: Serve) -> None:
    class Failing(SessionListener):
        def added(self, client_id: str, user: str | None) -> None:
            raise RuntimeError

    server = await serve(listener=Failing())
    client = await server.open("/a")
    assert data(await client.publish("/a", 1)) == [1]


@pytest.mark.parametrize(("option", "told"), [(True, {"maxInterval": 4_321}), (False, {})])
async def test_clients_are_told_how_long_they_may_be_away(
    serve: Serve, option: bool, told: dict[str, int]
) -> None:
    server = await serve(handshake_reconnect=option, max_interval=4_321)
    advice = {"reconnect": "retry", "interval": 0, "timeout": 30_000, **told}
    [reply] = await server.say(HANDSHAKE)
    assert reply["advice"] == advice
    [reply] = await Client(server, reply["clientId"]).connect()
    assert reply["advice"] == advice
