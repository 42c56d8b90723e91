"""Premium rates over HTTP: what a policy of a scheme costs, version by version, from which day."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from api.answers import done, made
from api.documentation import listed, single
from api.envelope import Success, plain, success
from api.fields import Asked, Body, Code, Day, Flag, Id, Name
from api.forms import filled, form_of
from api.history import HISTORY, add_history
from api.money import LEDGER_CURRENCY
from api.readable import PREMIUM_PRICES, PREMIUM_RATES
from api.reads import Read, Reads
from api.roles import ADD_SCHEME
from api.routing import resource_router
from api.writing import Write, Writes
from commands import premium_rates
from domain.premium_rate.decide import Life, PublishRates
from domain.premium_rate.events import AgePrice, Whom
from domain.rating.contribution import ContributionRates

PREFIX = "/api/v1/premium-rates"
MOST_PRICES, MOST_LIVES = 200, 50
router = resource_router(PREFIX, "Premium Rates")

OfRates = Annotated[Read, Depends(Reads(PREMIUM_RATES))]


class NextRates(Asked):
    """Prices by age, or for a household: one of the two; the number is given by the ledger."""

    name: Name = Field(examples=["Standard 2025"])
    effective_from: Day
    prices: Annotated[
        tuple[form_of(AgePrice), ...],  # type: ignore[valid-type]  # made from the class
        Field(max_length=MOST_PRICES),
    ] = ()
    contribution: form_of(ContributionRates) | None = None  # type: ignore[valid-type]  # as above

    def command(self, code: str, product_id: UUID) -> PublishRates:
        household = None
        if self.contribution is not None:
            household = filled(self.contribution, ContributionRates)
        prices = tuple(filled(price, AgePrice) for price in self.prices)
        currency = LEDGER_CURRENCY.get()
        return PublishRates(
            code, self.name, product_id, self.effective_from, currency, prices, household
        )


class NewRates(NextRates):
    code: Code = Field(examples=["STANDARD-2025"])
    product_id: UUID


class SomeLife(Body):
    """Somebody to be insured; `outside` the core family pays per head."""

    born_on: Day = Field(examples=["1990-02-14"])
    sex: Annotated[str, Field(pattern=r"^[FM]?$")] = ""
    whom: Whom = Whom.PRINCIPAL
    outside: Flag = False


class Household(Body):
    """Who is to be insured from which day on."""

    lives: Annotated[tuple[SomeLife, ...], Field(min_length=1, max_length=MOST_LIVES)]
    on: Day | None = None
    renewal: Flag = False


class Premium(BaseModel):
    """What is paid a year. `each` is what each life pays, where priced by age."""

    version: int
    premium: str
    currency: str
    each: list[str]


@router.get("", **listed(PREMIUM_RATES))
async def list_premium_rates(read: OfRates) -> Response:
    """Premium rates of all schemes, filtered, sorted, page by page."""
    return await read.page()


@router.post("", **made())
async def publish_premium_rates(
    body: NewRates, write: Annotated[Write, Depends(Writes(ADD_SCHEME, creates=PREFIX))]
) -> Response:
    """Publish the rates of a scheme, or their next version: the same code is the same rates."""
    command = body.command(body.code, body.product_id)
    return await write(body, premium_rates.publish_rates, command)


@router.get("/{id}", **single(PREMIUM_RATES))
async def show_premium_rates(
    rate_id: Id, read: Annotated[Read, Depends(Reads(PREMIUM_RATES, past=True))]
) -> Response:
    """The rates under one code, now or as known then."""
    return await read.shown(rate_id)


@router.put("/{id}", **done())
async def publish_next_premium_rates(
    rate_id: Id, body: NextRates, write: Annotated[Write, Depends(Writes(ADD_SCHEME))]
) -> Response:
    """Publish the next version; policies that started before it keep what they pay."""
    command = body.command("", rate_id)
    return await write(body, premium_rates.publish_next_rates, rate_id, command)


@router.get("/{id}/prices", **listed(PREMIUM_PRICES))
async def list_premium_prices(
    rate_id: Id, read: Annotated[Read, Depends(Reads(PREMIUM_PRICES))], rates: OfRates
) -> Response:
    """The prices of every version, the newest first."""
    return await read.children(rates, rate_id)


@router.post("/{id}/calculate", response_model=Success[Premium])
async def calculate_premium(rate_id: Id, body: Household, read: OfRates) -> Response:
    """What a household would pay a year, from a day on; nothing is recorded."""
    read.nothing_else()
    await read.check_there(rate_id)
    desk = read.parts.desk
    lives = [Life(one.born_on, one.sex, one.whom, one.outside) for one in body.lives]
    day = body.on or desk.clock.today()
    told = await run_in_threadpool(
        premium_rates.quoted, desk, rate_id, lives, day, renewal=body.renewal
    )
    return success(
        Premium(
            version=told.version,
            premium=plain(told.premium),
            currency=told.premium.currency,
            each=[plain(amount) for amount in told.each],
        ).model_dump()
    )


add_history(router, PREMIUM_RATES, HISTORY)
