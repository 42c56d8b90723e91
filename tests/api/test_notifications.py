"""Notices over HTTP: asked for in words that are kept or in one's own, shown to whom they go."""

import httpx2

from adapters.identities import Kind
from tests.api.book import V1, Book, shown
from tests.api.running import RunningApi, data_of, error_of
from tests.api.test_access import outsider

PLACE = f"{V1}/notifications"


def test_a_notice_is_asked_for_in_words_that_are_kept(
    api: RunningApi, admin: httpx2.Client, book: Book
) -> None:
    kept = {"code": "card-ready", "subject": "Card", "words": "It waits in {place}. {insurer}"}
    first = data_of(admin.post(f"{PLACE}/templates", json=kept), 201)
    kept["words"] = "Your card waits in {place}."
    again = data_of(admin.post(f"{PLACE}/templates", json=kept), 201)
    assert (again["id"], first["version"], again["version"]) == (first["id"], 1, 2)
    row = data_of(shown(api, admin, f"/notifications/templates/{first['id']}"))
    assert (row["template_version"], row["words"]) == (2, kept["words"])
    broken = admin.post(f"{PLACE}/templates", json={**kept, "words": "a {Place"})
    rule = error_of(broken, 409, "RESOURCE_CONFLICT")["details"]["rule"]
    assert rule == "notice_template.place_unreadable"

    asked = {"member_ids": [book.member], "template": "card-ready", "values": {"place": "Dodoma"}}
    dry = data_of(admin.post(f"{PLACE}/send", json=asked, params={"dry_run": "true"}))
    assert dry["events"][0]["data"]["words"] == "Your card waits in Dodoma."
    keyed = {"Idempotency-Key": f"card {book.member}"}
    sent = data_of(admin.post(f"{PLACE}/send", json=asked, headers=keyed), 201)
    assert data_of(admin.post(f"{PLACE}/send", json=asked, headers=keyed), 201) == sent
    row = data_of(shown(api, admin, f"/notifications/{sent['id']}"))
    assert (row["stage"], row["kind"], row["member_id"]) == (
        "requested", "card-ready", book.member,
    )  # fmt: skip
    own = {"member_ids": [book.member], "words": "The office {is} closed on Friday."}
    assert data_of(admin.post(f"{PLACE}/send", json=own), 201)["notices"]
    refused = {
        "notice.value_missing": {**asked, "values": {}},
        "notice.says_nothing": {"member_ids": [book.member]},
        "notice.to_whom": {**own, "member_ids": [book.member, book.member]},
        "notice.too_long": {**asked, "values": {"place": "x" * 100}} | {"template": "long"},
    }
    long = {"code": "long", "subject": "L", "words": "{place} " * 7}
    data_of(admin.post(f"{PLACE}/templates", json=long), 201)
    for rule, body in refused.items():
        answer = admin.post(f"{PLACE}/send", json=body)
        assert error_of(answer, 409, "RESOURCE_CONFLICT")["details"]["rule"] == rule
    unknown = admin.post(f"{PLACE}/send", json={**asked, "template": "nobody"})
    error_of(unknown, 404, "RESOURCE_NOT_FOUND")

    member = outsider(api, Kind.MEMBER, book.member)
    mine = data_of(shown(api, member, "/notifications"))["results"]
    assert {it["member_id"] for it in mine} == {book.member}
    other = outsider(api, Kind.MEMBER, book.policy)
    assert data_of(other.get(PLACE))["count"] == 0
    error_of(other.get(f"{PLACE}/{sent['id']}"), 404, "RESOURCE_NOT_FOUND")
    error_of(member.post(f"{PLACE}/send", json=own), 403, "PERMISSION_DENIED")
