"""From requests to facts, and from sessions to cookies."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from switchbell.access.authenticator import Authenticator
from switchbell.access.door import Door
from switchbell.access.identity import Identity
from switchbell.access.options import AccessOptions
from tests.server.access.accounts import user


@pytest.fixture
async def authenticator() -> AsyncIterator[Authenticator]:
    authenticator = Authenticator([user("anna", "secret")], AccessOptions())
    yield authenticator
    authenticator.close()


def door(authenticator: Authenticator, *, secure: bool = False, **options: Any) -> Door:
    return Door(authenticator, AccessOptions(**options), secure=secure, clock=lambda: 0.0)


def cookie(door: Door, authenticator: Authenticator) -> set[str]:
    """What a client is told of its cookie but for the value."""
    response = web.Response()
    door.give_cookie(response, authenticator.sessions.begin("anna", 0.0))
    value, *attributes = response.headers["Set-Cookie"].split("; ")
    assert value.startswith("JSESSIONID=")
    assert len(value) == len("JSESSIONID=") + 40
    return set(attributes)


async def test_the_cookie_is_kept_from_scripts_and_other_sites(
    authenticator: Authenticator,
) -> None:
    plain = {"Path=/", "HttpOnly", "SameSite=Lax"}
    assert cookie(door(authenticator), authenticator) == plain
    assert cookie(door(authenticator, secure=True), authenticator) == plain | {"Secure"}
    never = door(authenticator, secure=True, cookie_secure=False)
    assert cookie(never, authenticator) == plain
    across = door(authenticator, secure=True, cookie_same_site="None")
    assert cookie(across, authenticator) == {"Path=/", "HttpOnly", "SameSite=None", "Secure"}


async def test_the_cookie_of_a_session_that_has_ended_is_taken_back(
    authenticator: Authenticator,
) -> None:
    response, out = web.Response(), door(authenticator)
    session = authenticator.sessions.begin("anna", 0.0)
    out.log_out(session)
    out.give_cookie(response, session)
    value, *attributes = response.headers["Set-Cookie"].split("; ")
    assert value in ("JSESSIONID=", 'JSESSIONID=""')
    assert "Max-Age=0" in attributes


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, [], "127.0.0.1"),
        (0, ["10.0.0.1"], "127.0.0.1"),
        (1, [], "127.0.0.1"),
        (1, ["10.0.0.1"], "10.0.0.1"),
        (1, ["6.6.6.6, 10.0.0.1"], "10.0.0.1"),
        (1, ["6.6.6.6", "10.0.0.1"], "10.0.0.1"),
        (1, ["6.6.6.6,"], "127.0.0.1"),
        (1, ["10.0.0.1:5678"], "10.0.0.1"),
        (1, ["2001:db8::1"], "2001:db8::1"),
        (1, ["[2001:db8::1]:5678"], "2001:db8::1"),
        (2, ["6.6.6.6, 10.0.0.1, 10.0.0.2"], "10.0.0.1"),
        (2, ["10.0.0.2"], "127.0.0.1"),
    ],
)
async def test_an_address_is_what_the_operators_proxies_say(
    authenticator: Authenticator, proxies: int, forwarded: list[str], expected: str
) -> None:
    class Asked(Authenticator):
        async def identify(self, *arguments: Any, address: str, now: float) -> Identity:
            asked.append(address)
            return Identity()

    asked: list[str] = []
    authenticator.__class__ = Asked
    headers = [("X-Forwarded-For", value) for value in forwarded]
    request = make_mocked_request("GET", "/", headers=headers)  # type: ignore[arg-type]  # pairs
    await door(authenticator, proxies=proxies).identify(request.clone(remote="127.0.0.1"))
    assert asked == [expected]


async def test_a_csrf_token_is_that_of_its_session(authenticator: Authenticator) -> None:
    session, other = (authenticator.sessions.begin("anna", 0.0) for _ in range(2))
    out = door(authenticator)
    assert out.has_token(session, session.csrf_token)
    for token in (other.csrf_token, "", None, session.csrf_token[:-1], "ü", "\udcff", session.id):
        assert not out.has_token(session, token)
    assert not out.has_token(None, session.csrf_token)


async def test_who_is_known_for_how_long(authenticator: Authenticator) -> None:
    out, session = door(authenticator), authenticator.sessions.begin("anna", 0.0)
    identity = Identity(user="anna", session=session)
    assert out.seconds_left(identity) == float("inf")
    assert out.seconds_left(Identity(user="anna", until=7.0)) == 7.0
    out.log_out(session)
    assert out.seconds_left(identity) == 0
