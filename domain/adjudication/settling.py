"""Closing a line: exact amounts become whole minor units that add up, and totals are posted."""

from domain.adjudication.balances import LIFE, Use
from domain.adjudication.determination import LineDetermination, LineStatus, Step
from domain.adjudication.prepared import what_of
from domain.adjudication.product import Scope
from domain.adjudication.working import (
    BALANCE_BILL,
    COINSURANCE,
    COPAY,
    DEDUCTIBLE,
    NOT_COVERED,
    OVER_LIMIT,
    WRITE_OFF,
    Exact,
    LineWork,
)
from domain.money import Money, round_ratio


def settle(work: LineWork) -> None:
    """Round the running balance around every step, so that the parts add up to the bill.

    Nothing changes where all amounts are whole already.
    """
    work.billed = _whole(work, work.billed)
    work.balance = _whole(work, work.balance)
    for taken in work.taken:
        taken.before = _whole(work, taken.before)
        taken.after = _whole(work, taken.after)
    work.allowed = _whole(work, work.allowed)
    if work.valued is not None:
        work.valued = _whole(work, work.valued)
    for name, amount in work.counted.items():
        work.counted[name] = _whole(work, amount)


def _whole(work: LineWork, amount: Exact) -> int:
    if isinstance(amount, int):
        return amount
    return round_ratio(amount.numerator, amount.denominator, work.terms.terms.rounding.mode)


def close(work: LineWork) -> LineDetermination:
    """The line's determination; what it used is added to the claim's running totals."""
    settle(work)
    parts: dict[str, int] = {}
    for taken in work.taken:
        amount = int(taken.before) - int(taken.after)
        parts[taken.part] = parts.get(taken.part, 0) + amount
    if not work.refused:
        post(work, parts)
    return _determination(work, parts)


def _determination(work: LineWork, parts: dict[str, int]) -> LineDetermination:
    line, currency = work.line, work.line.billed.currency
    zero = Money(0, currency)

    def money(minor: Exact) -> Money:
        return Money(int(minor), currency) if minor else zero

    used = {
        DEDUCTIBLE: parts.get(DEDUCTIBLE, 0),
        "oop": _borne(parts),
        "paid": int(work.balance),
        **work.counted,
    }
    trace = tuple(
        Step(
            taken.rule,
            money(taken.before),
            money(taken.after),
            money(taken.before - taken.after),
            taken.part,
            taken.limit_name,
            None if taken.left is None else money(taken.left),
            None if taken.left is None else money(taken.left - int(used[taken.measure])),
            taken.reason,
        )
        for taken in work.taken
    )
    return LineDetermination(
        line.line,
        line.code,
        line.category,
        LineStatus.REJECTED if work.refused else LineStatus.PASSED,
        line.billed,
        money(work.billed),
        money(work.allowed),
        write_off=money(parts.get(WRITE_OFF, 0)),
        balance_bill=money(parts.get(BALANCE_BILL, 0)),
        deductible=money(parts.get(DEDUCTIBLE, 0)),
        copay=money(parts.get(COPAY, 0)),
        coinsurance=money(parts.get(COINSURANCE, 0)),
        over_limit=money(parts.get(OVER_LIMIT, 0)),
        not_covered=money(parts.get(NOT_COVERED, 0)),
        plan_pays=money(work.balance),
        quantity_asked=line.quantity,
        quantity=work.quantity,
        quantity_cut=work.quantity_cut,
        unit_price=work.unit_price,
        valued=None if work.valued is None else money(work.valued),
        pays_when=work.pays_when,
        policy="" if work.cover is None else work.cover.cover.policy,
        product=work.terms.terms.product,
        reasons=tuple(dict.fromkeys(work.reasons)),
        checks=tuple(work.checks),
        trace=trace,
    )


def _borne(parts: dict[str, int]) -> int:
    """What counts towards the member's out-of-pocket maximum."""
    return parts.get(DEDUCTIBLE, 0) + parts.get(COPAY, 0) + parts.get(COINSURANCE, 0)


def post(work: LineWork, parts: dict[str, int]) -> None:
    """Add the line to the totals of the member, the family and the claim."""
    running, benefit = work.claim.running, work.promised()
    (member, family), year = work.accounts(), work.year()
    paid = int(work.balance)
    amounts = {"deductible": parts.get(DEDUCTIBLE, 0), "oop": _borne(parts), "paid": paid}
    amounts.update((name, int(amount)) for name, amount in work.counted.items())
    for tracked in work.terms.tracked(benefit, work.setting):
        at = LIFE if tracked.life else year
        if tracked.measure == "visits":
            running.add(member, at, tracked.what, count=1)
            running.add(family, at, tracked.what, count=1)
            continue
        amount = amounts.get(tracked.measure, 0)
        if not amount:
            continue
        # What is exempt from the ceilings must not fill them either.
        what = tracked.what
        if work.exempt and tracked.measure == "paid":
            if what != "paid":
                continue
            what = "exempt_paid"
        running.add(member, at, what, amount)
        running.add(family, at, what, amount)
    _post_within_claim(work, parts, amounts)
    _post_use(work)


def _post_within_claim(work: LineWork, parts: dict[str, int], amounts: dict[str, int]) -> None:
    running, terms = work.claim.running, work.terms.terms
    if work.promised().copay is not None:
        running.add_within_claim(f"copay:{work.promised().key}", parts.get(COPAY, 0))
    for threshold in terms.deductibles:
        if threshold.scope is Scope.CLAIM:
            what = what_of(threshold, "deductible")
            running.add_within_claim(f"{terms.product}|{what}", parts.get(DEDUCTIBLE, 0))
    for limit in (*work.promised().limits, *terms.limits):
        if limit.scope is Scope.CLAIM:
            running.add_within_claim(f"{terms.product}|{limit.name}", amounts["paid"])


def _post_use(work: LineWork) -> None:
    line, case, on = work.line, work.claim.case, work.claim.on
    benefit = work.promised()
    service = line.service
    followed = benefit.key in work.terms.followed or (service and service.frequency_days)
    if followed and on is not None:
        work.claim.running.add_use(
            Use(
                case.member_id,
                line.code,
                on,
                work.quantity,
                line.site,
                case.claim_id,
                benefit=benefit.key,
            )
        )
