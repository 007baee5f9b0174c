"""What can be done on a call without changing who is on it: tones, mute, user data, recording.

T-Library call models, "Other call operations"; Web Services, "Call recording".
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from switchbell.voice.calls import with_parties
from switchbell.voice.draft import Detail, Draft
from switchbell.voice.errors import InvalidValue
from switchbell.voice.events import EventName, PrivateMessage
from switchbell.voice.model import Call, Party, PartyKind, PartyState, Recording, UserData
from switchbell.voice.operations import (
    AttachUserData,
    CallOperation,
    DeleteUserData,
    DeleteUserDataPair,
    MuteCall,
    PauseCallRecording,
    ResumeCallRecording,
    SendDtmf,
    SetMuteOn,
    StartCallRecording,
    StopCallRecording,
    UnmuteCall,
    UpdateUserData,
)
from switchbell.voice.switch import Switch
from switchbell.voice.user_data import merged

_DIGITS = frozenset("0123456789*#ABCD")

MOST_DIGITS = 64

# The keys that SIP Server attaches to a call that is recorded.
RECORDING_KEY = "GSIP_RECORD"
RECORDING_FILE_KEY = "GSIP_REC_FN"

RECORDINGS: Mapping[type[CallOperation], tuple[Recording, str]] = MappingProxyType(
    {
        StartCallRecording: (Recording.RECORDING, "ON"),
        ResumeCallRecording: (Recording.RECORDING, "ON"),
        PauseCallRecording: (Recording.PAUSED, "PAUSED"),
        StopCallRecording: (Recording.STOPPED, "OFF"),
    }
)


def send_dtmf(switch: Switch, request: SendDtmf, now: float) -> Draft:
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    if not 0 < len(request.digits) <= MOST_DIGITS or not _DIGITS.issuperset(request.digits):
        raise InvalidValue("The digits are 0 to 9, *, # and A to D.")
    draft = switch.draft(now, call)
    if party.kind is PartyKind.FAR_END:
        _tell_digits_heard(draft, call, party, request.digits)
    else:
        detail = Detail(digits=request.digits)
        draft.tell(EventName.DTMF_SENT, call, party, detail, reference_id=request.reference_id)
    return draft


def _tell_digits_heard(draft: Draft, call: Call, by: Party, digits: str) -> None:
    """A far end hears of nothing; so that its digits can be seen at all, those who hear the tones
    are told of them."""
    detail = Detail(digits=digits, third=(by.dn, None))
    for party in call.parties:
        if party.state is PartyState.ESTABLISHED or party.state is PartyState.QUEUED:
            draft.tell(EventName.DTMF_SENT, call, party, detail)


def mute(switch: Switch, request: MuteCall | SetMuteOn, now: float) -> Draft:
    return _set_mute(switch, request, now, EventName.MUTE_ON)


def unmute(switch: Switch, request: UnmuteCall, now: float) -> Draft:
    return _set_mute(switch, request, now, EventName.MUTE_OFF)


def _set_mute(switch: Switch, request: CallOperation, now: float, event: EventName) -> Draft:
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    changed_party = replace(party, muted=event is EventName.MUTE_ON)
    changed = with_parties(call, changed_party)
    draft = switch.draft(now, changed)
    draft.tell(event, changed, changed_party, reference_id=request.reference_id)
    return draft


def attach_user_data(switch: Switch, request: AttachUserData | UpdateUserData, now: float) -> Draft:
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    return _set_user_data(
        switch,
        call,
        party,
        merged(call.user_data, request.user_data),
        reference_id=request.reference_id,
        now=now,
    )


def delete_user_data(switch: Switch, request: DeleteUserData, now: float) -> Draft:
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    return _set_user_data(switch, call, party, {}, reference_id=request.reference_id, now=now)


def delete_user_data_pair(switch: Switch, request: DeleteUserDataPair, now: float) -> Draft:
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    left = {key: value for key, value in call.user_data.items() if key != request.key}
    return _set_user_data(switch, call, party, left, reference_id=request.reference_id, now=now)


def _set_user_data(
    switch: Switch,
    call: Call,
    by: Party,
    user_data: UserData,
    *,
    reference_id: int | None,
    now: float,
) -> Draft:
    changed = replace(call, user_data=user_data)
    draft = switch.draft(now, changed)
    _tell_user_data(draft, changed, by, reference_id)
    return draft


def _tell_user_data(draft: Draft, call: Call, by: Party, reference_id: int | None) -> None:
    """Every party hears what is attached now, and by whom, the one who asked first."""
    detail = Detail(third=(by.dn, None))
    for party in sorted(call.parties, key=lambda one: one.dn != by.dn):
        answering = reference_id if party.dn == by.dn else None
        draft.tell(EventName.ATTACHED_DATA_CHANGED, call, party, detail, reference_id=answering)


def record(switch: Switch, request: CallOperation, now: float) -> Draft:
    """The one who asks hears of the recording, and everybody of the data that say so."""
    call, party = switch.find(request)
    switch.next_state(request, call, party)
    recording, value = RECORDINGS[type(request)]
    attached = {RECORDING_KEY: value, RECORDING_FILE_KEY: f"{call.uuid}_{int(now)}"}
    if RECORDING_FILE_KEY in call.user_data and not isinstance(request, StartCallRecording):
        del attached[RECORDING_FILE_KEY]
    changed = replace(call, recording=recording, user_data=call.user_data | attached)
    draft = switch.draft(now, changed)
    told = Detail(private_message=PrivateMessage.RECORDING)
    draft.tell(EventName.PRIVATE_INFO, changed, party, told, reference_id=request.reference_id)
    _tell_user_data(draft, changed, party, None)
    return draft
