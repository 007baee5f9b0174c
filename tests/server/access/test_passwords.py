import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import argon2
import pytest

from switchbell.access import passwords as module
from switchbell.access import throttle as throttles
from switchbell.access.errors import TooBusy, TooManyAttempts
from switchbell.access.passwords import Passwords
from switchbell.access.throttle import Throttle
from tests.server.access.accounts import CHEAP, user

HERE, THERE = "10.0.0.1", "10.0.0.2"


def throttle() -> Throttle:
    return Throttle(free=3, free_of_user=50, free_of_address=50, longest_wait=60, forget_after=900)


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    users = [user("anna", "secret"), user("jörg", "pass:wörd")]
    passwords = Passwords(users, throttle(), most_waiting=2)
    yield passwords
    passwords.close()


async def check(
    passwords: Passwords, name: str, password: str, *, address: str = HERE, now: float = 0.0
) -> bool:
    return await passwords.are_right(name, password, address=address, now=now)


class Counting(argon2.PasswordHasher):
    """Counts how many passwords it has checked."""

    checked = 0

    def verify(self, *arguments: str) -> bool:  # type: ignore[override]  # of two strings only
        self.checked += 1
        return super().verify(*arguments)


async def test_right_and_wrong(passwords: Passwords) -> None:
    assert await check(passwords, "anna", "secret")
    assert await check(passwords, "jörg", "pass:wörd")
    assert not await check(passwords, "anna", "wrong")
    assert not await check(passwords, "anna", "")
    assert not await check(passwords, "nobody", "secret")
    assert not await check(passwords, "", "secret")


async def test_nobody_has_a_very_long_name(passwords: Passwords) -> None:
    """And nobody has to wait for having tried one."""
    for _ in range(10):
        assert not await check(passwords, "a" * 257, "secret")
    assert await check(passwords, "anna", "secret")


async def test_a_right_password_is_not_checked_again(passwords: Passwords) -> None:
    assert await check(passwords, "anna", "secret")
    passwords.close()  # from here on a check would fail
    assert await check(passwords, "anna", "secret")


async def test_a_wrong_password_is_not_remembered_as_right(passwords: Passwords) -> None:
    await check(passwords, "anna", "secret")
    assert not await check(passwords, "anna", "wrong")
    assert not await check(passwords, "annas", "ecret")
    assert not await check(passwords, "ann", "asecret")


async def test_an_unknown_user_costs_what_a_known_one_does(passwords: Passwords) -> None:
    parameters = argon2.extract_parameters(passwords._decoy)
    assert parameters.memory_cost == CHEAP.memory_cost


async def test_what_is_remembered_is_bounded(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_REMEMBERED", 1)
    for _ in range(2):
        assert await check(passwords, "anna", "secret")
        assert await check(passwords, "jörg", "pass:wörd")
    assert len(passwords._remembered) == 1


async def test_the_same_credentials_many_times_at_once_are_checked_once(
    passwords: Passwords,
) -> None:
    passwords._hasher = hasher = Counting()
    answers = await asyncio.gather(*(check(passwords, "anna", "secret") for _ in range(100)))
    assert all(answers)
    assert hasher.checked == 1


async def test_one_who_goes_away_leaves_the_check_to_others(passwords: Passwords) -> None:
    first = asyncio.create_task(check(passwords, "anna", "secret"))
    second = asyncio.create_task(check(passwords, "anna", "secret"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second
    assert passwords._under_way == {}


async def test_only_so_many_may_wait(passwords: Passwords) -> None:
    waiting = [asyncio.create_task(check(passwords, "anna", guess)) for guess in ("1", "2")]
    await asyncio.sleep(0)
    with pytest.raises(TooBusy) as refusal:
        await check(passwords, "jörg", "pass:wörd")
    assert refusal.value.retry_after > 0
    assert await asyncio.gather(*waiting) == [False, False]
    assert await check(passwords, "jörg", "pass:wörd")


async def test_after_some_wrong_passwords_there_is_a_wait(passwords: Passwords) -> None:
    for guess in ("1", "2", "3"):
        assert not await check(passwords, "anna", guess)
    with pytest.raises(TooManyAttempts) as refusal:
        await check(passwords, "anna", "secret")
    assert refusal.value.retry_after == 1
    assert await check(passwords, "anna", "secret", now=1.0)


async def test_guesses_at_the_same_moment_count_as_if_one_after_another(
    passwords: Passwords,
) -> None:
    passwords._most_waiting = 100
    guesses = [check(passwords, "anna", str(number)) for number in range(50)]
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    assert outcomes.count(False) == 3
    assert sum(isinstance(outcome, TooManyAttempts) for outcome in outcomes) == 47


async def test_a_password_that_is_remembered_is_not_touched_by_wrong_ones(
    passwords: Passwords,
) -> None:
    assert await check(passwords, "anna", "secret")
    for guess in ("1", "2", "3"):
        await check(passwords, "anna", guess)
    with pytest.raises(TooManyAttempts):
        await check(passwords, "anna", "4")
    assert await check(passwords, "anna", "secret")


async def test_a_password_is_remembered_where_it_was_right(passwords: Passwords) -> None:
    passwords._hasher = hasher = Counting()
    assert await check(passwords, "anna", "secret")
    assert await check(passwords, "anna", "secret", address=THERE)
    assert hasher.checked == 2


async def test_nobody_guesses_by_what_is_remembered(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither from elsewhere nor, fast, from where it was right."""
    assert await check(passwords, "anna", "secret")
    for place in (HERE, THERE):
        for number in range(3):
            assert not await check(passwords, "anna", str(number), address=place)
    for place in (HERE, THERE):
        for number in range(throttles.LOOKS):
            with pytest.raises(TooManyAttempts):
                await check(passwords, "anna", f"guess {number}", address=place)
        with pytest.raises(TooManyAttempts):
            await check(passwords, "anna", "secret", address=place)
    monkeypatch.setattr(throttles, "LOOKS_AGAIN_AFTER", 0.5)
    for place, now in ((HERE, 0.25), (THERE, 0.25), (THERE, 0.5)):
        with pytest.raises(TooManyAttempts):
            await check(passwords, "anna", "secret", address=place, now=now)
    assert await check(passwords, "anna", "secret", now=0.5)


async def test_closing_leaves_nothing_behind(passwords: Passwords) -> None:
    waiting = asyncio.create_task(check(passwords, "anna", "secret"))
    await asyncio.sleep(0)
    passwords.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_guesses_from_unknown_places_keep_nobody_from_where_he_was_before(
    passwords: Passwords,
) -> None:
    assert await check(passwords, "anna", "secret", address=HERE)
    # Otherwise it would not be looked at again: as after a change of the password.
    passwords._remembered.clear()
    for number in range(60):
        with suppress(TooManyAttempts):
            await check(passwords, "anna", f"guess {number}", address=f"10.1.0.{number}")
    with pytest.raises(TooManyAttempts):
        await check(passwords, "anna", "secret", address=THERE)
    assert await check(passwords, "anna", "secret", address=HERE)
