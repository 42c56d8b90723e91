"""The claims desk over HTTP: what people do with a claim between its submission and its end."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from api.envelope import plain
from domain.adjudication.product import Limit, Scope
from domain.money import Money
from tests.api.book import V1, a_scheme, make_book, shown
from tests.api.running import Json, RunningApi, data_of, error_of, faulty_fields
from tests.api.test_claims import CLAIMS, worked_on

SURGERY = {"code": "SURG-1", "category": "outpatient", "quantity": 1, "billed": "700000.00"}


def made(client: httpx2.Client, **changed: object) -> str:
    return str(data_of(client.post(CLAIMS, json=make_book(client).claim(**changed)), 201)["id"])


def waiting(api: RunningApi, client: httpx2.Client) -> str:
    """A claim of 700,000 that waits for a manager."""
    claim_id = made(client, lines=[SURGERY])
    worked_on(api, claim_id)
    return claim_id


def claim_of(api: RunningApi, client: httpx2.Client, claim_id: str) -> Json:
    claim: Json = data_of(shown(api, client, f"/claims/{claim_id}"))
    return claim


def rule_of(answer: httpx2.Response) -> Any:
    return error_of(answer, 409, "RESOURCE_CONFLICT")["details"]["rule"]


def test_lines_are_added_corrected_and_taken_out_before_the_decision(
    api: RunningApi, admin: httpx2.Client
) -> None:
    claim_id = made(admin)
    line = {"code": "LAB-1", "category": "outpatient", "quantity": 2, "billed": "8000.00"}
    added = admin.post(f"{CLAIMS}/{claim_id}/line-items", json=line)
    new = data_of(added, 201)
    assert (new["line"], new["billed"]) == (2, "33000.00")
    data_of(shown(api, admin, f"/claims/{claim_id}"))
    path = f"{V1}/claim-line-items/{new['id']}"
    data_of(admin.put(path, json={**line, "billed": "7000.00"}))
    assert data_of(shown(api, admin, f"/claim-line-items/{new['id']}"))["billed"] == "7000.00"
    bad = admin.put(path, json={**line, "quantity": 0})
    fault = error_of(bad, 409, "RESOURCE_CONFLICT")["details"]
    assert (fault["rule"], fault["field"]) == ("claim.quantity_not_positive", "lines.2.quantity")
    data_of(admin.delete(path))
    claim = claim_of(api, admin, claim_id)
    assert (claim["billed"], claim["line_count"]) == ("25000.00", 1)
    error_of(admin.delete(path), 404, "RESOURCE_NOT_FOUND")
    assert api.events(claim_id).count("claim.corrected") == 3


def test_a_claim_is_corrected_as_a_whole_before_and_replaced_after_the_decision(
    api: RunningApi, admin: httpx2.Client
) -> None:
    claim_id = made(admin)
    path = f"{CLAIMS}/{claim_id}"
    data_of(admin.put(path, json={"diagnoses": ["B54"], "visit_type": "emergency"}))
    worked_on(api, claim_id)
    assert rule_of(admin.put(path, json={"kind": "inpatient"})) == "claim.wrong_stage"
    lines = [{"code": "CONS-GP", "category": "outpatient", "billed": "20000.00"}]
    assert rule_of(admin.post(f"{path}/replace", json={"lines": lines})) == (
        "claim.replaced_without_reason"
    )
    body = {"lines": lines, "reason": "the wrong bill"}
    dry = data_of(admin.post(f"{path}/replace", json=body, params={"dry_run": "true"}))
    assert (dry["dry_run"], dry["difference"]) == (True, "-5000.00")
    key = {"Idempotency-Key": f"replace-{claim_id}"}
    first = data_of(admin.post(f"{path}/replace", json=body, headers=key))
    again = data_of(admin.post(f"{path}/replace", json=body, headers=key))
    assert first == again
    assert (first["payable_was"], first["payable"]) == ("23500.00", "18500.00")
    assert api.events(claim_id).count("claim.readjudicated") == 1
    claim = claim_of(api, admin, claim_id)
    assert (claim["times_decided"], claim["decided_again_because"]) == (2, "replaced")
    told = data_of(admin.get(f"{path}/timeline"))
    assert any("decided again" in line["words"] for line in told)


def test_a_claim_is_assigned_and_found_under_the_name(
    api: RunningApi, admin: httpx2.Client
) -> None:
    claim_id = waiting(api, admin)
    data_of(admin.post(f"{CLAIMS}/{claim_id}/assign", json={"assigned_to": "neema"}))
    queue = data_of(shown(api, admin, "/claims/queue", assigned_to="neema"))["results"]
    assert claim_id in {claim["id"] for claim in queue}


@pytest.mark.parametrize("way", ["claims", "adjudications"])
def test_a_claim_waits_for_information_and_goes_on(
    api: RunningApi, admin: httpx2.Client, way: str
) -> None:
    claim_id = waiting(api, admin)
    body = {"wanted": "the referral letter", "asked_of": "provider"}
    data_of(admin.post(f"{V1}/{way}/{claim_id}/request-info", json=body))
    queue = data_of(shown(api, admin, "/claims/queue", queue="information"))["results"]
    assert claim_id in {claim["id"] for claim in queue}
    manager = api.as_role("claims_manager")
    decide = f"{V1}/adjudications/{claim_id}/decide"
    assert rule_of(manager.post(decide, json={"decision": "approve"})) == "claim.wrong_stage"
    answered = admin.post(f"{CLAIMS}/{claim_id}/submit", json={"answer": "attached"})
    assert data_of(answered)["stage"] == "adjudicated"
    data_of(manager.post(decide, json={"decision": "approve"}))
    assert claim_of(api, admin, claim_id)["stage"] == "approved"


def test_a_claim_is_suspended_by_hand_and_taken_up_where_it_was(
    api: RunningApi, admin: httpx2.Client
) -> None:
    claim_id = waiting(api, admin)
    path = f"{CLAIMS}/{claim_id}"
    body = {"reasons": ["SIGNATURE_DIFFERS"]}
    data_of(api.as_role("claims_processor").post(f"{path}/suspend", json=body))
    assert claim_of(api, admin, claim_id)["queue"] == "investigator"
    data_of(api.as_role("fraud_investigator").post(f"{path}/resume"))
    claim = claim_of(api, admin, claim_id)
    assert (claim["stage"], claim["queue"]) == ("adjudicated", "manager")


def test_a_reviewers_figures_stand_beside_the_billed_ones(
    api: RunningApi, admin: httpx2.Client
) -> None:
    claim_id = waiting(api, admin)
    path = f"{CLAIMS}/{claim_id}"
    data_of(admin.post(f"{path}/review-request", json={"reason": "unusual"}))
    said = {"lines": [{"line": 1, "unit_price": "600000.00", "reason": "usual fee"}]}
    own = error_of(admin.post(f"{path}/review", json=said), 409, "RESOURCE_CONFLICT")
    assert own["details"]["rule"] == "claim.same_reviewer"
    reviewer = api.as_role("medical_reviewer")
    more = {"lines": [{"line": 1, "unit_price": "700000.01"}, {"line": 1, "refused": True}]}
    assert rule_of(reviewer.post(f"{path}/review", json=more)) == "claim.line_twice"
    data_of(reviewer.post(f"{path}/review", json=said))
    (line,) = data_of(shown(api, admin, f"/claims/{claim_id}/line-items"))["results"]
    assert (line["billed"], line["unit_price_reviewed"], line["plan_pays"]) == (
        "700000.00", "600000.00", "598500.00",
    )  # fmt: skip
    why = data_of(admin.get(f"{V1}/claim-line-items/{line['line_id']}/explanation"))
    assert why["line"]["plan_pays"] == "598500.00"
    assert any("the plan pays" in words for words in why["words"])


def test_the_status_is_changed_by_those_who_may_take_the_step(
    api: RunningApi, admin: httpx2.Client
) -> None:
    claim_id = waiting(api, admin)
    path = f"{CLAIMS}/{claim_id}/status"
    processor = api.as_role("claims_processor")
    error_of(processor.patch(path, json={"status": "resumed"}), 403, "PERMISSION_DENIED")
    error_of(processor.patch(path, json={"status": "nonsense"}), 422, "VALIDATION_ERROR")
    assert rule_of(processor.patch(path, json={"status": "approved"})) == "claim.needs_manager"
    denied = {"status": "denied", "reasons": ["NOT_SEEN", "NO_REFERRAL"]}
    data_of(processor.patch(path, json=denied))
    manager = api.as_role("claims_manager")
    data_of(manager.post(f"{CLAIMS}/{claim_id}/reopen", json={"reason": "the referral is here"}))
    assert data_of(manager.post(f"{CLAIMS}/{claim_id}/process"))["number"]
    assert claim_of(api, admin, claim_id)["stage"] == "adjudicated"
    data_of(manager.patch(path, json={"status": "denied", "reasons": ["NOT_SEEN"]}))
    data_of(manager.patch(path, json={"status": "closed"}))
    assert claim_of(api, admin, claim_id)["stage"] == "closed"


def test_a_dispute_is_decided_appealed_and_decided_by_somebody_else(
    api: RunningApi, admin: httpx2.Client
) -> None:
    claim_id = waiting(api, admin)
    body = {"claim_id": claim_id, "grounds": "the referral was attached", "claimed": "700000.00"}
    assert rule_of(admin.post(f"{V1}/disputes", json=body)) == "dispute.claim_not_decided"
    reject = f"{CLAIMS}/{claim_id}/reject"
    data_of(api.as_role("claims_processor").post(reject, json={"reasons": ["NO_REFERRAL"]}))
    dispute = data_of(admin.post(f"{V1}/disputes", json=body), 201)
    assert dispute["number"].startswith("DSP-")
    path = f"{V1}/disputes/{dispute['id']}"
    data_of(admin.put(path, json={"grounds": "page two was missed", "claimed": "650000.00"}))
    ruling = {"outcome": "rejected", "why": "page two is of another patient"}
    assert rule_of(admin.post(f"{path}/decide", json=ruling)) == "dispute.same_person"
    manager = api.as_role("claims_manager")
    data_of(manager.post(f"{path}/decide", json=ruling))
    data_of(admin.post(f"{path}/appeal", json={"grounds": "it is not"}))
    assert rule_of(manager.post(f"{path}/decide", json=ruling)) == "dispute.same_person"
    other = api.signed_in(api.user("claims_manager"))
    upheld = {"outcome": "upheld", "why": "it is the patient's"}
    assert data_of(other.post(f"{path}/decide", json=upheld))["stage"] == "final"
    seen = data_of(shown(api, admin, f"/disputes/{dispute['id']}"))
    assert (seen["outcome"], seen["claimed"], seen["appealed"]) == ("upheld", "650000.00", True)
    listed = data_of(shown(api, admin, "/disputes", claim_id=claim_id))["results"]
    assert [one["id"] for one in listed] == [dispute["id"]]
    assert len(data_of(admin.get(f"{path}/timeline"))) == 5


def test_every_fault_of_a_correction_is_named_with_its_line(admin: httpx2.Client) -> None:
    claim_id = made(admin)
    lines = [
        {"code": "A", "billed": "1.001"},
        {"code": "B", "quantity": "-1", "billed": "10.00"},
        {"code": "C", "billed": 10},
    ]
    answer = admin.put(f"{CLAIMS}/{claim_id}", json={"lines": lines, "colour": "blue"})
    assert faulty_fields(error_of(answer, 422, "VALIDATION_ERROR")) == {
        "lines.0.billed", "lines.1.quantity", "lines.2.billed", "colour",
    }  # fmt: skip


def test_a_cascade_is_asked_dry_and_posted_once(api: RunningApi, admin: httpx2.Client) -> None:
    """A scheme's copay rises from 1,500 to 2,500, from before the claim."""
    book = make_book(admin)
    claim_id = str(data_of(admin.post(CLAIMS, json=book.claim()), 201)["id"])
    worked_on(api, claim_id)
    scheme = data_of(shown(api, admin, f"/schemes/{book.scheme}"))
    other = a_scheme(scheme["code"])
    other["terms"]["benefits"][0]["copay"]["amount"] = "2500.00"
    asked = {"product_id": book.scheme, "terms": other["terms"]}
    answer = data_of(admin.post(f"{V1}/what-if", json=asked))
    assert (answer["claims"], answer["difference"]) == (1, "-1000.00")
    assert [one["claim_id"] for one in answer["results"]] == [claim_id]
    data_of(admin.post(f"{V1}/schemes", json=other), 201)
    body = {"policy_ids": [book.policy], "change_id": str(uuid4()), "reason": "copay corrected"}
    dry = data_of(admin.post(f"{V1}/cascades", json=body, params={"dry_run": "true"}))
    (policy,) = dry["policies"]
    assert [one["difference"] for one in policy["changed"]] == ["-1000.00"]
    assert "claim.readjudicated" not in api.events(claim_id)
    first = data_of(admin.post(f"{V1}/cascades", json=body))
    again = data_of(admin.post(f"{V1}/cascades", json=body))
    assert (first["changed"], again) == (1, first)
    assert api.events(claim_id).count("claim.readjudicated") == 1
    assert claim_of(api, admin, claim_id)["payable"] == "22500.00"


def test_what_was_left_is_told_as_it_was_known(api: RunningApi, admin: httpx2.Client) -> None:
    book = make_book(admin)
    limited = a_scheme(data_of(shown(api, admin, f"/schemes/{book.scheme}"))["code"])
    limit = Limit("annual limit", Money.of(100_000, "TZS"), Scope.MEMBER, reason="ANNUAL_LIMIT")
    limited["terms"]["limits"] = plain((limit,))
    data_of(admin.post(f"{V1}/schemes", json=limited), 201)
    before = datetime.now(UTC).isoformat()
    claim_id = str(data_of(admin.post(CLAIMS, json=book.claim()), 201)["id"])
    worked_on(api, claim_id)

    def left(**known_at: str) -> object:
        path = f"/members/{book.member}/limits"
        (told,) = data_of(shown(api, admin, path, on="2025-03-01", **known_at))
        return next(one["left"] for one in told["limits"] if one["name"] == "annual limit")

    assert (left(known_at=before), left()) == ("100000.00", "76500.00")
