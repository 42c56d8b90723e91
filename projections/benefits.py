"""What each scheme promises, benefit by benefit, in the version of its terms published last."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec

from adapters.envelope import Recorded
from domain.adjudication.product import Benefit
from domain.ids import benefit_id
from domain.money import Money
from domain.product.events import ProductVersionPublished
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
class BenefitRow(Row):
    """`status` is promised, not_covered (named to be refused) or ended; `key` the code or category
    that it is known by. `since` is the first day of the terms that said so last."""

    product_id: UUID
    key: Annotated[str, SEARCHED]
    benefit_id: UUID
    scheme: Annotated[str, SEARCHED]
    code: str
    category: Annotated[str, SORTS]
    status: Annotated[str, SORTS]
    since: Annotated[date, SORTS]
    terms_version: int
    currency: str
    price_source: str
    copay_minor: Annotated[int | None, AMOUNT]
    copay_per: str
    deductible_applies: bool
    visit_limit: Annotated[int | None, SHOWN]
    age_min: Annotated[int | None, SHOWN]
    age_max: Annotated[int | None, SHOWN]
    waiting_months: Annotated[int, SHOWN]
    limits: tuple[str, ...]
    largest_share: Annotated[Decimal | None, SHOWN]
    terms: Annotated[Any, JSON]


BENEFITS = Table(BenefitRow, "benefits", ("product_id", "key"), indexes=(Index(("benefit_id",)),))


def version_published(event: Recorded, fact: ProductVersionPublished, rows: Rows) -> None:
    now = {benefit.key: benefit for benefit in fact.terms.benefits}
    for row in rows.all(BENEFITS, event.stream_id):
        if row.key not in now and row.status != "ended":
            rows.touch(BENEFITS, row)
            row.status, row.since = "ended", fact.effective_from
            row.terms_version = fact.terms.version
    for benefit in now.values():
        before = rows.find(BENEFITS, event.stream_id, benefit.key)
        row = rows.add(BENEFITS, _row(event, fact, benefit))
        if before is not None:
            row.created_at = before.created_at


def _row(event: Recorded, fact: ProductVersionPublished, benefit: Benefit) -> BenefitRow:
    copay = benefit.copay
    shares = [part for share in benefit.shares for part in (share.adult, share.child)]
    return BenefitRow(
        product_id=event.stream_id,
        key=benefit.key,
        benefit_id=benefit_id(event.stream_id, benefit.key),
        scheme=fact.code,
        code=benefit.code,
        category=benefit.category,
        status="promised" if benefit.covered else "not_covered",
        since=fact.effective_from,
        terms_version=fact.terms.version,
        currency=fact.terms.currency,
        price_source=benefit.price_source.value,
        copay_minor=_minor(copay.amount if copay else None),
        copay_per=copay.per.value if copay else "",
        deductible_applies=benefit.deductible_applies,
        visit_limit=benefit.visit_limit,
        age_min=benefit.age_min,
        age_max=benefit.age_max,
        waiting_months=max(benefit.waiting.adult, benefit.waiting.child),
        limits=tuple(limit.name for limit in benefit.limits),
        largest_share=max((part for part in shares if part is not None), default=None),
        terms=msgspec.to_builtins(benefit),
    )


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.minor


PROJECTION = Projection(
    name="benefits",
    version=1,
    question="What does each scheme promise, benefit by benefit?",
    tables=(BENEFITS,),
    on={ProductVersionPublished: version_published},
)
