"""That the proxy passes everything on, and cuts when and where it should."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.interop.proxy import Proxy
from tests.interop.serving import HOST


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send everything back, until the other side has had enough."""
    while chunk := await reader.read(1000):
        writer.write(chunk)
    writer.close()


@pytest_asyncio.fixture
async def proxy() -> AsyncIterator[Proxy]:
    server = await asyncio.start_server(echo, HOST, 0)
    async with server:
        proxy = Proxy(server.sockets[0].getsockname()[1])
        await proxy.start()
        yield proxy
        await proxy.stop()


class Peer:
    """A connection with the echo through the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def of(cls, proxy: Proxy) -> "Peer":
        return cls(*await asyncio.open_connection(HOST, proxy.port))

    async def echoed(self, text: bytes) -> bytes:
        """What comes back of ``text``: all of it, or what came before the end."""
        self._writer.write(text)
        try:
            return await self._reader.readexactly(len(text))
        except asyncio.IncompleteReadError as end:
            return end.partial

    async def is_cut(self) -> bool:
        """Whether the connection ends, without anything more."""
        try:
            return await self._reader.read() == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self._writer.close()


async def test_passes_on_what_both_sides_send(proxy: Proxy) -> None:
    peer = await Peer.of(proxy)
    assert await peer.echoed(b"there") == b"there"
    assert await peer.echoed(b"and again") == b"and again"
    peer.close()


async def test_cuts_after_so_many_bytes_and_then_no_more(proxy: Proxy) -> None:
    proxy.cut_after(8)
    first, second = await Peer.of(proxy), await Peer.of(proxy)
    assert await first.echoed(b"12345") == b"12345"
    assert await second.echoed(b"67890") == b"678"
    await proxy.all_cut()
    assert await first.echoed(b"12345") == b"12345"
    first.close()
    second.close()


async def test_cuts_again_when_told_so(proxy: Proxy) -> None:
    proxy.cut_after(2, 0)
    for passing in (2, 0, 5):
        peer = await Peer.of(proxy)
        assert await peer.echoed(b"12345") == b"12345"[:passing]
        peer.close()


async def test_cuts_all_connections_at_once(proxy: Proxy) -> None:
    peers = [await Peer.of(proxy), await Peer.of(proxy)]
    for peer in peers:
        await peer.echoed(b"there")
    proxy.cut_all()
    for peer in peers:
        assert await peer.is_cut()
        peer.close()


async def test_lets_connections_die_without_a_word(proxy: Proxy) -> None:
    dead = await Peer.of(proxy)
    await dead.echoed(b"there")
    proxy.let_all_die()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await dead.echoed(b"still there?")
    alive = await Peer.of(proxy)
    assert await alive.echoed(b"there") == b"there"
    dead.close()
    alive.close()


async def test_turns_clients_away_while_there_is_no_server() -> None:
    listener = await asyncio.start_server(echo, HOST, 0)
    port = listener.sockets[0].getsockname()[1]
    listener.close()
    proxy = Proxy(port)
    await proxy.start()
    peer = await Peer.of(proxy)
    assert await peer.is_cut()
    peer.close()
    await proxy.stop()
