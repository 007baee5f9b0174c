"""A Bayeux server on a port of its own, which can be stopped and started anew."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from switchbell.bayeux.extensions.replay import Replay
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.retention import Retention
from switchbell.bayeux.service import Service
from switchbell.transport.mount import BayeuxServer, usual_extensions

HOST = "127.0.0.1"
PATH = "/events"

SHUTDOWN = 0.5

PATIENCE = 10.0
"""Seconds. Far longer than anything here takes on a busy machine."""


@web.middleware
async def without_upgrades(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """What a gateway does that knows HTTP and nothing else."""
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return web.Response(status=403, text="No WebSocket passes here.")
    return await handler(request)


class Server:
    """A Bayeux server in the event loop of the test.

    Each start is a new server, which knows nothing of the sessions of the one before, at the same
    address; what ``retention`` keeps outlives it. Without ``acknowledges`` it has none of the usual
    extensions. Options go into BayeuxOptions.
    """

    def __init__(
        self,
        *,
        services: Mapping[str, Service] | None = None,
        retention: Retention | None = None,
        acknowledges: bool = True,
        **options: Any,
    ) -> None:
        self._options = BayeuxOptions(**options)
        self._services = services
        self._retention = retention
        self._acknowledges = acknowledges
        self.port = 0

    async def start(self, *, upgrades: bool = True) -> None:
        extensions = usual_extensions() if self._acknowledges else []
        if self._retention is not None:
            extensions.append(Replay(self._retention))
        self.bayeux = BayeuxServer(self._options, services=self._services, extensions=extensions)
        app = web.Application(middlewares=[] if upgrades else [without_upgrades])
        self.bayeux.mount(app, PATH)
        self._runner = web.AppRunner(
            app,
            handler_cancellation=True,
            access_log=None,
            # aiohttp waits that long for a connection on which nothing has come yet.
            shutdown_timeout=SHUTDOWN,
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port, backlog=1024).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop. Clients that wait are answered, and so cannot keep the server from stopping."""
        async with asyncio.timeout(PATIENCE):
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        return url_at(self.port)

    @property
    def sessions(self) -> int:
        return self.bayeux.engine.session_count

    async def until_held(self) -> None:
        """Wait until a connect is held. The server does not say so: one has to keep looking."""
        async with asyncio.timeout(PATIENCE):
            while self.bayeux.engine.held_count == 0:  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    def publish(self, channel: str, data: object) -> None:
        """Publish an event of the server's own."""
        self.bayeux.driver.publish(channel, data)

    async def publish_numbers(self, numbers: range) -> None:
        """Publish each on /numbers, leaving others the time to do something in between."""
        for number in numbers:
            self.publish("/numbers", number)
            await asyncio.sleep(0)


def url_at(port: int) -> str:
    """Where clients find the server that is behind this port."""
    return f"http://{HOST}:{port}{PATH}"
