"""Things in the order of their times, against a dictionary that is searched through."""

from hypothesis import given
from hypothesis import strategies as st

from switchbell.voice.schedule import _SPARE, Schedule

KEYS = st.sampled_from("abcdefgh")
# Few times, so that many keys share one.
TIMES = st.integers(0, 6).map(float)
# Set a key to a time, or forget it, or take what comes first.
STEPS = st.lists(
    st.tuples(st.sampled_from(("set", "set", "discard", "take", "look")), KEYS, TIMES),
    max_size=300,
)
Steps = list[tuple[str, str, float]]


def first_of(times: dict[str, float]) -> tuple[float, str] | None:
    return min(((time, key) for key, time in times.items()), default=None)


def play(schedule: Schedule[str], times: dict[str, float], step: tuple[str, str, float]) -> None:
    """Do the same to a schedule and to a dictionary."""
    name, key, time = step
    if name == "set":
        schedule.set(key, time)
        times[key] = time
    elif name == "discard":
        schedule.discard(key)
        times.pop(key, None)
    else:
        first = schedule.first()
        assert first == first_of(times)
        if name == "take" and first is not None:
            schedule.discard(first[1])
            del times[first[1]]


@given(STEPS)
def test_the_first_is_the_soonest_and_of_several_the_first_by_key(steps: Steps) -> None:
    schedule, times = Schedule[str](), dict[str, float]()
    for step in steps:
        play(schedule, times, step)
    assert schedule.first() == first_of(times)


@given(st.dictionaries(KEYS, TIMES))
def test_all_come_in_order(times: dict[str, float]) -> None:
    schedule = Schedule[str]()
    for key, time in times.items():
        schedule.set(key, time)
    taken = []
    while (first := schedule.first()) is not None:
        taken.append(first)
        schedule.discard(first[1])
    assert taken == sorted((time, key) for key, time in times.items())


@given(STEPS)
def test_the_past_is_kept_within_bounds(steps: Steps) -> None:
    schedule, times = Schedule[str](), dict[str, float]()
    most = 0
    for step in steps * 3:
        play(schedule, times, step)
        most = max(most, len(times))
        assert len(schedule._heap) <= 2 * most + _SPARE
        if step[0] == "set":
            assert len(schedule._heap) <= 2 * len(times) + _SPARE


def test_one_key_that_is_set_for_ever_costs_no_memory() -> None:
    schedule = Schedule[str]()
    for time in range(10_000):
        schedule.set("a", float(time))
    assert len(schedule._heap) <= 2 + _SPARE
    assert schedule.first() == (9999.0, "a")


def test_keys_that_come_and_go_cost_no_memory() -> None:
    schedule = Schedule[str]()
    for number in range(10_000):
        schedule.set(str(number), 1.0)
        schedule.discard(str(number))
    assert len(schedule._heap) <= _SPARE + 2
    assert schedule.first() is None
    assert schedule._heap == []


def test_a_key_has_one_time() -> None:
    schedule = Schedule[str]()
    schedule.set("a", 1.0)
    schedule.set("a", 5.0)
    schedule.set("b", 3.0)
    assert schedule.first() == (3.0, "b")
    schedule.set("a", 1.0)
    assert schedule.first() == (1.0, "a")
    schedule.discard("a")
    schedule.set("a", 5.0)
    assert schedule.first() == (3.0, "b")


def test_keys_of_two_parts() -> None:
    schedule = Schedule[tuple[str, str]]()
    schedule.set(("1", "b"), 1.0)
    schedule.set(("1", "a"), 1.0)
    assert schedule.first() == (1.0, ("1", "a"))


def test_nothing_is_first_of_nothing() -> None:
    schedule = Schedule[str]()
    schedule.discard("a")
    assert schedule.first() is None
