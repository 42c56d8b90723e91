"""Products and the versions of their terms."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec

from adapters.envelope import Recorded
from domain.product.events import ProductVersionPublished, ProductWithdrawn
from projections.declaring import JSON, SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class ProductRow(Row):
    """`terms_version` is the version published last; it need not be in force yet."""

    product_id: UUID
    code: Annotated[str, SEARCHED]
    name: Annotated[str, SEARCHED]
    currency: str
    terms_version: int
    effective_from: Annotated[date, SORTS]
    status: Annotated[str, SORTS] = "sold"
    withdrawn_from: Annotated[date | None, SORTS] = None
    reason: Annotated[str, SHOWN] = ""
    origin: str = ""


@dataclass(slots=True)
class TermsRow(Row):
    """The terms as data; in force from `effective_from` until the next version is."""

    product_id: UUID
    terms_version: Annotated[int, SORTS]
    effective_from: Annotated[date, SORTS]
    currency: str
    terms: Annotated[Any, JSON]


PRODUCTS = Table(
    ProductRow,
    "products",
    ("product_id",),
    indexes=(Index(("code",)), Index(("created_at", "product_id"))),
)
TERMS = Table(TermsRow, "product_terms", ("product_id", "terms_version"), added_only=True)


def version_published(event: Recorded, fact: ProductVersionPublished, rows: Rows) -> None:
    product = rows.find(PRODUCTS, event.stream_id)
    if product is None:
        product = rows.add(
            PRODUCTS,
            ProductRow(
                product_id=event.stream_id,
                code=fact.code,
                name=fact.name,
                currency=fact.terms.currency,
                terms_version=fact.terms.version,
                effective_from=fact.effective_from,
                origin=fact.origin,
            ),
        )
    rows.touch(PRODUCTS, product)
    product.name = fact.name
    product.terms_version, product.effective_from = fact.terms.version, fact.effective_from
    rows.add(
        TERMS,
        TermsRow(
            product_id=event.stream_id,
            terms_version=fact.terms.version,
            effective_from=fact.effective_from,
            currency=fact.terms.currency,
            terms=msgspec.to_builtins(fact.terms),
        ),
    )


def withdrawn(event: Recorded, fact: ProductWithdrawn, rows: Rows) -> None:
    product = rows.change(PRODUCTS, event.stream_id)
    product.status, product.withdrawn_from, product.reason = "withdrawn", fact.from_on, fact.reason


PROJECTION = Projection(
    name="products",
    version=1,
    question="Which products are sold, on which terms and since when?",
    tables=(PRODUCTS, TERMS),
    on={ProductVersionPublished: version_published, ProductWithdrawn: withdrawn},
)
