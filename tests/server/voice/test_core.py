"""What a change carries besides who hears what, and what one can read from the core."""

import pytest

from switchbell.voice.events import EventName
from switchbell.voice.model import CallType, PartyState, Role
from switchbell.voice.operations import CompleteConference, Dial, Hangup, InitiateConference
from tests.server.voice.telling import (
    CONFERENCE,
    CONSULT,
    CONSULT_RINGS,
    FOUR,
    TALK,
    call_id,
    heard,
    new_core,
    number,
    play,
    step,
    the_call,
)

# A destination without a free line


def test_a_busy_destination_hears_nothing() -> None:
    core = play("A Dial B", "C Dial B", core=new_core(lines=2))
    change = step(core, "D Dial B")
    assert heard(change) == [
        "D: EventOffHook",
        "D: EventDialing ConnID 3 Origination OtherDN B Destination OK ReferenceID",
        "D: EventDestinationBusy ConnID 3 Origination OtherDN B Destination Busy",
    ]
    [leg] = core.legs("D")
    assert (leg.state, leg.participants) == (PartyState.BUSY, ())
    assert heard(step(core, "D Hangup 3")) == [
        "D: EventReleased ConnID 3 Origination OtherDN B Destination OK ReferenceID",
        "D: EventOnHook",
    ]
    assert core.legs("D") == ()


def test_a_busy_consultation_leaves_the_main_call_on_hold() -> None:
    core = play("D Dial C", "E Dial C", "A Dial B", "B Answer 3", core=new_core(lines=2))
    consult = "ConnID 4 PreviousConnID 3 CallType Consult"
    assert heard(step(core, "A InitiateConference 3 C")) == [
        "A: EventHeld ConnID 3 Origination OtherDN B Destination OK",
        f"A: EventDialing {consult} Origination OtherDN C Destination OK ReferenceID",
        f"A: EventDestinationBusy {consult} Origination OtherDN C Destination Busy",
    ]
    assert heard(step(core, "A Hangup 4")) == [
        f"A: EventReleased {consult} Origination OtherDN C Destination OK ReferenceID"
    ]
    assert [leg.state for leg in core.legs("A")] == [PartyState.HELD]


# What an event and a leg carry besides


def test_the_numbers_dialled_and_calling_and_the_time() -> None:
    core = new_core()
    change = step(core, "A Dial B", now=1234.5)
    [_, dialing, ringing] = change.events
    for event in (dialing, ringing):
        assert (event.dnis, event.ani, event.time) == ("B", "A", 1234.5)
        assert event.call_type is CallType.INTERNAL
        assert event.user_data is None
        assert event.leg is not None
        assert event.leg.since == 1234.5
        assert event.call_uuid == event.leg.id
    assert change.time == 1234.5
    assert change.events[0].time == 1234.5


def test_user_data_of_main_and_consult_call_stay_apart() -> None:
    core = new_core()
    data = {"account": "1"}
    dialled = core.execute(Dial(dn="A", destination="B", user_data=data), 0.0)
    data["account"] = "the caller's own dictionary"
    assert [event.user_data for event in dialled.events] == [
        None,
        {"account": "1"},
        {"account": "1"},
    ]
    play("B Answer 1", core=core)
    consult = InitiateConference(
        dn="A", call=call_id(core, "A", "1"), destination="C", user_data={"why": "help"}
    )
    core.execute(consult, 0.0)
    step(core, "C Answer 2")
    assert core.legs("C")[0].user_data == {"why": "help"}
    step(core, "A CompleteConference 1")
    assert core.legs("C")[0].user_data == {"account": "1"}


def test_a_party_that_changes_over_keeps_how_it_knows_its_call() -> None:
    core = play(*CONSULT)
    [before] = core.legs("C")
    [main, consult] = core.legs("A")
    step(core, "A CompleteConference 1", now=2000.0)
    [after] = core.legs("C")
    assert after.conn_id == main.conn_id != before.conn_id
    assert (after.id, after.since) == (before.id, before.since) == (consult.id, 1000.0)
    assert (after.call_type, after.dnis) == (CallType.CONSULT, "C")
    assert after.participants == ("B", "A")
    [owner] = core.legs("A")
    assert (owner.id, owner.call_type, owner.dnis) == (main.id, CallType.INTERNAL, "B")
    assert owner.participants == ("C", "B")
    assert core.legs("B")[0].participants == ("C", "A")


def test_the_consult_leg_names_its_main_call_for_the_one_that_consults() -> None:
    core = play(*CONSULT)
    [main, consult] = core.legs("A")
    assert (main.parent, consult.parent) == (None, main.id)
    assert core.legs("C")[0].parent is None
    assert the_call(core, 2).main == main.conn_id


def test_a_released_leg_is_the_last_view_without_capabilities() -> None:
    core = play(*CONSULT)
    last = core.legs("A")[1]
    released = step(core, "A CompleteConference 2").events[0].leg
    assert released is not None
    assert released.state is PartyState.RELEASED
    assert released.capabilities == ()
    assert (released.id, released.participants, released.parent, released.dnis) == (
        (last.id, ("C",), last.parent, "C")
    )


def test_legs_in_events_show_the_end_of_the_change() -> None:
    core = play(*CONSULT)
    change = step(core, "A CompleteConference 2")
    for event in change.events[1:]:
        assert event.leg is not None
        assert event.leg == core.leg(event.this_dn, event.leg.id)


def test_hold_survives_the_change_over() -> None:
    core = play(*CONSULT, "C Hold 2", "B Hold 1", "A CompleteConference 1")
    states = {party.dn: party.state for party in the_call(core, 1).parties}
    assert states == {
        "A": PartyState.ESTABLISHED,
        "B": PartyState.HELD,
        "C": PartyState.HELD,
    }
    assert {party.role for party in the_call(core, 1).parties} == {Role.CONFERENCE_MEMBER}


def test_ended_and_changed_calls_are_in_the_change() -> None:
    core = play(*CONSULT)
    change = step(core, "A CompleteConference 1")
    assert {number(call.conn_id): len(call.parties) for call in change.calls} == {1: 3, 2: 0}
    assert set(map(number, core.calls)) == {1}
    for call in change.calls:
        if call.parties:
            assert core.calls[call.conn_id] == call


def test_the_main_call_goes_on_without_the_one_that_consults_about_it() -> None:
    core = play(*FOUR, "A InitiateConference 1 E", "E Answer 4", "A Hangup 1")
    assert [number(leg.conn_id) for leg in core.legs("A")] == [4]
    assert [leg.participants for leg in core.legs("B")] == [("D", "C")]


def test_a_consultation_of_one_that_changes_over_is_about_the_conference() -> None:
    core = play(*CONSULT, "C InitiateConference 2 D", "D Answer 3")
    change = step(core, "A CompleteConference 1")
    assert {number(call.conn_id) for call in change.calls} == {1, 2, 3}
    assert the_call(core, 3).main == the_call(core, 1).conn_id
    step(core, "C CompleteConference 1")
    assert [party.dn for party in the_call(core, 1).parties] == ["A", "B", "C", "D"]


def test_one_that_changed_over_consults_about_its_call_by_the_id_it_knows() -> None:
    core = play(*CONFERENCE, "C InitiateConference 1 D", "D Answer 3")
    [main, consult] = core.legs("C")
    assert consult.parent == main.id != core.legs("A")[0].id
    step(core, "C CompleteConference 3")
    assert core.legs("C")[0].participants == ("D", "B", "A")


# Legs that changed without an event


@pytest.mark.parametrize(
    ("steps", "refreshed"),
    [
        (["A Dial B"], set()),
        (TALK, set()),
        (CONSULT_RINGS, set()),
        (CONSULT, {("A", 1)}),  # CompleteConference becomes possible
        ([*CONSULT, "C Hangup 2"], {("A", 1)}),  # and impossible, but Retrieve comes
        ([*CONSULT, "A Hangup 2"], {("A", 1)}),
        ([*CONSULT, "B Hangup 1"], {("A", 2)}),
        ([*CONSULT, "C Hold 2"], set()),
        ([*CONSULT_RINGS, "C Reject 2"], {("A", 1)}),
        (["A Dial B", "B Dial C"], {("B", 1)}),  # no Answer while dialling
        (["A Dial B", "B Dial C", "C Answer 2"], {("B", 1)}),  # but then
    ],
)
def test_legs_that_differ_without_an_event(
    steps: list[str], refreshed: set[tuple[str, int]]
) -> None:
    *before, last = steps
    core = play(*before)
    change = step(core, last)
    assert {(leg.dn, number(leg.conn_id)) for leg in change.refreshed} == refreshed
    for leg in change.refreshed:
        assert leg == core.leg(leg.dn, leg.id)


def test_what_one_can_read() -> None:
    core = play(*CONSULT)
    assert core.leg("A", call_id(core, "A", "2")) == core.legs("A")[1]
    assert [number(leg.conn_id) for leg in core.legs("A")] == [1, 2]
    assert core.legs("F") == ()


def test_an_abandoned_leg_is_told_to_the_ringing_one() -> None:
    core = play("A Dial B")
    change = step(core, "A Hangup 1")
    abandoned = change.events[-1]
    assert abandoned.name is EventName.ABANDONED
    assert abandoned.leg is not None
    assert abandoned.leg.state is PartyState.RELEASED


def test_operations_default_to_no_reference() -> None:
    core = play(*CONSULT)
    main, consult = (leg.id for leg in core.legs("A"))
    done = core.execute(CompleteConference(dn="A", call=main, consult_call=consult), 0.0)
    gone = core.execute(Hangup(dn="A", call=main), 0.0)
    assert {event.reference_id for event in (*done.events, *gone.events)} == {None}
