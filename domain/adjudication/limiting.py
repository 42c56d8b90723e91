"""The most that the plan pays: for a service, a category, a claim, a year or a lifetime."""

from fractions import Fraction

from domain.adjudication.prepared import EXEMPT, Held
from domain.adjudication.product import Counts, Scope, Setting
from domain.adjudication.sharing import grown, used_of
from domain.adjudication.working import OVER_LIMIT, WRITE_OFF, LineWork


def limits(work: LineWork) -> None:
    """Every limit that the order does not name by itself: the benefit's own, then the plan's."""
    steps = work.claim.main.steps_for(work.line.kind)
    for held in work.terms.limits_beside(work.promised(), steps):
        _apply(work, held)
    _waive_write_off(work)


def limit_named(work: LineWork, name: str) -> None:
    """The limits of one name, the benefit's own and the plan's, where the order puts them."""
    for held in work.terms.limits_named(work.promised(), name):
        _apply(work, held)


def _apply(work: LineWork, held: Held) -> None:
    """Cut what is left of the line to what is left of the limit; the rest is the member's."""
    limit, measure = held.limit, held.measure
    if limit.claim_category and limit.claim_category != work.claim.category:
        return
    if limit.setting not in (Setting.ANY, work.setting) or (limit.exemptible and work.exempt):
        return
    left = _left_of(work, held)
    over = max(0, work.balance - left)
    reason = limit.reason if over else ""
    work.take("limits", OVER_LIMIT, over, limit.name, left, measure, reason)
    if limit.counts is not Counts.PAID:
        work.counted[measure] = work.balance


def _left_of(work: LineWork, held: Held) -> int:
    limit, what = held.limit, held.what
    amount = limit.amount.minor
    if limit.growth is not None:
        amount = grown(work, amount, limit.growth)
    if limit.scope is Scope.LINE:
        return amount
    if limit.scope is Scope.UNIT:
        units = Fraction(work.quantity) * amount
        return units.numerator // units.denominator
    if limit.scope is Scope.CLAIM:
        return max(0, amount - used_of(work, Scope.CLAIM, limit.name))
    used = used_of(work, limit.scope, what, limit.span)
    if work.terms.exempts and limit.counts is Counts.PAID and not limit.exemptible:
        used += used_of(work, limit.scope, f"{EXEMPT}{what}", limit.span)
    return max(0, amount - used)


def _waive_write_off(work: LineWork) -> None:
    """A plan that pays nothing because a limit is used up gives no contract price either."""
    if not work.terms.terms.write_off_waived_when_exhausted or work.balance:
        return
    written_off = work.parts.get(WRITE_OFF, 0)
    if written_off and work.parts.get(OVER_LIMIT, 0):
        work.take("write_off_waived", WRITE_OFF, -written_off)
        work.take("write_off_waived", OVER_LIMIT, written_off)
