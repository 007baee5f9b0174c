import dataclasses
from pathlib import Path

import pytest

from switchbell.config import BAYEUX_RANGES, DEFAULTS, ConfigError, TraceConfig, read


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
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(
    arguments: list[str], environment: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigError, match=said) as refusal:
        read(arguments, environment)
    assert "\n" not in str(refusal.value)
