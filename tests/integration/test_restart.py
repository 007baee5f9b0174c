"""A centre goes on where it stopped, however it did."""

import asyncio
import resource
import time
from pathlib import Path
from typing import Any

import pytest

from switchbell.config import Config
from switchbell.journal.sqlite.journal import SqliteJournal
from tests.centre import Centre, Desk, running_centre
from tests.integration.test_process import process, ready

Json = dict[str, Any]

# What a call has that changes by itself.
PASSING = {"duration", "uri", "deviceUri", "parentCallUri"}


async def picture(desk: Desk) -> tuple[list[Json], Json]:
    """The calls and the device of an agent, but for what changes by itself, or with the port."""
    calls = [
        {name: value for name, value in call.items() if name not in PASSING}
        for call in await desk.calls()
    ]
    device = await desk.device()
    return calls, {
        name: value for name, value in device.items() if not name.endswith(("uri", "Uri"))
    }


async def pictures(centre: Centre) -> list[tuple[list[Json], Json]]:
    return [await picture(centre.desk(f"agent{15000 + n}")) for n in range(3)]


async def work(centre: Centre) -> None:
    """Talk, consult, log in, forward calls, and have ended a call."""
    anna, bert, carl = (centre.desk(f"agent{15000 + n}") for n in range(3))
    await anna.dial("15001", userData={"customer": {"name": "Äöü", "since": 1999}})
    [call] = await bert.calls()
    await bert.operate(call["id"], "Answer")
    await anna.operate(
        call["id"], "InitiateConference", destination={"phoneNumber": "15002"}, userData={"a": "b"}
    )
    await carl.start(loginCode="4711")
    await carl.be("NotReady", reason="Lunch")
    await bert.set_up("ForwardCallsOn", destination={"phoneNumber": "15005"})
    other = centre.desk("agent15004")
    await other.dial("15006")
    await other.operate((await other.calls())[0]["id"], "Hangup")


async def test_after_kill_9_all_is_as_it_was(tmp_path: Path) -> None:
    serve = ("serve", "--demo", "--port", "0", "--data", str(tmp_path / "data"))
    async with process(*serve) as server:
        centre = Centre(await ready(server))
        await work(centre)
        before = await pictures(centre)
        last = (await centre.desk().calls())[-1]["connId"]
        await centre.close()
        server.kill()
        await server.wait()
    assert before[2][1]["userState"]["reason"] == "Lunch"
    async with process(*serve) as server:
        centre = Centre(await ready(server))
        assert await pictures(centre) == before
        other = centre.desk("agent15004")
        await other.dial("15006")
        # One call was there in between, which has ended.
        assert int((await other.calls())[0]["connId"], 16) == int(last, 16) + 2
        await centre.close()


async def test_what_was_to_happen_meanwhile_happens_at_once(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    async with running_centre(config) as centre:
        await centre.desk().dial("15001")
    journal = SqliteJournal(tmp_path)
    async with running_centre(journal=journal, clock=lambda: time.time() + 3600) as centre:
        async with asyncio.timeout(5):
            entry = await anext(journal.follow(1))
        assert entry.change.events[0].name == "EventAbandoned"
        assert await centre.desk().calls() == []
        assert journal.last == 2


async def test_a_disk_that_is_full_for_a_while_ends_nothing(tmp_path: Path) -> None:
    serve = ("serve", "--demo", "--port", "0", "--data", str(tmp_path))
    async with process(*serve) as server:
        centre = Centre(await ready(server))
        [anna] = await centre.listening("15000")
        device, body = await anna.device_id(), {"operationName": "DoNotDisturbOn"}
        limits = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
        # As if there were no room any more: no file of the process can grow.
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, limits[1]))
        for _ in range(2):
            status, answer = await anna.post(f"/api/v2/me/devices/{device}", body)
            assert (status, answer["statusCode"]) == (503, 4)
        status, health = await anna.get("/health/ready")
        assert (status, health["ready"]) == (503, False)
        assert (await anna.device())["doNotDisturb"] == "Off"
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, limits)
        for _ in range(400):
            if (await anna.get("/health/ready"))[0] == 200:
                break
            await asyncio.sleep(0.05)  # nobody announces it
        await anna.dial("15001")
        assert (await anna.hear_state("Dialing"))["dnis"] == "15001"
        before = await pictures(centre)
        await centre.close()
        server.kill()
        await server.wait()
    async with process(*serve) as server:
        centre = Centre(await ready(server))
        assert await pictures(centre) == before
        await centre.close()


async def ended_with(*arguments: str) -> str:
    """What a server says that does not start."""
    async with process("serve", "--demo", "--port", "0", *arguments) as server:
        output, errors = await asyncio.wait_for(server.communicate(), 20)
        assert server.returncode == 2
        assert output == b""
        [line] = errors.decode().splitlines()
        return line


async def test_two_servers_do_not_share_their_data(tmp_path: Path) -> None:
    async with running_centre(Config(data=tmp_path)) as centre:
        line = await ended_with("--data", str(tmp_path))
        assert line.startswith(f"switchbell: the data in {tmp_path} cannot be used: another server")
        assert "--data" in line
        await centre.desk().dial("15001")
    async with running_centre(Config(data=tmp_path)) as centre:
        assert len(await centre.desk().calls()) == 1


async def test_a_torn_file_is_not_begun_again(tmp_path: Path) -> None:
    async with running_centre(Config(data=tmp_path)):
        pass
    (tmp_path / "journal.sqlite").write_bytes(b"")
    line = await ended_with("--data", str(tmp_path))
    assert f"the data in {tmp_path} cannot be used: journal.sqlite is torn" in line


async def test_data_of_another_centre_are_not_used(tmp_path: Path) -> None:
    async with running_centre(Config(data=tmp_path, demo_agents=20)) as centre:
        await centre.desk("agent15011").dial("15001")
        await centre.desk("agent15012").start()
    line = await ended_with("--data", str(tmp_path))
    assert line == (
        f"switchbell: the data in {tmp_path} are of another centre, "
        "with calls or agents at 15011, 15012: name another folder by --data, or remove that one."
    )
    async with running_centre(Config(data=tmp_path, demo_agents=20)) as centre:
        assert len(await centre.desk("agent15011").calls()) == 1


async def test_devices_with_nothing_set_may_go(tmp_path: Path) -> None:
    async with running_centre(Config(data=tmp_path, demo_agents=20)) as centre:
        gone = centre.desk("agent15012")
        await gone.start()
        assert (await gone.post("/api/v2/me", {"operationName": "EndContactCenterSession"}))[
            0
        ] == 200
        await centre.desk().start()
    async with running_centre(Config(data=tmp_path)) as centre:
        assert (await centre.desk().device())["userState"]["state"] == "Ready"


@pytest.mark.parametrize("place", ["a file", "not to be written to"])
async def test_a_directory_has_to_be_one(tmp_path: Path, place: str) -> None:
    path = tmp_path / "data"
    if place == "a file":
        path.write_text("not a directory")
    else:
        path = Path("/proc/switchbell")
    assert f"the data in {path} cannot be used: " in await ended_with("--data", str(path))
