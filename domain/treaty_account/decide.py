"""What we allow for account currents: one account a period, in order; no settlement twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from domain.money import Money
from domain.refusals import AlreadyTaken, RuleBroken
from domain.reinsurance.account import AccountFigures, SharePaid, cash_calls, technical_account
from domain.reinsurance.accounting_terms import AccountTerms
from domain.treaty_account.events import (
    AccountRendered,
    AccountSettled,
    CashCalled,
    TreatyAccountEvent,
)
from domain.treaty_account.state import TreatyAccount


@dataclass(frozen=True, slots=True)
class CallCash:
    """`shares` are the reinsurers' shares of all payments on the claim, in order of payment."""

    claim_id: UUID
    claim_number: str
    limit: Money
    shares: tuple[SharePaid, ...]
    called_on: date


@dataclass(frozen=True, slots=True)
class RenderAccount:
    """`before` is the period that must have been rendered first, if there is one."""

    period: str
    terms: AccountTerms
    figures: AccountFigures
    due_on: date
    before: str = ""


@dataclass(frozen=True, slots=True)
class SettleAccount:
    amount: Money
    settled_on: date
    reference: str


TreatyAccountCommand = CallCash | RenderAccount | SettleAccount


def decide(account: TreatyAccount, command: TreatyAccountCommand) -> Sequence[TreatyAccountEvent]:
    match command:
        case CallCash():
            return call_cash(account, command)
        case RenderAccount():
            return render(account, command)
        case SettleAccount():
            return settle(account, command)
        case _:
            assert_never(command)


def call_cash(account: TreatyAccount, command: CallCash) -> Sequence[TreatyAccountEvent]:
    """Call what may be called and was not; below the cash loss limit that is nothing."""
    calls = cash_calls(command.limit, command.shares)
    zero = Money.zero(command.limit.currency)
    callable_now = sum((call.amount for call in calls), start=zero)
    due = callable_now - account.called.get(command.claim_id, zero)
    if due.minor <= 0:
        return []
    return [CashCalled(command.claim_id, command.claim_number, due, command.called_on)]


def render(account: TreatyAccount, command: RenderAccount) -> Sequence[TreatyAccountEvent]:
    if command.period in account.periods:
        raise AlreadyTaken(
            "treaty_account.rendered_already",
            f"the account of {command.period} was rendered already",
            field="period",
        )
    if command.before and command.before not in account.periods:
        raise RuleBroken(
            "treaty_account.open_predecessor",
            f"the account of {command.before} was not rendered yet: its balance is brought forward",
            field="period",
        )
    figures = command.figures
    zero = Money.zero(figures.premium.currency)
    rendered = technical_account(command.terms, _complete(figures, account, zero))
    return [AccountRendered(command.period, rendered.lines, rendered.balance, command.due_on)]


def _complete(figures: AccountFigures, account: TreatyAccount, zero: Money) -> AccountFigures:
    """The figures of the period with the cash called in it and the balance brought forward."""
    return AccountFigures(
        figures.premium,
        figures.commission,
        figures.paid_losses,
        account.called_since or zero,
        figures.profit_commission,
        figures.reinstatement_premium,
        figures.portfolio,
        figures.reserve_released,
        figures.interest,
        account.balance,
    )


def settle(account: TreatyAccount, command: SettleAccount) -> Sequence[TreatyAccountEvent]:
    if not command.reference.strip() or not command.amount:
        raise RuleBroken(
            "treaty_account.empty_settlement",
            "a settlement has a reference and an amount other than zero",
            field="amount",
        )
    if command.reference in account.references:
        raise AlreadyTaken(
            "treaty_account.settled_already",
            f"the payment {command.reference} was booked already",
            field="reference",
        )
    return [AccountSettled(command.amount, command.settled_on, command.reference)]
