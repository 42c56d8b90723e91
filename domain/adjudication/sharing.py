"""What the member bears: deductible, copay, coinsurance, and the most he pays in a year."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from domain.adjudication.prepared import what_of
from domain.adjudication.product import (
    CopayPer,
    Growth,
    Scope,
    Setting,
    ShareKind,
    Threshold,
    Whose,
)
from domain.adjudication.settling import settle
from domain.adjudication.working import COINSURANCE, COPAY, DEDUCTIBLE, Exact, LineWork
from domain.money import Money, round_ratio


def deductible(work: LineWork) -> None:
    """The member bears the first part of the year's cost, up to what is left of his deductible."""
    promised = work.promised()
    bounds = list(_left(work, work.terms.terms.deductibles, "deductible"))
    if not bounds or not promised.deductible_applies:
        return
    if promised.deductible_cap is not None:
        who = work.accounts()[0]
        used = work.claim.running.total(who, work.year(), f"deductible:{promised.key}")
        bounds.append((max(0, promised.deductible_cap.minor - used), f"{promised.key} deductible"))
    left, name = min(bounds)
    work.take("deductible", DEDUCTIBLE, min(work.balance, left), name, left, "deductible")


def copay(work: LineWork) -> None:
    """A fixed amount for a line, for each unit, or once for the whole claim; never above the rest.

    What one line of the claim was too small to bear of a copay per claim, the next one bears.
    """
    promised = work.promised()
    if promised.copay is None:
        return
    amount: Exact = promised.copay.amount.minor
    if promised.copay.per is CopayPer.UNIT:
        amount = round_ratio(*(Fraction(work.quantity) * amount).as_integer_ratio())
    elif promised.copay.per is CopayPer.CLAIM:
        amount -= work.claim.running.within_claim.get(f"copay:{promised.key}", 0)
    if amount > 0:
        work.take("copay", COPAY, min(work.balance, amount))


def coinsurance(work: LineWork) -> None:
    """A percentage of what is left, within the benefit's least and most for one line."""
    promised = work.promised()
    rate = _rate(work)
    least, most = promised.coinsurance_min, promised.coinsurance_max
    if rate is None and least is None:
        return
    share = _member_share(work, rate) if rate is not None else 0
    if least is not None:
        share = max(share, least.minor)
    if most is not None:
        share = min(share, most.minor)
    share = min(share, work.balance)
    if share:
        work.take("coinsurance", COINSURANCE, share)


def _rate(work: LineWork) -> Decimal | None:
    promised = work.promised()
    for tier in sorted(promised.tiers, key=lambda each: each.upto):
        if work.visit <= tier.upto:
            return tier.rate
    share = work.share()
    if share is None or share.kind is not ShareKind.PERCENT:
        return None
    return share.adult if work.claim.adult else share.child


def _member_share(work: LineWork, rate: Decimal) -> Exact:
    """The member's part of the balance; whichever side's rate is named is rounded first."""
    terms, balance = work.terms, work.balance
    numerator, denominator = rate.as_integer_ratio()
    named: Exact
    if terms.exact or not isinstance(balance, int):
        named = Fraction(numerator, denominator) * balance
    else:
        rounding = terms.terms.rounding
        named = round_ratio(balance * numerator, denominator, rounding.mode, rounding.unit_minor)
    return named if terms.terms.percent_is is Whose.MEMBER else balance - min(named, balance)


def out_of_pocket(work: LineWork) -> None:
    """Once the member has paid the year's most, the plan bears his parts.

    They are cut coinsurance first, then copay, then deductible, so that only what he really
    pays is credited.
    """
    bounds = list(_left(work, work.terms.terms.out_of_pocket, "oop"))
    if not bounds:
        return
    settle(work)
    left, name = min(bounds)
    parts = {part: work.part(part) for part in (COINSURANCE, COPAY, DEDUCTIBLE)}
    excess = sum(parts.values()) - left
    for part, amount in parts.items():
        cut = min(excess, amount)
        if cut > 0:
            work.take("out_of_pocket", part, -cut, name, left, "oop", reason="")
            excess -= cut


def _left(
    work: LineWork, thresholds: tuple[Threshold, ...], measure: str
) -> Iterator[tuple[int, str]]:
    """What is left of each threshold that holds in this setting, with the threshold's name."""
    for threshold in thresholds:
        if threshold.setting not in (Setting.ANY, work.setting):
            continue
        scope, what = threshold.scope, what_of(threshold, measure)
        used = used_of(work, scope, what, work.year())
        amount = grown(work, threshold.amount, threshold.growth)
        yield max(0, amount - used), f"{scope.value} {what}"


def used_of(work: LineWork, scope: Scope, what: str, year: str) -> int:
    """How much of a total is used: of the claim alone, of the member, or of the family."""
    running = work.claim.running
    if scope is Scope.CLAIM:
        return running.within_claim.get(f"{work.terms.terms.product}|{what}", 0)
    member, family = work.accounts()
    return running.total(member if scope is Scope.MEMBER else family, year, what)


def grown(work: LineWork, amount: Money, growth: Growth | None) -> int:
    """An amount that grows with the number of covered lives above a threshold, to its most."""
    if growth is None or work.cover is None or work.cover.lives <= growth.threshold:
        return amount.minor
    total = amount.minor + (work.cover.lives - growth.threshold) * growth.amount.minor
    return total if growth.most is None else min(total, growth.most.minor)
