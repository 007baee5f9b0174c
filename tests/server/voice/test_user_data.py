"""What is attached to a call has a bound."""

import pytest

from switchbell.voice.errors import InvalidValue
from switchbell.voice.operations import AttachUserData, Dial, SingleStepConference
from switchbell.voice.user_data import MOST_BYTES, merged
from tests.server.voice.telling import TALK, call_id, new_core, play, refuse

LARGE = {"key": "x" * (MOST_BYTES - 10)}


def test_the_later_value_counts() -> None:
    assert merged({"a": 1, "b": 2}, {"b": 3}) == {"a": 1, "b": 3}


def test_data_of_the_largest_size_are_attached() -> None:
    assert merged({}, LARGE) == LARGE
    with pytest.raises(InvalidValue):
        merged(LARGE, {"another": ""})


def test_too_much_is_refused_with_a_call_and_on_one() -> None:
    refuse(new_core(), Dial(dn="A", destination="B", user_data=LARGE | {"k": ""}), InvalidValue)
    core = play(*TALK)
    call = call_id(core, "A", "1")
    core.execute(AttachUserData(dn="A", call=call, user_data=LARGE), 1000.0)
    more = {"another": "value"}
    refuse(core, AttachUserData(dn="B", call=call, user_data=more), InvalidValue)
    added = SingleStepConference(dn="A", call=call, destination="C", user_data=more)
    refuse(core, added, InvalidValue)
