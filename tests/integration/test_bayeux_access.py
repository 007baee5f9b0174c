"""Who may hear an agent's notifications: by every way to say who one is, over both transports."""

import asyncio

import pytest

from switchbell.access.errors import TooBusy
from switchbell.access.passwords import WHEN_BUSY, Passwords
from switchbell.transport import websocket
from tests.centre import Centre
from tests.conformance.wire import promptly
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
    meet,
    post,
    refused_socket,
    socket,
    ways,
)
from tests.visitors import (
    API,
    DESK,
    NOTIFICATIONS,
    Clock,
    ask,
    basic,
    bearer,
    cookie_of,
    guarded_centre,
    logged_in,
)


@pytest.fixture
def centre(guarded: Centre) -> Centre:
    return guarded


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
    async with guarded_centre(clock, sockets_of_strangers="all") as centre:
        page = {"Origin": DESK}
        async with socket(centre, page) as opened:
            [reply] = await opened.ask([handshake(PASSWORD)])
            assert reply["successful"] is True
            # It is for the same browser only, which got no cookie here to show that it is.
            await assert_unknown(centre, reply["clientId"])
        [reply] = await post(centre, handshake(PASSWORD), headers=page)
        assert reply["supportedConnectionTypes"] == ["websocket", "long-polling"]


async def test_strangers_can_be_kept_out_altogether(clock: Clock) -> None:
    async with guarded_centre(clock, sockets_of_strangers="none") as centre:
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
    async with guarded_centre(clock, max_wrong_passwords=3) as centre:
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
    async with guarded_centre(clock, max_wrong_passwords=3) as centre:
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
