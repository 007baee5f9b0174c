"""The voice core: operations go in, changes come out."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from switchbell.voice import (
    agent_states,
    basic,
    conference,
    consulting,
    dn_features,
    features,
    operations,
    releasing,
    supervising,
    transferring,
)
from switchbell.voice.agenda import Agenda
from switchbell.voice.agents import DnState, DnStates
from switchbell.voice.calls import Calls
from switchbell.voice.draft import Draft
from switchbell.voice.errors import UnknownDevice
from switchbell.voice.events import Change
from switchbell.voice.legs import Legs
from switchbell.voice.model import Call, Centre, Leg, Settings
from switchbell.voice.numbering import Numbering
from switchbell.voice.numbers import Numbers
from switchbell.voice.operations import Operation
from switchbell.voice.restoring import require_numbers
from switchbell.voice.routing import Routing
from switchbell.voice.settling import settle
from switchbell.voice.switch import Switch
from switchbell.voice.transitions import FAR_END_OPERATIONS

OPERATIONS: Mapping[type[Operation], Callable[[Switch, Any, float], Draft]] = MappingProxyType(
    {
        operations.Dial: basic.dial,
        operations.Answer: basic.answer,
        operations.Hold: basic.hold,
        operations.Retrieve: basic.retrieve,
        operations.SwapCalls: basic.swap,
        operations.Hangup: releasing.hangup,
        operations.Reject: releasing.reject,
        operations.RemoveParticipantFromConference: releasing.remove,
        operations.ClearCall: releasing.clear,
        operations.Reconnect: releasing.reconnect,
        operations.Redirect: releasing.redirect,
        operations.InitiateConference: consulting.initiate,
        operations.InitiateTransfer: consulting.initiate,
        operations.CompleteConference: conference.complete_conference,
        operations.MergeWithOtherCall: conference.merge_with_other_call,
        operations.SingleStepConference: conference.single_step_conference,
        operations.CompleteTransfer: transferring.complete_transfer,
        operations.MuteTransfer: transferring.mute_transfer,
        operations.SingleStepTransfer: transferring.single_step_transfer,
        operations.SendDtmf: features.send_dtmf,
        operations.MuteCall: features.mute,
        operations.SetMuteOn: features.mute,
        operations.UnmuteCall: features.unmute,
        operations.AttachUserData: features.attach_user_data,
        operations.UpdateUserData: features.attach_user_data,
        operations.DeleteUserData: features.delete_user_data,
        operations.DeleteUserDataPair: features.delete_user_data_pair,
        operations.StartCallRecording: features.record,
        operations.StopCallRecording: features.record,
        operations.PauseCallRecording: features.record,
        operations.ResumeCallRecording: features.record,
        operations.MuteMonitoredUser: supervising.mute_monitored_user,
        operations.UnmuteMonitoredUser: supervising.mute_monitored_user,
        operations.SwitchToListenIn: supervising.switch_to,
        operations.SwitchToCoach: supervising.switch_to,
        operations.SwitchToBargeIn: supervising.switch_to,
        operations.Login: agent_states.login,
        operations.Logout: agent_states.logout,
        operations.Ready: agent_states.ready,
        operations.NotReady: agent_states.not_ready,
        operations.AfterCallWork: agent_states.not_ready,
        operations.AuxWork: agent_states.not_ready,
        operations.DoNotDisturbOn: dn_features.do_not_disturb_on,
        operations.DoNotDisturbOff: dn_features.do_not_disturb_off,
        operations.ForwardCallsOn: dn_features.forward_calls_on,
        operations.ForwardCallsOff: dn_features.forward_calls_off,
        operations.ListenIn: supervising.monitor,
        operations.Coach: supervising.monitor,
        operations.BargeIn: supervising.monitor,
        operations.CancelSupervisorMonitoring: supervising.cancel_monitoring,
    }
)


class Snapshot(Struct, frozen=True, kw_only=True):
    """All that a voice core knows: from it another one goes on as this would. ``site`` is what its
    names for calls begin with (see Numbering), ``issued`` how many were given out so far."""

    site: str
    calls: tuple[Call, ...] = ()
    dn_states: tuple[DnState, ...] = ()
    issued: int = 0


class VoiceCore:
    """The calls and agents of one contact centre, and the rules by which they change.

    One writer calls it, one operation after another. It knows no clock: ``now`` is in seconds
    since 1970.
    """

    def __init__(
        self,
        centre: Centre,
        *,
        numbering: Numbering,
        settings: Settings | None = None,
    ) -> None:
        self._numbers = Numbers(centre)
        self._settings = settings or Settings()
        self._begin(numbering)

    def _begin(self, numbering: Numbering) -> None:
        """Be a core that has no calls yet."""
        numbers, settings = self._numbers, self._settings
        self._calls = Calls(numbers.devices)
        self._states = DnStates()
        routing = Routing(self._calls, numbers, self._states, settings)
        self._switch = Switch(
            self._calls, self._states, numbers, Legs(settings), numbering, routing
        )
        self._agenda = Agenda(self._switch)

    @property
    def calls(self) -> Mapping[str, Call]:
        """The live calls by ConnID, to look at."""
        return self._calls.by_conn_id

    def leg(self, dn: str, call_id: str) -> Leg:
        """Return what a DN sees of its call. Raises UnknownDevice and UnknownCall."""
        return self._switch.legs.of(self._calls, *self._calls.find(dn, call_id))

    def legs(self, dn: str) -> tuple[Leg, ...]:
        """Return what a DN sees of its calls, oldest first. Raises UnknownDevice."""
        return tuple([self.leg(dn, call_id) for call_id in self._calls.at(dn)])

    def far_ends(self, number: str | None = None) -> tuple[Leg, ...]:
        """Return what those outside see of their calls: all of them, or those at one number."""
        return tuple(
            [
                self.leg(far_end, call_id)
                for far_end, call_id in self._calls.far_ends
                if number in (None, far_end)
            ]
        )

    def dn_state(self, dn: str) -> DnState:
        """Return the state of a DN. Raises UnknownDevice."""
        self._calls.at(dn)
        return self._states.of(dn)

    def execute(self, operation: Operation, now: float) -> Change:
        """Carry out an operation and return all that it did.

        Raises a VoiceError if it is refused; then nothing has changed.
        """
        kind = type(operation)
        if operation.dn not in self._switch.numbers.devices:
            self._require_far_end(operation.dn, kind)
        return self._adopt(OPERATIONS[kind](self._switch, operation, now))

    def _require_far_end(self, number: str, kind: type[Operation]) -> None:
        """Raise UnknownDevice if it is not somebody outside who asks for what one can do there."""
        if self._switch.numbers.far_end(number) is None or kind not in FAR_END_OPERATIONS:
            raise UnknownDevice("There is no such device.")

    def next_deadline(self) -> float | None:
        """When :meth:`advance` must be called at the latest, which may be at once; None while
        nothing happens by itself."""
        return self._agenda.next_time()

    def advance(self, now: float) -> Change | None:
        """Do one thing that is due, and return what it did; None if nothing is due."""
        at = self._agenda.next_time()
        return None if at is None or at > now else self._adopt(self._agenda.happen(now))

    def snapshot(self) -> Snapshot:
        """Return all that there is to know now."""
        return Snapshot(
            site=self._switch.numbering.site,
            calls=tuple(self._calls.by_conn_id.values()),
            dn_states=self._states.all(),
            issued=self._switch.numbering.issued,
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from what another core of this centre knew, or this one did, and from nothing else.
        Names that were given out are not given out again. Raises UnknownNumbers, and then nothing
        has changed."""
        require_numbers(snapshot.calls, snapshot.dn_states, self._numbers)
        numbering, issued = self._switch.numbering, snapshot.issued
        if numbering.site == snapshot.site:
            issued = max(issued, numbering.issued)
        self._begin(Numbering(snapshot.site, issued))
        self._calls.restore(snapshot.calls)
        # Nothing is lost with what was once set for a device that is no longer there.
        states = [one for one in snapshot.dn_states if one.dn in self._numbers.devices]
        for state in states:
            self._states.adopt(state)
        self._agenda.note_calls(None, snapshot.calls)
        self._agenda.note_states(states, ())

    def _adopt(self, draft: Draft) -> Change:
        settle(draft)
        change = draft.change()
        self._agenda.note_calls(self._calls, change.calls)
        self._calls.adopt(draft.after)
        for state in change.dn_states:
            self._states.adopt(state)
        # A supervisor may be waiting for no more than that somebody answers.
        monitored = self._states.is_anybody_monitored
        dns = draft.after.near if monitored else draft.after.moved
        self._agenda.note_states(change.dn_states, dns)
        return change
