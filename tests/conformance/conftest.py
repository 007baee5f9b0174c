"""What every test of this folder starts with."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest_asyncio

from switchbell.bayeux.policy import Policy
from switchbell.bayeux.service import Service
from tests.conformance.serving import PATH, Serve, Serving, serving


@pytest_asyncio.fixture
async def serve() -> AsyncIterator[Serve]:
    async with AsyncExitStack() as servers:

        async def start(
            path: str = PATH,
            *,
            policy: Policy | None = None,
            services: Mapping[str, Service] | None = None,
            max_body: int = 1024 * 1024,
            **options: Any,
        ) -> Serving:
            server = serving(path, policy, services, max_body, options)
            return await servers.enter_async_context(server)

        yield start


@pytest_asyncio.fixture
async def server(serve: Serve) -> Serving:
    """A server with the options it has by default."""
    return await serve()
