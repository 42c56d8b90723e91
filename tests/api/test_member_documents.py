"""Documents of members and policies over HTTP: sealed with the member's key, gone with it."""

import base64
from uuid import UUID

import httpx2
import pytest

from adapters.identities import Kind
from adapters.traces import remove_traces
from tests.adapters.uploads_corpus import PDF, pdf
from tests.api.book import V1, Book, a_policy, make_book, shown
from tests.api.running import Json, RunningApi, a_member, data_of, error_of


def a_card() -> Json:
    content = base64.b64encode(pdf()).decode()
    return {
        "kind": "identification", "file_name": "kitambulisho.pdf", "media_type": PDF,
        "content": content,
    }  # fmt: skip


@pytest.fixture
def member(admin: httpx2.Client) -> str:
    return str(data_of(admin.post(f"{V1}/members", json=a_member()), 201)["id"])


def test_a_members_document_is_kept_sealed_and_read_by_its_owner(
    api: RunningApi, admin: httpx2.Client, member: str
) -> None:
    shown(api, admin, f"/members/{member}")
    herself = api.signed_in(api.user("member", kind=Kind.MEMBER, subject=UUID(member)))
    made = data_of(herself.post(f"{V1}/members/{member}/documents", json=a_card()), 201)["id"]
    (row,) = data_of(shown(api, herself, f"/members/{member}/documents"))["results"]
    assert (row["kind"], row["claim_id"], row["stage"]) == ("identification", None, "added")
    assert herself.get(f"{V1}/documents/{made}/download").content == pdf()
    with api.parts.desk.store.pool.connection() as conn:
        kept = conn.execute(
            "SELECT content FROM document_content WHERE digest = %s",
            (bytes.fromhex(row["sha256"]),),
        ).fetchone()
    assert kept is not None
    assert pdf()[:40] not in bytes(kept[0])
    other = data_of(admin.post(f"{V1}/members", json=a_member()), 201)["id"]
    shown(api, admin, f"/members/{other}")
    stranger = api.signed_in(api.user("member", kind=Kind.MEMBER, subject=UUID(other)))
    for path in (f"/documents/{made}", f"/documents/{made}/download"):
        error_of(stranger.get(f"{V1}{path}"), 404, "RESOURCE_NOT_FOUND")
    again = {key: value for key, value in a_card().items() if key != "kind"}
    data_of(herself.put(f"{V1}/claim-documents/{made}", json=again))
    assert api.events(made) == ["document.added_to_member"], "the same content is no new version"
    data_of(admin.delete(f"{V1}/documents/{made}"))
    shown(api, admin, f"/documents/{made}")
    error_of(admin.get(f"{V1}/documents/{made}/download"), 404, "RESOURCE_NOT_FOUND")


def test_a_policy_schedule_is_printed_and_kept_with_the_holder(
    api: RunningApi, admin: httpx2.Client
) -> None:
    book = make_book(admin)
    shown(api, admin, f"/policies/{book.policy}")
    path = f"/policies/{book.policy}/documents"
    made = data_of(admin.post(f"{V1}{path}/generate", json={"on": "2025-06-01"}), 201)["id"]
    (row,) = data_of(shown(api, admin, path))["results"]
    assert (row["id"], row["kind"], row["member_id"]) == (made, "policy_schedule", book.member)
    paper = admin.get(f"{V1}/documents/{made}/download").content
    assert paper.startswith(b"%PDF-")


def test_what_a_claims_document_held_is_removed_with_the_person(
    api: RunningApi, admin: httpx2.Client
) -> None:
    book = make_book(admin)
    claim = data_of(admin.post(f"{V1}/claims", json=book.claim()), 201)["id"]
    body = {**a_card(), "content": base64.b64encode(pdf(b"/Own 1")).decode()}
    paper = data_of(admin.post(f"{V1}/claims/{claim}/documents", json=body), 201)
    shown(api, admin, f"/claim-documents/{paper['id']}")
    assert admin.get(f"{V1}/claim-documents/{paper['id']}/download").status_code == 200
    store = api.parts.desk.store
    remove_traces(store.pool, store.tenant, UUID(book.member))
    answer = admin.get(f"{V1}/claim-documents/{paper['id']}/download")
    error_of(answer, 404, "RESOURCE_NOT_FOUND")


def test_a_policy_goes_to_another_holder_or_is_withdrawn_unpaid(
    api: RunningApi, admin: httpx2.Client, book: Book, member: str
) -> None:
    made = data_of(admin.post(f"{V1}/policies", json=a_policy(book.scheme, book.member)), 201)
    path = f"/policies/{made['id']}"
    data_of(admin.put(f"{V1}{path}", json={"holder_id": member, "grace_days": 45}))
    told = data_of(shown(api, admin, path))
    assert (told["holder_id"], told["grace_days"]) == (member, 45)
    data_of(admin.delete(f"{V1}{path}"))
    told = data_of(shown(api, admin, path))
    assert (told["stage"], told["terminated_on"]) == ("terminated", "2025-01-01")
    paid = data_of(admin.post(f"{V1}/policies", json=a_policy(book.scheme, book.member)), 201)
    path = f"/policies/{paid['id']}"
    data_of(admin.post(f"{V1}{path}/premiums", json={"amount": "1000.00"}))
    refused = error_of(admin.delete(f"{V1}{path}"), 409, "RESOURCE_CONFLICT")
    assert refused["details"]["rule"] == "policy.premium_received"
