"""Code lists over HTTP: published in one go, found by words, retired."""

import httpx2

from tests.api.book import shown
from tests.api.running import Json, RunningApi, data_of, error_of

CODES: list[Json] = [
    {
        "code": "LAB-900",
        "description": "Malaria rapid test",
        "from_on": "2020-01-01",
        "category": "other",
        "base_price": "10000.00",
        "who": ["adult", "child"],
    },
    {"code": "MED-901", "description": "Artemether", "from_on": "2020-01-01", "kind": "item"},
]


def test_services_are_published_found_and_retired(api: RunningApi, admin: httpx2.Client) -> None:
    made = data_of(admin.post("/api/v1/claims/service-codes", json={"codes": CODES}), 201)
    assert made["codes"] == 2
    found = data_of(shown(api, admin, "/claims/service-codes", search="rapid"))["results"]
    assert [(it["code"], it["base_price"], it["status"]) for it in found] == [
        ("LAB-900", "10000.00", "in_use")
    ]
    retired = {"from_on": "2026-01-01", "replaced_by": "LAB-902"}
    data_of(admin.post(f"/api/v1/claims/codes/{found[0]['id']}/retire", json=retired))
    (now,) = data_of(shown(api, admin, "/claims/service-codes", code="LAB-900"))["results"]
    assert (now["status"], now["since"], now["replaced_by"]) == ("retired", "2026-01-01", "LAB-902")
    again = admin.post(f"/api/v1/claims/codes/{found[0]['id']}/retire", json=retired)
    assert error_of(again, 409, "RESOURCE_CONFLICT")["details"]["rule"] == "code.already_retired"


def test_diagnoses_stand_in_a_list_of_their_own(api: RunningApi, admin: httpx2.Client) -> None:
    malaria = {"code": "B54", "description": "Unspecified malaria", "from_on": "2020-01-01"}
    data_of(admin.post("/api/v1/claims/diagnosis-codes", json={"codes": [malaria]}), 201)
    found = data_of(shown(api, admin, "/claims/diagnosis-codes", search="malaria"))["results"]
    assert [it["code"] for it in found] == ["B54"]
    services = data_of(shown(api, admin, "/claims/service-codes", code="B54"))
    assert services["count"] == 0


def test_a_list_with_a_code_twice_is_refused_whole(api: RunningApi, admin: httpx2.Client) -> None:
    twice = [{**CODES[0], "code": "TWICE-1"}, {**CODES[0], "code": "twice-1"}]
    before = api.last_position()
    refused = admin.post("/api/v1/claims/service-codes", json={"codes": twice})
    assert error_of(refused, 409, "RESOURCE_CONFLICT")["details"]["rule"] == "code.twice"
    assert api.last_position() == before


def test_members_may_read_codes_and_only_staff_may_change_them(api: RunningApi) -> None:
    processor = api.as_role("claims_processor")
    data_of(processor.get("/api/v1/claims/service-codes"))
    refused = processor.post("/api/v1/claims/service-codes", json={"codes": CODES})
    error_of(refused, 403, "PERMISSION_DENIED")
