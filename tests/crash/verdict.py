"""What was lost, doubled, reordered or made up, judged by what the journal has."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from switchbell.directory import demo
from switchbell.journal.base import Entry
from switchbell.journal.sqlite.journal import SqliteJournal
from switchbell.notify.gws.notifications import GwsNotifications
from switchbell.notify.gws.resources import Resources
from switchbell.voice.core import Snapshot
from switchbell_client import CallNotification, DeviceNotification, Notification, Resynchronised
from tests.crash.desk import is_about
from tests.crash.load import Done

CHUNK = 1000
MOST_NAMED = 5

Told: TypeAlias = CallNotification | DeviceNotification
# A user, a call, and what became of it.
Trace: TypeAlias = tuple[str, str | None, str | None]

TYPES: dict[str, type[Told]] = {
    "/v2/me/calls": CallNotification,
    "/v2/me/devices": DeviceNotification,
}


async def read_journal(directory: Path) -> list[Entry]:
    """All that a server that has ended has kept."""
    journal = SqliteJournal(directory)
    await journal.open(Snapshot(site=""))
    entries: list[Entry] = []
    while chunk := await journal.replay(len(entries), CHUNK):
        entries += chunk
    await journal.close()
    return entries


def composed(entries: Iterable[Entry], url: str, agents: int) -> dict[str, list[Told]]:
    """What there is to tell each user of these changes, in order."""
    directory = demo(agents)
    resources = Resources(url, directory.devices, recording=False)
    gws = GwsNotifications(resources, directory.devices)
    to_tell: defaultdict[str, list[Told]] = defaultdict(list)
    for entry in entries:
        for notification in gws.compose(entry.change):
            kind = TYPES[notification.channel]
            payload = msgspec.json.decode(msgspec.json.encode(notification.payload))
            told = msgspec.convert(payload, kind, strict=False)
            to_tell[notification.audience].append(told)
    return to_tell


def until(reason: str, told: Sequence[Notification]) -> list[Notification]:
    """Everything up to the moment at which the agent is told that he is not ready for a reason."""
    for place, notification in enumerate(told):
        if is_about(notification, reason):
            return [*told[: place + 1]]
    return [*told]


def missing_operations(done: Iterable[Done], to_tell: Mapping[str, Sequence[Told]]) -> list[str]:
    """Which answered operations the journal does not have."""
    marks = {(user, mark(one)) for user, told in to_tell.items() for one in told}
    kept: Counter[Trace] = Counter()
    for user, told in to_tell.items():
        kept.update(trace for one in told for trace in traces(user, one))
    marked = [one for one in done if one.mark is not None]
    others = Counter((one.user, one.call_id, one.shown_by) for one in done if one.mark is None)
    return [
        *(f"not in the journal: {one}" for one in marked if (one.user, one.mark) not in marks),
        *(f"{count} too few in the journal: {one}" for one, count in (others - kept).items()),
    ]


def traces(user: str, told: Told) -> Iterator[Trace]:
    """What operations without a mark are known by, see Done."""
    if isinstance(told, CallNotification):
        yield user, None, told.notification_type
        if told.notification_type == "StatusChange":
            yield user, told.call.id, told.call.state


def mark(told: Told) -> str | None:
    """What an operation of the load has left in a notification."""
    if isinstance(told, CallNotification):
        return told.call.user_data.get("mark")
    states = [device.user_state for device in told.devices]
    return next((state.reason for state in states if state is not None), None)


def faults_of(user: str, told: Sequence[Notification], to_tell: Sequence[Told]) -> list[str]:
    """In what a user was told otherwise than he was to be, once each and in order."""
    came = [one for one in told if not isinstance(one, Resynchronised)]
    faults = [f"{user} was told to read all again"] * (len(told) - len(came))
    known = {key(one): one for one in (*came, *to_tell)}
    got, due = [key(one) for one in came], [key(one) for one in to_tell]
    lost, more = Counter(due) - Counter(got), Counter(got) - Counter(due)
    for one in [*lost][:MOST_NAMED]:
        faults.append(f"{user} lost {lost[one]} of {brief(known[one])}, due as {due.index(one)}")
    for one in [*more][:MOST_NAMED]:
        what = "was told once too often" if one in due else "was told what never happened"
        faults.append(f"{user} {what}: {more[one]} of {brief(known[one])}")
    if not lost and not more and got != due:
        place = next(n for n, (one, other) in enumerate(zip(got, due, strict=True)) if one != other)
        faults.append(f"{user} was told in another order, from {place}: {brief(came[place])}")
    if any((b.replay_id or 0) <= (a.replay_id or 0) for a, b in pairwise(came)):
        faults.append(f"{user} was given replay ids that do not grow")
    return faults


def key(told: Told) -> bytes:
    """All of a notification, but for what has to do with its way to the client."""
    return msgspec.json.encode(replace(told, received_at=0.0, replay_id=None))


def brief(told: Told) -> str:
    """A notification for people."""
    if isinstance(told, CallNotification):
        return f"{told.notification_type} {told.call.state} of {told.call.id} ({mark(told)})"
    return f"{told.message_type} ({mark(told)})"
