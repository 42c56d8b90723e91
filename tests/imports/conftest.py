"""A desk on a private ledger, and the figures that an import must leave in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from adapters.settings import Settings
from commands.context import Desk
from commands.desk import open_desk
from domain.claim import CLAIM
from domain.claim.events import ClaimBalanceTransferred, ClaimClosed, ClaimTakenOver
from domain.claim.state import TakenOver
from domain.money import Money


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    opened = open_desk(Settings(DATABASE_URL=database_url, BIMA_HOME=tmp_path))
    yield opened
    opened.store.close()


@dataclass(frozen=True, slots=True)
class Figures:
    """Totals over the claims of a ledger, read from its events alone; amounts in US dollars."""

    claims: int
    lines: int
    charges: str
    payments: str
    transfers: str
    overpaid_claims: int
    overpaid: str
    open_claims: int

    @classmethod
    def of_ledger(cls, desk: Desk) -> Self:
        claims = taken_over(desk)
        over = [-claim.balance.minor for claim in claims if claim.balance.minor < 0]
        facts = [e.fact for e in desk.store.read_after(0, 10_000_000)]
        return cls(
            claims=len(claims),
            lines=sum(len(fact.lines) for fact in facts if isinstance(fact, ClaimTakenOver)),
            charges=dollars(sum(claim.billed.minor for claim in claims)),
            payments=dollars(sum(claim.payments.minor for claim in claims)),
            transfers=dollars(
                sum(f.amount.minor for f in facts if isinstance(f, ClaimBalanceTransferred))
            ),
            overpaid_claims=len(over),
            overpaid=dollars(sum(over)),
            open_claims=len(claims) - sum(isinstance(fact, ClaimClosed) for fact in facts),
        )


def taken_over(desk: Desk) -> list[TakenOver]:
    """Every claim that was taken over, folded from its stream."""
    events = desk.store.read_after(0, 10_000_000, names=["claim.taken_over"])
    loaded = desk.store.load_many(CLAIM, [event.stream_id for event in events])
    return [one.state for one in loaded.values() if isinstance(one.state, TakenOver)]


def dollars(minor: int) -> str:
    return f"{Money(minor, 'USD').amount:f}"
