import base64

import pytest

from switchbell.access.basic import decode


def encoded(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_names_and_passwords_may_be_in_either_encoding(encoding: str) -> None:
    assert decode(encoded("jörg:pass:wörd", encoding)) == ("jörg", "pass:wörd")


def test_spaces_around_do_not_matter() -> None:
    assert decode("  " + encoded("anna:secret") + " ") == ("anna", "secret")


@pytest.mark.parametrize(
    "text", ["", "!!!", encoded("anna"), "ümläut", "\udcff", "YQ", encoded("a:b")[:-1]]
)
def test_anything_else_is_malformed(text: str) -> None:
    assert decode(text) is None
