"""A small book of business made over HTTP: a scheme, a provider, a family and its policy."""

from dataclasses import dataclass, replace
from uuid import uuid4

import httpx2

from api.envelope import plain
from domain.adjudication.configurations import requirements_plan
from domain.adjudication.product import Benefit, Copay, CopayPer
from domain.money import Money
from tests.api.running import Json, RunningApi, a_member, data_of

V1 = "/api/v1"


@dataclass(frozen=True)
class Book:
    """Ids of what was made; the policy runs through 2025."""

    scheme: str
    provider: str
    member: str
    policy: str

    def claim(self, **changed: object) -> Json:
        """The body of a claim of 25,000 for a visit in March 2025."""
        return {
            "member_id": self.member,
            "policy_id": self.policy,
            "provider_id": self.provider,
            "service_from": "2025-03-01",
            "diagnoses": ["J06.9"],
            "lines": [
                {
                    "code": "CONS-GP",
                    "category": "outpatient",
                    "quantity": 1,
                    "billed": "25000.00",
                }
            ],
            **changed,
        }


def a_scheme(code: str) -> Json:
    """Outpatient care with a copay of 1,500 a claim."""
    outpatient = Benefit(category="outpatient", copay=Copay(Money.of(1500, "TZS"), CopayPer.CLAIM))
    terms: Json = plain(replace(requirements_plan(code), benefits=(outpatient,)))
    return {"code": code, "name": "Standard", "effective_from": "2024-01-01", "terms": terms}


def a_provider(name: str = "Bugando Hospital") -> Json:
    return {
        "name": name,
        "level": "hospital",
        "region": "Mwanza",
        "payee_account": "0150-1",
        "contract_period": {"from_on": "2024-01-01"},
    }


def a_policy(scheme: str, holder: str, **changed: object) -> Json:
    return {
        "product_id": scheme,
        "holder_id": holder,
        "member_ids": [holder],
        "period": {"from_on": "2025-01-01", "until_on": "2026-01-01"},
        "premium": "120000.00",
        **changed,
    }


def make_book(admin: httpx2.Client) -> Book:
    def made(path: str, body: Json) -> str:
        return str(data_of(admin.post(f"{V1}{path}", json=body), 201)["id"])

    scheme = made("/schemes", a_scheme(f"STD-{uuid4().hex[:6]}"))
    provider = made("/providers", a_provider())
    member = made("/members", a_member())
    return Book(scheme, provider, member, made("/policies", a_policy(scheme, member)))


def shown(api: RunningApi, client: httpx2.Client, path: str, **params: str) -> httpx2.Response:
    """A read that reflects everything written so far."""
    headers = {"X-Ledger-Position": str(api.last_position())}
    return client.get(f"{V1}{path}", params=params, headers=headers)
