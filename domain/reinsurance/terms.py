"""The terms of a reinsurance treaty as data: what is ceded, above what, up to what, and for whom.

Nothing here computes. Everything that differs between markets (rounding, how a recovery is
spread, the hours of a catastrophe, who bears a cut) is a field, so that two treaties differ by
their data only.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.money import Money, RoundingMode
from domain.periods import Period
from domain.ratio import NOTHING, WHOLE, Ratio
from domain.reinsurance.accounting_terms import (
    NO_ACCOUNT_TERMS,
    AccountTerms,
    LossCorridor,
    ProfitCommission,
)
from domain.reinsurance.commission_terms import Commission
from domain.reinsurance.premium_terms import ExcessPremium


class Kind(StrEnum):
    """The form of a section; the values are the codes of Open Exposure Data."""

    QUOTA_SHARE = "QS"
    SURPLUS = "SS"
    PER_RISK_EXCESS = "PR"
    CATASTROPHE_EXCESS = "CXL"
    AGGREGATE_EXCESS = "AXL"
    FACULTATIVE = "FAC"


class RiskLevel(StrEnum):
    """Whose losses add up to one risk; WHOLE_SCOPE makes the scope a single risk."""

    CLAIM = "claim"
    MEMBER = "member"
    POLICY = "policy"
    ACCOUNT = "account"
    WHOLE_SCOPE = "scope"


class Basis(StrEnum):
    """Which date puts a loss into the treaty period."""

    LOSSES_OCCURRING = "LO"
    RISKS_ATTACHING = "RA"


class Attribution(StrEnum):
    """Who is served first by a limited cover: nobody (in proportion) or the earlier loss."""

    IN_PROPORTION = "in_proportion"
    IN_ORDER = "in_order"


class Posting(StrEnum):
    """What is one posted, and so rounded, line.

    LOSS: each loss. EVENT: the event; its total is split over the losses by largest remainder.
    ALLOCATED: the event as well, but its losses carry their exact parts into the next priority
    and are rounded for reading only, as engines for exposure data do.
    """

    LOSS = "loss"
    EVENT = "event"
    ALLOCATED = "allocated"


class Overspill(StrEnum):
    """Where the part that an event limit cuts off goes back to."""

    TO_EACH_RISK = "to_each_risk"
    TO_THE_EVENT = "to_the_event"


class ExpenseRule(StrEnum):
    """How claim expenses meet a layer."""

    EXCLUDED = "excluded"
    INCLUDED = "included"
    IN_PROPORTION = "in_proportion"


@dataclass(frozen=True, slots=True)
class Cover:
    """`limit` in excess of `attachment`; None is no attachment, or no limit.

    With `franchise` the attachment is only a threshold: once exceeded, the loss is covered from
    the ground. `nothing_above` is the reverse: a loss that exceeds it is not covered at all.
    """

    attachment: Money | None = None
    limit: Money | None = None
    franchise: bool = False
    nothing_above: Money | None = None


NO_COVER_TERMS = Cover()


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """What a section covers. Fields of a row must all match, an empty one matches everything;
    a risk is in scope when any row holds it. `cession` is a share of that row's own."""

    portfolio: str = ""
    account: str = ""
    policy: str = ""
    group: str = ""
    member: str = ""
    line_of_business: str = ""
    country: str = ""
    tag: str = ""
    cession: Ratio | None = None


@dataclass(frozen=True, slots=True)
class LineOfTable:
    """Retention of one risk grade, and how many times it is ceded (None: as the section)."""

    grade: str
    retention: Money
    lines: Ratio | None = None


@dataclass(frozen=True, slots=True)
class Surplus:
    """`lines` times the retention, above the retention and the lines of earlier surpluses."""

    retention: Money
    lines: Ratio
    lines_below: Ratio = NOTHING
    table: tuple[LineOfTable, ...] = ()


@dataclass(frozen=True, slots=True)
class Participant:
    """A reinsurer and its share of what the treaty cedes; `commission` where its own differs."""

    reinsurer: str
    share: Ratio
    commission: Ratio | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One layer, line or proportional part of a treaty.

    A loss passes: `cession` → `risk` → `occurrence` → `aggregate` → `placed` (all of a treaty's
    sections read the same incoming loss). `cession` before the limits and `placed` after them is
    what tells a limit on the ceded amount from a limit on the 100 % amount.
    """

    section_id: str
    kind: Kind
    cession: Ratio = WHOLE
    surplus: Surplus | None = None
    scope: tuple[ScopeRow, ...] = ()
    risk_level: RiskLevel = RiskLevel.POLICY
    risk: Cover = NO_COVER_TERMS
    occurrence: Cover = NO_COVER_TERMS
    minimum_lives: int = 0
    aggregate: Cover = NO_COVER_TERMS
    placed: Ratio = WHOLE
    expenses: ExpenseRule = ExpenseRule.EXCLUDED
    attribution: Attribution = Attribution.IN_PROPORTION
    commission: Commission | None = None
    premium: ExcessPremium | None = None


@dataclass(frozen=True, slots=True)
class Treaty:
    """Terms of one treaty version. `priority` is its inuring order: lower reads the loss first."""

    treaty_id: str
    currency: str
    sections: tuple[Section, ...]
    priority: int = 1
    period: Period | None = None
    basis: Basis = Basis.LOSSES_OCCURRING
    participants: tuple[Participant, ...] = ()
    rounding: RoundingMode = RoundingMode.HALF_UP
    posting: Posting = Posting.LOSS
    overspill: Overspill = Overspill.TO_EACH_RISK
    hours_clause: int | None = None
    corridor: LossCorridor | None = None
    profit_commission: ProfitCommission | None = None
    account: AccountTerms = NO_ACCOUNT_TERMS
