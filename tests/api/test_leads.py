"""Leads over HTTP: captured, looked after by an agent, moved along, won by becoming a member."""

from uuid import UUID, uuid4

import httpx2
import pytest

from adapters.identities import Kind
from tests.api.book import V1, shown
from tests.api.running import Json, RunningApi, a_member, data_of, error_of

PREFIX = f"{V1}/leads"


def a_lead(**changed: object) -> Json:
    return {
        "first_name": "Zawadi", "last_name": "Komba", "email": f"{uuid4().hex}@example.co.tz",
        "value_minor": 90_000_000, **changed,
    }  # fmt: skip


@pytest.fixture
def manager(api: RunningApi) -> httpx2.Client:
    return api.as_role("sales_manager")


def rule_of(answer: httpx2.Response) -> str:
    return str(error_of(answer, 409, "RESOURCE_CONFLICT")["details"]["rule"])


def test_a_lead_is_won_by_becoming_a_member(api: RunningApi, manager: httpx2.Client) -> None:
    lead = data_of(manager.post(PREFIX, json=a_lead()), 201)["id"]
    path = f"{PREFIX}/{lead}"
    data_of(manager.patch(f"{path}/status", json={"stage": "qualified"}))
    assert rule_of(manager.patch(f"{path}/status", json={"stage": "won"})) == (
        "lead.won_by_converting"
    )
    lost = manager.patch(f"{path}/status", json={"stage": "lost"})
    assert rule_of(lost) == "lead.lost_without_reason"
    call = {"activity": "call", "note": "wants her parents covered", "due_on": "2026-01-15"}
    data_of(manager.post(f"{path}/activities", json=call))
    (done,) = data_of(shown(api, manager, f"/leads/{lead}/activities"))["results"]
    assert (done["activity"], done["note"]) == ("call", "wants her parents covered")
    won = data_of(manager.post(f"{path}/convert", json=a_member(first_name="Zawadi")))
    member = data_of(shown(api, manager, f"/members/{won['member_id']}"))
    assert member["number"] == won["member_number"]
    told = data_of(shown(api, manager, f"/leads/{lead}"))
    assert (told["stage"], told["member_id"]) == ("won", won["member_id"])
    later = manager.patch(f"{path}/status", json={"stage": "lost", "reason": "late"})
    assert rule_of(later) == "lead.already_converted"
    before = api.last_position()
    assert manager.post(f"{path}/convert", json=a_member()).status_code == 409
    assert api.last_position() == before, "nobody is enrolled twice"


def test_an_agent_looks_after_the_own_leads_alone(api: RunningApi, manager: httpx2.Client) -> None:
    user = api.user("agent", kind=Kind.AGENT)
    agent, other = api.signed_in(user), api.signed_in(api.user("agent", kind=Kind.AGENT))
    own = data_of(agent.post(PREFIX, json=a_lead()), 201)["id"]
    given = data_of(manager.post(PREFIX, json=a_lead()), 201)["id"]
    data_of(manager.post(f"{PREFIX}/{given}/assign", json={"agent": user.username}))
    mine = data_of(shown(api, agent, "/leads/my-leads"))["results"]
    assert {row["id"] for row in mine} == {own, given}
    stages = data_of(shown(api, agent, "/leads/pipeline"))
    assert sum(stage["leads"] for stage in stages) == 2
    assert sum(stage["value_minor"] for stage in stages) == 180_000_000
    assert data_of(shown(api, other, "/leads"))["count"] == 0
    error_of(other.get(f"{PREFIX}/{own}"), 404, "RESOURCE_NOT_FOUND")
    error_of(other.put(f"{PREFIX}/{own}", json=a_lead()), 404, "RESOURCE_NOT_FOUND")
    error_of(agent.delete(f"{PREFIX}/{own}"), 403, "PERMISSION_DENIED")


def test_a_sheet_of_leads_tells_who_is_known_already(
    api: RunningApi, manager: httpx2.Client
) -> None:
    known = a_lead()
    data_of(manager.post(PREFIX, json=known), 201)
    shown(api, manager, "/leads")
    error_of(manager.post(PREFIX, json=known), 409, "DUPLICATE_RESOURCE")
    content = "\n".join(
        (
            "first_name,last_name,email,phone,value_minor",
            f"Ali,Said,{known['email']},,",
            f"Sara,Juma,{uuid4().hex}@example.co.tz,,5000",
            "Nobody,Reached,,,",
            ",Nameless,a@b,,",
        )
    )
    path, kind = f"{PREFIX}/bulk-import", {"Content-Type": "text/csv"}
    told = data_of(manager.post(path, content=content, headers=kind))
    assert (told["captured"], told["refused"]) == (1, 3)
    assert [row["errors"][0]["rule"] if row["errors"] else None for row in told["rows"]] == [
        "lead.alike_known", None, "lead.not_reachable", "",
    ]  # fmt: skip
    again = data_of(manager.post(path, content=content, headers=kind))
    assert again["rows"][1]["id"] == told["rows"][1]["id"]
    found = data_of(shown(api, manager, "/leads/search", search="Sara Juma"))
    assert [row["id"] for row in found["results"]] == [told["rows"][1]["id"]]


def test_of_a_removed_lead_nothing_is_left_but_that_there_was_one(
    api: RunningApi, manager: httpx2.Client
) -> None:
    lead = data_of(manager.post(PREFIX, json=a_lead()), 201)["id"]
    note = {"activity": "call", "note": "has a weak heart"}
    data_of(manager.post(f"{PREFIX}/{lead}/activities", json=note))
    data_of(manager.delete(f"{PREFIX}/{lead}"))
    told = data_of(shown(api, manager, f"/leads/{lead}"))
    assert (told["full_name"], told["removed"]) == ("erased", True)
    (row,) = data_of(manager.get(f"{PREFIX}/{lead}/activities"))["results"]
    assert row["note"] == "erased"
    events = list(api.parts.desk.store.stream(UUID(lead)))
    assert events[0].fact.prospect.last_name == "erased"
    assert "weak heart" not in str([event.fact for event in events])
    assert rule_of(manager.put(f"{PREFIX}/{lead}", json=a_lead())) == "lead.removed"
