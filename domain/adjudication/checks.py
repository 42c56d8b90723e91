"""Checks that refuse a line, or let it pass as it is. Each is one rule of the claims desk."""

from datetime import date, timedelta

from domain.adjudication.balances import Use
from domain.adjudication.case import CareType
from domain.adjudication.pricing import own_share
from domain.adjudication.product import Benefit, Frequency, ShareKind, Window
from domain.adjudication.working import CoverInForce, LineWork, share_for
from domain.periods import Period, add_months, plan_year, through


def reviewer(work: LineWork) -> None:
    if work.line.reviewed_out:
        work.refuse("reviewer", "REVIEWER_REJECTED")


def code_valid(work: LineWork) -> None:
    service = work.line.service
    if service is None or service.retired:
        work.refuse("code_valid", "CODE_INVALID")


def price_list(work: LineWork) -> None:
    if not work.line.on_price_list:
        work.refuse("price_list", "NOT_ON_PRICE_LIST")


def care_type(work: LineWork) -> None:
    """Hospital-only care needs a stay and a facility that admits; day care must not be a stay."""
    service, case = work.line.service, work.claim.case
    wanted = service.care_type if service is not None else CareType.BOTH
    if wanted is CareType.BOTH:
        return
    given = CareType.INPATIENT if case.is_stay else CareType.OUTPATIENT
    if wanted is not given or case.facility_care not in (CareType.BOTH, wanted):
        work.refuse("care_type", "CARE_TYPE")


def patient_group(work: LineWork) -> None:
    """The groups named for a service hold for sex and for age apart: males = males of any age."""
    who = work.line.service.who if work.line.service is not None else ()
    if not who:
        return
    sex = "female" if work.claim.case.member.sex == "F" else "male"
    age = "adult" if work.claim.adult else "child"
    by_sex = {"male", "female"}.intersection(who)
    by_age = {"adult", "child"}.intersection(who)
    if (by_sex and sex not in by_sex) or (by_age and age not in by_age):
        work.refuse("patient_group", "PATIENT_GROUP")


def frequency(work: LineWork) -> None:
    """Not more uses in the window than the benefit, or else the catalogue, allows."""
    rule = work.benefit.frequency if work.benefit is not None else None
    service, running = work.line.service, work.claim.running
    used: list[Use] = []
    if rule is not None:
        for key in dict.fromkeys(rule.group or (work.promised().key,)):
            used += running.uses_of_benefit(key)
    elif service is not None and service.frequency_days:
        rule = Frequency(1, Window.DAYS, service.frequency_days)
        used += running.uses_of_code(work.line.code)
    else:
        return
    if rule.per_site:
        used = [use for use in used if use.site == work.line.site]
    if sum(use.times for use in used if _in_window(work, rule, use.on)) >= rule.count:
        work.refuse("frequency", "FREQUENCY")


def _in_window(work: LineWork, rule: Frequency, used_on: date) -> bool:
    on, terms = work.claim.on, work.terms.terms
    if on is None:
        return False
    if rule.window is Window.YEAR:
        return work.terms.year_of(used_on) == work.terms.year_of(on)
    if rule.window is Window.MONTHS:
        edge = add_months(on, -rule.length)
    else:
        edge = on - timedelta(days=rule.length)
    if used_on > on:
        return terms.later_uses_count
    return used_on >= edge if terms.far_edge_counts else used_on > edge


def benefit(work: LineWork) -> None:
    """The benefit for the service; of several policies the one that leaves the member least.

    Where two leave the same, a percentage goes before a fixed amount, then the first named.
    """
    found: list[tuple[Benefit, CoverInForce | None]] = []
    line = work.line
    for cover in work.claim.covers or (None,):
        terms = work.claim.main if cover is None else cover.terms
        promised = terms.benefit_for(line.code, line.category)
        if promised is not None and promised.covered:
            found.append((promised, cover))
    if not found:
        work.refuse("benefit", "NOT_COVERED")
        return
    if len(found) > 1:
        found.sort(key=lambda each: _left_with_member(work, *each))
    work.choose(*found[0])


def _left_with_member(
    work: LineWork, promised: Benefit, cover: CoverInForce | None
) -> tuple[object, bool]:
    share = share_for(promised, work.claim.case.visit_type)
    fixed = share is not None and share.kind is ShareKind.FIXED
    terms = cover.terms if cover is not None else work.claim.main
    return own_share(work, promised, terms.terms.percent_is), fixed


def age(work: LineWork) -> None:
    """The member's age on the day is within the benefit's ages, both ends included."""
    promised, years = work.promised(), work.claim.age
    if years is None:
        return
    low, high = promised.age_min, promised.age_max
    if (low is not None and years < low) or (high is not None and years > high):
        work.refuse("age", "AGE_LIMIT")


def waiting_period(work: LineWork) -> None:
    """Calendar months from the member's own start, for a new policy or a member who joined later.

    The day on which the months are up is covered.
    """
    waiting, cover, on = work.promised().waiting, work.cover, work.claim.on
    months = waiting.adult if work.claim.adult else waiting.child
    if not months or cover is None or on is None:
        return
    waits = cover.cover.stage == "new" or cover.first_on > cover.cover.effective_on
    if waits and on < add_months(cover.first_on, months):
        work.refuse("waiting_period", "WAITING_PERIOD")


def quantity_limit(work: LineWork) -> None:
    """Units in the cover period; a line that crosses the limit is cut to what is left."""
    promised = work.promised()
    most = promised.max_quantity.adult if work.claim.adult else promised.max_quantity.child
    if most is None:
        return
    used = work.claim.running.units(promised.key, _cover_period(work))
    left = most - used
    if left <= 0:
        work.refuse("quantity_limit", "QTY_LIMIT")
    elif work.quantity > left:
        work.quantity = left
        work.quantity_cut = True


def _cover_period(work: LineWork) -> Period:
    """The member's own days under the policy, or the plan year where no policy was given."""
    if work.cover is not None:
        return through(work.cover.first_on, work.cover.last_on)
    return plan_year(work.claim.on or date.min, work.terms.terms.year_start)


def claim_count(work: LineWork) -> None:
    """The member has not yet made all the claims of this claim's category that he may."""
    for rule in work.terms.terms.claim_counts:
        if rule.category == work.claim.category:
            made = work.claim.running.total(f"{work.mine.year}claims:{rule.category}")
            if made >= rule.most:
                work.refuse("claim_count", rule.reason)
                return


def visit_limit(work: LineWork) -> None:
    """Visits of the year are not used up, neither by number nor beyond the last tier."""
    promised = work.promised()
    if promised.visit_limit is None and not promised.tiers:
        return
    made = work.claim.running.total(f"{work.mine.year}visits:{promised.key}")
    work.visit = made + 1
    most = [promised.visit_limit] if promised.visit_limit is not None else []
    most += [max(tier.upto for tier in promised.tiers)] if promised.tiers else []
    if work.visit > min(most):
        work.refuse("visit_limit", "VISIT_LIMIT")
