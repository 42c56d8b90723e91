"""Use cases of treaty accounts: render the account of a period, call cash, book settlements."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.ids import treaty_account_id, treaty_id
from domain.money import Money
from domain.refusals import RuleBroken
from domain.reinsurance.account import AccountFigures, SharePaid
from domain.treaty import TREATY
from domain.treaty.calendar import named_period, period_with
from domain.treaty.decide import binding
from domain.treaty.state import Placed
from domain.treaty_account import TREATY_ACCOUNT
from domain.treaty_account.decide import (
    CallCash,
    RenderAccount,
    SettleAccount,
    TreatyAccountCommand,
)


@dataclass(frozen=True, slots=True)
class AccountOf:
    """The technical account of a treaty and a period, with what the ledger posted for it."""

    treaty: str
    period: str
    figures: AccountFigures


def render_account(desk: Desk, context: Context, request: AccountOf) -> Outcome:
    """Render an account; the balance of the one before is brought forward, cash called credited."""
    treaty = _treaty(desk, request.treaty)
    terms, administration = treaty.latest.terms, treaty.latest.administration
    period = named_period(request.period)
    assert terms.period is not None
    first = period == period_with(terms.period.from_on, administration.reports)
    command = RenderAccount(
        request.period,
        terms.account,
        request.figures,
        context.effective_on + timedelta(days=administration.settle_days),
        "" if first else period.before.name,
    )
    return _simply(desk, context, request.treaty, command)


@dataclass(frozen=True, slots=True)
class CashCallFor:
    """`shares` are the reinsurers' shares of all payments on the claim, in order of payment."""

    treaty: str
    claim_id: UUID
    claim_number: str
    shares: tuple[SharePaid, ...]


def call_cash(desk: Desk, context: Context, request: CashCallFor) -> Outcome:
    """Call what may be called of a large claim; refused where the treaty has no cash clause."""
    limit = _treaty(desk, request.treaty).latest.terms.account.cash_loss_limit
    if limit is None:
        raise RuleBroken(
            "treaty_account.no_cash_clause",
            f"treaty {request.treaty} does not let cash be called",
            field="treaty",
        )
    command = CallCash(
        request.claim_id, request.claim_number, limit, request.shares, context.effective_on
    )
    return _simply(desk, context, request.treaty, command)


def settle_account(
    desk: Desk, context: Context, treaty: str, amount: Money, reference: str, on: date
) -> Outcome:
    """Book a payment between cedant and reinsurers: above zero where the cedant paid."""
    _treaty(desk, treaty)
    return _simply(desk, context, treaty, SettleAccount(amount, on, reference))


def _treaty(desk: Desk, code: str) -> Placed:
    return binding(desk.store.load(TREATY, treaty_id(code)).state)


def _simply(desk: Desk, context: Context, treaty: str, command: TreatyAccountCommand) -> Outcome:
    which = treaty_account_id(treaty_id(treaty))

    def decide() -> Decision:
        account = desk.store.load(TREATY_ACCOUNT, which)
        facts = TREATY_ACCOUNT.decide(account.state, command)
        after = TREATY_ACCOUNT.fold(facts, account.state)
        balance = None if after.balance is None else format(after.balance.amount, "f")
        answer = {"id": str(which), "treaty": treaty, "balance": balance, "facts": len(facts)}
        return Decision((changed(account, facts),) if facts else (), answer)

    return carry_out(desk.store, context, decide)
