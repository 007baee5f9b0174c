"""The keys that bearer tokens are signed with."""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import KeySet, OctKey

ALGORITHMS = (
    *("HS256", "HS384", "HS512"),
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519"),
)
"""The algorithms that this server knows. ``none`` is not among them."""

# RFC 7518, section 3.2: a key as long as the hash, or longer.
_SHORTEST_SECRET = 32


def secret_key(secret: str) -> OctKey:
    """The key that a shared secret is. Raises ValueError for one that can be guessed, or is no
    secret."""
    octets = secret.encode(errors="surrogateescape")
    if len(octets) < _SHORTEST_SECRET:
        raise ValueError(f"token_secret must have {_SHORTEST_SECRET} bytes or more.")
    with _refusing("token_secret must be a secret, not a public key."):
        return OctKey.import_key(octets)


def key_set(text: str) -> KeySet:
    """The keys in the text of a JWK set (RFC 7517, section 5). Raises ValueError."""
    with _refusing("token_keys must be a JWK set, of keys that are long enough."):
        keys = KeySet.import_key_set(json.loads(text))
        if any(isinstance(key, OctKey) and len(key.raw_value) < _SHORTEST_SECRET for key in keys):
            raise ValueError
        return keys


@contextmanager
def _refusing(text: str) -> Iterator[None]:
    """Have one error for all that can be wrong with keys. What went wrong may quote them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SecurityWarning)
            yield
    except (
        *(JoseError, SecurityWarning, RecursionError),
        *(ValueError, KeyError, TypeError, AttributeError),
    ):
        raise ValueError(text) from None
