import base64
from collections.abc import AsyncIterator

import argon2
import pytest

from switchbell.access import basic
from switchbell.access.basic import BasicAuthentication
from switchbell.access.users import User

CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def user(name: str, password: str) -> User:
    return User(name=name, password_hash=CHEAP.hash(password), first_name="First", last_name="Last")


def header(text: str, encoding: str = "utf-8") -> str:
    return "Basic " + base64.b64encode(text.encode(encoding)).decode()


@pytest.fixture
async def authentication() -> AsyncIterator[BasicAuthentication]:
    authentication = BasicAuthentication([user("anna", "secret"), user("jörg", "pass:wörd")])
    yield authentication
    authentication.close()


async def test_right_credentials_name_the_user(authentication: BasicAuthentication) -> None:
    assert await authentication.user(header("anna:secret")) == "anna"


async def test_the_scheme_is_recognised_in_any_case(authentication: BasicAuthentication) -> None:
    assert await authentication.user(header("anna:secret").replace("Basic", "bAsIc")) == "anna"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
async def test_names_and_passwords_may_be_in_either_encoding(
    authentication: BasicAuthentication, encoding: str
) -> None:
    assert await authentication.user(header("jörg:pass:wörd", encoding)) == "jörg"


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"anna").decode(),
        "Bearer " + base64.b64encode(b"anna:secret").decode(),
        header("anna:wrong"),
        header("anna:"),
        header("nobody:secret"),
        header(":secret"),
        "Basic ümläut",
        "Basic \udcff",
    ],
)
async def test_anything_else_names_nobody(
    authentication: BasicAuthentication, authorization: str | None
) -> None:
    assert await authentication.user(authorization) is None


async def test_a_right_password_is_not_checked_again(
    authentication: BasicAuthentication,
) -> None:
    await authentication.user(header("anna:secret"))
    authentication.close()  # from here on a check would fail
    assert await authentication.user(header("anna:secret")) == "anna"


async def test_a_password_is_remembered_once_however_it_is_sent(
    authentication: BasicAuthentication,
) -> None:
    for spaces in range(1, 20):
        authorization = header("anna:secret").replace(" ", " " * spaces)
        assert await authentication.user(authorization) == "anna"
    assert len(authentication._remembered) == 1


async def test_an_unknown_user_costs_what_a_known_one_does(
    authentication: BasicAuthentication,
) -> None:
    parameters = argon2.extract_parameters(authentication._decoy)
    assert parameters.memory_cost == CHEAP.memory_cost


async def test_a_wrong_password_is_not_remembered_as_right(
    authentication: BasicAuthentication,
) -> None:
    await authentication.user(header("anna:secret"))
    assert await authentication.user(header("anna:wrong")) is None


async def test_what_is_remembered_is_bounded(
    authentication: BasicAuthentication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basic, "MOST_REMEMBERED", 1)
    for _ in range(2):
        assert await authentication.user(header("anna:secret")) == "anna"
        assert await authentication.user(header("jörg:pass:wörd")) == "jörg"
    assert len(authentication._remembered) == 1
