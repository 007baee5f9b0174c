import dataclasses
from typing import Any

import pytest

from switchbell.bayeux.options import BayeuxOptions

NUMBERS = [field.name for field in dataclasses.fields(BayeuxOptions) if field.type is int]
AT_LEAST_ONE = {
    "max_message_size",
    "max_messages",
    "max_channel_length",
    "ws_max_buffer",
    "duplicate_meta_connect_http_response_code",
}
MAY_BE_NEGATIVE = {"max_sessions_per_browser", "multi_session_interval"}


@pytest.mark.parametrize("name", sorted({*NUMBERS} - MAY_BE_NEGATIVE))
def test_minus_one_does_not_mean_without_bound(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        BayeuxOptions(**{name: -1})
    if name not in AT_LEAST_ONE:
        BayeuxOptions(**{name: 0})


@pytest.mark.parametrize("name", sorted(AT_LEAST_ONE))
def test_some_numbers_cannot_be_zero(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        BayeuxOptions(**{name: 0})


@pytest.mark.parametrize("name", sorted(MAY_BE_NEGATIVE))
def test_browsers_may_be_unlimited(name: str) -> None:
    BayeuxOptions(**{name: -1})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("allowed_transports", ()),
        ("allowed_transports", ("websocket", "carrier-pigeon")),
        ("browser_cookie_same_site", "lax"),
        ("lazy_channels", ("/a", "a")),
        ("browser_cookie_name", "a b"),
        ("browser_cookie_domain", "a;b"),
        ("browser_cookie_path", "/a\r\nX-Evil: 1"),
        ("ws_protocol", ""),
        ("allowed_headers", ("X User",)),
        ("duplicate_meta_connect_http_response_code", 200),
        ("allowed_origins", ("https://desk.example/",)),
        ("allowed_origins", ("https://Desk.example",)),
        ("allowed_origins", ("*",)),
    ],
)
def test_what_cannot_be_used_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        BayeuxOptions(**{name: value})


@pytest.mark.parametrize(
    "attribute", [{"browser_cookie_same_site": "None"}, {"browser_cookie_partitioned": True}]
)
def test_a_cookie_that_browsers_would_drop_is_refused(attribute: dict[str, Any]) -> None:
    BayeuxOptions(**attribute)
    with pytest.raises(ValueError, match="browser_cookie_secure"):
        BayeuxOptions(**attribute, browser_cookie_secure=False)
