"""What a front desk is told before a claim: cover, what would be paid, what is left."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import httpx2
import pytest

from adapters.identities import Kind
from tests.api.running import Json, RunningApi, data_of, error_of
from tests.api.test_preauthorisations import Family
from tests.cases.http.office import FROM, Office, office
from tests.support.servers import DatabaseMaker, TestServers, empty, worker_number

TODAY = datetime.now(UTC).date()
TERMS: Json = {
    "product": "LEFT",
    "claim_checks": ["dates", "member", "coverage"],
    "orders": [{"kind": "", "steps": ["benefit", "price", "deductible", "limits"]}],
    "benefits": [{"category": "surgery", "deductible_applies": True}],
    "deductibles": [{"scope": "member", "amount": "50000.00"}],
    "limits": [
        {
            "name": "annual limit",
            "amount": "1000000.00",
            "scope": "family",
            "reason": "FAMILY_LIMIT",
        }
    ],
}


@pytest.fixture(scope="module")
def desk(
    servers: TestServers, new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    redis_url = servers.redis_for(worker_number())
    empty(redis_url)
    with office(new_database(), redis_url, tmp_path_factory.mktemp("desk"), "TZS", 1) as opened:
        yield opened


@pytest.fixture(scope="module")
def family(desk: Office) -> Family:
    """A member who has had an operation of 200,000, and has another one of 100,000 approved."""
    body = {"code": "LEFT", "name": "Afya", "effective_from": FROM, "terms": TERMS}
    made = Family(desk, desk.make("/schemes", body))
    made.claims(200_000)
    made.approved(100_000)
    return made


def asked(family: Family, path: str, **more: object) -> httpx2.Response:
    body = {"member_id": family.member, **more}
    headers = {"X-Ledger-Position": str(family.desk.api.last_position())}
    return family.desk.client.post(f"/api/v1/claims/{path}", json=body, headers=headers)


def test_a_covered_member_is_eligible_at_a_provider_in_network(family: Family) -> None:
    told = data_of(asked(family, "check-eligibility", provider_id=family.provider))
    assert told["covered"]
    assert told["in_network"]
    assert [cover["policy_id"] for cover in told["covers"]] == [family.policy]


def test_what_is_left_counts_what_is_kept(family: Family) -> None:
    (policy,) = data_of(asked(family, "check-limits"))
    left = {it["name"]: (it["used"], it["reserved"], it["left"]) for it in policy["limits"]}
    assert left == {
        "member deductible": ("50000.00", "0.00", "0.00"),
        "annual limit": ("250000.00", "100000.00", "750000.00"),
    }


def test_nothing_is_left_where_there_is_no_cover(family: Family) -> None:
    long_ago = date(1999, 1, 1).isoformat()
    assert data_of(asked(family, "check-limits", service_on=long_ago)) == []


def test_what_would_be_paid_is_told_and_nothing_is_recorded(family: Family) -> None:
    position = family.desk.api.last_position()
    body = {
        "policy_id": family.policy,
        "provider_id": family.provider,
        "service_from": (TODAY - timedelta(days=1)).isoformat(),
        "lines": [
            {"code": "SUR-210", "category": "surgery", "billed": "900000.00"},
            {"code": "COS-1", "category": "cosmetic", "billed": "10000.00"},
        ],
    }
    told = data_of(asked(family, "verify-coverage", **body))
    assert (told["plan_pays"], told["member_pays"]) == ("750000.00", "160000.00")
    assert told["reasons"] == ["FAMILY_LIMIT", "NOT_COVERED"]
    assert told["explanation"][-1].startswith("Together: billed TZS 910,000.00")
    assert family.desk.api.last_position() == position
    uncovered = {**body, "service_from": "1999-01-01"}
    details = error_of(asked(family, "verify-coverage", **uncovered), 409, "RESOURCE_CONFLICT")
    assert details["details"]["rule"] == "claim.no_cover"


def test_members_ask_about_themselves_only(family: Family) -> None:
    api: RunningApi = family.desk.api
    own = api.signed_in(api.user("member", kind=Kind.MEMBER, subject=UUID(family.member)))
    data_of(own.post("/api/v1/claims/check-limits", json={"member_id": family.member}))
    other = family.desk.member()
    stranger = own.post("/api/v1/claims/check-limits", json={"member_id": other})
    error_of(stranger, 404, "RESOURCE_NOT_FOUND")
