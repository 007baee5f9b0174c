"""Bearer tokens: signed by somebody whom the operator trusts (RFC 6750, RFC 7519)."""

import hashlib
import logging
import secrets
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidClaimError, JoseError
from joserfc.jws import JWSRegistry

from switchbell.access.identity import Identity
from switchbell.access.keys import key_set, secret_key
from switchbell.access.options import AccessOptions

MOST_REMEMBERED = 50_000

LONGEST = 8192
"""Characters that a token may have."""

LEEWAY = 30
"""Seconds that the clock of who made a token may be ahead."""

_END_OF_TIME = 2**53

logger = logging.getLogger(__name__)


class _Registry(JWSRegistry):
    # Some put certificates, or members of their own, into the header.
    max_header_length = LONGEST


class BearerTokens:
    """Checks tokens. One that was right is recognised again until it expires."""

    def __init__(self, options: AccessOptions) -> None:
        """Raises ValueError if the options have no key."""
        if options.token_secret is not None:
            self._keys: Any = secret_key(options.token_secret)
        elif options.token_keys is not None:
            self._keys = key_set(options.token_keys)
        else:
            raise ValueError("There is no key to check tokens with.")
        self._registry = _Registry(algorithms=options.token_algorithms, strict_check_header=False)
        self._user_claim = options.token_user_claim
        self._audience = options.token_audience
        self._wanted: dict[str, Any] = {"exp": {"essential": True}}
        if options.token_issuer is not None:
            self._wanted["iss"] = {"essential": True, "value": options.token_issuer}
        if options.token_audience is not None:
            self._wanted["aud"] = {"essential": True, "value": options.token_audience}
        self._key = secrets.token_bytes(32)
        self._remembered: dict[bytes, Identity] = {}

    def identity(self, token: str, now: float) -> Identity | None:
        """Whom a token names, and until when; None for one that is not right. ``now`` is in seconds
        since 1970."""
        if len(token) > LONGEST:
            return None
        digest = hashlib.blake2b(token.encode(errors="surrogatepass"), key=self._key).digest()
        known = self._remembered.get(digest)
        if known is None:
            known = self._check(token, now)
            if known is not None:
                self._remember(digest, known)
        elif now >= known.until:
            del self._remembered[digest]
            return None
        return known

    def _check(self, token: str, now: float) -> Identity | None:
        try:
            claims = jwt.decode(token, self._keys, registry=self._registry).claims
            self._check_claims(claims, int(now))
        except JoseError as error:
            logger.debug("A bearer token was refused: %s", error.error)
            return None
        except (ValueError, TypeError, RecursionError):
            logger.debug("A bearer token was refused: it is none")
            return None
        user, expiry = claims.get(self._user_claim), min(claims["exp"], _END_OF_TIME)
        if not isinstance(user, str) or now >= expiry:
            return None
        return Identity(user=user, until=expiry, may_be_forged=False)

    def _check_claims(self, claims: dict[str, Any], now: int) -> None:
        jwt.JWTClaimsRegistry(now=now, leeway=LEEWAY, **self._wanted).validate(claims)
        # RFC 7519, section 4.1.3: a token for others is not for us.
        if self._audience is None and "aud" in claims:
            raise InvalidClaimError("aud")

    def _remember(self, digest: bytes, identity: Identity) -> None:
        if len(self._remembered) >= MOST_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[digest] = identity
