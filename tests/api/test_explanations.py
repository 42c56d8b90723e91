"""What a member and a provider are told of a claim: as data, on paper, in two languages."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.api.running import Json, error_of
from tests.cases.http.office import Office, office
from tests.support.servers import DatabaseMaker, TestServers, empty, worker_number

PARTS = (
    "write_off", "balance_bill", "deductible", "copay", "coinsurance", "over_limit",
    "not_covered", "plan_pays",
)  # fmt: skip
TERMS: Json = {
    "product": "PRINTED",
    "claim_checks": ["dates", "member", "coverage"],
    "orders": [{"kind": "", "steps": ["benefit", "price", "deductible", "coinsurance", "limits"]}],
    "benefits": [
        {"category": "surgery"},
        {
            "category": "ward",
            "shares": [{"visit_type": "any", "kind": "percent", "adult": "0.1", "child": "0.1"}],
        },
    ],
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
def claim(desk: Office) -> str:
    """An operation of 850,000 at a contract price of 780,000, with a stay and a cosmetic extra."""
    scheme = desk.make(
        "/schemes",
        {"code": "PRINTED", "name": "Afya Bora", "effective_from": "2024-01-01", "terms": TERMS},
    )
    provider = desk.provider([{"code": "SUR-210", "unit_price": "780000.00"}])
    member = desk.member()
    policy = desk.make(
        "/policies",
        {
            "product_id": scheme,
            "holder_id": member,
            "member_ids": [member],
            "period": {"from_on": "2025-01-01", "until_on": "2026-01-01"},
            "premium": "600000.00",
        },
    )
    made = desk.make(
        "/claims",
        {
            "member_id": member,
            "policy_id": policy,
            "provider_id": provider,
            "kind": "inpatient",
            "service_from": "2025-09-01",
            "service_until": "2025-09-03",
            "invoice_no": "INV-77",
            "lines": [
                {
                    "code": "SUR-210",
                    "description": "Appendectomy",
                    "category": "surgery",
                    "billed": "850000.00",
                },
                {
                    "code": "WARD-1",
                    "description": "General ward, a night",
                    "category": "ward",
                    "quantity": 2,
                    "billed": "400000.00",
                },
                {
                    "code": "COS-9",
                    "description": "Scar treatment",
                    "category": "cosmetic",
                    "billed": "60000.00",
                },
            ],
        },
    )
    desk.until(made, "closed")
    return made


def eob(desk: Office, claim: str, **params: str) -> Json:
    told: Json = desk.get(f"/claims/{claim}/eob", desk.api.last_position(), **params)
    return told


def test_every_line_of_the_explanation_adds_up_and_the_lines_to_the_claim(
    desk: Office, claim: str
) -> None:
    told = eob(desk, claim)
    for line in told["lines"]:
        assert sum(Decimal(line["parts"][part]) for part in PARTS) == Decimal(line["billed"])
        assert set(line["parts"]) == set(PARTS)
    for part in PARTS:
        lines = sum(Decimal(line["parts"][part]) for line in told["lines"])
        assert lines == Decimal(told["parts"][part]), part
    assert told["billed"] == "1310000.00"
    assert told["parts"] == {
        "write_off": "70000.00",
        "balance_bill": "0.00",
        "deductible": "50000.00",
        "copay": "0.00",
        "coinsurance": "40000.00",
        "over_limit": "90000.00",
        "not_covered": "60000.00",
        "plan_pays": "1000000.00",
    }
    assert told["member_pays"] == "240000.00"
    assert (told["paid"], told["payable"]) == ("1000000.00", "1000000.00")


def test_it_says_why_and_what_is_left(desk: Office, claim: str) -> None:
    told = eob(desk, claim)
    assert [reason["code"] for reason in told["reasons"]] == ["FAMILY_LIMIT", "NOT_COVERED"]
    assert told["lines"][2]["reasons"] == [
        {"code": "NOT_COVERED", "words": "The plan does not cover this service."}
    ]
    assert told["balances"] == [
        {"name": "Deductible of the member", "left_before": "50000.00", "left_after": "0.00"},
        {"name": "Annual limit", "left_before": "1000000.00", "left_after": "0.00"},
    ]


def test_it_is_told_in_swahili_too(desk: Office, claim: str) -> None:
    told = eob(desk, claim, language="sw")
    assert told["status"] == "Limefungwa"
    assert told["reasons"][0]["words"] == "Kikomo cha mwaka cha familia kimefikiwa."
    refused = desk.client.get(f"/api/v1/claims/{claim}/eob", params={"language": "fr"})
    assert error_of(refused, 422, "VALIDATION_ERROR")["details"]["errors"] == [
        {"field": "language", "reason": "is en or sw"}
    ]


def test_the_letters_are_the_same_bytes_each_time(desk: Office, claim: str, tmp_path: Path) -> None:
    payment = eob_payment(desk, claim)
    for path in (f"/claims/{claim}/eob/pdf", f"/payments/{payment}/remittance/pdf"):
        for language in ("en", "sw"):
            one, other = (
                desk.client.get(f"/api/v1{path}", params={"language": language}) for _ in range(2)
            )
            assert one.status_code == 200, one.text
            assert one.headers["Content-Type"] == "application/pdf"
            assert one.content.startswith(b"%PDF-")
            assert one.content == other.content
            (tmp_path / f"{path.replace('/', '-')}-{language}.pdf").write_bytes(one.content)


def eob_payment(desk: Office, claim: str) -> str:
    (payment,) = desk.everything(f"/claims/{claim}/payments")
    return str(payment["id"])


def test_the_remittance_of_a_payment_covers_its_lines(desk: Office, claim: str) -> None:
    payment = eob_payment(desk, claim)
    told = desk.get(f"/payments/{payment}/remittance")
    (covered,) = told["payments"]
    assert told["total"] == covered["amount"] == "1000000.00"
    assert covered["earlier"] == "0.00"
    assert sum(Decimal(li["plan_pays"]) for li in covered["claim"]["lines"]) == 1_000_000
    assert "0150-1" not in str(told)


def test_the_remittance_of_a_provider_tells_its_payments_of_some_days(
    desk: Office, claim: str
) -> None:
    provider = desk.get(f"/claims/{claim}")["provider_id"]
    told = desk.get(f"/providers/{provider}/remittance")
    assert told["total"] == "1000000.00"
    long_ago = {"from_on": "2020-01-01", "until_on": "2020-02-01"}
    nothing = desk.client.get(f"/api/v1/providers/{provider}/remittance", params=long_ago)
    error_of(nothing, 404, "RESOURCE_NOT_FOUND")
    backwards = {"from_on": "2020-02-01", "until_on": "2020-01-01"}
    refused = desk.client.get(f"/api/v1/providers/{provider}/remittance", params=backwards)
    error_of(refused, 422, "VALIDATION_ERROR")
