"""Who was away hears what he missed, once and in order, from a centre that was away itself."""

from pathlib import Path
from typing import Any

import pytest

from switchbell.config import Config
from tests.centre import Centre, Desk, running_centre

Json = dict[str, Any]

CALLS, DEVICES = "/v2/me/calls", "/v2/me/devices"


class Listener:
    """One agent's desktop that negotiates replay and asks by hand, in literal JSON."""

    def __init__(self, centre: Centre, user: str = "agent15000") -> None:
        self.desk: Desk = centre.desk(user)
        self._client = ""

    async def join(self) -> None:
        [reply] = await self.desk.bayeux(
            {
                "channel": "/meta/handshake",
                "version": "1.0",
                "supportedConnectionTypes": ["long-polling"],
                "ext": {"replay": True},
            }
        )
        assert reply["ext"]["replay"] is True
        self._client = reply["clientId"]
        await self.poll()

    async def poll(self) -> list[Json]:
        connect = {"channel": "/meta/connect", "connectionType": "long-polling"}
        return _events(await self.desk.bayeux({**connect, "clientId": self._client}))

    async def subscribe(self, wish: int, *channels: str) -> Json:
        """The reply. What was missed comes with the next poll."""
        *_, reply = await self.desk.bayeux(
            {
                "channel": "/meta/subscribe",
                "clientId": self._client,
                "subscription": list(channels),
                "ext": {"replay": dict.fromkeys(channels, wish)},
            }
        )
        return reply

    async def missed(self, wish: int, *channels: str) -> list[Json]:
        """What a new session hears that asks for it."""
        await self.join()
        assert (await self.subscribe(wish, *channels))["successful"] is True
        return await self.poll()


def _events(messages: list[Json]) -> list[Json]:
    """What is no reply; how long it took to tell is another matter each time."""
    events = [message for message in messages if not message["channel"].startswith("/meta/")]
    for event in events:
        event["data"].pop("metrics", None)
    return events


def ids(events: list[Json]) -> list[int]:
    return [event["data"]["event"]["replayId"] for event in events]


async def talk(centre: Centre) -> None:
    """A call between 15000 and 15001, and something about the device of 15000."""
    anna, bert = centre.desk("agent15000"), centre.desk("agent15001")
    await anna.dial("15001")
    [call] = await bert.calls()
    await bert.operate(call["id"], "Answer")
    await anna.set_up("DoNotDisturbOn")
    await anna.operate(call["id"], "Hangup")


async def heard_live(listener: Listener, count: int) -> list[Json]:
    events: list[Json] = []
    while len(events) < count:
        events += await listener.poll()
    return events


@pytest.mark.parametrize("metrics", [False, True])
async def test_it_is_the_same_live_and_again_and_after_a_restart(
    tmp_path: Path, metrics: bool
) -> None:
    config = Config(data=tmp_path, notification_metrics=metrics)
    url = "https://centre.example"
    async with running_centre(config, public_url=url) as centre:
        anna = Listener(centre)
        await anna.join()
        await anna.subscribe(-1, CALLS, DEVICES)
        await talk(centre)
        live = await heard_live(anna, 4)
        for event in live:
            event["data"].pop("metrics", None)
        assert [event["channel"] for event in live] == [CALLS, CALLS, DEVICES, CALLS]
        assert ids(live) == sorted(set(ids(live)))
        assert await Listener(centre).missed(-2, CALLS, DEVICES) == live
        assert await Listener(centre).missed(ids(live)[1], CALLS, DEVICES) == live[2:]
    async with running_centre(config, public_url=url) as centre:
        assert await Listener(centre).missed(-2, CALLS, DEVICES) == live
        for place in range(3):
            after = ids(live)[place]
            assert await Listener(centre).missed(after, "/v2/me/*") == live[place + 1 :]
        assert await Listener(centre).missed(ids(live)[0], DEVICES) == live[2:3]
        later = Listener(centre)
        assert await later.missed(ids(live)[1], CALLS) == live[3:]
        await later.desk.dial("15002")
        [new] = await heard_live(later, 1)
        assert ids([new])[0] > ids(live)[-1]


async def test_others_have_their_own(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    async with running_centre(config) as centre:
        await talk(centre)
    async with running_centre(config) as centre:
        anna = await Listener(centre).missed(-2, "/**")
        bert = await Listener(centre, "agent15001").missed(-2, "/**")
        assert {event["data"]["phoneNumber"] for event in bert} == {"15001"}
        assert len(anna) == 4
        assert len(bert) == 3
        assert not set(ids(anna)) & set(ids(bert))
        carl = Listener(centre, "agent15002")
        await carl.join()
        assert (await carl.subscribe(-2, "/**"))["successful"] is True
        assert (await carl.subscribe(ids(anna)[0], CALLS))["successful"] is True
        await carl.desk.dial("15003")
        [own] = await heard_live(carl, 1)
        assert own["data"]["phoneNumber"] == "15002"


async def test_what_a_subscribe_says_is_where_to_go_on(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    async with running_centre(config) as centre:
        anna = Listener(centre)
        await anna.join()
        reply = await anna.subscribe(-1, CALLS, DEVICES)
        latest = reply["ext"]["replay"]
        await talk(centre)
    async with running_centre(config) as centre:
        assert len(await Listener(centre).missed(latest[CALLS], CALLS, DEVICES)) == 4
        anna = Listener(centre)
        await anna.join()
        assert (await anna.subscribe(-1, CALLS))["ext"]["replay"][CALLS] > latest[CALLS]


@pytest.mark.parametrize("wrong", [1, 4711, 2**52, -7])
async def test_an_id_that_is_not_of_this_journal_is_refused(wrong: int) -> None:
    async with running_centre() as centre:
        await talk(centre)
        anna = Listener(centre)
        await anna.join()
        reply = await anna.subscribe(wrong, CALLS)
        assert reply["successful"] is False
        assert reply["error"].startswith(f"400::The replayId {wrong} you provided was invalid.")
        await anna.desk.set_up("DoNotDisturbOff")
        assert (await anna.subscribe(-1, CALLS))["successful"] is True


async def test_ids_of_a_journal_that_was_thrown_away_are_refused() -> None:
    async with running_centre() as centre:
        await talk(centre)
        [*_, latest] = ids(await Listener(centre).missed(-2, CALLS))
    async with running_centre() as centre:
        for _ in range(3):
            await talk(centre)
            await centre.desk().set_up("DoNotDisturbOff")
        anna = Listener(centre)
        await anna.join()
        assert (await anna.subscribe(latest, CALLS))["successful"] is False
