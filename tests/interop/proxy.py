"""Stands between clients and a server, and breaks connections when it is told to."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from tests.interop.serving import HOST, PATIENCE, url_at

CHUNK = 64 * 1024


class Connection:
    """A connection through the proxy: one with the client, one with the server."""

    def __init__(self, to_client: asyncio.StreamWriter, to_server: asyncio.StreamWriter) -> None:
        self.to_client = to_client
        self.to_server = to_server
        self.is_dead = False

    def cut(self) -> None:
        for writer in (self.to_client, self.to_server):
            writer.transport.abort()


class Proxy:
    """Passes on what either side sends, byte for byte.

    The server is not warned of a cut: it has written everything, and takes it for delivered.
    """

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._connections: set[Connection] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._cuts: deque[int] = deque()
        self._all_cut = asyncio.Event()

    async def start(self) -> None:
        self._listener = await asyncio.start_server(self._serve, HOST, 0)
        self.port: int = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._listener.close()
        self.cut_all()
        await asyncio.gather(*self._serving)

    @property
    def url(self) -> str:
        """Where clients find the server by way of the proxy."""
        return url_at(self.port)

    def cut_after(self, *counts: int) -> None:
        """Let so many bytes of what the server sends from now on pass, on whatever connection, and
        then cut the connection on which the next one comes. Further counts say when to do it again.
        """
        self._cuts.extend(counts)
        self._all_cut.clear()

    def forget_cuts(self) -> None:
        """Cut nothing of what :meth:`cut_after` has announced and has not come yet."""
        self._cuts.clear()

    async def all_cut(self) -> None:
        """Wait until all that :meth:`cut_after` has announced has happened."""
        async with asyncio.timeout(PATIENCE):
            await self._all_cut.wait()

    def cut_all(self) -> None:
        """Cut every connection there is."""
        for connection in self._connections:
            connection.cut()

    def let_all_die(self) -> None:
        """Pass nothing more on over the connections there are, without cutting them."""
        for connection in self._connections:
            connection.is_dead = True

    async def _serve(
        self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            from_server, to_server = await asyncio.open_connection(HOST, self._server_port)
        except ConnectionError:  # refused, or taken by a server that is about to stop
            to_client.close()
        else:
            connection = Connection(to_client, to_server)
            self._connections.add(connection)
            await asyncio.gather(
                _pass_on(from_client, to_server, lambda sent: b"" if connection.is_dead else sent),
                _pass_on(from_server, to_client, lambda sent: self._let_pass(sent, connection)),
            )
            self._connections.remove(connection)
        self._serving.remove(task)

    def _let_pass(self, sent: bytes, connection: Connection) -> bytes:
        """How much of what the server sent may pass."""
        if connection.is_dead:
            return b""
        if not self._cuts:
            return sent
        if len(sent) <= self._cuts[0]:
            self._cuts[0] -= len(sent)
            return sent
        connection.to_client.write(sent[: self._cuts.popleft()])
        connection.cut()
        if not self._cuts:
            self._all_cut.set()
        return b""


async def _pass_on(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, let_pass: Callable[[bytes], bytes]
) -> None:
    with suppress(OSError):
        while sent := await source.read(CHUNK):
            sink.write(let_pass(sent))
            await sink.drain()
    sink.close()
