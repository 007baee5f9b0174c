"""HTTP answers that Bayeux endpoints share."""

import asyncio

from aiohttp import StreamReader, web

NOT_CACHEABLE = {"Cache-Control": "no-store"}

BODY_TIMEOUT = 10.0
"""Seconds within which the body of a request must have come."""


class BodyRefused(Exception):
    """The body of a request cannot be had; ``response`` says why."""

    def __init__(self, response: web.Response) -> None:
        super().__init__(response.text)
        self.response = response


async def read_body(request: web.Request, max_size: int) -> bytes:
    """The body of a request, of at most ``max_size`` bytes. Raises BodyRefused."""
    if (request.content_length or 0) > max_size:
        raise _too_large()
    try:
        # Most bodies have come with their head, and there is nothing to wait for.
        content = request.content
        body = content.read_nowait() if content.is_eof() else await _read(content, max_size)
    except web.RequestPayloadError:  # badly compressed
        raise BodyRefused(_give_up(request, 400, "The body cannot be read.")) from None
    except TimeoutError:
        raise BodyRefused(_give_up(request, 408, "The body did not come in time.")) from None
    if len(body) > max_size:
        raise _too_large()
    return body


async def _read(content: StreamReader, max_size: int) -> bytes:
    body = bytearray()
    async with asyncio.timeout(BODY_TIMEOUT):
        async for chunk in content.iter_any():
            body += chunk
            if len(body) > max_size:
                break
    return bytes(body)


def _too_large() -> BodyRefused:
    # aiohttp reads what is left of it, for a while: a client that is still sending would not see
    # the answer otherwise.
    return BodyRefused(refuse(413, "The body is too large."))


def refuse(status: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    """Plain text: clients take any JSON on this URL for Bayeux messages."""
    return web.Response(status=status, text=text, headers=NOT_CACHEABLE | (headers or {}))


def _give_up(request: web.Request, status: int, text: str) -> web.Response:
    """Refuse a request whose body was not read to its end; nothing can follow it."""
    # Otherwise aiohttp would read on, and log what it runs into.
    request.content.feed_eof()
    response = refuse(status, text)
    response.force_close()
    return response
