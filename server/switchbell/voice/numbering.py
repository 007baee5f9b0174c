"""Names for calls: ConnIDs and call UUIDs, counted within a site."""

from base64 import b32encode
from hashlib import sha256


class Numbering:
    """A counter that names calls.

    ``site`` is any text; it decides the leading part of every name, so two runs of a server that
    are given different texts do not repeat each other's. ``issued`` is how many names were given
    out before; with the same site and the same number the counting goes on where it stopped.
    """

    def __init__(self, site: str, issued: int = 0) -> None:
        digest = sha256(site.encode()).digest()
        self.site = site
        self._conn_id_prefix = digest[:3].hex()
        self._uuid_prefix = b32encode(digest).decode("ascii")[:22]
        self.issued = issued

    def take(self) -> tuple[str, str]:
        """Return the next ConnID (16 lowercase hex digits) and call UUID (32 of A-Z and 0-9).

        Both end in the same ten digits, the counter.
        """
        self.issued += 1
        number = self.issued
        return f"{self._conn_id_prefix}{number:010x}", f"{self._uuid_prefix}{number:010X}"


def place_of(conn_id: str) -> int:
    """Return how many names were given out when this ConnID was, itself included."""
    return int(conn_id[-10:], 16)
