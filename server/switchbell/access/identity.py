"""Who sends a request."""

from msgspec import Struct

from switchbell.access.sessions import HttpSession

ALWAYS = float("inf")


class Identity(Struct, frozen=True, kw_only=True):
    """What is known of the sender of a request. ``user`` is None for one who has not said who he
    is, or not rightly.

    ``session`` is the HTTP session whose cookie has come, and ``by_cookie`` says that a browser
    brings along what tells this identity by itself, with the opening of a WebSocket, too.
    ``until`` is when it ends, in seconds since 1970. ``may_log_in`` says that an HTTP session may
    begin with it, and ``may_be_forged`` that some page may have had the user's browser send this
    (CSRF). ``retry_after`` is how many seconds the sender has to wait until his password is
    looked at.
    """

    user: str | None = None
    session: HttpSession | None = None
    by_cookie: bool = False
    until: float = ALWAYS
    may_log_in: bool = False
    may_be_forged: bool = True
    retry_after: float = 0.0


NOBODY = Identity()
