"""Questions before a claim: what would be paid, and what is left. Nothing is recorded."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from commands.adjudication import accumulators, benefit_year, gather, together
from commands.claims import Submission, covered_on
from commands.context import Desk
from commands.opening import account_of
from domain.accumulator.state import Accumulator
from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances
from domain.adjudication.determination import Determination
from domain.adjudication.limits_left import Accounts, Left, limits_left
from domain.claim.decide import lines_are_sound
from domain.claim.state import Submitted
from domain.money import total
from domain.policy import POLICY
from domain.policy.decide import issued
from domain.product import PRODUCT
from domain.product.decide import terms_on


def what_would_be_paid(desk: Desk, request: Submission) -> Determination:
    """A claim decided as if it came now, from the benefit that is left now.

    Raises what a submission would be refused with.
    """
    covered_on(desk, request.policy_id, request.member_id, request.service_until)
    lines_are_sound(request.lines)
    asked = Submitted(
        number="",
        member_id=request.member_id,
        policy_id=request.policy_id,
        provider_id=request.provider_id,
        kind=request.kind,
        visit_type=request.visit_type,
        service_from=request.service_from,
        service_until=request.service_until,
        diagnoses=request.diagnoses,
        lines=request.lines,
        billed=total((li.billed for li in request.lines), request.lines[0].billed.currency),
        payee=request.payee,
        invoice_no=request.invoice_no,
        submitted_on=desk.clock.today(),
        preauthorisation_id=request.preauthorisation_id,
    )
    which = request.claim_id or UUID(int=0)
    found = gather(desk, which, asked, max(desk.clock.today(), request.service_until))
    return adjudicate(found.case, found.terms, found.balances)


@dataclass(frozen=True, slots=True)
class LimitsOfPolicy:
    """`year` is the first day of the benefit year."""

    policy_id: UUID
    policy_number: str
    product: str
    product_version: int
    year: date
    limits: tuple[Left, ...]


def what_is_left(desk: Desk, policy_id: UUID, member_id: UUID, day: date) -> LimitsOfPolicy:
    """Every deductible, maximum and limit of a policy for a member and the benefit year of a day.

    Raises `claim.no_cover` where the member is not covered on the day.
    """
    covered_on(desk, policy_id, member_id, day)
    policy = issued(desk.store.load(POLICY, policy_id).state)
    terms = terms_on(desk.store.load(PRODUCT, policy.product_id).state, day)
    yearly, lifetime = accumulators(desk, policy_id, day, policy, terms)
    year = benefit_year(day, policy, terms)
    accounts = Accounts(
        account_of(policy_id, policy, terms, member_id),
        account_of(policy_id, policy, terms, None),
        year.isoformat(),
    )
    held = together(yearly.state.balances, lifetime.state.balances)
    free = together(unreserved(yearly.state), unreserved(lifetime.state))
    return LimitsOfPolicy(
        policy_id,
        policy.number,
        terms.product,
        terms.version,
        year,
        limits_left(terms, held, free, accounts),
    )


def unreserved(accumulator: Accumulator) -> Balances:
    """What has been used, without what is only kept for approved services."""
    balances = accumulator.balances
    for kept in accumulator.reserved:
        balances = balances.apply((-e for e in kept.entries), (-use for use in kept.uses))
    return balances
