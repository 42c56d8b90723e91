"""Where the account current of a treaty stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

from domain.money import Money
from domain.treaty_account.events import (
    AccountRendered,
    AccountSettled,
    CashCalled,
    TreatyAccountEvent,
)

_NONE: Mapping[UUID, Money] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TreatyAccount:
    """`balance` is owed by the cedant; `called` is cash called by claim and not yet credited."""

    balance: Money | None = None
    periods: tuple[str, ...] = ()
    references: frozenset[str] = frozenset()
    called: Mapping[UUID, Money] = field(default_factory=lambda: _NONE)
    called_since: Money | None = None


def evolve(account: TreatyAccount, event: TreatyAccountEvent) -> TreatyAccount:
    match event:
        case CashCalled():
            before = account.called.get(event.claim_id, Money.zero(event.amount.currency))
            since = account.called_since or Money.zero(event.amount.currency)
            return replace(
                account,
                called={**account.called, event.claim_id: before + event.amount},
                called_since=since + event.amount,
            )
        case AccountRendered():
            return replace(
                account,
                balance=event.balance,
                periods=(*account.periods, event.period),
                called_since=None,
            )
        case AccountSettled():
            before = account.balance or Money.zero(event.amount.currency)
            return replace(
                account,
                balance=before - event.amount,
                references=account.references | {event.reference},
            )
        case _:
            assert_never(event)
