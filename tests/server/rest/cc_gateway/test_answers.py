"""The envelope, whatever happens."""

import logging

import pytest

from switchbell.bayeux.options import BayeuxOptions
from switchbell.config import Config
from switchbell.journal.memory import MemoryJournal
from switchbell.voice.events import Change
from tests.centre import running_centre
from tests.server.rest.cc_gateway.stage import RESOURCE, Stage
from tests.visitors import ask

CALL = "/voicecall/15000"


class Broken(MemoryJournal):
    """A journal that cannot keep anything from some moment on."""

    broken = False

    async def commit(self, change: Change) -> int:
        if self.broken:
            raise OSError("the disk is full")
        return await super().commit(change)


async def test_an_error_of_the_server_is_told_without_its_details(
    caplog: pytest.LogCaptureFixture,
) -> None:
    journal = Broken()
    async with running_centre(journal=journal) as centre:
        body = {"password": "switchbell", "phonenum": "15000"}
        path = "/onlineagent/15000"
        signed_in = await ask(centre, "PUT", RESOURCE + path, json=body)
        guid = signed_in.headers["Set-GUID"].partition("=")[2]
        journal.broken = True
        path, headers = f"{RESOURCE}{CALL}/callout", {"Guid": guid}
        answer = await ask(centre, "PUT", path, headers, json={"called": "15001"})
        assert answer.status == 200
        assert answer.body == {
            "message": "The server failed to process the request.",
            "retcode": "100-007",
            "result": {},
        }
        assert "disk" in caplog.text
        journal.broken = False


async def test_a_body_that_is_not_json(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    headers = {"Guid": anna.guid or ""}
    path = f"{RESOURCE}{CALL}/callout"
    answer = await ask(stage.centre, "PUT", path, headers, data=b"{called")
    assert (answer.status, answer.body["retcode"]) == (200, "000-006")
    answer = await ask(stage.centre, "PUT", path, headers, data=b"{}")
    assert (answer.status, answer.body["retcode"]) == (200, "000-002")
    assert "called" in answer.body["message"]


async def test_a_body_that_is_too_large(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    path, headers = f"{RESOURCE}{CALL}/callout", {"Guid": anna.guid or ""}
    answer = await ask(stage.centre, "PUT", path, headers, data=b" " * 70_000)
    assert (answer.status, answer.body["retcode"]) == (413, "000-006")


async def test_a_body_that_is_not_compressed_as_it_says(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    path = f"{RESOURCE}{CALL}/callout"
    headers = {"Guid": anna.guid or "", "Content-Encoding": "gzip"}
    answer = await ask(stage.centre, "PUT", path, headers, data=b"{}")
    assert (answer.status, answer.body["retcode"]) == (400, "000-006")


@pytest.mark.parametrize("body", [None, {}])
async def test_an_operation_without_a_body_takes_an_empty_one(stage: Stage, body: object) -> None:
    [anna] = await stage.signed_in("15000")
    assert await anna.do("POST", "/onlineagent/AGENT/saybusy", body) == {}


async def test_pages_of_other_origins(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    path = RESOURCE + "/onlineagent/15000/agentstatus"
    headers = {"Guid": anna.guid or "", "Origin": "https://elsewhere.example"}
    answer = await ask(stage.centre, "GET", path, headers)
    assert (answer.status, answer.body["retcode"]) == (403, "000-003")
    own = {"Guid": anna.guid or "", "Origin": stage.centre.url}
    assert (await ask(stage.centre, "GET", path, own)).body["retcode"] == "0"


async def test_pages_of_an_origin_that_is_allowed() -> None:
    origin = "https://desktop.example"
    options = BayeuxOptions(allowed_origins=(origin,))
    async with running_centre(Config(bayeux=options)) as centre:
        path = RESOURCE + "/onlineagent/15000"
        asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
        preflight = await ask(centre, "OPTIONS", path, asked)
        assert preflight.status == 204
        assert "Guid" in preflight.headers["Access-Control-Allow-Headers"]
        body = {"password": "switchbell", "phonenum": "15000"}
        answer = await ask(centre, "PUT", path, {"Origin": origin}, json=body)
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert answer.headers["Access-Control-Expose-Headers"] == "Set-GUID"
        headers = {"Origin": origin, "Guid": answer.headers["Set-GUID"].partition("=")[2]}
        polled = await ask(centre, "GET", f"{RESOURCE}/agentevent/15000", headers)
        assert polled.body["event"]["eventType"] == "AgentOther_InService"
        assert polled.headers["Access-Control-Allow-Origin"] == origin


async def test_one_listener_that_fails_does_not_silence_the_others(
    stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("cannot be told")

    monkeypatch.setattr("switchbell.delivery.delivering.Publication", fail)
    [anna] = await stage.signed_in("15000")
    await anna.do("PUT", "/voicecall/AGENT/callinner", {"called": "15001"})
    assert "AgentState_Busy" in await anna.names()
    assert "was not delivered" in caplog.text
    for record in caplog.records:
        assert record.levelno < logging.ERROR or "was not delivered" in record.getMessage()


async def test_and_the_other_way_round(
    stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("cannot be told")

    [desk] = await stage.centre.listening("15001")
    monkeypatch.setattr("switchbell.rest.cc_gateway.gateway.Gateway.hear", fail)
    await desk.dial("15000")
    await desk.hear_state("Dialing")
    assert "was not delivered" in caplog.text
