"""What a product promises, as data: every figure and every choice that the engine follows.

A national scheme, a commercial plan and the plans of the requirements documents differ only in
the values held here: the order of steps, the edges of windows, the rounding, whose share a
percentage is, what a limit counts and where it applies. Amounts are `Money`; prices of one unit
and rates are exact decimals (0.20 = 20 %).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.money import Money, RoundingMode


class Whose(StrEnum):
    """Who bears the percentage that a product names."""

    MEMBER = "member"
    PLAN = "plan"


class RoundAt(StrEnum):
    """When a fraction of the rounding unit is settled: at each share, or once a line is done."""

    EACH_SHARE = "each_share"
    LINE_END = "line_end"


class Scope(StrEnum):
    """Whose total an amount is measured against."""

    LINE = "line"
    UNIT = "unit"
    CLAIM = "claim"
    MEMBER = "member"
    FAMILY = "family"


class Span(StrEnum):
    """How long a total runs before it starts again from zero."""

    YEAR = "year"
    LIFE = "life"


class YearIs(StrEnum):
    """What a benefit year is: a plan year with a fixed first day, or the policy's own cover."""

    PLAN_YEAR = "plan_year"
    COVER = "cover"


class Setting(StrEnum):
    """Hospital care and other care may have purses of their own."""

    ANY = "any"
    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"


class Counts(StrEnum):
    """What fills a limit: what the plan pays, or the amount allowed when the limit was reached."""

    PAID = "paid"
    ALLOWED = "allowed"


class PriceSource(StrEnum):
    """Which price counts.

    LESSER: the smaller of billed and contract price. SCHEDULE: the list, whatever was asked.
    PROVIDER: the price asked. RELATIVE: the list, paid once the period's index is known.
    """

    LESSER = "lesser"
    SCHEDULE = "schedule"
    PROVIDER = "provider"
    RELATIVE = "relative"


class ShareKind(StrEnum):
    """A percentage of the amount, or the most that is accepted for one unit."""

    PERCENT = "percent"
    FIXED = "fixed"


class CopayPer(StrEnum):
    LINE = "line"
    CLAIM = "claim"
    UNIT = "unit"


class Window(StrEnum):
    """Over which days earlier uses of a service are counted."""

    YEAR = "plan_year"
    MONTHS = "months"
    DAYS = "days"


class Exempt(StrEnum):
    """Where a benefit is outside the ceilings."""

    NONE = "none"
    HOSPITAL = "hospital"
    NON_HOSPITAL = "non_hospital"
    BOTH = "both"


class StayRule(StrEnum):
    """What makes care hospital care: a stay over night, or the level of the facility."""

    STAY = "stay"
    FACILITY = "facility"


class FamilyStyle(StrEnum):
    """Embedded: each member also has a part of his own. Aggregate: the family's total alone."""

    EMBEDDED = "embedded"
    AGGREGATE = "aggregate"


@dataclass(frozen=True, slots=True)
class Rounding:
    """Amounts become whole multiples of `unit_minor` minor units."""

    unit_minor: int = 1
    mode: RoundingMode = RoundingMode.HALF_UP
    at: RoundAt = RoundAt.EACH_SHARE


@dataclass(frozen=True, slots=True)
class Growth:
    """Each covered member above `threshold` adds `amount`; the total is held at `most`."""

    threshold: int
    amount: Money
    most: Money | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """An amount that the member bears up to, a year: one bound of a deductible or of the
    out-of-pocket maximum. CLAIM scope starts afresh with every claim."""

    scope: Scope
    amount: Money
    setting: Setting = Setting.ANY
    growth: Growth | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that is paid, to whom and over which time; `name` stands in the trace.

    `by_category`: only what was paid in the benefit's own category counts. `claim_category`:
    holds for claims of that category alone. `exemptible`: benefits may be declared exempt from
    it and then neither are cut by it nor fill it. `reason` is put on a line that it cuts.
    """

    name: str
    amount: Money
    scope: Scope
    span: Span = Span.YEAR
    by_category: bool = False
    claim_category: str = ""
    setting: Setting = Setting.ANY
    counts: Counts = Counts.PAID
    growth: Growth | None = None
    exemptible: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What is shared for one visit type (`any` = all): a rate, or the most for one unit.

    None for an age group means that nothing is shared or capped for it.
    """

    visit_type: str
    kind: ShareKind
    adult: Decimal | None
    child: Decimal | None


@dataclass(frozen=True, slots=True)
class Copay:
    amount: Money
    per: CopayPer = CopayPer.LINE


@dataclass(frozen=True, slots=True)
class Tier:
    """Visits up to and including number `upto` of the year bear this rate."""

    upto: int
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Frequency:
    """At most `count` uses in a window; `group` names the benefits that are counted together."""

    count: int
    window: Window
    length: int = 0
    group: tuple[str, ...] = ()
    per_site: bool = False


@dataclass(frozen=True, slots=True)
class WaitingMonths:
    adult: int = 0
    child: int = 0


@dataclass(frozen=True, slots=True)
class MaxQuantity:
    """Units a member may receive in one cover period; None = no limit."""

    adult: Decimal | None = None
    child: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    adult: Exempt = Exempt.NONE
    child: Exempt = Exempt.NONE


@dataclass(frozen=True, slots=True)
class Benefit:
    """What is promised for one service code, or for a whole category of services."""

    code: str = ""
    category: str = ""
    covered: bool = True
    price_source: PriceSource = PriceSource.LESSER
    shares: tuple[Share, ...] = ()
    coinsurance_min: Money | None = None
    coinsurance_max: Money | None = None
    copay: Copay | None = None
    deductible_applies: bool = True
    deductible_cap: Money | None = None
    visit_limit: int | None = None
    tiers: tuple[Tier, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    frequency: Frequency | None = None
    waiting: WaitingMonths = WaitingMonths()
    max_quantity: MaxQuantity = MaxQuantity()
    exempt: Exemption = Exemption()
    limits: tuple[Limit, ...] = ()

    @property
    def key(self) -> str:
        """The name under which uses and category totals of this benefit are counted."""
        return self.code or self.category


@dataclass(frozen=True, slots=True)
class ClaimCount:
    """The most claims of one category that a member may make in a cover period."""

    category: str
    most: int
    reason: str


@dataclass(frozen=True, slots=True)
class Order:
    """The steps for lines of one kind (`item`, `service`; empty = every kind), in order."""

    kind: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one product version: everything that configures the engine.

    `far_edge_counts`: a use exactly at the far end of a frequency window still counts.
    `later_uses_count`: so do uses after the day of service. `line_order` lists kinds of lines
    that are decided first, kind by kind; empty = as given. `year_start` is (month, day).
    A claim takes the first category of `category_ranking` that one of its services has; a stay
    counts as `category_of_stay`, and `category_otherwise` stands where none is found.
    """

    product: str
    version: int = 1
    currency: str = "TZS"
    effective_from: date | None = None
    effective_until: date | None = None
    rounding: Rounding = Rounding()
    percent_is: Whose = Whose.MEMBER
    claim_checks: tuple[str, ...] = ()
    line_order: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    year_is: YearIs = YearIs.PLAN_YEAR
    year_start: tuple[int, int] = (1, 1)
    far_edge_counts: bool = False
    later_uses_count: bool = False
    adult_age: int = 18
    stay_rule: StayRule = StayRule.STAY
    category_ranking: tuple[str, ...] = ()
    category_of_stay: str = ""
    category_otherwise: str = ""
    benefits: tuple[Benefit, ...] = ()
    deductibles: tuple[Threshold, ...] = ()
    out_of_pocket: tuple[Threshold, ...] = ()
    limits: tuple[Limit, ...] = ()
    claim_counts: tuple[ClaimCount, ...] = ()
    write_off_waived_when_exhausted: bool = False


def family_thresholds(
    individual: Money | None, family: Money | None, style: FamilyStyle = FamilyStyle.EMBEDDED
) -> tuple[Threshold, ...]:
    """The bounds of a deductible or out-of-pocket maximum of a family plan.

    Embedded: the smaller of what the member and what the family has left. Aggregate: what the
    family has left, whoever used it.
    """
    if style is FamilyStyle.AGGREGATE and family is not None:
        individual = None
    mine = (Threshold(Scope.MEMBER, individual),) if individual is not None else ()
    ours = (Threshold(Scope.FAMILY, family),) if family is not None else ()
    return mine + ours
