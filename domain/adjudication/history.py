"""The claims of a family in the order they were processed, and what later events do to them.

Reversal gives back exactly what a claim took. A cascade decides every live claim from scratch
and tells what changes; nothing moves until its differences are posted. These functions answer
with a new history and leave the old one as it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances, Entry, Use
from domain.adjudication.case import Case
from domain.adjudication.determination import Determination
from domain.adjudication.product import Terms
from domain.money import Money
from domain.refusals import RuleBroken


class InOrder(StrEnum):
    """How a cascade takes the claims: as they were processed, or by day of service."""

    PROCESSING = "processing"
    SERVICE_DATE = "service_date"


@dataclass(frozen=True, slots=True)
class Posted:
    """A claim, and how it was decided; `live` until it is reversed."""

    case: Case
    determination: Determination
    live: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """Claims in processing order, the balances before the first and after the last of them."""

    opening: Balances
    posted: tuple[Posted, ...]
    balances: Balances

    @classmethod
    def starting_from(cls, opening: Balances) -> "History":
        return cls(opening, (), opening)

    def find(self, claim_id: str) -> Posted | None:
        return next((p for p in self.posted if p.case.claim_id == claim_id), None)

    @property
    def live(self) -> tuple[Posted, ...]:
        return tuple(p for p in self.posted if p.live)


@dataclass(frozen=True, slots=True)
class Readjudicated:
    """A claim decided again: as it stands, and as it would stand now."""

    case: Case
    was: Determination
    now: Determination

    @property
    def delta(self) -> Money:
        """What is to be paid on top; negative = to be recovered."""
        return self.now.plan_pays - self.was.plan_pays

    @property
    def payment_changes(self) -> bool:
        return self.was.plan_pays != self.now.plan_pays


@dataclass(frozen=True, slots=True)
class Cascade:
    """Every live claim decided again in order, and the balances that this would leave."""

    claims: tuple[Readjudicated, ...]
    balances: Balances

    @property
    def changed(self) -> tuple[Readjudicated, ...]:
        """The claims for which another amount is paid."""
        return tuple(claim for claim in self.claims if claim.payment_changes)


def reverse(determination: Determination) -> tuple[Entry, ...]:
    """The entries that give back exactly what a claim took."""
    return tuple(-entry for entry in determination.entries)


def reverse_uses(determination: Determination) -> tuple[Use, ...]:
    """The uses that a reversed claim takes back."""
    return tuple(-use for use in determination.uses)


def difference(was: Determination, now: Determination) -> tuple[Entry, ...]:
    """The entries that lead from one determination of a claim to another, netted."""
    net: dict[tuple[str, str, str], list[int]] = {}
    for entry in (*reverse(was), *now.entries):
        total = net.setdefault((entry.who, entry.year, entry.what), [0, 0])
        total[0] += entry.amount_minor
        total[1] += entry.count
    return tuple(Entry(*key, minor, count) for key, (minor, count) in net.items() if minor or count)


def post(history: History, case: Case, terms: Terms) -> History:
    """Decide a new claim on the present balances and post it.

    Raises RuleBroken `claim.duplicate_claim_number` for a claim id that was used before.
    """
    if history.find(case.claim_id) is not None:
        raise RuleBroken("claim.duplicate_claim_number", f"{case.claim_id} is a claim already")
    determination = adjudicate(case, terms, history.balances)
    after = history.balances.apply(determination.entries, determination.uses)
    return History(history.opening, (*history.posted, Posted(case, determination)), after)


def reverse_claim(history: History, claim_id: str) -> History:
    """Take a claim back as if it had never been; a second time is refused.

    Raises RuleBroken `claim.already_reversed` and `claim.unknown_claim`.
    """
    posted = _live(history, claim_id)
    return _put(history, replace(posted, live=False), _without(history.balances, posted))


def replace_claim(history: History, case: Case, terms: Terms) -> History:
    """Correct a claim under its own number: the old one gives back, the new one is decided.

    Raises like `reverse_claim`.
    """
    posted = _live(history, case.claim_id)
    before = _without(history.balances, posted)
    determination = adjudicate(case, terms, before)
    after = before.apply(determination.entries, determination.uses)
    return _put(history, Posted(case, determination), after)


def readjudicate(history: History, terms: Terms, order: InOrder = InOrder.PROCESSING) -> Cascade:
    """Decide every live claim again from the opening balances, under these terms."""
    live = list(history.live)
    if order is InOrder.SERVICE_DATE:
        live.sort(key=lambda posted: posted.determination.service_on or date.min)
    balances, claims = history.opening, []
    for posted in live:
        now = adjudicate(posted.case, terms, balances)
        balances = balances.apply(now.entries, now.uses)
        claims.append(Readjudicated(posted.case, posted.determination, now))
    return Cascade(tuple(claims), balances)


def apply_cascade(history: History, cascade: Cascade) -> History:
    """The history once the differences of a cascade are posted."""
    now = {claim.case.claim_id: claim.now for claim in cascade.claims}
    posted = tuple(
        replace(p, determination=now[p.case.claim_id]) if p.live else p for p in history.posted
    )
    return History(history.opening, posted, cascade.balances)


def terminate(history: History, last_day: date) -> tuple[History, tuple[Posted, ...]]:
    """End cover back to a last day: claims for later service are reversed; these are returned."""
    late = tuple(
        posted
        for posted in history.live
        if posted.determination.service_on is not None
        and posted.determination.service_on > last_day
    )
    for posted in late:
        history = reverse_claim(history, posted.case.claim_id)
    return history, late


def total_paid(determinations: Iterable[Determination], currency: str) -> Money:
    return Money(sum(d.plan_pays.minor for d in determinations), currency)


def _live(history: History, claim_id: str) -> Posted:
    posted = history.find(claim_id)
    if posted is None:
        raise RuleBroken("claim.unknown_claim", f"there is no claim {claim_id}")
    if not posted.live:
        raise RuleBroken("claim.already_reversed", f"{claim_id} has been reversed before")
    return posted


def _without(balances: Balances, posted: Posted) -> Balances:
    return balances.apply(reverse(posted.determination), reverse_uses(posted.determination))


def _put(history: History, changed: Posted, balances: Balances) -> History:
    posted = tuple(
        changed if p.case.claim_id == changed.case.claim_id else p for p in history.posted
    )
    return History(history.opening, posted, balances)
