"""Users to test with, whose passwords are checked fast."""

import argon2

from switchbell.access.users import User

CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def user(name: str, password: str) -> User:
    return User(name=name, password_hash=CHEAP.hash(password), first_name="First", last_name="Last")
