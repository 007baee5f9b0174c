"""Where a call to a number goes, and who arrives there."""

from collections.abc import Collection

from msgspec import Struct
from msgspec.structs import replace

from switchbell.voice.agents import DnStates
from switchbell.voice.calls import Calls
from switchbell.voice.errors import DestinationBusy, InvalidDestination
from switchbell.voice.model import (
    DEVICE,
    FAR_END,
    QUEUE,
    QUEUED,
    RINGING,
    CallState,
    Due,
    FarEnd,
    Party,
    PartyKind,
    Queued,
    Role,
    Settings,
    Timer,
)
from switchbell.voice.numbers import Numbers

# Looked up once, as those of a party are (see model.DEVICE).
_STOP_RINGING = Due.STOP_RINGING


class Route(Struct, frozen=True, kw_only=True):
    """The way to a number: where it ends, whether it was forwarded there, and what a caller is told
    if nobody can be reached."""

    dn: str
    kind: PartyKind
    forwarded: bool = False
    unreachable: CallState | None = None


class Routing(Struct, frozen=True):
    """Finds the way to numbers, as things stand."""

    calls: Calls
    numbers: Numbers
    states: DnStates
    settings: Settings

    def route(self, destination: str, taken: Collection[str]) -> Route:
        """Return the way to a destination. ``taken`` are the numbers of those concerned already.

        Raises InvalidDestination for a number that nobody has, or that is taken.
        """
        kind = self.numbers.kind(destination)
        if kind is None or destination in taken:
            raise InvalidDestination("The destination is not a number that can be called here.")
        if kind is DEVICE:
            state = self.states.get(destination)
            if state is not None and state.forward_to is not None:
                return self._forwarded(state.forward_to, taken)
        return Route(dn=destination, kind=kind, unreachable=self._unreachable(destination, kind))

    def _forwarded(self, target: str, taken: Collection[str]) -> Route:
        """Forwarding is followed once: where a call was forwarded to it stays."""
        kind = self.numbers.kind(target)
        if kind is None or target in taken:
            return Route(dn=target, kind=DEVICE, unreachable=CallState.BUSY)
        unreachable = self._unreachable(target, kind)
        return Route(dn=target, kind=kind, forwarded=True, unreachable=unreachable)

    def _unreachable(self, number: str, kind: PartyKind) -> CallState | None:
        if kind is DEVICE:
            return CallState.BUSY if self._is_busy(number) else None
        if kind is QUEUE:
            return None
        if self.calls.trunks_in_use >= self.settings.trunks:
            return CallState.ALL_TRUNKS_BUSY
        far_end = self.numbers.far_end(number)
        return None if far_end is None else far_end.unreachable

    def _is_busy(self, dn: str) -> bool:
        """Tell whether a device has no line left, or wants no calls."""
        state = self.states.get(dn)
        if state is not None and state.do_not_disturb:
            return True
        return len(self.calls.at(dn)) >= self.settings.lines

    def arrival(
        self, route: Route, template: Party, now: float, *, role: Role | None = None
    ) -> Party:
        """Return the party that comes to be at the end of a route, like ``template`` in all that
        belongs to the call, but for the ``role`` if that is given. It rings, or waits."""
        return replace(
            template,
            role=role or template.role,
            dn=route.dn,
            kind=route.kind,
            state=QUEUED if route.kind is QUEUE else RINGING,
            since=now,
            parent=None,
            muted=False,
            supervisor=None,
            muted_by_supervisor=False,
            monitors=None,
            queued=Queued(route.dn, now) if route.kind is QUEUE else None,
            timer=self._timer(route, now),
        )

    def _timer(self, route: Route, now: float) -> Timer | None:
        if route.kind is QUEUE:
            return None
        ends = Timer(now + self.settings.ring_timeout, _STOP_RINGING)
        if route.kind is DEVICE:
            return ends
        far_end = self.numbers.far_end(route.dn)
        return ends if far_end is None else min(_intention(far_end, now) or ends, ends, key=_at)

    def after_answer(self, party: Party, now: float) -> Timer | None:
        """Return what a party will do by itself that answers now."""
        if party.kind is not FAR_END:
            return None
        far_end = self.numbers.far_end(party.dn)
        if far_end is None or far_end.hangs_up_after is None:
            return None
        return Timer(now + far_end.hangs_up_after, Due.HANG_UP)


def require_reachable(route: Route) -> None:
    """Raise DestinationBusy or InvalidDestination for a route that ends nowhere."""
    if route.unreachable is CallState.SIT_INVALID_NUMBER:
        raise InvalidDestination("The destination is not a number.")
    if route.unreachable is not None:
        raise DestinationBusy("The destination is busy.")


def _intention(far_end: FarEnd, now: float) -> Timer | None:
    if far_end.answers_after is not None:
        return Timer(now + far_end.answers_after, Due.ANSWER)
    if far_end.rejects_after is not None:
        return Timer(now + far_end.rejects_after, Due.REJECT)
    return None


def _at(timer: Timer) -> float:
    return timer.at
