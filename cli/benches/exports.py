"""A made-up export of another system, fresh ids every time, and how fast it is taken over."""

import csv
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from cli.benches.measuring import Work
from cli.benches.yardsticks import BATCHED
from cli.importing.recording import record
from cli.importing.synthea_csv import COLUMNS, read
from commands.context import Desk

PATIENTS, CLAIMS = 100, 1_000
DAY = "2024-03-05T08:30:00Z"
Table = list[dict[str, str]]


def importing(desk: Desk) -> Work:
    """Read an export of CSV files and record it: members, policies, providers, whole claims."""

    def rate() -> float:
        with TemporaryDirectory(prefix="bima-bench-") as folder:
            rows = write(Path(folder))
            started = time.perf_counter()
            export = read(Path(folder))
            record(desk, export, show=False)
            seconds = time.perf_counter() - started
        assert not export.rejects, export.rejects[0]
        return rows / seconds

    return Work("import of another system's files", "rows/s", rate, (BATCHED,))


def write(folder: Path) -> int:
    """Write the files of an export; how many rows that are.

    Each claim has a charge, what the payer paid of it, and the rest passed to the patient and
    paid: five rows, as in real exports.
    """
    tables = {
        "patients.csv": [patient() for _ in range(PATIENTS)],
        "payers.csv": [{"Id": str(uuid4()), "NAME": "Bench Mutual"}],
        "organizations.csv": [{"Id": str(uuid4()), "NAME": "Bench Clinic", "STATE": "Mwanza"}],
    }
    payer = tables["payers.csv"][0]["Id"]
    practice = {
        "Id": str(uuid4()),
        "ORGANIZATION": tables["organizations.csv"][0]["Id"],
        "NAME": "A Practitioner",
        "STATE": "Mwanza",
    }
    tables["providers.csv"] = [practice]
    tables["payer_transitions.csv"] = [
        {"PATIENT": one["Id"], "PAYER": payer, "START_YEAR": "2020", "END_YEAR": "2025"}
        for one in tables["patients.csv"]
    ]
    claims = [
        claim(tables["patients.csv"][n % PATIENTS]["Id"], practice["Id"], payer)
        for n in range(CLAIMS)
    ]
    tables["claims.csv"] = claims
    tables["claims_transactions.csv"] = [row for one in claims for row in account(one["Id"])]
    for name, rows in tables.items():
        columns = sorted({*COLUMNS[name], *rows[0]})
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return sum(map(len, tables.values()))


def patient() -> dict[str, str]:
    return {
        "Id": str(uuid4()), "BIRTHDATE": "1980-01-01", "FIRST": "Asha", "LAST": "Mushi",
        "GENDER": "F", "STATE": "Mwanza", "CITY": "Ilemela",
    }  # fmt: skip


def claim(patient_id: str, practitioner: str, payer: str) -> dict[str, str]:
    return {
        "Id": str(uuid4()), "PATIENTID": patient_id, "PROVIDERID": practitioner,
        "PRIMARYPATIENTINSURANCEID": payer, "DIAGNOSIS1": "195662009", "SERVICEDATE": DAY,
        "STATUS1": "CLOSED", "STATUSP": "CLOSED", "HEALTHCARECLAIMTYPEID1": "2",
    }  # fmt: skip


def account(claim_id: str) -> Table:
    """100.00 charged, 80.00 paid by the payer, 20.00 passed on and paid by the patient."""
    common = {"CLAIMID": claim_id, "FROMDATE": DAY, "TODATE": DAY}
    out = str(uuid4().int % 10**9)
    return [
        common | {"ID": str(uuid4()), "CHARGEID": "0", "TYPE": "CHARGE", "AMOUNT": "100.00",
                  "PROCEDURECODE": "185345009", "UNITS": "1"},
        common | {"ID": str(uuid4()), "CHARGEID": "0", "TYPE": "PAYMENT", "METHOD": "ECHECK",
                  "PAYMENTS": "80.00"},
        common | {"ID": str(uuid4()), "CHARGEID": out, "TYPE": "TRANSFEROUT",
                  "TRANSFERTYPE": "p", "TRANSFERS": "20.00"},
        common | {"ID": str(uuid4()), "CHARGEID": "0", "TYPE": "TRANSFERIN",
                  "TRANSFEROUTID": out, "TRANSFERTYPE": "p", "TRANSFERS": "20.00"},
        common | {"ID": str(uuid4()), "CHARGEID": "0", "TYPE": "PAYMENT", "METHOD": "CASH",
                  "PAYMENTS": "20.00"},
    ]  # fmt: skip
