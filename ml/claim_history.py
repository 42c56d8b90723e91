"""What is known of all claims so far, in the order in which they came in.

A claim is compared with this before it is added: what comes later cannot be seen, because it is
not there yet.
"""

import math
from bisect import bisect_left, insort
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

from ml.health_claim import Bill, HealthClaim

REMEMBERED = timedelta(days=90)
SAME_PLACES = 3
LATEST_PRICES = 300
LATEST_BILLS = 80
LATEST_WEEKS = 30
"""Bills; a scheme shows in what a provider sends of late, not in what it sent last year."""


class Usual:
    """The median of the latest values."""

    def __init__(self, kept: int = LATEST_PRICES) -> None:
        self._order: deque[float] = deque()
        self._sorted: list[float] = []
        self._kept = kept

    def add(self, value: float) -> None:
        self._order.append(value)
        insort(self._sorted, value)
        if len(self._order) > self._kept:
            oldest = self._order.popleft()
            del self._sorted[bisect_left(self._sorted, oldest)]

    def median(self, fewest: int = 10) -> float | None:
        """None where fewer values than that are known."""
        if len(self._sorted) < fewest:
            return None
        return self._sorted[len(self._sorted) // 2]


def _latest() -> deque[float]:
    return deque(maxlen=LATEST_WEEKS)


@dataclass(slots=True)
class ProviderSeen:
    """The latest bills of a provider, and how they compared with those of others."""

    bills: deque[tuple[str, Bill]] = field(default_factory=deque)
    alike: Counter[Bill] = field(default_factory=Counter)
    alike_of_member: Counter[tuple[str, Bill]] = field(default_factory=Counter)
    alike_of_day: Counter[tuple[date, Bill]] = field(default_factory=Counter)
    accounts: Counter[str] = field(default_factory=Counter)
    totals: deque[float] = field(default_factory=_latest)
    lines: deque[float] = field(default_factory=_latest)
    oddities: deque[float] = field(default_factory=_latest)
    of_day: Counter[date] = field(default_factory=Counter)
    patients: Counter[str] = field(default_factory=Counter)
    last_seen: dict[str, date] = field(default_factory=dict)
    claims: int = 0

    def add_bill(self, member: str, bill: Bill) -> None:
        """Remember a bill, and forget the oldest of many."""
        self.bills.append((member, bill))
        self.alike[bill] += 1
        self.alike_of_member[member, bill] += 1
        if len(self.bills) > LATEST_BILLS:
            oldest = self.bills.popleft()
            self.alike[oldest[1]] -= 1
            self.alike_of_member[oldest] -= 1

    def same_bills(self, claim: HealthClaim) -> int:
        """How many of the latest bills, for other people, are the same to the last cent."""
        return self.alike[claim.bill] - self.alike_of_member[claim.member, claim.bill]

    def patients_since(self, day: date) -> set[str]:
        """Who was there on that day or later."""
        return {member for member, last in self.last_seen.items() if last >= day}


class ClaimHistory:
    """Everything that the features of a claim are compared with."""

    def __init__(self) -> None:
        self.claims = 0
        self.of_member: defaultdict[str, deque[HealthClaim]] = defaultdict(deque)
        self.of_provider: defaultdict[str, ProviderSeen] = defaultdict(ProviderSeen)
        self.prices: defaultdict[str, Usual] = defaultdict(Usual)
        self.totals: defaultdict[str, Usual] = defaultdict(Usual)
        self.line_counts: defaultdict[str, Usual] = defaultdict(Usual)
        self.with_diagnosis: Counter[str] = Counter()
        self.code_with_diagnosis: Counter[tuple[str, str]] = Counter()
        self.code: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.families_of_phone: defaultdict[str, set[str]] = defaultdict(set)
        self.phones_of_member: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.phone_there: Counter[tuple[str, str]] = Counter()
        self.family_there: Counter[tuple[str, str, str]] = Counter()
        self.providers_of_account: defaultdict[str, set[str]] = defaultdict(set)

    def recent(self, claim: HealthClaim) -> list[HealthClaim]:
        """The member's other claims for services within 90 days before or after."""
        return [
            earlier
            for earlier in self.of_member.get(claim.member, ())
            if abs(earlier.service_on - claim.service_on) <= REMEMBERED
        ]

    def usual_total(self, diagnosis: str) -> float | None:
        """The median bill for a diagnosis; None where hardly any is known, as for the others."""
        return _median(self.totals, diagnosis)

    def usual_lines(self, diagnosis: str) -> float | None:
        """The median number of lines on a bill for a diagnosis."""
        return _median(self.line_counts, diagnosis)

    def usual_price(self, code: str) -> float | None:
        """The median price of one unit of a service."""
        return _median(self.prices, code)

    def phone_elsewhere(self, claim: HealthClaim) -> int:
        """Earlier claims of this provider from other families that give the same phone."""
        there = self.phone_there[claim.phone, claim.provider]
        return there - self.family_there[claim.phone, claim.provider, claim.family]

    def companions(self, claim: HealthClaim, recent: Sequence[HealthClaim]) -> int:
        """Other people who were, of late, at three or more of the places where this member was.

        Two places are often the same by chance; three hardly ever.
        """
        places = {one.provider for one in recent} | {claim.provider}
        if len(places) < SAME_PLACES:
            return 0
        since = claim.service_on - REMEMBERED
        met: Counter[str] = Counter()
        for place in sorted(places):
            if place in self.of_provider:
                met.update(self.of_provider[place].patients_since(since))
        del met[claim.member]
        return sum(count >= SAME_PLACES for count in met.values())

    def seldom_for_diagnosis(self, claim: HealthClaim) -> float:
        """How surprising the oddest service is for the diagnosis, in bits."""
        known = self.with_diagnosis[claim.diagnosis] + 2
        counts = [self.code_with_diagnosis[claim.diagnosis, code] for code in claim.codes]
        return math.log2(known / (min(counts) + 1))

    def seldom_together(self, claim: HealthClaim) -> float:
        """How much more seldom two of the services meet than each alone lets expect, in bits."""
        worst = 0.0
        for one, other in combinations(sorted(claim.codes), 2):
            expected = self.code[one] * self.code[other] / max(self.claims, 1)
            worst = max(worst, math.log2((expected + 1) / (self.pairs[one, other] + 1)))
        return worst

    def add(self, claim: HealthClaim) -> None:
        """From now on this claim is known."""
        self._add_member(claim)
        self._add_provider(claim)
        codes = sorted(claim.codes)
        self.claims += 1
        self.with_diagnosis[claim.diagnosis] += 1
        self.totals[claim.diagnosis].add(claim.billed)
        self.line_counts[claim.diagnosis].add(len(claim.lines))
        self.code.update(codes)
        self.code_with_diagnosis.update((claim.diagnosis, code) for code in codes)
        self.pairs.update(combinations(codes, 2))
        for line in claim.lines:
            self.prices[line.code].add(line.unit)
        self.families_of_phone[claim.phone].add(claim.family)
        self.phones_of_member[claim.member][claim.phone] += 1
        self.phone_there[claim.phone, claim.provider] += 1
        self.family_there[claim.phone, claim.provider, claim.family] += 1
        self.providers_of_account[claim.account].add(claim.provider)

    def _add_member(self, claim: HealthClaim) -> None:
        own = self.of_member[claim.member]
        while own and claim.submitted_on - own[0].submitted_on > 2 * REMEMBERED:
            own.popleft()
        own.append(claim)

    def _add_provider(self, claim: HealthClaim) -> None:
        seen = self.of_provider[claim.provider]
        total, lines = self.usual_total(claim.diagnosis), self.usual_lines(claim.diagnosis)
        if total and lines:
            seen.totals.append(claim.billed / total)
            seen.lines.append(len(claim.lines) / lines)
        seen.oddities.append(self.seldom_for_diagnosis(claim))
        seen.add_bill(claim.member, claim.bill)
        seen.alike_of_day[claim.service_on, claim.bill] += 1
        seen.accounts[claim.account] += 1
        seen.of_day[claim.service_on] += 1
        seen.patients[claim.member] += 1
        last = seen.last_seen.get(claim.member, claim.service_on)
        seen.last_seen[claim.member] = max(last, claim.service_on)
        seen.claims += 1


def _median(known: dict[str, Usual], name: str) -> float | None:
    """Looks without leaving a trace: asking must not change what is known."""
    usual = known.get(name)
    return usual.median() if usual else None
