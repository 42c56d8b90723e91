"""Checks that refuse a claim whole, before any line is looked at, and the claim's category.

A check answers the word it refuses with, or None.
"""

from collections.abc import Callable, Mapping
from datetime import date

from domain.adjudication.case import Case, Cover
from domain.adjudication.prepared import Prepared
from domain.adjudication.working import ClaimWork, CoverInForce

ClaimCheck = Callable[[ClaimWork], str | None]
COVERING = ("active", "expired")


def dates_are_valid(claim: ClaimWork) -> str | None:
    """There is a day of service, care does not end before it begins or after it was claimed."""
    case, on = claim.case, claim.on
    if on is None:
        return "DATE_INVALID"
    if case.service_from is not None and on < case.service_from:
        return "DATE_INVALID"
    late = case.claimed_on is not None and on > case.claimed_on
    return "DATE_INVALID" if late else None


def member_is_valid(claim: ClaimWork) -> str | None:
    return None if claim.case.member.valid else "MEMBER_INVALID"


def cover_holds(claim: ClaimWork) -> str | None:
    """A policy in force, or since expired, whose days and the member's own hold the day."""
    on = claim.on
    if on is None:
        return "NO_COVERAGE"
    for cover in claim.case.covers:
        terms = claim.others.get(cover.product, claim.main)
        held = in_force(cover, claim.case.member_id, on, terms)
        if held is not None:
            claim.covers.append(held)
    return None if claim.covers else "NO_COVERAGE"


def cover_has_not_ended(claim: ClaimWork) -> str | None:
    """The day of service is not after the last covered day, where cover has been ended."""
    end, on = claim.case.cover_ends_on, claim.on
    return "NO_COVERAGE" if end is not None and on is not None and on > end else None


CLAIM_CHECKS: Mapping[str, ClaimCheck] = {
    "dates": dates_are_valid,
    "member": member_is_valid,
    "coverage": cover_holds,
    "cover_not_ended": cover_has_not_ended,
}


def in_force(cover: Cover, member: str, on: date, terms: Prepared) -> CoverInForce | None:
    """The cover with the member's own days, or None where it does not hold for him that day."""
    if cover.status not in COVERING or not cover.effective_on <= on <= cover.expires_on:
        return None
    lives, own = 0, None
    for covered in cover.members:
        first = max(cover.effective_on, covered.from_on or cover.effective_on)
        last = min(cover.expires_on, covered.last_on or cover.expires_on)
        if first <= on <= last:
            lives += 1
            if covered.member == member:
                own = (first, last)
    return CoverInForce(cover, terms, *own, lives) if own is not None else None


def claim_category(case: Case, terms: Prepared) -> str:
    """The first category of the product's ranking among the claim's valid service lines."""
    ranking = terms.terms.category_ranking
    found = {
        line.service.category
        for line in case.lines
        if not line.withdrawn
        and line.service is not None
        and not line.service.retired
        and line.kind == "service"
    }
    if case.is_stay:
        found.add(terms.terms.category_of_stay)
    return next((c for c in ranking if c in found), terms.terms.category_otherwise)
