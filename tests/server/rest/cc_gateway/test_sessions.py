import pytest

from switchbell.notify.cc_gateway.agent_event import AgentEvent, EventType
from switchbell.notify.cc_gateway.agents import Agent
from switchbell.notify.cc_gateway.seat import Seat, SeatOptions
from switchbell.rest.cc_gateway.guids import Guids
from switchbell.rest.cc_gateway.options import CcGatewayOptions
from switchbell.rest.cc_gateway.retcodes import Refused, RetCode
from switchbell.rest.cc_gateway.sessions import MOST_REPLACED, AgentSession, AgentSessions

HEARTBEAT = 120.0


def signed_in(
    sessions: AgentSessions, *, agent_id: str = "101", guid: str | None = None, now: float = 0.0
) -> AgentSession:
    seat = Seat(Agent(id=agent_id, user="anna", dn=f"dn {agent_id}"), SeatOptions())
    guids = Guids(CcGatewayOptions(), lambda: guid or f"guid of {agent_id}", now)
    session = AgentSession(seat, guids, most_events=2, now=now)
    sessions.begin(session)
    return session


def refusal(sessions: AgentSessions, agent_id: str, guid: str | None, now: float) -> RetCode | None:
    with pytest.raises(Refused) as refused:
        sessions.find(agent_id, guid, now)
    return refused.value.code


def test_a_session_is_found_by_the_agent_and_his_guid() -> None:
    sessions = AgentSessions(HEARTBEAT)
    session = signed_in(sessions)
    assert sessions.find("101", "guid of 101", 1.0) is session
    assert refusal(sessions, "101", None, 1.0) is RetCode.NO_PERMISSION
    assert refusal(sessions, "101", "guid of 102", 1.0) is RetCode.NO_PERMISSION
    assert refusal(sessions, "102", "guid of 101", 1.0) is RetCode.NOT_SIGNED_IN


def test_it_is_silent_when_no_poll_comes_for_the_heartbeat() -> None:
    sessions = AgentSessions(HEARTBEAT)
    session = signed_in(sessions)
    assert not sessions.is_silent(session, 119.9)
    assert sessions.is_silent(session, 120.0)
    assert refusal(sessions, "101", "guid of 101", 120.0) is RetCode.NOT_SIGNED_IN


def test_a_poll_that_is_held_is_a_sign_of_life() -> None:
    sessions = AgentSessions(HEARTBEAT)
    session = signed_in(sessions)
    session.arrive(100.0)
    assert not sessions.is_silent(session, 1000.0)
    session.leave(1000.0)
    assert not sessions.is_silent(session, 1119.9)
    assert sessions.is_silent(session, 1120.0)


def test_one_of_two_polls_that_are_held() -> None:
    sessions = AgentSessions(HEARTBEAT)
    session = signed_in(sessions)
    session.arrive(0.0)
    session.arrive(1.0)
    session.leave(2.0)
    assert not sessions.is_silent(session, 1000.0)


def test_events_go_to_the_agent_alone() -> None:
    sessions = AgentSessions(HEARTBEAT)
    anna, berta = signed_in(sessions), signed_in(sessions, agent_id="102")
    assert sessions.tell(AgentEvent("101", EventType.READY)) is anna
    assert sessions.tell(AgentEvent("103", EventType.READY)) is None
    assert (len(anna.events), len(berta.events)) == (1, 0)


def test_too_many_events_are_the_end_of_a_session() -> None:
    sessions = AgentSessions(HEARTBEAT)
    session = signed_in(sessions)
    for _ in range(3):
        sessions.tell(AgentEvent("101", EventType.READY))
    assert session.over
    assert session.events.take() == AgentEvent("101", EventType.SHUTDOWN_SERVICE)
    assert len(session.events) == 1
    assert sessions.get("101") is None
    assert sessions.seats == {}
    # The poll that learns of it still finds it.
    assert sessions.find("101", "guid of 101", 1.0) is session


def test_being_shut_down_comes_after_all_else() -> None:
    sessions = AgentSessions(HEARTBEAT)
    session = signed_in(sessions)
    sessions.tell(AgentEvent("101", EventType.READY))
    sessions.tell(AgentEvent("101", EventType.SHUTDOWN_SERVICE))
    sessions.tell(AgentEvent("101", EventType.BUSY))
    assert session.over
    assert session.events.take() == AgentEvent("101", EventType.READY)
    session.events.written()
    assert session.events.take() == AgentEvent("101", EventType.SHUTDOWN_SERVICE)
    session.events.written()
    assert session.events.take() is None


def test_the_end_of_a_session_that_was_replaced_does_not_touch_its_successor() -> None:
    sessions = AgentSessions(HEARTBEAT)
    older = signed_in(sessions)
    newer = signed_in(sessions)
    sessions.end(older)
    assert sessions.get("101") is newer
    assert sessions.seats == {"dn 101": newer.seat}
    sessions.end(newer)
    assert (sessions.get("101"), sessions.seats, [*sessions]) == (None, {}, [])


@pytest.mark.parametrize(
    "options",
    [
        {"auth_mode": 3},
        {"guid_interval": 120_000},
        {"guid_interval": 500, "guid_timeout": 400},
        {"poll_wait": 120_000},
    ],
)
def test_options_that_do_not_go_together(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        CcGatewayOptions(**options)


def test_a_session_that_was_replaced_is_found_until_it_is_ended_or_silent() -> None:
    sessions = AgentSessions(HEARTBEAT)
    older = signed_in(sessions, guid="older")
    newer = signed_in(sessions, guid="newer", now=1.0)
    sessions.shut_down(older)
    assert sessions.find("101", "older", 1.0) is older
    assert sessions.find("101", "newer", 1.0) is newer
    assert [*sessions] == [newer, older]
    assert refusal(sessions, "101", "older", 120.0) is RetCode.NO_PERMISSION
    sessions.end(older)
    assert [*sessions] == [newer]


def test_few_replaced_ones_are_kept() -> None:
    sessions = AgentSessions(HEARTBEAT)
    for number in range(MOST_REPLACED + 2):
        signed_in(sessions, guid=f"guid {number}")
    assert len([*sessions]) == MOST_REPLACED + 1
    assert refusal(sessions, "101", "guid 0", 1.0) is RetCode.NO_PERMISSION


def test_one_that_has_not_come_to_be_leaves_the_older_one() -> None:
    sessions = AgentSessions(HEARTBEAT)
    older = signed_in(sessions, guid="older")
    newer = signed_in(sessions, guid="newer")
    newer.seat.is_phone_up = True
    sessions.give_up(newer, older)
    assert sessions.get("101") is older
    assert [*sessions] == [older]
    assert sessions.seats == {"dn 101": older.seat}
    assert older.seat.is_phone_up
