"""The other parties of a call, as Web Services shows them."""

from functools import lru_cache
from types import ModuleType
from typing import Any

MOST_REMEMBERED = 10_000

# 15 digits at most, and what people write between them.
LONGEST = 32


def prepare() -> None:
    """Have all that is to be known of the world's numbers at hand. It takes half a second, in which
    nobody should have to wait: do it in a thread, before there are calls."""
    _countries().load()


def participant(number: str) -> dict[str, Any]:
    """The party at ``number``, which is as the switch has it (Call Resource, participants).

    A number that begins with ``+`` and a country code brings its country and location along. The
    result may be one that was given before, and must not be changed.
    """
    if number.startswith("+") and len(number) <= LONGEST:
        return _with_country(number)
    return _plain(number)


def _plain(number: str) -> dict[str, Any]:
    return {
        "e164Number": "",
        "formattedPhoneNumber": number,
        "phoneNumber": number,
        "digits": number,
    }


@lru_cache(MOST_REMEMBERED)
def _with_country(number: str) -> dict[str, Any]:
    fields: dict[str, Any] = _countries().with_country(number)
    return _plain(number) | fields


def _countries() -> ModuleType:
    # The names of the world's places take 0.3 s and 100 MB; not every centre has outside calls.
    from switchbell.notify.gws import countries  # noqa: PLC0415 - see above

    return countries
