"""The options of CC-Gateway's front."""

from dataclasses import dataclass

STATIC, DYNAMIC = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CcGatewayOptions:
    """All times are in milliseconds. Raises ValueError for values that do not go together."""

    auth_mode: int = DYNAMIC
    """1: a Guid is good for the whole sign-in. 2: it is renewed, by the polls (AUTHMODE)."""

    guid_interval: int = 60_000
    """How old a Guid is that is renewed (GUIDINTERVAL)."""

    guid_timeout: int = 120_000
    """For how long the former Guid is good after that (GUIDTIMEOUT)."""

    poll_wait: int = 10_000
    """How long a poll is held for which there is no event."""

    heartbeat: int = 120_000
    """An agent who has not polled for so long is signed out."""

    max_events: int = 1_000
    """Most events that wait for an agent. One who has more is signed out."""

    max_agent_id: int = 999_999
    """The largest agent id; the smallest is 101."""

    def __post_init__(self) -> None:
        if self.auth_mode not in (STATIC, DYNAMIC):
            raise ValueError("auth_mode must be 1 or 2.")
        if self.guid_interval >= self.guid_timeout:
            raise ValueError("guid_interval must be less than guid_timeout.")
        if self.poll_wait >= self.heartbeat:
            raise ValueError("poll_wait must be less than heartbeat.")
