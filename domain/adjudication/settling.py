"""Closing a line: exact amounts become whole minor units that add up, and totals are posted."""

from collections.abc import Callable

from domain.adjudication.balances import Use
from domain.adjudication.determination import LineDetermination, LineStatus, Step
from domain.adjudication.prepared import EXEMPT
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
    Taken,
)
from domain.money import Money, round_ratio


def settle(work: LineWork) -> None:
    """Round the running balance around every step, so that the parts add up to the bill.

    Only products that round at the end of a line have anything to settle.
    """
    if not work.terms.exact:
        return
    work.billed = _whole(work, work.billed)
    work.balance = _whole(work, work.balance)
    work.parts.clear()
    for taken in work.taken:
        before, after = _whole(work, taken.before), _whole(work, taken.after)
        taken.before, taken.after = before, after
        work.parts[taken.part] = work.parts.get(taken.part, 0) + before - after
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
    parts = work.parts
    deductible, copay = int(parts.get(DEDUCTIBLE, 0)), int(parts.get(COPAY, 0))
    borne = deductible + copay + int(parts.get(COINSURANCE, 0))
    filled = {"deductible": deductible, "copay": copay, "oop": borne, "paid": int(work.balance)}
    for name, amount in work.counted.items():
        filled[name] = int(amount)
    if not work.refused:
        _post(work, filled)
    return _determination(work, filled)


def _determination(work: LineWork, filled: dict[str, int]) -> LineDetermination:
    line, part = work.line, work.parts.get
    currency, amounts = line.billed.currency, work.claim.amounts

    def money(minor: Exact) -> Money:
        found = amounts.get(minor)
        if found is None:
            found = amounts[minor] = Money(int(minor), currency)
        return found

    return LineDetermination(
        line.line,
        line.code,
        line.category,
        LineStatus.REJECTED if work.refused else LineStatus.PASSED,
        line.billed,
        money(work.billed),
        money(work.allowed),
        money(part(WRITE_OFF, 0)),
        money(part(BALANCE_BILL, 0)),
        money(part(DEDUCTIBLE, 0)),
        money(part(COPAY, 0)),
        money(part(COINSURANCE, 0)),
        money(part(OVER_LIMIT, 0)),
        money(part(NOT_COVERED, 0)),
        money(work.balance),
        line.quantity,
        work.quantity,
        work.quantity_cut,
        work.unit_price,
        None if work.valued is None else money(work.valued),
        work.pays_when,
        "" if work.cover is None else work.cover.cover.policy,
        work.terms.terms.product,
        tuple(dict.fromkeys(work.reasons)) if work.reasons else (),
        work.checks,
        tuple([_step(taken, filled, money) for taken in work.taken]) if work.claim.traced else (),
    )


def _step(taken: Taken, filled: dict[str, int], money: Callable[[Exact], Money]) -> Step:
    before, after, left = taken.before, taken.after, taken.left
    return Step(
        taken.rule,
        money(before),
        money(after),
        money(before - after),
        taken.part,
        taken.limit_name,
        None if left is None else money(left),
        None if left is None else money(left - filled[taken.measure]),
        taken.reason,
    )


def _post(work: LineWork, filled: dict[str, int]) -> None:
    """Add the line to the totals of the member, the family and the claim."""
    running, mine, ours = work.claim.running, work.mine, work.ours
    for tracked in work.terms.tracked(work.promised(), work.setting):
        what, minor, count = tracked.what, 0, 0
        if tracked.measure == "visits":
            count = 1
        else:
            minor = filled.get(tracked.measure, 0)
            if not minor:
                continue
        # What is exempt from the ceilings must not fill them either.
        if work.exempt and tracked.measure == "paid":
            what = f"{EXEMPT}{what}"
        if tracked.life:
            running.add(mine.life + what, minor, count)
            running.add(ours.life + what, minor, count)
        else:
            running.add(mine.year + what, minor, count)
            running.add(ours.year + what, minor, count)
    _post_within_claim(work, filled)
    _post_use(work)


def _post_within_claim(work: LineWork, filled: dict[str, int]) -> None:
    """Totals that start afresh with every claim: a copay per claim, treatment scope."""
    for within in work.terms.within_claim(work.promised(), work.setting):
        if not (within.exemptible and work.exempt):
            work.claim.running.add_within_claim(within.name, filled[within.measure])


def _post_use(work: LineWork) -> None:
    line, case, on, benefit = work.line, work.claim.case, work.claim.on, work.promised()
    by_catalogue = line.service is not None and line.service.frequency_days > 0
    if on is None or not (by_catalogue or benefit.key in work.terms.followed):
        return
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
