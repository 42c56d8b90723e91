"""Price lists of all providers: published and compared."""

from uuid import uuid4

import httpx2

from tests.api.book import V1, Book, shown
from tests.api.running import RunningApi, data_of, error_of


def test_what_a_service_costs_is_compared_between_providers(
    api: RunningApi, admin: httpx2.Client, book: Book
) -> None:
    other = data_of(admin.post(f"{V1}/providers", json={"name": "Y", "level": "dispensary"}), 201)
    for provider, price in ((book.provider, "12000.00"), (other["id"], "9000.00")):
        tariff = {
            "provider_id": provider,
            "period": {"from_on": "2025-01-01", "until_on": "2026-01-01"},
            "prices": [{"code": "CMP-1", "category": "outpatient", "unit_price": price}],
        }
        data_of(admin.post(f"{V1}/tariffs", json=tariff))
    found = data_of(shown(api, admin, "/tariffs/prices", code="CMP-1"))["results"]
    assert {(row["provider_id"], row["unit_price"]) for row in found} == {
        (book.provider, "12000.00"),
        (other["id"], "9000.00"),
    }
    lists = data_of(shown(api, admin, "/tariffs", provider_id=other["id"]))
    assert [row["tariff_no"] for row in lists["results"]] == [1]


def test_a_tariff_of_nobody_or_without_prices_is_refused(
    api: RunningApi, admin: httpx2.Client
) -> None:
    price = {"code": "CMP-1", "unit_price": "1.00"}
    tariff = {"provider_id": str(uuid4()), "period": {"from_on": "2025-01-01"}, "prices": [price]}
    error_of(admin.post(f"{V1}/tariffs", json=tariff), 404, "RESOURCE_NOT_FOUND")
    empty = {**tariff, "prices": []}
    error_of(admin.post(f"{V1}/tariffs", json=empty), 422, "VALIDATION_ERROR")
    processor = api.as_role("claims_processor")
    error_of(processor.post(f"{V1}/tariffs", json=tariff), 403, "PERMISSION_DENIED")
