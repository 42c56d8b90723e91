"""Premium rates of each product, and the prices of every version of them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.money import Money
from domain.premium_rate.events import AgePrice, PremiumRatesPublished
from projections.declaring import AMOUNT, SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class PremiumRateRow(Row):
    """As the version published last says; `priced` is by_age or by_household."""

    premium_rate_id: UUID
    code: Annotated[str, SEARCHED]
    name: Annotated[str, SEARCHED]
    product_id: UUID
    rates_version: Annotated[int, SORTS]
    effective_from: Annotated[date, SORTS]
    currency: str
    priced: str
    price_count: int


@dataclass(slots=True)
class PremiumPriceRow(Row):
    """A line of a version. By age: the premium of a year for one life. By household: an amount
    under the name that the rates give it, such as lump_sum or per_child."""

    premium_rate_id: UUID
    rates_version: Annotated[int, SORTS]
    line: Annotated[int, SORTS]
    effective_from: Annotated[date, SORTS]
    what: str
    age_from: Annotated[int | None, SORTS]
    age_to: Annotated[int | None, SHOWN]
    sex: str
    whom: str
    currency: str
    premium_minor: Annotated[int, AMOUNT]


PREMIUM_RATES = Table(
    PremiumRateRow,
    "premium_rates",
    ("premium_rate_id",),
    indexes=(Index(("code",)), Index(("product_id",))),
)
PREMIUM_PRICES = Table(
    PremiumPriceRow,
    "premium_prices",
    ("premium_rate_id", "rates_version", "line"),
    added_only=True,
)
OF_HOUSEHOLD = (
    "lump_sum", "per_adult", "per_child", "assembly_sum", "assembly_fee", "registration_sum",
    "registration_fee",
)  # fmt: skip


def published(event: Recorded, fact: PremiumRatesPublished, rows: Rows) -> None:
    priced = "by_age" if fact.contribution is None else "by_household"
    prices = _prices(event, fact)
    row = rows.find(PREMIUM_RATES, event.stream_id)
    if row is None:
        row = rows.add(
            PREMIUM_RATES,
            PremiumRateRow(
                premium_rate_id=event.stream_id,
                code=fact.code,
                name=fact.name,
                product_id=fact.product_id,
                rates_version=fact.version,
                effective_from=fact.effective_from,
                currency=fact.currency,
                priced=priced,
                price_count=len(prices),
            ),
        )
    rows.touch(PREMIUM_RATES, row)
    row.name, row.rates_version, row.effective_from = fact.name, fact.version, fact.effective_from
    row.currency, row.priced, row.price_count = fact.currency, priced, len(prices)
    for price in prices:
        rows.add(PREMIUM_PRICES, price)


def _prices(event: Recorded, fact: PremiumRatesPublished) -> list[PremiumPriceRow]:
    if fact.contribution is None:
        return [
            _row(event, fact, line, "life", price.premium, price)
            for line, price in enumerate(fact.prices, 1)
        ]
    named = ((name, getattr(fact.contribution, name)) for name in OF_HOUSEHOLD)
    there = [(name, amount) for name, amount in named if amount is not None]
    return [_row(event, fact, line, name, amount) for line, (name, amount) in enumerate(there, 1)]


def _row(
    event: Recorded,
    fact: PremiumRatesPublished,
    line: int,
    what: str,
    premium: Money,
    price: AgePrice | None = None,
) -> PremiumPriceRow:
    return PremiumPriceRow(
        premium_rate_id=event.stream_id,
        rates_version=fact.version,
        line=line,
        effective_from=fact.effective_from,
        what=what,
        age_from=price.age_from if price else None,
        age_to=price.age_to if price else None,
        sex=price.sex if price else "",
        whom=price.whom.value if price else "",
        currency=fact.currency,
        premium_minor=premium.minor,
    )


PROJECTION = Projection(
    name="premium_rates",
    version=1,
    question="What does a policy of each product cost, by age or for a household?",
    tables=(PREMIUM_RATES, PREMIUM_PRICES),
    on={PremiumRatesPublished: published},
)
