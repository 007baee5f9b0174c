"""What every test of this folder starts with."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Protocol

import pytest_asyncio

from switchbell.bayeux.service import Service
from tests.interop.javascript import JavaScriptClient, require_clients
from tests.interop.proxy import Proxy
from tests.interop.serving import Server


class Serve(Protocol):
    """Starts a server that stops with the test. Options go into BayeuxOptions."""

    async def __call__(
        self,
        *,
        upgrades: bool = True,
        services: Mapping[str, Service] | None = None,
        **options: Any,
    ) -> Server: ...


class PutProxyBefore(Protocol):
    """Starts a proxy that stops with the test."""

    async def __call__(self, server: Server) -> Proxy: ...


class Start(Protocol):
    """Starts a client program, ``cometd`` or ``faye``, that ends with the test at the latest.

    ``configuration`` is for CometD, as are ``extensions``.
    """

    async def __call__(
        self,
        library: str,
        url: str,
        *transports: str,
        extensions: Sequence[str] = (),
        configuration: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> JavaScriptClient: ...


@pytest_asyncio.fixture
async def serve() -> AsyncIterator[Serve]:
    async with AsyncExitStack() as cleanup:

        async def start_server(
            *,
            upgrades: bool = True,
            services: Mapping[str, Service] | None = None,
            **options: Any,
        ) -> Server:
            server = Server(services=services, **options)
            await server.start(upgrades=upgrades)
            cleanup.push_async_callback(server.stop)
            return server

        yield start_server


@pytest_asyncio.fixture
async def put_proxy_before(serve: Serve) -> AsyncIterator[PutProxyBefore]:
    async with AsyncExitStack() as cleanup:

        async def start_proxy(server: Server) -> Proxy:
            proxy = Proxy(server.port)
            await proxy.start()
            cleanup.push_async_callback(proxy.stop)
            return proxy

        yield start_proxy


@pytest_asyncio.fixture
async def start(put_proxy_before: PutProxyBefore) -> AsyncIterator[Start]:
    require_clients()
    async with AsyncExitStack() as cleanup:

        async def start_program(
            library: str,
            url: str,
            *transports: str,
            extensions: Sequence[str] = (),
            configuration: Mapping[str, Any] | None = None,
            **options: Any,
        ) -> JavaScriptClient:
            client = await JavaScriptClient.start(
                f"{library}_client.mjs",
                {
                    "url": url,
                    "transports": transports,
                    "extensions": extensions,
                    # Both try again soon what failed, to save the tests' time.
                    "configuration": {"backoffIncrement": 50, **(configuration or {})},
                    "retry": 0.1,
                    **options,
                },
            )
            cleanup.push_async_callback(client.kill)
            return client

        yield start_program
