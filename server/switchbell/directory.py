"""People and telephones of a centre."""

import uuid
from collections.abc import Iterator
from itertools import count, islice

import argon2
from msgspec import Struct

from switchbell.access.users import User, UserRole
from switchbell.voice.model import CallState, Centre, Device, FarEnd, Queue, Settings

DEMO_AGENTS = 10
DEMO_PASSWORD = "switchbell"  # noqa: S105 - it protects nothing
DEMO_SUPERVISOR = "15100"
DEMO_QUEUE = "16000"

_DEVICES = uuid.UUID("b2a7e0d4-6a51-4d3f-9c38-0f6f2f1c7e11")


# What happens to those who call out, by number. The first that matches counts.
DEMO_FAR_ENDS = (
    FarEnd(pattern="+14155550100", answers_after=1.0),
    FarEnd(pattern="+14155550101", unreachable=CallState.BUSY),
    FarEnd(pattern="+14155550102"),
    FarEnd(pattern="+14155550103", answers_after=1.0, hangs_up_after=5.0),
    FarEnd(pattern="+14155550104", unreachable=CallState.SIT_INVALID_NUMBER),
    FarEnd(pattern="+*", answers_after=2.0),
)


class Directory(Struct, frozen=True, kw_only=True):
    """Who may log in, which telephone stands at whose desk, what other numbers there are, and how
    the switch is set up. In a demo centre all users may drive the outside."""

    users: tuple[User, ...]
    devices: tuple[Device, ...]
    queues: tuple[Queue, ...] = ()
    far_ends: tuple[FarEnd, ...] = ()
    settings: Settings = Settings()
    is_demo: bool = False

    @property
    def centre(self) -> Centre:
        """The numbers, for the voice core."""
        return Centre(devices=self.devices, queues=self.queues, far_ends=self.far_ends)

    @property
    def dns_by_user(self) -> dict[str, list[str]]:
        """The numbers at each user's desk."""
        dns: dict[str, list[str]] = {}
        for device in self.devices:
            dns.setdefault(device.user, []).append(device.dn)
        return dns


def demo(agents: int = DEMO_AGENTS) -> Directory:
    """A centre to try things in: ``agent15000`` and so on at DNs 15000 and so on, a supervisor, a
    queue, and somebody outside at every number. All users have the same password."""
    # Thousands of demo agents log in at once in a load test; a strong hash would be the load.
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    password = cheap.hash(DEMO_PASSWORD)
    numbers = list(islice(_agent_numbers(), agents))
    users = [
        User(
            name=f"agent{dn}",
            password_hash=password,
            first_name="Agent",
            last_name=dn,
            agent_id=dn,
        )
        for dn in numbers
    ]
    supervisor = User(
        name="supervisor",
        password_hash=password,
        first_name="Super",
        last_name="Visor",
        roles=(UserRole.AGENT, UserRole.SUPERVISOR),
        agent_id=DEMO_SUPERVISOR,
    )
    devices = [device(dn, f"agent{dn}") for dn in numbers]
    return Directory(
        users=(*users, supervisor),
        devices=(*devices, device(DEMO_SUPERVISOR, supervisor.name, supervisor=True)),
        queues=(Queue(dn=DEMO_QUEUE, name="Service"),),
        far_ends=DEMO_FAR_ENDS,
        is_demo=True,
    )


def device(dn: str, user: str, *, supervisor: bool = False) -> Device:
    """The device with number ``dn``. Its id follows from the number, and so outlives restarts."""
    id_ = str(uuid.uuid5(_DEVICES, dn))
    return Device(id=id_, dn=dn, user=user, supervisor=supervisor)


def _agent_numbers() -> Iterator[str]:
    for number in count(15000):
        if (dn := str(number)) not in (DEMO_SUPERVISOR, DEMO_QUEUE):
            yield dn
