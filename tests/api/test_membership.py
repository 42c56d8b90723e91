"""Profiles, contacts and beneficiaries over HTTP: one asks, another approves."""

from uuid import UUID

import httpx2
import pytest

from adapters.identities import Kind
from tests.api.book import V1, shown
from tests.api.running import Json, RunningApi, a_member, data_of, error_of

ASHA = a_member(phone="+255 712 100 200")


def rule_of(answer: httpx2.Response) -> str:
    return str(error_of(answer, 409, "RESOURCE_CONFLICT")["details"]["rule"])


@pytest.fixture
def member(admin: httpx2.Client) -> str:
    return str(data_of(admin.post(f"{V1}/members", json=a_member()), 201)["id"])


@pytest.fixture
def herself(api: RunningApi, admin: httpx2.Client, member: str) -> httpx2.Client:
    shown(api, admin, f"/members/{member}")
    return api.signed_in(api.user("member", kind=Kind.MEMBER, subject=UUID(member)))


def test_what_a_member_asks_for_waits_until_staff_approve_it(
    api: RunningApi, admin: httpx2.Client, herself: httpx2.Client, member: str
) -> None:
    path = f"{V1}/members/{member}/profile"
    body: Json = {**ASHA, "address": "Mtaa wa Jamhuri 14", "employer": "Bandari Ltd"}
    asked = data_of(herself.put(path, json=body))
    assert asked["waits_for_approval"] is True
    told = data_of(shown(api, herself, f"/members/{member}/profile"))
    assert (told["details"]["phone"], told["profile"]["address"]) == ("", "")
    assert told["waits"]["profile"]["address"] == "Mtaa wa Jamhuri 14"
    waiting = data_of(shown(api, admin, "/profile-changes", page_size="100"))["results"]
    assert member in {row["id"] for row in waiting}
    error_of(herself.patch(f"{path}/approve"), 403, "PERMISSION_DENIED")
    desk = api.as_role("customer_service")
    data_of(desk.patch(f"{path}/approve"))
    told = data_of(shown(api, herself, f"/members/{member}/profile"))
    assert (told["details"]["phone"], told["waits"]) == ("+255 712 100 200", None)
    assert api.events(member) == [
        "member.enrolled", "member.profile_change_requested", "member.profile_change_approved",
        "member.details_corrected", "member.profile_recorded",
    ]  # fmt: skip
    assert rule_of(desk.patch(f"{path}/approve")) == "member.no_change_waiting"


def test_staff_change_a_telephone_at_once_and_a_name_by_two_people(
    api: RunningApi, admin: httpx2.Client, member: str
) -> None:
    path, desk = f"{V1}/members/{member}/profile", api.as_role("customer_service")
    assert data_of(desk.put(path, json=ASHA))["waits_for_approval"] is False
    renamed = {**ASHA, "last_name": "Mushi"}
    assert data_of(desk.put(path, json=renamed))["waits_for_approval"] is True
    assert rule_of(desk.patch(f"{path}/approve")) == "member.change_same_person"
    data_of(admin.patch(f"{path}/reject", json={"reasons": ["PROOF_MISSING"]}))
    told = data_of(shown(api, admin, f"/members/{member}"))
    assert (told["full_name"], told["phone"]) == ("Asha Mtei", "+255 712 100 200")


def test_an_approved_national_id_is_registered(
    api: RunningApi, admin: httpx2.Client, member: str
) -> None:
    path = f"{V1}/members/{member}/profile"
    desk = api.as_role("customer_service")
    data_of(desk.put(path, json=a_member(national_id="19900412-7")))
    data_of(admin.patch(f"{path}/approve"))
    again = admin.post(f"{V1}/members", json=a_member(national_id="1990 0412 7"))
    error_of(again, 409, "DUPLICATE_RESOURCE")


def test_a_member_names_who_is_called_and_strangers_see_nobody(
    api: RunningApi, admin: httpx2.Client, herself: httpx2.Client, member: str
) -> None:
    path = f"{V1}/members/{member}/emergency-contact"
    body = {"full_name": "Baraka", "phone": "+255 713 000 009", "kinship": "brother"}
    made = data_of(herself.post(path, json=body), 201)["id"]
    (row,) = data_of(shown(api, herself, f"/members/{member}/emergency-contact"))["results"]
    assert (row["full_name"], row["priority"]) == ("Baraka", 1)
    other = data_of(admin.post(f"{V1}/members", json=a_member()), 201)["id"]
    shown(api, admin, f"/members/{other}")
    stranger = api.signed_in(api.user("member", kind=Kind.MEMBER, subject=UUID(other)))
    error_of(stranger.get(path), 404, "RESOURCE_NOT_FOUND")
    error_of(stranger.get(f"{V1}/emergency-contacts/{made}"), 404, "RESOURCE_NOT_FOUND")
    error_of(stranger.delete(f"{V1}/emergency-contacts/{made}"), 404, "RESOURCE_NOT_FOUND")
    data_of(herself.put(f"{V1}/emergency-contacts/{made}", json={**body, "priority": 2}))
    data_of(herself.delete(f"{V1}/emergency-contacts/{made}"))
    assert data_of(shown(api, herself, f"/members/{member}/emergency-contact"))["count"] == 0
    gone = herself.put(f"{V1}/emergency-contacts/{made}", json=body)
    assert rule_of(gone) == "emergency_contact.removed"
    bare = herself.post(path, json={**body, "phone": ""})
    assert rule_of(bare) == "emergency_contact.without_phone"


def a_nominee(share: str, **changed: object) -> Json:
    return {
        "full_name": "Neema Mtei", "kinship": "sibling", "born_on": "1992-03-01", "share": share,
        **changed,
    }  # fmt: skip


def test_shares_come_into_force_when_all_are_approved_and_make_a_whole(
    api: RunningApi, herself: httpx2.Client, member: str
) -> None:
    path = f"{V1}/members/{member}/beneficiaries"
    approver = api.as_role("underwriter")
    first = data_of(herself.post(path, json=a_nominee("60.00")), 201)["id"]
    early = approver.patch(f"{V1}/beneficiaries/{first}/approve")
    assert rule_of(early) == "designation.below_the_whole"
    above = herself.post(path, json=a_nominee("40.01"))
    assert rule_of(above) == "designation.above_the_whole"
    second = data_of(herself.post(path, json=a_nominee("40")), 201)["id"]
    error_of(herself.patch(f"{V1}/beneficiaries/{first}/approve"), 403, "PERMISSION_DENIED")
    data_of(approver.patch(f"{V1}/beneficiaries/{first}/approve"))
    assert held(api, herself, member) == {}
    data_of(approver.patch(f"{V1}/beneficiaries/{second}/approve"))
    assert held(api, herself, member) == {first: 6_000, second: 4_000}
    data_of(herself.delete(f"{V1}/beneficiaries/{second}"))
    assert held(api, herself, member) == {first: 6_000, second: 4_000}, "until a new whole"
    data_of(herself.put(f"{V1}/beneficiaries/{first}", json=a_nominee("100")))
    data_of(approver.patch(f"{V1}/beneficiaries/{first}/approve"))
    assert held(api, herself, member) == {first: 10_000}


def held(api: RunningApi, client: httpx2.Client, member: str) -> dict[str, int]:
    rows = data_of(shown(api, client, f"/members/{member}/designation"))["results"]
    return {r["beneficiary_id"]: r["in_force_bps"] for r in rows if r["in_force_bps"]}


def test_who_nominates_does_not_approve_and_a_child_needs_a_guardian(
    api: RunningApi, admin: httpx2.Client, member: str
) -> None:
    path = f"{V1}/members/{member}/beneficiaries"
    child = a_nominee("100", kinship="child", born_on="2020-01-01")
    assert rule_of(admin.post(path, json=child)) == "beneficiary.without_guardian"
    made = data_of(admin.post(path, json={**child, "guardian": "Rehema"}), 201)["id"]
    own = admin.patch(f"{V1}/beneficiaries/{made}/approve")
    assert rule_of(own) == "beneficiary.same_person"
    why = {"reasons": ["PROOF_MISSING"]}
    data_of(api.as_role("underwriter").patch(f"{V1}/beneficiaries/{made}/reject", json=why))
    told = data_of(shown(api, admin, f"/beneficiaries/{made}"))
    assert (told["stage"], told["reasons"]) == ("rejected", ["PROOF_MISSING"])
    data_of(admin.post(path, json=a_nominee("100")), 201)  # its share is free again
