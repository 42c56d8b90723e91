"""What is known of all claims so far, in the order in which they came in.

A claim is compared with this before it is added: what comes later cannot be seen, because it is
not there yet. It answers exactly as the read model of known claims does at the claim's position,
many times faster where a whole book is gone through in order.
"""

from bisect import bisect_left, insort
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial

from domain.fraud.alike import Alike
from domain.fraud.known import (
    AROUND,
    FEWEST_PRICES,
    LATEST_HERE,
    LATEST_PRICES,
    SAME_PLACES,
    Known,
    SeenClaim,
)


class Usual:
    """The lower median of the latest prices of a service."""

    def __init__(self) -> None:
        self._order: deque[Decimal] = deque()
        self._sorted: list[Decimal] = []

    def add(self, value: Decimal) -> None:
        self._order.append(value)
        insort(self._sorted, value)
        if len(self._order) > LATEST_PRICES:
            oldest = self._order.popleft()
            del self._sorted[bisect_left(self._sorted, oldest)]

    def median(self) -> Decimal | None:
        """None where too few are known."""
        count = len(self._sorted)
        return self._sorted[(count - 1) // 2] if count >= FEWEST_PRICES else None


class ClaimHistory:
    """Everything that a claim is compared with."""

    def __init__(self) -> None:
        self._of_member: defaultdict[str, list[SeenClaim]] = defaultdict(list)
        self._here: defaultdict[str, deque[SeenClaim]] = defaultdict(
            partial(deque, maxlen=LATEST_HERE)
        )
        self._like: defaultdict[str, Alike] = defaultdict(Alike)
        self._prices: defaultdict[str, Usual] = defaultdict(Usual)
        self._on_phone: defaultdict[str, set[str]] = defaultdict(set)
        self._phone_here: Counter[tuple[str, str]] = Counter()
        self._family_here: Counter[tuple[str, str, str]] = Counter()
        self._on_account: defaultdict[str, set[str]] = defaultdict(set)
        self._last_there: defaultdict[str, dict[str, date]] = defaultdict(dict)
        self._flagged: defaultdict[str, list[str]] = defaultdict(list)

    def beside(self, claim: SeenClaim) -> Known:
        """What is known beside a claim that is not yet added; to be read before anything is."""
        recent = tuple(
            one
            for one in self._of_member.get(claim.member, ())
            if abs(one.service_on - claim.service_on) <= AROUND
        )
        phone, family, here = claim.phone, claim.family, claim.provider
        others_there = self._phone_here[phone, here] - self._family_here[phone, here, family]
        return Known(
            recent=recent,
            here=tuple(self._here.get(here, ())),
            like=self._like[claim.diagnosis] if claim.diagnosis else Alike(),
            usual_prices=self._usual(claim),
            families_on_phone=len(self._on_phone.get(phone, set()) - {family}) if phone else 0,
            phone_here=others_there if phone else 0,
            providers_on_account=self._paid_alike(claim),
            companions=self._companions(claim, recent),
            flagged=(*self._flagged.get(claim.member, ()), *self._flagged.get(here, ())),
        )

    def _usual(self, claim: SeenClaim) -> Mapping[str, Decimal]:
        known = ((code, self._prices[code].median()) for code in claim.codes & self._prices.keys())
        return {code: price for code, price in known if price is not None}

    def _paid_alike(self, claim: SeenClaim) -> int:
        others = self._on_account.get(claim.account, set()) - {claim.provider}
        return len(others) if claim.account else 0

    def _companions(self, claim: SeenClaim, recent: tuple[SeenClaim, ...]) -> int:
        places = {one.provider for one in recent} | {claim.provider}
        if len(places) < SAME_PLACES:
            return 0
        since = claim.service_on - AROUND
        met: Counter[str] = Counter()
        for place in places & self._last_there.keys():
            met.update(who for who, last in self._last_there[place].items() if last >= since)
        del met[claim.member]
        return sum(count >= SAME_PLACES for count in met.values())

    def add(self, claim: SeenClaim) -> None:
        """From now on this claim is known."""
        own, here = claim.member, claim.provider
        self._of_member[own].append(claim)
        self._here[here].append(claim)
        self._like[claim.diagnosis].add(claim.billed, claim.codes)
        for line in claim.lines:
            if line.quantity > 0:
                self._prices[line.code].add(line.unit)
        self._on_phone[claim.phone].add(claim.family)
        self._phone_here[claim.phone, here] += 1
        self._family_here[claim.phone, here, claim.family] += 1
        self._on_account[claim.account].add(here)
        there = self._last_there[here]
        there[own] = max(there.get(own, claim.service_on), claim.service_on)

    def flag(self, subject: str, words: str) -> None:
        """From now on a finding stands against a member or a provider."""
        self._flagged[subject].append(words)


def in_order(claims: Iterable[SeenClaim]) -> Iterator[tuple[SeenClaim, Known]]:
    """Each claim of a history with what was known beside it when it came in."""
    before = ClaimHistory()
    for claim in claims:
        yield claim, before.beside(claim)
        before.add(claim)
