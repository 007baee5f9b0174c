"""The options of a Bayeux server, under CometD's names in Python's spelling."""

import re
from dataclasses import dataclass

from switchbell.bayeux import channel as channels

LONG_POLLING = "long-polling"
CALLBACK_POLLING = "callback-polling"
WEBSOCKET = "websocket"
TRANSPORTS = (WEBSOCKET, LONG_POLLING, CALLBACK_POLLING)

# The options for which a negative number means something.
_MAY_BE_NEGATIVE = {"max_sessions_per_browser", "multi_session_interval"}

# As RFC 9110 has it for tokens, and RFC 6265 for the attributes of cookies.
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
_ATTRIBUTE = re.compile(r"[!-:<-~]+", re.ASCII)

# As browsers send it (RFC 6454, section 6.1).
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@A-Z]+", re.ASCII)

_AT_LEAST_ONE = ("max_message_size", "max_messages", "max_channel_length", "ws_max_buffer")

_HTTP_ERRORS = range(400, 600)

_SAME_SITE = (None, "Strict", "Lax", "None")


@dataclass(frozen=True, slots=True, kw_only=True)
class BayeuxOptions:
    """All times are in milliseconds, as in CometD and on the wire, and all sizes in bytes.

    ``ws_`` stands for CometD's ``ws.``. Not here are options for what this server has no need of:
    ``sweepPeriod`` (every deadline is kept), ``maxProcessing`` (no handler waits),
    ``ws.messagesPerFrame`` (as many as are there), ``validateMessageFields`` (they always are) and
    ``http2MaxSessionsPerBrowser`` (it speaks HTTP/1.1).

    Raises ValueError for a value that cannot be used.
    """

    # How long things last.

    timeout: int = 30_000
    """How long a connect is held when there is nothing to deliver."""

    interval: int = 0
    """How long a client is told to wait between the end of a connect and the next."""

    max_interval: int = 10_000
    """How long after ``interval`` a session lives without a connect."""

    handshake_reconnect: bool = False
    """Tell clients ``maxInterval`` in advice, so that one that was cut off for longer does not
    try to connect, but handshakes at once."""

    # What is delivered when.

    meta_connect_deliver_only: bool = False
    """Deliver events with connect replies only: over several HTTP connections this is what keeps
    their order."""

    ws_meta_connect_deliver_only: bool | None = None
    """The same for sessions on a WebSocket, which keeps the order anyway. None: as over HTTP."""

    broadcast_to_publisher: bool = True
    """Whether a client that publishes on a channel it is subscribed to hears itself."""

    allow_message_delivery_during_handshake: bool = False
    """Deliver what was pushed to a session as it began in the answer to its handshake, whose reply
    then says in ``x-messages`` how many events follow."""

    lazy_channels: tuple[str, ...] = ()
    """Channels and wildcards whose events may wait for other reasons to write to the client."""

    max_lazy_timeout: int = 5_000
    """How long they wait at most."""

    duplicate_meta_connect_http_response_code: int = 500
    """HTTP status that ends a held connect when a newer one of the same session arrives."""

    # Bounds.

    max_message_size: int = 1024 * 1024
    """Largest HTTP body or WebSocket message; a larger one is answered 413, or ends the socket
    with code 1009."""

    max_messages: int = 1_000
    """Most messages in one payload; one with more is refused in the same ways."""

    max_channel_length: int = 512
    """Longest name of a channel, in characters. It may have 32 segments."""

    max_queue: int = 1_000
    """Most events waiting for one session. The session that exceeds it is dropped: its client is
    told to handshake again, and so knows that it missed something."""

    max_queue_bytes: int = 4 * 1024 * 1024
    """Most bytes of events waiting for one session; the same happens."""

    max_sessions: int = 200_000
    """Most sessions at a time, and most WebSockets; a further handshake or upgrade is refused."""

    max_sessions_per_user: int = 50
    """Most sessions that one user may have at a time; a further handshake is refused. It does not
    bind those who have not said who they are."""

    max_subscriptions: int = 100
    """Most channels that one session may be subscribed to."""

    # Transports.

    allowed_transports: tuple[str, ...] = (WEBSOCKET, LONG_POLLING)
    """What is offered to clients, of ``TRANSPORTS``. Callback-polling lets any page read what the
    browser's user may read: allow it only for events that are public."""

    ws_protocol: str | None = None
    """WebSocket sub-protocol that clients have to offer. None: any offer is taken."""

    ws_idle_timeout: int = 300_000
    """A socket on which nothing was heard for so long is closed; 0 for never."""

    ws_ping_interval: int = 30_000
    """A socket on which nothing was heard for so long is sent a ping; 0 for never."""

    ws_max_buffer: int = 1024 * 1024
    """Most bytes of events that wait for a client which has stopped reading its socket for a second
    or more. Then the socket is cut off; its session can go on over another."""

    ws_write_timeout: int = 20_000
    """How long a client may read nothing of what waits for it until its socket is cut off; 0 for
    ever."""

    ws_compression: bool = False
    """Accept permessage-deflate. It costs far more time and memory per socket than it saves unless
    the network is slow."""

    ws_require_handshake_per_connection: bool = False
    """A fresh socket has to begin with a handshake, and cannot resume a session."""

    # Browsers.

    trust_client_session: bool = False
    """Take the ``clientId`` alone as proof, even of a browser, which can be expected to bring the
    cookie that it was given. Clients that are no browsers often keep no cookies, and need none."""

    max_sessions_per_browser: int = 1
    """Most connects of one browser that are held over HTTP, since browsers open only so many
    connections to a server. Those of further tabs are answered at once. Negative: any number."""

    multi_session_interval: int = 2_000
    """How long such a tab is told to wait until it asks again. Not positive: it is told to stop."""

    browser_cookie_name: str = "BAYEUX_BROWSER"
    """The cookie that tells the sessions of one browser from those of another."""

    browser_cookie_domain: str | None = None
    browser_cookie_path: str = "/"
    browser_cookie_max_age: int | None = None
    """Seconds; None: until the browser is closed."""

    browser_cookie_secure: bool | None = None
    """None: over TLS only."""

    browser_cookie_http_only: bool = True
    browser_cookie_same_site: str | None = None
    browser_cookie_partitioned: bool = False

    allowed_origins: tuple[str, ...] = ()
    """Origins, such as ``https://desk.example``, whose pages may use the server although they do
    not come from it: over HTTP as CORS has it, with credentials, and over WebSocket. Browsers send
    cookies to another *site* only if they are SameSite=None and Secure, so over plain HTTP pages of
    one need ``trust_client_session``."""

    allowed_headers: tuple[str, ...] = ("Content-Type", "Authorization")
    """Request headers that such pages may set."""

    def __post_init__(self) -> None:
        self._check_numbers()
        self._check_names()

    def _check_numbers(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, int) and value < 0 and name not in _MAY_BE_NEGATIVE:
                raise ValueError(f"{name} must be 0 or more: nothing here is without bound.")
        for name in _AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more.")
        if self.duplicate_meta_connect_http_response_code not in _HTTP_ERRORS:
            raise ValueError("duplicate_meta_connect_http_response_code must be 400 to 599.")

    def _check_names(self) -> None:
        unknown = set(self.allowed_transports).difference(TRANSPORTS)
        if unknown or not self.allowed_transports:
            raise ValueError(f"allowed_transports must be some of {', '.join(TRANSPORTS)}.")
        if self.browser_cookie_same_site not in _SAME_SITE:
            raise ValueError("browser_cookie_same_site must be Strict, Lax or None.")
        crosses_sites = self.browser_cookie_same_site == "None" or self.browser_cookie_partitioned
        if crosses_sites and self.browser_cookie_secure is False:
            raise ValueError("browser_cookie_secure: browsers drop such a cookie otherwise.")
        for name in ("browser_cookie_name", "ws_protocol"):
            _require(name, getattr(self, name), _TOKEN, "must be a word")
        for name in ("browser_cookie_domain", "browser_cookie_path"):
            _require(name, getattr(self, name), _ATTRIBUTE, "must be what a cookie may have")
        for header in self.allowed_headers:
            _require("allowed_headers", header, _TOKEN, "must be names of headers")
        for origin in self.allowed_origins:
            _require("allowed_origins", origin, _ORIGIN, "must be like https://desk.example")
        for pattern in self.lazy_channels:
            try:
                channels.pattern(pattern)
            except channels.InvalidChannel as error:
                raise ValueError(f"lazy_channels: {error}") from None


def _require(name: str, value: str | None, grammar: re.Pattern[str], what: str) -> None:
    if value is not None and not grammar.fullmatch(value):
        raise ValueError(f"{name} {what}, which {value!r} is not.")
