"""What is usual for an illness: the latest claims for one diagnosis, added up as they come."""

from bisect import bisect_left, insort
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from itertools import combinations

LATEST = 120


class Alike:
    """The latest claims for a diagnosis, as far as bills are compared with them.

    It changes with the next claim that is added: whoever compares does so before.
    """

    def __init__(self, claims: Iterable[tuple[int, frozenset[str]]] = ()) -> None:
        """`claims` are amounts billed, in minor units, and services, in the order of recording."""
        self._order: deque[tuple[int, frozenset[str]]] = deque()
        self._totals: list[int] = []
        self._services: list[int] = []
        self._with: Counter[str] = Counter()
        self._both: Counter[tuple[str, str]] = Counter()
        for billed, codes in claims:
            self.add(billed, codes)

    def __len__(self) -> int:
        return len(self._order)

    @property
    def bills(self) -> tuple[int, ...]:
        """What was billed, in the order of recording."""
        return tuple(billed for billed, _ in self._order)

    @property
    def usual_total(self) -> int:
        """The median amount billed; asked for only where something is known."""
        return _middle(self._totals)

    @property
    def usual_services(self) -> int:
        """The median number of different services."""
        return _middle(self._services)

    def with_service(self, code: str) -> int:
        """How many of the claims have the service."""
        return self._with[code]

    def with_both(self, one: str, other: str) -> int:
        """How many have two services together; `one` comes first by its code."""
        return self._both[one, other]

    def __copy__(self) -> "Alike":
        """The same claims, to be gone on with apart from this."""
        same = Alike()
        same._order = self._order.copy()
        same._totals, same._services = self._totals.copy(), self._services.copy()
        same._with, same._both = self._with.copy(), self._both.copy()
        return same

    def add(self, billed: int, codes: frozenset[str]) -> None:
        """One more claim; the oldest of many is forgotten."""
        self._order.append((billed, codes))
        insort(self._totals, billed)
        insort(self._services, len(codes))
        self._count(codes, 1)
        if len(self._order) > LATEST:
            oldest, gone = self._order.popleft()
            del self._totals[bisect_left(self._totals, oldest)]
            del self._services[bisect_left(self._services, len(gone))]
            self._count(gone, -1)

    def _count(self, codes: frozenset[str], by: int) -> None:
        for code in codes:
            self._with[code] += by
        for pair in combinations(sorted(codes), 2):
            self._both[pair] += by


def _middle(ordered: Sequence[int]) -> int:
    return ordered[(len(ordered) - 1) // 2]
