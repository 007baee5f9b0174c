"""Binary data, which clients wrap themselves: the server passes it on as it is."""

from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import Serving
from tests.conformance.speaker import Message, events

# What CometD's extension "binary" makes of bytes; the text is Z85, with all of its punctuation.
BINARY: Message = {
    "data": {
        "data": "HelloWorld.-:+=^!/*?&<>()[]{}@%$#",
        "last": True,
        "meta": {"name": "\u00e9.bin", "contentType": "application/octet-stream"},
    },
    "ext": {"binary": {}},
}


async def test_binary_data_is_passed_on_as_it_is(server: Serving) -> None:
    listener, publisher = await server.open("/a"), await server.open()
    [reply] = await publisher.say({"channel": "/a", "id": "1", **BINARY})
    assert reply == {"channel": "/a", "id": "1", "successful": True}
    [event] = events(await listener.poll())
    assert event == {"channel": "/a", **BINARY}


async def test_binary_data_passes_from_one_transport_to_the_other(server: Serving) -> None:
    publisher = await server.open()
    async with RawSocket(server) as socket:
        own = {"clientId": await socket.handshake()}
        await socket.say({"channel": "/meta/subscribe", "subscription": "/a", **own})
        await publisher.say({"channel": "/a", **BINARY})
        assert await socket.hear(events=1) == [{"channel": "/a", **BINARY}]
        listener = await server.open("/b")
        await socket.say({"channel": "/b", **BINARY, **own})
        assert events(await listener.poll()) == [{"channel": "/b", **BINARY}]
