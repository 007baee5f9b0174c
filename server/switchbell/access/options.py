"""The options of access to the server."""

import re
from dataclasses import dataclass, field

from switchbell.access.keys import ALGORITHMS, key_set, secret_key

SAME_SITE = ("Strict", "Lax", "None")

STRANGERS = ("none", "programs", "all")

_AT_LEAST_ONE = (
    "session_idle_limit",
    "max_sessions",
    "max_sessions_per_user",
    "max_password_checks",
    "max_wrong_passwords",
    "max_wrong_passwords_per_user",
    "max_wrong_passwords_per_address",
    "longest_wait",
)

_CLAIM = re.compile(r"[!-~]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessOptions:
    """All times are in seconds. Raises ValueError for a value that cannot be used; the text never
    has a secret in it."""

    # HTTP sessions.

    session_idle_limit: int = 1800
    """How long an HTTP session lives without a request. One that is held, and an open WebSocket,
    count as use."""

    max_sessions: int = 200_000
    """Most HTTP sessions at a time; the one that was not used for longest makes room."""

    max_sessions_per_user: int = 50
    """Most HTTP sessions of one user. Those whose cookie never came back make room first: clients
    that keep no cookies begin one with each request."""

    cookie_same_site: str = "Lax"
    """Strict, Lax or None. Browsers send the cookie with requests of pages of another *site* only
    if it is None, which they take over https alone."""

    cookie_secure: bool | None = None
    """None: if the public URL is one of https."""

    # What is asked of requests.

    csrf_protection: bool = False
    """Ask for a CSRF token with requests that change something (Web Services, CSRF protection:
    ``enableCsrfProtection``)."""

    sockets_of_strangers: str = "programs"
    """Whose WebSockets are opened before it is known who they are, so that they can say it in their
    handshake: ``none``, ``programs``, or ``all``, which are pages too. Others are refused, and go
    on over long-polling: what clients need that have credentials in headers only, and cannot send
    these with the opening of a socket. CometD's would not leave a socket that was opened."""

    proxies: int = 0
    """How many reverse proxies of the operator's a request passes: the address of a client is then
    that many places from the end of ``X-Forwarded-For``."""

    # Passwords.

    max_password_checks: int = 1_000
    """Most passwords that may wait to be checked; who comes then is told to come again."""

    max_wrong_passwords: int = 5
    """How many times a user may be wrong from one address, until there is a wait after each: of a
    second, then of two, and so on."""

    max_wrong_passwords_per_user: int = 50
    """The same for a user from all addresses but those where he was right before."""

    max_wrong_passwords_per_address: int = 100
    """The same for all users from one address, but those who were right there before."""

    longest_wait: int = 300

    forget_wrong_passwords_after: int = 900
    """How long nothing may go wrong until what did is forgotten."""

    # Bearer tokens: refused unless there is a key.

    token_secret: str | None = field(default=None, repr=False)
    """The secret that tokens are signed with, of 32 bytes or more."""

    token_keys: str | None = field(default=None, repr=False)
    """The text of a JWK set, by one of whose keys tokens are signed."""

    token_algorithms: tuple[str, ...] = ("HS256", "RS256", "ES256")
    """The algorithms that are taken, of ``ALGORITHMS``."""

    token_issuer: str | None = None
    """What ``iss`` of a token has to be. None: anything."""

    token_audience: str | None = None
    """What ``aud`` of a token has to name. None: a token must have none, or it is for somebody else
    (RFC 7519, section 4.1.3)."""

    token_user_claim: str = "sub"  # noqa: S105 - a name
    """The claim that has the name of the user."""

    def __post_init__(self) -> None:
        self._check_numbers()
        if self.cookie_same_site not in SAME_SITE:
            raise ValueError("cookie_same_site must be Strict, Lax or None.")
        if self.cookie_same_site == "None" and self.cookie_secure is False:
            raise ValueError("cookie_secure: browsers drop a cookie of SameSite=None otherwise.")
        if self.sockets_of_strangers not in STRANGERS:
            raise ValueError(f"sockets_of_strangers must be one of {', '.join(STRANGERS)}.")
        self._check_tokens()

    @property
    def takes_tokens(self) -> bool:
        return self.token_secret is not None or self.token_keys is not None

    def _check_numbers(self) -> None:
        for name in _AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more.")
        if self.proxies < 0:
            raise ValueError("proxies must be 0 or more.")
        if self.forget_wrong_passwords_after < self.longest_wait:
            raise ValueError("forget_wrong_passwords_after must not be less than longest_wait.")

    def _check_tokens(self) -> None:
        if self.token_secret is not None and self.token_keys is not None:
            raise ValueError("token_secret and token_keys exclude each other.")
        if self.token_secret is not None:
            secret_key(self.token_secret)
        if self.token_keys is not None:
            key_set(self.token_keys)
        unknown = set(self.token_algorithms).difference(ALGORITHMS)
        if unknown or not self.token_algorithms:
            raise ValueError(f"token_algorithms must be some of {', '.join(ALGORITHMS)}.")
        for name in ("token_issuer", "token_audience"):
            if getattr(self, name) == "":
                raise ValueError(f"{name} must not be empty.")
        if not _CLAIM.fullmatch(self.token_user_claim):
            raise ValueError("token_user_claim must be the name of a claim.")
