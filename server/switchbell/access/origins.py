"""Which pages may use the server."""

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}

# One machine and, with the same port, one server: people type either. The last two are what it
# listens on, where that is all of its addresses.
_THIS_MACHINE = ("127.0.0.1", "[::1]", "localhost", "0.0.0.0", "[::]")  # noqa: S104 - only compared


class AllowedOrigins:
    """Pages of the server's own origin may use it, those of the configured ones, and no others.

    ``public_url`` is what clients reach the server by, and says what its own origin is. Without one
    it is what a request says in its header ``Host``: that keeps out other sites, but not one whose
    name leads to this server's address since its page was loaded (DNS rebinding).
    """

    def __init__(self, allowed: Iterable[str], public_url: str | None = None) -> None:
        self._allowed = frozenset(allowed)
        self._own = None if public_url is None else own_origins(public_url)

    def __bool__(self) -> bool:
        """Whether there are others than the server's own."""
        return bool(self._allowed)

    def __contains__(self, origin: object) -> bool:
        """Whether this is one of the configured ones, whose pages may read what they are
        answered."""
        return origin in self._allowed

    def allows(self, origin: str | None, *, host: str, secure: bool) -> bool:
        """Whether a request comes from a page that may use the server, or from no page at all:
        ``origin`` and ``host`` are its headers, ``secure`` that it came over TLS."""
        if origin is None or origin in self._allowed:
            return True
        if self._own is not None:
            return origin.lower() in self._own
        parts = _split(origin)
        # A proxy may have turned https into http on the way here, but not the other way round.
        if parts is None or (secure and parts.scheme != "https"):
            return False
        return parts.netloc.lower() == host.lower()


def own_origins(public_url: str) -> frozenset[str]:
    """The origin of a URL, as browsers write it (RFC 6454, section 6.2); all names for this machine
    where it names that. Nothing for what is no URL."""
    parts = _split(public_url.lower())
    if parts is None or not parts.netloc:
        return frozenset()
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    port = "" if parts.port in {None, _DEFAULT_PORTS.get(parts.scheme)} else f":{parts.port}"
    hosts = _THIS_MACHINE if host in _THIS_MACHINE else (host,)
    return frozenset(f"{parts.scheme}://{one}{port}" for one in hosts)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # it may be no number
    except ValueError:
        return None
    return parts
