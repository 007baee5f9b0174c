"""Browsers are told from programs, and known again by their cookie."""

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from switchbell.bayeux.options import BayeuxOptions
from switchbell.transport.browsers import Browsers, is_page, new_identity


def request(**headers: str) -> web.Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return make_mocked_request("POST", "/bayeux", headers=named)


def cookie(options: BayeuxOptions, scheme: str = "http") -> set[str]:
    """What a browser is told of its cookie, name and value first."""
    response = web.Response()
    asked = request().clone(scheme=scheme)
    Browsers(options).remember(asked, response, "abc")
    return {said.strip() for said in response.headers["Set-Cookie"].split(";")}


@pytest.mark.parametrize("identity", ["a", "A" * 64, "0123456789abcdefXYZ", new_identity()])
def test_a_browser_is_known_by_its_cookie(identity: str) -> None:
    browsers = Browsers(BayeuxOptions())
    assert browsers.identity(request(Cookie=f"x=y; BAYEUX_BROWSER={identity}")) == identity


@pytest.mark.parametrize(
    "cookie",
    ["", "other=abc", "BAYEUX_BROWSER=", "BAYEUX_BROWSER=a-b", f"BAYEUX_BROWSER={'a' * 65}"],
)
def test_what_no_server_gives_out_identifies_nobody(cookie: str) -> None:
    assert Browsers(BayeuxOptions()).identity(request(Cookie=cookie)) is None


def test_the_cookie_can_have_another_name() -> None:
    browsers = Browsers(BayeuxOptions(browser_cookie_name="BELLS"))
    assert browsers.identity(request(Cookie="BELLS=abc; BAYEUX_BROWSER=def")) == "abc"


@pytest.mark.parametrize(
    ("headers", "is_browser"),
    [
        ({}, False),
        ({"Sec_Fetch_Mode": "cors"}, False),
        ({"Cookie": "BAYEUX_BROWSER=abc"}, False),
        ({"Origin": "null"}, True),
        ({"Sec_Fetch_Site": "same-origin"}, True),
    ],
)
def test_a_browser_says_where_a_request_comes_from(
    headers: dict[str, str], is_browser: bool
) -> None:
    assert is_page(request(**headers)) is is_browser


def test_the_cookie_is_kept_from_scripts_and_until_the_browser_closes() -> None:
    assert cookie(BayeuxOptions()) == {"BAYEUX_BROWSER=abc", "Path=/", "HttpOnly"}


def test_the_cookie_says_what_is_configured() -> None:
    options = BayeuxOptions(
        browser_cookie_name="BELLS",
        browser_cookie_domain="bells.example",
        browser_cookie_path="/bayeux",
        browser_cookie_max_age=60,
        browser_cookie_secure=True,
        browser_cookie_http_only=False,
        browser_cookie_same_site="Strict",
        browser_cookie_partitioned=True,
    )
    assert cookie(options) == {
        "BELLS=abc",
        "Domain=bells.example",
        "Path=/bayeux",
        "Max-Age=60",
        "Secure",
        "SameSite=Strict",
        "Partitioned",
    }


def test_a_cookie_of_no_age_is_over_at_once() -> None:
    assert "Max-Age=0" in cookie(BayeuxOptions(browser_cookie_max_age=0))


@pytest.mark.parametrize(
    ("configured", "scheme", "secure"),
    [
        (None, "http", False),
        (None, "https", True),
        (False, "https", False),
        (True, "http", True),
    ],
)
def test_the_cookie_is_secure_where_the_connection_is_unless_configured(
    configured: bool | None, scheme: str, secure: bool
) -> None:
    options = BayeuxOptions(browser_cookie_secure=configured)
    assert ("Secure" in cookie(options, scheme)) is secure


def test_identities_are_long_and_never_the_same() -> None:
    identities = {new_identity() for _ in range(1_000)}
    assert len(identities) == 1_000
    assert {len(identity) for identity in identities} == {40}
