"""Exports of other systems are taken over once, to the cent, and nothing is balanced silently."""

import gzip
import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from adapters.verification import verify_streams
from cli.importing import synthea_csv, synthea_fhir
from cli.importing.csv_rows import rows_of
from cli.importing.recording import record
from cli.importing.records import Export, Section
from cli.importing.rejects import FileUnusable, write_rejects
from commands.context import Desk
from commands.taking_over import origin_id
from domain.claim import CLAIM
from domain.claim.state import NotSubmitted, TakenOver
from domain.events import CATALOGUE
from domain.money import Money
from tests.imports.conftest import Figures, taken_over

Json = dict[str, Any]


def imported(desk: Desk, export: Export) -> dict[str, dict[str, int]]:
    return record(desk, export, show=False)


KNOWN = {
    "ma27": Figures(
        claims=1_267, lines=1_545, charges="1092402.73", payments="1103503.95",
        transfers="557125.52", overpaid_claims=190, overpaid="11101.22", open_claims=2,
    ),
    "ma10": Figures(
        claims=561, lines=1_579, charges="1219867.22", payments="1219867.22",
        transfers="280366.89", overpaid_claims=0, overpaid="0.00", open_claims=1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("folder", ["ma27", "ma10"])
def test_the_published_totals_are_met_to_the_cent(
    desk: Desk, shared_data: Path, folder: str, database_url: str
) -> None:
    export = synthea_csv.read(shared_data / "data/synthea-csv" / folder)
    counts = imported(desk, export)
    assert counts["claims"] == {
        "read": KNOWN[folder].claims, "new": KNOWN[folder].claims,
        "extended": 0, "known": 0, "refused": 0,
    }  # fmt: skip
    assert Figures.of_ledger(desk) == KNOWN[folder]
    assert export.rejects == []
    assert verify_streams(database_url).faults == []


def test_a_second_import_adds_nothing(desk: Desk, shared_data: Path) -> None:
    folder = shared_data / "data/synthea-csv/ma10"
    imported(desk, synthea_csv.read(folder))
    last = desk.store.safe_position()
    counts = imported(desk, synthea_csv.read(folder))
    assert desk.store.safe_position() == last
    assert {kind: row["new"] + row["extended"] for kind, row in counts.items()} == dict.fromkeys(
        counts, 0
    )


def test_an_import_that_was_stopped_goes_on_where_it_was(desk: Desk, shared_data: Path) -> None:
    export = synthea_csv.read(shared_data / "data/synthea-csv/ma10")
    *early, claims = export.sections
    export.sections = (*early, Section("claims", 100, lambda: islice(claims.takings(), 100)))
    imported(desk, export)
    export.sections = (*early, claims)
    assert imported(desk, export)["claims"]["known"] == 100
    assert Figures.of_ledger(desk) == KNOWN["ma10"]


def test_a_corrected_export_adds_only_what_is_new(
    desk: Desk, shared_data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "ma10"
    shutil.copytree(shared_data / "data/synthea-csv/ma10", folder)
    path = folder / "claims_transactions.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at, payment = next((i, x) for i, x in enumerate(lines) if ",PAYMENT," in x and ",ECHECK," in x)
    path.write_text("".join([*lines[:at], *lines[at + 1 :]]), encoding="utf-8")
    imported(desk, synthea_csv.read(folder))
    path.write_text("".join(lines), encoding="utf-8")
    counts = imported(desk, synthea_csv.read(folder))["claims"]
    assert (counts["new"], counts["extended"], counts["known"]) == (0, 1, 560)
    assert payment.split(",")[0] in {entry for claim in taken_over(desk) for entry in claim.posted}
    assert Figures.of_ledger(desk) == KNOWN["ma10"]


def test_an_overpaid_claim_keeps_its_credit_balance(desk: Desk, shared_data: Path) -> None:
    imported(desk, synthea_csv.read(shared_data / "data/synthea-csv/ma27"))
    claim = desk.store.load(
        CLAIM, origin_id("synthea-csv", "claim", first_overpaid(shared_data))
    ).state
    assert isinstance(claim, TakenOver)
    assert claim.balance == Money.of("-2.51", "USD")


def first_overpaid(shared: Path) -> str:
    """The claim of the first overpaid visit in the file: 77.49 charged, 80.00 paid."""
    path = shared / "data/synthea-csv/ma27/claims_transactions.csv"
    rows = rows_of(path, ("CLAIMID", "PAYMENTS"))
    return next(row.text("CLAIMID") for row in rows if row.text("PAYMENTS") == "80.00")


def test_what_was_known_then_and_what_held_then_are_two_questions(
    desk: Desk, shared_data: Path
) -> None:
    before = datetime.now(UTC)
    export = synthea_csv.read(shared_data / "data/synthea-csv/ma10")
    imported(desk, export)
    native = "34adf0cb-891e-1278-1687-a85bc7fa1633"
    stream = origin_id("synthea-csv", "claim", native)
    events = desk.store.stream(stream)
    assert events[0].meta.effective_on == date(2014, 5, 6)
    assert events[0].meta.recorded_at >= before
    assert desk.store.load(CLAIM, stream, known_at=before).state == NotSubmitted()
    held = [e.fact for e in events if e.meta.effective_on <= date(2014, 5, 5)]
    assert held == []
    assert isinstance(CLAIM.fold(e.fact for e in events), TakenOver)


def test_both_fhir_exports_balance(desk: Desk, shared_data: Path, database_url: str) -> None:
    export = synthea_fhir.read(shared_data / "data/synthea-fhir")
    counts = imported(desk, export)
    assert export.rejects == []
    assert counts["members"]["new"] == 130
    assert counts["claims"]["new"] == 424 + 12_499
    by_origin = Figures.of_ledger(desk)
    assert by_origin.claims == 12_923
    assert Money(export.totals.charges, "USD").amount == Money.of(by_origin.charges, "USD").amount
    assert verify_streams(database_url).faults == []


def test_the_same_people_in_both_layouts_are_enrolled_once(desk: Desk, shared_data: Path) -> None:
    imported(desk, synthea_csv.read(shared_data / "data/synthea-csv/ma10"))
    again = imported(desk, synthea_fhir.read(shared_data / "data/synthea-fhir/ma10-java"))
    assert again["members"] == {
        "read": 10, "new": 0, "extended": 0, "known": 10, "refused": 0
    }  # fmt: skip


def test_a_dangling_reference_rejects_its_claim_alone(
    desk: Desk, shared_data: Path, tmp_path: Path
) -> None:
    bundle = small_bundle(shared_data)
    bundle["entry"][-2]["resource"]["patient"]["reference"] = "urn:uuid:nobody"
    (tmp_path / "bundle.json").write_text(json.dumps(bundle), encoding="utf-8")
    export = synthea_fhir.read(tmp_path)
    (reject,) = export.rejects
    assert (reject.field, reject.value) == ("patient.reference", "nobody")
    assert "is not among the patients" in reject.reason
    assert imported(desk, export)["claims"]["new"] == 1


def small_bundle(shared: Path) -> Json:
    """Two claims of one patient with all that they refer to, as one bundle."""
    folder = shared / "data/synthea-fhir/ma10-java"

    def read(kind: str) -> list[Json]:
        with gzip.open(folder / f"{kind}.ndjson.gz", "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    claims = read("Claim")[:2]
    ids = {f"urn:uuid:{claim['id']}" for claim in claims}
    explained = [e for e in read("ExplanationOfBenefit") if e["claim"]["reference"] in ids]
    resources = [*read("Patient"), *read("Organization"), *explained, *claims]
    return {"resourceType": "Bundle", "entry": [{"resource": r} for r in resources]}


@pytest.mark.parametrize(
    ("file", "change", "told"),
    [
        ("claims_transactions.csv", lambda text: text[: len(text) // 2], "cut off"),
        ("claims.csv", lambda text: text.replace("SERVICEDATE", "DAY", 1), "no column SERVICEDATE"),
        ("patients.csv", lambda text: "", "is empty"),
        ("payers.csv", None, "is missing"),
    ],
)
def test_an_unusable_file_is_named_and_nothing_is_taken_over(
    shared_data: Path, tmp_path: Path, file: str, change: Callable[[str], str] | None, told: str
) -> None:
    folder = tmp_path / "export"
    shutil.copytree(shared_data / "data/synthea-csv/ma10", folder)
    path = folder / file
    if change is not None:
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        path.unlink()
    with pytest.raises(FileUnusable, match=file) as stopped:
        synthea_csv.read(folder)
    assert told in str(stopped.value)


def test_bad_rows_are_listed_with_file_line_field_and_remedy(
    desk: Desk, shared_data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    shutil.copytree(shared_data / "data/synthea-csv/ma10", folder)
    path = folder / "patients.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = rows[1].split(",")
    cells[1] = "1990-02-30"
    path.write_text("".join([rows[0], ",".join(cells), *rows[2:], rows[2]]), encoding="utf-8")
    export = synthea_csv.read(folder)
    assert [(r.file, r.line, r.field, r.reason) for r in export.rejects] == [
        ("patients.csv", 2, "BIRTHDATE", "is not a date like 2024-02-29"),
        ("patients.csv", 13, "Id", "comes twice in the file"),
    ]
    assert imported(desk, export)["members"]["new"] == 10
    write_rejects(export.rejects, tmp_path / "rejects.csv")
    written = (tmp_path / "rejects.csv").read_text(encoding="utf-8").splitlines()
    assert written[1].startswith("patients.csv,2,")
    assert len(written) == 3


def test_every_event_of_an_import_is_published(desk: Desk, shared_data: Path) -> None:
    imported(desk, synthea_csv.read(shared_data / "data/synthea-csv/ma10"))
    names = {event.name for event in desk.store.read_after(0, 100_000)}
    assert names <= set(CATALOGUE.names())
    assert "claim.submitted" not in names  # nothing that was decided elsewhere is decided again
