"""What a request is answered with: the status codes, and how errors become answers."""

import logging
from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import Any

import orjson
from aiohttp import web

from switchbell.rest.body import BodyNotRead, give_up
from switchbell.switchboard import Unavailable
from switchbell.voice import errors as voice

logger = logging.getLogger(__name__)


class StatusCode(IntEnum):
    """Web Services' ``statusCode`` (Return values)."""

    OK = 0
    PARAMETER_MISSING = 1
    PARAMETER_INVALID = 2
    OPERATION_FORBIDDEN = 3
    INTERNAL_ERROR = 4
    NO_PERMISSION = 5
    NOT_FOUND = 6
    PARTLY_DONE = 7
    PASSWORD_CHANGE_DEMANDED = 8
    INCOMPLETE = 9
    OUT_OF_RANGE = 10
    READ_ONLY = 11
    CANNOT_RETRIEVE = 12
    CANNOT_CREATE = 13
    CANNOT_DELETE = 14
    CANNOT_UPDATE = 15
    CANNOT_ASSIGN = 16
    CANNOT_UNASSIGN = 17
    ALREADY_EXISTS = 18
    ALREADY_IN_USE = 19
    NOT_AUTHENTICATED = 20


# Documented are the codes; the HTTP statuses of few of them, the rest are chosen to fit.
HTTP_STATUS = {
    StatusCode.OK: 200,
    StatusCode.PARAMETER_MISSING: 400,
    StatusCode.PARAMETER_INVALID: 400,
    StatusCode.OPERATION_FORBIDDEN: 403,
    StatusCode.INTERNAL_ERROR: 500,
    StatusCode.NO_PERMISSION: 403,
    StatusCode.NOT_FOUND: 404,
    StatusCode.PARTLY_DONE: 200,
    StatusCode.PASSWORD_CHANGE_DEMANDED: 403,
    StatusCode.INCOMPLETE: 500,
    StatusCode.OUT_OF_RANGE: 400,
    StatusCode.READ_ONLY: 400,
    StatusCode.CANNOT_RETRIEVE: 500,
    StatusCode.CANNOT_CREATE: 500,
    StatusCode.CANNOT_DELETE: 500,
    StatusCode.CANNOT_UPDATE: 500,
    StatusCode.CANNOT_ASSIGN: 500,
    StatusCode.CANNOT_UNASSIGN: 500,
    StatusCode.ALREADY_EXISTS: 409,
    StatusCode.ALREADY_IN_USE: 409,
    # Not 401: a browser would ask for a password in a box of its own.
    StatusCode.NOT_AUTHENTICATED: 403,
}

# Refusals of the core. What is not listed is a state that does not allow the operation.
VOICE_STATUS: dict[type[voice.VoiceError], StatusCode] = {
    voice.UnknownCall: StatusCode.NOT_FOUND,
    voice.UnknownDevice: StatusCode.NOT_FOUND,
    voice.InvalidDestination: StatusCode.PARAMETER_INVALID,
    voice.UnknownParticipant: StatusCode.PARAMETER_INVALID,
    voice.InvalidValue: StatusCode.PARAMETER_INVALID,
    voice.AlreadySeized: StatusCode.ALREADY_IN_USE,
}

# Requests that never came as far as an operation, by HTTP status.
HTTP_ERRORS = {
    404: (StatusCode.NOT_FOUND, "There is no such resource."),
    405: (StatusCode.OPERATION_FORBIDDEN, "The resource does not have this method."),
    413: (StatusCode.OUT_OF_RANGE, "The body is too large."),
}

# Seconds after which one who found that nothing can be done may try again.
TRY_AGAIN = 5


class GwsError(Exception):
    """A request that is refused before it reaches the core. The text is for its sender."""

    def __init__(self, status: StatusCode, message: str) -> None:
        super().__init__(message)
        self.status = status


def success(**fields: Any) -> web.Response:
    """``statusCode`` 0 and these fields."""
    return _answer(200, {"statusCode": 0, **fields})


def partly(**fields: Any) -> web.Response:
    """``statusCode`` 7 and these fields, which say what was done and what was not."""
    status = StatusCode.PARTLY_DONE
    return _answer(HTTP_STATUS[status], {"statusCode": status, **fields})


def failure(status: StatusCode, message: str, http_status: int | None = None) -> web.Response:
    body = {"statusCode": status, "statusMessage": message}
    return _answer(http_status or HTTP_STATUS[status], body)


def _answer(http_status: int, body: dict[str, Any]) -> web.Response:
    return web.Response(
        status=http_status,
        body=orjson.dumps(body),
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )


def _refusal(error: GwsError | voice.VoiceError | Unavailable) -> web.Response:
    match error:
        case GwsError():
            return failure(error.status, str(error))
        case Unavailable():
            message = "Nothing can be kept at present, and nothing was changed."
            answer = failure(StatusCode.INTERNAL_ERROR, message, 503)
            answer.headers["Retry-After"] = str(TRY_AGAIN)
            return answer
        case _:
            status = VOICE_STATUS.get(type(error), StatusCode.OPERATION_FORBIDDEN)
            return failure(status, str(error))


@web.middleware
async def answer_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The one place where errors become answers."""
    try:
        return await handler(request)
    except (GwsError, voice.VoiceError, Unavailable) as error:
        return _refusal(error)
    except BodyNotRead as error:
        return give_up(
            request, failure(StatusCode.PARAMETER_INVALID, str(error), error.http_status)
        )
    except web.HTTPException as error:
        status, message = HTTP_ERRORS.get(
            error.status, (StatusCode.PARAMETER_INVALID, "The request is not valid.")
        )
        answer = failure(status, message, error.status)
        if isinstance(error, web.HTTPMethodNotAllowed):
            answer.headers["Allow"] = error.headers["Allow"]
        return answer
    except Exception:
        logger.exception("%s %s failed", request.method, request.rel_url.path)
        return failure(StatusCode.INTERNAL_ERROR, "The server failed to process the request.")
