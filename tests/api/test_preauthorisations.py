"""Pre-authorisation over HTTP: what is approved is kept, and the claim takes its place."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from adapters.identities import Kind
from projections.verifying import verify
from tests.api.running import Json, data_of, error_of
from tests.cases.http.office import FROM, UNTIL, Office, office
from tests.support.servers import DatabaseMaker, TestServers, empty, worker_number

LIMIT = 1_000_000
TERMS: Json = {
    "product": "PLANNED",
    "claim_checks": ["dates", "member", "coverage"],
    "orders": [{"kind": "", "steps": ["benefit", "price", "coinsurance", "limits"]}],
    "benefits": [
        {
            "category": "surgery",
            "shares": [{"visit_type": "any", "kind": "percent", "adult": "0.1", "child": "0.1"}],
        }
    ],
    "limits": [
        {
            "name": "annual limit",
            "amount": f"{LIMIT}.00",
            "scope": "family",
            "reason": "FAMILY_LIMIT",
        }
    ],
}
SOON = date.today() + timedelta(days=1)  # noqa: DTZ011  # any day around now will do


@pytest.fixture(scope="module")
def desk(
    servers: TestServers, new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    redis_url = servers.redis_for(worker_number())
    empty(redis_url)
    with office(new_database(), redis_url, tmp_path_factory.mktemp("desk"), "TZS", 1) as opened:
        yield opened


@pytest.fixture(scope="module")
def scheme(desk: Office) -> str:
    return desk.make(
        "/schemes",
        {"code": "PLANNED", "name": "Afya Bora", "effective_from": FROM, "terms": TERMS},
    )


class Family:
    """A member with a policy of her own, at a hospital of her own."""

    def __init__(self, desk: Office, scheme: str) -> None:
        self.desk = desk
        self.manager = desk.api.as_role("claims_manager")
        self.provider = desk.provider([])
        self.member = desk.member()
        self.policy = desk.make(
            "/policies",
            {
                "product_id": scheme,
                "holder_id": self.member,
                "member_ids": [self.member],
                "period": {"from_on": FROM, "until_on": UNTIL},
                "premium": "600000.00",
            },
        )

    def request(self, amount: int, **changed: object) -> Json:
        item = {
            "code": "SUR-210",
            "description": "Appendectomy",
            "category": "surgery",
            "estimated": f"{amount}.00",
        }
        return {
            "member_id": self.member,
            "policy_id": self.policy,
            "provider_id": self.provider,
            "kind": "inpatient",
            "service_from": SOON.isoformat(),
            "items": [item],
            **changed,
        }

    def asks(self, amount: int) -> str:
        return self.desk.make("/claims/preauth", self.request(amount))

    def approved(self, amount: int) -> str:
        asked = self.asks(amount)
        data_of(self.manager.patch(f"/api/v1/claims/preauth/{asked}/approve"))
        return asked

    def claims(self, amount: int, approval: str | None = None, day: date | None = None) -> Json:
        today = date.today() - timedelta(days=1)  # noqa: DTZ011
        line = {"code": "SUR-210", "category": "surgery", "billed": f"{amount}.00"}
        body: Json = {
            "member_id": self.member,
            "policy_id": self.policy,
            "provider_id": self.provider,
            "service_from": (day or today).isoformat(),
            "lines": [line],
        }
        if approval is not None:
            body["preauthorisation_id"] = approval
        made = self.desk.make("/claims", body)
        self.desk.decided(made)
        told: Json = self.desk.get(f"/claims/{made}", self.desk.api.last_position())
        return told

    def paid_by_limit(self) -> int:
        rows = self.desk.everything(f"/policies/{self.policy}/accumulators")
        return sum(
            r["amount_minor"] // 100
            for r in rows
            if r["who"] == self.policy and r["what"] == "paid"
        )


@pytest.fixture
def family(desk: Office, scheme: str) -> Family:
    return Family(desk, scheme)


def test_what_is_approved_is_kept_from_other_claims_and_used_by_its_own(family: Family) -> None:
    asked = family.approved(800_000)  # 720,000 of 1,000,000 are kept
    shown = family.desk.get(f"/claims/preauth/{asked}", family.desk.api.last_position())
    assert (shown["stage"], shown["approved"]) == ("approved", "720000.00")
    kept = family.desk.get(
        f"/claims/preauth/{asked}/reservations", family.desk.api.last_position()
    )["results"]
    assert {(r["who"], r["amount_minor"]) for r in kept if r["what"] == "paid"} == {
        (family.member, 72_000_000),
        (family.policy, 72_000_000),
    }
    other = family.claims(500_000)  # 450,000 wanted, 280,000 left beside what is kept
    assert (other["plan_pays"], other["over_limit"]) == ("280000.00", "170000.00")
    own = family.claims(700_000, asked)  # 630,000 of the 720,000 that were kept
    assert own["plan_pays"] == "630000.00"
    assert family.paid_by_limit() == 910_000
    shown = family.desk.get(f"/claims/preauth/{asked}", family.desk.api.last_position())
    assert (shown["stage"], shown["claim_id"]) == ("used", own["id"])
    rest = family.claims(500_000)
    assert rest["plan_pays"] == "90000.00"
    assert family.paid_by_limit() == LIMIT


def test_what_is_taken_back_is_free_again(family: Family) -> None:
    asked = family.approved(800_000)
    data_of(family.desk.client.delete(f"/api/v1/claims/preauth/{asked}"))
    assert family.claims(1_000_000)["plan_pays"] == "900000.00"


def test_two_approvals_never_keep_more_than_there_is(family: Family) -> None:
    family.approved(1_000_000)
    second = family.asks(1_000_000)
    data_of(family.manager.patch(f"/api/v1/claims/preauth/{second}/approve"))
    shown = family.desk.get(f"/claims/preauth/{second}", family.desk.api.last_position())
    assert (shown["approved"], shown["reasons"]) == ("100000.00", ["FAMILY_LIMIT"])
    third = family.asks(1_000_000)
    refused = family.manager.patch(f"/api/v1/claims/preauth/{third}/approve")
    details = error_of(refused, 409, "RESOURCE_CONFLICT")["details"]
    assert details["rule"] == "preauthorisation.nothing_to_approve"
    assert details["reasons"] == ["FAMILY_LIMIT"]


def test_who_asks_may_not_approve(family: Family) -> None:
    asked = family.asks(100_000)
    refused = family.desk.client.patch(f"/api/v1/claims/preauth/{asked}/approve")
    details = error_of(refused, 409, "RESOURCE_CONFLICT")["details"]
    assert details["rule"] == "preauthorisation.same_person"


def test_a_claim_may_not_name_the_approval_of_another(family: Family, scheme: str) -> None:
    asked = family.approved(100_000)
    stranger = Family(family.desk, scheme)
    today = date.today().isoformat()  # noqa: DTZ011
    body = {
        "member_id": stranger.member,
        "policy_id": stranger.policy,
        "provider_id": stranger.provider,
        "service_from": today,
        "lines": [{"code": "SUR-210", "category": "surgery", "billed": "5.00"}],
        "preauthorisation_id": asked,
    }
    refused = family.desk.post("/claims", body)
    details = error_of(refused, 409, "RESOURCE_CONFLICT")["details"]
    assert details["rule"] == "preauthorisation.of_another"
    absent = family.desk.post("/claims", {**body, "preauthorisation_id": str(uuid4())})
    error_of(absent, 404, "RESOURCE_NOT_FOUND")


def test_it_is_asked_back_updated_and_rejected(family: Family) -> None:
    asked = family.asks(100_000)
    path = f"/api/v1/claims/preauth/{asked}"
    data_of(family.manager.patch(f"{path}/pend", json={"wanted": ["the surgeon's letter"]}))
    waiting = family.desk.get("/claims/preauth/pending", family.desk.api.last_position())
    assert asked in {row["id"] for row in waiting["results"]}
    more = {"add": {"code": "WARD-1", "category": "ward", "estimated": "50000.00"}}
    fewer = {"change": 1, "estimated": "90000.00"}
    data_of(family.desk.client.put(path, json={"changes": [more, fewer]}))
    items = family.desk.get(f"/claims/preauth/{asked}/items", family.desk.api.last_position())
    assert [(i["sequence"], i["estimated"], i["change"]) for i in items["results"]] == [
        (1, "90000.00", "changed"),
        (2, "50000.00", "added"),
    ]
    data_of(family.manager.patch(f"{path}/reject", json={"reasons": ["NOT_NEEDED"]}))
    late = family.manager.patch(f"{path}/approve")
    details = error_of(late, 409, "RESOURCE_CONFLICT")["details"]
    assert details["rule"] == "preauthorisation.wrong_stage"
    early = family.manager.patch(f"{path}/expire")
    error_of(early, 409, "RESOURCE_CONFLICT")


def test_a_provider_asks_for_its_own_services_and_sees_its_own(family: Family) -> None:
    api = family.desk.api

    def hospital(which: str) -> httpx2.Client:
        return api.signed_in(api.user("provider", kind=Kind.PROVIDER, subject=UUID(which)))

    own, other = hospital(family.provider), hospital(family.desk.provider([]))
    made = data_of(own.post("/api/v1/claims/preauth", json=family.request(10_000)), 201)["id"]
    forbidden = other.post("/api/v1/claims/preauth", json=family.request(10_000))
    error_of(forbidden, 403, "PERMISSION_DENIED")
    after = {"X-Ledger-Position": str(api.last_position())}
    data_of(own.get(f"/api/v1/claims/preauth/{made}", headers=after))
    error_of(other.get(f"/api/v1/claims/preauth/{made}"), 404, "RESOURCE_NOT_FOUND")
    error_of(other.delete(f"/api/v1/claims/preauth/{made}"), 404, "RESOURCE_NOT_FOUND")
    error_of(own.patch(f"/api/v1/claims/preauth/{made}/approve"), 403, "PERMISSION_DENIED")
    data_of(own.delete(f"/api/v1/claims/preauth/{made}"))


def test_what_was_kept_used_and_freed_leaves_a_ledger_that_agrees(family: Family) -> None:
    used = family.approved(300_000)
    family.claims(250_000, used)
    family.approved(200_000)
    family.desk.machinery.drain()
    checks = verify(family.desk.api.parts.settings.require_database_url())
    assert {check.name: check.faults for check in checks if check.faults} == {}
