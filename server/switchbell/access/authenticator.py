"""Who is it? One answer for all ways in which a request may say so."""

from collections.abc import Iterable, Mapping
from typing import Any

from switchbell.access import basic
from switchbell.access.errors import TooManyAttempts
from switchbell.access.identity import NOBODY, Identity
from switchbell.access.options import AccessOptions
from switchbell.access.passwords import Passwords
from switchbell.access.sessions import HttpSessions
from switchbell.access.throttle import Throttle
from switchbell.access.tokens import BearerTokens
from switchbell.access.users import User


class Authenticator:
    """Knows users by HTTP Basic, by the cookie of their HTTP session, and by bearer tokens.

    What is asked often costs little: what was right before is recognised by a digest, or by the
    cookie. Times are in seconds since 1970. Create it inside the running event loop or before it;
    call :meth:`close` in the end.
    """

    def __init__(self, users: Iterable[User], options: AccessOptions) -> None:
        users = tuple(users)
        throttle = Throttle(
            free=options.max_wrong_passwords,
            free_of_user=options.max_wrong_passwords_per_user,
            free_of_address=options.max_wrong_passwords_per_address,
            longest_wait=options.longest_wait,
            forget_after=options.forget_wrong_passwords_after,
        )
        self.sessions = HttpSessions(
            idle_limit=options.session_idle_limit,
            most=options.max_sessions,
            most_of_user=options.max_sessions_per_user,
        )
        self._passwords = Passwords(users, throttle, most_waiting=options.max_password_checks)
        self._tokens = BearerTokens(options) if options.takes_tokens else None
        self._by_password = {user.name: Identity(user=user.name, may_log_in=True) for user in users}

    async def identify(
        self, authorization: str | None, cookie: str | None, *, address: str, now: float
    ) -> Identity:
        """Who a request comes from, by its ``Authorization`` header, the value of its session
        cookie and its address.

        A header is meant, a cookie comes along by itself: where there is a header, it decides.
        Raises TooBusy.
        """
        if authorization is None:
            return self._by_cookie(cookie, now) or NOBODY
        scheme, _, credentials = authorization.partition(" ")
        match scheme.lower():
            case "basic":
                decoded = basic.decode(credentials)
                if decoded is None:
                    return NOBODY
                identity = await self._by_name(*decoded, address=address, now=now)
            case "bearer":
                return self._by_token(credentials.strip(), now)
            case _:
                return NOBODY
        known = self._by_cookie(cookie, now)
        return identity if known is None or known.user != identity.user else known

    async def authenticate(
        self, said: Mapping[str, Any], *, address: str, now: float
    ) -> Identity | None:
        """Who the client of a handshake is by ``ext.authentication``: a ``user`` with a
        ``password``, or a ``token``. None where that says nothing that is understood; nobody,
        where it is wrong. Raises TooBusy."""
        match said:
            case {"user": str() as name, "password": str() as password}:
                return await self._by_name(name, password, address=address, now=now)
            case {"token": str() as token}:
                return self._by_token(token, now)
            case _:
                return None

    def close(self) -> None:
        self._passwords.close()

    def _by_cookie(self, cookie: str | None, now: float) -> Identity | None:
        session = self.sessions.find(cookie, now) if cookie is not None else None
        if session is None:
            return None
        return Identity(user=session.user, session=session, by_cookie=True)

    async def _by_name(self, name: str, password: str, *, address: str, now: float) -> Identity:
        try:
            right = await self._passwords.are_right(name, password, address=address, now=now)
        except TooManyAttempts as error:
            return Identity(retry_after=error.retry_after)
        return self._by_password[name] if right else NOBODY

    def _by_token(self, token: str, now: float) -> Identity:
        identity = self._tokens.identity(token, now) if self._tokens is not None else None
        # A token may be right, and name somebody who is not of this centre.
        if identity is None or identity.user not in self._by_password:
            return NOBODY
        return identity
