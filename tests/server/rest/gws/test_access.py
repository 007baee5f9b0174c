"""Nothing of Web Services is done for anybody who may not have it, on any of its routes."""

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from switchbell.access.authenticator import Authenticator
from switchbell.access.door import Door
from switchbell.access.errors import TooBusy
from switchbell.access.options import AccessOptions
from switchbell.access.origins import AllowedOrigins
from switchbell.access.passwords import WHEN_BUSY, Passwords
from switchbell.config import Config
from switchbell.rest.gws.access import GwsAccess
from switchbell.rest.gws.answers import success
from tests.centre import Centre, running_centre
from tests.server.access.accounts import user
from tests.visitors import (
    API,
    DENIED,
    DESK,
    Clock,
    Headers,
    ask,
    basic,
    bearer,
    cookie_of,
    logged_in,
    routes,
)

EVIL = "https://evil.example"


@pytest.fixture
def centre(guarded: Centre) -> Centre:
    return guarded


async def assert_denied_everywhere(centre: Centre, headers: Headers) -> None:
    """No route lets a request with these headers pass, nor does a path that is none."""
    found = [*routes(centre.app), ("GET", API + "/nowhere"), ("PUT", API + "/me")]
    assert len(found) > 10
    for method, path in found:
        answer = await ask(centre, method, path, headers)
        assert answer.status == 403, (method, path)
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        # A browser must not ask for a password by itself.
        assert "WWW-Authenticate" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        if method != "HEAD":
            assert (answer.status, answer.body) == DENIED, (method, path)


async def test_nobody(centre: Centre) -> None:
    await assert_denied_everywhere(centre, {})


async def test_a_wrong_password(centre: Centre) -> None:
    await assert_denied_everywhere(centre, basic(password="wrong"))
    await assert_denied_everywhere(centre, basic("nobody"))


async def test_a_cookie_that_was_never_given(centre: Centre) -> None:
    await assert_denied_everywhere(centre, {"Cookie": "JSESSIONID=" + "0" * 40})


async def test_a_cookie_that_has_expired(centre: Centre, clock: Clock) -> None:
    cookie = await logged_in(centre)
    clock.ahead += 1799
    assert (await ask(centre, headers=cookie)).status == 200
    clock.ahead += 1801
    await assert_denied_everywhere(centre, cookie)


async def test_a_token_that_is_wrong_or_has_expired(centre: Centre, clock: Clock) -> None:
    fresh = bearer(clock() + 60)
    assert (await ask(centre, headers=fresh)).status == 200
    await assert_denied_everywhere(centre, {"Authorization": fresh["Authorization"][:-1]})
    await assert_denied_everywhere(centre, bearer(clock() + 60, "stranger"))
    clock.ahead += 61
    await assert_denied_everywhere(centre, fresh)


@pytest.mark.parametrize("origin", [EVIL, "null", "http://desk.example", DESK + ".evil.example"])
async def test_a_page_of_a_foreign_origin(centre: Centre, origin: str) -> None:
    cookie = await logged_in(centre)
    for credentials in ({}, cookie, basic()):
        for method, path in routes(centre.app):
            answer = await ask(centre, method, path, {"Origin": origin, **credentials})
            assert answer.status == 403, (method, path)
            assert answer.headers["Vary"] == "Origin"
            assert not [name for name in answer.headers if name.startswith("Access-Control")]
            if method != "HEAD":
                assert answer.body == {
                    "statusCode": 5,
                    "statusMessage": "Pages of this origin may not use the server.",
                }


async def test_pages_of_the_server_itself_and_of_a_configured_origin(centre: Centre) -> None:
    for origin in (DESK, centre.url):
        for method, path in routes(centre.app):
            answer = await ask(centre, method, path, {"Origin": origin, **basic()})
            assert answer.status != 403, (method, path)


async def test_what_the_host_is_said_to_be_does_not_matter(centre: Centre) -> None:
    """A page whose name leads to this server since it was loaded (DNS rebinding) is foreign."""
    port = centre.url.rpartition(":")[2]
    for method, path in routes(centre.app):
        rebound = {"Host": f"evil.example:{port}", "Origin": f"http://evil.example:{port}"}
        answer = await ask(centre, method, path, {**rebound, **basic()})
        assert answer.status == 403, (method, path)
        own = {"Host": "other.example", "Origin": f"http://localhost:{port}"}
        answer = await ask(centre, method, path, {**own, **basic()})
        assert answer.status != 403, (method, path)


async def test_the_own_origin_is_that_of_the_public_url() -> None:
    async with running_centre(public_url="https://centre.example/gws") as centre:
        for origin, status in [("https://centre.example", 200), (centre.url, 403)]:
            answer = await ask(centre, headers={"Origin": origin, **basic()})
            assert answer.status == status


async def test_basic_gives_a_cookie_which_is_then_enough(centre: Centre) -> None:
    answer = await ask(centre, headers=basic())
    [line] = answer.headers.getall("Set-Cookie")
    assert set(line.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=Lax"}
    cookie = cookie_of(answer)
    for headers in (cookie, cookie | basic()):
        answer = await ask(centre, headers=headers)
        assert answer.body["user"]["userName"] == "agent15000"
        assert "Set-Cookie" not in answer.headers


async def test_the_cookie_is_secure_where_the_public_url_is() -> None:
    async with running_centre(public_url="https://centre.example") as centre:
        answer = await ask(centre, headers=basic())
        assert "Secure" in answer.headers["Set-Cookie"].split("; ")


async def test_a_request_that_fails_gives_a_cookie_as_well(centre: Centre) -> None:
    answer = await ask(centre, path=API + "/nowhere", headers=basic())
    assert (answer.status, answer.body["statusCode"]) == (404, 6)
    assert (await ask(centre, headers=cookie_of(answer))).status == 200


async def test_a_token_gives_no_cookie(centre: Centre, clock: Clock) -> None:
    answer = await ask(centre, headers=bearer(clock() + 60))
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers


async def test_credentials_of_another_replace_the_session(centre: Centre) -> None:
    anna = await logged_in(centre)
    answer = await ask(centre, headers=anna | basic("agent15001"))
    assert answer.body["user"]["userName"] == "agent15001"
    berta = cookie_of(answer)
    assert (await ask(centre, headers=berta)).body["user"]["userName"] == "agent15001"
    assert (await ask(centre, headers=anna)).body["user"]["userName"] == "agent15000"


async def test_an_id_that_the_client_made_up_is_not_taken(centre: Centre) -> None:
    made_up = {"Cookie": "JSESSIONID=" + "a" * 40}
    answer = await ask(centre, headers=made_up | basic())
    assert cookie_of(answer) != made_up
    assert (await ask(centre, headers=made_up)).status == 403


async def test_clients_without_cookies_leave_a_bounded_number_of_sessions(clock: Clock) -> None:
    config = Config(access=AccessOptions(max_sessions_per_user=2))
    async with running_centre(config, clock=clock) as centre:
        desk = await logged_in(centre)
        assert (await ask(centre, headers=desk)).status == 200
        others = [await logged_in(centre) for _ in range(5)]
        assert (await ask(centre, headers=desk)).status == 200
        alive = [(await ask(centre, headers=cookie)).status for cookie in others]
        assert alive == [403] * 4 + [200]


async def test_guessing_is_slowed_down_and_looks_like_any_other_refusal(
    centre: Centre, clock: Clock
) -> None:
    cookie = await logged_in(centre)
    for guess in range(3):
        answer = await ask(centre, headers=basic("agent15001", str(guess)))
        assert (answer.status, answer.body) == DENIED
        assert "Retry-After" not in answer.headers
    answer = await ask(centre, headers=basic("agent15001"))
    assert (answer.status, answer.body) == DENIED
    assert answer.headers["Retry-After"] == "1"
    # Those who are in stay in, and others come in.
    assert (await ask(centre, headers=cookie)).status == 200
    assert (await ask(centre, headers=basic())).status == 200
    assert (await ask(centre, headers=basic("agent15002"))).status == 200
    clock.ahead += 1
    assert (await ask(centre, headers=basic("agent15001"))).status == 200


async def test_a_server_with_too_many_passwords_to_check_says_so(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def are_right(*arguments: object, **options: object) -> bool:
        raise TooBusy(WHEN_BUSY)

    monkeypatch.setattr(Passwords, "are_right", are_right)
    answer = await ask(centre, headers=basic())
    assert (answer.status, answer.body["statusCode"]) == (503, 4)
    assert answer.headers["Retry-After"] == "5"


async def test_the_session_of_a_request_can_be_ended(clock: Clock) -> None:
    """As EndContactCenterSession has to do."""
    users, options = [user("anna", "secret")], AccessOptions()
    authenticator = Authenticator(users, options)
    door = Door(authenticator, options, secure=False, clock=clock)
    access = GwsAccess(door, users, AllowedOrigins([]), csrf_protection=True)

    async def leave(request: web.Request) -> web.Response:
        access.invalidate(request)
        return success()

    app = web.Application(middlewares=access.middlewares())
    app.router.add_get("/leave", leave)
    async with TestClient(TestServer(app), cookie_jar=aiohttp.DummyCookieJar()) as client:
        session, other = (authenticator.sessions.begin("anna", clock()) for _ in range(2))
        async with client.get("/leave", headers={"Cookie": f"JSESSIONID={session.id}"}) as answer:
            assert await answer.json() == {"statusCode": 0}
            assert "Max-Age=0" in answer.headers["Set-Cookie"].split("; ")
            assert "X-CSRF-TOKEN" not in answer.headers
        assert (session.ended, other.ended) == (True, False)
        async with client.get("/leave", headers={"Cookie": f"JSESSIONID={session.id}"}) as answer:
            assert answer.status == 403
        # One who begins a session with the request that ends it has none.
        async with client.get("/leave", headers=basic("anna", "secret")) as answer:
            assert "Max-Age=0" in answer.headers["Set-Cookie"].split("; ")
        assert len(authenticator.sessions) == 1
    authenticator.close()


async def test_answers_to_a_preflight(centre: Centre) -> None:
    for method, path in routes(centre.app):
        headers = {"Origin": DESK, "Access-Control-Request-Method": method}
        answer = await ask(centre, "OPTIONS", path, headers)
        assert (answer.status, answer.body) == (204, "")
        assert answer.headers["Access-Control-Allow-Origin"] == DESK
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, POST, PUT, DELETE"
        assert answer.headers["Vary"] == "Origin"
        allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
        assert {"content-type", "authorization", "x-csrf-token", "contactcenterid"} <= {*allowed}
        refused = await ask(centre, "OPTIONS", path, headers | {"Origin": EVIL})
        assert (refused.status, refused.body) == (204, "")
        assert not [name for name in refused.headers if name.startswith("Access-Control")]


async def test_what_is_no_preflight_is_nothing_special(centre: Centre) -> None:
    answer = await ask(centre, "OPTIONS", headers={"Origin": DESK})
    assert (answer.status, answer.body) == DENIED


async def test_pages_of_a_configured_origin_may_read_all_answers(centre: Centre) -> None:
    page = {"Origin": DESK}
    for headers, status in [(page, 403), (page | basic(), 200)]:
        answer = await ask(centre, headers=headers)
        assert answer.status == status
        assert answer.headers["Access-Control-Allow-Origin"] == DESK
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert exposed == ["X-CSRF-HEADER", "X-CSRF-TOKEN"]
        assert answer.headers["Vary"] == "Origin"


async def test_without_configured_origins_answers_do_not_depend_on_them() -> None:
    async with running_centre() as centre:
        answer = await ask(centre, headers=basic() | {"Origin": centre.url})
        assert answer.status == 200
        assert "Vary" not in answer.headers
        assert (await ask(centre, headers=basic() | {"Origin": DESK})).status == 403
