"""Fraud over HTTP: a suspicion from the alert to the finding, and what it brought."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx2
import pytest

from commands import claims, scoring
from commands.context import Context
from projections.claims_known import ClaimsDeskKnows
from projections.waiting import wait_for
from tests.api.book import V1, a_provider, make_book, shown
from tests.api.running import RunningApi, data_of, error_of

CHECKS = f"{V1}/fraud-checks"


def worked_on(api: RunningApi, claim_id: str) -> None:
    """What the workers do with a submitted claim: score it, and adjudicate it if they may."""
    store = api.parts.desk.store
    desk = replace(api.parts.desk, claims_known=ClaimsDeskKnows(store.pool, store.tenant))

    def context() -> Context:
        return Context("saga:test", uuid4(), uuid4(), datetime.now(UTC), desk.clock.today())

    key = UUID(claim_id)
    position = store.stream(key)[-1].position
    with store.pool.connection() as conn:
        assert wait_for(conn, position, 20, scoring_reads())
    scoring.score_claim(desk, context(), scoring.ScoreOfClaim(key, position))
    if store.stream(key)[-1].name == "claim.scored":
        claims.adjudicate_claim(desk, context(), claims.ClaimStep(key))


def scoring_reads() -> tuple[str, ...]:
    from workers.place import FRAUD_READS

    return FRAUD_READS


def a_clinic(number: int) -> dict[str, object]:
    """With an account of its own: others of the tests share one, which looks like a ring."""
    return a_provider(f"Clinic {number}") | {"payee_account": f"0150-{uuid4()}"}


@pytest.fixture
def visits(api: RunningApi, admin: httpx2.Client) -> list[str]:
    """Five claims of one member in two weeks, each from another clinic; the fifth is suspended."""
    book = make_book(admin)
    made = []
    for number in range(5):
        clinic = data_of(admin.post(f"{V1}/providers", json=a_clinic(number)), 201)
        body = book.claim(provider_id=clinic["id"], service_from=f"2025-03-0{number + 1}")
        made.append(data_of(admin.post(f"{V1}/claims", json=body), 201)["id"])
        worked_on(api, made[-1])
    return made


def refused(answer: httpx2.Response) -> str:
    """The rule that a request broke."""
    rule: str = error_of(answer, 409, "RESOURCE_CONFLICT")["details"]["rule"]
    return rule


def test_a_scheme_is_found_and_what_it_asked_for_is_saved(
    api: RunningApi, admin: httpx2.Client, visits: list[str]
) -> None:
    fifth = visits[4]
    before = data_of(shown(api, admin, "/fraud-checks/analytics"))
    listed = data_of(shown(api, admin, "/fraud-checks/high-risk", id=fifth))
    (case,) = listed["results"]
    assert case["stage"] == "alerted"
    assert case["suspended"]
    assert case["reasons"][0] == "FREQUENCY_ABUSE"
    assert case["words"][0] == "claims from 5 providers within two weeks"

    early = admin.post(f"{CHECKS}/{fifth}/confirm-fraud", json={"reasons": ["NEVER_VISITED"]})
    assert refused(early) == "fraud_case.wrong_stage"
    data_of(admin.post(f"{CHECKS}/{fifth}/investigate", json={"note": "asks all clinics"}))
    bare = admin.post(f"{CHECKS}/{fifth}/confirm-fraud", json={"reasons": ["NEVER_VISITED"]})
    assert refused(bare) == "fraud_case.no_evidence"
    proof = {"kind": "statement", "title": "no record of a visit", "reference": "DOC-7"}
    data_of(admin.post(f"{CHECKS}/{fifth}/evidence", json=proof))
    data_of(admin.post(f"{CHECKS}/{fifth}/link", json={"claim_id": visits[3]}))

    found = data_of(
        admin.post(
            f"{CHECKS}/{fifth}/confirm-fraud",
            json={"reasons": ["NEVER_VISITED"], "kinds": ["frequency"]},
        )
    )
    assert found["rejected"] == [fifth]
    assert found["to_recover"] == [visits[3]], "it was approved before anybody looked"
    assert data_of(shown(api, admin, f"/claims/{fifth}"))["stage"] == "denied"
    data_of(admin.post(f"{CHECKS}/{fifth}/flag", json={"subject": "member"}))
    told = {"authority": "TIRA", "reference": "TIRA/118"}
    data_of(admin.post(f"{CHECKS}/{fifth}/report", json=told))
    twice = admin.post(f"{CHECKS}/{fifth}/report", json=told)
    assert refused(twice) == "fraud_case.reported_before"

    after = data_of(shown(api, admin, "/fraud-checks/analytics"))
    assert after["confirmed"] == before["confirmed"] + 1
    assert float(after["saved"]) == float(before["saved"]) + 25_000
    assert sum(one["alerts"] for one in after["by_kind"]) == after["alerts"]
    same = data_of(admin.get(f"{V1}/claims/reports/fraud-metrics"))
    assert same["hit_rate"] == after["hit_rate"]


def test_a_flag_is_seen_by_the_next_score(
    api: RunningApi, admin: httpx2.Client, visits: list[str]
) -> None:
    fifth = visits[4]
    data_of(admin.post(f"{CHECKS}/{fifth}/investigate", json={}))
    proof = {"kind": "statement", "title": "no record of a visit"}
    data_of(admin.post(f"{CHECKS}/{fifth}/evidence", json=proof))
    data_of(admin.post(f"{CHECKS}/{fifth}/confirm-fraud", json={"reasons": ["NEVER_VISITED"]}))
    data_of(admin.post(f"{CHECKS}/{fifth}/flag", json={"subject": "provider"}))
    old = data_of(shown(api, admin, f"/claims/{fifth}"))
    body = {key: old[key] for key in ("member_id", "policy_id", "provider_id", "diagnoses")} | {
        "service_from": "2025-06-02",
        "lines": _line(),
    }
    later = data_of(admin.post(f"{V1}/claims", json=body), 201)["id"]
    worked_on(api, later)
    claim = data_of(shown(api, admin, f"/claims/{later}/fraud-check"))
    assert "FLAGGED_BEFORE" in claim["score_reasons"]


def _line() -> list[dict[str, object]]:
    return [{"code": "CONS-GP", "category": "outpatient", "quantity": 1, "billed": "9000.00"}]


def test_a_suspicion_that_is_cleared_lets_the_claim_go_on(
    api: RunningApi, admin: httpx2.Client, visits: list[str]
) -> None:
    data_of(admin.post(f"{CHECKS}/{visits[4]}/clear", json={"note": "a course of treatment"}))
    claim = data_of(shown(api, admin, f"/claims/{visits[4]}"))
    assert claim["stage"] == "scored"
    again = admin.post(f"{CHECKS}/{visits[4]}/clear", json={})
    assert refused(again) == "fraud_case.wrong_stage"


def test_a_claim_that_no_score_suspects_can_be_looked_into(
    api: RunningApi, admin: httpx2.Client, visits: list[str]
) -> None:
    data_of(admin.post(f"{CHECKS}/{visits[0]}/investigate", json={"due_on": "2199-01-01"}))
    listed = data_of(shown(api, admin, "/fraud-checks/investigations", id=visits[0]))
    (case,) = listed["results"]
    assert (case["model"], case["due_on"]) == ("person", "2199-01-01")


def test_a_score_is_asked_for_again_and_workers_are_told(
    api: RunningApi, admin: httpx2.Client, visits: list[str]
) -> None:
    asked = data_of(admin.post(f"{V1}/claims/{visits[0]}/fraud-check", json={}))
    assert asked["id"] == visits[0]
    names = [event.name for event in api.parts.desk.store.read_after(0, 100_000)]
    assert names[-1] == "fraud_case.check_requested"


def test_who_does_not_investigate_sees_and_decides_nothing(
    api: RunningApi, visits: list[str]
) -> None:
    desk = api.as_role("customer_service")
    assert desk.get(f"{CHECKS}/high-risk").status_code == 403
    assert desk.get(f"{CHECKS}/analytics").status_code == 403
    assert desk.post(f"{CHECKS}/{visits[4]}/clear", json={}).status_code == 403
    assert desk.post(f"{V1}/claims/{visits[0]}/fraud-check", json={}).status_code == 403
