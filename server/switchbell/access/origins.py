"""Which pages may use the server."""

from collections.abc import Iterable
from urllib.parse import urlsplit


class AllowedOrigins:
    """Pages of the server's own origin may use it, those of the configured ones, and no others."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(allowed)

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
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        # A proxy may have turned https into http on the way here, but not the other way round.
        if secure and parts.scheme != "https":
            return False
        return parts.netloc.lower() == host.lower()
