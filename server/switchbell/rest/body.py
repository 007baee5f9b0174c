"""Reading what a request brings."""

import asyncio

from aiohttp import web

TIMEOUT = 10.0
"""Seconds within which a body must have come."""


class BodyNotRead(Exception):
    """A body that did not come whole. The text is for its sender; ``http_status`` for all."""

    def __init__(self, http_status: int, message: str) -> None:
        super().__init__(message)
        self.http_status = http_status


async def read(request: web.Request) -> bytes:
    """The body. Raises BodyNotRead, and aiohttp's error for one that is too large."""
    size = request.content_length or 0
    if size > request.client_max_size:
        # Whoever announces too much need not send it.
        raise web.HTTPRequestEntityTooLarge(request.client_max_size, size)
    try:
        async with asyncio.timeout(TIMEOUT):
            return await request.read()
    except web.RequestPayloadError:
        raise BodyNotRead(400, "The body is not compressed as it says.") from None
    except TimeoutError:
        raise BodyNotRead(408, "The body did not come in time.") from None


def give_up(request: web.Request, answer: web.Response) -> web.Response:
    """Answer a request whose body was not read to its end; nothing can follow it."""
    # Otherwise aiohttp would read on, and log what it runs into.
    request.content.feed_eof()
    answer.force_close()
    return answer
