"""What events say besides their attributes: T-Library's Extensions."""

from collections.abc import Mapping
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
    if party.queued is None:
        return _PLAIN[call_type]
    if name is EventName.ESTABLISHED and settings.wrap_up > 0:
        return {BUSINESS_CALL: 1, WRAP_UP_TIME: int(settings.wrap_up)}
    return {BUSINESS_CALL: 1}


_PLAIN = {kind: {BUSINESS_CALL: BUSINESS.get(kind, 0)} for kind in CallType}
