"""The technical account of a treaty and a period, what is withheld, and when cash may be called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.money import Money, RoundingMode, share, total
from domain.refusals import RuleBroken
from domain.reinsurance.accounting_terms import AccountTerms, PremiumReserve


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A line under the name that the account shows; a credit to the reinsurers is positive."""

    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Account:
    """All lines; their sum is what the cedant owes (positive) or is owed (negative)."""

    lines: tuple[AccountLine, ...]
    currency: str

    @property
    def balance(self) -> Money:
        return total((line.amount for line in self.lines), self.currency)

    def of(self, name: str) -> Money:
        """The sum of the lines of that name; zero where there is none."""
        own = (line.amount for line in self.lines if line.name == name)
        return total(own, self.currency)


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """Sums of posted lines of the period, all from the reinsurers' side and not negative by
    nature: premium ceded, commission on it, losses paid, of which already settled in cash."""

    premium: Money
    commission: Money
    paid_losses: Money
    settled_in_cash: Money
    profit_commission: Money | None = None
    reinstatement_premium: Money | None = None
    portfolio: Money | None = None
    reserve_released: Money | None = None
    interest: Money | None = None
    brought_forward: Money | None = None


def technical_account(
    terms: AccountTerms, figures: AccountFigures, mode: RoundingMode = RoundingMode.HALF_UP
) -> Account:
    """Premium less commission, brokerage, levies, reserve withheld and paid losses; losses that
    were settled by a cash call are credited back, so that nobody pays them twice."""
    premium = figures.premium
    lines = [
        AccountLine("premium", premium),
        AccountLine("commission", -figures.commission),
        AccountLine("brokerage", -share(premium, terms.brokerage.exact, mode)),
    ]
    lines += [
        AccountLine(f"levy {levy.name}", -share(premium, levy.rate.exact, mode))
        for levy in terms.levies
    ]
    lines += [
        AccountLine("paid_losses", -figures.paid_losses),
        AccountLine("settled_in_cash", figures.settled_in_cash),
    ]
    if terms.premium_reserve is not None:
        withheld = share(premium, terms.premium_reserve.rate.exact, mode)
        lines.append(AccountLine("reserve_withheld", -withheld))
    for name, amount, sign in (
        ("profit_commission", figures.profit_commission, -1),
        ("reinstatement_premium", figures.reinstatement_premium, 1),
        ("portfolio", figures.portfolio, 1),
        ("reserve_released", figures.reserve_released, 1),
        ("interest", figures.interest, 1),
        ("brought_forward", figures.brought_forward, 1),
    ):
        if amount is not None:
            lines.append(AccountLine(name, amount if sign > 0 else -amount))
    return Account(tuple(lines), premium.currency)


@dataclass(frozen=True, slots=True)
class ReserveMovement:
    """Premium withheld now, and what is released with interest twelve months later."""

    withheld: Money
    released: Money
    interest: Money


def premium_reserve(
    terms: PremiumReserve, premium: Money, mode: RoundingMode = RoundingMode.HALF_UP
) -> ReserveMovement:
    """The reserve on a ceded premium; interest is for one year on what was withheld."""
    withheld = share(premium, terms.rate.exact, mode)
    return ReserveMovement(withheld, withheld, share(withheld, terms.interest.exact, mode))


@dataclass(frozen=True, slots=True)
class SharePaid:
    """The reinsurers' share of one payment on a claim."""

    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class CashCall:
    on: date
    amount: Money


def cash_calls(limit: Money, shares: Sequence[SharePaid]) -> tuple[CashCall, ...]:
    """What may be called after each payment on one claim, in order of payment.

    Nothing below the limit; the first share that brings the cumulated one to the limit calls
    all of it, and every later share is callable at once. Raises RuleBroken
    `treaty.bad_cash_limit` for a limit that is not above zero.
    """
    if limit.minor <= 0:
        raise RuleBroken("treaty.bad_cash_limit", f"a cash loss limit of {limit} calls nothing")
    cumulated = called = Money.zero(limit.currency)
    calls = []
    for paid in sorted(shares, key=lambda one: one.on):
        cumulated += paid.amount
        due = Money.zero(limit.currency)
        if called or cumulated >= limit:
            due = cumulated - called
        called += due
        calls.append(CashCall(paid.on, due))
    return tuple(calls)
