"""A bank statement is held against our payments: each difference is told, and what we had not heard
is booked once."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner, Result

from adapters.settings import get_settings
from cli.reconcile import app
from tests.api.book import V1, shown
from tests.api.running import Json, RunningApi, data_of, error_of
from tests.api.test_bank_webhooks import Bank, notice, owed, payment

__all__ = ["owed", "payment"]  # the fixtures
HEAD = "date,amount,currency,instruction_id,reference,kind"
CAMT = """<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Ntry><Amt Ccy="TZS">23500.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2032-03-05</Dt></BookgDt>
<AcctSvcrRef>C-1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>{number}</EndToEndId></Refs>
</TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="TZS">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2032-03-05</Dt></BookgDt>
</Ntry></Stmt></BkToCstmrStmt></Document>"""

MT940 = """:20:S-1
:25:0150-1
:28C:64/1
:60F:C320404TZS100000,00
:61:3204050405D23500,00NTRF{number}//M-1
:61:3204050405C9,00NTRFNONREF
:86:premium of PAY-2032-99999
:61:3204060406D5,NTRFNONREF//M-2
:86:?20EREF+PAY-19
99-00001?21
:62F:C320406TZS76504,00
-"""
PLACE = f"{V1}/reconciliation"

Reconcile = Callable[..., Result]


@pytest.fixture
def reconcile(
    api: RunningApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Reconcile]:
    """`bima reconcile` of a text over the ledger of the API."""
    monkeypatch.setenv("DATABASE_URL", api.parts.settings.database_url)
    monkeypatch.setenv("BIMA_HOME", str(api.parts.settings.state_dir))
    get_settings.cache_clear()

    def run(text: str, *words: str) -> Result:
        file = tmp_path / "statement"
        file.write_text(text)
        return CliRunner().invoke(app, [str(file), *words])

    yield run
    get_settings.cache_clear()


def test_every_difference_is_told_and_what_we_had_not_heard_is_booked_once(
    api: RunningApi, admin: httpx2.Client, payment: Json, reconcile: Reconcile
) -> None:
    shown(api, admin, "/payments")
    number = payment["number"]
    statement = "\n".join(
        [
            HEAD,
            f"2031-03-05,23500.00,TZS,{number},B-1,payment",
            f"2031-03-05,23500.00,TZS,{number},B-2,payment",
            "2031-03-06,5.00,TZS,PAY-1999-00001,B-3,payment",
            f"2031-03-07,1.00,TZS,{number},B-4,return",
        ]
    )
    dry = json.loads(reconcile(statement, "--json", "--dry-run").output)
    told = [(it["line"], it["difference"]) for it in dry["differences"]]
    assert told == [
        (2, "not_confirmed_here"), (3, "paid_twice"), (4, "unknown_payment"),
        (5, "amount_differs"),
    ]  # fmt: skip
    assert (dry["booked"], api.events(payment["id"])[-1]) == (0, "payment.instructed")
    done = reconcile(statement, "--json")
    assert (done.exit_code, json.loads(done.output)["booked"]) == (1, 1)
    assert api.events(payment["id"])[-1] == "payment.confirmed"
    row = data_of(shown(api, admin, f"/payments/{payment['id']}"))
    assert (row["paid_on"], row["bank_reference"]) == ("2031-03-05", "B-1")
    again = json.loads(reconcile(statement, "--json").output)
    assert [it["difference"] for it in again["differences"]] == [what for _, what in told[1:]]


def test_what_the_bank_does_not_show_is_missing_and_camt_is_read_as_well(
    api: RunningApi, admin: httpx2.Client, payment: Json, reconcile: Reconcile
) -> None:
    shown(api, admin, "/payments")
    assert reconcile(CAMT.format(number=payment["number"])).exit_code == 0
    assert api.events(payment["id"])[-1] == "payment.confirmed"
    shown(api, admin, "/payments")
    other = f"{HEAD}\n2032-03-05,5.00,TZS,PAY-1999-00001,B-3,payment"
    found = json.loads(reconcile(other, "--json", "--dry-run").output)["differences"]
    absent = {it["number"] for it in found if it["difference"] == "missing_at_bank"}
    assert payment["number"] in absent


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"{HEAD}\n05.03.2025,1.00,TZS,A,B,payment\n2025-03-05,x,TZS,A,B,payment",
            "line 3: amount",
        ),
        (f"{HEAD}\n05.03.2025,1.00,TZS,A,B,payment", "line 2: date"),
        (f"{HEAD}\n2025-03-05,-1.00,TZS,A,B,payment", "not above zero"),
        ("date,amount\n", "lacks currency, instruction_id, reference, kind"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "XML cannot be read"),
        ("<Document><Ntry><CdtDbtInd>DBIT</CdtDbtInd></Ntry></Document>", "entry 1: it lacks"),
    ],
)
def test_a_statement_that_cannot_be_read_is_refused_whole(
    reconcile: Reconcile, text: str, said: str
) -> None:
    refused = reconcile(text)
    assert refused.exit_code == 2
    assert said in refused.output


def test_mt940_is_read_as_banks_send_it(
    api: RunningApi, admin: httpx2.Client, payment: Json, reconcile: Reconcile
) -> None:
    shown(api, admin, "/payments")
    statement = MT940.format(number=payment["number"])
    told = json.loads(reconcile(statement, "--json").output)
    assert [(it["line"], it["difference"]) for it in told["differences"]] == [
        (5, "not_confirmed_here"), (8, "unknown_payment"),
    ]  # fmt: skip
    assert (told["lines"], told["booked"]) == (2, 1)
    assert told["differences"][1]["number"] == "PAY-1999-00001"
    row = data_of(shown(api, admin, f"/payments/{payment['id']}"))
    assert (row["stage"], row["paid_on"], row["bank_reference"]) == (
        "confirmed", "2032-04-05", "M-1",
    )  # fmt: skip
    bad = {
        "part of the statement is missing": statement.replace("76504", "76505"),
        "its end is missing": statement.partition(":62F")[0],
        "line 8: :61:": statement.replace("D5,", "Q5,"),
        "no day of MT940": statement.replace("3204060406", "3213060406"),
        "comes before an opening balance": statement.replace(":60F:", ":13D:"),
    }
    for said, text in bad.items():
        refused = reconcile(text)
        assert (refused.exit_code, said in refused.output) == (2, True), (said, refused.output)


def test_a_statement_is_processed_over_http_and_what_is_open_is_reported(
    api: RunningApi, admin: httpx2.Client, payment: Json
) -> None:
    shown(api, admin, "/payments")
    content = (
        f"{HEAD}\n2033-03-05,23500.00,TZS,{payment['number']},B-1,payment\n"
        "2033-03-06,5.00,TZS,PAY-1999-00001,B-3,payment"
    )
    body = {"name": "march.csv", "content": content}
    dry = data_of(admin.post(f"{PLACE}/process", json=body, params={"dry_run": "true"}))
    assert (dry["booked"], api.events(payment["id"])[-1]) == (0, "payment.instructed")
    keyed = {"Idempotency-Key": f"march {payment['number']}"}
    done = data_of(admin.post(f"{PLACE}/process", json=body, headers=keyed), 201)
    assert (done["run"], done["lines"], done["booked"], done["open"]) == (1, 2, 1, 1)
    assert data_of(admin.post(f"{PLACE}/process", json=body, headers=keyed), 201) == done
    assert api.events(payment["id"])[-1] == "payment.confirmed"
    shown(api, admin, "/payments")
    again = data_of(admin.post(f"{PLACE}/process", json=body), 201)
    assert (again["number"], again["run"], again["matched"]) == (done["number"], 2, 1)
    row = data_of(shown(api, admin, f"/reconciliation/{done['id']}"))
    assert (row["still_open"], row["runs"], row["statement"]) == (1, 2, "march.csv")
    found = data_of(admin.get(f"{PLACE}/{done['id']}/differences"))["results"]
    assert [(it["run"], it["difference"], it["booked"]) for it in found] == [
        (2, "unknown_payment", False),
        (1, "not_confirmed_here", True), (1, "unknown_payment", False),
    ]  # fmt: skip
    days = {"since": "2033-03-01", "until": "2033-04-01"}
    report = data_of(admin.get(f"{PLACE}/report", params=days))
    assert (report["statements"], report["booked"], report["still_open"]) == (1, 1, 1)
    assert report["differences"] == [
        {"difference": "unknown_payment", "found": 1, "booked": 0, "open_amount": "5.00"}
    ]
    assert data_of(admin.get(PLACE, params={"search": "march"}))["count"] == 1
    bad = admin.post(
        f"{PLACE}/process", json={**body, "content": f"{HEAD}\nx,1.00,TZS,A,B,payment"}
    )
    assert (
        "line 2: date" in error_of(bad, 422, "VALIDATION_ERROR")["details"]["errors"][0]["reason"]
    )
    empty = admin.post(f"{PLACE}/process", json={**body, "content": HEAD})
    rule = error_of(empty, 409, "RESOURCE_CONFLICT")["details"]["rule"]
    assert rule == "reconciliation.says_nothing"
    error_of(api.as_role("claims_processor").get(PLACE), 403, "PERMISSION_DENIED")


def test_a_return_in_the_statement_makes_the_claim_owed_again(
    api: RunningApi, admin: httpx2.Client, payment: Json, reconcile: Reconcile
) -> None:
    data_of(Bank(api).tells(notice(payment["number"])))
    shown(api, admin, "/payments")
    statement = f"{HEAD}\n2031-04-05,23500.00,TZS,{payment['number']},B-9,return"
    assert json.loads(reconcile(statement, "--json").output)["booked"] == 1
    assert api.events(payment["id"])[-1] == "payment.returned"
