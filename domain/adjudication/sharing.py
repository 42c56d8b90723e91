"""What the member bears: deductible, copay, coinsurance, and the most he pays in a year."""

from decimal import Decimal
from fractions import Fraction

from domain.adjudication.product import CopayPer, Growth, Scope, ShareKind, Span, Whose
from domain.adjudication.settling import settle
from domain.adjudication.working import COINSURANCE, COPAY, DEDUCTIBLE, Exact, LineWork
from domain.money import round_ratio


def deductible(work: LineWork) -> None:
    """The member bears the first part of the year's cost, up to what is left of his deductible."""
    promised = work.promised()
    found = _least_left(work, "deductible")
    if found is None or not promised.deductible_applies:
        return
    left, name = found
    if promised.deductible_cap is not None:
        used = work.claim.running.total(f"{work.mine.year}deductible:{promised.key}")
        capped = max(0, promised.deductible_cap.minor - used)
        left, name = min((left, name), (capped, f"{promised.key} deductible"))
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
    if promised.tiers:
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
    found = _least_left(work, "oop")
    if found is None:
        return
    settle(work)
    left, name = found
    borne = {part: work.parts.get(part, 0) for part in (COINSURANCE, COPAY, DEDUCTIBLE)}
    excess = sum(borne.values()) - left
    for part, amount in borne.items():
        cut = min(excess, amount)
        if cut > 0:
            work.take("out_of_pocket", part, -cut, name, left, "oop")
            excess -= cut


def _least_left(work: LineWork, measure: str) -> tuple[int, str] | None:
    """The smallest amount left among the thresholds of this setting, with that one's name."""
    least: tuple[int, str] | None = None
    for bound in work.terms.bounds(measure, work.setting):
        amount = bound.amount_minor
        if bound.growth is not None:
            amount = grown(work, amount, bound.growth)
        left = max(0, amount - used_of(work, bound.scope, bound.what))
        if least is None or left < least[0]:
            least = (left, bound.name)
    return least


def used_of(work: LineWork, scope: Scope, what: str, span: Span = Span.YEAR) -> int:
    """How much of a total is used: of the claim alone, of the member, or of the family."""
    running = work.claim.running
    if scope is Scope.CLAIM:
        return running.within_claim.get(f"{work.terms.terms.product}|{what}", 0)
    account = work.mine if scope is Scope.MEMBER else work.ours
    return running.total((account.year if span is Span.YEAR else account.life) + what)


def grown(work: LineWork, minor: int, growth: Growth) -> int:
    """An amount that grows with the number of covered lives above a threshold, to its most."""
    if work.cover is None or work.cover.lives <= growth.threshold:
        return minor
    total = minor + (work.cover.lives - growth.threshold) * growth.amount.minor
    return total if growth.most is None else min(total, growth.most.minor)
