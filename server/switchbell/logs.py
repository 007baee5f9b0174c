"""What goes into the log."""

import logging

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError


def configure_logging() -> None:
    """Log to standard error, warnings and worse, and lifecycle events of our own."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("switchbell").setLevel(logging.INFO)
    logging.getLogger("aiohttp.server").addFilter(is_our_fault)


def is_our_fault(record: logging.LogRecord) -> bool:
    """False for requests that are not HTTP, and for bodies that are not compressed as they say.
    aiohttp logs each with a traceback, but the mistake is the client's, and it has been answered.
    """
    exception = record.exc_info[1] if record.exc_info else None
    return not isinstance(exception, HttpProcessingError | web.RequestPayloadError)
