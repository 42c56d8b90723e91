"""A claim over HTTP from submission to a decision, and what the API shows on the way."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID, uuid4

import httpx2

from commands import claims, scoring
from commands.context import Context
from projections.claims_known import ClaimsDeskKnows
from projections.waiting import wait_for
from tests.api.book import V1, make_book, shown
from tests.api.running import RunningApi, data_of, error_of

CLAIMS = f"{V1}/claims"


def worked_on(api: RunningApi, claim_id: str) -> None:
    """What the workers do with a submitted claim: score it and adjudicate it."""
    store = api.parts.desk.store
    desk = replace(api.parts.desk, claims_known=ClaimsDeskKnows(store.pool, store.tenant))

    def context() -> Context:
        return Context("saga:test", uuid4(), uuid4(), datetime.now(UTC), desk.clock.today())

    key = UUID(claim_id)
    position = store.stream(key)[-1].position
    with store.pool.connection() as conn:
        assert wait_for(conn, position, 20, ("claim_facts", "fraud_cases"))
    scoring.score_claim(desk, context(), scoring.ScoreOfClaim(key, position))
    claims.adjudicate_claim(desk, context(), claims.ClaimStep(key))


def test_a_claim_is_submitted_adjudicated_and_shown(api: RunningApi, admin: httpx2.Client) -> None:
    book = make_book(admin)  # of its own: many claims of one member would look like fraud
    made = data_of(admin.post(CLAIMS, json=book.claim()), 201)
    worked_on(api, made["id"])
    claim = data_of(shown(api, admin, f"/claims/{made['id']}", expand="member,policy,provider"))
    assert claim["billed"] == "25000.00"
    assert claim["plan_pays"] == "23500.00"
    assert claim["stage"] == "approved"
    assert claim["member"]["full_name"] == "Asha Mtei"
    assert claim["policy"]["id"] == book.policy
    assert claim["provider"]["name"] == "Bugando Hospital"
    lines = data_of(shown(api, admin, f"/claims/{made['id']}/line-items"))
    assert [line["copay"] for line in lines["results"]] == ["1500.00"]
    decided = data_of(admin.get(f"{CLAIMS}/{made['id']}/adjudication"))
    assert decided["payable"] == "23500.00"
    assert decided["determination"]["lines"][0]["trace"]


def test_the_life_of_a_claim_is_told_in_words_and_in_data(
    api: RunningApi, admin: httpx2.Client
) -> None:
    book = make_book(admin)
    made = data_of(admin.post(CLAIMS, json=book.claim()), 201)
    before = datetime.now(UTC).isoformat()
    worked_on(api, made["id"])
    told = data_of(shown(api, admin, f"/claims/{made['id']}/history"))
    own = [event for event in told["events"] if event["own"]]
    assert [event["event"] for event in own] == [
        "claim.submitted", "claim.scored", "claim.adjudicated", "claim.approved",
    ]  # fmt: skip
    assert made["number"] in own[0]["words"]
    assert own[2]["data"]["payable"] == "23500.00"
    assert own[3]["changed"]["stage"].endswith("approved")
    assert any("accumulator" in event["event"] for event in told["events"] if not event["own"])
    assert told["explanation"]
    assert {event["event"].split(".")[0] for event in told["background"]} == {
        "member", "policy", "provider", "product",
    }  # fmt: skip
    known = data_of(admin.get(f"{CLAIMS}/{made['id']}/history", params={"known_at": before}))
    assert [e["event"] for e in known["events"] if e["own"]] == ["claim.submitted"]
    lines = data_of(admin.get(f"{CLAIMS}/{made['id']}/timeline"))
    assert [line["words"] for line in lines] == [event["words"] for event in own]


def test_a_manager_decides_what_a_processor_prepared(api: RunningApi, admin: httpx2.Client) -> None:
    """850,000 at most 780,000 by contract: nobody who touched the claim may approve it."""
    book = make_book(admin)
    line = {"code": "SURG-1", "category": "outpatient", "quantity": 1, "billed": "700000.00"}
    processor, manager = api.as_role("claims_processor"), api.as_role("claims_manager")
    made = data_of(processor.post(CLAIMS, json=book.claim(lines=[line])), 201)
    path = f"{CLAIMS}/{made['id']}"
    early = error_of(manager.post(f"{path}/approve"), 409, "RESOURCE_CONFLICT")
    assert early["details"]["rule"] == "claim.wrong_stage"
    worked_on(api, made["id"])
    waiting = data_of(shown(api, manager, "/adjudications/pending-decision"))["results"]
    assert made["id"] in {claim["id"] for claim in waiting}
    data_of(processor.post(f"{path}/prepare", json={"note": "bill and tariff agree"}))
    for client, rule in ((processor, "claim.needs_manager"), (admin, "")):
        answer = client.post(f"{path}/approve", params={"dry_run": "true"})
        if rule:
            assert error_of(answer, 409, "RESOURCE_CONFLICT")["details"]["rule"] == rule
    data_of(manager.post(f"{path}/approve"))
    assert api.events(made["id"])[-1] == "claim.approved"


def test_a_claim_is_denied_with_every_reason(api: RunningApi, admin: httpx2.Client) -> None:
    book = make_book(admin)
    line = {"code": "XRAY", "category": "outpatient", "quantity": 1, "billed": "80000.00"}
    made = data_of(admin.post(CLAIMS, json=book.claim(lines=[line])), 201)
    worked_on(api, made["id"])
    path = f"{CLAIMS}/{made['id']}/reject"
    error_of(admin.post(path, json={"reasons": []}), 422, "VALIDATION_ERROR")
    data_of(admin.post(path, json={"reasons": ["NOT_SEEN", "NO_REFERRAL"]}))
    claim = data_of(shown(api, admin, f"/claims/{made['id']}"))
    assert (claim["stage"], claim["reasons"]) == ("denied", ["NOT_SEEN", "NO_REFERRAL"])
    again = admin.post(path, json={"reasons": ["NOT_SEEN"]})
    assert error_of(again, 409, "RESOURCE_CONFLICT")["details"]["rule"] == "claim.wrong_stage"


def test_a_claim_on_a_lapsed_policy_is_refused(admin: httpx2.Client) -> None:
    book = make_book(admin)
    data_of(admin.post(f"{V1}/policies/{book.policy}/lapse", json={"day": "2025-02-15"}))
    answer = admin.post(CLAIMS, json=book.claim())
    error = error_of(answer, 409, "RESOURCE_CONFLICT")
    assert error["details"]["rule"] == "claim.no_cover"
    assert error["details"]["reason"] == "POLICY_LAPSED"


def test_an_invoice_counts_once_for_a_provider(admin: httpx2.Client) -> None:
    book = make_book(admin)
    first = data_of(admin.post(CLAIMS, json=book.claim(invoice_no="INV-7")), 201)
    again = admin.post(CLAIMS, json=book.claim(invoice_no="inv-7 "))
    error = error_of(again, 409, "DUPLICATE_RESOURCE")
    assert error["details"]["rule"] == "invoice.already_registered"
    data_of(admin.delete(f"{CLAIMS}/{first['id']}", headers={"X-Reason": "sent%20twice"}))
    data_of(admin.post(CLAIMS, json=book.claim(invoice_no="INV-7")), 201)


def test_the_bordereau_of_a_month_is_the_same_bytes_twice(
    api: RunningApi, admin: httpx2.Client
) -> None:
    book = make_book(admin)
    made = data_of(admin.post(CLAIMS, json=book.claim()), 201)
    worked_on(api, made["id"])
    month = f"{datetime.now(UTC):%Y-%m}"
    at = {"position": str(api.last_position())}
    first = shown(api, admin, f"/bordereaux/claims/{month}", **at)
    assert first.status_code == 200, first.text
    assert made["number"] in first.text
    data_of(admin.post(CLAIMS, json=book.claim()), 201)
    again = shown(api, admin, f"/bordereaux/claims/{month}", **at)
    assert again.content == first.content
    assert sha256(first.content).hexdigest() == first.headers["X-Content-SHA256"]
    error_of(admin.get(f"{V1}/bordereaux/claims/2025-13"), 422, "VALIDATION_ERROR")


def test_a_claim_is_reversed_only_once_it_is_approved_and_with_a_reason(
    api: RunningApi, admin: httpx2.Client
) -> None:
    """The story of a reversal stands among the scenarios; here is what a caller is told."""
    book = make_book(admin)
    made = data_of(admin.post(CLAIMS, json=book.claim()), 201)
    path = f"{CLAIMS}/{made['id']}/reverse"
    early = error_of(admin.post(path, json={"reason": "wrong patient"}), 409, "RESOURCE_CONFLICT")
    assert early["details"]["rule"] == "claim.nothing_to_reverse"
    worked_on(api, made["id"])
    unsaid = error_of(admin.post(path, json={}), 409, "RESOURCE_CONFLICT")
    assert unsaid["details"]["rule"] == "claim.reversed_without_reason"
    done = data_of(admin.post(path, json={"reason": "wrong patient"}))
    assert done["to_recover"] == "0.00"
    again = error_of(admin.post(path, json={"reason": "wrong patient"}), 409, "RESOURCE_CONFLICT")
    assert again["details"]["rule"] == "claim.already_reversed"
