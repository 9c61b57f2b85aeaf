"""How often one address may ask for something."""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

ADDRESSES = 20_000  # remembered at most; the longest silent are forgotten


class Limit:
    """At most ``most`` in ``span`` seconds for each address, counted in this process."""

    def __init__(self, most: int, span: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self.span = span
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Count one try. Returns 0, or the seconds after which the next is looked at."""
        address, now = _network(address), self._clock()
        with self._lock:
            since, count = self._seen.pop(address, (now, 0))
            if now - since >= self.span:
                since, count = now, 0
            self._seen[address] = (since, count + 1)
            while len(self._seen) > ADDRESSES:
                self._seen.popitem(last=False)
        return 0 if count < self.most else max(1, round(since + self.span - now))

    def spent(self, address: str) -> bool:
        """Whether an address has no try left, without counting one."""
        with self._lock:
            since, count = self._seen.get(_network(address), (0.0, 0))
        return count >= self.most and self._clock() - since < self.span


def _network(address: str) -> str:
    """What counts as one address: of IPv6 the half that a provider hands to one household."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.IPv6Network((known, 64), strict=False))
    return address
