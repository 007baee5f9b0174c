"""The README and the pages below it: programs do what they say, samples are what is told, and links
lead somewhere."""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.centre import Centre
from tests.integration.test_process import free_port

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CLIENT, EMBEDDED = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
CALL, DEVICE = map(json.loads, re.findall(r"```json\n(.*?)```", README, re.DOTALL))

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


async def test_the_client_dials_and_hangs_up(centre: Centre) -> None:
    program = CLIENT.replace("http://127.0.0.1:8080", centre.url)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    dialing, released = output.decode().splitlines()
    assert dialing.startswith("StatusChange Dialing ")
    assert released.startswith("StatusChange Released ")


async def test_the_embedded_server_tells_what_it_is_told() -> None:
    port = free_port()
    program = EMBEDDED.replace("port=8090", f'host="127.0.0.1", port={port}')
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-c", program), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await asyncio.wait_for(process.stdout.readline(), 20)
    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession() as http:

        async def bayeux(**message: object) -> list[dict[str, object]]:
            async with http.post(url + "/bayeux", json=[message]) as response:
                replies: list[dict[str, object]] = await response.json()
                return replies

        [reply] = await bayeux(channel="/meta/handshake")
        client = reply["clientId"]
        await bayeux(channel="/meta/connect", clientId=client)
        await bayeux(channel="/meta/subscribe", clientId=client, subscription="/news")
        async with http.post(url + "/tell", data="hello") as response:
            assert response.status == 200
        event, _ = await bayeux(channel="/meta/connect", clientId=client)
        assert event == {"channel": "/news", "data": {"text": "hello"}}
    process.terminate()
    await asyncio.wait_for(process.wait(), 10)


def form(value: Any) -> Any:
    """Names and types, without what differs from call to call."""
    match value:
        case dict():
            return {name: form(member) for name, member in value.items()}
        case [first, *_] if not isinstance(first, str):
            return [form(first)]
        case list() | bool():
            return value
        case _:
            return type(value)


async def test_the_samples_are_what_is_told(centre: Centre) -> None:
    anna, berta = await centre.listening("15000", "15001", to="/v2/me/*")
    await anna.dial("15001")
    await berta.operate((await berta.hear())["call"]["id"], "Answer")
    _, _, established = await anna.hear(), await berta.hear(), await anna.hear()
    await anna.operate(established["call"]["id"], "Hold")
    told = await anna.hear()
    assert form(told) == form(CALL["data"])
    assert told["call"]["state"] == CALL["data"]["call"]["state"]
    await anna.start()
    await anna.be("NotReady")
    _, _, told = await anna.hear(), await anna.hear(), await anna.hear()
    assert form(told) == form(DEVICE["data"])
    assert told["devices"][0]["userState"] == DEVICE["data"]["devices"][0]["userState"]


def anchors(page: Path) -> set[str]:
    """The headings of a page, as they are linked to."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_linked_from_the_readme() -> None:
    for page in PAGES[1:]:
        assert f"](docs/{page.name}" in README
