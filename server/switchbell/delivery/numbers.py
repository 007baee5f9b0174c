"""The numbers of notifications: replay ids."""

from msgspec import Struct

# So many notifications of one change can be told apart.
_PLACES = 1024


class Numbers(Struct, frozen=True):
    """The replay ids in a journal that was ``begun`` then (milliseconds since 1970).

    They follow from the number of the change and from which of its notifications it is, and so are
    the same whenever a change is told again. They start at the time because one who comes with an
    id of another journal, an older one of the same centre perhaps, is to be known by that; it takes
    a thousand changes a second, always, for the ids of two journals to meet.
    They stay below 2**53, beyond which JavaScript does not count, until the year 2248.
    """

    begun: int

    def of(self, number: int, place: int) -> int:
        """The id of a change's notification. Raises ValueError if there are too many of them."""
        if place >= _PLACES:
            raise ValueError("So many notifications of one change have no numbers.")
        return (self.begun + number) * _PLACES + place

    def latest(self, number: int) -> int:
        """The highest id that a notification of a change can have."""
        return self.of(number, _PLACES - 1)

    def complete(self, replay_id: int) -> int:
        """The number of the last change of which one who knows of this id, and of what came before,
        has been told everything for certain."""
        return (replay_id + 1) // _PLACES - 1 - self.begun
