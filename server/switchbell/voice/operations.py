"""What may be asked of the voice core.

Every operation names the DN that asks. ``call`` is the call's id as that DN knows it (``Party.id``,
``Leg.id``). ``reference_id`` comes back in the events that answer the requester.
"""

from msgspec import Struct

from switchbell.voice.model import UserData


class Operation(Struct, frozen=True, kw_only=True):
    """A request by the party at ``dn``."""

    dn: str
    reference_id: int | None = None


class Dial(Operation, frozen=True, kw_only=True):
    """Make a call to ``destination`` (TMakeCall)."""

    destination: str
    user_data: UserData = {}


class CallOperation(Operation, frozen=True, kw_only=True):
    """A request about a call that the DN is a party of."""

    call: str


class Answer(CallOperation, frozen=True):
    """Answer a ringing call (TAnswerCall). A call that the DN is talking on is held first."""


class Hangup(CallOperation, frozen=True):
    """Leave a call (TReleaseCall)."""


class Reject(CallOperation, frozen=True):
    """Refuse a ringing call (TReleaseCall while alerting). It has no name in Web Services."""


class Hold(CallOperation, frozen=True):
    """Put a call on hold at this DN (THoldCall)."""


class Retrieve(CallOperation, frozen=True):
    """Take a call back from hold (TRetrieveCall)."""


class InitiateConference(CallOperation, frozen=True, kw_only=True):
    """Hold a call and consult ``destination`` about it, to add it later (TInitiateConference)."""

    destination: str
    user_data: UserData = {}


class CompleteConference(CallOperation, frozen=True, kw_only=True):
    """Bring a call and its consultation together (TCompleteConference).

    ``call`` may be either of the two. ``consult_call`` names the consultation where ``call`` is the
    main call; without it the core finds it.
    """

    consult_call: str | None = None


class RemoveParticipantFromConference(CallOperation, frozen=True, kw_only=True):
    """Take the party at ``participant`` off a conference (TDeleteFromConference). A party that
    removes itself leaves."""

    participant: str
