"""The events of CC-Gateway ("Event contents")."""

from enum import IntEnum, StrEnum
from typing import Any

from msgspec import Struct


class EventType(StrEnum):
    """``eventType``."""

    CALL_RELEASE = "AgentEvent_Call_Release"
    CUSTOMER_RELEASE = "AgentEvent_Customer_Release"
    HOLD = "AgentEvent_Hold"
    TALKING = "AgentEvent_Talking"
    RINGING = "AgentEvent_Ringing"
    AUTO_ANSWER = "AgentEvent_Auto_Answer"
    CUSTOMER_ALERTING = "AgentEvent_Customer_Alerting"
    CONFERENCE = "AgentEvent_Conference"
    CALL_OUT_FAIL = "AgentEvent_Call_Out_Fail"
    INSIDE_CALL_FAIL = "AgentEvent_Inside_Call_Fail"
    NO_ANSWER = "AgentEvent_No_Answer"
    CONNECT_FAIL = "AgentEvent_Connect_Fail"
    CONSULT_FAIL = "AgentEvent_Consult_Fail"
    SUCC_TRANS_RESULT = "AgentEvent_SuccTransResult"
    TRANS_OUT_RESULT = "AgentEvent_TransOutResult"
    PHONE_ALERTING = "AgentOther_PhoneAlerting"
    PHONE_OFFHOOK = "AgentOther_PhoneOffhook"
    PHONE_RELEASE = "AgentOther_PhoneRelease"
    IN_SERVICE = "AgentOther_InService"
    SHUTDOWN_SERVICE = "AgentOther_ShutdownService"
    READY = "AgentState_Ready"
    BUSY = "AgentState_Busy"
    WORK = "AgentState_Work"
    SET_NOT_READY = "AgentState_SetNotReady_Success"
    CANCEL_NOT_READY = "AgentState_CancelNotReady_Success"
    SET_WORK = "AgentState_SetWork_Success"
    CANCEL_WORK = "AgentState_CancelWork_Success"
    SET_REST = "AgentState_SetRest_Success"
    CANCEL_REST = "AgentState_CancelRest_Success"
    FORCE_READY = "AgentState_Force_Ready"
    FORCE_SET_NOT_READY = "AgentState_Force_SetNotReady"


class AgentEvent(Struct, frozen=True):
    """One event for one agent. ``content`` is a bare string, an object or null, by the type."""

    agent: str
    type: EventType
    content: dict[str, Any] | str | None = None


class PhoneState(IntEnum):
    """``phoneState``: who has hung the telephone up."""

    BY_AGENT = 2
    BY_PLATFORM = 3
