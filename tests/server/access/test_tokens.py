"""Bearer tokens: what is taken, and what is not."""

import base64
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from switchbell.access import tokens as module
from switchbell.access.options import AccessOptions
from switchbell.access.tokens import LEEWAY, BearerTokens

SECRET = "a secret of thirty-two bytes, or more"
NOW = 1_700_000_000.0
CLAIMS: dict[str, Any] = {"sub": "anna", "exp": NOW + 60}


def signed(claims: dict[str, Any], key: Any = None, algorithm: str = "HS256", **header: Any) -> str:
    key = key or OctKey.import_key(SECRET)
    return jwt.encode({"alg": algorithm, **header}, dict(claims), key, [algorithm])


def tokens(**options: Any) -> BearerTokens:
    if "token_keys" not in options:
        options = {"token_secret": SECRET, **options}
    return BearerTokens(AccessOptions(**options))


def user(tokens: BearerTokens, token: str, now: float = NOW) -> str | None:
    identity = tokens.identity(token, now)
    return None if identity is None else identity.user


def test_a_token_names_its_user_until_it_expires() -> None:
    checker, token = tokens(), signed(CLAIMS)
    for _ in range(2):
        identity = checker.identity(token, NOW)
        assert identity is not None
        assert (identity.user, identity.until) == ("anna", NOW + 60)
        assert not identity.may_log_in
    assert user(checker, token, NOW + 59.9) == "anna"
    assert user(checker, token, NOW + 60) is None
    assert user(checker, token, NOW) == "anna"
    assert user(tokens(), token, NOW + 60) is None


def test_a_token_that_was_right_is_not_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    checker, token = tokens(), signed(CLAIMS)
    assert user(checker, token) == "anna"
    monkeypatch.setattr(jwt, "decode", None)
    assert user(checker, token) == "anna"


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REMEMBERED", 1)
    checker = tokens()
    for name in ("anna", "berta", "anna"):
        assert user(checker, signed(CLAIMS | {"sub": name})) == name
    assert len(checker._remembered) == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "anna"},
        {"sub": "anna", "exp": None},
        {"sub": "anna", "exp": NOW},
        {"sub": "anna", "exp": NOW - 1},
        {"sub": "anna", "exp": "2100"},
        {"sub": "anna", "exp": True},
        {"sub": "anna", "exp": float("nan")},
        {"sub": "anna", "exp": float("inf")},
        {"exp": NOW + 60},
        {"sub": 7, "exp": NOW + 60},
        {"sub": ["anna"], "exp": NOW + 60},
        {"sub": None, "exp": NOW + 60},
        {**CLAIMS, "nbf": NOW + LEEWAY + 5},
        {**CLAIMS, "iat": NOW + LEEWAY + 5},
        {**CLAIMS, "aud": "others"},
        {**CLAIMS, "aud": ["others"]},
    ],
    ids=repr,
)
def test_claims_that_are_missing_or_wrong(claims: dict[str, Any]) -> None:
    assert user(tokens(), signed(claims)) is None


@pytest.mark.parametrize("more", [{"nbf": NOW + 5}, {"iat": NOW + 5}, {"iss": "any"}], ids=repr)
def test_clocks_may_differ_a_little_and_claims_that_nobody_asked_for_do_not_matter(
    more: dict[str, Any],
) -> None:
    assert user(tokens(), signed(CLAIMS | more)) == "anna"


def test_an_expiry_in_the_far_future_can_be_told() -> None:
    identity = tokens().identity(signed(CLAIMS | {"exp": 10**400}), NOW)
    assert identity is not None
    assert identity.until > NOW


def test_issuer_and_audience_are_checked_where_they_are_configured() -> None:
    checker = tokens(token_issuer="https://id.example", token_audience="switchbell")
    right = CLAIMS | {"iss": "https://id.example", "aud": ["others", "switchbell"]}
    assert user(checker, signed(right)) == "anna"
    assert user(checker, signed(right | {"aud": "switchbell"})) == "anna"
    for wrong in (
        CLAIMS,
        right | {"iss": "https://evil.example"},
        right | {"iss": ["https://id.example"]},
        right | {"aud": ["others"]},
        right | {"aud": "switchbel"},
        right | {"aud": None},
        {key: value for key, value in right.items() if key != "iss"},
        {key: value for key, value in right.items() if key != "aud"},
    ):
        assert user(checker, signed(wrong)) is None, wrong


def test_another_claim_may_have_the_name() -> None:
    checker = tokens(token_user_claim="preferred_username")
    assert user(checker, signed({**CLAIMS, "preferred_username": "berta"})) == "berta"
    assert user(checker, signed(CLAIMS)) is None


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in (header, claims)]
    return b".".join(part.rstrip(b"=") for part in parts).decode() + "." + signature


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "nonsense",
        "a.b.c",
        "ü.ö.ä",
        "\ud800",
        "{}",
        unsigned({"alg": "none"}, CLAIMS),
        unsigned({"alg": "HS256"}, CLAIMS),
        unsigned({"alg": "HS256"}, CLAIMS, "AAAA"),
        unsigned({}, CLAIMS),
        unsigned({"alg": ["HS256"]}, CLAIMS, "AAAA"),
        unsigned({"alg": {}}, CLAIMS, "AAAA"),
        unsigned({"alg": "HS256", "crit": ["x"], "x": 1}, CLAIMS, "AAAA"),
        "[" * 3000 + "." + "]" * 3000 + ".",
        "x" * 100_000,
    ],
    ids=range(17),
)
def test_what_is_no_token_names_nobody(token: str) -> None:
    assert user(tokens(), token) is None


def test_a_token_that_was_changed_names_nobody() -> None:
    head, _, rest = signed(CLAIMS).partition(".")
    _, _, signature = rest.partition(".")
    other = signed(CLAIMS | {"sub": "boss"}).split(".")[1]
    assert user(tokens(), f"{head}.{other}.{signature}") is None


def test_a_token_of_another_secret_names_nobody() -> None:
    assert user(tokens(), signed(CLAIMS, OctKey.import_key(SECRET[::-1]))) is None


def test_an_algorithm_that_is_not_allowed_is_refused() -> None:
    token = signed(CLAIMS, algorithm="HS512")
    assert user(tokens(), token) is None
    assert user(tokens(token_algorithms=("HS512",)), token) == "anna"
    assert user(tokens(token_algorithms=("HS512",)), signed(CLAIMS)) is None


RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
KEYS = json.dumps(KeySet([RSA, EC]).as_dict(private=False))


def test_tokens_may_be_signed_by_any_key_of_a_set() -> None:
    checker = tokens(token_keys=KEYS)
    assert user(checker, signed(CLAIMS, RSA, "RS256", kid="rsa")) == "anna"
    assert user(checker, signed(CLAIMS, EC, "ES256", kid="ec", x5c=["c" * 1000])) == "anna"
    for token in (
        signed(CLAIMS, RSA, "RS256", kid="ec"),
        signed(CLAIMS, RSA, "RS256", kid="other"),
        signed(CLAIMS, RSA, "RS256"),
        signed(CLAIMS, RSAKey.generate_key(2048), "RS256", kid="rsa"),
        signed(CLAIMS),
    ):
        assert user(checker, token) is None


def test_a_public_key_is_no_secret() -> None:
    """Else whoever knows it, and everybody may, could sign with it as HS256 does."""
    checker = tokens(token_keys=json.dumps(KeySet([RSA]).as_dict(private=False)))
    public = json.dumps(RSA.as_dict(private=False)).encode()
    for octets in (public, public.ljust(64)):
        assert user(checker, signed(CLAIMS, OctKey.import_key(octets), kid="rsa")) is None


def test_without_a_key_there_are_no_tokens() -> None:
    with pytest.raises(ValueError, match="no key"):
        BearerTokens(AccessOptions())
