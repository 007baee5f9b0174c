"""What may be asked of the voice core.

Every operation names the DN that asks. ``call`` is the call's id as that DN knows it (``Party.id``,
``Leg.id``). ``reference_id`` comes back in the events that answer the requester.
"""

from msgspec import Struct

from switchbell.voice.agents import MonitoringMode
from switchbell.voice.model import MonitoringScope, UserData


class Operation(Struct, frozen=True, kw_only=True):
    """A request by the party at ``dn``."""

    dn: str
    reference_id: int | None = None


class Dial(Operation, frozen=True, kw_only=True):
    """Make a call to ``destination`` (TMakeCall). A far end that dials rings in from outside."""

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


class InitiateTransfer(CallOperation, frozen=True, kw_only=True):
    """Hold a call and consult ``destination`` about it, to hand it over (TInitiateTransfer)."""

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


class CompleteTransfer(CallOperation, frozen=True, kw_only=True):
    """Connect the others on a call and on its consultation, and leave (TCompleteTransfer). The
    consulted party may still be ringing. ``call`` and ``consult_call`` as in CompleteConference."""

    consult_call: str | None = None


class SwapCalls(CallOperation, frozen=True, kw_only=True):
    """Hold the call that the DN talks on and retrieve another (TAlternateCall).

    ``call`` is either of the two. ``other_call`` names the other one; without it there must be one
    only that can be meant.
    """

    other_call: str | None = None


class MergeWithOtherCall(CallOperation, frozen=True, kw_only=True):
    """Make one conference of two calls, one of them on hold (TMergeCalls). ``call`` and
    ``other_call`` as in SwapCalls."""

    other_call: str | None = None


class Reconnect(CallOperation, frozen=True):
    """Give up a consultation and retrieve the call that it was about (TReconnectCall). ``call`` may
    be either of the two. It has no name in Web Services."""


class SingleStepTransfer(CallOperation, frozen=True, kw_only=True):
    """Hand a call over to ``destination`` and leave (TSingleStepTransfer). ``user_data`` is
    attached to the call."""

    destination: str
    user_data: UserData = {}


class SingleStepConference(CallOperation, frozen=True, kw_only=True):
    """Add ``destination`` to a call (TSingleStepConference). ``user_data`` is attached to it."""

    destination: str
    user_data: UserData = {}


class Redirect(CallOperation, frozen=True, kw_only=True):
    """Pass a ringing call on to ``destination`` (TRedirectCall). It has no name in Web Services."""

    destination: str


class ClearCall(CallOperation, frozen=True):
    """End a call for all its parties (TClearCall); of a call that rings from a queue, refuse it."""


class SendDtmf(CallOperation, frozen=True, kw_only=True):
    """Send tones: ``digits`` of 0 to 9, ``*``, ``#`` and A to D (TSendDTMF)."""

    digits: str


class MuteCall(CallOperation, frozen=True):
    """Be no longer heard on a call (TSetMuteOn)."""


class SetMuteOn(CallOperation, frozen=True):
    """Be no longer heard on a call, however many are on it (TSetMuteOn). It has no name in Web
    Services, whose MuteCall is for the calls that the switch is set up to mute there."""


class UnmuteCall(CallOperation, frozen=True):
    """Be heard again (TSetMuteOff)."""


class AttachUserData(CallOperation, frozen=True, kw_only=True):
    """Add pairs to a call's user data (TAttachUserData). One key has one value here, so it takes
    the place of what was there."""

    user_data: UserData


class UpdateUserData(CallOperation, frozen=True, kw_only=True):
    """Change the values of keys in a call's user data, or add them (TUpdateUserData)."""

    user_data: UserData


class DeleteUserData(CallOperation, frozen=True):
    """Remove all user data of a call (TDeleteUserData)."""


class DeleteUserDataPair(CallOperation, frozen=True, kw_only=True):
    """Remove one key from a call's user data (TDeletePair); nothing happens if it is not there."""

    key: str


class StartCallRecording(CallOperation, frozen=True):
    """Have a call recorded."""


class StopCallRecording(CallOperation, frozen=True):
    """End a recording."""


class PauseCallRecording(CallOperation, frozen=True):
    """Interrupt a recording."""


class ResumeCallRecording(CallOperation, frozen=True):
    """Go on with a recording that was interrupted."""


class MuteTransfer(CallOperation, frozen=True, kw_only=True):
    """Hold a call, consult ``destination`` about it and hand it over without waiting for an answer
    (TMuteTransfer). It has no name in Web Services."""

    destination: str
    user_data: UserData = {}


class MuteMonitoredUser(CallOperation, frozen=True):
    """Make the monitored agent unheard on a call, by the supervisor."""


class UnmuteMonitoredUser(CallOperation, frozen=True):
    """Make the monitored agent heard again."""


class SwitchToListenIn(CallOperation, frozen=True):
    """Only hear a monitored call from now on."""


class SwitchToCoach(CallOperation, frozen=True):
    """Hear a monitored call from now on, and be heard by the monitored agent alone."""


class SwitchToBargeIn(CallOperation, frozen=True):
    """Take part in a monitored call from now on."""


class Login(Operation, frozen=True, kw_only=True):
    """Log an agent in at the DN (TAgentLogin). ``agent_id`` is his login code. He serves ``queue``;
    every queue, if none is given."""

    agent_id: str
    queue: str | None = None


class Logout(Operation, frozen=True):
    """Log the agent out (TAgentLogout). His calls go on."""


class Ready(Operation, frozen=True):
    """Be ready for calls from queues (TAgentSetReady)."""


class NotReady(Operation, frozen=True, kw_only=True):
    """Be no longer ready for calls from queues (TAgentSetNotReady)."""

    reason: str | None = None


class AfterCallWork(NotReady, frozen=True, kw_only=True):
    """Be not ready because of work that a call has left."""


class AuxWork(NotReady, frozen=True, kw_only=True):
    """Be not ready because of other work."""


class DoNotDisturbOn(Operation, frozen=True):
    """Have callers find the DN busy (TSetDNDOn)."""


class DoNotDisturbOff(Operation, frozen=True):
    """Take calls again (TSetDNDOff)."""


class ForwardCallsOn(Operation, frozen=True, kw_only=True):
    """Have calls go to ``destination`` instead (TCallSetForward)."""

    destination: str


class ForwardCallsOff(Operation, frozen=True):
    """Take calls again where they are made to (TCallCancelForward)."""


class Monitor(Operation, frozen=True, kw_only=True):
    """Monitor calls of the agent at the DN ``target``, by a supervisor (TMonitorNextCall): the one
    that he talks on, if there is one, and those to come."""

    target: str
    scope: MonitoringScope = MonitoringScope.CALL
    mode: MonitoringMode = MonitoringMode.ALL_CALLS


class ListenIn(Monitor, frozen=True, kw_only=True):
    """Hear the calls."""


class Coach(Monitor, frozen=True, kw_only=True):
    """Hear the calls, and be heard by the agent alone."""


class BargeIn(Monitor, frozen=True, kw_only=True):
    """Take part in the calls."""


class CancelSupervisorMonitoring(Operation, frozen=True):
    """Monitor nobody any longer (TCancelMonitoring)."""
