"""Every rule has a test that bears its number, and the table of them is up to date."""

import pytest

from tests.conformance import rules


def rules_with_a_test() -> set[int]:
    return {test.rule for test in rules.tests()}


def test_every_rule_has_a_title() -> None:
    assert list(rules.TITLES) == list(range(1, 113))


def test_every_rule_has_a_test() -> None:
    assert sorted(set(rules.TITLES) - rules_with_a_test()) == []


def test_every_test_bears_the_number_of_a_rule() -> None:
    assert sorted(rules_with_a_test() - set(rules.TITLES)) == []


def test_the_table_is_up_to_date() -> None:
    written = rules.TABLE.read_text("utf-8") if rules.TABLE.exists() else ""
    if written != rules.render():
        pytest.fail(f"docs/{rules.TABLE.name} is out of date: run {rules.COMMAND}", pytrace=False)
