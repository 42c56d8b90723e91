"""Laws that hold for every claim under every product."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import LIFE, Balances
from domain.adjudication.case import Case
from domain.adjudication.determination import Determination
from domain.adjudication.history import (
    History,
    InOrder,
    difference,
    post,
    readjudicate,
    reverse,
    reverse_claim,
    reverse_uses,
)
from domain.adjudication.prepared import limit_what, prepare, what_of
from domain.adjudication.product import Counts, Limit, Scope, Setting, Span, Terms
from domain.adjudication.what_if import what_if
from domain.refusals import RuleBroken
from tests.domain.adjudication.made_up import claims, families, products
from tests.domain.adjudication.written_short import decide, plan, tzs
from tests.domain.adjudication.written_short import line as billed_line

# A product is drawn anew for every example, and drawing costs more than deciding.
a_claim = settings(max_examples=40)
a_family = settings(max_examples=15)

PARTS = (
    "write_off",
    "balance_bill",
    "deductible",
    "copay",
    "coinsurance",
    "over_limit",
    "not_covered",
    "plan_pays",
)


def posted(cases: tuple[Case, ...], terms: Terms) -> History:
    history = History.starting_from(Balances())
    for case in cases:
        history = post(history, case, terms)
    return history


@a_claim
@given(products(), claims())
def test_every_part_of_a_line_is_there_once_and_none_is_negative(terms: Terms, case: Case) -> None:
    for line in adjudicate(case, terms, Balances()).lines:
        parts = [getattr(line, part).minor for part in PARTS]
        assert sum(parts) == line.billed.minor
        assert min(parts) >= 0
        assert line.plan_pays <= line.allowed


@a_claim
@given(products(), claims())
def test_never_more_is_paid_than_was_billed(terms: Terms, case: Case) -> None:
    decided = adjudicate(case, terms, Balances())
    assert decided.plan_pays <= decided.billed


@a_claim
@given(products(), claims())
def test_the_trace_leads_from_the_bill_to_the_payment(terms: Terms, case: Case) -> None:
    for line in adjudicate(case, terms, Balances()).lines:
        at = line.billed
        for step in line.trace:
            assert step.before == at
            assert step.before - step.amount == step.after
            at = step.after
        if line.status != "withdrawn":
            assert at == line.plan_pays
        for part in PARTS[:-1]:
            taken = sum(step.amount.minor for step in line.trace if step.part == part)
            assert taken == getattr(line, part).minor


@a_claim
@given(products(), claims())
def test_lines_add_up_to_the_claim_and_the_claim_to_the_accumulators(
    terms: Terms, case: Case
) -> None:
    decided = adjudicate(case, terms, Balances())
    assert decided.plan_pays.minor == sum(line.plan_pays.minor for line in decided.lines)
    for who in (case.member_id, case.family_id):
        booked = sum(
            entry.amount_minor
            for entry in decided.entries
            if entry.who == who and entry.year != LIFE and entry.what in ("paid", "exempt_paid")
        )
        assert booked == decided.plan_pays.minor


@a_family
@given(products(), families())
def test_no_limit_is_exceeded_after_any_claim(terms: Terms, cases: tuple[Case, ...]) -> None:
    history = History.starting_from(Balances())
    for case in cases:
        history = post(history, case, terms)
        for key, most in ceilings(terms, cases).items():
            assert history.balances.totals.get(key, 0) <= most, key


def ceilings(terms: Terms, cases: tuple[Case, ...]) -> dict[str, int]:
    """What each total may reach, by its key."""
    prepared, most = prepare(terms), dict[str, int]()
    for case in cases:
        assert case.service_on is not None
        year = prepared.year_of(case.service_on)
        who = {Scope.MEMBER: case.member_id, Scope.FAMILY: case.family_id}
        for measure, bounds in (("deductible", terms.deductibles), ("oop", terms.out_of_pocket)):
            for bound in bounds:
                if bound.scope in who:
                    key = f"{who[bound.scope]}|{year}|{what_of(bound, measure)}"
                    most[key] = min(most.get(key, bound.amount.minor), bound.amount.minor)
        for limit in terms.limits:
            if limit.scope not in who or limit.by_category or limit.counts is not Counts.PAID:
                continue
            if limit.exemptible or limit.setting is not Setting.ANY:
                continue
            at = LIFE if limit.span is Span.LIFE else year
            key = f"{who[limit.scope]}|{at}|{limit_what(limit, terms.benefits[0])}"
            most[key] = min(most.get(key, limit.amount.minor), limit.amount.minor)
    # A deductible that not every benefit of a setting reads is filled by the others too: the
    # named total is bounded only where the threshold is for any care.
    anywhere = {what_of(t, "deductible") for t in terms.deductibles if t.setting is Setting.ANY}
    anywhere |= {what_of(t, "oop") for t in terms.out_of_pocket if t.setting is Setting.ANY}
    anywhere |= {"paid"}
    return {key: amount for key, amount in most.items() if key.split("|")[2] in anywhere}


@a_family
@given(products(), families())
def test_no_more_is_paid_than_the_plans_limits_allow_whatever_is_exempt(
    terms: Terms, cases: tuple[Case, ...]
) -> None:
    paid: dict[tuple[str, str], int] = {}
    for claim in posted(cases, terms).posted:
        assert claim.case.service_on is not None
        year = prepare(terms).year_of(claim.case.service_on)
        for who in (claim.case.member_id, claim.case.family_id):
            for at in (year, LIFE):
                total = paid.get((who, at), 0) + claim.determination.plan_pays.minor
                paid[who, at] = total
                for limit in terms.limits:
                    if limit_holds_for(limit, who, at):
                        assert total <= limit.amount.minor, limit.name


def limit_holds_for(limit: Limit, who: str, at: str) -> bool:
    """Whether a limit bounds all payments to a member or family in a year or for life."""
    whole = limit.counts is Counts.PAID and limit.setting is Setting.ANY
    plain = not (limit.by_category or limit.exemptible)
    scope = Scope.FAMILY if who == "FAMILY" else Scope.MEMBER
    span = Span.LIFE if at == LIFE else Span.YEAR
    return whole and plain and limit.scope is scope and limit.span is span


@a_family
@given(products(), families())
def test_a_reversed_claim_leaves_no_trace_in_the_accumulators(
    terms: Terms, cases: tuple[Case, ...]
) -> None:
    history = posted(cases[:-1], terms)
    after = post(history, cases[-1], terms)
    assert reverse_claim(after, cases[-1].claim_id).balances == history.balances


@a_family
@given(products(), families())
def test_a_cascade_without_a_change_is_empty(terms: Terms, cases: tuple[Case, ...]) -> None:
    history = posted(cases, terms)
    cascade = readjudicate(history, terms)
    assert cascade.changed == ()
    assert cascade.balances == history.balances
    assert [claim.now for claim in cascade.claims] == [p.determination for p in history.posted]


@a_family
@given(products(), families())
def test_a_cascade_by_day_of_service_is_what_arrival_in_that_order_gives(
    terms: Terms, cases: tuple[Case, ...]
) -> None:
    in_order = tuple(sorted(cases, key=lambda case: case.service_on or case.claim_id))
    cascade = readjudicate(posted(cases, terms), terms, InOrder.SERVICE_DATE)
    assert cascade.balances == posted(in_order, terms).balances


@a_family
@given(products(), families())
def test_folding_from_zero_gives_the_stored_balances(terms: Terms, cases: tuple[Case, ...]) -> None:
    history = posted(cases, terms)
    folded = Balances()
    for claim in history.posted:
        for entry in claim.determination.entries:
            folded = folded.apply([entry])
        folded = folded.apply((), claim.determination.uses)
    assert folded == history.balances


@a_family
@given(products(), families())
def test_a_family_is_the_sum_of_its_members(terms: Terms, cases: tuple[Case, ...]) -> None:
    totals = posted(cases, terms).balances.totals
    summed: dict[str, int] = {}
    for key, total in totals.items():
        who, rest = key.split("|", 1)
        if who != "FAMILY":
            summed[rest] = summed.get(rest, 0) + total
    assert summed == {
        key.split("|", 1)[1]: total for key, total in totals.items() if key.startswith("FAMILY|")
    }


@a_family
@given(products(), products(), families())
def test_posting_the_differences_of_a_cascade_leads_to_its_balances(
    terms: Terms, other: Terms, cases: tuple[Case, ...]
) -> None:
    history = posted(cases, terms)
    cascade = readjudicate(history, other)
    balances = history.balances
    for claim in cascade.claims:
        balances = balances.apply(difference(claim.was, claim.now))
        balances = balances.apply((), (*reverse_uses(claim.was), *claim.now.uses))
    assert balances.totals == cascade.balances.totals
    assert uses_of(balances) == uses_of(cascade.balances)


def uses_of(balances: Balances) -> dict[str, list[str]]:
    return {who: sorted(map(repr, uses)) for who, uses in balances.uses.items()}


@a_family
@given(products(), products(), families())
def test_a_what_if_leaves_the_history_alone_and_tells_the_whole_difference(
    terms: Terms, other: Terms, cases: tuple[Case, ...]
) -> None:
    history = posted(cases, terms)
    copy = posted(cases, terms)
    asked = what_if(history, other)
    assert history == copy
    assert asked.difference.minor == sum(claim.delta.minor for claim in asked.changed)


@a_claim
@given(products(), claims())
def test_a_reversal_is_the_exact_negative(terms: Terms, case: Case) -> None:
    decided = adjudicate(case, terms, Balances())
    after = Balances().apply(decided.entries, decided.uses)
    assert after.apply(reverse(decided), reverse_uses(decided)) == Balances()


@a_claim
@given(products(), claims())
def test_deciding_again_from_the_same_facts_gives_the_same_told_or_not(
    terms: Terms, case: Case
) -> None:
    first: Determination = adjudicate(case, terms, Balances())
    assert adjudicate(case, terms, Balances()) == first
    bare = adjudicate(case, terms, Balances(), traced=False)
    assert bare == replace(first, lines=tuple(replace(line, trace=()) for line in first.lines))


@a_family
@given(products(), families(), st.lists(st.integers(0, 7), max_size=6))
def test_reversing_twice_is_reversing_once_in_whatever_order(
    terms: Terms, cases: tuple[Case, ...], chosen: list[int]
) -> None:
    history = posted(cases, terms)
    reversed_ids: set[str] = set()
    for number in chosen:
        claim_id = cases[number % len(cases)].claim_id
        if claim_id in reversed_ids:
            with pytest.raises(RuleBroken, match="reversed before"):
                reverse_claim(history, claim_id)
        else:
            history = reverse_claim(history, claim_id)
            reversed_ids.add(claim_id)
    left = Balances()
    for claim in history.posted:
        if claim.case.claim_id not in reversed_ids:
            left = left.apply(claim.determination.entries, claim.determination.uses)
    assert history.balances.totals == left.totals
    assert uses_of(history.balances) == uses_of(left)


def test_a_line_that_does_not_add_up_cannot_be_made() -> None:
    decided = decide(plan(), billed_line(5000)).lines[0]
    with pytest.raises(AssertionError, match="line 1"):
        replace(decided, plan_pays=tzs(4999))
    with pytest.raises(AssertionError, match="negative payment"):
        replace(decided, plan_pays=tzs(-1), not_covered=tzs(5001))
