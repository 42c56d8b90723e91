"""Documents of claims over HTTP: what is sent is checked, kept under its hash, and looked at."""

import base64
from hashlib import sha256
from uuid import UUID

import httpx2
import pytest

from adapters.identities import Kind
from tests.adapters.uploads_corpus import HTML, JPEG, PDF, PNG, SECRET, located, pdf, picture
from tests.api.book import V1, Book, shown
from tests.api.running import Json, RunningApi, data_of, error_of


def sent(content: bytes, name: str = "ankara.pdf", media_type: str = PDF, **more: object) -> Json:
    coded = base64.b64encode(content).decode()
    return {"file_name": name, "media_type": media_type, "content": coded, **more}


@pytest.fixture
def claim(admin: httpx2.Client, book: Book) -> str:
    return str(data_of(admin.post(f"{V1}/claims", json=book.claim()), 201)["id"])


def test_a_document_is_kept_under_its_hash_and_read_again(
    api: RunningApi, admin: httpx2.Client, claim: str
) -> None:
    body = sent(pdf(), kind="invoice")
    made = data_of(admin.post(f"{V1}/claims/{claim}/documents", json=body), 201)
    assert made["sha256"] == sha256(pdf()).hexdigest()
    (listed,) = data_of(shown(api, admin, f"/claims/{claim}/documents"))["results"]
    assert (listed["kind"], listed["size"], listed["stage"]) == ("invoice", len(pdf()), "added")
    (stored,) = [e.fact for e in api.parts.desk.store.stream(UUID(made["id"]))]
    assert stored.file.sha256 == made["sha256"]
    got = admin.get(f"{V1}/claim-documents/{made['id']}/download")
    assert got.content == pdf()
    assert got.headers["Content-Type"] == PDF
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"


def test_a_picture_is_kept_without_the_place_where_it_was_made(
    api: RunningApi, admin: httpx2.Client, claim: str
) -> None:
    assert SECRET in located()
    body = sent(located(), "picha.jpg", JPEG)
    made = data_of(admin.post(f"{V1}/claims/{claim}/documents", json=body), 201)
    shown(api, admin, f"/claim-documents/{made['id']}")
    got = admin.get(f"{V1}/claim-documents/{made['id']}/download")
    assert got.content.startswith(b"\xff\xd8\xff")
    assert SECRET not in got.content


def test_what_is_not_what_it_says_is_refused_and_nothing_recorded(
    api: RunningApi, admin: httpx2.Client, claim: str
) -> None:
    position = api.last_position()
    for body in (sent(HTML), sent(pdf(), "a.png", PNG), sent(pdf(b"/OpenAction<</S/JavaScript>>"))):
        answer = admin.post(f"{V1}/claims/{claim}/documents", json=body)
        faults = error_of(answer, 422, "VALIDATION_ERROR")["details"]["errors"]
        assert faults[0]["field"] == "content"
    large = sent(pdf(behind=b"\n") + b"\0" * 8_000_000)
    answer = admin.post(f"{V1}/claims/{claim}/documents", json=large)
    assert answer.status_code in {413, 422}
    assert api.last_position() == position


def test_a_dry_run_keeps_nothing(api: RunningApi, admin: httpx2.Client, claim: str) -> None:
    body = sent(pdf(b"/Dry 1"))
    path = f"{V1}/claims/{claim}/documents"
    told = data_of(admin.post(path, json=body, params={"dry_run": "true"}))
    assert told["events"][0]["name"] == "document.added"
    with api.parts.desk.store.pool.connection() as conn:
        row = conn.execute(
            "SELECT count(*) FROM document_content WHERE digest = %s",
            (bytes.fromhex(told["sha256"]),),
        ).fetchone()
    assert row == (0,)


def test_a_better_copy_is_verified_by_somebody_else(
    api: RunningApi, admin: httpx2.Client, claim: str
) -> None:
    made = data_of(admin.post(f"{V1}/claims/{claim}/documents", json=sent(pdf())), 201)["id"]
    path = f"{V1}/claim-documents/{made}"
    processor = api.as_role("claims_processor")
    bare = processor.post(f"{path}/verify", json={"accepted": False})
    rule = error_of(bare, 409, "RESOURCE_CONFLICT")["details"]["rule"]
    assert rule == "document.rejected_without_reason"
    why = {"accepted": False, "reasons": ["UNREADABLE"]}
    data_of(processor.post(f"{path}/verify", json=why))
    data_of(admin.put(path, json=sent(picture(), "ankara.png", PNG)))
    own = admin.post(f"{path}/verify", json={})
    rule = error_of(own, 409, "RESOURCE_CONFLICT")["details"]["rule"]
    assert rule == "document.same_person"
    data_of(processor.post(f"{path}/verify", json={}))
    now = data_of(shown(api, admin, f"/claim-documents/{made}"))
    assert (now["stage"], now["document_version"], now["media_type"]) == ("verified", 2, PNG)
    assert api.events(made) == [
        "document.added", "document.rejected", "document.version_added", "document.verified",
    ]  # fmt: skip
    data_of(admin.delete(path))
    shown(api, admin, f"/claim-documents/{made}")
    error_of(admin.get(f"{path}/download"), 404, "RESOURCE_NOT_FOUND")


def test_members_and_providers_see_documents_of_their_own_claims_only(
    api: RunningApi, admin: httpx2.Client, claim: str, book: Book
) -> None:
    own = api.signed_in(api.user("provider", kind=Kind.PROVIDER, subject=UUID(book.provider)))
    other_id = data_of(admin.post(f"{V1}/providers", json={"name": "X", "level": "hospital"}), 201)
    other = api.signed_in(api.user("provider", kind=Kind.PROVIDER, subject=UUID(other_id["id"])))
    shown(api, admin, f"/claims/{claim}")
    made = data_of(own.post(f"{V1}/claims/{claim}/documents", json=sent(pdf())), 201)["id"]
    data_of(shown(api, own, f"/claim-documents/{made}"))
    for refused in (
        other.get(f"{V1}/claim-documents/{made}"),
        other.get(f"{V1}/claim-documents/{made}/download"),
        other.get(f"{V1}/claims/{claim}/documents"),
        other.post(f"{V1}/claims/{claim}/documents", json=sent(pdf())),
    ):
        error_of(refused, 404, "RESOURCE_NOT_FOUND")
    error_of(own.post(f"{V1}/claim-documents/{made}/verify", json={}), 403, "PERMISSION_DENIED")
