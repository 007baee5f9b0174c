"""HTTP sessions, with the time passed in."""

import pytest

from switchbell.access.sessions import HttpSessions


@pytest.fixture
def sessions() -> HttpSessions:
    return HttpSessions(idle_limit=100, most=5, most_of_user=3)


def test_a_session_is_found_by_its_cookie(sessions: HttpSessions) -> None:
    session = sessions.begin("anna", 0.0)
    assert sessions.find(session.id, 1.0) is session
    assert session.user == "anna"
    assert sessions.find("nonsense", 1.0) is None
    assert sessions.find("", 1.0) is None


def test_ids_and_tokens_cannot_be_guessed_and_are_not_shown(sessions: HttpSessions) -> None:
    made = [sessions.begin("anna", 0.0) for _ in range(3)]
    secrets = {secret for session in made for secret in (session.id, session.csrf_token)}
    assert len(secrets) == 6
    assert all(len(secret) == 40 for secret in secrets)
    assert not any(secret in repr(made) for secret in secrets)


def test_a_session_is_over_when_it_was_not_used_for_the_limit(sessions: HttpSessions) -> None:
    session = sessions.begin("anna", 0.0)
    assert sessions.find(session.id, 99.0) is session
    assert sessions.find(session.id, 198.0) is session
    assert sessions.find(session.id, 298.0) is None
    assert session.ended
    assert len(sessions) == 0


def test_a_request_that_is_held_counts_as_use(sessions: HttpSessions) -> None:
    session = sessions.begin("anna", 0.0)
    sessions.arrive(session)
    sessions.arrive(session)
    assert sessions.find(session.id, 1000.0) is session
    sessions.leave(session, 1010.0)
    assert sessions.find(session.id, 2000.0) is session
    sessions.leave(session, 2000.0)
    assert sessions.find(session.id, 2099.0) is session
    assert sessions.find(session.id, 2199.0) is None


def test_a_session_that_has_ended_is_not_revived(sessions: HttpSessions) -> None:
    session = sessions.begin("anna", 0.0)
    sessions.arrive(session)
    sessions.end(session)
    sessions.end(session)
    sessions.leave(session, 1.0)
    assert sessions.find(session.id, 1.0) is None
    assert len(sessions) == 0


def test_a_user_may_have_so_many_and_the_one_used_least_lately_makes_room(
    sessions: HttpSessions,
) -> None:
    first, second, third = (sessions.begin("anna", float(now)) for now in range(3))
    for session in (second, third, first):
        sessions.find(session.id, 3.0)
    sessions.find(first.id, 4.0)
    sessions.find(third.id, 5.0)
    sessions.begin("anna", 6.0)
    assert second.ended
    assert not first.ended
    assert not third.ended


def test_clients_without_cookies_do_not_log_out_those_with(sessions: HttpSessions) -> None:
    desk = sessions.begin("anna", 0.0)
    sessions.find(desk.id, 0.0)
    for now in range(1, 50):
        sessions.begin("anna", float(now))
    assert sessions.find(desk.id, 50.0) is desk
    assert len(sessions) == 3


def test_all_together_may_be_so_many(sessions: HttpSessions) -> None:
    made = [sessions.begin(f"user{number}", float(number)) for number in range(5)]
    sessions.find(made[0].id, 10.0)
    sessions.begin("late", 11.0)
    assert len(sessions) == 5
    assert [session.ended for session in made] == [False, True, False, False, False]


def test_those_that_are_over_are_forgotten_as_new_ones_begin(sessions: HttpSessions) -> None:
    held, *idle = (sessions.begin(f"user{number}", 0.0) for number in range(4))
    sessions.arrive(held)
    sessions.begin("late", 100.0)
    assert len(sessions) == 2
    assert not held.ended
    assert all(session.ended for session in idle)


def test_of_one_that_ends_while_it_is_in_use_somebody_is_told(sessions: HttpSessions) -> None:
    told: list[str] = []
    sessions.tell(told.append)
    held, idle = sessions.begin("anna", 0.0), sessions.begin("berta", 0.0)
    sessions.arrive(held)
    sessions.end(idle)
    assert told == []
    sessions.end(held)
    sessions.end(held)
    assert told == ["anna"]
