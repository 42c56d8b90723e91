"""64 clients at once on one nearly spent family limit: it is never exceeded, no claim is lost,
and each is decided exactly once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import httpx2
import pytest

from adapters.clock import SetClock
from domain.accumulator import ACCUMULATOR
from domain.claim import CLAIM
from domain.claim.state import Submitted
from domain.ids import accumulator_id
from tests.api.book import a_policy, a_provider
from tests.api.running import Json, RunningApi, a_member, data_of, running_api
from tests.support.insurer import ZONE, Insurer, settings_for
from tests.support.saga import Machinery

CLIENTS = 64
YEAR = date(2025, 1, 1)
LIMIT, SPENT, EACH = 1_000_000, 900_000, 7_000  # shillings: 14 whole claims fit, and 2,000 of one
V1 = "/api/v1"
TERMS: Json = {
    "product": "RACE",
    "claim_checks": ["dates", "member", "coverage"],
    "orders": [{"kind": "", "steps": ["benefit", "price", "limits"]}],
    "benefits": [{"category": "outpatient"}],
    "limits": [
        {
            "name": "family limit",
            "amount": f"{LIMIT}.00",
            "scope": "family",
            "reason": "FAMILY_LIMIT",
        }
    ],
}


class Family:
    """Four members on one policy, of whose limit a tenth is left."""

    def __init__(self, admin: httpx2.Client) -> None:
        def made(path: str, body: Json) -> str:
            return str(data_of(admin.post(f"{V1}{path}", json=body), 201)["id"])

        scheme = {"code": "RACE", "name": "Race", "effective_from": "2024-01-01", "terms": TERMS}
        product = made("/schemes", scheme)
        self.provider = made("/providers", a_provider())
        self.members = [made("/members", a_member()) for _ in range(4)]
        self.policy = made("/policies", a_policy(product, self.members[0], member_ids=self.members))
        spent = {"year_start": "2025-01-01", "what": "paid", "amount": f"{SPENT}.00"}
        body = {"origin": "the former insurer", "balances": [spent]}
        data_of(admin.post(f"{V1}/policies/{self.policy}/opening-balances", json=body))

    def claim(self, number: int) -> Json:
        line = {"code": "CONS", "category": "outpatient", "billed": f"{EACH}.00"}
        return {
            "member_id": self.members[number % len(self.members)],
            "policy_id": self.policy,
            "provider_id": self.provider,
            "service_from": "2025-05-06",
            "invoice_no": f"INV-{number}",
            "lines": [line],
        }


@pytest.mark.slow
def test_a_nearly_spent_family_limit_is_never_exceeded_by_64_clients_at_once(
    database_url: str, redis_url: str, tmp_path: Path
) -> None:
    settings = settings_for(database_url, redis_url, tmp_path).model_copy(
        update={
            "cheap_passwords": True,
            "rate_limits": False,
            "staff_second_factor": False,
            "suspend_at": Decimal(1),
        }
    )
    insurer = Insurer(settings, clock=SetClock(datetime.now(UTC), ZONE))
    with (
        Machinery(insurer, threads=8) as machinery,
        running_api(settings, read_models=False) as api,
    ):
        family = Family(api.as_role("admin"))
        claims = submit_at_once(api, family)
        machinery.wait_for(lambda: decided(insurer, claims) == CLIENTS, "64 decisions", 25)
        machinery.drain()
    stories = [Counter(insurer.story(claim)) for claim in claims]
    assert all(story["claim.adjudicated"] == 1 for story in stories)
    assert all(story["claim.paid"] <= 1 for story in stories)
    payable = [insurer.claim(claim).payable for claim in claims]
    amounts = sorted((money.minor // 100 for money in payable if money is not None), reverse=True)
    assert amounts == [EACH] * 14 + [2_000] + [0] * 49
    used = insurer.desk.store.load(ACCUMULATOR, accumulator_id(UUID(family.policy), YEAR)).state
    assert used.balances.total(family.policy, YEAR.isoformat(), "paid") == LIMIT * 100
    insurer.desk.store.close()


def submit_at_once(api: RunningApi, family: Family) -> list[UUID]:
    """Every client sends its claim at the same moment; each is accepted."""
    token = api.as_role("admin").headers["Authorization"]
    ready = threading.Barrier(CLIENTS)

    def submit(number: int) -> UUID:
        headers = {"Authorization": token}
        with httpx2.Client(base_url=api.url, timeout=30, headers=headers) as client:
            ready.wait(60)
            answer = client.post(f"{V1}/claims", json=family.claim(number))
        return UUID(data_of(answer, 201)["id"])

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(submit, range(CLIENTS)))


def decided(insurer: Insurer, claims: list[UUID]) -> int:
    """How many of the claims have a determination."""
    states = insurer.desk.store.load_many(CLAIM, claims).values()
    return sum(isinstance(it.state, Submitted) and it.state.payable is not None for it in states)
