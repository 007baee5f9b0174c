"""A Bayeux server on a port of its own, in the event loop of the test."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar

import aiohttp
from aiohttp import web

from switchbell.bayeux.authorizers import Authorizer
from switchbell.bayeux.extensions.extension import Extension
from switchbell.bayeux.listener import SessionListener
from switchbell.bayeux.policy import Policy
from switchbell.bayeux.service import Service
from switchbell.transport.mount import BayeuxServer
from tests.conformance.lines import Conversation, Line
from tests.conformance.speaker import Speaker
from tests.conformance.wire import LONG_POLLING, PROMPTLY

PATH = "/events"

T = TypeVar("T")


class Serving(Speaker):
    """A running server, and a speaker to it."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        path: str,
        bayeux: BayeuxServer,
        runner: web.AppRunner,
        transport: str = LONG_POLLING,
    ) -> None:
        self.host, self.port = runner.addresses[0][:2]
        super().__init__(http, f"http://{self.host}:{self.port}{path}", transport)
        self.bayeux = bayeux
        self.runner = runner
        self._begun: list[asyncio.Task[Any]] = []
        self._conversations: list[Conversation] = []

    def line(self, transport: str | None = None) -> Line:
        line = super().line(transport)
        if isinstance(line, Conversation):
            self._conversations.append(line)
        return line

    @property
    def sessions(self) -> int:
        return self.bayeux.engine.session_count

    def publish(self, channel: str, data: object) -> None:
        """Publish an event of the server's own."""
        self.bayeux.driver.publish(channel, data)

    async def until(self, condition: Callable[[], bool], *, within: float = PROMPTLY) -> None:
        """Wait for something that the server keeps to itself, so that one has to keep looking."""
        async with asyncio.timeout(within):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    async def until_held(self, count: int = 1) -> None:
        """Wait until so many connects are held."""
        await self.until(lambda: self.bayeux.engine.held_count == count)

    def begin(self, request: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a request that may take its time. What has not ended ends with the server."""
        task = asyncio.create_task(request)
        self._begun.append(task)
        return task

    async def holding(self, connect: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Send a connect that will be held, and wait until it is. The task has the answer."""
        held = self.bayeux.engine.held_count
        task = self.begin(connect)
        await self.until_held(held + 1)
        return task

    async def give_up_what_was_begun(self) -> None:
        for task in self._begun:
            task.cancel()
        await asyncio.gather(*self._begun, return_exceptions=True)
        for conversation in self._conversations:
            await conversation.leave()


class Serve(Protocol):
    """Starts a server at ``path`` that stops with the test. Options go into BayeuxOptions."""

    async def __call__(
        self,
        path: str = PATH,
        *,
        policy: Policy | None = None,
        services: Mapping[str, Service] | None = None,
        extensions: Sequence[Extension] | None = None,
        authorizers: Mapping[str, Sequence[Authorizer]] | None = None,
        listener: SessionListener | None = None,
        **options: Any,
    ) -> Serving: ...


@asynccontextmanager
async def serving(
    path: str, bayeux: BayeuxServer, transport: str = LONG_POLLING
) -> AsyncIterator[Serving]:
    app = web.Application()
    bayeux.mount(app, path)
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        connector = aiohttp.TCPConnector(limit=0)
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as http:
            server = Serving(http, path, bayeux, runner, transport)
            yield server
            await server.give_up_what_was_begun()
    finally:
        await runner.cleanup()
