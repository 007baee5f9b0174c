"""Clients that say in their handshake who they are, and what they need from then on."""

from http.cookies import SimpleCookie

import aiohttp
import pytest

from tests.centre import Centre, running_centre
from tests.conformance.sockets import Socket
from tests.conformance.wire import Message, promptly
from tests.integration.speaking import (
    ANNA,
    BERTA,
    DENIED,
    PASSWORD,
    UNKNOWN,
    assert_known,
    assert_unknown,
    connect,
    handshake,
    introduce,
    meet,
    post,
    socket,
    ways,
)
from tests.visitors import DESK, NOTIFICATIONS, Clock, ask, basic, cookie_of, logged_in, token


@pytest.fixture
def centre(guarded: Centre) -> Centre:
    return guarded


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


@pytest.mark.parametrize("origin", [None, DESK])
async def test_a_page_goes_on_with_the_cookie_that_its_browser_keeps(
    centre: Centre, origin: str | None
) -> None:
    page = {"Origin": origin or centre.url}
    answer = await ask(centre, "POST", NOTIFICATIONS, page, json=[handshake(PASSWORD)])
    assert answer.headers.get("Access-Control-Allow-Credentials") == (origin and "true")
    [reply] = answer.body
    own = connect(reply["clientId"])
    cookie = cookie_of(answer)
    assert (await post(centre, own, headers=page | cookie))[0]["successful"] is True
    # The same browser shows it, whoever else its user is.
    assert (await post(centre, own, headers=page | cookie | basic(BERTA)))[0]["successful"] is True
    for thief in (page, {}, basic(BERTA), page | basic(BERTA), page | basic(ANNA)):
        assert (await post(centre, own, headers=thief))[0]["error"] == UNKNOWN


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
