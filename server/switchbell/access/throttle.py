"""Slows down those who guess passwords."""

import ipaddress
from collections import OrderedDict
from collections.abc import Hashable
from functools import lru_cache

MOST_COUNTED = 50_000
"""How many users, addresses and pairs of them are remembered, of each kind."""

LOOKS = 5
"""How often in a row a wrong password is compared with the right one, from where that was used,
while the user has to wait there."""

LOOKS_AGAIN_AFTER = 1.0
"""Seconds until there is one more such look."""

_IPV6_NETWORK = 64


class _Counts:
    """How often something went wrong, by key. Times are in seconds."""

    def __init__(self, free: int, longest_wait: float, forget_after: float) -> None:
        self._free = free
        self._longest_wait = longest_wait
        self._forget_after = forget_after
        # Number and time of the last, in the order of these times.
        self._counts: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    def wait(self, key: Hashable, now: float) -> float:
        """How long until this may be tried again; not positive for at once."""
        count, last = self._current(key, now)
        if count < self._free:
            return 0.0
        # A second for the first, twice as much for each further one; 2.0**60 is long enough.
        delay = min(self._longest_wait, 2.0 ** min(count - self._free, 60))
        return last + delay - now

    def add(self, key: Hashable, now: float) -> None:
        count, _ = self._current(key, now)
        self._counts[key] = (count + 1, now)
        self._counts.move_to_end(key)
        if len(self._counts) > MOST_COUNTED:
            self._counts.popitem(last=False)

    def take_back(self, key: Hashable) -> None:
        count, last = self._counts.get(key, (0, 0.0))
        if count > 1:
            self._counts[key] = (count - 1, last)
        else:
            self._counts.pop(key, None)

    def forget(self, key: Hashable) -> None:
        self._counts.pop(key, None)

    def _current(self, key: Hashable, now: float) -> tuple[int, float]:
        count, last = self._counts.get(key, (0, now))
        return (0, now) if now - last >= self._forget_after else (count, last)


class _Looks:
    """How many looks are left, by key: up to LOOKS, and one more from time to time."""

    def __init__(self) -> None:
        # How many are left, and when that was.
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def left(self, key: Hashable, now: float) -> float:
        left, since = self._left.get(key, (LOOKS, now))
        return min(LOOKS, left + (now - since) / LOOKS_AGAIN_AFTER)

    def take(self, key: Hashable, now: float) -> None:
        self._left[key] = (self.left(key, now) - 1, now)
        self._left.move_to_end(key)
        if len(self._left) > MOST_COUNTED:
            self._left.popitem(last=False)


class Throttle:
    """Counts wrong passwords: of a user from an address, of a user, and from an address.

    Only the first of these stops a user where he was right before. So nobody can lock out a user
    from elsewhere, nor a whole office by the mistakes of one desk in it. Who shares the address
    and guesses that very user's password can while he goes on guessing, and learns little by it:
    what was right there before is still compared, but as often as :meth:`may_look` allows.
    """

    def __init__(
        self,
        *,
        free: int,
        free_of_user: int,
        free_of_address: int,
        longest_wait: float,
        forget_after: float,
    ) -> None:
        self._pairs = _Counts(free, longest_wait, forget_after)
        self._users = _Counts(free_of_user, longest_wait, forget_after)
        self._addresses = _Counts(free_of_address, longest_wait, forget_after)
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._looks = _Looks()

    def wait(self, user: str, address: str, now: float) -> float:
        """How many seconds until this user may try from this address; 0 for at once."""
        pair = (user, network(address))
        waits = [0.0, self._pairs.wait(pair, now)]
        if pair not in self._known:
            waits += [self._users.wait(user, now), self._addresses.wait(pair[1], now)]
        return max(waits)

    def may_look(self, user: str, address: str, now: float) -> bool:
        """Whether a password may be compared with one that was right here, though the user has to
        wait."""
        return self._looks.left((user, network(address)), now) >= 1

    def look(self, user: str, address: str, now: float) -> None:
        """It was compared, and was not that one."""
        self._looks.take((user, network(address)), now)

    def attempt(self, user: str, address: str, now: float) -> None:
        """A password is going to be checked. It counts as wrong until it turns out to be right, or
        many could be tried at the same moment."""
        pair = (user, network(address))
        self._pairs.add(pair, now)
        self._users.add(user, now)
        self._addresses.add(pair[1], now)

    def succeed(self, user: str, address: str) -> None:
        """The password was right. That takes back this one attempt of the user and of the address:
        one who knows one password has not earned guesses at others."""
        pair = (user, network(address))
        self._pairs.forget(pair)
        self._users.take_back(user)
        self._addresses.take_back(pair[1])
        self._known[pair] = None
        self._known.move_to_end(pair)
        if len(self._known) > MOST_COUNTED:
            self._known.popitem(last=False)


@lru_cache(maxsize=10_000)
def network(address: str) -> str:
    """What stands for one client: its address, or of an IPv6 address the network, all of which is
    usually one client's."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))
