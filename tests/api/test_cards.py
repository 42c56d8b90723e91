"""Cards and biometric records over HTTP: signed codes, a print queue, templates in no event."""

import base64
import struct
from datetime import date
from uuid import UUID

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.card_codes import CardSays, card_codes
from adapters.identities import Kind
from adapters.looks import OPENED
from tests.adapters.uploads_corpus import JPEG, picture
from tests.api.book import V1, Book, shown
from tests.api.running import Json, RunningApi, a_member, data_of, error_of


@pytest.fixture
def member(admin: httpx2.Client) -> str:
    return str(data_of(admin.post(f"{V1}/members", json=a_member()), 201)["id"])


def issued(admin: httpx2.Client, member: str, **body: object) -> Json:
    made: Json = data_of(admin.post(f"{V1}/members/{member}/cards/generate", json=body), 201)
    return made


def code_of(api: RunningApi, card: str) -> str:
    found = api.parts.desk.store.stream(UUID(card))[0].fact
    says = CardSays(UUID(card), found.member_number, found.expires_on)
    return card_codes(api.parts.settings.secrets_folder).of(says)


def checked(client: httpx2.Client, code: str) -> Json:
    told: Json = data_of(client.post(f"{V1}/cards/verify-qr", json={"code": code}))
    return told


def test_a_provider_reads_a_card_that_counts_and_nothing_of_the_person(
    api: RunningApi, admin: httpx2.Client, member: str, book: Book
) -> None:
    card = issued(admin, member)
    clinic = api.signed_in(api.user("provider", kind=Kind.PROVIDER, subject=UUID(book.provider)))
    told = checked(clinic, code_of(api, card["id"]))
    assert (told["genuine"], told["valid"], told["card_number"]) == (True, True, card["number"])
    assert "Mtei" not in str(told)
    code = code_of(api, card["id"])
    # Within the signature; its last byte will not do, which is nought in one of sixteen anyway.
    forged = code[:-40] + ("A" if code[-40] != "A" else "B") + code[-39:]
    assert checked(clinic, forged)["genuine"] is False
    data_of(admin.patch(f"{V1}/cards/{card['id']}/revoke", json={"reason": "lost"}))
    told = checked(clinic, code_of(api, card["id"]))
    assert (told["genuine"], told["valid"], told["why"]) == (True, False, "the card is revoked")


def test_anybody_can_check_a_code_without_us(
    api: RunningApi, admin: httpx2.Client, member: str
) -> None:
    code = code_of(api, issued(admin, member)["id"])
    key = data_of(api.anonymous().get(f"{V1}/cards/public-key"))
    text, _, signature = code.rpartition(".")
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key["public_key"]))
    signed = key["purpose"].encode() + b"\0" + text.encode()
    public.verify(base64.urlsafe_b64decode(signature + "=="), signed)


def test_a_new_card_takes_the_place_of_the_old(
    api: RunningApi, admin: httpx2.Client, member: str
) -> None:
    first, second = issued(admin, member), issued(admin, member)
    plastic = issued(admin, member, medium="physical")
    rows = data_of(shown(api, admin, f"/members/{member}/cards"))["results"]
    stages = {row["id"]: row["stage"] for row in rows}
    assert stages == {first["id"]: "revoked", second["id"]: "active", plastic["id"]: "ordered"}
    queue = data_of(shown(api, admin, "/cards/print-queue", page_size="100"))["results"]
    assert plastic["id"] in {row["id"] for row in queue}
    assert checked(admin, code_of(api, plastic["id"]))["valid"] is False
    data_of(admin.patch(f"{V1}/cards/{plastic['id']}/print"))
    queue = data_of(shown(api, admin, "/cards/print-queue", page_size="100"))["results"]
    assert plastic["id"] not in {row["id"] for row in queue}
    data_of(admin.patch(f"{V1}/cards/{plastic['id']}/activate"))
    assert checked(admin, code_of(api, plastic["id"]))["valid"] is True
    late = admin.patch(f"{V1}/cards/{first['id']}/activate")
    assert error_of(late, 409, "RESOURCE_CONFLICT")["details"]["rule"] == "card.revoked"


def test_an_expired_card_is_genuine_and_counts_no_longer(
    api: RunningApi, admin: httpx2.Client, member: str
) -> None:
    body = {"expires_on": "2020-06-01", "effective_on": "2019-06-01"}
    card = issued(admin, member, **body)
    told = checked(admin, code_of(api, card["id"]))
    assert (told["genuine"], told["valid"]) == (True, False)
    assert told["why"] == "the card expired on 2020-06-01"


def test_a_card_is_shown_as_a_picture_and_on_paper(
    api: RunningApi, admin: httpx2.Client, member: str
) -> None:
    content = base64.b64encode(picture("JPEG")).decode()
    photo = {"file_name": "asha.jpg", "media_type": JPEG, "content": content}
    data_of(admin.post(f"{V1}/members/{member}/photo", json=photo))
    card = issued(admin, member)["id"]
    code = shown(api, admin, f"/cards/{card}/qr-code")
    assert code.content.startswith(b"\x89PNG\r\n\x1a\n")
    lines = admin.get(f"{V1}/cards/{card}/qr-code", headers={"Accept": "image/svg+xml"})
    assert b"<svg" in lines.content
    paper = shown(api, admin, f"/cards/{card}/pdf", language="sw")
    assert paper.content.startswith(b"%PDF-")
    assert paper.content == shown(api, admin, f"/cards/{card}/pdf", language="sw").content
    kept = admin.get(f"{V1}/members/{member}/photo")
    assert (kept.status_code, kept.headers["Content-Type"]) == (200, JPEG)


def numbers(*values: float) -> str:
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


LEFT = tuple(float(n % 7) for n in range(32))
RIGHT = tuple(float((n * 5) % 11) for n in range(32))
NEARLY = tuple(n + 0.05 for n in LEFT)


def a_finger(values: tuple[float, ...], model: str, **changed: object) -> Json:
    return {
        "modality": "finger", "model": model, "template": numbers(*values), "quality": 80,
        "part": "right_thumb", "device": "desk 4", **changed,
    }  # fmt: skip


def shown_finger(values: tuple[float, ...], model: str, **more: object) -> Json:
    return {
        "modality": "finger", "model": model, "template": numbers(*values),
        "purpose": "admission", **more,
    }  # fmt: skip


def test_a_finger_is_known_again_and_its_template_is_in_no_event(
    api: RunningApi, admin: httpx2.Client, member: str
) -> None:
    path, model = f"{V1}/members/{member}/biometrics", f"net-{member}"
    weak = admin.post(path, json=a_finger(LEFT, model, quality=39))
    rule = error_of(weak, 409, "RESOURCE_CONFLICT")["details"]["rule"]
    assert rule == "biometric.quality_too_low"
    made = data_of(admin.post(path, json=a_finger(LEFT, model)), 201)["id"]
    of = {"member_id": member}
    same = admin.post(f"{V1}/biometrics/verify", json=shown_finger(NEARLY, model, **of))
    assert data_of(same)["matched"] is True
    other = admin.post(f"{V1}/biometrics/verify", json=shown_finger(RIGHT, model, **of))
    assert data_of(other)["matched"] is False
    found = data_of(admin.post(f"{V1}/biometrics/match", json=shown_finger(NEARLY, model)))
    assert [one["member_id"] for one in found["candidates"]] == [member]
    nobody = data_of(admin.post(f"{V1}/biometrics/match", json=shown_finger(RIGHT, model)))
    assert nobody["candidates"] == []
    tries = data_of(shown(api, admin, f"/biometrics/{made}/comparisons"))["results"]
    assert [one["matched"] for one in tries] == [True, False, True]
    template = struct.pack("<32f", *LEFT)
    in_text = base64.b64encode(template)
    with api.parts.desk.store.pool.connection() as conn:
        for table in ("es_event", "biometric.template"):
            hits = conn.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY (%s)".encode(),
                ([f"%{sought.hex()}%" for sought in (template, in_text)],),
            ).fetchone()
            assert hits == (0,), table
    data_of(admin.delete(f"{V1}/biometrics/{made}"))
    gone = admin.post(f"{V1}/biometrics/verify", json=shown_finger(LEFT, model, **of))
    rule = error_of(gone, 409, "RESOURCE_CONFLICT")["details"]["rule"]
    assert rule == "biometric.none_to_compare"
    told = data_of(shown(api, admin, f"/biometrics/{made}"))
    assert told["stage"] == "destroyed"


def test_each_opening_of_templates_is_noted_and_a_destroyed_one_is_gone(
    api: RunningApi, admin: httpx2.Client, member: str
) -> None:
    """S17: also a try that finds nobody, and one that is asked dry, leaves a line."""
    path, model = f"{V1}/members/{member}/biometrics", f"noted-{member}"
    made = UUID(data_of(admin.post(path, json=a_finger(LEFT, model)), 201)["id"])
    asked = shown_finger(RIGHT, model)
    of_member = {**asked, "member_id": member}
    data_of(admin.post(f"{V1}/biometrics/verify", json=of_member))
    data_of(admin.post(f"{V1}/biometrics/match", json=asked))
    data_of(admin.post(f"{V1}/biometrics/match", json=asked, params={"dry_run": "true"}))
    data_of(admin.delete(f"{V1}/biometrics/{made}"))
    error_of(admin.post(f"{V1}/biometrics/verify", json=of_member), 409, "RESOURCE_CONFLICT")
    with api.parts.desk.store.pool.connection() as conn:
        noted = conn.execute(
            "SELECT member_id::text, purpose, modality, templates, actor <> '' "
            "FROM biometric.reading WHERE model = %s ORDER BY read_at",
            (model,),
        ).fetchall()
        left = conn.execute(
            "SELECT (SELECT count(*) FROM biometric.template WHERE biometric_id = %(id)s), "
            "(SELECT count(*) FROM biometric.template_key WHERE biometric_id = %(id)s)",
            {"id": made},
        ).fetchone()
    of = [(member, 1), (None, 1), (None, 1), (member, 0)]
    assert noted == [(whose, "admission", "finger", many, True) for whose, many in of]
    assert left == (0, 0), "neither the template nor its key is there"
    own = api.signed_in(api.user("member", kind=Kind.MEMBER, subject=UUID(member)))
    seen = [one for one in data_of(own.get(f"{V1}/members/{member}/access-log"))
            if one["place"] == OPENED]  # fmt: skip
    assert [one["purpose"] for one in seen] == ["admission"] * len(of), "and the member sees each"


def test_a_template_that_is_none_is_refused_by_its_field(admin: httpx2.Client, member: str) -> None:
    path = f"{V1}/members/{member}/biometrics"
    for bad in (numbers(1.0), numbers(*([0.0] * 32)), numbers(*([float("nan")] * 32))):
        answer = admin.post(path, json={**a_finger(LEFT, "m"), "template": bad})
        error = error_of(answer, 422, "VALIDATION_ERROR")
        assert error["details"]["errors"][0]["field"] == "template"


def test_years_later_stays_in_february() -> None:
    from commands.cards import years_later

    assert years_later(date(2024, 2, 29), 2) == date(2026, 2, 28)
