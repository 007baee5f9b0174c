"""Supervisors: whom they hear, who hears of them, and what they may do.

T-Library, "Call monitoring and coaching"; Web Services, "Supervisor operations". E and F are
supervisors.
"""

import pytest
from msgspec.structs import replace

from switchbell.voice.agents import MonitoringMode
from switchbell.voice.core import VoiceCore
from switchbell.voice.errors import (
    AlreadyInState,
    AlreadySeized,
    InvalidDestination,
    NotSupported,
    UnknownDevice,
    UnknownParticipant,
    VoiceError,
    WrongState,
)
from switchbell.voice.events import Event
from switchbell.voice.model import Leg, MonitoringScope, MonitoringType, PartyState
from switchbell.voice.operations import Monitor, Operation
from tests.server.voice.telling import (
    CONFERENCE,
    CONSULT,
    FOUR,
    TALK,
    TWO_CALLS,
    Table,
    new_core,
    operation,
    refuse,
    rows,
    told,
)
from tests.server.voice.waiting import READY_B, Play

LISTENING = [*TALK, "E ListenIn B"]
COACHING = [*TALK, "E Coach B"]
BARGED_IN = [*TALK, "E BargeIn B"]
IN_CONFERENCE = [*CONFERENCE, "E ListenIn B"]

FIRST = "ConnID 1"
CONSULTATION = "ConnID 2 PreviousConnID 1 CallType Consult"


def asked(core: VoiceCore, text: str) -> Operation:
    """What a step asks for; scope and mode of monitoring are words behind the agent's DN."""
    wanted = operation(core, text)
    if isinstance(wanted, Monitor):
        scope, mode = MonitoringScope(wanted.scope), MonitoringMode(wanted.mode)
        return replace(wanted, scope=scope, mode=mode)
    return wanted


class Scene(Play):
    """A core with a clock, where supervisors are brought in as soon as they can be."""

    def _step(self, text: str) -> list[Event]:
        change = self.core.execute(asked(self.core, text), self.now)
        return [*change.events, *self._until(self.now)]


def scene(*steps: str, size: int = 32) -> Scene:
    played = Scene(new_core(recording=True, clear_talking=True, conference_size=size))
    played.events(*steps)
    return played


def only_leg(scene: Scene, dn: str) -> Leg:
    [leg] = scene.core.legs(dn)
    return leg


def request(target: str, by: str = "E") -> str:
    return f"{by}: EventMonitoringNextCall OtherDN {target} ReferenceID"


def joins(target: str, role: str, by: str = "E", place: str = FIRST, queue: str = "") -> list[str]:
    """What is heard of a supervisor whose telephone answers, and who takes no part. From which
    queue the call has come is a matter of the agent."""
    return [
        f"{by}: EventOffHook",
        f"{by}: EventEstablished {place} Observer OtherDN {target} {role} OK",
        (
            f"{target}: EventPartyAdded {place} {role} OtherDN {by} Observer"
            f" ThirdPartyDN {by} AddedBy{queue} OK"
        ),
    ]


def takes_part(*others: str, by: str = "E") -> list[str]:
    """What the others hear of a supervisor who takes part."""
    return [
        f"{dn}: EventPartyAdded ConnID 1 ConferenceMember OtherDN {by} NewParty"
        f" ThirdPartyDN {by} AddedBy Conferenced"
        for dn in others
    ]


def leaves(*others: str, who: str = "E", by: str | None = None, state: str = "OK") -> list[str]:
    """What members hear of one who leaves or is removed."""
    return [
        f"{dn}: EventPartyDeleted ConnID 1 ConferenceMember OtherDN {who} DeletedParty"
        f" ThirdPartyDN {by or who} DeletedBy {state}"
        for dn in others
    ]


def released(by: str = "E", place: str = FIRST, end: str = "OK") -> list[str]:
    """What one hears who observes no longer."""
    return [f"{by}: EventReleased {place} Observer {end}", f"{by}: EventOnHook"]


def answered(call: int, caller: str, called: str) -> list[str]:
    ring = f"ConnID {call} Destination OtherDN {caller} Origination OK ReferenceID"
    return [
        f"{called}: EventOffHook",
        f"{called}: EventEstablished {ring}",
        f"{caller}: EventEstablished ConnID {call} Origination OtherDN {called} Destination OK",
    ]


HUNG_UP = [
    "A: EventReleased ConnID 1 Origination OtherDN B Destination OK ReferenceID",
    "A: EventOnHook",
    "B: EventReleased ConnID 1 Destination OtherDN A Origination OK",
    "B: EventOnHook",
]
TYPE_CHANGED = "E: EventMonitoringNextCall OtherDN B"
ALONE_GONE = (
    "B: EventPartyDeleted ConnID 1 Destination OtherDN E DeletedParty ThirdPartyDN E DeletedBy OK"
)

JOINING: Table = {
    "nobody talks yet": (["E ListenIn B"], [request("B")]),
    "the agent rings": (
        ["E ListenIn B", "A Dial B"],
        [
            "A: EventOffHook",
            "A: EventDialing ConnID 1 Origination OtherDN B Destination OK ReferenceID",
            "B: EventRinging ConnID 1 Destination OtherDN A Origination OK",
        ],
    ),
    "the agent answers": (
        ["E ListenIn B", *TALK],
        [*answered(1, "A", "B"), *joins("B", "Destination")],
    ),
    "the agent calls and is answered": (
        ["E Coach A", *TALK],
        [*answered(1, "A", "B"), *joins("A", "Origination")],
    ),
    "the agent calls somebody outside, who answers": (
        ["E ListenIn A", "A Dial X1", "X1 Answer 1"],
        [
            "A: EventEstablished ConnID 1 CallType Outbound Origination OtherDN X1 Destination OK",
            *joins("A", "Origination", place="ConnID 1 CallType Outbound"),
        ],
    ),
    "the agent answers a call from a queue": (
        [*READY_B, "E ListenIn B", "X1 Dial Q", "B Answer 1"],
        [
            "B: EventOffHook",
            (
                "B: EventEstablished ConnID 1 CallType Inbound Destination OtherDN X1 Origination"
                " ThisQueue Q OK ReferenceID"
            ),
            *joins("B", "Destination", place="ConnID 1 CallType Inbound", queue=" ThisQueue Q"),
        ],
    ),
    "listening in at once": (LISTENING, [request("B"), *joins("B", "Destination")]),
    "coaching at once": (COACHING, [request("B"), *joins("B", "Destination")]),
    "barging in at once": (
        BARGED_IN,
        [
            request("B"),
            "E: EventOffHook",
            "E: EventEstablished ConnID 1 ConferenceMember Conferenced",
            *takes_part("A", "B"),
        ],
    ),
    "listening in on a conference": (
        IN_CONFERENCE,
        [request("B"), *joins("B", "ConferenceMember")],
    ),
    "barging in on a conference": (
        [*CONFERENCE, "E BargeIn B"],
        [
            request("B"),
            "E: EventOffHook",
            "E: EventEstablished ConnID 1 ConferenceMember Conferenced",
            *takes_part("A", "B", "C"),
        ],
    ),
    "listening in on a consultation": (
        [*CONSULT, "E ListenIn C"],
        [request("C"), *joins("C", "Destination", place=CONSULTATION)],
    ),
    "a call on hold is not joined": ([*TALK, "B Hold 1", "E ListenIn B"], [request("B")]),
    "the agent retrieves": (
        [*TALK, "B Hold 1", "E ListenIn B", "B Retrieve 1"],
        [
            "B: EventRetrieved ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            *joins("B", "Destination"),
        ],
    ),
    "of two calls the one that is talked on": (
        [*TWO_CALLS, "E ListenIn A"],
        [request("A"), *joins("A", "Destination", place="ConnID 2")],
    ),
    "a supervisor who dials is busy": (
        ["E Dial D", "A Dial B", "B Answer 2", "E ListenIn B"],
        [request("B")],
    ),
    "a supervisor at whom it rings is busy": (
        ["D Dial E", "A Dial B", "B Answer 2", "E ListenIn B"],
        [request("B")],
    ),
    "a supervisor with calls no longer": (
        ["E Dial D", "A Dial B", "B Answer 2", "E ListenIn B", "E Hangup 1"],
        [
            "E: EventReleased ConnID 1 Origination OtherDN D Destination OK ReferenceID",
            "E: EventOnHook",
            "D: EventAbandoned ConnID 1 Destination OtherDN E Origination OK",
            *joins("B", "Destination", place="ConnID 2"),
        ],
    ),
    "another agent instead": (["E ListenIn B", "E ListenIn A"], [request("A")]),
    "in another way": (["E ListenIn B", "E Coach B"], [request("B")]),
    "the supervisor is not to be disturbed": (
        [*TALK, "E DoNotDisturbOn", "E ListenIn B"],
        [request("B"), *joins("B", "Destination")],
    ),
    "the supervisor's calls go elsewhere": (
        [*TALK, "E ForwardCallsOn D", "E ListenIn B"],
        [request("B"), *joins("B", "Destination")],
    ),
    "the agent is not to be disturbed": (
        [*TALK, "B DoNotDisturbOn", "E ListenIn B"],
        [request("B"), *joins("B", "Destination")],
    ),
}

LEAVING: Table = {
    "who listens in hangs up": (
        [*LISTENING, "E Hangup 1"],
        [*released(end="OK ReferenceID"), ALONE_GONE],
    ),
    "who coaches hangs up": (
        [*COACHING, "E Hangup 1"],
        [*released(end="OK ReferenceID"), ALONE_GONE],
    ),
    "who takes part hangs up": (
        [*BARGED_IN, "E Hangup 1"],
        [
            "E: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "E: EventOnHook",
            *leaves("A", "B"),
        ],
    ),
    "who takes part is removed": (
        [*BARGED_IN, "B Remove 1 E"],
        [
            (
                "B: EventPartyDeleted ConnID 1 ConferenceMember OtherDN E DeletedParty"
                " ThirdPartyDN B DeletedBy OK ReferenceID"
            ),
            "E: EventReleased ConnID 1 ConferenceMember OK",
            "E: EventOnHook",
            *leaves("A", by="B"),
        ],
    ),
    "not into the same call again": (
        [*LISTENING, "E Hangup 1", "B Hold 1", "B Retrieve 1"],
        ["B: EventRetrieved ConnID 1 Destination OtherDN A Origination OK ReferenceID"],
    ),
    "but into another": (
        [*LISTENING, "E Hangup 1", "B Hold 1", "C Dial B", "B Answer 2"],
        [*answered(2, "C", "B")[1:], *joins("B", "Destination", place="ConnID 2")],
    ),
    "the next call alone, which is left": (
        [*TALK, "E ListenIn B Call NextCall", "E Hangup 1"],
        [
            *released(end="OK ReferenceID"),
            ALONE_GONE,
            "E: EventMonitoringCancelled OtherDN B",
        ],
    ),
    "the next call alone, which ends": (
        [*TALK, "E ListenIn B Call NextCall", "A Hangup 1"],
        [*HUNG_UP, *released(), "E: EventMonitoringCancelled OtherDN B"],
    ),
    "the next call alone, taken part in": (
        [*TALK, "E BargeIn B Call NextCall", "E Hangup 1"],
        [
            "E: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "E: EventOnHook",
            *leaves("A", "B"),
            "E: EventMonitoringCancelled OtherDN B",
        ],
    ),
    "all calls, this one ends": ([*LISTENING, "A Hangup 1"], [*HUNG_UP, *released()]),
    "all calls, the next is answered": (
        [*LISTENING, "A Hangup 1", "C Dial B", "B Answer 2"],
        [*answered(2, "C", "B"), *joins("B", "Destination", place="ConnID 2")],
    ),
    "the next call alone, and not the one after it": (
        [*TALK, "E ListenIn B Call NextCall", "A Hangup 1", "C Dial B", "B Answer 2"],
        answered(2, "C", "B"),
    ),
    "cancelled before there is a call": (
        ["E ListenIn B", "E CancelSupervisorMonitoring"],
        ["E: EventMonitoringCancelled OtherDN B ReferenceID"],
    ),
    "cancelled while listening": (
        [*LISTENING, "E CancelSupervisorMonitoring"],
        [*released(), ALONE_GONE, "E: EventMonitoringCancelled OtherDN B ReferenceID"],
    ),
    "cancelled while taking part": (
        [*BARGED_IN, "E CancelSupervisorMonitoring"],
        ["E: EventMonitoringCancelled OtherDN B ReferenceID"],
    ),
    "taken part in, the caller hangs up": (
        [*BARGED_IN, "A Hangup 1"],
        [
            "A: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "A: EventOnHook",
            *leaves("B", "E", who="A"),
        ],
    ),
}

THE_AGENT: Table = {
    "holds": (
        [*LISTENING, "B Hold 1"],
        ["B: EventHeld ConnID 1 Destination OtherDN A Origination OK ReferenceID"],
    ),
    "retrieves": (
        [*LISTENING, "B Hold 1", "B Retrieve 1"],
        ["B: EventRetrieved ConnID 1 Destination OtherDN A Origination OK ReferenceID"],
    ),
    "consults, unheard": (
        [*LISTENING, "B InitiateConference 1 C", "C Answer 2"],
        [
            "C: EventOffHook",
            f"C: EventEstablished {CONSULTATION} Destination OtherDN B Origination OK ReferenceID",
            f"B: EventEstablished {CONSULTATION} Origination OtherDN C Destination OK",
        ],
    ),
    "conferences, heard again": (
        [*LISTENING, "B InitiateConference 1 C", "C Answer 2", "B CompleteConference 1"],
        [
            (
                f"B: EventReleased {CONSULTATION} Origination OtherDN C Destination Conferenced"
                " Cause Conference ReferenceID"
            ),
            "B: EventRetrieved ConnID 1 Destination OtherDN A Origination Conferenced",
            *[
                f"{dn}: EventPartyAdded ConnID 1 ConferenceMember OtherDN C NewParty"
                " ThirdPartyDN B AddedBy Conferenced"
                for dn in "BA"
            ],
            (
                "C: EventPartyChanged ConnID 1 PreviousConnID 2 ConferenceMember"
                " ThirdPartyDN B ConferencedBy Conferenced"
            ),
        ],
    ),
    "hangs up": (
        [*LISTENING, "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "B: EventOnHook",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK",
            "A: EventOnHook",
            *released(),
        ],
    ),
    "leaves a conference, scope Call": (
        [*IN_CONFERENCE, "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "B: EventOnHook",
            *leaves("A", "C", who="B"),
        ],
    ),
    "leaves a conference, scope Agent": (
        [*CONFERENCE, "E ListenIn B Agent", "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "B: EventOnHook",
            *leaves("A", "C", who="B"),
            *released(),
        ],
    ),
    "leaves a conference, scope Agent, the next call alone": (
        [*CONFERENCE, "E ListenIn B Agent NextCall", "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "B: EventOnHook",
            *leaves("A", "C", who="B"),
            *released(),
            "E: EventMonitoringCancelled OtherDN B",
        ],
    ),
    "hands over in one step, scope Agent": (
        [*TALK, "E ListenIn B Agent", "B SingleStepTransfer 1 C"],
        [
            (
                "B: EventReleased ConnID 1 Destination OtherDN A Origination ThirdPartyDN C"
                " Destination Transferred Cause SingleStepTransfer ReferenceID"
            ),
            "B: EventOnHook",
            "C: EventRinging ConnID 1 Destination OtherDN A Origination Transferred",
            (
                "A: EventPartyChanged ConnID 1 PreviousConnID 1 Origination OtherDN C Destination"
                " ThirdPartyDN B TransferedBy Transferred"
            ),
            *released(),
        ],
    ),
    "is on a consultation that is merged": (
        [*CONSULT, "E ListenIn C", "A CompleteConference 1"],
        [
            (
                f"A: EventReleased {CONSULTATION} Origination OtherDN C Destination Conferenced"
                " Cause Conference ReferenceID"
            ),
            "A: EventRetrieved ConnID 1 Origination OtherDN B Destination Conferenced",
            *[
                f"{dn}: EventPartyAdded ConnID 1 ConferenceMember OtherDN C NewParty"
                " ThirdPartyDN A AddedBy Conferenced"
                for dn in "AB"
            ],
            (
                "C: EventPartyChanged ConnID 1 PreviousConnID 2 ConferenceMember"
                " ThirdPartyDN A ConferencedBy Conferenced"
            ),
            (
                "E: EventPartyChanged ConnID 1 PreviousConnID 2 Observer"
                " ThirdPartyDN A ConferencedBy Conferenced"
            ),
        ],
    ),
    "is on a call where others come and go": (
        [*IN_CONFERENCE, "C Hangup 1"],
        [
            "C: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "C: EventOnHook",
            *leaves("A", "B", who="C"),
        ],
    ),
    "is on a call that is cleared": (
        [*LISTENING, "A ClearCall 1"],
        [*HUNG_UP, *released()],
    ),
    "is on a call whose data change": (
        [*LISTENING, "A AttachUserData 1 key=value"],
        [
            (
                "A: EventAttachedDataChanged ConnID 1 Origination OtherDN B Destination"
                " ThirdPartyDN A UserData key=value OK ReferenceID"
            ),
            (
                "B: EventAttachedDataChanged ConnID 1 Destination OtherDN A Origination"
                " ThirdPartyDN A UserData key=value OK"
            ),
        ],
    ),
}

PRIVATELY = "E: EventPrivateInfo ConnID 1 Observer PrivateMessage"
STEPS_IN = (
    "E: EventPartyChanged ConnID 1 PreviousConnID 1 ConferenceMember ThirdPartyDN E AddedBy"
    " Conferenced ReferenceID"
)
STEPS_BACK = "E: EventPartyChanged ConnID 1 PreviousConnID 1 Observer ThirdPartyDN E DeletedBy"
HEARS_ON = (
    "B: EventPartyAdded ConnID 1 ConferenceMember OtherDN E Observer ThirdPartyDN E AddedBy OK"
)

SWITCHING: Table = {
    "from listening to coaching": (
        [*LISTENING, "E SwitchToCoach 1"],
        [f"{PRIVATELY} MonitoringType OK ReferenceID", TYPE_CHANGED],
    ),
    "from coaching to listening": (
        [*COACHING, "E SwitchToListenIn 1"],
        [f"{PRIVATELY} MonitoringType OK ReferenceID", TYPE_CHANGED],
    ),
    **{
        f"from {name} to taking part": (
            [*steps, "E SwitchToBargeIn 1"],
            [STEPS_IN, *takes_part("A", "B"), TYPE_CHANGED],
        )
        for name, steps in {"listening": LISTENING, "coaching": COACHING}.items()
    },
    **{
        f"from taking part to {name}": (
            [*BARGED_IN, f"E {name} 1"],
            [f"{STEPS_BACK} OK ReferenceID", *leaves("A"), HEARS_ON, TYPE_CHANGED],
        )
        for name in ("SwitchToListenIn", "SwitchToCoach")
    },
    "to taking part in a conference": (
        [*IN_CONFERENCE, "E SwitchToBargeIn 1"],
        [STEPS_IN, *takes_part("A", "B", "C"), TYPE_CHANGED],
    ),
    "to listening to a conference": (
        [*CONFERENCE, "E BargeIn B", "E SwitchToListenIn 1"],
        [
            f"{STEPS_BACK} Conferenced ReferenceID",
            *leaves("A", "C", state="Conferenced"),
            HEARS_ON,
            TYPE_CHANGED,
        ],
    ),
    "muting": (
        [*LISTENING, "E MuteMonitoredUser 1"],
        [f"{PRIVATELY} MonitoredUserMuted OK ReferenceID"],
    ),
    "unmuting": (
        [*LISTENING, "E MuteMonitoredUser 1", "E UnmuteMonitoredUser 1"],
        [f"{PRIVATELY} MonitoredUserMuted OK ReferenceID"],
    ),
    "muting by one who takes part": (
        [*BARGED_IN, "E MuteMonitoredUser 1"],
        [
            (
                "E: EventPrivateInfo ConnID 1 ConferenceMember PrivateMessage MonitoredUserMuted"
                " OK ReferenceID"
            ),
        ],
    ),
}

TWO_SUPERVISORS: Table = {
    "each hears another": (
        [*LISTENING, "F Coach A"],
        [request("A", "F"), *joins("A", "Origination", "F")],
    ),
    "one hears the other": (
        [*BARGED_IN, "F ListenIn E"],
        [request("E", "F"), *joins("E", "ConferenceMember", "F")],
    ),
    "one after the other": (
        [*LISTENING, "E CancelSupervisorMonitoring", "F ListenIn B"],
        [request("B", "F"), *joins("B", "Destination", "F")],
    ),
    "one leaves": (
        [*LISTENING, "F Coach A", "E Hangup 1"],
        [*released(end="OK ReferenceID"), ALONE_GONE],
    ),
    "the call ends": (
        [*LISTENING, "F ListenIn A", "A Hangup 1"],
        [*HUNG_UP, *released("E"), *released("F")],
    ),
    "one takes part no longer": (
        [*BARGED_IN, "F ListenIn A", "E SwitchToListenIn 1"],
        [f"{STEPS_BACK} OK ReferenceID", *leaves("A"), HEARS_ON, TYPE_CHANGED],
    ),
}


@rows(JOINING, LEAVING, THE_AGENT, SWITCHING, TWO_SUPERVISORS)
def test_who_hears_of_supervisors(steps: list[str], expected: list[str]) -> None:
    *before, last = steps
    assert [told(event) for event in scene(*before).events(last)] == expected


# By name: what comes before, what is asked, and the refusal. Four are all that a conference holds.
REFUSALS: dict[str, tuple[list[str], str, type[VoiceError]]] = {
    "who is no supervisor": (TALK, "C ListenIn B", NotSupported),
    "nobody at that number": ([], "E ListenIn Z", InvalidDestination),
    "a queue": ([], "E ListenIn Q", InvalidDestination),
    "somebody outside": ([], "E ListenIn X1", InvalidDestination),
    "oneself": ([], "E ListenIn E", InvalidDestination),
    "from outside": ([], "X1 ListenIn B", UnknownDevice),
    "whom another monitors": (["F Coach B"], "E ListenIn B", AlreadySeized),
    "as it is already": (["E ListenIn B"], "E ListenIn B", AlreadyInState),
    "another while one is heard": (LISTENING, "E ListenIn A", WrongState),
    "another while taking part": (BARGED_IN, "E ListenIn A", WrongState),
    "cancel what there is not": (TALK, "E CancelSupervisorMonitoring", AlreadyInState),
    "cancel twice": (
        [*LISTENING, "E CancelSupervisorMonitoring"],
        "E CancelSupervisorMonitoring",
        AlreadyInState,
    ),
    "listen in while listening": (LISTENING, "E SwitchToListenIn 1", AlreadyInState),
    "coach while coaching": (COACHING, "E SwitchToCoach 1", AlreadyInState),
    "barge in while taking part": (BARGED_IN, "E SwitchToBargeIn 1", WrongState),
    "barge in where there is no room": (
        [*FOUR, "E ListenIn B"],
        "E SwitchToBargeIn 1",
        WrongState,
    ),
    "withdraw from a call that would end": (
        [*BARGED_IN, "A Hangup 1"],
        "E SwitchToListenIn 1",
        WrongState,
    ),
    "withdraw from a call that nobody has answered": (
        [*BARGED_IN, "A SingleStepTransfer 1 C", "B Hangup 1"],
        "E SwitchToCoach 1",
        WrongState,
    ),
    "withdraw when the agent has left": (
        [*CONFERENCE, "E BargeIn B", "B Hangup 1"],
        "E SwitchToListenIn 1",
        WrongState,
    ),
    "barge in when the agent has left": (
        [*IN_CONFERENCE, "B Hangup 1"],
        "E SwitchToBargeIn 1",
        WrongState,
    ),
    "withdraw from a call that is held": (
        [*BARGED_IN, "E Hold 1"],
        "E SwitchToListenIn 1",
        WrongState,
    ),
    "switch what is not monitored any longer": (
        [*BARGED_IN, "E CancelSupervisorMonitoring"],
        "E SwitchToListenIn 1",
        WrongState,
    ),
    "switch by the agent": (LISTENING, "B SwitchToListenIn 1", WrongState),
    "mute who is muted": (
        [*LISTENING, "E MuteMonitoredUser 1"],
        "E MuteMonitoredUser 1",
        AlreadyInState,
    ),
    "unmute who is not muted": (LISTENING, "E UnmuteMonitoredUser 1", AlreadyInState),
    "mute who has left": (
        [*IN_CONFERENCE, "B Hangup 1"],
        "E MuteMonitoredUser 1",
        WrongState,
    ),
    "mute by another": (LISTENING, "A MuteMonitoredUser 1", WrongState),
    "unmute by the agent": (
        [*LISTENING, "E MuteMonitoredUser 1"],
        "B UnmuteMonitoredUser 1",
        WrongState,
    ),
    "dial while observing": (LISTENING, "E Dial D", WrongState),
    "hold what is observed": (LISTENING, "E Hold 1", WrongState),
    "tones from one who observes": (LISTENING, "E SendDtmf 1 5", WrongState),
    "data from one who observes": (LISTENING, "E AttachUserData 1 key=value", WrongState),
    "remove one who observes": (IN_CONFERENCE, "A Remove 1 E", UnknownParticipant),
    "add one who observes": (LISTENING, "A SingleStepConference 1 E", InvalidDestination),
}


@pytest.mark.parametrize(("steps", "text", "error"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_is_refused(steps: list[str], text: str, error: type[VoiceError]) -> None:
    core = scene(*steps, size=4).core
    refuse(core, asked(core, text), error)


def test_who_observes_cannot_answer() -> None:
    core = scene(*LISTENING, "D Dial E").core
    assert [leg.state for leg in core.legs("E")] == [PartyState.OBSERVING, PartyState.RINGING]
    with pytest.raises(VoiceError, match="observed"):
        core.execute(operation(core, "E Answer 2"), 2000.0)
    assert "Answer" not in core.legs("E")[1].capabilities


OBSERVER = {"SwitchToListenIn", "SwitchToCoach", "SwitchToBargeIn", "MuteMonitoredUser", "Hangup"}
# By name: what comes before, and what the supervisor E can do of what concerns supervision.
CAPABILITIES: dict[str, tuple[list[str], set[str]]] = {
    "listening": (LISTENING, OBSERVER - {"SwitchToListenIn"}),
    "coaching": (COACHING, OBSERVER - {"SwitchToCoach"}),
    "taking part": (BARGED_IN, OBSERVER - {"SwitchToBargeIn"}),
    "taking part in a call that would end": (
        [*BARGED_IN, "A Hangup 1"],
        {"MuteMonitoredUser", "Hangup"},
    ),
    "a member after all": ([*BARGED_IN, "E CancelSupervisorMonitoring"], {"Hangup"}),
    "the agent has left": ([*IN_CONFERENCE, "B Hangup 1"], {"Hangup"}),
    "there is no room": ([*FOUR, "E ListenIn B"], {"SwitchToCoach", "MuteMonitoredUser", "Hangup"}),
    "the agent is muted": (
        [*LISTENING, "E MuteMonitoredUser 1"],
        {"SwitchToCoach", "SwitchToBargeIn", "UnmuteMonitoredUser", "Hangup"},
    ),
}


@pytest.mark.parametrize(("steps", "expected"), CAPABILITIES.values(), ids=CAPABILITIES.keys())
def test_what_a_supervisor_can_do(steps: list[str], expected: set[str]) -> None:
    leg = only_leg(scene(*steps, size=4), "E")
    assert {*leg.capabilities} & (OBSERVER | {"UnmuteMonitoredUser"}) == expected
    if leg.state is PartyState.OBSERVING:
        assert {*leg.capabilities} == expected


@pytest.mark.parametrize("dn", ["A", "B"])
def test_others_cannot_supervise(dn: str) -> None:
    able = {*only_leg(scene(*LISTENING), dn).capabilities}
    assert able & (OBSERVER | {"UnmuteMonitoredUser"}) == {"Hangup"}


def test_one_who_observes_is_no_participant_and_sees_all() -> None:
    played = scene(*LISTENING)
    assert only_leg(played, "A").participants == ("B",)
    assert only_leg(played, "B").participants == ("A",)
    assert only_leg(played, "E").participants == ("B", "A")
    played.events("E SwitchToBargeIn 1")
    assert only_leg(played, "A").participants == ("E", "B")
    assert only_leg(played, "E").participants == ("B", "A")
    played.events("E SwitchToCoach 1")
    assert only_leg(played, "A").participants == ("B",)


@pytest.mark.parametrize("steps", [LISTENING, COACHING, BARGED_IN])
def test_the_monitored_one_is_supervised(steps: list[str]) -> None:
    played = scene(*steps)
    assert [only_leg(played, dn).supervised for dn in "ABE"] == [False, True, False]


@pytest.mark.parametrize("steps", [LISTENING, COACHING, BARGED_IN])
@pytest.mark.parametrize(
    "end",
    ["E Hangup 1", "E CancelSupervisorMonitoring", "E UnmuteMonitoredUser 1"],
)
def test_a_monitored_user_is_muted_until_then(steps: list[str], end: str) -> None:
    played = scene(*steps, "E MuteMonitoredUser 1")
    assert only_leg(played, "B").monitored_user_muted
    assert only_leg(played, "E").monitored_user_muted
    assert not only_leg(played, "A").monitored_user_muted
    played.events(end)
    assert not only_leg(played, "B").monitored_user_muted
    assert only_leg(played, "B").supervised is ("Unmute" in end)


@pytest.mark.parametrize(
    "end",
    [
        ["E SingleStepTransfer 1 C"],
        ["E InitiateTransfer 1 C", "C Answer 2", "E CompleteTransfer 1"],
        ["A Remove 1 E"],
    ],
    ids=" ".join,
)
def test_a_muted_user_is_heard_when_the_supervisor_is_gone(end: list[str]) -> None:
    played = scene(*BARGED_IN, "E MuteMonitoredUser 1", *end)
    assert not only_leg(played, "B").monitored_user_muted
    assert not only_leg(played, "B").supervised
    assert played.core.legs("E") == ()


@pytest.mark.parametrize("switch", ["SwitchToCoach", "SwitchToBargeIn"])
def test_a_muted_user_stays_muted_when_the_supervisor_switches(switch: str) -> None:
    played = scene(*LISTENING, "E MuteMonitoredUser 1", f"E {switch} 1")
    assert only_leg(played, "B").monitored_user_muted
    assert only_leg(played, "E").monitored_user_muted


def test_a_supervisor_comes_along_to_the_conference() -> None:
    played = scene(*CONSULT, "E BargeIn C", "E MuteMonitoredUser 2", "A CompleteConference 1")
    assert only_leg(played, "E").participants == ("C", "B", "A")
    assert only_leg(played, "C").supervised
    assert "UnmuteMonitoredUser" in only_leg(played, "E").capabilities
    assert only_leg(played, "C").monitored_user_muted is only_leg(played, "E").monitored_user_muted


def test_an_agent_who_comes_back_is_supervised_again() -> None:
    back = ["B Hangup 1", "A SingleStepConference 1 B"]
    played = scene(*IN_CONFERENCE, "E MuteMonitoredUser 1", *back)
    assert not only_leg(played, "B").supervised
    played.events("B Answer 1")
    assert only_leg(played, "B").supervised
    assert not only_leg(played, "B").monitored_user_muted
    assert "MuteMonitoredUser" in only_leg(played, "E").capabilities


def test_who_stays_hears_the_others_when_the_agent_has_left() -> None:
    played = scene(*IN_CONFERENCE, "B Hangup 1")
    assert only_leg(played, "E").participants == ("C", "A")
    assert played.events("A Hangup 1")[-2].this_dn == "E"
    assert played.core.legs("E") == ()


def test_barging_in_waits_for_room() -> None:
    played = scene(*FOUR, "E BargeIn B", size=4)
    assert played.core.legs("E") == ()
    played.events("D Hangup 1")
    assert only_leg(played, "E").state is PartyState.ESTABLISHED
    assert only_leg(played, "A").participants == ("E", "C", "B")


@pytest.mark.parametrize("switch", ["SwitchToCoach", "SwitchToBargeIn"])
def test_the_next_call_is_joined_as_was_switched_to(switch: str) -> None:
    played = scene(
        *LISTENING, f"E {switch} 1", "E Hangup 1", "B Hangup 1", "C Dial B", "B Answer 2"
    )
    monitors = only_leg(played, "E").monitors
    assert monitors is not None
    assert monitors.type == switch.removeprefix("SwitchTo")
    observes = monitors.type is not MonitoringType.BARGE_IN
    assert (only_leg(played, "E").state is PartyState.OBSERVING) is observes


def test_a_member_after_cancelling_stays_to_the_end() -> None:
    played = scene(*BARGED_IN, "E CancelSupervisorMonitoring", "B Hangup 1")
    assert only_leg(played, "E").participants == ("A",)
    assert only_leg(played, "E").monitors is None


def test_monitoring_again_after_leaving_is_for_the_same_call_too() -> None:
    played = scene(*LISTENING, "E Hangup 1", "E CancelSupervisorMonitoring")
    assert [told(event) for event in played.events("E ListenIn B")] == [
        request("B"),
        *joins("B", "Destination"),
    ]
