"""Requests for which there is no route: they are answered in JSON, too.

Clients of Web Services take nothing else. It is done by routes, not by a middleware, so that Bayeux
requests do not pay for it: those are on the same application.
"""

from aiohttp import hdrs, web

from switchbell.rest.gws.answers import StatusCode, answer_errors, failure

ANYWHERE = "/{rest:.*}"


def serve_the_rest(app: web.Application) -> None:
    """Answer all for which an application has no route so far; its middlewares come first. Give it
    its other routes before."""
    app.router.add_route(hdrs.METH_ANY, ANYWHERE, _refuse, expect_handler=expect)


async def expect(request: web.Request) -> web.Response | None:
    """What aiohttp does with the header ``Expect`` (RFC 9110, section 10.1.1), refusing in JSON."""
    expectation = request.headers[hdrs.EXPECT]
    if request.version < (1, 1):
        return None
    if expectation.lower() != "100-continue":
        answer = failure(StatusCode.PARAMETER_INVALID, "There is no such expectation.", 417)
        # A body may follow, or not.
        answer.force_close()
        return answer
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.writer.output_size = 0  # the answer itself has not begun
    return None


async def _refuse(request: web.Request) -> web.StreamResponse:
    return await answer_errors(request, _find_nothing)


async def _find_nothing(request: web.Request) -> web.StreamResponse:
    """Raises HTTPMethodNotAllowed where there is something for other methods, and HTTPNotFound."""
    methods: set[str] = set()
    for resource in request.app.router.resources():
        _, allowed = await resource.resolve(request)
        methods |= allowed
    methods.discard(hdrs.METH_ANY)
    if methods:
        raise web.HTTPMethodNotAllowed(request.method, methods)
    raise web.HTTPNotFound
