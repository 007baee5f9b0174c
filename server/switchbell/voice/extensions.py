"""What events say besides their attributes: T-Library's Extensions."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from switchbell.voice.events import EventName
from switchbell.voice.model import CallType, Party, Settings

BUSINESS_CALL = "BusinessCall"
WRAP_UP_TIME = "WrapUpTime"

# Calls with customers are business, those among colleagues are not.
BUSINESS: Mapping[CallType, int] = MappingProxyType({CallType.INBOUND: 1, CallType.OUTBOUND: 1})


def extensions(
    name: EventName, call_type: CallType, party: Party, settings: Settings
) -> Mapping[str, int]:
    """Return the extensions of an event about a call. After-call work is told, in seconds, when
    the call that it follows is established."""
    queued = party.queued is not None
    wraps_up = queued and name is EventName.ESTABLISHED
    return _extensions(1 if queued else BUSINESS.get(call_type, 0), settings.wrap_up * wraps_up)


@cache
def _extensions(business: int, wrap_up: float) -> Mapping[str, int]:
    told = {BUSINESS_CALL: business}
    return {**told, WRAP_UP_TIME: int(wrap_up)} if wrap_up else told
