"""Who is at the other end of a request or a socket."""

from msgspec import Struct

from switchbell.bayeux.options import LONG_POLLING


class Peer(Struct, frozen=True, kw_only=True):
    """What is known of the sender of a payload, but for what the payload says.

    ``user`` is None for one who has not said who he is. ``browser`` is the identity that the
    request shows by a cookie, or is given in its answer. ``is_browser`` says that a browser's page
    sent it, rather than a program, and ``opens_sockets`` that a WebSocket would be opened for it.

    ``by_handshake`` is for handshakes that say themselves who the user is: requests that come later
    may not. They are believed to come from him if they show the same ``browser``, program or not,
    or come over the same socket; until the time ``until`` (seconds of the driver's clock), when the
    client has to handshake anew. Of others that is when what tells who they are ends: no connect is
    held for longer.
    """

    user: str | None = None
    browser: str | None = None
    is_browser: bool = False
    opens_sockets: bool = True
    by_handshake: bool = False
    until: float = float("inf")
    transport: str = LONG_POLLING
