"""Providers, schemes, policies, payments and underwriting over HTTP: each does what it says."""

from uuid import uuid4

import httpx2

from tests.api.book import V1, Book, a_policy, a_provider, a_scheme, make_book, shown
from tests.api.running import RunningApi, a_member, data_of, error_of
from tests.api.test_claims import worked_on


def rule_of(answer: httpx2.Response) -> str:
    return str(error_of(answer, 409, "RESOURCE_CONFLICT")["details"]["rule"])


def test_a_provider_is_registered_contracted_priced_and_suspended(
    api: RunningApi, admin: httpx2.Client
) -> None:
    made = data_of(admin.post(f"{V1}/providers", json=a_provider("Sekou-Toure")), 201)
    path = f"{V1}/providers/{made['id']}"
    period = {"from_on": "2025-01-01", "until_on": "2026-01-01"}
    data_of(admin.post(f"{path}/contracts", json={"contract_no": "C-2", "period": period}))
    price = {"code": "XRAY", "category": "outpatient", "unit_price": "12000.00"}
    data_of(admin.post(f"{path}/tariffs", json={"period": period, "prices": [price]}))
    twice = admin.post(f"{path}/tariffs", json={"period": period, "prices": [price, price]})
    assert rule_of(twice) == "provider.tariff_code_twice"
    contracts = data_of(shown(api, admin, f"/providers/{made['id']}/contracts"))["results"]
    assert {contract["contract_no"] for contract in contracts} == {made["number"], "C-2"}
    prices = data_of(shown(api, admin, f"/providers/{made['id']}/prices"))["results"]
    assert [(row["code"], row["unit_price"]) for row in prices] == [("XRAY", "12000.00")]
    tariffs = data_of(shown(api, admin, f"/providers/{made['id']}/tariffs"))["results"]
    assert [tariff["price_count"] for tariff in tariffs] == [1]
    data_of(admin.patch(f"{path}/suspend", json={"reason": "under review"}))
    assert data_of(shown(api, admin, f"/providers/{made['id']}"))["status"] == "suspended"
    data_of(admin.patch(f"{path}/reinstate"))
    assert data_of(shown(api, admin, f"/providers/{made['id']}"))["status"] == "active"


def test_a_period_without_a_day_is_refused(admin: httpx2.Client) -> None:
    period = {"from_on": "2025-01-01", "until_on": "2025-01-01"}
    body = a_provider() | {"contract_period": period}
    error_of(admin.post(f"{V1}/providers", json=body), 422, "VALIDATION_ERROR")


def test_a_scheme_has_versions_each_for_its_own_days(api: RunningApi, admin: httpx2.Client) -> None:
    body = a_scheme(f"V-{uuid4().hex[:6]}")
    made = data_of(admin.post(f"{V1}/schemes", json=body), 201)
    path = f"{V1}/schemes/{made['id']}"
    terms = body["terms"] | {"adult_age": 21}
    later = {"name": "Standard Plus", "effective_from": "2025-07-01", "terms": terms}
    second = admin.put(path, json=later)
    assert data_of(second)["version"] == 2
    versions = data_of(shown(api, admin, f"/schemes/{made['id']}/versions"))["results"]
    assert [version["terms_version"] for version in versions] == [2, 1]
    for day, age in (("2025-06-30", 18), ("2025-07-01", 21)):
        in_force = data_of(admin.get(f"{path}/terms", params={"on": day}))
        assert in_force["adult_age"] == age
    copay = data_of(admin.get(f"{path}/terms"))["benefits"][0]["copay"]
    assert copay == {"amount": "1500.00", "per": "claim"}
    before = admin.get(f"{path}/terms", params={"on": "2023-01-01"})
    assert rule_of(before) == "product.not_in_force"
    data_of(admin.delete(path, headers={"X-Effective-On": "2026-01-01"}))
    assert data_of(shown(api, admin, f"/schemes/{made['id']}"))["status"] == "withdrawn"


def test_terms_that_contradict_themselves_are_refused_with_every_fault(
    admin: httpx2.Client,
) -> None:
    body = a_scheme(f"W-{uuid4().hex[:6]}")
    body["terms"] |= {"orders": [], "adult_age": -1}
    answer = admin.post(f"{V1}/schemes", json=body)
    details = error_of(answer, 409, "RESOURCE_CONFLICT")["details"]
    assert details["rule"] == "product.contradicts_itself"
    assert "orders" in {fault["field"] for fault in details["faults"]}


def test_an_unknown_word_deep_in_the_terms_is_named(admin: httpx2.Client) -> None:
    body = a_scheme("DEEP")
    body["terms"]["benefits"][0]["copay"]["currency"] = "TZS"
    error = error_of(admin.post(f"{V1}/schemes", json=body), 422, "VALIDATION_ERROR")
    assert error["details"]["errors"][0]["field"] == "terms.benefits.0.copay.currency"


def test_the_life_of_a_policy(api: RunningApi, admin: httpx2.Client, book: Book) -> None:
    member = data_of(admin.post(f"{V1}/members", json=a_member(first_name="Juma")), 201)["id"]
    parts = [
        {"due_on": "2025-01-01", "amount": "60000.00"},
        {"due_on": "2025-07-01", "amount": "60000.00"},
    ]
    body = a_policy(book.scheme, book.member, instalments=parts)
    policy = data_of(admin.post(f"{V1}/policies", json=body), 201)["id"]
    path = f"{V1}/policies/{policy}"
    joined = {"member_id": member, "from_on": "2025-02-01"}
    data_of(admin.post(f"{path}/members", json=joined))
    assert rule_of(admin.post(f"{path}/members", json=joined)) == "policy.member_covered"
    premium = {"amount": "60000.00", "received_on": "2025-01-05", "reference": "MM-1"}
    data_of(admin.post(f"{path}/premiums", json=premium))
    data_of(admin.patch(f"{path}/suspend", json={"day": "2025-03-01", "reason": "asked"}))
    data_of(admin.patch(f"{path}/resume", json={"day": "2025-03-15"}))

    def covered(day: str) -> dict[str, str | None]:
        rows = data_of(admin.get(f"{path}/coverage", params={"on": day}))
        return {row["member_id"]: row["reason"] for row in rows}

    shown(api, admin, f"/policies/{policy}")
    assert covered("2025-01-15") == {book.member: None, member: "OUTSIDE_POLICY_PERIOD"}
    assert covered("2025-02-01") == {book.member: None, member: None}
    assert set(covered("2025-03-10").values()) == {"POLICY_SUSPENDED"}
    gone = {"X-Effective-On": "2025-05-01"}
    data_of(admin.delete(f"{path}/members/{member}", headers=gone))
    assert covered("2025-05-01") == {book.member: None, member: "OUTSIDE_POLICY_PERIOD"}
    data_of(admin.post(f"{path}/lapse", json={"day": "2025-09-01"}))
    assert rule_of(admin.post(f"{path}/revive", json={"day": "2025-09-10"})) == (
        "policy.premium_unpaid"
    )
    data_of(admin.post(f"{path}/premiums", json=premium | {"received_on": "2025-09-09"}))
    data_of(admin.post(f"{path}/revive", json={"day": "2025-09-10"}))
    next_year = {"from_on": "2026-01-01", "until_on": "2027-01-01"}
    data_of(admin.patch(f"{path}/renew", json={"period": next_year, "premium": "130000.00"}))
    data_of(admin.patch(f"{path}/terminate", json={"until_on": "2026-06-01"}))
    policy_row = data_of(shown(api, admin, f"/policies/{policy}"))
    assert (policy_row["stage"], policy_row["premium"]) == ("terminated", "250000.00")
    for name, count in (("members", 2), ("premiums", 2), ("instalments", 3), ("periods", 2)):
        assert data_of(admin.get(f"{path}/{name}"))["count"] == count, name
    of_member = data_of(admin.get(f"{V1}/members/{member}/policies"))["results"]
    assert [row["id"] for row in of_member] == [policy]


def test_cover_is_checked_by_id_or_by_the_number_on_the_card(
    api: RunningApi, admin: httpx2.Client
) -> None:
    book = make_book(admin)
    number = data_of(shown(api, admin, f"/members/{book.member}"))["number"]
    shown(api, admin, "/policies")
    question = {"member_number": number, "service_on": "2025-03-01", "provider_id": book.provider}
    found = data_of(admin.post(f"{V1}/coverage/verify", json=question))
    assert (found["covered"], found["in_network"]) == (True, True)
    assert [cover["policy_id"] for cover in found["covers"]] == [book.policy]
    later = admin.get(f"{V1}/coverage/check/{book.member}", params={"on": "2026-01-01"})
    assert data_of(later)["covers"][0]["reason"] == "OUTSIDE_POLICY_PERIOD"
    for wrong in ({}, question | {"member_id": book.member}):
        error_of(admin.post(f"{V1}/coverage/verify", json=wrong), 422, "VALIDATION_ERROR")


def test_an_approved_claim_is_owed_once_and_may_be_taken_back(
    api: RunningApi, admin: httpx2.Client
) -> None:
    book = make_book(admin)
    claim = data_of(admin.post(f"{V1}/claims", json=book.claim()), 201)["id"]
    worked_on(api, claim)
    finance = api.as_role("finance_officer")
    first = data_of(finance.post(f"{V1}/claims/{claim}/payments"))
    assert data_of(finance.post(f"{V1}/claims/{claim}/payments")) == first
    pending = data_of(shown(api, finance, "/payments/pending", claim_id=claim))["results"]
    assert [(p["id"], p["amount"]) for p in pending] == [(first["id"], "23500.00")]
    of_claim = data_of(shown(api, finance, f"/claims/{claim}/payments"))["results"]
    assert [payment["id"] for payment in of_claim] == [first["id"]]
    data_of(finance.post(f"{V1}/payments/{first['id']}/cancel", json={"reason": "wrong payee"}))
    assert rule_of(finance.post(f"{V1}/payments/{first['id']}/process")) == (
        "payment.not_scheduled"
    )
    used = data_of(shown(api, admin, f"/policies/{book.policy}/accumulators"))
    assert used["count"] > 0
    own = data_of(shown(api, admin, f"/members/{book.member}/accumulators"))["results"]
    assert {row["who"] for row in own} == {book.member}


def test_a_high_risk_is_decided_by_a_senior_underwriter(
    api: RunningApi, admin: httpx2.Client, book: Book
) -> None:
    underwriter, senior = api.as_role("underwriter"), api.as_role("senior_underwriter")
    body = {
        "applicant_id": book.member, "sum_assured": "5000000.00", "base_premium": "75000.00",
        "declaration": {
            "age": 58, "smoker": True, "bmi_tenths": 360, "conditions": ["diabetes"],
            "occupation": "high_risk",
        },
    }  # fmt: skip
    made = data_of(underwriter.post(f"{V1}/underwriting/cases", json=body), 201)
    path = f"{V1}/underwriting/cases/{made['id']}"
    mine = data_of(shown(api, senior, "/underwriting/cases/my-queue"))["results"]
    assert made["id"] in {case["id"] for case in mine}
    theirs = data_of(underwriter.get(f"{V1}/underwriting/cases/my-queue"))["results"]
    assert made["id"] not in {case["id"] for case in theirs}
    assert rule_of(underwriter.post(f"{path}/approve")) == "underwriting.same_person"
    other = api.signed_in(api.user("underwriter"))
    assert rule_of(other.post(f"{path}/approve")) == "underwriting.needs_senior"
    data_of(senior.post(f"{path}/counter-offer", json={"loading_bps": 4000}))
    pending = data_of(shown(api, senior, "/underwriting/cases/pending"))["results"]
    assert made["id"] in {case["id"] for case in pending}
    data_of(senior.post(f"{path}/accept-offer"))
    decided = data_of(shown(api, senior, f"/underwriting/cases/{made['id']}/decision"))
    assert (decided["stage"], decided["premium"]) == ("approved", "105000.00")
    again = senior.post(f"{path}/reject", json={"reasons": ["too late"]})
    assert rule_of(again) == "underwriting.wrong_stage"
