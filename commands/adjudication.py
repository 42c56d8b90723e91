"""What adjudication reads before it decides: cover, terms, prices, and what was used so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from uuid import UUID

from adapters.envelope import Loaded
from commands.codes import services_for
from commands.context import Desk
from domain.accumulator import ACCUMULATOR
from domain.accumulator.state import Accumulator
from domain.adjudication import case as cases
from domain.adjudication.balances import Balances
from domain.adjudication.product import Terms, YearIs
from domain.claim.events import BilledLine
from domain.claim.state import Submitted
from domain.ids import accumulator_id
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.member.state import Enrolled
from domain.money import Money, round_minor
from domain.periods import Period, plan_year
from domain.policy import POLICY
from domain.policy.decide import issued
from domain.policy.state import Issued, Uncovered
from domain.product import PRODUCT
from domain.product.decide import terms_on
from domain.provider import PROVIDER
from domain.provider.decide import registered
from domain.provider.state import Registered, Tariff

ONE_DAY = timedelta(days=1)
NO_SERVICES: Mapping[str, cases.Service] = MappingProxyType({})


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
    terms = terms_on(desk.store.load(PRODUCT, policy.product_id).state, claim.service_until)
    provider = registered(desk.store.load(PROVIDER, claim.provider_id).state)
    tariff = provider.tariff_on(claim.service_until)
    member = enrolled(desk.store.load(MEMBER, claim.member_id).state)
    yearly, lifetime = accumulators(desk, claim.policy_id, claim.service_until, policy, terms)
    services = services_for(desk, terms, (li.code for li in claim.lines), claim.service_until)
    approved = claim.preauthorisation_id
    return Gathered(
        case=the_case(claim_id, claim, policy, terms, member, provider, today, services),
        terms=terms,
        balances=together(yearly.state.without(approved), lifetime.state.without(approved)),
        product_id=policy.product_id,
        tariff_no=tariff.tariff_no if tariff else None,
        yearly=yearly,
        lifetime=lifetime,
    )


def the_case(
    claim_id: UUID,
    claim: Submitted,
    policy: Issued,
    terms: Terms,
    member: Enrolled,
    provider: Registered,
    today: date,
    services: Mapping[str, cases.Service] = NO_SERVICES,
) -> cases.Case:
    """The claim as the engine reads it; without cover on the day there is no policy in it, and
    cover counts as ended the day before.

    A tariff tells what is allowed for a service whether or not a contract binds the provider to
    it: without one, the gap is the member's rather than the provider's.
    """
    in_network = provider.in_network_on(claim.service_until)
    tariff = provider.tariff_on(claim.service_until)
    held = covers(claim, policy, terms)
    return cases.Case(
        claim_id=str(claim_id),
        member_id=str(claim.member_id),
        family_id=str(claim.policy_id),
        service_from=claim.service_from,
        service_to=claim.service_until,
        claimed_on=today,
        network=cases.Network.IN if in_network else cases.Network.OUT,
        visit_type=claim.visit_type,
        member=cases.Member(member.details.born_on, member.details.sex, member.active),
        covers=held,
        cover_ends_on=None if held else claim.service_until - ONE_DAY,
        facility_level=provider.level,
        lines=tuple(the_line(line, tariff, services.get(line.code)) for line in claim.lines),
    )


def covers(claim: Submitted, policy: Issued, terms: Terms) -> tuple[cases.Cover, ...]:
    """The policy as it stood for the member on the service day; none where there was no cover."""
    held = policy.cover_of(claim.member_id, claim.service_until)
    period = next((p for p in policy.periods if p.holds(claim.service_until)), None)
    if isinstance(held, Uncovered) or period is None:
        return ()
    return (
        cases.Cover(
            policy=policy.number,
            product=terms.product,
            status="active",
            stage="renewal" if policy.renewal else "new",
            effective_on=period.from_on,
            expires_on=last_day(period),
            members=tuple(
                cases.CoveredMember(str(c.member_id), c.period.from_on, last_day(c.period))
                for c in policy.covered
            ),
        ),
    )


def last_day(period: Period) -> date:
    """The last covered day of a half-open period; far in the future for an open one."""
    return date.max if period.until_on is None else period.until_on - ONE_DAY


def the_line(
    line: BilledLine, tariff: Tariff | None, service: cases.Service | None = None
) -> cases.ClaimLine:
    """A billed line with the contract price of its code, where the provider has one, and with
    its entry in the catalogue."""
    price = tariff.price_of(line.code) if tariff else None
    agreed = None
    if price is not None:
        minor = round_minor(line.quantity * price.unit_price.minor)
        agreed = Money(minor, price.unit_price.currency)
    return cases.ClaimLine(
        line=line.line,
        code=line.code,
        category=service.category if service is not None else line.category,
        quantity=line.quantity,
        billed=line.billed,
        contract_price=agreed,
        price_asked=line.billed.amount / line.quantity,
        list_price=price.unit_price.amount if price else None,
        on_price_list=price is not None,
        site=line.site,
        kind=service.kind if service is not None else cases.Kind.SERVICE,
        service=service,
    )


def accumulators(
    desk: Desk, policy_id: UUID, day: date, policy: Issued, terms: Terms
) -> tuple[Loaded[Accumulator], Loaded[Accumulator]]:
    """The accumulators of the benefit year of a day, and for life."""
    year = benefit_year(day, policy, terms)
    ids = (accumulator_id(policy_id, year), accumulator_id(policy_id, None))
    loaded = desk.store.load_many(ACCUMULATOR, ids)
    return loaded[ids[0]], loaded[ids[1]]


def benefit_year(day: date, policy: Issued, terms: Terms) -> date:
    """The first day of the benefit year: of the plan year, or of the policy period."""
    if terms.year_is is YearIs.PLAN_YEAR:
        return plan_year(day, terms.year_start).from_on
    return next((p.from_on for p in policy.periods if p.holds(day)), policy.periods[0].from_on)


def together(yearly: Balances, lifetime: Balances) -> Balances:
    """One view of both: yearly totals and lifelong ones never share a key."""
    return Balances({**yearly.totals, **lifetime.totals}, lifetime.uses)
