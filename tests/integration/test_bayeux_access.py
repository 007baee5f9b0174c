"""Who may hear an agent's notifications: by every way to say who one is, over both transports."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from typing import Any, NamedTuple

import aiohttp
import pytest

from switchbell.access.errors import TooBusy
from switchbell.access.options import AccessOptions
from switchbell.access.passwords import WHEN_BUSY, Passwords
from switchbell.bayeux.options import BayeuxOptions
from switchbell.config import Config
from switchbell.transport import websocket
from tests.centre import Centre, running_centre
from tests.conformance.sockets import Socket
from tests.conformance.wire import Message, promptly
from tests.visitors import (
    API,
    NOTIFICATIONS,
    SECRET,
    Headers,
    ask,
    basic,
    bearer,
    cookie_of,
    logged_in,
    token,
)

ANNA, BERTA = "agent15000", "agent15001"
DESK = "https://desk.example"
UNKNOWN = "402::session_unknown"
DENIED = "403::handshake_denied"


class Introduced(NamedTuple):
    client_id: str
    cookie: Headers


PASSWORD = {"user": ANNA, "password": "switchbell"}


class Clock:
    """The time of day, and what has passed beyond that."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def serving(clock: Clock, **access: Any) -> AsyncIterator[Centre]:
    config = Config(
        access=AccessOptions(token_secret=SECRET, **access),
        bayeux=BayeuxOptions(allowed_origins=(DESK,)),
    )
    async with running_centre(config, clock=clock) as centre:
        yield centre


@pytest.fixture
async def centre(clock: Clock) -> AsyncIterator[Centre]:
    async with serving(clock) as centre:
        yield centre


async def post(
    centre: Centre, *messages: Message, headers: Mapping[str, str] | None = None
) -> list[Message]:
    """Messages over HTTP, and the answer."""
    answer = await promptly(ask(centre, "POST", NOTIFICATIONS, headers, json=messages))
    assert answer.status == 200
    replies: list[Message] = answer.body
    return replies


@asynccontextmanager
async def socket(centre: Centre, headers: Mapping[str, str] | None = None) -> AsyncIterator[Socket]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        connection = await promptly(http.ws_connect(centre.url + NOTIFICATIONS, headers=headers))
        async with Socket(connection) as opened:
            yield opened


async def refused_socket(centre: Centre, headers: Mapping[str, str] | None = None) -> int:
    """The HTTP status with which a socket is refused."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        async with socket(centre, headers):
            pass
    return refusal.value.status


def handshake(authentication: object = None) -> Message:
    ext = {} if authentication is None else {"ext": {"authentication": authentication}}
    return {"channel": "/meta/handshake", "version": "1.0", **ext}


def connect(client_id: str) -> Message:
    return {"channel": "/meta/connect", "clientId": client_id, "advice": {"timeout": 0}}


async def meet(
    centre: Centre, headers: Headers | None = None, authentication: object = None
) -> str:
    """A session over HTTP. Returns its id."""
    [reply] = await post(centre, handshake(authentication), headers=headers)
    assert reply["successful"] is True, reply
    client_id: str = reply["clientId"]
    return client_id


async def assert_unknown(centre: Centre, client_id: str, headers: Headers | None = None) -> None:
    """Whoever sends this can do nothing at all with the session, over either transport."""
    own = {"clientId": client_id}
    messages = [
        connect(client_id),
        {"channel": "/meta/subscribe", "subscription": "/v2/me/calls", **own},
        {"channel": "/meta/unsubscribe", "subscription": "/v2/me/calls", **own},
        {"channel": "/service/any", "data": 1, **own},
        {"channel": "/meta/disconnect", **own},
    ]
    for message in messages:
        [reply] = await post(centre, message, headers=headers)
        assert reply["error"] == UNKNOWN, message
    async with socket(centre, headers) as opened:
        for message in messages:
            [reply] = await opened.ask([message])
            assert reply["error"] == UNKNOWN, message


async def assert_known(centre: Centre, client_id: str, headers: Headers | None = None) -> None:
    [reply] = await post(centre, connect(client_id), headers=headers)
    assert reply["successful"] is True, reply
    async with socket(centre, headers) as opened:
        [reply] = await opened.ask([connect(client_id)])
        assert reply["successful"] is True, reply


async def ways(centre: Centre, clock: Clock, user: str) -> list[Headers]:
    """All headers by which a user can say with each request who he is."""
    return [basic(user), await logged_in(centre, user), bearer(clock() + 60, user)]


async def test_each_way_makes_a_session_that_any_of_the_users_ways_can_use(
    centre: Centre, clock: Clock
) -> None:
    own = await ways(centre, clock, ANNA)
    for maker in own:
        client_id = await meet(centre, maker)
        for user in own:
            await assert_known(centre, client_id, user)
        async with socket(centre, maker) as opened:
            [reply] = await opened.ask([handshake()])
            assert reply["successful"] is True
            await assert_known(centre, reply["clientId"], maker)


async def test_a_stolen_client_id_is_worth_nothing_to_others(centre: Centre, clock: Clock) -> None:
    """For one that belongs to who only said in its handshake who he is, see below."""
    others = await ways(centre, clock, BERTA)
    for maker in await ways(centre, clock, ANNA):
        client_id = await meet(centre, maker)
        for thief in [*others, {}]:
            await assert_unknown(centre, client_id, thief)
        # Nor can one say in the same breath that one is somebody else.
        [denied, reply] = await post(
            centre, handshake(PASSWORD | {"password": "x"}), connect(client_id), headers=maker
        )
        assert (denied["error"], reply["successful"]) == (DENIED, False)
        await assert_known(centre, client_id, maker)


async def introduce(centre: Centre, who: Message, headers: Headers | None = None) -> Introduced:
    """A session over HTTP of a client that says in its handshake who it is."""
    answer = await ask(centre, "POST", NOTIFICATIONS, headers, json=[handshake(who)])
    [reply] = answer.body
    assert reply["successful"] is True, reply
    assert "authentication" not in str(reply)
    return Introduced(reply["clientId"], cookie_of(answer))


def says(clock: Clock, how: str) -> Message:
    return PASSWORD if how == "password" else {"token": token(clock() + 60)}


introduced_by = pytest.mark.parametrize("how", ["password", "token"])


@introduced_by
async def test_a_client_that_said_who_it_is_goes_on_with_the_cookie_that_it_got(
    centre: Centre, clock: Clock, how: str
) -> None:
    client_id, cookie = await introduce(centre, says(clock, how))
    assert list(SimpleCookie(cookie["Cookie"])) == ["BAYEUX_BROWSER"]
    await assert_known(centre, client_id, cookie)
    # Whatever else comes along.
    await assert_known(centre, client_id, {"Cookie": f"a=b; {cookie['Cookie']}"} | basic(BERTA))


@introduced_by
async def test_or_says_it_again_with_every_message(centre: Centre, clock: Clock, how: str) -> None:
    who = says(clock, how)
    client_id, _ = await introduce(centre, who)
    again = connect(client_id) | {"ext": {"authentication": who}}
    for _ in range(2):
        [reply] = await post(centre, again)
        assert reply["successful"] is True
    async with socket(centre) as opened:
        [reply] = await opened.ask([again])
        assert reply["successful"] is True
        # The socket is the session's from then on.
        [reply] = await opened.ask([connect(client_id)])
        assert reply["successful"] is True
    for wrong in (PASSWORD | {"password": "x"}, {"user": BERTA, "password": "switchbell"}):
        message = connect(client_id) | {"ext": {"authentication": wrong}}
        assert (await post(centre, message))[0]["error"] == UNKNOWN


@introduced_by
async def test_or_by_any_other_way_of_the_same_user(centre: Centre, clock: Clock, how: str) -> None:
    client_id, _ = await introduce(centre, says(clock, how))
    for own in await ways(centre, clock, ANNA):
        await assert_known(centre, client_id, own)


@introduced_by
async def test_its_client_id_alone_is_worth_nothing(centre: Centre, clock: Clock, how: str) -> None:
    who = says(clock, how)
    client_id, cookie = await introduce(centre, who)
    _, foreign = await introduce(centre, {"user": BERTA, "password": "switchbell"})
    made_up = {"Cookie": "BAYEUX_BROWSER=" + "0" * 40}
    for thief in [{}, foreign, made_up, *await ways(centre, clock, BERTA)]:
        await assert_unknown(centre, client_id, thief)
    await assert_known(centre, client_id, cookie)


@introduced_by
async def test_a_socket_on_which_it_was_said_needs_nothing_else(
    centre: Centre, clock: Clock, how: str
) -> None:
    who = says(clock, how)
    async with socket(centre) as opened:
        [reply] = await opened.ask([handshake(who)])
        client_id = reply["clientId"]
        for _ in range(2):
            [reply] = await opened.ask([connect(client_id)])
            assert reply["successful"] is True
        # The stranger's socket of somebody else brings nothing.
        await assert_unknown(centre, client_id)
        await assert_unknown(centre, client_id, basic(BERTA))
        [reply] = await opened.ask([connect(client_id)])
        assert reply["successful"] is True


async def test_one_that_has_lost_its_socket_opens_another_with_the_cookie_of_the_first(
    centre: Centre,
) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        client_id = ""
        for _ in range(2):
            connection = await promptly(http.ws_connect(centre.url + NOTIFICATIONS))
            async with Socket(connection) as opened:
                if not client_id:
                    [reply] = await opened.ask([handshake(PASSWORD)])
                    client_id = reply["clientId"]
                [reply] = await opened.ask([connect(client_id)])
                assert reply["successful"] is True


async def test_the_cookie_that_tells_it_is_secure_where_the_public_url_is() -> None:
    async with running_centre(public_url="https://centre.example") as centre:
        answer = await ask(centre, "POST", NOTIFICATIONS, json=[handshake(PASSWORD)])
        [line] = answer.headers.getall("Set-Cookie")
        assert {"Secure", "HttpOnly"} <= set(line.split("; "))


async def test_such_a_session_hears_what_its_user_is_told(centre: Centre) -> None:
    anna, berta = centre.desk(ANNA), centre.desk(BERTA)
    client_id, cookie = await introduce(centre, PASSWORD)
    own = {"clientId": client_id}
    async with socket(centre, cookie) as opened:
        await opened.ask([connect(client_id)])
        await opened.ask([{"channel": "/meta/subscribe", "subscription": "/**", **own}])
        await berta.dial("15002")
        await anna.dial("15003")
        [event] = await opened.frame()
        assert event["data"]["phoneNumber"] == "15000"


@pytest.mark.parametrize(
    "said",
    [
        {"user": ANNA, "password": "wrong"},
        {"user": "nobody", "password": "switchbell"},
        {"user": ANNA},
        {"user": ANNA, "credentials": "switchbell"},
        {"token": "nonsense"},
        {"token": 7},
        {},
        [],
        "switchbell",
        True,
    ],
    ids=repr,
)
async def test_one_that_says_it_wrongly_is_denied(centre: Centre, said: object) -> None:
    refusal = {
        "channel": "/meta/handshake",
        "successful": False,
        "error": DENIED,
        "advice": {"reconnect": "none"},
    }
    assert await post(centre, handshake(said)) == [refusal]
    async with socket(centre) as opened:
        assert await opened.ask([handshake(said)]) == [refusal]


async def test_what_a_handshake_says_counts_more_than_what_comes_along(centre: Centre) -> None:
    berta = await logged_in(centre, BERTA)
    [reply] = await post(centre, handshake(PASSWORD | {"password": "wrong"}), headers=berta)
    assert reply["error"] == DENIED
    client_id, cookie = await introduce(centre, PASSWORD, berta)
    anna, own = centre.desk(ANNA), {"clientId": client_id}
    await assert_unknown(centre, client_id, berta)
    both = {"Cookie": f"{berta['Cookie']}; {cookie['Cookie']}"}
    await post(centre, {"channel": "/meta/subscribe", "subscription": "/**", **own}, headers=both)
    await anna.dial("15003")
    event, _ = await post(centre, connect(client_id), headers=both)
    assert event["data"]["phoneNumber"] == "15000"


async def test_one_that_says_what_the_request_says_needs_the_request_from_then_on(
    centre: Centre,
) -> None:
    client_id = await meet(centre, await logged_in(centre), PASSWORD)
    await assert_unknown(centre, client_id)


async def test_what_is_not_understood_is_ignored(centre: Centre) -> None:
    await meet(centre, basic(), {"user": "x", "credentials": "y"})


async def test_a_socket_is_nobodys_when_what_it_was_opened_by_has_ended(
    centre: Centre, clock: Clock
) -> None:
    async with socket(centre, bearer(clock() + 60)) as opened:
        [reply] = await opened.ask([handshake()])
        client_id = reply["clientId"]
        assert (await opened.ask([connect(client_id)]))[0]["successful"] is True
        clock.ahead += 61
        [reply] = await opened.ask([connect(client_id)])
        assert reply["error"] == UNKNOWN
        assert (await opened.ask([handshake()]))[0]["error"] == DENIED


async def test_an_expired_cookie_is_nobodys(centre: Centre, clock: Clock) -> None:
    cookie = await logged_in(centre)
    client_id = await meet(centre, cookie)
    clock.ahead += 1801
    await assert_unknown(centre, client_id, cookie)
    [reply] = await post(centre, handshake(), headers=cookie)
    assert reply["error"] == DENIED


END = {"operationName": "EndContactCenterSession"}


async def test_what_is_held_of_an_http_session_ends_with_it(centre: Centre) -> None:
    """The timeout is 30 s."""
    cookie, other = await logged_in(centre), await logged_in(centre)
    client_id, neighbour = await meet(centre, cookie), await meet(centre, other)
    await assert_known(centre, client_id, cookie)
    await assert_known(centre, neighbour, other)
    poll = {"channel": "/meta/connect", "clientId": client_id}
    held = asyncio.create_task(post(centre, poll, headers=cookie))
    async with socket(centre, cookie) as opened:
        [reply] = await opened.ask([handshake()])
        await opened.ask([connect(reply["clientId"])])
        await opened.send([{"channel": "/meta/connect", "clientId": reply["clientId"]}])
        assert (await ask(centre, "POST", API + "/me", cookie, json=END)).status == 200
        [reply] = await promptly(held)
        assert reply["successful"] is True
        assert (await post(centre, poll, headers=cookie))[0]["error"] == UNKNOWN
        assert (await opened.frame())[0]["channel"] == "/meta/connect"
        assert await opened.close_code() == 1001
    # Whoever has another session of the same user goes on.
    await assert_known(centre, neighbour, other)


async def test_a_poll_is_held_as_long_as_its_token_is_good(centre: Centre, clock: Clock) -> None:
    short = bearer(int(clock()) + 2)
    client_id = await meet(centre, short)
    await post(centre, connect(client_id), headers=short)
    poll = {"channel": "/meta/connect", "clientId": client_id}
    [reply] = await post(centre, poll, headers=short)
    assert reply["successful"] is True
    assert (await post(centre, poll, headers=short))[0]["error"] == UNKNOWN
    # One with another token takes up the session.
    await assert_known(centre, client_id, bearer(clock() + 60))


async def test_an_open_socket_counts_as_use_of_the_session(centre: Centre, clock: Clock) -> None:
    cookie = await logged_in(centre)
    async with socket(centre, cookie) as opened:
        [reply] = await opened.ask([handshake()])
        clock.ahead += 5000
        assert (await ask(centre, headers=cookie)).status == 200
        clock.ahead += 5000
        [reply] = await opened.ask([connect(reply["clientId"])])
        assert reply["successful"] is True


async def test_a_handshake_by_basic_gives_the_cookie_as_rest_does(centre: Centre) -> None:
    answer = await ask(centre, "POST", NOTIFICATIONS, basic(), json=[handshake()])
    cookie = cookie_of(answer)
    assert (await ask(centre, headers=cookie)).status == 200
    again = await ask(centre, "POST", NOTIFICATIONS, basic() | cookie, json=[handshake()])
    assert "JSESSIONID" not in str(again.headers.getall("Set-Cookie", []))
    denied = await ask(centre, "POST", NOTIFICATIONS, basic("x"), json=[handshake()])
    assert "JSESSIONID" not in str(denied.headers.getall("Set-Cookie", []))
    poll = await ask(
        centre, "POST", NOTIFICATIONS, basic(), json=[connect(answer.body[0]["clientId"])]
    )
    assert "Set-Cookie" not in poll.headers


@pytest.mark.parametrize("origin", [None, DESK])
async def test_a_page_with_the_cookie_has_sockets_and_one_without_does_not(
    centre: Centre, clock: Clock, origin: str | None
) -> None:
    page = {"Origin": origin or centre.url}
    cookie = await logged_in(centre)
    for headers, offered in [
        (cookie, ["websocket", "long-polling"]),
        (cookie | basic(), ["websocket", "long-polling"]),
        (basic(), ["long-polling"]),
        (bearer(clock() + 60), ["long-polling"]),
        (await logged_in(centre, BERTA) | basic(), ["long-polling"]),
    ]:
        [reply] = await post(centre, handshake(), headers=page | headers)
        assert reply["supportedConnectionTypes"] == offered, headers
    [reply] = await post(centre, handshake(PASSWORD), headers=page)
    assert reply["supportedConnectionTypes"] == ["long-polling"]
    async with socket(centre, page | cookie) as opened:
        assert (await opened.ask([handshake()]))[0]["successful"] is True
    assert await refused_socket(centre, page) == 403
    assert await refused_socket(centre, page | {"Cookie": "JSESSIONID=nonsense"}) == 403


async def test_not_even_the_cookie_helps_a_page_of_a_foreign_origin(centre: Centre) -> None:
    headers = {"Origin": "https://evil.example"} | await logged_in(centre)
    assert await refused_socket(centre, headers) == 403
    answer = await ask(centre, "POST", NOTIFICATIONS, headers, json=[handshake()])
    assert answer.status == 403


async def test_a_page_is_not_the_servers_own_because_the_host_says_so(centre: Centre) -> None:
    port = centre.url.rpartition(":")[2]
    rebound = {"Host": f"evil.example:{port}", "Origin": f"http://evil.example:{port}"}
    headers = rebound | await logged_in(centre)
    assert await refused_socket(centre, headers) == 403
    answer = await ask(centre, "POST", NOTIFICATIONS, headers, json=[handshake()])
    assert answer.status == 403
    own = headers | {"Origin": f"http://localhost:{port}"}
    async with socket(centre, own) as opened:
        assert (await opened.ask([handshake()]))[0]["successful"] is True


async def test_pages_can_be_let_in_to_say_it_over_a_socket(clock: Clock) -> None:
    async with serving(clock, sockets_of_strangers="all") as centre:
        page = {"Origin": DESK}
        async with socket(centre, page) as opened:
            [reply] = await opened.ask([handshake(PASSWORD)])
            assert reply["successful"] is True
            # It is for the same browser only, which got no cookie here to show that it is.
            await assert_unknown(centre, reply["clientId"])
        [reply] = await post(centre, handshake(PASSWORD), headers=page)
        assert reply["supportedConnectionTypes"] == ["websocket", "long-polling"]


async def test_strangers_can_be_kept_out_altogether(clock: Clock) -> None:
    async with serving(clock, sockets_of_strangers="none") as centre:
        assert await refused_socket(centre) == 403
        assert await refused_socket(centre, basic(password="wrong")) == 403
        async with socket(centre, basic()) as opened:
            assert (await opened.ask([handshake()]))[0]["successful"] is True


async def test_strangers_do_not_take_the_place_of_others(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "MOST_STRANGERS", 1)
    async with socket(centre) as stranger:
        assert await refused_socket(centre) == 503
        async with socket(centre, basic()):
            pass
        # One who has said who he is is none any more.
        assert (await stranger.ask([handshake(PASSWORD)]))[0]["successful"] is True
        async with socket(centre):
            pass


async def test_guessing_is_slowed_down_in_handshakes_too(clock: Clock) -> None:
    async with serving(clock, max_wrong_passwords=3) as centre:
        known = await meet(centre, basic())
        for guess in ("1", "2"):
            [reply] = await post(centre, handshake({"user": ANNA, "password": guess}))
            assert reply["error"] == DENIED
        async with socket(centre) as opened:
            [reply] = await opened.ask([handshake({"user": ANNA, "password": "3"})])
            assert reply["error"] == DENIED
        assert "Retry-After" in (await ask(centre, headers=basic(password="4"))).headers
        # What was right before goes on, and so do others.
        await assert_known(centre, known, basic())
        berta = {"user": BERTA, "password": "switchbell"}
        assert (await post(centre, handshake(berta)))[0]["successful"] is True


async def test_a_right_password_that_is_new_waits_as_well(clock: Clock) -> None:
    async with serving(clock, max_wrong_passwords=3) as centre:
        for guess in ("1", "2", "3"):
            await post(centre, handshake({"user": ANNA, "password": guess}))
        assert (await post(centre, handshake(PASSWORD)))[0]["error"] == DENIED
        clock.ahead += 1
        assert (await post(centre, handshake(PASSWORD)))[0]["successful"] is True


async def test_a_server_with_too_many_passwords_to_check_says_so(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def are_right(*arguments: object, **options: object) -> bool:
        raise TooBusy(WHEN_BUSY)

    monkeypatch.setattr(Passwords, "are_right", are_right)
    for headers, message in [(basic(), handshake()), ({}, handshake(PASSWORD))]:
        answer = await ask(centre, "POST", NOTIFICATIONS, headers, json=[message])
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert await refused_socket(centre, basic()) == 503
    async with socket(centre) as opened:
        await opened.send([handshake(PASSWORD)])
        assert await opened.close_code() == 1013


async def test_no_secret_is_logged(centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    await meet(centre, authentication=PASSWORD)
    await post(centre, handshake({"token": "t0ken"}))
    await post(centre, handshake({"user": ANNA, "password": "passw0rd"}))
    await ask(centre, headers=basic(password="passw0rd"))
    for secret in ("switchbell'", "t0ken", "passw0rd"):
        assert secret not in caplog.text
