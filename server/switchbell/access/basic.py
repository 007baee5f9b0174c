"""HTTP Basic: from what the Authorization header says to a name and a password."""

import base64
import binascii


def decode(encoded: str) -> tuple[str, str] | None:
    """Name and password, of what follows the scheme. None for what is malformed (RFC 7617)."""
    try:
        raw = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # what .NET clients send
    name, colon, password = text.partition(":")
    return (name, password) if colon else None
