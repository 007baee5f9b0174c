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
