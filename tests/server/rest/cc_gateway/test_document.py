"""The document tells of every interface and of every code."""

import re
from pathlib import Path

import pytest

from switchbell.rest.cc_gateway.options import CcGatewayOptions
from switchbell.rest.cc_gateway.retcodes import RetCode
from switchbell.rest.cc_gateway.routes import ROUTES

DOCUMENT = (Path(__file__).parents[4] / "docs" / "cc-gateway.md").read_text("utf-8")
AGENT = "{agentid}"


def interfaces() -> set[tuple[str, str]]:
    """Method and path of each interface in the table, where ``...`` stands for what the path before
    has up to the agent's id."""
    found, method, begin = set(), "", ""
    for line in DOCUMENT.splitlines():
        if not re.match(r"\| `(GET|PUT|POST|DELETE) ", line):
            continue
        for named in re.findall(r"`(.*?)`", line.split("|")[1]):
            *methods, path = named.split(" ")
            method = methods[0] if methods else method
            if AGENT in path:
                begin = path.partition(AGENT)[0] + AGENT
            found.add((method, "/" + path.replace("...", begin)))
    return found


def test_every_interface_is_there_and_no_other() -> None:
    assert interfaces() == {(route.method, route.path) for route in ROUTES}


@pytest.mark.parametrize("code", RetCode)
def test_a_code_is_there(code: RetCode) -> None:
    assert re.search(rf"(?<![\d-]){re.escape(code)}(?!\d)", DOCUMENT)


@pytest.mark.parametrize("option", CcGatewayOptions.__slots__)
def test_a_setting_is_there_with_its_default(option: str) -> None:
    default = getattr(CcGatewayOptions(), option)
    assert re.search(rf"`{option.upper()}`\s\({default}[;)]", DOCUMENT)
