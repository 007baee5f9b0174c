"""The people who may use the centre."""

from enum import StrEnum

from msgspec import Struct


class UserRole(StrEnum):
    """Web Services' names."""

    AGENT = "ROLE_AGENT"
    SUPERVISOR = "ROLE_SUPERVISOR"


class User(Struct, frozen=True, kw_only=True):
    """A user. ``password_hash`` is in argon2's own format."""

    name: str
    password_hash: str
    first_name: str
    last_name: str
    roles: tuple[UserRole, ...] = (UserRole.AGENT,)
