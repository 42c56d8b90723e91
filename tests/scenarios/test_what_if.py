"""The book under other terms: which claims change, by how much, and that nothing is written."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from commands.claims import ClaimStep, Denial, adjudicate_claim, deny_claim
from commands.deciding_again import Correction, replace_claim
from commands.products import product_id
from commands.replaying import what_if
from commands.what_if import Answer, Otherwise
from commands.what_if_shared import what_if_shared
from domain.adjudication.product import Benefit, Copay, CopayPer, Limit, Scope
from domain.claim import CLAIM
from domain.claim.events import ClaimScored
from domain.refusals import RuleBroken
from tests.support.commands import Done, bima
from tests.support.insurer import OPERATION, TERMS, VISIT, Insurer, tzs

MSINGI = product_id("MSINGI")
DEARER = replace(
    TERMS,
    benefits=(
        Benefit(category="outpatient", copay=Copay(tzs(4_000), CopayPer.CLAIM)),
        Benefit(category="surgery"),
    ),
)


def decided(insurer: Insurer, covered: tuple[UUID, UUID], clinic: UUID, **changes: object) -> UUID:
    """A claim as far as the decision by the rules."""
    claim_id = insurer.claims(covered, clinic, **changes)
    scored = ClaimScored(Decimal(0), "rules-1", (), 0, suspends=False)
    store = insurer.desk.store
    store.append(store.load(CLAIM, claim_id), [scored], insurer.by("rules").meta())
    adjudicate_claim(insurer.desk, insurer.by("rules"), ClaimStep(claim_id))
    return claim_id


def asked(insurer: Insurer, otherwise: Otherwise) -> Answer:
    """The answer; the log must be as long afterwards as it was before."""
    store = insurer.desk.store
    before = store.reader.safe_position()
    answer = what_if(store, otherwise, "TZS", told=lambda position, last: None)
    assert store.reader.safe_position() == before
    return answer


def test_under_the_same_terms_no_claim_changes(insurer: Insurer) -> None:
    clinic, covered = insurer.clinic(), insurer.member()
    decided(insurer, covered, clinic)
    admitted = insurer.clock.today() - timedelta(days=3)
    decided(insurer, covered, clinic, kind="inpatient", lines=OPERATION, service_from=admitted)
    answer = asked(insurer, Otherwise(MSINGI, TERMS))
    assert (answer.claims, answer.changed) == (2, ())
    assert answer.pays == answer.would_pay == tzs(23_500 + 730_000)


def test_a_higher_copay_lowers_every_visit_and_leaves_the_operation(insurer: Insurer) -> None:
    clinic, covered = insurer.clinic(), insurer.member()
    visits = [decided(insurer, covered, clinic), decided(insurer, insurer.member(), clinic)]
    admitted = insurer.clock.today() - timedelta(days=3)
    decided(insurer, covered, clinic, kind="inpatient", lines=OPERATION, service_from=admitted)
    answer = asked(insurer, Otherwise(MSINGI, DEARER))
    assert [change.claim_id for change in answer.changed] == visits
    assert {(c.pays, c.would_pay) for c in answer.changed} == {(tzs(23_500), tzs(21_000))}
    assert answer.claims == 3
    assert answer.difference == tzs(-5_000)


def test_a_lower_limit_is_used_up_claim_by_claim_in_the_order_of_processing(
    insurer: Insurer,
) -> None:
    limits = (Limit("annual limit", tzs(40_000), Scope.FAMILY, reason="ANNUAL_LIMIT"),)
    clinic, covered = insurer.clinic(), insurer.member()
    claims = [decided(insurer, covered, clinic) for _ in range(3)]
    answer = asked(insurer, Otherwise(MSINGI, replace(TERMS, limits=limits)))
    assert [(c.claim_id, c.would_pay) for c in answer.changed] == [
        (claims[1], tzs(16_500)),
        (claims[2], tzs(0)),
    ]
    assert all("ANNUAL_LIMIT" in change.reasons for change in answer.changed)


def test_two_processes_answer_what_one_does(insurer: Insurer) -> None:
    clinic = insurer.clinic()
    limits = (Limit("annual limit", tzs(40_000), Scope.FAMILY, reason="ANNUAL_LIMIT"),)
    for _ in range(3):
        covered = insurer.member()
        for _ in range(2):
            decided(insurer, covered, clinic)
    otherwise = Otherwise(MSINGI, replace(TERMS, limits=limits))
    alone = asked(insurer, otherwise)
    assert len(alone.changed) == 3
    dsn, heard = str(insurer.settings.database_url), list[tuple[int, int]]()
    tenant = insurer.settings.tenant
    shared = what_if_shared(
        dsn, tenant, otherwise, "TZS", 2, told=lambda at, last: heard.append((at, last))
    )
    assert shared == alone
    assert heard[-1][0] == heard[-1][1]


def test_terms_with_faults_are_refused_by_whoever_finds_them(insurer: Insurer) -> None:
    decided(insurer, insurer.member(), insurer.clinic())
    otherwise = Otherwise(MSINGI, None, ("price", "benefit"))
    dsn, tenant = str(insurer.settings.database_url), insurer.settings.tenant
    with pytest.raises(RuleBroken) as refused:
        what_if_shared(dsn, tenant, otherwise, "TZS", 2, told=lambda at, last: None)
    assert refused.value.code == "product.contradicts_itself"


def test_a_claim_that_was_replaced_and_reviewed_counts_as_it_stands(insurer: Insurer) -> None:
    covered, clinic = insurer.member(), insurer.clinic()
    claim_id = decided(insurer, covered, clinic)
    cheaper = tuple(replace(line, billed=tzs(5_000)) for line in VISIT)
    context = insurer.by("rehema", reason="the wrong bill")
    replace_claim(insurer.desk, context, Correction(claim_id, lines=cheaper))
    assert asked(insurer, Otherwise(MSINGI, TERMS)).changed == ()
    (change,) = asked(insurer, Otherwise(MSINGI, DEARER)).changed
    assert (change.pays, change.would_pay) == (tzs(8_500), tzs(6_000))


def test_claims_outside_the_days_stay_and_hold_what_they_took(insurer: Insurer) -> None:
    limits = (Limit("annual limit", tzs(40_000), Scope.FAMILY, reason="ANNUAL_LIMIT"),)
    clinic, covered = insurer.clinic(), insurer.member()
    decided(insurer, covered, clinic)
    insurer.clock.advance(timedelta(days=1))
    second = decided(insurer, covered, clinic)
    today = insurer.clock.today()
    answer = asked(insurer, Otherwise(MSINGI, replace(TERMS, limits=limits), from_on=today))
    assert answer.claims == 1
    assert [(c.claim_id, c.would_pay) for c in answer.changed] == [(second, tzs(16_500))]
    assert asked(insurer, Otherwise(MSINGI, DEARER, until_on=today)).claims == 1


def test_a_claim_that_a_person_denied_counts_under_no_terms(insurer: Insurer) -> None:
    limits = (Limit("annual limit", tzs(750_000), Scope.FAMILY, reason="ANNUAL_LIMIT"),)
    clinic, covered = insurer.clinic(), insurer.member()
    admitted = insurer.clock.today() - timedelta(days=3)
    operation = decided(
        insurer, covered, clinic, kind="inpatient", lines=OPERATION, service_from=admitted
    )
    deny_claim(insurer.desk, insurer.by("rehema"), Denial(operation, ("NOT_NECESSARY",)))
    decided(insurer, covered, clinic)
    answer = asked(insurer, Otherwise(MSINGI, replace(TERMS, limits=limits)))
    assert (answer.claims, answer.changed) == (1, ())


def test_a_claim_that_the_rules_refused_may_be_paid_under_other_terms(insurer: Insurer) -> None:
    clinic, covered = insurer.clinic(), insurer.member()
    lines = tuple(replace(line, category="dental") for line in VISIT)
    claim_id = decided(insurer, covered, clinic, lines=lines)
    assert insurer.claim(claim_id).payable == tzs(0)
    dental = replace(TERMS, benefits=(*TERMS.benefits, Benefit(category="dental")))
    (change,) = asked(insurer, Otherwise(MSINGI, dental)).changed
    assert (change.pays, change.would_pay) == (tzs(0), tzs(25_000))


def test_the_order_of_steps_decides_what_a_limit_leaves(insurer: Insurer) -> None:
    """730,000 are paid where the deductible comes first; a limit of 750,000 before it cuts more."""
    limited = Limit("annual limit", tzs(750_000), Scope.FAMILY, reason="ANNUAL_LIMIT")
    clinic, covered = insurer.clinic(), insurer.member()
    admitted = insurer.clock.today() - timedelta(days=3)
    decided(insurer, covered, clinic, kind="inpatient", lines=OPERATION, service_from=admitted)
    terms = replace(TERMS, limits=(limited,))
    assert asked(insurer, Otherwise(MSINGI, terms)).changed == ()
    order = ("benefit", "price", "annual limit", "deductible", "copay", "coinsurance", "limits")
    (change,) = asked(insurer, Otherwise(MSINGI, terms, order)).changed
    assert change.would_pay == tzs(700_000)


@pytest.mark.parametrize(
    ("otherwise", "code"),
    [
        (Otherwise(MSINGI, None, ("price", "benefit")), "product.contradicts_itself"),
        (Otherwise(MSINGI, replace(TERMS, currency="USD")), "product.currency_differs"),
    ],
)
def test_terms_that_cannot_be_are_refused(
    insurer: Insurer, otherwise: Otherwise, code: str
) -> None:
    decided(insurer, insurer.member(), insurer.clinic())
    with pytest.raises(RuleBroken) as refused:
        asked(insurer, otherwise)
    assert refused.value.code == code


def test_the_command_reads_a_scheme_as_the_api_takes_it(insurer: Insurer, tmp_path: Path) -> None:
    decided(insurer, insurer.member(), insurer.clinic())
    scheme = {
        "code": "MSINGI",
        "name": "Afya Msingi",
        "effective_from": "2025-01-01",
        "terms": {
            "product": "MSINGI",
            "claim_checks": ["dates", "member", "coverage"],
            "orders": [{"kind": "", "steps": ["benefit", "price", "copay", "limits"]}],
            "year_is": "cover",
            "benefits": [{"category": "outpatient", "copay": {"amount": "4000", "per": "claim"}}],
        },
    }
    path = tmp_path / "scheme.json"
    path.write_text(json.dumps(scheme))
    changed, totals = lines_of(run(insurer, tmp_path, "--terms", str(path), "--json"))
    assert (changed["pays"], changed["would_pay"], changed["difference"]) == (
        "23500.00", "21000.00", "-2500.00",
    )  # fmt: skip
    assert (totals["claims"], totals["changed"], totals["difference"]) == (1, 1, "-2500.00")

    path.write_text(json.dumps({**scheme, "terms": {"orders": 7}}))
    refused = run(insurer, tmp_path, "--terms", str(path))
    assert refused.returncode == 1
    assert "terms.orders" in refused.stderr
    assert run(insurer, tmp_path).returncode == 2


def run(insurer: Insurer, home: Path, *words: str) -> Done:
    return bima(str(insurer.settings.database_url), home, "whatif", *words)


def lines_of(done: Done) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
