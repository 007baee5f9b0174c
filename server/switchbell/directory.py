"""People and telephones of a centre."""

import uuid
from collections.abc import Iterator
from itertools import count, islice

import argon2
from msgspec import Struct

from switchbell.access.users import User, UserRole
from switchbell.voice.model import Device

DEMO_AGENTS = 10
DEMO_PASSWORD = "switchbell"  # noqa: S105 - it protects nothing
DEMO_SUPERVISOR = "15100"
DEMO_QUEUE = "16000"

_DEVICES = uuid.UUID("b2a7e0d4-6a51-4d3f-9c38-0f6f2f1c7e11")


class Directory(Struct, frozen=True, kw_only=True):
    """Who may log in, and which telephone stands at whose desk."""

    users: tuple[User, ...]
    devices: tuple[Device, ...]


def demo(agents: int = DEMO_AGENTS) -> Directory:
    """A centre to try things in: ``agent15000`` and so on at DNs 15000 and so on, and a
    supervisor. All have the same password."""
    # Thousands of demo agents log in at once in a load test; a strong hash would be the load.
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    password = cheap.hash(DEMO_PASSWORD)
    numbers = list(islice(_agent_numbers(), agents))
    users = [
        User(name=f"agent{dn}", password_hash=password, first_name="Agent", last_name=dn)
        for dn in numbers
    ]
    supervisor = User(
        name="supervisor",
        password_hash=password,
        first_name="Super",
        last_name="Visor",
        roles=(UserRole.AGENT, UserRole.SUPERVISOR),
    )
    devices = [device(dn, f"agent{dn}") for dn in numbers]
    return Directory(
        users=(*users, supervisor),
        devices=(*devices, device(DEMO_SUPERVISOR, supervisor.name)),
    )


def device(dn: str, user: str) -> Device:
    """The device with number ``dn``. Its id follows from the number, and so outlives restarts."""
    return Device(id=str(uuid.uuid5(_DEVICES, dn)), dn=dn, user=user)


def _agent_numbers() -> Iterator[str]:
    for number in count(15000):
        if (dn := str(number)) not in (DEMO_SUPERVISOR, DEMO_QUEUE):
            yield dn
