"""Requests of all kinds, made up from the OpenAPI document, get answers that it describes."""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import aiohttp
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.centre import Json

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

AGENTS = {"15000": "agent15000", "15001": "agent15001", "15100": "supervisor"}

# There is more to say to calls than to anything else.
SHARES = {
    "POST /api/v2/me/calls/{id}": 30,
    "POST /api/v2/me/devices/{id}": 8,
    "POST /api/v2/me/channels/{id}": 5,
    "POST /api/v2/me/devices/{id}/calls": 5,
    "POST /api/v2/me": 3,
    "POST /trunk/calls": 3,
    "POST /trunk/calls/{id}": 8,
}

REQUESTS = 1_200

# What requests at random are sure to find accepted, with some others. None is what is read.
EXPECTED = {
    *(None, "Dial", "UpdateUserData", "Ready", "DoNotDisturbOn", "ListenIn", "ring in"),
    *("StartContactCenterSession", "EndContactCenterSession"),
}


PORT_AND_DATA = ("--port", "0", "--data", ":memory:")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A demo centre in a process of its own."""
    server = subprocess.Popen(
        [*(sys.executable, "-m", "switchbell", "serve"), "--demo", *PORT_AND_DATA],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        ready = re.fullmatch(r"Switchbell ready on (.+)\n", server.stdout.readline())
        assert ready
        yield ready[1]
    finally:
        server.terminate()
        server.communicate(timeout=10)


def authorization(agent: str) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(AGENTS[agent], "switchbell")}


def turned(choice: int) -> list[str]:
    """The agents, beginning with one of them."""
    agents = list(AGENTS)
    return agents[choice % 3 :] + agents[: choice % 3]


def user(url: str, agent: str) -> Json:
    request = urllib.request.Request(
        f"{url}/api/v2/me?subresources=devices,calls", headers=authorization(agent)
    )
    with urllib.request.urlopen(request) as response:
        found: Json = json.load(response)["user"]
    return found


def outside_calls(url: str) -> list[Json]:
    request = urllib.request.Request(f"{url}/trunk/calls", headers=authorization("15100"))
    with urllib.request.urlopen(request) as response:
        calls: list[Json] = json.load(response)["calls"]
    return calls


def aim(case: Case, url: str, choice: int) -> str:
    """Have a request mean something that is there; the agent who may ask for that is the result."""
    name = asked_for(case)
    agents = turned(choice)
    users = {agent: user(url, agent) for agent in agents}
    agent = next((one for one, found in users.items() if allows(found, name)), agents[0])
    found = outside_calls(url) if "/trunk/" in case.path else users[agent]["calls"]
    calls = [call["id"] for call in able(found, name) or found]
    ids = {
        "calls": calls[0] if calls else "NONE",
        "devices": users[agent]["devices"][0]["id"],
        "channels": "voice",
        "features": "api-voice",
        "services": "voice",
        "users": users[agent]["id"],
    }
    for kind in re.findall(r"(\w+)/{id}", case.path):
        case.path_parameters["id"] = ids[kind]
    return agent


def make_sense(case: Case, choice: int) -> None:
    """Have a valid request name numbers and channels that are there."""
    other = turned(choice)[1]
    sensible = {
        "from": f"+1415555014{choice}",
        "to": ("16000", other, turned(choice)[2])[choice % 3],
        "destination": {"phoneNumber": other},
        "phoneNumber": other,
        "digits": "1",
        "participant": other,
        "channels": ["voice", "chat"][: 1 + choice % 2],
        "queue": "16000",
        "devicePath": None,
        "consultCallUri": None,
        "otherCallUri": None,
    }
    if isinstance(case.body, dict):
        case.body |= {name: value for name, value in sensible.items() if name in case.body}


def answer_what_rings(url: str) -> None:
    """Have the agents talk, so that more is possible."""
    for agent in AGENTS:
        for call in able(user(url, agent)["calls"], "Answer"):
            request = urllib.request.Request(
                call["uri"], b'{"operationName": "Answer"}', headers=authorization(agent)
            )
            # It may have stopped ringing just now.
            with suppress(urllib.error.HTTPError):
                urllib.request.urlopen(request).close()


def allows(found: Json, name: str | None) -> bool:
    """Whether an operation is possible on the device of a user, or on one of his calls."""
    return name in found["devices"][0]["capabilities"] or bool(able(found["calls"], name))


def asked_for(case: Case) -> str | None:
    """The operation that a request names, or that it is."""
    if case.method == "POST" and case.path == "/trunk/calls":
        return "ring in"
    return case.body.get("operationName") if isinstance(case.body, dict) else None


def able(calls: list[Json], name: str | None) -> list[Json]:
    """The calls on which an operation is possible."""
    return [call for call in calls if name in call["capabilities"]]


def cases(url: str, mode: GenerationMode) -> st.SearchStrategy[Case]:
    document = schemathesis.openapi.from_url(f"{url}/openapi.json")
    operations = [found.ok() for found in document.get_all_operations()]
    return st.one_of(
        operation.as_strategy(mode)
        for operation in operations
        for _ in range(SHARES.get(operation.label, 1))
    )


# The same requests every time, and none of them again: the centre has gone on meanwhile.
repeatable = settings(
    max_examples=REQUESTS,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_requests_that_are_valid(url: str) -> None:
    accepted: Counter[str | None] = Counter()

    @repeatable
    @given(cases(url, GenerationMode.POSITIVE), st.integers(0, 11))
    def ask(case: Case, choice: int) -> None:
        if choice < 4:
            answer_what_rings(url)
        if choice:
            make_sense(case, choice)
        agent = aim(case, url, choice) if choice else "15000"
        answer = case.call_and_validate(headers=authorization(agent), checks=CHECKS)
        if answer.status_code == 200:
            accepted[asked_for(case)] += 1

    ask()
    # They lead somewhere, not only to refusals.
    assert accepted.keys() >= EXPECTED
    assert len(accepted) >= 16


def test_requests_that_are_not_valid(url: str) -> None:
    refused: Counter[int] = Counter()

    @repeatable
    @given(cases(url, GenerationMode.NEGATIVE), st.integers(0, 11))
    def ask(case: Case, choice: int) -> None:
        agent = aim(case, url, choice) if choice else "15000"
        # Queries may hold anything, bodies may not.
        of_body = [negative_data_rejection] if case.method == "POST" else []
        answer = case.call_and_validate(headers=authorization(agent), checks=[*CHECKS, *of_body])
        refused[answer.status_code] += 1

    ask()
    assert {400, 403, 404} <= refused.keys()
