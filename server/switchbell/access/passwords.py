"""Are a name and a password right?"""

import asyncio
import hashlib
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import argon2

from switchbell.access.errors import TooBusy, TooManyAttempts
from switchbell.access.throttle import Throttle, network
from switchbell.access.users import User

MOST_REMEMBERED = 50_000

WHEN_BUSY = 5.0
"""Seconds after which it is worth trying again."""

# Checking a password is made to be slow. More threads than cores would only starve the event loop.
_THREADS = 2


LONGEST_NAME = 256
"""No user has a longer one, and none is remembered."""


class Passwords:
    """Checks passwords, in threads of its own; ``most_waiting`` at a time.

    A password that was right once is recognised again where it was, without being checked again, so
    that a poll costs nothing. What is remembered of it is a keyed digest. The same credentials that
    come many times at once are checked once.
    """

    def __init__(self, users: Iterable[User], throttle: Throttle, *, most_waiting: int) -> None:
        self._hashes = {user.name: user.password_hash for user in users}
        self._throttle = throttle
        self._most_waiting = most_waiting
        self._hasher = argon2.PasswordHasher()
        # An unknown user takes as long as a known one, and so is not found out by the clock.
        first = next(iter(self._hashes.values()), None)
        self._decoy = first or self._hasher.hash(secrets.token_hex())
        self._key = secrets.token_bytes(32)
        self._remembered: dict[bytes, str] = {}
        self._under_way: dict[bytes, asyncio.Task[bool]] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="password")

    async def are_right(self, name: str, password: str, *, address: str, now: float) -> bool:
        """Whether the user has this password. ``address`` is where the question comes from.

        Raises TooManyAttempts and TooBusy. While the user has to wait there a password is still
        compared with what is remembered, but not so often that one could guess by that.
        """
        if len(name) > LONGEST_NAME:
            return False
        digest = self._digest(name, password, address)
        wait = self._throttle.wait(name, address, now)
        if wait > 0 and not self._throttle.may_look(name, address, now):
            raise TooManyAttempts(wait)
        if digest in self._remembered:
            return True
        check = self._under_way.get(digest)
        if check is None:
            if wait > 0:
                self._throttle.look(name, address, now)
                raise TooManyAttempts(wait)
            if len(self._under_way) >= self._most_waiting:
                raise TooBusy(WHEN_BUSY)
            self._throttle.attempt(name, address, now)
            check = asyncio.create_task(self._check(digest, name, password, address))
            self._under_way[digest] = check
        # Whoever asked may go away; others may have asked the same, and the outcome counts.
        return await asyncio.shield(check)

    def close(self) -> None:
        for check in self._under_way.values():
            check.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _digest(self, name: str, password: str, address: str) -> bytes:
        # With the length in front, no other name and password look the same.
        said = f"{network(address)} {len(name)}:{name}{password}".encode(errors="surrogatepass")
        return hashlib.blake2b(said, key=self._key).digest()

    async def _check(self, digest: bytes, name: str, password: str, address: str) -> bool:
        loop = asyncio.get_running_loop()
        try:
            is_right = await loop.run_in_executor(self._threads, self._is_right, name, password)
        finally:
            del self._under_way[digest]
        if is_right:
            self._throttle.succeed(name, address)
            self._remember(digest, name)
        return is_right

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
