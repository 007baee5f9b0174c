import json
from typing import Any

import pytest
from joserfc.jwk import KeySet, OctKey, RSAKey

from switchbell.access.options import AccessOptions

SECRET = "s3cr3t" * 6


def keys(*members: Any) -> str:
    return json.dumps({"keys": list(members)})


SHORT = OctKey.generate_key(128).as_dict()
LONG = OctKey.generate_key(256).as_dict()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"session_idle_limit": 0}, "session_idle_limit must be 1 or more"),
        ({"max_sessions": -1}, "max_sessions must be 1 or more"),
        ({"max_wrong_passwords": 0}, "max_wrong_passwords must be"),
        ({"proxies": -1}, "proxies must be 0 or more"),
        ({"longest_wait": 100, "forget_wrong_passwords_after": 99}, "not be less than"),
        ({"cookie_same_site": "lax"}, "Strict, Lax or None"),
        ({"cookie_same_site": "None", "cookie_secure": False}, "browsers drop"),
        ({"sockets_of_strangers": "pages"}, "none, programs, all"),
        ({"token_secret": "short"}, "32 bytes"),
        ({"token_secret": ""}, "32 bytes"),
        ({"token_secret": SECRET, "token_keys": keys(LONG)}, "exclude each other"),
        ({"token_keys": ""}, "JWK set"),
        ({"token_keys": "[]"}, "JWK set"),
        ({"token_keys": "{}"}, "JWK set"),
        ({"token_keys": keys()}, "JWK set"),
        ({"token_keys": keys(7)}, "JWK set"),
        ({"token_keys": keys({"kty": "RSA", "n": "!", "e": "AQAB"})}, "JWK set"),
        ({"token_keys": keys(SHORT)}, "long enough"),
        ({"token_keys": '{"keys":' + "[" * 100_000}, "JWK set"),
        ({"token_algorithms": ()}, "HS256, "),
        ({"token_algorithms": ("none",)}, "HS256, "),
        ({"token_issuer": ""}, "token_issuer"),
        ({"token_audience": ""}, "token_audience"),
        ({"token_user_claim": ""}, "token_user_claim"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_cannot_be_used_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said) as refusal:
        AccessOptions(**options)
    assert "\n" not in str(refusal.value)


def test_a_public_key_in_the_place_of_a_secret_is_refused() -> None:
    pem = RSAKey.generate_key(2048).as_pem(private=False).decode()
    with pytest.raises(ValueError, match="not a public key"):
        AccessOptions(token_secret=pem)


def test_keys_that_are_too_short_are_refused() -> None:
    with pytest.warns(UserWarning, match="2048"):
        weak = KeySet([RSAKey.generate_key(1024)]).as_dict()
    with pytest.raises(ValueError, match="long enough"):
        AccessOptions(token_keys=json.dumps(weak))


def test_secrets_are_not_shown() -> None:
    assert SECRET not in repr(AccessOptions(token_secret=SECRET))
    text = keys(LONG)
    assert str(LONG["k"]) not in repr(AccessOptions(token_keys=text))


@pytest.mark.parametrize("options", [{"token_secret": SECRET}, {"token_keys": keys(LONG)}], ids=str)
def test_tokens_are_taken_where_there_is_a_key(options: dict[str, Any]) -> None:
    assert AccessOptions(**options).takes_tokens
    assert not AccessOptions().takes_tokens
