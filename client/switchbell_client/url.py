"""The address of a server."""

from urllib.parse import urlsplit


def server_url(text: str) -> str:
    """The URL without a slash at its end. Raises ``ValueError`` when it is none.

    Without the check ``localhost:8080`` would be taken for a URL of the scheme ``localhost``.
    """
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number, or more than 65535
        usable = False
    if not usable:
        raise ValueError(f"{text!r} is not the URL of a server: write it as http://HOST:PORT")
    return text.rstrip("/")
