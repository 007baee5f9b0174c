"""CSRF protection: what a client has to bring with requests that change something."""

import time
from collections.abc import AsyncIterator

import pytest

from switchbell.access.options import AccessOptions
from switchbell.config import Config
from tests.centre import Centre, running_centre
from tests.visitors import (
    API,
    NOTIFICATIONS,
    SECRET,
    Answer,
    Headers,
    ask,
    basic,
    bearer,
    cookie_of,
    logged_in,
    routes,
)

CALL = API + "/me/calls/NONE"
ANSWER = {"operationName": "Answer"}


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    access = AccessOptions(csrf_protection=True, token_secret=SECRET)
    async with running_centre(Config(access=access)) as centre:
        yield centre


async def session(centre: Centre, user: str = "agent15000") -> tuple[Headers, Headers]:
    """The cookie of somebody who has logged in, and the header with his token."""
    answer = await ask(centre, headers=basic(user))
    return cookie_of(answer), {answer.headers["X-CSRF-HEADER"]: answer.headers["X-CSRF-TOKEN"]}


async def operate(centre: Centre, headers: Headers) -> Answer:
    return await ask(centre, "POST", CALL, headers, json=ANSWER)


def assert_forged(answer: Answer) -> None:
    assert (answer.status, answer.body) == (
        403,
        {"statusCode": 5, "statusMessage": "Missing or invalid Csrf token"},
    )
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


def assert_passed(answer: Answer) -> None:
    """As far as the call, which does not exist."""
    assert (answer.status, answer.body["statusCode"]) == (404, 6)


async def test_a_token_and_its_cookie_are_enough(centre: Centre) -> None:
    cookie, token = await session(centre)
    assert list(token) == ["X-CSRF-TOKEN"]
    assert_passed(await operate(centre, cookie | token))
    assert_passed(await operate(centre, basic() | cookie | token))


async def test_without_either_nothing_is_changed(centre: Centre) -> None:
    cookie, token = await session(centre)
    _, other = await session(centre)
    for headers in (
        cookie,
        cookie | other,
        cookie | {"X-CSRF-TOKEN": ""},
        cookie | {"X-CSRF-TOKEN": "x" * 40},
        basic(),
        basic() | token,
        basic() | cookie,
    ):
        assert_forged(await operate(centre, headers))


async def test_every_route_that_changes_something_asks_for_it(centre: Centre) -> None:
    cookie, _ = await session(centre)
    changing = [route for route in routes(centre.app) if route[0] not in ("GET", "HEAD")]
    assert changing
    for method, path in [*changing, ("PUT", CALL), ("DELETE", CALL), ("PATCH", CALL)]:
        assert_forged(await ask(centre, method, path, cookie))


async def test_who_is_unknown_is_told_that_first(centre: Centre) -> None:
    answer = await operate(centre, {})
    assert (answer.status, answer.body["statusCode"]) == (403, 20)


async def test_any_get_tells_the_token_which_lives_as_long_as_the_session(centre: Centre) -> None:
    cookie, token = await session(centre)
    for path in (API + "/me", API + "/me/calls", API + "/nowhere"):
        answer = await ask(centre, path=path, headers=cookie)
        assert answer.headers["X-CSRF-HEADER"] == "X-CSRF-TOKEN"
        assert answer.headers["X-CSRF-TOKEN"] == token["X-CSRF-TOKEN"]
    answer = await operate(centre, cookie | token)
    assert "X-CSRF-TOKEN" not in answer.headers


async def test_a_bearer_token_is_nothing_that_a_browser_sends_by_itself(centre: Centre) -> None:
    assert_passed(await operate(centre, bearer(time.time() + 60)))


async def test_bayeux_does_not_ask_but_takes_it(centre: Centre) -> None:
    cookie, token = await session(centre)
    for headers in (cookie, cookie | token, basic()):
        handshake = [{"channel": "/meta/handshake"}]
        answer = await ask(centre, "POST", NOTIFICATIONS, headers, json=handshake)
        assert answer.body[0]["successful"] is True


async def test_it_is_off_unless_it_is_asked_for() -> None:
    async with running_centre() as centre:
        assert "X-CSRF-TOKEN" not in (await ask(centre, headers=basic())).headers
        assert_passed(await operate(centre, await logged_in(centre)))
