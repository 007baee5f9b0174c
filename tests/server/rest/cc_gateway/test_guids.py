from itertools import count

import pytest

from switchbell.rest.cc_gateway.guids import MOST_FORMER, Guids
from switchbell.rest.cc_gateway.options import CcGatewayOptions


def guids(**options: int) -> Guids:
    numbers = count(1)
    return Guids(CcGatewayOptions(**options), lambda: f"guid {next(numbers)}", 0.0)


def test_the_first_one() -> None:
    one = guids()
    assert one.current == "guid 1"
    assert one.are_known("guid 1", 0.0)


@pytest.mark.parametrize("said", [None, "", "guid", "guid 2", "GUID 1", "\udcff"])
def test_what_is_not_known(said: str | None) -> None:
    assert not guids().are_known(said, 0.0)


def test_a_static_one_is_good_for_ever() -> None:
    one = guids(auth_mode=1)
    assert one.renewed("guid 1", 1e9) is None
    assert one.are_known("guid 1", 1e9)


def test_a_dynamic_one_is_renewed_after_the_interval() -> None:
    one = guids()
    assert one.renewed("guid 1", 59.9) is None
    assert one.renewed("guid 1", 60.0) == "guid 2" == one.current
    assert one.renewed("guid 2", 119.9) is None
    assert one.renewed("guid 2", 120.0) == "guid 3"


def test_one_that_is_not_renewed_is_good_for_ever() -> None:
    assert guids().are_known("guid 1", 1e9)


def test_the_former_one_is_good_until_the_timeout() -> None:
    one = guids()
    one.renewed("guid 1", 100.0)
    assert one.are_known("guid 1", 219.9)
    assert not one.are_known("guid 1", 220.0)
    assert one.are_known("guid 2", 220.0)


def test_a_client_that_lost_the_answer_is_told_again_and_nothing_is_renewed() -> None:
    one = guids()
    assert one.renewed("guid 1", 60.0) == "guid 2"
    assert one.renewed("guid 1", 179.0) == "guid 2" == one.current
    assert one.renewed("guid 2", 179.0) == "guid 3"


def test_each_is_good_for_as_long() -> None:
    one = guids()
    one.renewed("guid 1", 60.0)
    one.renewed("guid 2", 120.0)
    assert one.are_known("guid 1", 179.9)
    assert not one.are_known("guid 1", 180.0)
    assert one.are_known("guid 2", 239.9)
    assert not one.are_known("guid 2", 240.0)


def test_former_ones_are_bounded() -> None:
    one = guids(guid_interval=1)
    for second in range(1, MOST_FORMER + 2):
        one.renewed(one.current, second)
    assert not one.are_known("guid 1", 20.0)
    assert one.are_known("guid 2", 20.0)
