"""What a telephone number with a country code tells of itself. Importing this takes its time."""

from typing import Any

from phonenumbers import (
    COUNTRY_CODES_FOR_NON_GEO_REGIONS,
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    example_number,
    format_number,
    is_possible_number,
    parse,
    region_code_for_country_code,
    region_code_for_number,
)
from phonenumbers.geocoder import country_name_for_number, description_for_number

LANGUAGE = "en"


def load() -> None:
    """Load what is known of every country: otherwise the first number of each takes 10 ms or so."""
    for region in SUPPORTED_REGIONS:
        PhoneMetadata.metadata_for_region(region, None)
    for code in COUNTRY_CODES_FOR_NON_GEO_REGIONS:
        PhoneMetadata.metadata_for_nongeo_region(code, None)
    with_country("+14155550100")


def with_country(number: str) -> dict[str, Any]:
    """The fields by which a participant with this number differs from one at an extension (Call
    Resource, participants); none if there can be no such number. ``number`` begins with ``+``."""
    try:
        parsed = parse(number)
    except NumberParseException:
        return {}
    if not is_possible_number(parsed):
        return {}
    e164 = format_number(parsed, PhoneNumberFormat.E164)
    fields = {
        "e164Number": e164,
        # As it is understood everywhere; localPhoneNumber is as people write it there.
        "formattedPhoneNumber": format_number(parsed, PhoneNumberFormat.INTERNATIONAL),
        "location": description_for_number(parsed, LANGUAGE),
        "localPhoneNumber": format_number(parsed, PhoneNumberFormat.NATIONAL),
        "E164digits": e164,
    }
    country = _country(parsed)
    return fields | {"country": country} if country is not None else fields


def _country(number: PhoneNumber) -> dict[str, str] | None:
    """None for numbers of no country, such as international freephone. A number that is not given
    out in any of the countries that share a code is put to the one that the code is known for."""
    calling_code = number.country_code
    assert calling_code is not None
    region = region_code_for_number(number) or region_code_for_country_code(calling_code)
    example = example_number(region)
    if example is None:
        return None
    name = country_name_for_number(example, LANGUAGE)
    return {"name": name, "code": region, "callingCode": str(calling_code)}
