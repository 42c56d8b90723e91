"""What a scheme promises and costs, piece by piece: every change is a version with its own days."""

from uuid import uuid4

import httpx2

from tests.api.book import V1, Book, a_scheme, make_book, shown
from tests.api.running import RunningApi, data_of, error_of

DENTAL = {"category": "dental", "copay": {"amount": "2000.00", "per": "line"}, "age_min": 3}


def a_new_scheme(admin: httpx2.Client) -> str:
    return str(
        data_of(admin.post(f"{V1}/schemes", json=a_scheme(f"B-{uuid4().hex[:6]}")), 201)["id"]
    )


def test_a_benefit_is_added_changed_and_ended_by_versions_of_its_scheme(
    api: RunningApi, admin: httpx2.Client
) -> None:
    scheme = a_new_scheme(admin)
    new = {"scheme_id": scheme, "benefit": DENTAL, "effective_on": "2025-04-01"}
    dry = data_of(admin.post(f"{V1}/benefits", params={"dry_run": "true"}, json=new))
    assert [event["name"] for event in dry["events"]] == ["product.version_published"]
    added = data_of(admin.post(f"{V1}/benefits", json=new), 201)
    assert added["version"] == 2
    path = f"/benefits/{added['id']}"
    row = data_of(shown(api, admin, path))
    assert (row["key"], row["copay"], row["since"]) == ("dental", "2000.00", "2025-04-01")
    listed = data_of(shown(api, admin, "/benefits", product_id=scheme))["results"]
    assert [(one["key"], one["status"]) for one in listed] == [
        ("dental", "promised"),
        ("outpatient", "promised"),
    ]

    changed = {"benefit": {**DENTAL, "visit_limit": 2}, "effective_on": "2025-07-01"}
    data_of(admin.put(f"{V1}{path}", json=changed))
    api.last_position()
    assert data_of(shown(api, admin, path))["visit_limit"] == 2
    for day, visits in (("2025-05-01", None), ("2025-08-01", 2)):
        terms = data_of(admin.get(f"{V1}{path}/terms", params={"on": day}))
        assert (terms["age_min"], terms["visit_limit"]) == (3, visits)
    error_of(admin.get(f"{V1}{path}/terms", params={"on": "2025-03-31"}), 404, "RESOURCE_NOT_FOUND")

    gone = admin.delete(f"{V1}{path}", headers={"X-Effective-On": "2025-10-01"})
    data_of(gone)
    assert data_of(shown(api, admin, path))["status"] == "ended"
    versions = data_of(shown(api, admin, f"/schemes/{scheme}/versions"))["results"]
    assert [one["terms_version"] for one in versions] == [4, 3, 2, 1]


def test_benefits_that_make_no_sense_are_refused(api: RunningApi, admin: httpx2.Client) -> None:
    scheme = a_new_scheme(admin)
    outpatient = {"category": "outpatient"}

    def refused(body: dict[str, object], rule: str) -> None:
        error = error_of(admin.post(f"{V1}/benefits", json=body), 409, "RESOURCE_CONFLICT")
        assert error["details"]["rule"] == rule

    refused({"scheme_id": scheme, "benefit": outpatient}, "product.benefit_there")
    backwards = {"category": "optical", "age_min": 60, "age_max": 18}
    refused({"scheme_id": scheme, "benefit": backwards}, "product.contradicts_itself")
    nobody = {"scheme_id": str(uuid4()), "benefit": outpatient}
    error_of(admin.post(f"{V1}/benefits", json=nobody), 404, "RESOURCE_NOT_FOUND")
    (row,) = data_of(shown(api, admin, "/benefits", product_id=scheme))["results"]
    renamed = admin.put(f"{V1}/benefits/{row['benefit_id']}", json={"benefit": DENTAL})
    assert error_of(renamed, 409, "RESOURCE_CONFLICT")["details"]["rule"] == (
        "product.benefit_renamed"
    )
    last = error_of(admin.delete(f"{V1}/benefits/{row['benefit_id']}"), 409, "RESOURCE_CONFLICT")
    assert last["details"]["rule"] == "product.no_benefit_left"
    processor = api.as_role("claims_processor")
    body = {"scheme_id": scheme, "benefit": DENTAL}
    error_of(processor.post(f"{V1}/benefits", json=body), 403, "PERMISSION_DENIED")


def test_premiums_by_age_hold_for_their_days(api: RunningApi, admin: httpx2.Client) -> None:
    scheme, code = a_new_scheme(admin), f"R-{uuid4().hex[:6]}"
    prices: list[dict[str, object]] = [
        {"age_from": 0, "age_to": 17, "premium": "30000.00"},
        {"age_from": 18, "age_to": None, "premium": "75000.00"},
    ]
    rates = {
        "code": code, "name": "2025", "product_id": scheme, "effective_from": "2025-01-01",
        "prices": prices,
    }  # fmt: skip
    made = data_of(admin.post(f"{V1}/premium-rates", json=rates), 201)
    path = f"/premium-rates/{made['id']}"
    dearer = [prices[0], {**prices[1], "premium": "86250.00"}]
    next_year = {"name": "2026", "effective_from": "2026-01-01", "prices": dearer}
    assert data_of(admin.put(f"{V1}{path}", json=next_year))["version"] == 2
    assert data_of(shown(api, admin, path))["rates_version"] == 2
    found = data_of(shown(api, admin, f"{path}/prices"))["results"]
    assert [(one["rates_version"], one["premium"]) for one in found] == [
        (2, "30000.00"), (2, "86250.00"), (1, "30000.00"), (1, "75000.00"),
    ]  # fmt: skip
    lives = [
        {"born_on": "1990-02-14", "sex": "F"},
        {"born_on": "2015-06-01", "whom": "child"},
    ]
    for on, premium in (("2025-03-01", "105000.00"), ("2026-03-01", "116250.00")):
        told = data_of(admin.post(f"{V1}{path}/calculate", json={"lives": lives, "on": on}))
        assert told["premium"] == premium
    early = admin.post(f"{V1}{path}/calculate", json={"lives": lives, "on": "2024-12-31"})
    assert error_of(early, 409, "RESOURCE_CONFLICT")["details"]["rule"] == (
        "premium_rate.not_in_force"
    )


def test_a_household_pays_a_sum_and_heads_above_it(api: RunningApi, admin: httpx2.Client) -> None:
    scheme = a_new_scheme(admin)
    household = {
        "currency": "TZS", "lump_sum": "40000.00", "threshold": 2, "per_child": "5000.00",
        "registration_sum": "1000.00",
    }  # fmt: skip
    rates = {
        "code": f"H-{uuid4().hex[:6]}", "name": "Household", "product_id": scheme,
        "effective_from": "2025-01-01", "contribution": household,
    }  # fmt: skip
    made = data_of(admin.post(f"{V1}/premium-rates", json=rates), 201)
    path = f"/premium-rates/{made['id']}"
    lives = [{"born_on": "1985-01-01"}, {"born_on": "1987-01-01"}, {"born_on": "2018-01-01"}]
    shown(api, admin, path)
    for renewal, premium in ((False, "46000.00"), (True, "45000.00")):
        body = {"lives": lives, "on": "2025-03-01", "renewal": renewal}
        assert data_of(admin.post(f"{V1}{path}/calculate", json=body))["premium"] == premium


def test_rates_that_contradict_themselves_are_refused_with_every_fault(
    admin: httpx2.Client,
) -> None:
    scheme = a_new_scheme(admin)
    rates = {
        "code": f"X-{uuid4().hex[:6]}", "name": "X", "product_id": scheme,
        "effective_from": "2025-01-01",
        "prices": [
            {"age_from": 0, "age_to": 17, "premium": "1.00"},
            {"age_from": 10, "premium": "2.00"},
            {"age_from": 9, "age_to": 8, "premium": "1.00", "whom": "child"},
        ],
    }  # fmt: skip
    error = error_of(admin.post(f"{V1}/premium-rates", json=rates), 409, "RESOURCE_CONFLICT")
    assert {fault["field"] for fault in error["details"]["faults"]} == {
        "prices.1", "prices.2", "prices.2.age_to",
    }  # fmt: skip
    both = {**rates, "prices": [], "code": f"X-{uuid4().hex[:6]}"}
    error = error_of(admin.post(f"{V1}/premium-rates", json=both), 409, "RESOURCE_CONFLICT")
    assert error["details"]["rule"] == "premium_rate.contradicts_itself"


def test_a_price_list_is_shown_and_put_right(api: RunningApi, admin: httpx2.Client) -> None:
    book: Book = make_book(admin)
    price = {"code": "CONS-GP", "category": "outpatient", "unit_price": "25000.00"}
    period = {"from_on": "2025-01-01", "until_on": "2026-01-01"}
    tariff = {"provider_id": book.provider, "period": period, "prices": [price]}
    data_of(admin.post(f"{V1}/tariffs", json=tariff))
    (row,) = data_of(shown(api, admin, "/tariffs", provider_id=book.provider))["results"]
    path = f"/tariffs/{row['tariff_id']}"
    right = {"prices": [{**price, "unit_price": "22000.00"}], "reason": "typing error"}
    data_of(admin.put(f"{V1}{path}", json=right))
    last, first = data_of(shown(api, admin, "/tariffs", provider_id=book.provider))["results"]
    assert (last["tariff_no"], last["until_on"]) == (2, "2026-01-01")
    assert first["tariff_no"] == data_of(admin.get(f"{V1}{path}"))["tariff_no"] == 1
    prices = data_of(admin.get(f"{V1}/tariffs/{last['tariff_id']}/prices"))["results"]
    assert [one["unit_price"] for one in prices] == ["22000.00"]
    decided = data_of(admin.post(f"{V1}/claims/verify-coverage", json=book.claim()))
    assert decided["allowed"] == "22000.00"
    error_of(admin.get(f"{V1}/tariffs/{uuid4()}"), 404, "RESOURCE_NOT_FOUND")
