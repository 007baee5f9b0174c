"""Puts a Bayeux server into an aiohttp application."""

import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence

from aiohttp import web

from switchbell.bayeux.authorizers import Authorizer
from switchbell.bayeux.engine import Engine
from switchbell.bayeux.extensions.acknowledge import Acknowledge
from switchbell.bayeux.extensions.extension import Extension
from switchbell.bayeux.extensions.timesync import TimeSync
from switchbell.bayeux.listener import SessionListener
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.policy import Policy
from switchbell.bayeux.service import Service
from switchbell.transport.driver import Driver
from switchbell.transport.endpoint import Endpoint
from switchbell.transport.identify import Identification, Identify, anonymous


def usual_extensions() -> list[Extension]:
    """Those that cost nothing until a client asks for them."""
    return [Acknowledge(), TimeSync(time.time)]


class BayeuxServer:
    """A Bayeux server of an aiohttp application: mount it, then publish.

    It lives as long as the application runs: :attr:`driver` exists from start-up on, and what is
    held is answered when the application shuts down. ``identify`` tells the user of a request, or
    ``identification``, which takes its place, that and more; ``extensions`` take the place of the
    usual ones; ``public_url`` is what browsers reach the server by, and so the origin of its own
    pages (without it that is what requests say in ``Host``). For the rest see Engine.
    """

    def __init__(
        self,
        options: BayeuxOptions | None = None,
        policy: Policy | None = None,
        *,
        identify: Identify = anonymous,
        identification: Identification | None = None,
        services: Mapping[str, Service] | None = None,
        authorizers: Mapping[str, Sequence[Authorizer]] | None = None,
        extensions: Sequence[Extension] | None = None,
        listener: SessionListener | None = None,
        public_url: str | None = None,
    ) -> None:
        self.engine = Engine(
            options,
            policy,
            new_client_id=lambda: secrets.token_hex(20),
            services=services,
            authorizers=authorizers,
            extensions=usual_extensions() if extensions is None else extensions,
            listener=listener,
        )
        self._driver: Driver | None = None
        self._endpoint = Endpoint(
            self.engine.options,
            self.engine.policy,
            lambda: self.driver,
            identification or Identification(identify),
            public_url,
        )

    @property
    def driver(self) -> Driver:
        """What carries out publications. Raises RuntimeError before the application has started."""
        if self._driver is None:
            raise RuntimeError("The Bayeux server runs once its application has started.")
        return self._driver

    def mount(self, app: web.Application, path: str) -> None:
        """Serve Bayeux at ``path`` and all paths below it, where clients append what they ask."""
        path = path.rstrip("/")
        if path:
            app.router.add_route("*", path, self._endpoint.handle)
        app.router.add_route("*", path + "/{rest:.*}", self._endpoint.handle)
        app.cleanup_ctx.append(self._run)
        app.on_shutdown.append(self._release)

    async def _run(self, app: web.Application) -> AsyncIterator[None]:
        self._driver = Driver(self.engine)
        yield

    async def _release(self, app: web.Application) -> None:
        # Otherwise shutting down waits for polls that wait for events.
        self.driver.stop()
