"""What holds for every interface: its method, who may ask, and what is not there."""

import json
from collections.abc import Iterator

import pytest

from switchbell.rest.cc_gateway.routes import ROUTES, For, Route
from tests.server.rest.cc_gateway.stage import RESOURCE, Stage
from tests.visitors import ask

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
JSON = {"Content-Type": "application/json; charset=UTF-8"}


def path_of(route: Route, agent_id: str = "15000") -> str:
    path = route.path.replace("{agentid}", agent_id)
    for name in ("callid", "number", "flag", "autoflag", "reason", "workno"):
        path = path.replace(f"{{{name}}}", "15001")
    assert "{" not in path
    return path


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def methods_at(path: str) -> set[str]:
    return {route.method for route in ROUTES if route.path == path}


each = pytest.mark.parametrize("route", ROUTES, ids=name)


async def test_every_other_method_is_wrong(stage: Stage) -> None:
    [anna] = await stage.signed_in("15000")
    headers = {"Guid": anna.guid or ""}
    tried = 0
    for route in ROUTES:
        for method in set(METHODS) - methods_at(route.path):
            answer = await ask(stage.centre, method, RESOURCE + path_of(route), headers)
            assert answer.status == 405, (method, route.path)
            allowed = answer.headers["Allow"].split(",")
            assert set(allowed) == methods_at(route.path)
            if method != "HEAD":
                assert answer.body["retcode"] == "000-002"
                assert answer.body["message"] == "The interface does not have this method."
            tried += 1
    assert tried > 4 * len(ROUTES)
    assert await anna.events() == []


@each
async def test_without_being_signed_in(stage: Stage, route: Route) -> None:
    """With no Guid, a wrong one, and somebody else's."""
    [berta] = await stage.signed_in("15001")
    for guid in (None, "", "wrong", berta.guid):
        anna = stage.agent("15000")
        anna.guid = guid
        expected = "100-001" if route.admits is For.ANYBODY else "100-006"
        assert await anna.refused(route.method, path_of(route)) == expected


@each
async def test_with_a_guid_that_is_not_the_agents(stage: Stage, route: Route) -> None:
    anna, berta = await stage.signed_in("15000", "15001")
    for guid in (None, "", "wrong", "ä", berta.guid):
        other = stage.agent("15000")
        other.guid = guid
        expected = "100-001" if route.admits is For.ANYBODY else "000-003"
        assert await other.refused(route.method, path_of(route)) == expected
    assert await anna.events() == []


def requests_of_many_kinds() -> Iterator[tuple[Route, bytes]]:
    bodies = [b"[]", b"null", b"1", b'"x"', b"{", b"\xff", b'{"called": "\xff"}', b"[" * 20_000]
    long_text = json.dumps({"called": "1" * 25, "callappdata": "x" * 20_000}).encode()
    for route in ROUTES:
        if route.path.endswith(("logout", "{reason}")) or route.admits is For.LEAVING:
            continue
        for body in (*bodies, long_text):
            yield route, body


async def test_bodies_that_say_nothing(stage: Stage) -> None:
    """They are refused or passed over, and the server goes on."""
    [anna] = await stage.signed_in("15000")
    headers = {**JSON, "Guid": anna.guid or ""}
    for route, body in requests_of_many_kinds():
        path = RESOURCE + path_of(route)
        answer = await ask(stage.centre, route.method, path, headers, data=body)
        assert answer.status == 200, (route, body)
        assert answer.body["retcode"] != "100-007", (route, body, answer.body)
        assert "Traceback" not in answer.body["message"]
    assert (await anna.do("GET", "/onlineagent/AGENT/agentstatus"))["agentState"] in {4, 5}


@pytest.mark.parametrize("path", ["", "/", "/voicecall", "/voicecall/15000/nothing", "/x/15000/y"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_what_is_not_there(stage: Stage, method: str, path: str) -> None:
    answer = await ask(stage.centre, method, RESOURCE + path)
    assert answer.status == 404
    assert answer.body == {
        "message": "There is no such interface.",
        "retcode": "000-002",
        "result": {},
    }
