"""What tests of the stock forks of aiocometd have in common."""

import pytest

QUIET = [
    # What the forks do and aiohttp is about to give up: time limits as numbers, no word on TLS.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:aiocometd"),
    pytest.mark.filterwarnings("ignore:float parameter 'receive_timeout':DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:ssl=None is deprecated:DeprecationWarning"),
]
