"""Who is at the other end of a request or a socket."""

from msgspec import Struct

from switchbell.bayeux.options import LONG_POLLING


class Peer(Struct, frozen=True, kw_only=True):
    """What is known of the sender of a payload, but for what the payload says.

    ``user`` is None for one who has not said who he is. ``browser`` is the identity that the
    request shows by a cookie, or is given in its answer. ``is_browser`` says that a browser's page
    sent it, rather than a program.
    """

    user: str | None = None
    browser: str | None = None
    is_browser: bool = False
    transport: str = LONG_POLLING
