"""One claim as the engine sees it: who, when, where, and the lines with what was gathered.

Everything that a decision reads is in here, so that an auditor can decide it again: the
catalogue entry and the price row of the service day stand on the line.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.money import Money, exponent, round_minor
from domain.periods import Period, age_on


class Network(StrEnum):
    IN = "in"
    OUT = "out"


class Kind(StrEnum):
    """Goods (medicines, supplies) or services; schemes decide them in different orders."""

    ITEM = "item"
    SERVICE = "service"


class CareType(StrEnum):
    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Service:
    """A catalogue entry. `who` names the groups that may receive it; empty = everybody.

    `bundle_price` is the flat price of a bundle: no unit costs more. Prices are major units.
    """

    code: str
    kind: Kind = Kind.SERVICE
    category: str = ""
    base_price: Decimal = Decimal(0)
    care_type: CareType = CareType.BOTH
    frequency_days: int = 0
    who: tuple[str, ...] = ()
    retired: bool = False
    bundle_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One row of a provider's price list; `price` None = the catalogue price holds."""

    price: Decimal | None
    valid: Period


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A billed line. `billed` is what was asked for it; `contract_price` what was agreed.

    `price_asked` and `price_reviewed` are for one unit. A reviewer's figure wins over the
    billed one; `reviewed_out` = the reviewer refused the line; `withdrawn` = taken back.
    `on_price_list` False = the provider has no price for the code on the day of service.
    """

    line: int
    code: str
    category: str
    quantity: Decimal
    billed: Money
    contract_price: Money | None = None
    kind: Kind = Kind.SERVICE
    site: str = ""
    price_asked: Decimal | None = None
    list_price: Decimal | None = None
    on_price_list: bool = True
    quantity_reviewed: Decimal | None = None
    price_reviewed: Decimal | None = None
    reviewed_out: bool = False
    withdrawn: bool = False
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """The facts about the patient that rules read; an `age` given outright wins over the date."""

    born_on: date | None = None
    sex: str = ""
    valid: bool = True
    age: int | None = None

    def age_on(self, day: date | None) -> int | None:
        if self.age is not None or self.born_on is None or day is None:
            return self.age
        return age_on(self.born_on, day)


@dataclass(frozen=True, slots=True)
class CoveredMember:
    """A member of a policy; None = from or until the policy's own days (both covered)."""

    member: str
    from_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """A policy as it stood: `effective_on` and `expires_on` are both covered days.

    `product` names the terms that hold for it.
    """

    policy: str
    product: str
    status: str
    stage: str
    effective_on: date
    expires_on: date
    members: tuple[CoveredMember, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A claim to decide.

    `cover_ends_on`: the last covered day where cover has been ended and no policies are given.
    """

    claim_id: str
    member_id: str
    family_id: str
    service_from: date | None
    lines: tuple[ClaimLine, ...]
    service_to: date | None = None
    claimed_on: date | None = None
    network: Network = Network.IN
    visit_type: str = "ordinary"
    member: Member = Member()
    covers: tuple[Cover, ...] = ()
    facility_level: str = ""
    facility_care: CareType = CareType.BOTH
    cover_ends_on: date | None = None

    @property
    def service_on(self) -> date | None:
        """The day a claim is judged by: the last day of care, or its only one."""
        return self.service_to or self.service_from

    @property
    def is_stay(self) -> bool:
        """Whether the patient stayed at least one night."""
        first, last = self.service_from, self.service_to
        return first is not None and last is not None and last > first


def price_on(rows: tuple[PriceRow, ...], day: date) -> PriceRow | None:
    """The row of a price list that holds on a day; the one that started last, if several do."""
    holding = [row for row in rows if row.valid.holds(day)]
    return max(holding, key=lambda row: row.valid.from_on) if holding else None


def line_amount(quantity: Decimal, unit_price: Decimal, currency: str) -> Money:
    """Units times a price in major units, rounded half up to the minor unit."""
    minor = (quantity * unit_price).scaleb(exponent(currency))
    return Money(round_minor(minor), currency)


def looked_up(
    line: ClaimLine, service: Service | None, rows: tuple[PriceRow, ...], on: date | None
) -> ClaimLine:
    """The line with its catalogue entry and the provider's price of the day.

    A row without a price takes the catalogue's. Where no price was asked, the line is taken to
    be billed at its list price.
    """
    row = price_on(rows, on) if on is not None else None
    base = service.base_price if service is not None else None
    listed = row.price if row is not None and row.price is not None else base
    billed = line.billed
    if line.price_asked is None and listed is not None and not billed:
        billed = line_amount(line.quantity, listed, billed.currency)
    return replace(
        line,
        category=service.category if service is not None else line.category,
        kind=service.kind if service is not None else line.kind,
        billed=billed,
        list_price=listed,
        on_price_list=row is not None,
        service=service,
    )
