"""What is left of every deductible, maximum and limit of a plan, for one member on one day."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.adjudication.balances import Balances
from domain.adjudication.prepared import limit_what, what_of
from domain.adjudication.product import Benefit, Limit, Scope, Span, Terms, Threshold
from domain.money import Money

BELOW_A_YEAR = (Scope.LINE, Scope.UNIT, Scope.CLAIM)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The names under which the member's and the family's totals are kept, and the year's."""

    member: str
    family: str
    year: str


@dataclass(frozen=True, slots=True)
class Left:
    """`kind` is deductible, out_of_pocket, limit or visits; `reserved` is kept for approved
    services and part of `used`. Figures are amounts, but numbers for visits.

    A limit for a claim, line or unit starts afresh each time: all of it is left.
    """

    kind: str
    name: str
    benefit: str
    scope: Scope
    span: Span
    amount: Money | int
    used: Money | int
    reserved: Money | int
    left: Money | int


def limits_left(
    terms: Terms, balances: Balances, unreserved: Balances, accounts: Accounts
) -> tuple[Left, ...]:
    """Each bound of the terms in their order. `balances` count what is reserved, `unreserved` do
    not. A family that grows is measured without its growth."""
    return tuple(_all(terms, balances, unreserved, accounts))


def _all(
    terms: Terms, balances: Balances, unreserved: Balances, accounts: Accounts
) -> Iterator[Left]:
    def figures(scope: Scope, span: Span, what: str) -> tuple[int, int]:
        who = accounts.family if scope is Scope.FAMILY else accounts.member
        year = "LIFE" if span is Span.LIFE else accounts.year
        used = balances.total(who, year, what)
        return used, used - unreserved.total(who, year, what)

    for measure, kind, thresholds in (
        ("deductible", "deductible", terms.deductibles),
        ("oop", "out_of_pocket", terms.out_of_pocket),
    ):
        for bound in thresholds:
            yield _of_threshold(
                kind, bound, figures(bound.scope, Span.YEAR, what_of(bound, measure))
            )
    for benefit in terms.benefits:
        for limit in benefit.limits:
            what = limit_what(limit, benefit)
            yield _of_limit(limit, benefit.key, figures(limit.scope, limit.span, what))
        if benefit.visit_limit is not None:
            made, kept = figures(Scope.MEMBER, Span.YEAR, f"visits:{benefit.key}")
            left = max(0, benefit.visit_limit - made)
            yield Left(
                "visits", "visit_limit", benefit.key, Scope.MEMBER, Span.YEAR,
                benefit.visit_limit, made, kept, left,
            )  # fmt: skip
    for limit in terms.limits:
        what = limit_what(limit, Benefit())
        yield _of_limit(limit, "", figures(limit.scope, limit.span, what))


def _of_threshold(kind: str, bound: Threshold, figures: tuple[int, int]) -> Left:
    name = f"{bound.scope.value} {kind}"
    return _measured(kind, name, "", bound.scope, Span.YEAR, bound.amount, figures)


def _of_limit(limit: Limit, benefit: str, figures: tuple[int, int]) -> Left:
    return _measured("limit", limit.name, benefit, limit.scope, limit.span, limit.amount, figures)


def _measured(
    kind: str,
    name: str,
    benefit: str,
    scope: Scope,
    span: Span,
    amount: Money,
    figures: tuple[int, int],
) -> Left:
    used, reserved = (0, 0) if scope in BELOW_A_YEAR else figures

    def money(minor: int) -> Money:
        return Money(minor, amount.currency)

    left = money(max(0, amount.minor - used))
    return Left(kind, name, benefit, scope, span, amount, money(used), money(reserved), left)
