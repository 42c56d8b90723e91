"""Treaties, and the versions of their terms as they were known at any position."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec

from adapters.envelope import Recorded
from domain.ids import reinsurer_id
from domain.reinsurance.terms import Participant, Treaty
from domain.treaty.administration import Administration
from domain.treaty.events import (
    PortfolioTransferred,
    TreatyCancelled,
    TreatyCommuted,
    TreatyEndorsed,
    TreatyPlaced,
    TreatySigned,
)
from projections.declaring import (
    AMOUNT,
    JSON,
    SEARCHED,
    SHOWN,
    SORTS,
    Index,
    Projection,
    Row,
    Table,
)
from projections.rows import Rows


@dataclass(slots=True)
class TreatyRow(Row):
    """`stage` is placed, signed, cancelled or commuted; `treaty_version` the latest.
    `reinsurer_ids` are those who take or took a share of any version."""

    treaty_id: UUID
    code: Annotated[str, SEARCHED]
    name: Annotated[str, SEARCHED]
    stage: Annotated[str, SORTS]
    currency: str
    priority: Annotated[int, SORTS]
    from_on: Annotated[date, SORTS]
    until_on: Annotated[date, SORTS]
    umr: Annotated[str, SEARCHED]
    reports: str
    report_days: int
    treaty_version: int = 1
    signed_on: Annotated[date | None, SORTS] = None
    cancelled_from: Annotated[date | None, SORTS] = None
    reason: Annotated[str, SHOWN] = ""
    reinsurer_ids: tuple[str, ...] = ()


@dataclass(slots=True)
class TreatyVersionRow(Row):
    """One version of the terms; its `position` is that from which it was known."""

    treaty_id: UUID
    treaty_version: Annotated[int, SORTS]
    effective_from: Annotated[date | None, SORTS]
    terms: Annotated[Any, JSON]
    administration: Annotated[Any, JSON]
    binding: bool = False


@dataclass(slots=True)
class PortfolioRow(Row):
    """A portfolio that was handed over (below zero) or received."""

    treaty_id: UUID
    event: Annotated[int, SORTS]
    portfolio: str
    other: str
    currency: str
    amount_minor: Annotated[int, AMOUNT]
    transferred_on: Annotated[date, SORTS]


TREATIES = Table(
    TreatyRow, "treaties", ("treaty_id",), indexes=(Index(("code",)), Index(("from_on",)))
)
VERSIONS = Table(TreatyVersionRow, "treaty_versions", ("treaty_id", "treaty_version"))
PORTFOLIOS = Table(PortfolioRow, "treaty_portfolios", ("treaty_id", "event"), added_only=True)


def placed(event: Recorded, fact: TreatyPlaced, rows: Rows) -> None:
    period = fact.terms.period
    assert period is not None
    assert period.until_on is not None
    rows.add(
        TREATIES,
        TreatyRow(
            treaty_id=event.stream_id,
            code=fact.code,
            name=fact.name,
            stage="placed",
            currency=fact.terms.currency,
            priority=fact.terms.priority,
            from_on=period.from_on,
            until_on=period.until_on,
            umr=fact.administration.umr,
            reports=str(fact.administration.reports),
            report_days=fact.administration.report_days,
            reinsurer_ids=_ids(fact.terms.participants),
        ),
    )
    _add_version(event, 1, None, fact.terms, fact.administration, rows)


def _ids(participants: Iterable[Participant]) -> tuple[str, ...]:
    return tuple(str(reinsurer_id(one.reinsurer)) for one in participants)


def signed(event: Recorded, fact: TreatySigned, rows: Rows) -> None:
    treaty = rows.change(TREATIES, event.stream_id)
    treaty.stage, treaty.signed_on = "signed", fact.signed_on
    treaty.reinsurer_ids = _ids(fact.participants)
    version = rows.change(VERSIONS, event.stream_id, 1)
    version.terms = {
        **version.terms,
        "participants": msgspec.to_builtins(fact.participants),
    }
    version.binding = True


def endorsed(event: Recorded, fact: TreatyEndorsed, rows: Rows) -> None:
    treaty = rows.change(TREATIES, event.stream_id)
    treaty.treaty_version = fact.treaty_version
    new = _ids(fact.terms.participants)
    treaty.reinsurer_ids = tuple(dict.fromkeys((*treaty.reinsurer_ids, *new)))
    treaty.reports = str(fact.administration.reports)
    treaty.report_days = fact.administration.report_days
    _add_version(
        event,
        fact.treaty_version,
        fact.effective_from,
        fact.terms,
        fact.administration,
        rows,
        binding=True,
    )


def cancelled(event: Recorded, fact: TreatyCancelled, rows: Rows) -> None:
    treaty = rows.change(TREATIES, event.stream_id)
    treaty.stage, treaty.cancelled_from, treaty.reason = "cancelled", fact.from_on, fact.reason


def commuted(event: Recorded, fact: TreatyCommuted, rows: Rows) -> None:
    treaty = rows.change(TREATIES, event.stream_id)
    treaty.stage, treaty.reason = "commuted", fact.reason


def transferred(event: Recorded, fact: PortfolioTransferred, rows: Rows) -> None:
    rows.add(
        PORTFOLIOS,
        PortfolioRow(
            treaty_id=event.stream_id,
            event=event.position,
            portfolio=str(fact.portfolio),
            other=fact.other,
            currency=fact.amount.currency,
            amount_minor=fact.amount.minor,
            transferred_on=fact.transferred_on,
        ),
    )


def _add_version(
    event: Recorded,
    number: int,
    effective_from: date | None,
    terms: Treaty,
    administration: Administration,
    rows: Rows,
    *,
    binding: bool = False,
) -> None:
    rows.add(
        VERSIONS,
        TreatyVersionRow(
            treaty_id=event.stream_id,
            treaty_version=number,
            effective_from=effective_from,
            terms=msgspec.to_builtins(terms),
            administration=msgspec.to_builtins(administration),
            binding=binding,
        ),
    )


PROJECTION = Projection(
    name="treaties",
    version=2,
    question="Which treaties cede our business, on which terms, and since when do we know them?",
    tables=(TREATIES, VERSIONS, PORTFOLIOS),
    on={
        TreatyPlaced: placed,
        TreatySigned: signed,
        TreatyEndorsed: endorsed,
        TreatyCancelled: cancelled,
        TreatyCommuted: commuted,
        PortfolioTransferred: transferred,
    },
)
