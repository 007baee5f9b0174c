import dataclasses
import json
from pathlib import Path

import pytest
from joserfc.jwk import KeySet, OctKey

from switchbell.config import (
    ACCESS_RANGES,
    BAYEUX_RANGES,
    CC_GATEWAY_RANGES,
    DEFAULTS,
    JOURNAL_RANGES,
    Config,
    ConfigError,
    TraceConfig,
    read,
)

SERVE = ["serve", "--demo"]
SECRET = "s3cr3t" * 6


def test_defaults() -> None:
    config = read(["serve", "--demo"], {})
    assert (config.host, config.port, config.demo_agents) == ("127.0.0.1", 8080, 10)
    assert (config.bayeux.timeout, config.bayeux.interval) == (30_000, 0)
    assert config.bayeux.max_interval == 10_000
    assert config.bayeux.meta_connect_deliver_only


def test_the_command_line() -> None:
    arguments = ["serve", "--demo", "--host", "0.0.0.0", "--port", "9000", "--demo", "5000"]
    config = read([*arguments, "--public-url", "https://centre.example"], {})
    assert (config.host, config.port, config.demo_agents) == ("0.0.0.0", 9000, 5000)
    assert config.public_url == "https://centre.example"


def test_notifications_tell_how_long_they_took_if_that_is_wanted() -> None:
    assert not read(["serve", "--demo"], {}).notification_metrics
    assert read(["serve", "--demo", "--notification-metrics"], {}).notification_metrics


@pytest.mark.parametrize(("arguments", "plain"), [([], False), (["--plain"], True)])
def test_a_trace_needs_a_scenario_and_no_centre(arguments: list[str], plain: bool) -> None:
    config = read(["trace", *arguments, "some.toml"], {"SWITCHBELL_BAYEUX_TIMEOUT": "soon"})
    assert config == TraceConfig(scenario=Path("some.toml"), plain=plain)


def test_every_number_of_bayeux_has_a_range_that_takes_its_default() -> None:
    defaults = dataclasses.asdict(DEFAULTS.bayeux)
    numbers = {name for name, value in defaults.items() if type(value) is int}
    assert numbers == BAYEUX_RANGES.keys() - {"browser_cookie_max_age"}
    for name in numbers:
        lowest, highest = BAYEUX_RANGES[name]
        assert lowest <= defaults[name] <= highest


def test_every_number_of_access_has_a_range_that_takes_its_default() -> None:
    defaults = dataclasses.asdict(DEFAULTS.access)
    numbers = {name for name, value in defaults.items() if type(value) is int}
    assert numbers == ACCESS_RANGES.keys()
    for name in numbers:
        lowest, highest = ACCESS_RANGES[name]
        assert lowest <= defaults[name] <= highest


def test_so_has_every_number_of_the_journal() -> None:
    defaults = dataclasses.asdict(DEFAULTS.journal)
    assert JOURNAL_RANGES.keys() == {name for name in defaults if type(defaults[name]) is int}
    for name, (lowest, highest) in JOURNAL_RANGES.items():
        assert lowest <= defaults[name] <= highest


def test_every_number_of_cc_gateway_has_a_range_that_takes_its_default() -> None:
    defaults = dataclasses.asdict(DEFAULTS.cc_gateway)
    assert defaults.keys() == CC_GATEWAY_RANGES.keys()
    for name, (lowest, highest) in CC_GATEWAY_RANGES.items():
        assert lowest <= defaults[name] <= highest


def test_cc_gateway_options_come_from_the_environment() -> None:
    options = server(
        SWITCHBELL_CC_GATEWAY_AUTH_MODE="1",
        SWITCHBELL_CC_GATEWAY_POLL_WAIT="0",
        SWITCHBELL_CC_GATEWAY_MAX_AGENT_ID="59999",
    ).cc_gateway
    assert (options.auth_mode, options.poll_wait, options.max_agent_id) == (1, 0, 59_999)
    assert options.heartbeat == DEFAULTS.cc_gateway.heartbeat == 120_000


def server(**environment: str) -> Config:
    config = read(SERVE, environment)
    assert isinstance(config, Config)
    return config


def test_access_options_come_from_the_environment(tmp_path: Path) -> None:
    access = server(
        SWITCHBELL_ACCESS_SESSION_IDLE_LIMIT="60",
        SWITCHBELL_ACCESS_CSRF_PROTECTION="true",
        SWITCHBELL_ACCESS_TOKEN_SECRET=SECRET,
        SWITCHBELL_ACCESS_TOKEN_ALGORITHMS="HS256, HS512",
    ).access
    assert (access.session_idle_limit, access.csrf_protection) == (60, True)
    assert (access.token_secret, access.token_algorithms) == (SECRET, ("HS256", "HS512"))
    assert access.max_sessions_per_user == DEFAULTS.access.max_sessions_per_user


def test_the_keys_of_tokens_are_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    text = json.dumps(KeySet([OctKey.generate_key(256)]).as_dict(private=True))
    file.write_text(text)
    assert server(SWITCHBELL_ACCESS_TOKEN_KEYS=str(file)).access.token_keys == text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        (b"\xff", "not UTF-8"),
        (b"{}", "JWK set"),
        (b" " * 1_048_577, "too large"),
    ],
    ids=range(4),
)
def test_a_file_that_has_no_keys_is_refused(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "keys.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=said) as refusal:
        server(SWITCHBELL_ACCESS_TOKEN_KEYS=str(file))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("part", ["BAYEUX", "ACCESS"])
def test_one_setting_has_the_origins_for_all_of_the_server(part: str) -> None:
    config = server(
        **{f"SWITCHBELL_{part}_ALLOWED_ORIGINS": "https://a.example, https://b.example"}
    )
    assert config.bayeux.allowed_origins == ("https://a.example", "https://b.example")
    both = {
        f"SWITCHBELL_{name}_ALLOWED_ORIGINS": "https://a.example" for name in ("BAYEUX", "ACCESS")
    }
    with pytest.raises(ConfigError, match="one setting"):
        server(**both)


def test_a_cookie_for_other_sites_needs_https() -> None:
    across = {"SWITCHBELL_ACCESS_COOKIE_SAME_SITE": "None"}
    with pytest.raises(ConfigError, match="--public-url of https"):
        server(**across)
    assert server(**across, SWITCHBELL_ACCESS_COOKIE_SECURE="true").access.cookie_secure
    arguments = [*SERVE, "--public-url", "https://centre.example"]
    assert isinstance(read(arguments, across), Config)


def test_no_refusal_tells_a_secret() -> None:
    for environment in (
        {"SWITCHBELL_ACCESS_TOKEN_SECRET": "s3cr3t"},
        {"SWITCHBELL_ACCESS_TOKEN_SECRET": SECRET, "SWITCHBELL_ACCESS_TOKEN_ALGORITHMS": "none"},
    ):
        with pytest.raises(ConfigError) as refusal:
            server(**environment)
        assert "s3cr3t" not in str(refusal.value)
    assert "s3cr3t" not in repr(server(SWITCHBELL_ACCESS_TOKEN_SECRET=SECRET))


def test_what_happens_is_kept_where_it_is_said() -> None:
    assert read(SERVE, {}).data == Path("switchbell-data")
    assert read([*SERVE, "--data", "/var/lib/switchbell"], {}).data == Path("/var/lib/switchbell")
    assert read([*SERVE, "--data", ":memory:"], {}).data is None
    assert Config().data is None


def test_options_of_the_journal_come_from_the_environment() -> None:
    journal = read(SERVE, {}).journal
    assert (journal.durability, journal.max_age, journal.max_changes) == ("full", 86_400, 1_000_000)
    environment = {
        "SWITCHBELL_JOURNAL_DURABILITY": "normal",
        "SWITCHBELL_JOURNAL_MAX_AGE": "3600",
        "SWITCHBELL_JOURNAL_MAX_CHANGES": "5000",
    }
    journal = read(SERVE, environment).journal
    assert (journal.durability, journal.max_age, journal.max_changes) == ("normal", 3_600, 5_000)


def test_bayeux_options_come_from_the_environment() -> None:
    environment = {
        "SWITCHBELL_BAYEUX_TIMEOUT": "5000",
        "SWITCHBELL_BAYEUX_META_CONNECT_DELIVER_ONLY": "false",
        "PATH": "/bin",
    }
    config = read(["serve", "--demo"], environment)
    assert config.bayeux.timeout == 5000
    assert not config.bayeux.meta_connect_deliver_only
    assert config.bayeux.max_interval == 10_000


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        ([], {}, "COMMAND"),
        (["serve"], {}, "--demo"),
        (["trace"], {}, "SCENARIO.toml"),
        (["serve", "--demo", "0"], {}, "from 1 to"),
        (["serve", "--demo", "many"], {}, "from 1 to"),
        (["serve", "--demo", "--port", "65536"], {}, "from 0 to 65535"),
        (["serve", "--demo", "--port", "-1"], {}, "--port"),
        (["serve", "--demo", "--colour", "red"], {}, "--colour"),
        (["serve", "--demo", "--public-url", "centre.example"], {}, "http://"),
        (["serve", "--demo", "--public-url", "http://centre.example:port"], {}, "http://"),
        (["serve", "--demo", "--public-url", "http:///path"], {}, "http://"),
        (["serve", "--demo"], {"SWITCHBELL_BAYEUX_TIMEOUT": "soon"}, "SWITCHBELL_BAYEUX_TIMEOUT"),
        (["serve", "--demo"], {"SWITCHBELL_BAYEUX_TIMEOUT": "-1"}, "from 100 to 3600000"),
        (["serve", "--demo"], {"SWITCHBELL_BAYEUX_TIMEOUT": "9" * 5000}, "from 100 to 3600000"),
        (["serve", "--demo"], {"SWITCHBELL_BAYEUX_MAX_QUEUE": "0"}, "from 1 to"),
        (
            ["serve", "--demo"],
            {"SWITCHBELL_BAYEUX_DUPLICATE_META_CONNECT_HTTP_RESPONSE_CODE": "200"},
            "from 400 to 599",
        ),
        (["serve", "--demo"], {"SWITCHBELL_PORT": "1"}, "not a setting"),
        (["serve", "--demo"], {"SWITCHBELL_BAYEUX_TIMEOU": "1"}, "not a setting"),
        (["serve", "--demo"], {"SWITCHBELL_BAYEUX_BROADCAST_TO_PUBLISHER": "1"}, "true or false"),
        ([*SERVE, "--data", ""], {}, "--data"),
        (SERVE, {"SWITCHBELL_JOURNAL_DURABILITY": "none"}, "durability must be full or normal"),
        (SERVE, {"SWITCHBELL_JOURNAL_MAX_AGE": "0"}, "from 60 to"),
        (SERVE, {"SWITCHBELL_JOURNAL_MAX_CHANGES": "10"}, "from 1000 to"),
        (SERVE, {"SWITCHBELL_ACCESS_SESSION_IDLE_LIMIT": "9"}, "from 10 to"),
        (SERVE, {"SWITCHBELL_ACCESS_CSRF_PROTECTION": "yes"}, "true or false"),
        (SERVE, {"SWITCHBELL_ACCESS_COOKIE_SAME_SITE": "lax"}, "Strict, Lax or None"),
        (SERVE, {"SWITCHBELL_ACCESS_TIMEOUT": "1"}, "not a setting"),
        (SERVE, {"SWITCHBELL_ACCESS_ALLOWED_ORIGINS": "desk"}, "https://desk.example"),
        (
            SERVE,
            {
                "SWITCHBELL_ACCESS_LONGEST_WAIT": "60",
                "SWITCHBELL_ACCESS_FORGET_WRONG_PASSWORDS_AFTER": "59",
            },
            "longest_wait",
        ),
        (SERVE, {"SWITCHBELL_CC_GATEWAY_AUTH_MODE": "3"}, "from 1 to 2"),
        (SERVE, {"SWITCHBELL_CC_GATEWAY_MAX_AGENT_ID": "1000000"}, "from 101 to 999999"),
        (SERVE, {"SWITCHBELL_CC_GATEWAY_TIMEOUT": "1"}, "not a setting"),
        (SERVE, {"SWITCHBELL_CC_GATEWAY_GUID_INTERVAL": "120000"}, "guid_interval"),
        (SERVE, {"SWITCHBELL_CC_GATEWAY_HEARTBEAT": "10000"}, "poll_wait"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(
    arguments: list[str], environment: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigError, match=said) as refusal:
        read(arguments, environment)
    assert "\n" not in str(refusal.value)
