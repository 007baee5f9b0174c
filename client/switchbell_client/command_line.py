"""What the command lines of the demo and the load test have in common."""

import argparse
import os
from typing import TextIO

from switchbell_client.url import server_url


def url_option(text: str) -> str:
    """The URL of a server, for argparse: which shows the text of this kind of error only."""
    try:
        return server_url(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def nobody_reads(stream: TextIO) -> None:
    """Let a stream whose reader has gone (``| head -1``) end in nothing, from now on.

    Whoever has seen enough does not want a traceback, here or when Python flushes at its exit; and
    calls that are in progress must still be ended in good order.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
