import pytest

from switchbell.access.origins import AllowedOrigins, own_origins

MACHINE = ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::]")
DESK = "https://desk.example"


def test_only_configured_origins_are_contained() -> None:
    origins = AllowedOrigins([DESK])
    assert origins
    assert DESK in origins
    for other in ("https://bells.example", "https://DESK.example", None, 7, "null", "*"):
        assert other not in origins
    assert not AllowedOrigins([])


def test_without_a_public_url_the_own_origin_is_that_of_the_host() -> None:
    origins = AllowedOrigins([DESK])
    for origin, secure, allowed in [
        (None, False, True),
        (DESK, True, True),
        ("https://bells.example", True, True),
        ("https://bells.example", False, True),
        ("http://bells.example", False, True),
        ("http://bells.example", True, False),
        ("http://desk.example", False, False),
        ("http://[", False, False),
        ("null", False, False),
    ]:
        assert origins.allows(origin, host="bells.example", secure=secure) is allowed, origin


@pytest.mark.parametrize("host", ["bells.example", "evil.example", "127.0.0.1:8080", ""])
@pytest.mark.parametrize("secure", [True, False])
def test_with_one_it_does_not_matter_what_a_request_says(host: str, secure: bool) -> None:
    origins = AllowedOrigins([DESK], "https://Bells.example/switch")
    for origin, allowed in [
        (None, True),
        (DESK, True),
        ("https://bells.example", True),
        ("https://BELLS.example", True),
        ("http://bells.example", False),
        ("https://bells.example:8443", False),
        ("https://evil.example", False),
        ("http://evil.example", False),
        ("http://127.0.0.1:8080", False),
        ("https://bells.example.evil.example", False),
        ("https://bells.example/", False),
        ("http://[", False),
        ("null", False),
        ("", False),
    ]:
        assert origins.allows(origin, host=host, secure=secure) is allowed, origin


@pytest.mark.parametrize(
    ("public_url", "own"),
    [
        ("https://centre.example", {"https://centre.example"}),
        ("https://Centre.Example:443/a/b", {"https://centre.example"}),
        ("http://centre.example:80", {"http://centre.example"}),
        ("http://centre.example:443", {"http://centre.example:443"}),
        ("http://192.0.2.7:8080", {"http://192.0.2.7:8080"}),
        ("http://[2001:DB8::1]:8080", {"http://[2001:db8::1]:8080"}),
        ("http://user@centre.example", {"http://centre.example"}),
        *((f"http://{name}:8080", {f"http://{one}:8080" for one in MACHINE}) for name in MACHINE),
        ("centre.example", set()),
        ("http://centre.example:port", set()),
        ("", set()),
    ],
)
def test_the_origin_of_a_url_is_written_as_browsers_do(public_url: str, own: set[str]) -> None:
    assert own_origins(public_url) == own
