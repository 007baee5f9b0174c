"""How two kinds of desktop start, request by request (Web Services, "Start and recovery")."""

import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from tests.centre import Centre, Json
from tests.visitors import DENIED, basic

DONE = (200, {"statusCode": 0})
DESKTOP_READS = "/me/?subresources=devices,calls,channels,interactions,chats"


@pytest.fixture(autouse=True)
def nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


class Browser:
    """Keeps cookies, as browsers do, and has no credentials but those it is given."""

    def __init__(self, centre: Centre, http: aiohttp.ClientSession) -> None:
        self._url = centre.url + "/api/v2"
        self._http = http
        self.client_id = ""

    async def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, Json]:
        async with self._http.get(self._url + path, headers=headers) as response:
            return response.status, await response.json()

    async def post(self, path: str, body: str) -> tuple[int, Json]:
        async with self._http.post(self._url + path, data=body) as response:
            return response.status, await response.json()

    async def bayeux(self, path: str, body: str) -> list[Json]:
        """Messages as CometD's client sends them: ID stands for the client's id."""
        body = body.replace("ID", self.client_id)
        headers = {"Content-Type": "application/json;charset=UTF-8"}
        url = f"{self._url}/notifications{path}"
        async with self._http.post(url, data=body, headers=headers) as response:
            assert response.status == 200
            replies: list[Json] = await response.json()
            return replies

    async def handshake(self) -> None:
        [reply] = await self.bayeux(
            "/handshake",
            '[{"id": "1", "version": "1.0", "minimumVersion": "1.0",'
            ' "channel": "/meta/handshake", "supportedConnectionTypes": ["long-polling"],'
            ' "advice": {"timeout": 60000, "interval": 0}}]',
        )
        assert reply["successful"] is True
        self.client_id = reply["clientId"]

    async def connect(self, advice: str = "") -> list[Json]:
        return await self.bayeux(
            "/connect",
            '[{"channel": "/meta/connect", "clientId": "ID", "connectionType": "long-polling"'
            f"{advice}}}]",
        )

    async def hear(self, number: int) -> list[Json]:
        """The next so many notifications."""
        heard: list[Json] = []
        while len(heard) < number:
            heard += [one for one in await self.connect() if one["channel"] != "/meta/connect"]
        assert len(heard) == number
        return heard


@pytest.fixture
async def browser(centre: Centre) -> AsyncIterator[Browser]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield Browser(centre, http)


async def test_a_whole_desktop_starts(browser: Browser) -> None:
    assert await browser.get("/me") == DENIED
    status, answer = await browser.get("/me", basic())
    assert (status, answer["user"]["userName"]) == (200, "agent15000")
    for path, fields in (
        ("/diagnostics/version", {"version"}),
        ("/me/settings", {"settings"}),
        ("/services?fields=*", {"services"}),
        ("/me/groups?type=BusinessUnit&fields=*", {"groups"}),
    ):
        status, answer = await browser.get(path)
        assert (status, answer.keys()) == (200, {"statusCode", *fields})

    status, answer = await browser.post(
        "/me/",
        '{"operationName": "StartContactCenterSession", "place": "SIP_15000",'
        ' "loginCode": "15000", "channels": ["voice", "webvoice"]}',
    )
    assert (status, answer["statusCode"]) == (200, 7)
    assert answer["succeeded"] == [{"statusCode": 0, "channel": "voice"}]
    assert [one["channel"] for one in answer["failed"]] == ["webvoice"]

    await browser.handshake()
    [reply] = await browser.connect(', "advice": {"timeout": 0}')
    assert reply["successful"] is True
    names = ("calls", "devices", "channels", "interactions", "chats", "emails", "workitems")
    for name in names:
        [reply] = await browser.bayeux(
            "/",
            '[{"channel": "/meta/subscribe", "clientId": "ID",'
            f' "subscription": "/v2/me/{name}"}}]',
        )
        assert reply["successful"] is True

    status, answer = await browser.get(DESKTOP_READS)
    user = answer["user"]
    # Media that are not there are left out.
    assert {"devices", "calls", "channels"} == user.keys() & {
        *("devices", "calls", "channels", "interactions", "chats")
    }
    [device] = user["devices"]
    assert (device["userState"]["state"], user["calls"]) == ("Ready", [])
    status, answer = await browser.get(f"/me/devices/{device['id']}/settings/tserver")
    assert status == 200

    assert await browser.post("/me/channels/voice", '{"operationName": "NotReady"}') == DONE
    assert await browser.post("/me/channels/voice", '{"operationName": "Ready"}') == DONE
    heard = await browser.hear(2)
    assert {one["channel"] for one in heard} == {"/v2/me/devices"}
    states = [one["data"]["devices"][0]["userState"]["state"] for one in heard]
    assert states == ["NotReady", "Ready"]


async def test_a_desktop_that_comes_back_finds_its_call(centre: Centre, browser: Browser) -> None:
    """One read has all that a page that was loaded again has to know."""
    await centre.desk("agent15001").dial("15000")
    await browser.get("/me", basic())
    await browser.handshake()
    await browser.connect(', "advice": {"timeout": 0}')
    await browser.bayeux(
        "/", '[{"channel": "/meta/subscribe", "clientId": "ID", "subscription": "/v2/me/*"}]'
    )
    _, answer = await browser.get(DESKTOP_READS)
    [call] = answer["user"]["calls"]
    assert (call["state"], call["deviceUri"]) == (
        "Ringing",
        answer["user"]["devices"][0]["uri"],
    )
    assert await browser.post(f"/me{call['path']}", '{"operationName": "Answer"}') == DONE
    [told] = await browser.hear(1)
    _, answer = await browser.get(DESKTOP_READS)
    assert told["data"]["call"] | {"duration": "0"} == answer["user"]["calls"][0] | {
        "duration": "0"
    }


async def test_a_widget_starts_and_reconnects(browser: Browser) -> None:
    """It begins its session whenever a connect succeeds again, and first unsubscribes from what it
    may have had."""
    start = '{"operationName": "StartContactCenterSession", "channels": ["voice"]}'
    status, _ = await browser.get("/me", basic())
    assert status == 200
    states: list[list[Any]] = []
    for _ in range(3):
        await browser.handshake()
        # In the listener of the handshake, before there was a connect.
        replies = await browser.bayeux(
            "/",
            '[{"id": "2", "channel": "/meta/unsubscribe", "clientId": "ID",'
            ' "subscription": "/v2/me/*"},'
            ' {"id": "3", "channel": "/meta/subscribe", "clientId": "ID",'
            ' "subscription": "/v2/me/*"}]',
        )
        assert [one["id"] for one in replies] == ["2", "3"]
        assert replies[-1]["successful"] is True
        # The session is as good as before.
        [reply] = await browser.connect(', "advice": {"timeout": 0}')
        assert reply["successful"] is True
        assert await browser.post("/me", start) == DONE
        mark = f'{{"operationName": "NotReady", "reason": "{len(states)}"}}'
        assert await browser.post("/me/channels/voice", mark) == DONE
        heard = await browser.hear(1 if states else 3)
        states.append([one["data"]["devices"][0]["userState"]["state"] for one in heard])
    assert states == [["LoggedIn", "Ready", "NotReady"], ["NotReady"], ["NotReady"]]


async def test_a_widget_ends(browser: Browser) -> None:
    await browser.get("/me", basic())
    await browser.handshake()
    assert await browser.post("/me", '{"operationName": "EndContactCenterSession"}') == DONE
    [reply] = await browser.bayeux(
        "/disconnect", '[{"channel": "/meta/disconnect", "clientId": "ID"}]'
    )
    assert reply["successful"] is False
    assert await browser.get("/me") == DENIED
