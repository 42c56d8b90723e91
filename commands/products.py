"""Use cases of products: publish a version of the terms, stop selling."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.adjudication.product import Terms
from domain.product import PRODUCT
from domain.product.decide import PublishVersion, WithdrawProduct, published
from domain.product.state import Published

# Products are named by code: the same code is the same stream wherever it is published.
PRODUCTS = UUID("6f6d7b1e-6f5d-5a0e-9d53-0c5a6e8a2f10")


def product_id(code: str) -> UUID:
    return uuid5(PRODUCTS, code.upper())


@dataclass(frozen=True, slots=True)
class VersionOfProduct:
    code: str
    name: str
    effective_from: date
    terms: Terms
    origin: str = ""


def publish_version(desk: Desk, context: Context, request: VersionOfProduct) -> Outcome:
    """Publish the next version of a product; a contradictory one is refused with every fault."""

    def decide() -> Decision:
        product = desk.store.load(PRODUCT, product_id(request.code))
        command = PublishVersion(
            request.code, request.name, request.effective_from, request.terms, request.origin
        )
        facts = PRODUCT.decide(product.state, command)
        versions = product.state.versions if isinstance(product.state, Published) else ()
        answer = {
            "id": str(product.stream_id), "code": request.code, "version": len(versions) + 1
        }  # fmt: skip
        return Decision((changed(product, facts),), answer)

    return carry_out(desk.store, context, decide)


def withdraw_product(desk: Desk, context: Context, code: str) -> Outcome:
    def decide() -> Decision:
        product = desk.store.load(PRODUCT, product_id(code))
        command = WithdrawProduct(context.effective_on, context.reason)
        facts = PRODUCT.decide(product.state, command)
        answer = {"id": str(product.stream_id), "code": published(product.state).code}
        return Decision((changed(product, facts),), answer)

    return carry_out(desk.store, context, decide)
