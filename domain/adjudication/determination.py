"""The result of adjudication: each line split into who bears what, with the steps that led there.

For every line, under every product: billed = write_off + balance_bill + deductible + copay +
coinsurance + over_limit + not_covered + plan_pays. Lines add up to the claim.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.adjudication.balances import Entry, Use
from domain.money import Money


class LineStatus(StrEnum):
    PASSED = "passed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ClaimStatus(StrEnum):
    """Rejected as a whole; valued; or valued and waiting for the index of its period."""

    REJECTED = "rejected"
    VALUATED = "valuated"
    WAITING_FOR_INDEX = "processed_waiting_for_index"


class PaysWhen(StrEnum):
    NOW = "now"
    AFTER_INDEX = "after the period's index is known"


@dataclass(frozen=True, slots=True)
class Step:
    """One rule at work on a line.

    `before` and `after` are what is left for the plan around the step, `amount` what the step
    took off (negative: gave back) and `part` into which part of the bill it went. Where a
    deductible, maximum or limit was read, `limit_name` names it and the balances tell what was
    left of it before and after.
    """

    rule: str
    before: Money
    after: Money
    amount: Money
    part: str = ""
    limit_name: str = ""
    balance_before: Money | None = None
    balance_after: Money | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LineDetermination:
    """One line decided. `asked` is the bill as it came in; `billed` is the charge that is split.

    They differ only where a tariff pays its list price though less was asked. `valued` is
    quantity times price after a cap for one unit, before anybody's share. `checks` are the
    rules that the line passed, in order.
    """

    line: int
    code: str
    category: str
    status: LineStatus
    asked: Money
    billed: Money
    allowed: Money
    write_off: Money
    balance_bill: Money
    deductible: Money
    copay: Money
    coinsurance: Money
    over_limit: Money
    not_covered: Money
    plan_pays: Money
    quantity_asked: Decimal = Decimal(1)
    quantity: Decimal = Decimal(1)
    quantity_cut: bool = False
    unit_price: Decimal | None = None
    valued: Money | None = None
    pays_when: PaysWhen = PaysWhen.NOW
    policy: str = ""
    product: str = ""
    reasons: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    trace: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        parts = (
            self.write_off.minor
            + self.balance_bill.minor
            + self.deductible.minor
            + self.copay.minor
            + self.coinsurance.minor
            + self.over_limit.minor
            + self.not_covered.minor
            + self.plan_pays.minor
        )
        assert parts == self.billed.minor, f"line {self.line}: parts {parts} of {self.billed}"
        assert self.plan_pays.minor >= 0, f"line {self.line}: negative payment {self.plan_pays}"

    @property
    def member_pays(self) -> Money:
        """Everything that is left with the member: all but the write-off and the plan's part."""
        return self.billed - self.write_off - self.plan_pays

    @property
    def reason(self) -> str:
        """The refusal, or the last limit that cut the line; empty where nothing did."""
        return self.reasons[-1] if self.reasons else ""

    def cut_by(self, limit_name: str) -> Money:
        """How much one limit took off this line."""
        taken = sum(s.amount.minor for s in self.trace if s.limit_name == limit_name)
        return Money(taken, self.billed.currency)


@dataclass(frozen=True, slots=True)
class Determination:
    """One claim decided: its lines, and the changes that it makes to accumulators when posted."""

    claim_id: str
    member_id: str
    service_on: date | None
    status: ClaimStatus
    reason: str
    category: str
    product: str
    product_version: int
    lines: tuple[LineDetermination, ...]
    entries: tuple[Entry, ...] = ()
    uses: tuple[Use, ...] = ()
    currency: str = "TZS"

    def _sum(self, part: str) -> Money:
        return Money(sum(getattr(line, part).minor for line in self.lines), self.currency)

    @property
    def plan_pays(self) -> Money:
        return self._sum("plan_pays")

    @property
    def member_pays(self) -> Money:
        return self._sum("member_pays")

    @property
    def billed(self) -> Money:
        return self._sum("billed")

    @property
    def allowed(self) -> Money:
        return self._sum("allowed")

    def part(self, name: str) -> Money:
        """The sum of one part over all lines, such as `deductible` or `over_limit`."""
        return self._sum(name)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason that stands on the claim or a line, each once, in order."""
        own = (self.reason,) if self.reason else ()
        return tuple(dict.fromkeys(own + tuple(r for line in self.lines for r in line.reasons)))
