"""The engine: a case, the terms and the balances go in, a determination comes out."""

from domain.adjudication.balances import Balances
from domain.adjudication.case import Case, ClaimLine
from domain.adjudication.claim_checks import CLAIM_CHECKS, claim_category
from domain.adjudication.determination import (
    ClaimStatus,
    Determination,
    LineDetermination,
    LineStatus,
    PaysWhen,
)
from domain.adjudication.prepared import Prepared, prepare
from domain.adjudication.product import Terms
from domain.adjudication.settling import close
from domain.adjudication.steps import course_for
from domain.adjudication.working import ClaimWork, LineWork
from domain.money import CurrencyMismatch, Money


def adjudicate(
    case: Case,
    terms: Terms,
    balances: Balances,
    *,
    others: tuple[Terms, ...] = (),
    traced: bool = True,
) -> Determination:
    """Decide a claim line by line; nothing is posted, the result says what would be.

    `terms` rule the claim. Where the member has several policies (`case.covers`), `others` are
    the terms of the other products, found by their name. Where nobody will read the steps that
    led to the figures, they may be left out (`traced`). Raises KeyError for a step name that
    the engine does not know and CurrencyMismatch for a line in a foreign currency.
    """
    main = prepare(terms)
    by_name = {other.product: prepare(other) for other in others}
    claim = ClaimWork(case, main, by_name, balances, traced)
    claim.category = claim_category(case, main) if terms.category_ranking else ""
    reason = _refusal(claim, terms)
    if reason is not None:
        lines = tuple(_refused(line, terms, reason) for line in case.lines)
        return _determination(claim, lines, reason)
    decided: dict[int, LineDetermination] = {}
    for position in _sequence(case.lines, terms.line_order):
        line = case.lines[position]
        decided[position] = _withdrawn(line, terms) if line.withdrawn else decide(claim, line)
    lines = tuple(decided[position] for position in range(len(case.lines)))
    passed = any(line.status is LineStatus.PASSED for line in lines)
    if passed:
        _count_claim(claim, lines)
    return _determination(claim, lines, "" if passed else "ALL_LINES_REJECTED")


def decide(claim: ClaimWork, line: ClaimLine) -> LineDetermination:
    """Take one line through the steps of its kind; the first refusal ends it."""
    currency = claim.main.terms.currency
    if line.billed.currency != currency:
        raise CurrencyMismatch(f"line {line.line} is billed in {line.billed.currency}: {currency}")
    work = LineWork(claim, line)
    course, done = course_for(claim.main, line.kind), 0
    for rule in course.rules:
        rule(work)
        if work.refused:
            break
        done += 1
    work.checks = course.passed[done]
    return close(work)


def _refusal(claim: ClaimWork, terms: Terms) -> str | None:
    for name in terms.claim_checks:
        reason = CLAIM_CHECKS[name](claim)
        if reason is not None:
            return reason
    return None


def _sequence(lines: tuple[ClaimLine, ...], kinds: tuple[str, ...]) -> list[int]:
    """Positions of the lines in the order in which they are decided."""
    order = {kind: rank for rank, kind in enumerate(kinds)}
    positions = range(len(lines))
    if not order:
        return list(positions)
    return sorted(positions, key=lambda at: order.get(lines[at].kind, len(order)))


def _count_claim(claim: ClaimWork, lines: tuple[LineDetermination, ...]) -> None:
    """Count the claim once in its category, under every product that limits such claims."""
    policies = {line.policy for line in lines if line.status is LineStatus.PASSED}
    covers = tuple(c for c in claim.covers if c.cover.policy in policies)
    for cover in covers or (None,):
        terms = claim.main if cover is None else cover.terms
        if not terms.terms.claim_counts:
            continue
        work = LineWork(claim, claim.case.lines[0])
        if cover is not None:
            work.under(cover)
        if any(rule.category == claim.category for rule in work.terms.terms.claim_counts):
            for account in (work.mine, work.ours):
                claim.running.add(f"{account.year}claims:{claim.category}", 0, 1)


def _determination(
    claim: ClaimWork, lines: tuple[LineDetermination, ...], reason: str
) -> Determination:
    terms: Prepared = claim.main
    waits = any(line.pays_when is PaysWhen.AFTER_INDEX for line in lines)
    if reason:
        status = ClaimStatus.REJECTED
    else:
        status = ClaimStatus.WAITING_FOR_INDEX if waits else ClaimStatus.VALUATED
    return Determination(
        claim.case.claim_id,
        claim.case.member_id,
        claim.on,
        status,
        reason,
        claim.category,
        terms.terms.product,
        terms.terms.version,
        lines,
        claim.running.entries(),
        claim.running.uses(),
        terms.terms.currency,
    )


def _refused(line: ClaimLine, terms: Terms, reason: str) -> LineDetermination:
    """A line of a claim that is refused as a whole."""
    if line.withdrawn:
        return _withdrawn(line, terms)
    return _plain(line, terms, LineStatus.REJECTED, line.billed, (reason,))


def _withdrawn(line: ClaimLine, terms: Terms) -> LineDetermination:
    """A line that was taken back: nothing is charged, nothing decided."""
    return _plain(line, terms, LineStatus.WITHDRAWN, Money.zero(line.billed.currency), ())


def _plain(
    line: ClaimLine, terms: Terms, status: LineStatus, charged: Money, reasons: tuple[str, ...]
) -> LineDetermination:
    zero = Money.zero(line.billed.currency)
    return LineDetermination(
        line.line,
        line.code,
        line.category,
        status,
        line.billed,
        charged,
        allowed=zero,
        write_off=zero,
        balance_bill=zero,
        deductible=zero,
        copay=zero,
        coinsurance=zero,
        over_limit=zero,
        not_covered=charged,
        plan_pays=zero,
        quantity_asked=line.quantity,
        quantity=line.quantity,
        product=terms.product,
        reasons=reasons,
    )
