"""Who sends a request."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

Identify: TypeAlias = Callable[[web.Request], Awaitable[str | None]]
"""Says which user sends a request, or opens a WebSocket by it; None for one who does not say, or
not rightly."""


async def anonymous(request: web.Request) -> None:
    """For applications whose Bayeux server does not care who connects."""
