"""A claim over HTTP from submission to a decision, and what the API shows on the way."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx2

from commands import claims
from commands.context import Context
from projections.claims_known import ClaimsDeskKnows
from tests.api.book import V1, Book, shown
from tests.api.running import RunningApi, data_of

CLAIMS = f"{V1}/claims"


def worked_on(api: RunningApi, claim_id: str) -> None:
    """What the workers do with a submitted claim: score it and adjudicate it."""
    store = api.parts.desk.store
    desk = replace(api.parts.desk, claims_known=ClaimsDeskKnows(store.pool, store.tenant))

    def context() -> Context:
        return Context("saga:test", uuid4(), uuid4(), datetime.now(UTC), desk.clock.today())

    key = UUID(claim_id)
    position = store.stream(key)[-1].position
    claims.score_claim(desk, context(), claims.ScoreOfClaim(key, position))
    claims.adjudicate_claim(desk, context(), claims.ClaimStep(key))


def test_a_claim_is_submitted_adjudicated_and_shown(
    api: RunningApi, admin: httpx2.Client, book: Book
) -> None:
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
