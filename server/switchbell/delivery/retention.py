"""Notifications that were missed are made again, of what the journal has."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from switchbell.bayeux import channel as channels
from switchbell.bayeux.message import Event
from switchbell.bayeux.retention import ReplayIdInvalid
from switchbell.delivery.numbers import Numbers
from switchbell.delivery.recent import Recent
from switchbell.journal.base import Entry, Journal, JournalGap, JournalUnavailable
from switchbell.notify.notification import Notification
from switchbell.voice.events import Change

# How many changes a desktop can have missed at most. To tell of them takes some 50 ms, while which
# nobody else is told anything; to read all calls again is cheaper for everybody.
MOST_MISSED = 1_000

# How many are told of to one who asks for all that is kept, as a page may whenever it is loaded.
MOST_HISTORY = 200

# What is read of the journal: with the change of which a desktop may have heard in part, and one
# that is too many.
_MARGIN = 2

# Events that need not be made again, of all users together.
RECENT_EVENTS = 10_000
RECENT_BYTES = 32 * 1024 * 1024

logger = logging.getLogger(__name__)


class JournalRetention:
    """See Retention. It keeps what was published with a replay id and an audience, for as long as
    the journal does: for each user what the latest MOST_MISSED changes that concern him told, and
    of the latest MOST_HISTORY to those who ask for everything.

    ``compose`` makes the notifications of a change, always the same; ``dns`` has the DNs of each
    user. It has to be begun before it is used.
    """

    def __init__(
        self,
        journal: Journal,
        compose: Callable[[Change], list[Notification]],
        dns: Mapping[str, Sequence[str]],
    ) -> None:
        self._journal = journal
        self._compose = compose
        self._dns = dns
        self._recent = Recent(RECENT_EVENTS, RECENT_BYTES)
        self._asked: tuple[object, list[Event]] = (None, [])
        self.numbers = Numbers(0)
        self.delivered = 0
        """The number of the latest change that all were told of who are to be told. Only up to that
        is anything told again: what follows is about to be told."""

    def begin(self) -> None:
        """Begin, when the journal is open: all that is in it counts as delivered."""
        self.numbers = Numbers(self._journal.begun)
        self.delivered = self._journal.last
        self._recent = Recent(RECENT_EVENTS, RECENT_BYTES, since=self.last)
        self._asked = (None, [])

    @property
    def last(self) -> int:
        return self.numbers.latest(self.delivered)

    def keep(self, event: Event, audience: Iterable[str] | None) -> int | None:
        if event.replay_id is not None and audience is not None:
            self._recent.add(event, audience)
        return event.replay_id

    def all(self, pattern: str, user: str | None) -> list[Event]:
        """See Retention."""
        return _matching(pattern, self._missed(None, user)[-MOST_HISTORY:])

    def after(self, replay_id: int, pattern: str, user: str | None) -> list[Event]:
        """See Retention."""
        before_all = self.numbers.latest(self._journal.oldest - 1)
        if not before_all <= replay_id <= self.last:
            raise ReplayIdInvalid
        missed = self._missed(replay_id, user)
        if len(missed) > MOST_MISSED:
            raise ReplayIdInvalid
        return _matching(pattern, missed)

    def _missed(self, replay_id: int | None, user: str | None) -> list[Event]:
        """What was published for a user after an id, or all of it if that is None. Raises
        ReplayIdInvalid."""
        if user is None:
            return []
        # A desktop asks the same for each of its channels.
        asked = (replay_id, user, self.delivered)
        if self._asked[0] != asked:
            begin = -1 if replay_id is None else replay_id
            missed: list[Event] = []
            if begin < self._recent.since:
                missed += self._made_again(replay_id, user)
            self._asked = (asked, [*missed, *self._recent.after(begin, user)])
        return self._asked[1]

    def _made_again(self, replay_id: int | None, user: str) -> Iterator[Event]:
        """The same, of what is not in memory any more. What was asked for without an id may lack
        what cannot be told any more."""
        since = self._recent.since
        begin = -1 if replay_id is None else replay_id
        limit = MOST_HISTORY if replay_id is None else MOST_MISSED + _MARGIN
        entries = self._entries(replay_id, user, limit)
        if replay_id is not None and len(entries) == limit:
            raise ReplayIdInvalid
        for entry in entries:
            try:
                told = self._compose(entry.change)
            except Exception:
                # It is of a directory that had other devices, perhaps.
                logger.exception("Change %d cannot be told again", entry.number)
                if replay_id is not None:
                    raise ReplayIdInvalid from None
                continue
            for place, notification in enumerate(told):
                number = self.numbers.of(entry.number, place)
                if notification.audience == user and begin < number <= since:
                    yield _event(notification, number)

    def _entries(self, replay_id: int | None, user: str, limit: int) -> list[Entry]:
        """The latest changes that concern a user."""
        try:
            return self._journal.told(
                self._dns.get(user, ()),
                after=None if replay_id is None else self.numbers.complete(replay_id),
                last=self.delivered,
                limit=limit,
            )
        except JournalGap:
            raise ReplayIdInvalid from None
        except JournalUnavailable as error:
            logger.warning("Nothing can be told again: %s", error)
            raise ReplayIdInvalid from None


def _event(notification: Notification, number: int) -> Event:
    event = Event({"channel": notification.channel, "data": notification.payload})
    event.replay_id = number
    return event


def _matching(pattern: str, events: Iterable[Event]) -> list[Event]:
    return [event for event in events if pattern in channels.patterns(event.fields["channel"])]
