"""Writes an export of a made-up clinic's claims, as another system would: for the tutorial.

    python3 docs/tutorials/claims_of_another_system.py FOLDER

Sixty people, two years of visits; what the payer pays of a claim comes in two parts, some weeks
and some months after the visit. The same files every time.
"""

import csv
import random
import sys
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

PEOPLE, CLAIMS, FIRST, DAYS, LAST = 60, 1_200, date(2024, 1, 1), 730, date(2025, 12, 31)
CHANCE = random.Random(2024)  # noqa: S311  # made up, and the same every time
COLUMNS = {
    "patients": "Id BIRTHDATE SSN FIRST LAST GENDER STATE CITY",
    "payers": "Id NAME",
    "organizations": "Id NAME STATE",
    "providers": "Id ORGANIZATION NAME STATE",
    "payer_transitions": "PATIENT PAYER START_YEAR END_YEAR",
    "claims": "Id PATIENTID PROVIDERID PRIMARYPATIENTINSURANCEID DIAGNOSIS1 SERVICEDATE STATUS1 "
    "STATUSP HEALTHCARECLAIMTYPEID1",
    "claims_transactions": "ID CLAIMID CHARGEID TYPE AMOUNT PAYMENTS METHOD FROMDATE TODATE "
    "PROCEDURECODE UNITS NOTES TRANSFEROUTID TRANSFERTYPE TRANSFERS",
}


def new_id() -> str:
    return str(UUID(int=CHANCE.getrandbits(128), version=4))


def people(payer: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Patients, and by whom they are insured."""
    patients = [
        {"Id": new_id(), "BIRTHDATE": f"{1950 + n}-03-04", "FIRST": "Asha", "LAST": f"Number{n}",
         "GENDER": "F", "STATE": "Mwanza", "CITY": "Ilemela"}
        for n in range(PEOPLE)
    ]  # fmt: skip
    covers = [
        {"PATIENT": one["Id"], "PAYER": payer, "START_YEAR": "2024", "END_YEAR": "2025"}
        for one in patients
    ]
    return patients, covers


def claim(patient: str, practice: str, payer: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """One visit, and the account of what was charged and paid for it."""
    visit = FIRST + timedelta(days=CHANCE.randrange(DAYS))
    inpatient = CHANCE.random() < 0.1
    charged = CHANCE.randrange(20, 90) * (10 if inpatient else 1) * 1_000
    made = {
        "Id": new_id(), "PATIENTID": patient, "PROVIDERID": practice,
        "PRIMARYPATIENTINSURANCEID": payer, "DIAGNOSIS1": "195662009",
        "SERVICEDATE": f"{visit}T08:30:00Z", "STATUS1": "CLOSED", "STATUSP": "CLOSED",
        "HEALTHCARECLAIMTYPEID1": "1" if inpatient else "2",
    }  # fmt: skip
    account = [entry(made["Id"], visit, TYPE="CHARGE", AMOUNT=f"{charged}.00", UNITS="1")]
    soon = visit + timedelta(days=CHANCE.randrange(10, 60))
    late = soon + timedelta(days=CHANCE.randrange(30, 240))
    for day, percent in ((soon, 70), (late, 30)):
        if day <= LAST:
            paid = f"{charged * percent // 100}.00"
            account.append(entry(made["Id"], day, TYPE="PAYMENT", METHOD="ECHECK", PAYMENTS=paid))
    return made, account


def entry(claim_id: str, day: date, **said: str) -> dict[str, str]:
    at = f"{day}T08:30:00Z"
    return {"ID": new_id(), "CLAIMID": claim_id, "CHARGEID": "0", "FROMDATE": at, "TODATE": at,
            "PROCEDURECODE": "185345009", **said}  # fmt: skip


def main(folder: Path) -> None:
    payer, clinic, practice = new_id(), new_id(), new_id()
    patients, covers = people(payer)
    made = [claim(patients[n % PEOPLE]["Id"], practice, payer) for n in range(CLAIMS)]
    tables = {
        "patients": patients,
        "payers": [{"Id": payer, "NAME": "Tutorial Mutual"}],
        "organizations": [{"Id": clinic, "NAME": "Tutorial Clinic", "STATE": "Mwanza"}],
        "providers": [
            {"Id": practice, "ORGANIZATION": clinic, "NAME": "A Practitioner", "STATE": "Mwanza"}
        ],
        "payer_transitions": covers,
        "claims": [one for one, _ in made],
        "claims_transactions": [row for _, account in made for row in account],
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS[name].split(), restval="")
            writer.writeheader()
            writer.writerows(rows)


main(Path(sys.argv[1]))
