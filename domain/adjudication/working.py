"""A claim and a line while they are being decided. The rules read and change these; nobody else.

Amounts are whole minor units; where a product rounds a line only once it is done they may be
exact fractions in between.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from domain.adjudication.balances import LIFE, Balances
from domain.adjudication.case import Case, ClaimLine, Cover
from domain.adjudication.determination import PaysWhen
from domain.adjudication.prepared import Prepared
from domain.adjudication.product import Benefit, Exempt, Setting, Share, YearIs
from domain.adjudication.running import Running
from domain.money import Money

Exact = int | Fraction

WRITE_OFF = "write_off"
BALANCE_BILL = "balance_bill"
DEDUCTIBLE = "deductible"
COPAY = "copay"
COINSURANCE = "coinsurance"
OVER_LIMIT = "over_limit"
NOT_COVERED = "not_covered"


@dataclass(slots=True)
class CoverInForce:
    """A policy that covers the member on the day, with the member's own covered days."""

    cover: Cover
    terms: Prepared
    first_on: date
    last_on: date
    lives: int


@dataclass(slots=True)
class Taken:
    """What one step took off a line; finished into a `Step` when the line is settled.

    `measure` tells which total the named limit is filled by, so that the balance after it can
    be told once the line's final figures are known.
    """

    rule: str
    part: str
    before: Exact
    after: Exact
    limit_name: str = ""
    left: int | None = None
    measure: str = ""
    reason: str = ""


class Account:
    """Somebody's totals for a benefit year and for life: `year` + what is the key of a total."""

    __slots__ = ("life", "year")

    def __init__(self, who: str, year: str) -> None:
        self.year = f"{who}|{year}|"
        self.life = f"{who}|{LIFE}|"


class ClaimWork:
    """What all lines of a claim share while it is decided."""

    __slots__ = (
        "adult",
        "age",
        "amounts",
        "case",
        "category",
        "covers",
        "main",
        "mine",
        "on",
        "others",
        "ours",
        "running",
        "setting",
        "traced",
    )

    def __init__(
        self,
        case: Case,
        main: Prepared,
        others: Mapping[str, Prepared],
        balances: Balances,
        traced: bool = True,
    ) -> None:
        self.case = case
        self.main = main
        self.others = others
        self.traced = traced
        self.running = Running(balances, case.member_id)
        self.on = case.service_on
        self.age = case.member.age_on(self.on)
        self.adult = self.age is None or self.age >= main.terms.adult_age
        self.category = ""
        # Amounts are all in the product's currency and the same few come again in every step.
        self.amounts: dict[Exact, Money] = {}
        self.covers: list[CoverInForce] = []
        self.setting = main.setting_of(case)
        year = "" if self.on is None else main.year_of(self.on)
        self.mine, self.ours = Account(case.member_id, year), Account(case.family_id, year)


class LineWork:
    """One line on its way through the steps; `balance` is what is still left for the plan."""

    __slots__ = (
        "allowed",
        "balance",
        "benefit",
        "billed",
        "checks",
        "claim",
        "counted",
        "cover",
        "exempt",
        "line",
        "mine",
        "ours",
        "parts",
        "pays_when",
        "quantity",
        "quantity_cut",
        "reasons",
        "refused",
        "setting",
        "taken",
        "terms",
        "unit_price",
        "valued",
        "visit",
    )

    def __init__(self, claim: ClaimWork, line: ClaimLine) -> None:
        self.claim = claim
        self.line = line
        self.terms = claim.main
        self.cover: CoverInForce | None = None
        self.benefit: Benefit | None = None
        self.setting = claim.setting
        self.exempt = False
        self.billed: Exact = line.billed.minor
        self.balance: Exact = line.billed.minor
        self.allowed: Exact = 0
        self.valued: Exact | None = None
        self.unit_price: Decimal | None = None
        self.quantity = line.quantity if line.quantity_reviewed is None else line.quantity_reviewed
        self.quantity_cut = False
        self.visit = 0
        self.pays_when = PaysWhen.NOW
        self.refused = False
        self.reasons: list[str] = []
        self.checks: tuple[str, ...] = ()
        self.taken: list[Taken] = []
        self.parts: dict[str, Exact] = {}
        self.counted: dict[str, Exact] = {}
        self.mine, self.ours = claim.mine, claim.ours

    def take(
        self,
        rule: str,
        part: str,
        amount: Exact,
        limit_name: str = "",
        left: int | None = None,
        measure: str = "",
        reason: str = "",
    ) -> None:
        """Move an amount from the plan's balance to one part of the bill (negative: back)."""
        before = self.balance
        self.balance = after = before - amount
        self.taken.append(Taken(rule, part, before, after, limit_name, left, measure, reason))
        if amount:
            self.parts[part] = self.parts.get(part, 0) + amount
        if reason:
            self.reasons.append(reason)

    def refuse(self, rule: str, reason: str) -> None:
        """Nothing of what is left is covered; no further step is taken."""
        self.take(rule, NOT_COVERED, self.balance, reason=reason)
        self.refused = True

    def promised(self) -> Benefit:
        """The benefit that the `benefit` step chose; every order that shares costs has it."""
        assert self.benefit is not None, "the order has no step 'benefit' before this one"
        return self.benefit

    def choose(self, benefit: Benefit, cover: CoverInForce | None) -> None:
        """Decide the rest of the line under this benefit, of this policy if there are several."""
        self.benefit = benefit
        if cover is not None:
            self.under(cover)
        exempt = benefit.exempt.adult if self.claim.adult else benefit.exempt.child
        if exempt is not Exempt.NONE:
            hospital = self.setting is Setting.INPATIENT
            where = Exempt.HOSPITAL if hospital else Exempt.NON_HOSPITAL
            self.exempt = exempt in (Exempt.BOTH, where)

    def under(self, cover: CoverInForce) -> None:
        """Use the terms and the accounts of one policy."""
        self.cover = cover
        self.terms = cover.terms
        self.setting = cover.terms.setting_of(self.claim.case)
        if cover.terms.terms.year_is is YearIs.COVER:
            policy, year = cover.cover.policy, cover.cover.effective_on.isoformat()
            member = member_account(self.claim.case.member_id, policy)
            self.mine, self.ours = Account(member, year), Account(policy, year)

    def share(self) -> Share | None:
        return share_for(self.promised(), self.claim.case.visit_type)


Rule = Callable[[LineWork], None]


@dataclass(frozen=True, slots=True)
class Course:
    """The rules for a line in order; `passed[n]` names the checks among the first n of them."""

    rules: tuple[Rule, ...]
    passed: tuple[tuple[str, ...], ...]


def member_account(member: str, policy: str) -> str:
    """The account of a member under one policy, where accounts are kept by policy."""
    return f"{member}@{policy}"


def share_for(benefit: Benefit, visit_type: str) -> Share | None:
    """The share that holds for a visit type: its own, else the one for any, else the ordinary."""
    for wanted in (visit_type, "any", "ordinary") if benefit.shares else ():
        for share in benefit.shares:
            if share.visit_type == wanted:
                return share
    return None
