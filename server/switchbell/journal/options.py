"""How a journal is to keep what it keeps."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Durability: TypeAlias = Literal["full", "normal"]


@dataclass(frozen=True, slots=True)
class JournalOptions:
    """Raises ValueError for a durability that there is not."""

    durability: Durability = "full"
    """``full``: what was answered survives a failure of power; ``normal``: only the end of the
    process, however it ends."""

    max_age: int = 24 * 3600
    """Seconds for which changes are kept."""

    max_changes: int = 1_000_000
    """How many changes are kept at most."""

    def __post_init__(self) -> None:
        if self.durability not in get_args(Durability):
            raise ValueError("durability must be full or normal.")
