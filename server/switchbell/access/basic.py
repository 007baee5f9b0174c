"""HTTP Basic: from the Authorization header to the user."""

import asyncio
import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import argon2

from switchbell.access.users import User

MOST_REMEMBERED = 50_000

# Checking a password is made to be slow. More threads than cores would only starve the event loop.
_THREADS = 2


class BasicAuthentication:
    """Checks user names and passwords.

    A password that was right once is recognised again without being checked again, so that a poll
    costs nothing. What is remembered of it is a keyed digest.
    """

    def __init__(self, users: Iterable[User]) -> None:
        self._hashes = {user.name: user.password_hash for user in users}
        self._hasher = argon2.PasswordHasher()
        # An unknown user takes as long as a known one, and so is not found out by the clock.
        self._decoy = next(iter(self._hashes.values()), self._hasher.hash(secrets.token_hex()))
        self._key = secrets.token_bytes(32)
        self._remembered: dict[bytes, str] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="password")

    async def user(self, authorization: str | None) -> str | None:
        """The name of the user whose credentials the header ``authorization`` carries; None
        without a header, and for one that is malformed or wrong."""
        if authorization is None:
            return None
        credentials = _decode(authorization)
        if credentials is None:
            return None
        digest = hashlib.blake2b("\0".join(credentials).encode(), key=self._key).digest()
        known = self._remembered.get(digest)
        if known is not None:
            return known
        loop = asyncio.get_running_loop()
        if not await loop.run_in_executor(self._threads, self._is_right, *credentials):
            return None
        self._remember(digest, credentials[0])
        return credentials[0]

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _is_right(self, name: str, password: str) -> bool:
        try:
            self._hasher.verify(self._hashes.get(name, self._decoy), password)
        except argon2.exceptions.VerifyMismatchError:
            return False
        return name in self._hashes

    def _remember(self, digest: bytes, name: str) -> None:
        if len(self._remembered) >= MOST_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[digest] = name


def _decode(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        raw = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # what .NET clients send
    name, colon, password = text.partition(":")
    return (name, password) if colon else None
