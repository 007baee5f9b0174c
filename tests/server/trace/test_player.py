"""Playing: calls by number, time that passes, and refusals that are expected or not."""

import pytest

from switchbell.trace.player import Moment, Unexpected, play
from switchbell.trace.scenario import parse

DIAL = '{ party = "A", operation = "Dial", destination = "B" }'
ANSWER = '{ party = "B", operation = "Answer", call = 1 }'
CONSULT = [
    DIAL,
    ANSWER,
    '{ party = "A", operation = "InitiateConference", call = 1, destination = "C" }',
    '{ party = "C", operation = "Answer", call = 2 }',
]


def moments_of(*steps: str, settings: str = "") -> list[Moment]:
    text = f'title = "Some"\nparties = ["A", "B", "C"]\nsettings = {{ {settings} }}\n'
    return list(play(parse(f"{text}step = [{', '.join(steps)}]")))


def heard(moment: Moment) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (event.this_dn, event.name, event.conn_id, event.previous_conn_id)
        for event in moment.events
    ]


def test_calls_have_the_numbers_of_their_making() -> None:
    *_, consult, _, complete = moments_of(
        *CONSULT, '{ party = "A", operation = "CompleteConference", call = 1, consult_call = 2 }'
    )
    assert heard(consult) == [
        ("A", "EventHeld", "1", None),
        ("A", "EventDialing", "2", "1"),
        ("C", "EventRinging", "2", "1"),
    ]
    assert heard(complete)[-1] == ("C", "EventPartyChanged", "1", "2")


def test_one_who_has_moved_to_another_call_means_that_by_its_number() -> None:
    *_, hangup = moments_of(
        *CONSULT,
        '{ party = "A", operation = "CompleteConference", call = 2 }',
        '{ party = "C", operation = "Hangup", call = 1 }',
    )
    assert heard(hangup)[0] == ("C", "EventReleased", "1", None)


@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_call_of_others_or_none_or_one_that_is_over_is_unknown(call: int) -> None:
    *_, refused = moments_of(
        DIAL,
        '{ party = "A", operation = "Hangup", call = 1 }',
        DIAL,
        f'{{ party = "C", operation = "Hold", call = {call}, refused = true }}',
    )
    assert refused.refusal is not None
    assert refused.refusal.code == 56
    assert refused.events == ()


def test_what_is_due_happens_in_its_time_and_time_stands_where_the_waiting_ends() -> None:
    moments = moments_of(
        DIAL,
        "{ wait = 3 }",
        '{ party = "C", operation = "Dial", destination = "B" }',
        "{ wait = 6 }",
        "{ wait = 10 }",
        DIAL,
        settings="ring_timeout = 10",
    )
    assert [(one.number, one.time, one.step is None) for one in moments] == [
        (1, 0.0, False),
        (2, 0.0, False),
        (3, 3.0, False),
        (4, 3.0, False),
        (5, 9.0, False),
        (5, 10.0, True),
        (5, 13.0, True),
        (6, 19.0, False),
    ]
    assert [{one[2] for one in heard(moment) if one[2]} for moment in moments[5:]] == [
        {"1"},
        {"2"},
        {"3"},
    ]


def test_what_is_due_at_the_end_of_a_wait_happens_in_it() -> None:
    *_, due = moments_of(DIAL, "{ wait = 10 }", settings="ring_timeout = 10")
    assert (due.time, due.step) == (10.0, None)


def test_settings_are_those_of_the_switch() -> None:
    *_, second = moments_of(
        DIAL, '{ party = "C", operation = "Dial", destination = "B" }', settings="lines = 1"
    )
    assert heard(second)[-1] == ("C", "EventDestinationBusy", "2", None)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (
            '{ party = "A", operation = "Retrieve", call = 1 }',
            "step 3: A Retrieve was refused: 171, Retrieve is not possible",
        ),
        (
            '{ party = "A", operation = "Hold", call = 1, refused = true }',
            "step 3: A Hold was not refused",
        ),
    ],
)
def test_the_unexpected_is_given_and_ends_the_play(last: str, said: str) -> None:
    text = f'title = "Some"\nparties = ["A", "B"]\nstep = [{DIAL}, {ANSWER}, {last}, {DIAL}]'
    played = play(parse(text))
    assert [next(played).number for _ in range(3)] == [1, 2, 3]
    with pytest.raises(Unexpected, match=said):
        next(played)


CENTRE = """
title = "Some"
parties = ["X", "Q", "A", "S"]
queues = ["Q"]
supervisors = ["S"]
far_ends = [{ pattern = "X" }, { pattern = "+1", answers_after = 2.5, hangs_up_after = 4 }]
settings = { ring_timeout = 10, wrap_up = 5 }
"""
READY = [
    '{ party = "A", operation = "Login", agent_id = "1001" }',
    '{ party = "A", operation = "Ready" }',
]
RING_IN = '{ party = "X", operation = "Dial", destination = "Q" }'


def moments_at_the_centre(*steps: str) -> list[Moment]:
    return list(play(parse(f"{CENTRE}step = [{', '.join(steps)}]")))


def names(moment: Moment) -> list[tuple[str, str]]:
    return [(event.this_dn, event.name) for event in moment.events]


def test_what_happens_at_once_is_a_moment_of_its_own_after_the_request() -> None:
    *_, dials, rings = moments_at_the_centre("{ wait = 3 }", *READY, RING_IN)
    assert names(dials) == [("Q", "EventQueued")]
    assert (rings.time, rings.number, rings.step) == (3.0, 4, None)
    assert names(rings) == [("Q", "EventDiverted"), ("A", "EventRinging")]


def test_what_could_have_happened_long_since_happens_now() -> None:
    """Both have waited since second 0, the agent undisturbed."""
    *_, rings = moments_at_the_centre(
        '{ party = "A", operation = "DoNotDisturbOn" }',
        *READY,
        RING_IN,
        "{ wait = 3 }",
        '{ party = "A", operation = "DoNotDisturbOff" }',
    )
    assert (rings.time, rings.number) == (3.0, 6)
    assert names(rings) == [("Q", "EventDiverted"), ("A", "EventRinging")]


def test_what_follows_at_once_while_a_step_waits_has_the_time_of_its_cause() -> None:
    *_, answers, joins = moments_at_the_centre(
        '{ party = "S", operation = "ListenIn", target = "A" }',
        '{ party = "A", operation = "Dial", destination = "+1" }',
        "{ wait = 3 }",
    )
    assert (answers.time, names(answers)) == (2.5, [("A", "EventEstablished")])
    assert (joins.time, names(joins)[1]) == (2.5, ("S", "EventEstablished"))


def test_a_supervisor_joins_at_once() -> None:
    *_, asks, joins = moments_at_the_centre(
        '{ party = "A", operation = "Dial", destination = "+1" }',
        "{ wait = 3 }",
        '{ party = "S", operation = "ListenIn", target = "A" }',
    )
    assert names(asks) == [("S", "EventMonitoringNextCall")]
    assert (joins.time, joins.number) == (3.0, 3)
    assert heard(joins) == [
        ("S", "EventOffHook", None, None),
        ("S", "EventEstablished", "1", None),
        ("A", "EventPartyAdded", "1", None),
    ]


def test_nothing_follows_a_refusal_that_ends_the_play() -> None:
    played = play(parse(f"{CENTRE}step = [{READY[1]}]"))
    assert next(played).refusal is not None
    with pytest.raises(Unexpected, match="step 1: A Ready was refused: 185"):
        next(played)


def test_far_ends_do_what_they_do_in_their_time() -> None:
    moments = moments_at_the_centre(
        '{ party = "A", operation = "Dial", destination = "+1" }', "{ wait = 10 }"
    )
    assert [(one.time, names(one)) for one in moments[2:]] == [
        (2.5, [("A", "EventEstablished")]),
        (6.5, [("A", "EventReleased"), ("A", "EventOnHook")]),
    ]


def test_one_outside_means_a_call_by_its_number() -> None:
    """He has two, as no telephone would."""
    *_, first, second, none = moments_at_the_centre(
        '{ party = "X", operation = "Dial", destination = "A" }',
        '{ party = "X", operation = "Dial", destination = "S" }',
        '{ party = "X", operation = "Hangup", call = 2 }',
        '{ party = "X", operation = "Hangup", call = 1 }',
        '{ party = "X", operation = "Hangup", call = 1, refused = true }',
    )
    assert heard(first) == [("S", "EventAbandoned", "2", None)]
    assert heard(second) == [("A", "EventAbandoned", "1", None)]
    assert none.refusal is not None


def test_one_outside_who_is_called_can_answer() -> None:
    *_, answers = moments_at_the_centre(
        '{ party = "A", operation = "Dial", destination = "X" }',
        '{ party = "X", operation = "Answer", call = 1 }',
    )
    assert heard(answers) == [("A", "EventEstablished", "1", None)]


def test_of_two_outside_on_one_call_each_means_its_own() -> None:
    *_, hangs_up = moments_at_the_centre(
        '{ party = "A", operation = "Dial", destination = "+1" }',
        "{ wait = 3 }",
        '{ party = "A", operation = "InitiateConference", call = 1, destination = "X" }',
        '{ party = "X", operation = "Answer", call = 2 }',
        '{ party = "A", operation = "CompleteConference", call = 1 }',
        '{ party = "X", operation = "Hangup", call = 1 }',
    )
    assert heard(hangs_up) == [("A", "EventPartyDeleted", "1", None)]
