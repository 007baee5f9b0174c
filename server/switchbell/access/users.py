"""The people who may use the centre."""

from enum import StrEnum

from msgspec import Struct


class UserRole(StrEnum):
    """Web Services' names."""

    AGENT = "ROLE_AGENT"
    SUPERVISOR = "ROLE_SUPERVISOR"


class User(Struct, frozen=True, kw_only=True):
    """A user. ``password_hash`` is in argon2's own format; ``agent_id`` is the number under which
    he signs in at CC-Gateway, if he does."""

    name: str
    password_hash: str
    first_name: str
    last_name: str
    roles: tuple[UserRole, ...] = (UserRole.AGENT,)
    agent_id: str | None = None
