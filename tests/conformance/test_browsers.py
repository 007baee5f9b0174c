"""R101 to R103: browsers are known by their cookies, and have few connections."""

import pytest

from switchbell.bayeux.options import BayeuxOptions
from switchbell.transport.mount import BayeuxServer
from tests.conformance.raw_socket import RawSocket
from tests.conformance.serving import PATH, Serve, Serving, serving
from tests.conformance.speaker import Client, Message, data, promptly
from tests.conformance.visitors import Visitor, by_name, page, user

UNKNOWN: Message = {
    "channel": "/meta/connect",
    "successful": False,
    "error": "402::session_unknown",
    "advice": {"reconnect": "handshake", "interval": 0},
}


async def poll_as(server: Serving, headers: dict[str, str], client: Client) -> list[Message]:
    """The answer to a connect of a session, with these headers."""
    return await Client(Visitor(server, headers), client.id).poll()


@pytest.mark.parametrize(
    "sign", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://desk.example"}], ids=repr
)
async def test_r101_a_browser_has_to_bring_its_cookie(serve: Serve, sign: dict[str, str]) -> None:
    server = await serve(allowed_origins=("http://desk.example",))
    browser = {**sign, "Cookie": "BAYEUX_BROWSER=one"}
    client = await Visitor(server, browser).open("/a")
    server.publish("/a", 1)
    assert await poll_as(server, sign, client) == [UNKNOWN]
    assert await poll_as(server, sign | {"Cookie": "BAYEUX_BROWSER=two"}, client) == [UNKNOWN]
    assert data(await poll_as(server, browser, client)) == [1]


async def test_r101_the_cookie_is_the_one_that_the_handshake_set(server: Serving) -> None:
    fresh = Visitor(server, page())
    handshake = {"channel": "/meta/handshake", "version": "1.0"}
    answer = await promptly(fresh.post([handshake]))
    client = Client(fresh, answer.messages[0]["clientId"])
    assert await client.poll() == [UNKNOWN]
    [cookie] = answer.headers.getall("Set-Cookie")
    browser = {"Sec-Fetch-Site": "same-origin", "Cookie": cookie.partition(";")[0]}
    [reply] = await poll_as(server, browser, client)
    assert reply["successful"] is True


async def test_r101_no_kind_of_message_does_without(server: Serving) -> None:
    client = await Visitor(server, page("one")).open("/a")
    stranger = Client(Visitor(server, page("two")), client.id)
    for message in (
        {"channel": "/meta/subscribe", "subscription": "/b"},
        {"channel": "/meta/unsubscribe", "subscription": "/a"},
        {"channel": "/a", "data": 1},
        {"channel": "/service/a", "data": 1},
        {"channel": "/meta/disconnect"},
    ):
        [reply] = await stranger.say(message)
        assert reply["error"] == "402::session_unknown", message
    server.publish("/b", "not subscribed")
    server.publish("/a", "still subscribed")
    assert data(await poll_as(server, page("one"), client)) == ["still subscribed"]


async def test_r101_programs_need_no_cookie(server: Serving) -> None:
    client = await server.open("/a")
    server.publish("/a", 1)
    assert data(await client.poll()) == [1]
    server.publish("/a", 2)
    # Whatever cookie they bring: it may be that of another server on this host.
    assert data(await poll_as(server, {"Cookie": "BAYEUX_BROWSER=any"}, client)) == [2]


async def test_r101_a_session_made_by_a_browser_needs_its_cookie_even_from_a_program(
    server: Serving,
) -> None:
    client = await Visitor(server, page("one")).open("/a")
    assert await poll_as(server, {}, client) == [UNKNOWN]
    assert await poll_as(server, {"Cookie": "BAYEUX_BROWSER=two"}, client) == [UNKNOWN]
    [reply] = await poll_as(server, {"Cookie": "BAYEUX_BROWSER=one"}, client)
    assert reply["successful"] is True


@pytest.mark.parametrize("cookie", ["one", None])
async def test_r101_a_session_made_by_a_program_is_none_of_a_browsers(
    server: Serving, cookie: str | None
) -> None:
    client = await server.open("/a")
    assert await poll_as(server, page(cookie), client) == [UNKNOWN]


async def test_r101_the_server_can_be_told_to_trust_the_client_id(serve: Serve) -> None:
    server = await serve(trust_client_session=True)
    client = await Visitor(server, page("one")).open("/a")
    for number, headers in enumerate((page("two"), page(), {})):
        server.publish("/a", number)
        assert data(await poll_as(server, headers, client)) == [number]


async def test_r101_a_socket_of_another_browser_gets_no_session(server: Serving) -> None:
    client = await Visitor(server, page("one")).open("/a")
    connect = {"channel": "/meta/connect", "connectionType": "websocket", "clientId": client.id}
    for headers in (page("two"), page(), {}):
        async with RawSocket(server, headers) as socket:
            assert await socket.say(connect) == [UNKNOWN]
    async with RawSocket(server, page("one")) as socket:
        [reply] = await socket.say({**connect, "advice": {"timeout": 0}})
        assert reply["successful"] is True


async def test_r101_another_user_gets_no_session() -> None:
    async with serving(PATH, BayeuxServer(identify=by_name)) as server:
        client = await Visitor(server, user("ann")).open("/a")
        server.publish("/a", 1)
        assert await poll_as(server, user("bob"), client) == [UNKNOWN]
        assert await poll_as(server, {}, client) == [UNKNOWN]
        assert data(await poll_as(server, user("ann"), client)) == [1]


async def test_r101_not_even_in_a_browser_and_with_a_client_id_that_are_trusted() -> None:
    from_page = page("one")
    bayeux = BayeuxServer(BayeuxOptions(trust_client_session=True), identify=by_name)
    async with serving(PATH, bayeux) as server:
        client = await Visitor(server, from_page | user("ann")).open()
        assert await poll_as(server, from_page | user("bob"), client) == [UNKNOWN]


async def test_r102_a_payload_speaks_for_one_session(server: Serving) -> None:
    mine, other = await server.open("/a"), await server.open("/a")
    replies = await server.say(
        {"channel": "/b", "data": 1, "clientId": mine.id},
        {"channel": "/a", "data": "stolen", "clientId": other.id},
        {"channel": "/meta/unsubscribe", "subscription": "/a", "clientId": other.id},
        {"channel": "/meta/disconnect", "clientId": other.id},
        {"channel": "/b", "data": 2, "clientId": mine.id},
    )
    assert [reply["successful"] for reply in replies] == [True, False, False, False, True]
    assert {reply.get("error") for reply in replies[1:4]} == {"402::session_unknown"}
    server.publish("/a", "ours")
    assert data(await other.poll()) == ["ours"]
    assert data(await mine.poll()) == ["ours"]


async def test_r102_not_for_another_one_of_the_same_browser_either(server: Serving) -> None:
    browser = Visitor(server, page("one"))
    mine, other = await browser.open(), await browser.open("/a")
    replies = await browser.say(
        {"channel": "/b", "data": 1, "clientId": mine.id},
        {"channel": "/a", "data": 2, "clientId": other.id},
    )
    assert [reply["successful"] for reply in replies] == [True, False]
    assert data(await other.poll()) == []


async def test_r103_a_further_tab_is_not_held_but_told_when_to_return(server: Serving) -> None:
    browser = Visitor(server, page("one"))
    first, second = await browser.open("/a"), await browser.open("/a")
    await server.holding(first.hold())
    [reply] = await second.connect()
    assert reply == {
        "channel": "/meta/connect",
        "successful": True,
        "advice": {
            "multiple-clients": True,
            "reconnect": "retry",
            "interval": 2000,
            "timeout": 30_000,
        },
    }
    server.publish("/a", 1)
    assert data(await second.connect()) == [1]


async def test_r103_how_many_and_how_long_are_options(serve: Serve) -> None:
    server = await serve(max_sessions_per_browser=2, multi_session_interval=77)
    browser = Visitor(server, page("one"))
    tabs = [await browser.open() for _ in range(3)]
    await server.holding(tabs[0].hold())
    await server.holding(tabs[1].hold())
    [reply] = await tabs[2].connect()
    assert reply["advice"]["multiple-clients"] is True
    assert reply["advice"]["interval"] == 77


async def test_r103_none_may_be_held_at_all(serve: Serve) -> None:
    server = await serve(max_sessions_per_browser=0)
    [reply] = await (await Visitor(server, page("one")).open()).connect()
    assert reply["advice"]["multiple-clients"] is True


@pytest.mark.parametrize("interval", [0, -1])
async def test_r103_without_an_interval_it_is_told_to_stop(serve: Serve, interval: int) -> None:
    server = await serve(multi_session_interval=interval)
    browser = Visitor(server, page("one"))
    first, second = await browser.open(), await browser.open()
    await server.holding(first.hold())
    [reply] = await second.connect()
    assert reply["advice"]["multiple-clients"] is True
    assert reply["advice"]["reconnect"] == "none"
    assert reply["successful"] is False
    assert "error" in reply


async def test_r103_there_may_be_no_limit(serve: Serve) -> None:
    server = await serve(max_sessions_per_browser=-1)
    browser = Visitor(server, page("one"))
    for _ in range(5):
        await server.holding((await browser.open()).hold())


async def test_r103_a_waiting_tab_is_advised_anew_when_it_is_alone(server: Serving) -> None:
    browser = Visitor(server, page("one"))
    first, second = await browser.open("/a"), await browser.open()
    held = await server.holding(first.hold())
    await second.connect()
    server.publish("/a", 1)
    await promptly(held)
    held = await server.holding(second.hold())
    server.bayeux.driver.push(second.id, "/service/a", 2)
    _, reply = await promptly(held)
    assert reply["advice"] == {"reconnect": "retry", "interval": 0, "timeout": 30_000}


async def test_r103_a_connect_may_take_the_place_of_the_sessions_own(server: Serving) -> None:
    client = await Visitor(server, page("one")).open("/a")
    older = await server.holding(client.post({"channel": "/meta/connect"}))
    newer = server.begin(client.hold())
    assert (await promptly(older)).status == 500
    await server.until_held(1)
    server.publish("/a", 1)
    assert data(await promptly(newer)) == [1]


async def test_r103_the_place_is_free_after_an_event(server: Serving) -> None:
    browser = Visitor(server, page("one"))
    first, second = await browser.open("/a"), await browser.open()
    held = await server.holding(first.hold())
    server.publish("/a", 1)
    await promptly(held)
    await server.holding(second.hold())


async def test_r103_and_after_the_timeout(serve: Serve) -> None:
    server = await serve(timeout=50)
    browser = Visitor(server, page("one"))
    first, second = await browser.open(), await browser.open()
    for client in (first, second, first):
        [reply] = await promptly(await server.holding(client.hold()))
        assert "advice" not in reply


async def test_r103_and_when_the_connection_is_lost(server: Serving) -> None:
    browser = Visitor(server, page("one"))
    first, second = await browser.open(), await browser.open()
    held = await server.holding(first.hold())
    held.cancel()
    await server.until_held(0)
    await server.holding(second.hold())


async def test_r103_and_when_the_session_ends(server: Serving) -> None:
    browser = Visitor(server, page("one"))
    first, second = await browser.open(), await browser.open()
    held = await server.holding(first.hold())
    await first.disconnect()
    await promptly(held)
    await server.holding(second.hold())


async def test_r103_other_browsers_have_places_of_their_own(server: Serving) -> None:
    for name in ("one", "two", "three"):
        await server.holding((await Visitor(server, page(name)).open()).hold())


async def test_r103_programs_may_share_a_cookie(server: Serving) -> None:
    jar = Visitor(server, {"Cookie": "BAYEUX_BROWSER=one"})
    for _ in range(3):
        await server.holding((await jar.open()).hold())


async def test_r103_sockets_take_no_place(server: Serving) -> None:
    connect = {"channel": "/meta/connect", "connectionType": "websocket"}
    async with RawSocket(server, page("one")) as one, RawSocket(server, page("one")) as two:
        for socket in (one, two):
            own = {"clientId": await socket.handshake()}
            await socket.say({**connect, **own})
            await socket.send({**connect, **own})
        await server.until_held(2)
        client = await Visitor(server, page("one")).open()
        await server.holding(client.hold())
        # Nor do they need one.
        own = {"clientId": await two.handshake()}
        await two.say({**connect, **own})
        await two.send({**connect, **own})
        await server.until_held(3)
