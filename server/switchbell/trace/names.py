"""T-Library's names of the values that the voice core has as numbers."""

from collections.abc import Mapping
from types import MappingProxyType

from switchbell.voice.agents import WorkMode
from switchbell.voice.model import CallState, Cause

CALL_STATES: Mapping[CallState, str] = MappingProxyType(
    {
        CallState.OK: "OK",
        CallState.TRANSFERRED: "Transferred",
        CallState.CONFERENCED: "Conferenced",
        CallState.BUSY: "Busy",
        CallState.NO_ANSWER: "NoAnswer",
        CallState.ALL_TRUNKS_BUSY: "AllTrunksBusy",
        CallState.SIT_INVALID_NUMBER: "SitInvalidNum",
        CallState.REDIRECTED: "Redirected",
        CallState.FORWARDED: "Forwarded",
    }
)
CAUSES: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.BUSY: "Busy",
        Cause.NO_ANSWER: "NoAnswer",
        Cause.REJECT: "Reject",
        Cause.FORWARD: "Forward",
        Cause.REDIRECT: "Redirect",
        Cause.TRANSFER: "Transfer",
        Cause.SINGLE_STEP_TRANSFER: "SingleStepTransfer",
        Cause.CONFERENCE: "Conference",
    }
)
WORK_MODES: Mapping[WorkMode, str] = MappingProxyType(
    {
        WorkMode.UNKNOWN: "Unknown",
        WorkMode.AFTER_CALL_WORK: "AfterCallWork",
        WorkMode.AUX_WORK: "AuxWork",
    }
)
