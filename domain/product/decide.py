"""What we allow for products: versions without contradictions, and an end to selling."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from domain.adjudication.product import Terms
from domain.adjudication.product_check import check
from domain.product.benefits import (
    AddBenefit,
    BenefitCommand,
    ChangeBenefit,
    EndBenefit,
    terms_after,
)
from domain.product.events import ProductEvent, ProductVersionPublished, ProductWithdrawn
from domain.product.state import NotPublished, Product, Published
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class PublishVersion:
    """The next version; the number in `terms` is set here, whatever it says."""

    code: str
    name: str
    effective_from: date
    terms: Terms
    origin: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawProduct:
    from_on: date
    reason: str


ProductCommand = PublishVersion | WithdrawProduct | BenefitCommand


def decide(product: Product, command: ProductCommand) -> Sequence[ProductEvent]:
    match command:
        case PublishVersion():
            return publish(product, command)
        case WithdrawProduct():
            published(product)
            return [ProductWithdrawn(command.from_on, command.reason)]
        case AddBenefit() | ChangeBenefit() | EndBenefit():
            known, day = published(product), command.effective_from
            terms = terms_after(known, command)
            return publish(product, PublishVersion(known.code, known.name, day, terms))
        case _:
            assert_never(command)


def publish(product: Product, command: PublishVersion) -> Sequence[ProductEvent]:
    versions = product.versions if isinstance(product, Published) else ()
    terms = replace(
        command.terms,
        product=command.code,
        version=len(versions) + 1,
        effective_from=command.effective_from,
    )
    faults = check(terms)
    if faults:
        raise RuleBroken(
            "product.contradicts_itself",
            "; ".join(f"{fault.field}: {fault.detail}" for fault in faults),
            field="terms",
            faults=[{"field": fault.field, "reason": fault.detail} for fault in faults],
        )
    return [
        ProductVersionPublished(
            command.code, command.name, command.effective_from, terms, command.origin
        )
    ]


def published(product: Product) -> Published:
    """The product if published; otherwise the refusal."""
    if isinstance(product, NotPublished):
        raise WrongStage("product.not_found", "there is no such product", field="product_id")
    return product


def sold_on(product: Product, day: date) -> Terms:
    """The terms of a policy that starts on a day; refuses where selling has ended by then."""
    terms = terms_on(product, day)
    end = published(product).withdrawn_from
    if end is not None and day >= end:
        raise RuleBroken(
            "product.withdrawn", f"it is not sold for policies from {end} on", field="product_id"
        )
    return terms


def terms_on(product: Product, day: date) -> Terms:
    """The terms in force on a day, for policies that run; refuses where no version has begun."""
    known = published(product)
    terms = known.on(day)
    if terms is None:
        raise RuleBroken(
            "product.not_in_force", f"no version is in force on {day}", field="from_on"
        )
    return terms
