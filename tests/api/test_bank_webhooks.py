"""What a bank tells over HTTP is booked once; what is not the bank's, or repeated, is refused."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2
import pytest
from typer.testing import CliRunner

from adapters.secret_keys import bank_key
from adapters.settings import get_settings
from adapters.signed_messages import SIGNATURE, signed
from cli.webhooks import app as webhooks_app
from tests.api.book import V1, make_book, shown
from tests.api.running import Json, RunningApi, data_of, error_of
from tests.api.test_claims import worked_on

PLACE = f"{V1}/webhooks/bank"
DAY = "2025-03-05"


class Bank:
    """Tells the insurer what becomes of transfers."""

    def __init__(self, api: RunningApi) -> None:
        self._key = bank_key(api.parts.settings.secrets_folder)
        self._client = api.anonymous()

    def tells(
        self, body: bytes, *, at: datetime | None = None, key: bytes | None = None
    ) -> httpx2.Response:
        headers = signed(key or self._key, body, at or datetime.now(UTC))
        return self.sends(body, headers)

    def sends(self, body: bytes, headers: dict[str, str]) -> httpx2.Response:
        more = {"Content-Type": "application/json", **headers}
        return self._client.post(PLACE, content=body, headers=more)

    def signs(self, body: bytes, seconds: int = 0) -> dict[str, str]:
        return signed(self._key, body, datetime.now(UTC) - timedelta(seconds=seconds))


def notice(number: str, kind: str = "settled", **more: object) -> bytes:
    told: Json = {
        "id": str(uuid4()), "kind": kind, "instruction_id": number, "amount_minor": 2_350_000,
        "currency": "TZS", "on": DAY, "reference": f"BNK-{number}", **more,
    }  # fmt: skip
    return json.dumps(told).encode()


@pytest.fixture
def bank(api: RunningApi) -> Bank:
    return Bank(api)


@pytest.fixture
def owed(api: RunningApi, admin: httpx2.Client) -> Json:
    """A payment of 23,500 that the bank has not been asked for yet."""
    book = make_book(admin)
    claim = data_of(admin.post(f"{V1}/claims", json=book.claim()), 201)["id"]
    worked_on(api, claim)
    made: Json = data_of(admin.post(f"{V1}/claims/{claim}/payments"))
    return made | {"claim": claim}


@pytest.fixture
def payment(admin: httpx2.Client, owed: Json) -> Json:
    """A payment of 23,500 that the bank is being asked to make."""
    data_of(admin.post(f"{V1}/payments/{owed['id']}/process"))
    return owed


def test_a_transfer_is_booked_once_on_the_banks_own_day(
    api: RunningApi, admin: httpx2.Client, bank: Bank, payment: Json
) -> None:
    told = notice(payment["number"])
    assert data_of(bank.tells(told))["booked"]
    late = bank.sends(told, bank.signs(told, seconds=60))  # told again, signed anew
    assert data_of(late)["booked"]
    assert api.events(payment["id"]).count("payment.confirmed") == 1
    row = data_of(shown(api, admin, f"/payments/{payment['id']}"))
    assert (row["stage"], row["paid_on"]) == ("confirmed", DAY)
    history = data_of(admin.get(f"{V1}/payments/{payment['id']}/history"))["events"]
    assert "bank" in {entry["actor"] for entry in history}


def test_what_is_not_from_the_bank_or_comes_again_is_refused_and_seen(
    api: RunningApi, admin: httpx2.Client, bank: Bank, payment: Json
) -> None:
    told = notice(payment["number"])
    good = bank.signs(told)
    answers = {
        "is wrong": bank.tells(told, key=b"another key of thirty-two bytes!"),
        "is not signed": bank.sends(told, {}),
        "too long ago": bank.sends(told, bank.signs(told, seconds=301)),
        "from the future": bank.sends(told, bank.signs(told, seconds=-301)),
        "cannot be read": bank.sends(told, {**good, "X-Timestamp": "yesterday"}),
        "signature is wrong": bank.sends(
            told.replace(b"23500", b"93500"), {**good, SIGNATURE: "0"}
        ),
    }
    for why, answer in answers.items():
        assert why in error_of(answer, 401, "AUTHENTICATION_FAILED")["message"], why
    assert "payment.confirmed" not in api.events(payment["id"])
    assert data_of(bank.sends(told, good))["booked"]
    again = error_of(bank.sends(told, good), 401, "AUTHENTICATION_FAILED")
    assert "received before" in again["message"]
    seen = [it["note"] for it in data_of(admin.get(PLACE)) if it["state"] == "refused"]
    assert len(seen) >= 7
    error_of(api.as_role("claims_processor").get(PLACE), 403, "PERMISSION_DENIED")


def test_what_is_genuine_and_cannot_be_booked_is_kept_for_a_person(
    admin: httpx2.Client, bank: Bank, payment: Json
) -> None:
    number = payment["number"]
    unbooked = {
        "no payment has this number": notice("PAY-1999-00001"),
        "payment.amount_differs": notice(number, amount_minor=1),
    }
    for told in unbooked.values():
        assert not data_of(bank.tells(told))["booked"]
    error_of(bank.tells(b'{"id": 7}'), 422, "VALIDATION_ERROR")
    kept = [it["note"] for it in data_of(admin.get(PLACE)) if it["state"] == "unresolved"]
    for why in (*unbooked, "cannot be read"):
        assert any(why in note for note in kept), (why, kept)


def test_what_was_kept_is_replayed_once_its_cause_is_gone_or_set_aside_with_a_reason(
    api: RunningApi, admin: httpx2.Client, bank: Bank, owed: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown(api, admin, "/payments")
    early, stray = notice(owed["number"]), notice("PAY-1999-00002")
    bad = bank.tells(early, key=b"another key of thirty-two bytes!")
    assert bad.status_code == 401
    assert not any(data_of(bank.tells(told))["booked"] for told in (early, stray))
    unknown, kept, refused = (it["place"] for it in data_of(admin.get(PLACE))[:3])

    still = data_of(admin.post(f"{PLACE}/{kept}/replay"))
    assert (still["state"], "payment.not_instructed" in still["note"]) == ("unresolved", True)
    data_of(admin.post(f"{V1}/payments/{owed['id']}/process"))
    dry = data_of(admin.post(f"{PLACE}/{kept}/replay", params={"dry_run": "true"}))
    assert (dry["state"], api.events(owed["id"])[-1]) == ("taken", "payment.instructed")
    for _ in range(2):
        assert data_of(admin.post(f"{PLACE}/{kept}/replay"))["state"] == "taken"
    assert api.events(owed["id"]).count("payment.confirmed") == 1

    away = f"{PLACE}/{unknown}/discard"
    error_of(admin.post(away, json={"reason": ""}), 422, "VALIDATION_ERROR")
    assert data_of(admin.post(away, json={"reason": "not ours"}))["state"] == "discarded"
    told = {it["place"]: it for it in data_of(admin.get(PLACE))}
    assert (told[kept]["state"], told[kept]["decided_by"] != "") == ("taken", True)
    assert told[unknown]["note"] == "not ours (was: no payment has this number)"
    rules = {
        "webhook.discarded": admin.post(f"{PLACE}/{unknown}/replay"),
        "webhook.not_kept": admin.post(f"{PLACE}/{refused}/replay"),
        "webhook.taken": admin.post(f"{PLACE}/{kept}/discard", json={"reason": "late"}),
    }
    for rule, answer in rules.items():
        assert error_of(answer, 409, "RESOURCE_CONFLICT")["details"]["rule"] == rule
    assert admin.post(f"{PLACE}/{2**40}/replay").status_code == 404
    error_of(api.as_role("claims_processor").post(away), 403, "PERMISSION_DENIED")

    monkeypatch.setenv("DATABASE_URL", api.parts.settings.database_url)
    monkeypatch.setenv("BIMA_HOME", str(api.parts.settings.state_dir))
    get_settings.cache_clear()
    assert not data_of(bank.tells(notice("PAY-1999-00003")))["booked"]
    last = data_of(admin.get(PLACE))[0]["place"]
    run = CliRunner().invoke
    assert f"{last}  " in run(webhooks_app, ["list"]).output
    again = run(webhooks_app, ["replay", str(last), str(refused)])
    assert (again.exit_code, "no payment has this number" in again.output) == (1, True)
    assert run(webhooks_app, ["discard", str(last), "--reason", "a test"]).exit_code == 0
    get_settings.cache_clear()


def test_what_came_back_is_paid_anew_by_two_people(
    api: RunningApi, admin: httpx2.Client, bank: Bank, payment: Json
) -> None:
    back = notice(payment["number"], "returned", reason="ACCOUNT_CLOSED")
    assert data_of(bank.tells(back))["booked"]  # before we heard that it had arrived
    assert data_of(bank.tells(notice(payment["number"])))["booked"]
    assert api.events(payment["id"])[-1] == "payment.returned"
    first, second = api.as_role("finance_officer"), admin
    path = f"{V1}/payments/{payment['id']}/reissue"
    made = data_of(first.post(path, json={"account": "0150-7", "reason": "closed"}), 201)
    waiting = data_of(shown(api, admin, f"/payments/{made['id']}"))
    assert (waiting["waits_for"], waiting["replaces"], waiting["account"]) == (
        "approval", payment["number"], "0150-7",
    )  # fmt: skip
    rules = {
        "payment.nothing_owed": first.post(path),
        "payment.not_approved": first.post(f"{V1}/payments/{made['id']}/process"),
        "payment.same_person": first.post(f"{V1}/payments/{made['id']}/approve"),
    }
    for rule, answer in rules.items():
        assert error_of(answer, 409, "RESOURCE_CONFLICT")["details"]["rule"] == rule
    again = f"{V1}/payments/{made['id']}"
    data_of(second.put(again, json={"account": "0150-8", "reason": "a digit"}))  # others approve
    waiting = data_of(shown(api, admin, f"/payments/{made['id']}"))
    assert (waiting["account"], waiting["waits_for"]) == ("0150-8", "approval")
    same = error_of(second.post(f"{again}/approve"), 409, "RESOURCE_CONFLICT")
    assert same["details"]["rule"] == "payment.same_person"
    late = error_of(
        first.put(f"{V1}/payments/{payment['id']}", json={"account": "1"}), 409, "RESOURCE_CONFLICT"
    )
    assert late["details"]["rule"] == "payment.on_its_way"
    data_of(first.post(f"{again}/approve"))
    sent = data_of(first.post(f"{V1}/payments/batch-process", json={"payment_ids": [made["id"]]}))
    assert (sent["payments"], sent["amount"]) == (1, "23500.00")
    in_it = data_of(shown(api, admin, "/payments/batch", batch=sent["number"]))["results"]
    assert [(it["id"], it["stage"]) for it in in_it] == [(made["id"], "instructed")]
    assert data_of(bank.tells(notice(made["number"])))["booked"]
