"""All interfaces: method, path, who may ask, and what for."""

from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Any

from msgspec import Struct

from switchbell.rest.cc_gateway import (
    attendance,
    call_data,
    calls,
    helping,
    inspecting,
    polling,
    states,
)
from switchbell.rest.cc_gateway.asked import Asked
from switchbell.rest.cc_gateway.retcodes import RetCode

AGENT = "{agentid}"


class For(Enum):
    """Who may ask: anybody, agents who are signed in, or also those who are to learn that they are
    not any more."""

    ANYBODY = auto()
    SIGNED_IN = auto()
    LEAVING = auto()


class Effect(Enum):
    """What serving a request does. One that changes something is not given up when its client goes;
    one that reads is answered when what it tells will not be forgotten."""

    CHANGES = auto()
    READS = auto()
    POLLS = auto()


class Route(Struct, frozen=True):
    """An interface below ``/agentgateway/resource``. ``own`` is the code by which it tells that the
    state does not allow what was asked for. One that ``reads`` is answered when what it tells will
    not be forgotten."""

    method: str
    path: str
    operation: Callable[[Asked], Awaitable[Any]]
    own: RetCode = RetCode.INTERNAL_ERROR
    admits: For = For.SIGNED_IN
    effect: Effect = Effect.CHANGES


def _sign_in(path: str, operation: Any) -> Route:
    path = f"/onlineagent/{AGENT}{path}"
    return Route("PUT", path, operation, RetCode.NOT_AVAILABLE, For.ANYBODY)


def _session(method: str, path: str, operation: Any, own: RetCode) -> Route:
    return Route(method, f"/onlineagent/{AGENT}{path}", operation, own)


def _call(method: str, path: str, operation: Any, own: RetCode) -> Route:
    return Route(method, f"/voicecall/{AGENT}{path}", operation, own)


def _data(path: str, operation: Any) -> Route:
    path = f"/calldata/{AGENT}/{path}"
    return Route("GET", path, operation, RetCode.NO_SUCH_CALL, effect=Effect.READS)


def _inspector(path: str, operation: Any) -> Route:
    own = RetCode.STATE_NOT_SET
    return Route("POST", f"/qualitycontrol/{AGENT}/{path}/{{workno}}", operation, own)


_STATE = RetCode.STATE_NOT_SET

ROUTES: tuple[Route, ...] = (
    _sign_in("", attendance.sign_in),
    _sign_in("/forcelogin", attendance.sign_in_by_force),
    _sign_in("/loginex", attendance.sign_in),
    _session("DELETE", "/logout", attendance.sign_out, RetCode.SIGN_OUT_IN_CALL),
    _session("DELETE", "/forcelogout", attendance.sign_out_by_force, RetCode.SIGN_OUT_IN_CALL),
    _session(
        "DELETE",
        "/forcelogoutwithreason/{reason}",
        attendance.sign_out_with_reason,
        RetCode.SIGN_OUT_IN_CALL,
    ),
    _session("POST", "/handshake", polling.handshake, RetCode.WRONG_WAY_OF_EVENTS),
    _session("POST", "/autoanswer/{flag}", states.set_autoanswer, _STATE),
    Route("GET", f"/onlineagent/{AGENT}/agentstatus", states.show_status, effect=Effect.READS),
    _session("POST", "/settalkright", states.set_talk_right, _STATE),
    _session("POST", "/resetskill/{autoflag}", states.reset_skills, _STATE),
    _session("POST", "/saybusy", states.say_busy, _STATE),
    _session("POST", "/cancelbusy", states.cancel_busy, _STATE),
    _session("POST", "/sayfree", states.say_free, _STATE),
    _session("POST", "/work", states.work, _STATE),
    _session("POST", "/cancelwork", states.cancel_work, _STATE),
    _session("POST", "/cancelrest", states.cancel_rest, _STATE),
    _inspector("forcebusy", inspecting.force_busy),
    _inspector("forceidle", inspecting.force_idle),
    _inspector("forcelogout", inspecting.force_logout),
    Route("GET", f"/agentevent/{AGENT}", polling.poll, admits=For.LEAVING, effect=Effect.POLLS),
    _call("PUT", "/callout", calls.call_out, RetCode.CANNOT_CALL),
    _call("PUT", "/previewCallout", calls.call_out, RetCode.CANNOT_CALL),
    _call("PUT", "/callinner", calls.call_agent, RetCode.CANNOT_CALL),
    _call("PUT", "/callinnerskill", calls.call_skill, RetCode.CANNOT_CALL),
    _call("PUT", "/answer", calls.answer, RetCode.NOTHING_TO_ANSWER),
    _call("DELETE", "/release", calls.release, RetCode.NOTHING_TO_RELEASE),
    # The old form of the same.
    _call("DELETE", "", calls.release, RetCode.NOTHING_TO_RELEASE),
    _call("POST", "/dropcall/{callid}", calls.drop_call, RetCode.NOTHING_TO_DROP),
    _call("POST", "/disconnect/{number}", calls.disconnect, RetCode.CANNOT_DISCONNECT),
    _call("POST", "/hold", calls.hold, RetCode.CANNOT_HOLD),
    _call("POST", "/gethold", calls.retrieve, RetCode.CANNOT_RETRIEVE),
    _call("POST", "/connecthold/{callid}", calls.swap, RetCode.NOTHING_ACTIVE_TO_SWAP),
    _call("POST", "/beginmute", calls.mute, RetCode.CANNOT_MUTE),
    _call("POST", "/endmute", calls.unmute, RetCode.CANNOT_UNMUTE),
    _call("POST", "/innerhelp", helping.ask_for_help, RetCode.CANNOT_CONSULT),
    _call("POST", "/transfer", helping.transfer, RetCode.CANNOT_TRANSFER),
    _call("POST", "/canceltransfer", helping.take_back, RetCode.NOTHING_TO_TAKE_BACK),
    _call("POST", "/confjoin", helping.join, RetCode.CANNOT_JOIN),
    _call("POST", "/seconddialex", calls.send_tones, RetCode.CANNOT_SEND_TONES),
    _call("PUT", "/snatchpickup", calls.pick_up_for, RetCode.CANNOT_PICK_UP),
    _call("POST", "/phonepickup", states.pick_up_phone, RetCode.PHONE_NOT_SET),
    _call("PUT", "/phonehangup", states.hang_up_phone, RetCode.PHONE_NOT_SET),
    _call("DELETE", "/releasephone", states.hang_up_phone, RetCode.PHONE_NOT_SET),
    _data("callinfo", call_data.show_call),
    _data("callinfobycallid/{callid}", call_data.show_named_call),
    _data("callinfobeforeanswer", call_data.show_ringing_call),
    _data("allcallid", call_data.list_call_ids),
    _data("allcallinfo/{workno}", call_data.list_calls),
    _data("remotenumbers", call_data.list_numbers),
    _data("statistics", call_data.refuse),
    _data("holdlist", call_data.list_held_calls),
)
