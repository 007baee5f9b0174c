"""What is read is what will not be forgotten."""

from aiohttp import web
from aiohttp.typedefs import Middleware

from switchbell.rest.gws.routes import Handler
from switchbell.switchboard import Switchboard

_READS = ("GET", "HEAD")


def once_settled(switchboard: Switchboard) -> Middleware:
    """Have answers to reads wait until what they tell has been kept, which takes as long as an
    operation at most. Raises Unavailable where it has not been."""

    @web.middleware
    async def wait(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if request.method in _READS:
            await switchboard.settled()
        return response

    return wait
