"""What a request is answered with: the envelope, and how errors become answers."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import orjson
from aiohttp import web

from switchbell.rest.body import BodyNotRead, give_up
from switchbell.rest.cc_gateway.retcodes import VOICE_CODES, Refused, RetCode
from switchbell.switchboard import Unavailable
from switchbell.voice.errors import VoiceError

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

logger = logging.getLogger(__name__)

TRY_AGAIN = "5"
"""Seconds after which it is worth trying again when nothing can be kept."""

# Requests that never came as far as an operation, by HTTP status.
HTTP_ERRORS = {
    404: (RetCode.PARAMETER_INVALID, "There is no such interface."),
    405: (RetCode.PARAMETER_INVALID, "The interface does not have this method."),
    413: (RetCode.MESSAGE_INVALID, "The body is too large."),
}


class Nothing:
    """The result of those few operations whose answer has none."""


def success(result: Any) -> web.Response:
    """The answer to an operation that was accepted."""
    answer = {} if isinstance(result, Nothing) else {"result": result}
    return _json(200, {"message": "success", "retcode": RetCode.SUCCESS, **answer})


def polled(event: dict[str, Any] | None) -> web.Response:
    """The answer to a poll."""
    return _json(200, {"message": "", "retcode": RetCode.SUCCESS, "event": event})


def failure(code: RetCode, message: str, http_status: int = 200) -> web.Response:
    return _json(http_status, {"message": message, "retcode": code, "result": {}})


def refusal(error: Refused | VoiceError, own: RetCode) -> web.Response:
    """The answer to a refused operation, which has a code of its ``own`` for the wrong state."""
    code = error.code if isinstance(error, Refused) else VOICE_CODES.get(type(error))
    return failure(code or own, str(error))


def _json(http_status: int, body: dict[str, Any]) -> web.Response:
    return web.Response(
        status=http_status,
        body=orjson.dumps(body),
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The one place where errors become answers. Agents' clients look at the ``retcode`` alone."""
    try:
        return await handler(request)
    except (Refused, VoiceError) as error:
        return refusal(error, RetCode.INTERNAL_ERROR)
    except Unavailable:
        answer = failure(RetCode.INTERNAL_ERROR, "Nothing can be kept at present.", 503)
        answer.headers["Retry-After"] = TRY_AGAIN
        return answer
    except BodyNotRead as error:
        return give_up(request, failure(RetCode.MESSAGE_INVALID, str(error), error.http_status))
    except web.HTTPException as error:
        code, message = HTTP_ERRORS.get(
            error.status, (RetCode.PARAMETER_INVALID, "The request is not valid.")
        )
        answer = failure(code, message, error.status)
        if isinstance(error, web.HTTPMethodNotAllowed):
            answer.headers["Allow"] = error.headers["Allow"]
        return answer
    except Exception:
        logger.exception("%s %s failed", request.method, request.rel_url.path)
        return failure(RetCode.INTERNAL_ERROR, "The server failed to process the request.")
