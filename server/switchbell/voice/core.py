"""The voice core: operations go in, changes come out."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from switchbell.voice import (
    basic,
    conference,
    consulting,
    features,
    operations,
    releasing,
    transferring,
)
from switchbell.voice.calls import Calls
from switchbell.voice.draft import Draft
from switchbell.voice.events import Change
from switchbell.voice.legs import leg_of
from switchbell.voice.model import Call, Device, Leg, Settings
from switchbell.voice.numbering import Numbering
from switchbell.voice.operations import Operation
from switchbell.voice.switch import Switch
from switchbell.voice.timers import Timers

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
        operations.SingleStepTransfer: transferring.single_step_transfer,
        operations.SendDtmf: features.send_dtmf,
        operations.MuteCall: features.mute,
        operations.UnmuteCall: features.unmute,
        operations.AttachUserData: features.attach_user_data,
        operations.UpdateUserData: features.attach_user_data,
        operations.DeleteUserData: features.delete_user_data,
        operations.DeleteUserDataPair: features.delete_user_data_pair,
        operations.StartCallRecording: features.record,
        operations.StopCallRecording: features.record,
        operations.PauseCallRecording: features.record,
        operations.ResumeCallRecording: features.record,
    }
)


class VoiceCore:
    """The calls of one contact centre, and the rules by which they change.

    One writer calls it, one operation after another. It knows no clock: ``now`` is in seconds
    since 1970.
    """

    def __init__(
        self,
        devices: Iterable[Device],
        *,
        numbering: Numbering,
        settings: Settings | None = None,
    ) -> None:
        by_dn = {device.dn: device for device in devices}
        self._calls = Calls(by_dn)
        self._switch = Switch(self._calls, by_dn, settings or Settings(), numbering)
        self._timers = Timers()

    @property
    def calls(self) -> Mapping[str, Call]:
        """The live calls by ConnID, to look at."""
        return self._calls.by_conn_id

    def leg(self, dn: str, call_id: str) -> Leg:
        """Return what a DN sees of its call. Raises UnknownDevice and UnknownCall."""
        return leg_of(self._calls, dn, call_id, self._switch.settings)

    def legs(self, dn: str) -> tuple[Leg, ...]:
        """Return what a DN sees of its calls, oldest first. Raises UnknownDevice."""
        return tuple([self.leg(dn, call_id) for call_id in self._calls.at(dn)])

    def execute(self, operation: Operation, now: float) -> Change:
        """Carry out an operation and return all that it did.

        Raises a VoiceError if it is refused; then nothing has changed.
        """
        return self._adopt(OPERATIONS[type(operation)](self._switch, operation, now))

    def next_deadline(self) -> float | None:
        """When :meth:`advance` must be called at the latest; None while nobody rings."""
        return self._timers.next(self._calls)

    def advance(self, now: float) -> Change | None:
        """Do one thing that is due, and return what it did; None if nothing is due."""
        due = self._timers.due(self._calls, now)
        return None if due is None else self._adopt(releasing.no_answer(self._switch, *due, now))

    def _adopt(self, draft: Draft) -> Change:
        change = draft.change()
        self._timers.watch(self._calls, change.calls)
        self._calls.adopt(draft.after)
        return change
