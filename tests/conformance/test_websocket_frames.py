"""What goes over a socket: the halves that rules of the wire have over WebSocket, and R99, R100,
R105."""

import asyncio
from collections.abc import Sequence

import aiohttp
import pytest

from tests.conformance.raw_http import RawConnection
from tests.conformance.serving import Serve, Serving
from tests.conformance.sockets import Socket
from tests.conformance.speaker import Client, Message, data, events, promptly
from tests.conformance.transports import over_websocket

pytestmark = over_websocket

HANDSHAKE: Message = {"channel": "/meta/handshake", "version": "1.0"}

MALFORMED = [
    b"",
    b"{",
    b"[{]",
    b"nonsense",
    b'[{"channel":"/a"}',
    b'[{"channel":"\xff\xfe"}]',
    b'[{"channel":"/a","data":"\\ud83d"}]',
    b"[" * 100_000,
]
"""That is no JSON, or none in UTF-8."""

NO_MESSAGES: list[object] = [None, True, 7, "text", [None], [1], ["text"], [[]]]


async def forgotten(server: Serving) -> None:
    """Wait until the server has no more sockets."""
    await server.until(lambda: server.bayeux.engine.socket_count == 0)


async def resume(server: Serving, client: Client) -> Socket:
    """A socket that carries the events of a session."""
    socket = await server.socket()
    connect = {"channel": "/meta/connect", "clientId": client.id, "advice": {"timeout": 0}}
    [reply] = await socket.ask([connect])
    assert reply["successful"] is True
    return socket


@pytest.mark.parametrize("payload", MALFORMED, ids=lambda payload: repr(payload[:20]))
async def test_r6_malformed_json_ends_the_socket_but_not_the_session(
    server: Serving, payload: bytes
) -> None:
    client = await server.open("/a")
    async with await resume(server, client) as socket:
        await socket.send(payload)
        assert await socket.close_code() in (1007, 1011)
    await forgotten(server)
    server.publish("/a", 1)
    assert data(await client.poll()) == [1]


async def test_r6_so_does_a_binary_message(server: Serving) -> None:
    client = await server.open("/a")
    async with await resume(server, client) as socket:
        await socket.send_binary(b'[{"channel":"/meta/handshake"}]')
        assert await socket.close_code() == 1003
    await forgotten(server)
    server.publish("/a", 1)
    assert data(await client.poll()) == [1]


@pytest.mark.parametrize("payload", [b"{", b"[7]", b"7" * 2000], ids=["json", "messages", "size"])
async def test_r6_what_is_published_while_the_socket_is_being_closed_is_not_lost(
    serve: Serve, payload: bytes
) -> None:
    server = await serve(max_message_size=1000)
    client = await server.open("/a")
    async with RawConnection(server) as raw:
        await raw.upgrade()
        raw.send_text([{"channel": "/meta/connect", "clientId": client.id, "advice": {}}])
        await server.until_held(1)
        raw.send_text(payload)
        opcode, _ = await raw.frame()
        assert opcode == 8
        # The server waits for an answer to that, and the client takes its time.
        server.publish("/a", 1)
        await asyncio.sleep(0.01)
    assert data(await client.poll()) == [1]


@pytest.mark.parametrize("payload", NO_MESSAGES, ids=repr)
async def test_r7_what_is_no_message_ends_the_socket(server: Serving, payload: object) -> None:
    client = await server.open("/a")
    async with await resume(server, client) as socket:
        await socket.send(payload)
        assert await socket.close_code() == 1007
    await forgotten(server)
    server.publish("/a", 1)
    assert data(await client.poll()) == [1]


async def test_r7_nothing_beside_it_has_an_effect(server: Serving) -> None:
    listener = await server.open("/a")
    async with await resume(server, await server.open()) as socket:
        await socket.send([{"channel": "/a", "data": 1, "clientId": listener.id}, None])
        assert await socket.close_code() == 1007
    assert data(await listener.poll()) == []


@pytest.mark.parametrize("depth", [251, 252, 253, 254, 255, 1000])
async def test_r7_deep_nesting_is_passed_on_or_ends_the_socket(server: Serving, depth: int) -> None:
    client = await server.open("/a")
    async with await resume(server, client) as socket:
        nested = b"[" * depth + b"]" * depth
        publish = b'[{"channel":"/a","clientId":"%b","data":%b}]'
        await socket.send(publish % (client.id.encode(), nested))
        if depth <= 252:
            assert len(events(await socket.hear(2))) == 1
        else:
            assert await socket.close_code() == 1007
    await forgotten(server)
    server.publish("/a", "fine")
    assert data(await client.poll()) == ["fine"]


@pytest.mark.parametrize("payload", [b"[]", b" [] "])
async def test_r8_an_empty_array_is_ignored(server: Serving, payload: bytes) -> None:
    async with await server.socket() as socket:
        await socket.send(payload)
        [reply] = await socket.ask([HANDSHAKE])
        assert reply["successful"] is True


async def test_r11_a_message_over_the_limit_ends_the_socket_with_1009(serve: Serve) -> None:
    server = await serve(max_message_size=1000)
    client = await server.open("/a")
    async with await resume(server, client) as socket:
        small: Message = {"channel": "/a", "data": "x" * 500, "clientId": client.id}
        await socket.send([small])
        assert data(await socket.hear(2)) == ["x" * 500]
        await socket.send([{**small, "data": "x" * 1000}])
        assert await socket.close_code() == 1009
    assert data(await client.poll()) == []


async def test_r11_so_does_one_that_announces_it(serve: Serve) -> None:
    server = await serve(max_message_size=100_000)
    async with RawConnection(server) as raw:
        await raw.upgrade()
        # The length of a frame of 1 GB, of which nothing will follow.
        raw.send(b"\x81\xff" + (1 << 30).to_bytes(8, "big") + bytes(4))
        opcode, payload = await raw.frame()
        assert (opcode, int.from_bytes(payload[:2], "big")) == (8, 1009)


async def test_r11_messages_are_counted_too(serve: Serve) -> None:
    server = await serve(max_messages=10)
    async with await server.socket() as socket:
        await socket.send([{"channel": "/a"}] * 10)
        assert len(await socket.hear(10)) == 10
        await socket.send([{"channel": "/a"}] * 11)
        assert await socket.close_code() == 1009


async def test_r99_a_ping_is_answered(server: Serving) -> None:
    async with RawConnection(server) as raw:
        await raw.upgrade()
        raw.send(b"\x89\x85" + bytes(4) + b"hello")
        assert await raw.frame() == (10, b"hello")


async def test_r99_pings_of_the_server_disturb_nobody(serve: Serve) -> None:
    server = await serve(ws_ping_interval=40)
    client = await server.open("/a")
    held = await server.holding(client.hold())
    await asyncio.sleep(0.2)
    assert server.bayeux.engine.socket_count == 1
    server.publish("/a", 1)
    assert data(await promptly(held)) == [1]


async def test_r99_a_peer_that_answers_no_ping_is_cut_off(serve: Serve) -> None:
    server = await serve(ws_ping_interval=40)
    client = await server.open("/a")
    async with RawConnection(server) as raw:
        await raw.upgrade()
        raw.send_text([{"channel": "/meta/connect", "clientId": client.id}])
        assert await raw.frame() == (9, b"")
        assert await promptly(raw.reader.read()) == b""
    assert server.bayeux.engine.held_count == 0
    server.publish("/a", 1)
    assert data(await client.poll()) == [1]


async def test_r99_a_socket_without_messages_is_closed_for_all_its_pongs(serve: Serve) -> None:
    server = await serve(ws_ping_interval=40, ws_idle_timeout=160)
    start = asyncio.get_running_loop().time()
    async with await server.socket() as socket:
        assert await socket.close_code() == 1001
    assert asyncio.get_running_loop().time() - start >= 0.16


async def test_r99_one_with_messages_is_not(serve: Serve) -> None:
    server = await serve(ws_idle_timeout=160)
    client = await server.open("/a")
    async with await resume(server, client) as socket:
        for number in range(6):
            await asyncio.sleep(0.05)
            await socket.send([{"channel": "/a", "data": number, "clientId": client.id}])
            assert data(await socket.hear(2)) == [number]


@pytest.mark.parametrize(
    ("configured", "offered", "selected"),
    [
        (None, [], None),
        (None, ["one"], "one"),
        (None, ["one", "two"], "one"),
        ("bayeux", ["bayeux"], "bayeux"),
        ("bayeux", ["one", "bayeux"], "bayeux"),
    ],
)
async def test_r100_a_sub_protocol_is_selected(
    serve: Serve, configured: str | None, offered: Sequence[str], selected: str | None
) -> None:
    server = await serve(ws_protocol=configured)
    async with await server.socket(protocols=offered) as socket:
        assert socket.protocol == selected
        [reply] = await socket.ask([HANDSHAKE])
        assert reply["successful"] is True


@pytest.mark.parametrize("offered", [[], ["one", "two"], ["Bayeux"]], ids=repr)
async def test_r100_without_the_one_that_is_needed_there_is_no_socket(
    serve: Serve, offered: Sequence[str]
) -> None:
    server = await serve(ws_protocol="bayeux")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await server.socket(protocols=offered)
    assert refusal.value.status == 400
    assert server.bayeux.engine.socket_count == 0


FOREIGN = [
    "https://evil.example",
    "https://desk.example.evil.example",
    "https://desk.example:444",
    "http://desk.example",
    "https://DESK.example.",
    "null",
    "",
]


@pytest.mark.parametrize("origin", FOREIGN, ids=repr)
async def test_r105_pages_of_other_origins_get_no_socket(serve: Serve, origin: str) -> None:
    server = await serve(allowed_origins=("https://desk.example",))
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await server.socket(headers={"Origin": origin})
    assert refusal.value.status == 403
    assert server.bayeux.engine.socket_count == 0


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_r105_those_of_the_servers_own_do(server: Serving, scheme: str) -> None:
    origin = f"{scheme}://{server.host}:{server.port}"
    async with await server.socket(headers={"Origin": origin}) as socket:
        [reply] = await socket.ask([HANDSHAKE])
        assert reply["successful"] is True


async def test_r105_so_do_those_of_the_configured_ones(serve: Serve) -> None:
    server = await serve(allowed_origins=("https://desk.example", "https://two.example:8443"))
    for origin in ("https://desk.example", "https://two.example:8443"):
        async with await server.socket(headers={"Origin": origin}) as socket:
            [reply] = await socket.ask([HANDSHAKE])
            assert reply["successful"] is True


async def test_r105_and_programs_which_have_none(serve: Serve) -> None:
    server = await serve(allowed_origins=("https://desk.example",))
    async with await server.socket() as socket:
        [reply] = await socket.ask([HANDSHAKE])
        assert reply["successful"] is True
