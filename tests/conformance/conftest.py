"""What every test of this folder starts with."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from switchbell.bayeux.authorizers import Authorizer
from switchbell.bayeux.extensions.extension import Extension
from switchbell.bayeux.listener import SessionListener
from switchbell.bayeux.options import BayeuxOptions
from switchbell.bayeux.policy import Policy
from switchbell.bayeux.service import Service
from switchbell.transport.mount import BayeuxServer
from tests.conformance.serving import PATH, Serve, Serving, serving
from tests.conformance.wire import LONG_POLLING


@pytest.fixture
def transport() -> str:
    """What a test's messages go over: HTTP, unless it is marked as one for others."""
    return LONG_POLLING


@pytest_asyncio.fixture
async def serve(transport: str) -> AsyncIterator[Serve]:
    async with AsyncExitStack() as servers:

        async def start(
            path: str = PATH,
            *,
            policy: Policy | None = None,
            services: Mapping[str, Service] | None = None,
            extensions: Sequence[Extension] | None = None,
            authorizers: Mapping[str, Sequence[Authorizer]] | None = None,
            listener: SessionListener | None = None,
            **options: Any,
        ) -> Serving:
            bayeux = BayeuxServer(
                BayeuxOptions(**options),
                policy,
                services=services,
                extensions=extensions,
                authorizers=authorizers,
                listener=listener,
            )
            return await servers.enter_async_context(serving(path, bayeux, transport))

        yield start


@pytest_asyncio.fixture
async def server(serve: Serve) -> Serving:
    """A server with the options it has by default."""
    return await serve()
