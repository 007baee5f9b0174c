"""Participants, against what the documentation of the call resource shows and says of them."""

import subprocess
import sys
from typing import Any

import pytest

from switchbell.notify.gws.participants import MOST_REMEMBERED, _with_country, participant


def test_an_extension_is_shown_as_in_the_sample() -> None:
    assert participant("15001") == {
        "e164Number": "",
        "formattedPhoneNumber": "15001",
        "phoneNumber": "15001",
        "digits": "15001",
    }


def test_a_number_with_a_country_code_brings_what_the_call_resource_lists() -> None:
    assert participant("+19165550104") == {
        "e164Number": "+19165550104",
        "formattedPhoneNumber": "+1 916-555-0104",
        "phoneNumber": "+19165550104",
        "digits": "+19165550104",
        "country": {"name": "United States", "code": "US", "callingCode": "1"},
        "location": "California",
        "localPhoneNumber": "(916) 555-0104",
        "E164digits": "+19165550104",
    }


@pytest.mark.parametrize(
    ("number", "country", "location", "local"),
    [
        (
            "+14155550100",
            {"name": "United States", "code": "US", "callingCode": "1"},
            "San Francisco, CA",
            "(415) 555-0100",
        ),
        (
            "+4930123456",
            {"name": "Germany", "code": "DE", "callingCode": "49"},
            "Berlin",
            "030 123456",
        ),
        (
            "+16135550100",
            {"name": "Canada", "code": "CA", "callingCode": "1"},
            "Ontario",
            "(613) 555-0100",
        ),
        (
            "+390612345678",
            {"name": "Italy", "code": "IT", "callingCode": "39"},
            "Rome",
            "06 1234 5678",
        ),
        # Given out in none of the countries with this code.
        (
            "+15550001111",
            {"name": "United States", "code": "US", "callingCode": "1"},
            "",
            "(555) 000-1111",
        ),
    ],
)
def test_numbers_of_the_world(
    number: str, country: dict[str, str], location: str, local: str
) -> None:
    shown = participant(number)
    assert shown["country"] == country
    assert shown["location"] == location
    assert shown["localPhoneNumber"] == local
    assert shown["E164digits"] == shown["e164Number"] == number


def test_a_number_of_no_country_has_none() -> None:
    shown = participant("+80012345678")
    assert "country" not in shown
    assert shown["E164digits"] == "+80012345678"


def test_what_is_written_with_spaces_is_kept_as_the_switch_has_it() -> None:
    shown = participant("+1 (916) 555-0104")
    assert (shown["phoneNumber"], shown["digits"]) == ("+1 (916) 555-0104",) * 2
    assert shown["E164digits"] == "+19165550104"


@pytest.mark.parametrize("number", ["+", "+1", "+15001", "+49abc", "+" + "9" * 300, "++1", ""])
def test_what_can_be_no_telephone_number_is_shown_like_an_extension(number: str) -> None:
    assert participant(number) == {
        "e164Number": "",
        "formattedPhoneNumber": number,
        "phoneNumber": number,
        "digits": number,
    }


def test_a_number_is_looked_up_once() -> None:
    assert participant("+19165550105") is participant("+19165550105")


def test_no_more_numbers_are_remembered_than_are_allowed() -> None:
    information: Any = _with_country.cache_info()
    assert information.maxsize == MOST_REMEMBERED == 10_000
    participant("+" + "9" * 300)
    assert _with_country.cache_info().currsize == information.currsize


def test_without_outside_calls_the_names_of_places_are_not_loaded() -> None:
    program = (
        "import sys, switchbell.app\n"
        "from switchbell.notify.gws.participants import participant\n"
        "participant('15001')\n"
        "print([name for name in sys.modules if name.startswith('phonenumbers')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "[]\n"


def test_once_prepared_no_number_has_anything_to_be_loaded() -> None:
    program = (
        "import sys\n"
        "from switchbell.notify.gws.participants import participant, prepare\n"
        "prepare()\n"
        "before = len(sys.modules)\n"
        "for number in ('+14155550100', '+4930123456', '+8613800138000', '+80012345678'):\n"
        "    assert participant(number)['E164digits'] == number\n"
        "print(len(sys.modules) - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "0\n"
