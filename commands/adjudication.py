"""What adjudication reads before it decides: cover, terms, prices, and what was used so far."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from adapters.envelope import Loaded
from commands.context import Desk
from domain.accumulator import ACCUMULATOR, Accumulator
from domain.adjudication import case as cases
from domain.adjudication.balances import Balances
from domain.adjudication.product import Terms, YearIs
from domain.claim.events import BilledLine
from domain.claim.state import Submitted
from domain.ids import accumulator_id
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.money import Money
from domain.periods import plan_year
from domain.policy import POLICY
from domain.policy.decide import issued
from domain.policy.state import Issued, Uncovered
from domain.product import PRODUCT
from domain.product.decide import terms_on
from domain.provider import PROVIDER
from domain.provider.decide import registered
from domain.provider.state import Registered, Tariff


@dataclass(frozen=True, slots=True)
class Gathered:
    """A case ready to decide, and the accumulators that it will change."""

    case: cases.Case
    terms: Terms
    balances: Balances
    product_id: UUID
    tariff_no: int | None
    yearly: Loaded[Accumulator]
    lifetime: Loaded[Accumulator]


def gather(desk: Desk, claim_id: UUID, claim: Submitted, today: date) -> Gathered:
    """Everything the decision needs, as it stands on the claim's service day."""
    policy = issued(desk.store.load(POLICY, claim.policy_id).state)
    terms = terms_on(desk.store.load(PRODUCT, policy.product_id).state, claim.service_from)
    provider = registered(desk.store.load(PROVIDER, claim.provider_id).state)
    tariff = provider.tariff_on(claim.service_from)
    yearly, lifetime = accumulators(desk, claim, policy, terms)
    return Gathered(
        case=the_case(desk, claim_id, claim, policy, provider, tariff, today),
        terms=terms,
        balances=together(yearly.state, lifetime.state),
        product_id=policy.product_id,
        tariff_no=tariff.tariff_no if tariff else None,
        yearly=yearly,
        lifetime=lifetime,
    )
