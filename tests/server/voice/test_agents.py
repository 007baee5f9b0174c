"""Agents, supervisors and people outside at random, and what must hold after each thing they do."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from switchbell.voice.agents import AgentState, MonitoringMode
from switchbell.voice.capabilities import OPERATIONS
from switchbell.voice.model import Leg, MonitoringScope, PartyState
from switchbell.voice.operations import (
    AfterCallWork,
    AuxWork,
    BargeIn,
    CallOperation,
    CancelSupervisorMonitoring,
    ClearCall,
    Coach,
    CompleteConference,
    Dial,
    DoNotDisturbOff,
    DoNotDisturbOn,
    ForwardCallsOff,
    ForwardCallsOn,
    ListenIn,
    Login,
    Logout,
    Monitor,
    MuteTransfer,
    NotReady,
    Operation,
    Ready,
    Reconnect,
    Redirect,
    Reject,
)
from tests.server.voice.agents_rules import ACTIVE, INVARIANTS, OF_TWO_CALLS
from tests.server.voice.agents_world import (
    BY_HAND,
    DNS,
    LINES,
    NOBODY,
    NUMBERS,
    TRUNKS,
    World,
)
from tests.server.voice.telling import QUEUES, SUPERVISORS

# What is done with calls, in groups: random agents come to what needs others before too rarely.
MOVES = {"Hold", "Retrieve", "SingleStepTransfer", "SingleStepConference"}
CONSULTING = {"InitiateTransfer", "InitiateConference"}
COUPLINGS = {"SwapCalls", "MergeWithOtherCall", "CompleteConference", "CompleteTransfer"}
SUPERVISION = {
    "SwitchToListenIn",
    "SwitchToCoach",
    "SwitchToBargeIn",
    "MuteMonitoredUser",
    "UnmuteMonitoredUser",
}
# The rest is left to be asked for with anything else: most calls would end too early.
OTHERS = {
    "RemoveParticipantFromConference",
    "MuteCall",
    "UnmuteCall",
    "StartCallRecording",
    "StopCallRecording",
    "PauseCallRecording",
    "ResumeCallRecording",
}
KINDS: dict[str, type[CallOperation]] = {
    **OPERATIONS,
    **{kind.__name__: kind for kind in (Reject, Reconnect, Redirect, MuteTransfer)},
}
TURNING_AWAY = (Reject, Redirect, Redirect, ClearCall)
WORK = (Login, Ready, Ready, Ready, NotReady, AfterCallWork, AuxWork, Logout)
# Off is asked for more often, or nobody could be called for long.
SETTINGS = (DoNotDisturbOn, ForwardCallsOn, *[DoNotDisturbOff, ForwardCallsOff] * 2)
MONITORING = (ListenIn, Coach, BargeIn)
MONITORED = ("A", "B", *DNS)
NUMBER = st.sampled_from(NUMBERS)
# Supervisors have little time for calls of their own.
CALLER = st.sampled_from(("A", "B", "C", "A", "B", "C", *SUPERVISORS))
USUAL = st.sampled_from(("A", "B", "C", "E", "Q", "X1", "answers"))


class Agents(RuleBasedStateMachine):
    @initialize(
        ready=st.sets(st.sampled_from(DNS)),
        monitoring=st.lists(st.sampled_from(MONITORING), max_size=2),
        prompt=st.booleans(),
    )
    def start(self, ready: set[str], monitoring: list[type[Monitor]], prompt: bool) -> None:
        """Begin with some agents at work, and some supervisors. A ``prompt`` server does what is
        due at once before anybody asks for more."""
        self.world = World()
        self.prompt = prompt
        for dn in sorted(ready):
            assert self.attempt(Login(dn=dn, agent_id=dn.lower(), reference_id=1))
            assert self.attempt(Ready(dn=dn, reference_id=1))
        for kind, dn, target in zip(monitoring, SUPERVISORS, DNS, strict=False):
            assert self.attempt(kind(dn=dn, target=target, reference_id=1))

    def attempt(self, operation: Operation) -> bool:
        done = self.world.attempt(operation)
        if self.prompt:
            concerned = self.world.concerned
            self.world.pass_time(0, punctual=True)
            self.world.concerned |= concerned
        return done

    @rule(dn=CALLER, destination=st.one_of(USUAL, NUMBER, st.just(NOBODY)))
    def dial(self, dn: str, destination: str) -> None:
        legs = self.world.seen.legs[dn]
        free = len(legs) < LINES and not any(leg.state in ACTIVE for leg in legs)
        accepted = self.attempt(Dial(dn=dn, destination=destination, reference_id=1))
        assert accepted is (free and destination not in {dn, NOBODY})

    @rule(number=st.sampled_from(BY_HAND), destination=st.one_of(USUAL, NUMBER))
    def ring_in(self, number: str, destination: str) -> None:
        world = self.world
        end = world.end_of(destination, {number})
        trunks = 1 if end in {None, *DNS, *QUEUES} else 2
        room = len(world.seen.far_ends) + trunks <= TRUNKS
        possible = destination in {*DNS, *QUEUES} and end is not None and room
        accepted = self.attempt(Dial(dn=number, destination=destination, reference_id=1))
        assert accepted is possible

    @precondition(lambda self: self.world.seen.far_ends)
    @rule(data=st.data())
    def far_end_acts(self, data: st.DataObject) -> None:
        leg = data.draw(st.sampled_from(self.world.seen.far_ends))
        rings = leg.state is PartyState.RINGING
        names = ("Answer", "Answer", "Reject") if rings else ("SendDtmf", "SendDtmf", "Hangup")
        name = data.draw(st.sampled_from(names))
        assert self.attempt(self.world.asked(KINDS[name], leg, ""))

    @precondition(lambda self: self.listing({"Answer"}))
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        self.press(data, "", {"Answer"})

    @precondition(lambda self: self.ringing())
    @rule(data=st.data(), kind=st.sampled_from(TURNING_AWAY), destination=USUAL)
    def turn_a_call_away(
        self, data: st.DataObject, kind: type[CallOperation], destination: str
    ) -> None:
        leg = data.draw(st.sampled_from(self.ringing()))
        possible = kind is not Redirect or self.can_reach("", leg, destination)
        assert self.attempt(self.world.asked(kind, leg, destination)) is possible

    def ringing(self) -> list[Leg]:
        return [leg for leg in self.world.seen.all_legs if leg.state is PartyState.RINGING]

    @precondition(lambda self: self.listing({"UnmuteCall"}))
    @rule(data=st.data())
    def be_heard_again(self, data: st.DataObject) -> None:
        self.press(data, "", {"UnmuteCall"})

    @precondition(lambda self: self.listing(MOVES))
    @rule(data=st.data(), destination=USUAL)
    def move_a_call(self, data: st.DataObject, destination: str) -> None:
        self.press(data, destination, MOVES)

    @precondition(lambda self: self.listing(CONSULTING))
    @rule(data=st.data(), destination=USUAL)
    def consult(self, data: st.DataObject, destination: str) -> None:
        self.press(data, destination, CONSULTING)

    @precondition(lambda self: self.listing({"SingleStepTransfer"}))
    @rule(data=st.data(), destination=USUAL)
    def hand_over_unseen(self, data: st.DataObject, destination: str) -> None:
        leg = data.draw(st.sampled_from(self.listing({"SingleStepTransfer"})))
        possible = "InitiateTransfer" in leg.capabilities and self.can_reach("", leg, destination)
        assert self.attempt(self.world.asked(MuteTransfer, leg, destination)) is possible

    @precondition(lambda self: self.listing(COUPLINGS))
    @rule(data=st.data())
    def couple_two_calls(self, data: st.DataObject) -> None:
        self.press(data, "", COUPLINGS)

    @precondition(lambda self: self.consultations() and self.listing(COUPLINGS))
    @rule(data=st.data(), earnest=st.sampled_from((False, True)))
    def finish_a_consultation(self, data: st.DataObject, earnest: bool) -> None:
        """One way or the other; the consulted party is mostly worth a conference."""
        leg = data.draw(st.sampled_from(self.consultations()))
        kind = CompleteConference if earnest else Reconnect
        self.attempt(self.world.asked(kind, leg, ""))

    def consultations(self) -> list[Leg]:
        return [leg for leg in self.world.seen.all_legs if leg.parent]

    @precondition(lambda self: self.listing(SUPERVISION))
    @rule(data=st.data())
    def supervise(self, data: st.DataObject) -> None:
        self.press(data, "", SUPERVISION)

    @precondition(lambda self: self.listing(OTHERS))
    @rule(data=st.data())
    def press_anything_else(self, data: st.DataObject) -> None:
        self.press(data, "", OTHERS)

    def listing(self, names: set[str]) -> list[Leg]:
        """The legs that list any of these."""
        legs = self.world.seen.all_legs
        return [leg for leg in legs if not names.isdisjoint(leg.capabilities)]

    def press(self, data: st.DataObject, destination: str, names: set[str]) -> None:
        legs = self.listing(names)
        listed = sorted({name for leg in legs for name in leg.capabilities if name in names})
        name = data.draw(st.sampled_from(listed))
        leg = data.draw(st.sampled_from([leg for leg in legs if name in leg.capabilities]))
        kind = OPERATIONS[name]
        possible = self.can_reach(name, leg, destination)
        accepted = self.attempt(self.world.asked(kind, leg, destination))
        if "destination" in kind.__struct_fields__:
            assert accepted is possible
        else:
            assert accepted or name in OF_TWO_CALLS

    def can_reach(self, name: str, leg: Leg, destination: str) -> bool:
        taken = self.world.on_call_with(leg)
        if name in CONSULTING:
            return destination in NUMBERS and destination not in taken
        return self.world.end_of(destination, taken) is not None

    @precondition(lambda self: self.world.seen.all_legs)
    @rule(data=st.data(), name=st.sampled_from(sorted(KINDS)), destination=NUMBER)
    def ask_for_anything(self, data: st.DataObject, name: str, destination: str) -> None:
        leg = data.draw(st.sampled_from(self.world.seen.all_legs))
        self.attempt(self.world.asked(KINDS[name], leg, destination))

    @rule(
        dn=st.sampled_from(DNS),
        kind=st.sampled_from(WORK),
        agent=st.sampled_from("abcef"),
        queue=st.sampled_from((None, *QUEUES)),
    )
    def work(self, dn: str, kind: type[Operation], agent: str, queue: str | None) -> None:
        before = self.world.seats[dn].state
        if kind is Login:
            possible = agent not in {seat.agent for seat in self.world.seats.values()}
            login = Login(dn=dn, agent_id=agent, queue=queue, reference_id=1)
            assert self.attempt(login) is (possible and before is AgentState.LOGGED_OUT)
            return
        done = self.attempt(kind(dn=dn, reference_id=1))
        if before is AgentState.LOGGED_OUT:
            assert not done
        elif kind is Ready:
            assert done is (before is not AgentState.READY)
        else:
            assert done or before is AgentState.NOT_READY

    @rule(dn=st.sampled_from(DNS), kind=st.sampled_from(SETTINGS), destination=NUMBER)
    def set_device(self, dn: str, kind: type[Operation], destination: str) -> None:
        seat = self.world.seats[dn]
        if kind is ForwardCallsOn:
            news = destination not in {dn, seat.forward_to}
            wanted = ForwardCallsOn(dn=dn, destination=destination, reference_id=1)
            assert self.attempt(wanted) is news
            return
        possible = {
            DoNotDisturbOn: not seat.do_not_disturb,
            DoNotDisturbOff: seat.do_not_disturb,
            ForwardCallsOff: seat.forward_to is not None,
        }[kind]
        assert self.attempt(kind(dn=dn, reference_id=1)) is possible

    @precondition(lambda self: not all(self.world.seats[dn].monitors for dn in SUPERVISORS))
    @rule(
        dn=st.sampled_from((*SUPERVISORS, *SUPERVISORS, "A")),
        whom=st.sampled_from(MONITORED),
        kind=st.sampled_from(MONITORING),
        scope=st.sampled_from(MonitoringScope),
        mode=st.sampled_from(MonitoringMode),
    )
    def monitor(
        self,
        dn: str,
        whom: str,
        kind: type[Monitor],
        scope: MonitoringScope,
        mode: MonitoringMode,
    ) -> None:
        by_others = [seat.monitors for at, seat in self.world.seats.items() if at != dn]
        busy = any(leg.monitors for leg in self.world.seen.legs[dn])
        monitored = self.world.seats[dn].monitors
        done = self.attempt(kind(dn=dn, target=whom, scope=scope, mode=mode, reference_id=1))
        possible = dn in SUPERVISORS and whom != dn and whom not in by_others and not busy
        assert done is possible or (monitored == whom and not done)

    @precondition(lambda self: any(seat.monitors for seat in self.world.seats.values()))
    @rule(dn=st.sampled_from((*SUPERVISORS, "A")), earnest=st.sampled_from((False, False, True)))
    def cancel_monitoring(self, dn: str, earnest: bool) -> None:
        """One who is in earnest cancels what there is."""
        possible = self.world.seats[dn].monitors is not None
        if earnest or not possible:
            cancel = CancelSupervisorMonitoring(dn=dn, reference_id=1)
            assert self.attempt(cancel) is possible

    @rule(
        seconds=st.sampled_from((0, 0, 1, 2, 4, 10)), punctual=st.booleans(), restart=st.booleans()
    )
    def wait(self, seconds: int, punctual: bool, restart: bool) -> None:
        """Nobody notices whether the server is another one afterwards."""
        self.world.pass_time(seconds, punctual=punctual)
        if restart:
            self.world.restart()

    @invariant()
    def all_is_well(self) -> None:
        for holds in INVARIANTS:
            holds(self.world)


Agents.TestCase.settings = settings(max_examples=200, stateful_step_count=100, deadline=None)
TestAgents = Agents.TestCase
