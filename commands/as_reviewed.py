"""A gathered case with a medical reviewer's figures, which win over the billed ones."""

from dataclasses import replace

from commands.adjudication import Gathered
from domain.adjudication.case import Case, ClaimLine
from domain.adjudication.product import Order, Terms
from domain.claim.desk_events import ReviewedLine
from domain.claim.state import Submitted

REVIEWER = "reviewer"


def as_reviewed(found: Gathered, claim: Submitted) -> Gathered:
    """The case and the terms as they are decided once the reviewer has spoken."""
    if not claim.reviews:
        return found
    case, terms = reviewed(found.case, found.terms, claim)
    return replace(found, case=case, terms=terms)


def reviewed(case: Case, terms: Terms, claim: Submitted) -> tuple[Case, Terms]:
    """A line that the reviewer refused is refused under every product, whatever its steps are."""
    if not claim.reviews:
        return case, terms
    said = {review.line: review for review in claim.reviews}
    lines = tuple(_line(line, said.get(line.line)) for line in case.lines)
    refuses = any(review.refused for review in claim.reviews)
    return replace(case, lines=lines), _asking_the_reviewer(terms) if refuses else terms


def _line(line: ClaimLine, said: ReviewedLine | None) -> ClaimLine:
    if said is None:
        return line
    return replace(
        line,
        quantity_reviewed=said.quantity,
        price_reviewed=None if said.unit_price is None else said.unit_price.amount,
        reviewed_out=said.refused,
    )


def _asking_the_reviewer(terms: Terms) -> Terms:
    orders = tuple(
        order if REVIEWER in order.steps else Order(order.kind, (REVIEWER, *order.steps))
        for order in terms.orders
    )
    return replace(terms, orders=orders)
