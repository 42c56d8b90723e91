"""The rules by name, as an adjuster reads them aloud; a product's terms put them in order."""

from collections.abc import Mapping
from functools import partial

from domain.adjudication import checks, limiting, pricing, sharing
from domain.adjudication.prepared import Prepared, all_limits
from domain.adjudication.product import Order
from domain.adjudication.working import Course, Rule

CHECKS: Mapping[str, Rule] = {
    "reviewer": checks.reviewer,
    "code_valid": checks.code_valid,
    "price_list": checks.price_list,
    "care_type": checks.care_type,
    "patient_group": checks.patient_group,
    "frequency": checks.frequency,
    "benefit": checks.benefit,
    "age": checks.age,
    "waiting_period": checks.waiting_period,
    "quantity_limit": checks.quantity_limit,
    "claim_count": checks.claim_count,
    "visit_limit": checks.visit_limit,
}
SHARES: Mapping[str, Rule] = {
    "price": pricing.price,
    "unit_cap": pricing.unit_cap,
    "deductible": sharing.deductible,
    "copay": sharing.copay,
    "coinsurance": sharing.coinsurance,
    "out_of_pocket": sharing.out_of_pocket,
    "limits": limiting.limits,
}
RULES: Mapping[str, Rule] = {**CHECKS, **SHARES}

# National schemes look at goods first for the patient, at services first for the frequency.
_SCHEME_START = ("reviewer", "code_valid", "price_list", "care_type")
_SCHEME_SHARES = ("price", "unit_cap", "deductible", "coinsurance", "limits")
NATIONAL_SCHEME = (
    Order(
        "item",
        (
            *_SCHEME_START,
            "patient_group",
            "frequency",
            "benefit",
            "waiting_period",
            "quantity_limit",
            *_SCHEME_SHARES,
        ),
    ),
    Order(
        "service",
        (
            *_SCHEME_START,
            "frequency",
            "patient_group",
            "benefit",
            "waiting_period",
            "quantity_limit",
            "claim_count",
            *_SCHEME_SHARES,
        ),
    ),
)
DEFAULT_SHARING = ("deductible", "copay", "coinsurance")


def commercial(sharing_steps: tuple[str, ...] = DEFAULT_SHARING) -> tuple[Order, ...]:
    """The order of a commercial plan around its own sequence of cost-sharing steps.

    The out-of-pocket maximum and the limits come last unless the plan places them itself.
    """
    last = tuple(step for step in ("out_of_pocket", "limits") if step not in sharing_steps)
    checks_before = ("reviewer", "benefit", "age", "waiting_period", "quantity_limit")
    first = (*checks_before, "price", "frequency", "visit_limit")
    return (Order("", first + sharing_steps + last),)


def course_for(terms: Prepared, kind: str) -> Course:
    """The rules for one kind of line, in the product's order; a limit's name is that limit alone.

    Raises KeyError for a word that is neither a rule nor a limit; `check` finds these first.
    """
    found = terms.courses.get(kind)
    if found is None:
        steps = terms.steps_for(kind)
        found = terms.courses[kind] = Course(
            tuple(_rule(terms, step) for step in steps),
            tuple(
                tuple(step for step in steps[:number] if step in CHECKS)
                for number in range(len(steps) + 1)
            ),
        )
    return found


def _rule(terms: Prepared, step: str) -> Rule:
    if step in RULES:
        return RULES[step]
    if all(limit.name != step for limit in all_limits(terms.terms)):
        raise KeyError(f"{step!r} is neither a step nor a limit of {terms.terms.product}")
    return partial(limiting.limit_named, name=step)
