from switchbell.access.origins import AllowedOrigins

DESK = "https://desk.example"


def test_only_configured_origins_are_contained() -> None:
    origins = AllowedOrigins([DESK])
    assert origins
    assert DESK in origins
    for other in ("https://bells.example", "https://DESK.example", None, 7, "null", "*"):
        assert other not in origins
    assert not AllowedOrigins([])


def test_the_own_origin_may_use_the_server_without_being_configured() -> None:
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
