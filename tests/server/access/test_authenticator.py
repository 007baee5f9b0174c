"""All ways to say who one is, and which of them counts."""

import base64
from collections.abc import AsyncIterator

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from switchbell.access.authenticator import Authenticator
from switchbell.access.identity import NOBODY, Identity
from switchbell.access.options import AccessOptions
from tests.server.access.accounts import user

SECRET = "a secret of thirty-two bytes, or more"
HERE = "10.0.0.1"
NOW = 1_700_000_000.0


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def token(name: str, expiry: float = NOW + 60) -> str:
    claims = {"sub": name, "exp": expiry}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


@pytest.fixture
async def authenticator() -> AsyncIterator[Authenticator]:
    options = AccessOptions(token_secret=SECRET, max_wrong_passwords=3, session_idle_limit=100)
    authenticator = Authenticator([user("anna", "secret"), user("berta", "other")], options)
    yield authenticator
    authenticator.close()


async def identify(
    authenticator: Authenticator,
    authorization: str | None = None,
    cookie: str | None = None,
    *,
    now: float = NOW,
) -> Identity:
    return await authenticator.identify(authorization, cookie, address=HERE, now=now)


async def test_basic_names_a_user_who_may_log_in(authenticator: Authenticator) -> None:
    for scheme in ("Basic", "bAsIc"):
        identity = await identify(authenticator, basic("anna:secret").replace("Basic", scheme))
        assert (identity.user, identity.may_log_in, identity.by_cookie) == ("anna", True, False)


async def test_a_token_names_a_user_who_needs_no_session(authenticator: Authenticator) -> None:
    for scheme in ("Bearer ", "BEARER   "):
        identity = await identify(authenticator, scheme + token("anna"))
        assert (identity.user, identity.may_log_in, identity.may_be_forged) == (
            "anna",
            False,
            False,
        )
    assert await identify(authenticator, "Bearer " + token("stranger")) == NOBODY


async def test_a_cookie_names_the_user_of_its_session(authenticator: Authenticator) -> None:
    session = authenticator.sessions.begin("anna", NOW)
    identity = await identify(authenticator, cookie=session.id)
    assert (identity.user, identity.session, identity.by_cookie) == ("anna", session, True)
    assert await identify(authenticator, cookie="nonsense") == NOBODY
    assert await identify(authenticator, cookie=session.id, now=NOW + 100) == NOBODY


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic !!!",
        "Bearer",
        "Bearer nonsense",
        "Digest username=anna",
        basic("anna"),
        basic("anna:wrong"),
        basic("nobody:secret"),
        basic("anna:secret").replace("Basic", "Bearer"),
        "Basic " + token("anna"),
        "Bearer " + token("anna", NOW),
    ],
    ids=range(12),
)
async def test_a_header_that_is_wrong_names_nobody_whatever_the_cookie(
    authenticator: Authenticator, authorization: str
) -> None:
    session = authenticator.sessions.begin("anna", NOW)
    assert await identify(authenticator, authorization) == NOBODY
    assert await identify(authenticator, authorization, session.id) == NOBODY


async def test_nothing_at_all_names_nobody(authenticator: Authenticator) -> None:
    assert await identify(authenticator) == NOBODY


async def test_with_both_the_session_goes_on(authenticator: Authenticator) -> None:
    session = authenticator.sessions.begin("anna", NOW)
    identity = await identify(authenticator, basic("anna:secret"), session.id)
    assert (identity.user, identity.session, identity.by_cookie) == ("anna", session, True)


async def test_a_header_counts_more_than_the_cookie_of_another(
    authenticator: Authenticator,
) -> None:
    session = authenticator.sessions.begin("anna", NOW)
    identity = await identify(authenticator, basic("berta:other"), session.id)
    assert (identity.user, identity.session, identity.by_cookie) == ("berta", None, False)


async def test_too_many_wrong_passwords_say_how_long_to_wait(
    authenticator: Authenticator,
) -> None:
    for guess in range(3):
        assert await identify(authenticator, basic(f"anna:{guess}")) == NOBODY
    identity = await identify(authenticator, basic("anna:secret"))
    assert (identity.user, identity.retry_after) == (None, 1)
    session = authenticator.sessions.begin("anna", NOW)
    assert (await identify(authenticator, cookie=session.id)).user == "anna"
    assert (await identify(authenticator, basic("anna:secret"), now=NOW + 1)).user == "anna"


async def test_a_handshake_says_it_by_password_or_token(authenticator: Authenticator) -> None:
    for said, expected in [
        ({"user": "anna", "password": "secret"}, "anna"),
        ({"token": token("berta")}, "berta"),
        ({"user": "anna", "password": "wrong"}, None),
        ({"token": token("anna", NOW)}, None),
        ({"token": token("stranger")}, None),
    ]:
        identity = await authenticator.authenticate(said, address=HERE, now=NOW)
        assert identity is not None
        assert identity.user == expected
    for unknown in ({}, {"user": "anna", "credentials": "secret"}, {"token": 7}, {"user": "anna"}):
        assert await authenticator.authenticate(unknown, address=HERE, now=NOW) is None


async def test_without_a_key_no_token_is_taken() -> None:
    authenticator = Authenticator([user("anna", "secret")], AccessOptions())
    assert await identify(authenticator, "Bearer " + token("anna")) == NOBODY
    authenticator.close()
