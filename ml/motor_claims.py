"""Labelled motor claims: what their columns hold, what a model may read, and the plain rule.

The columns are those of A. Aqqad, "insurance_claims", Mendeley Data, version 2, 2023,
DOI 10.17632/992mh7dk9y.2 (CC BY 4.0). These claims serve to measure the way of learning; nobody's
cover depends on them. The features are the circumstances of the accident. The insured's hobby is
a protected attribute: with it a model may be measured, and decides nothing.
"""

import os
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from ml.dataset import Dataset
from ml.declaring import Feature, FeatureSet, Sort, Value
from ml.reading import BadTable, Holds, Reading, Row, numbers, read_table, texts
from ml.trained import Plan

LINE = "motor"
OUTCOME = "fraud_reported"
KEY = "policy_number"
FOLDER = Path("data/fraud-auto-claims")
TRAINING_PART = "insurance_claims_train.csv"
INVESTIGATION = 2_500
"""What looking into one claim costs, in the dollars of these claims: an assumption."""
PLAN = Plan(rounds=(100,), investigation=INVESTIGATION)

_NUMBER, _TEXT, _DAY = Reading(Holds.NUMBER), Reading(Holds.TEXT), Reading(Holds.DAY)
_GAPPY = Reading(Holds.TEXT, gap="?")

COLUMNS = {
    "months_as_customer": _NUMBER,
    "age": _NUMBER,
    KEY: _TEXT,
    "policy_bind_date": _DAY,
    "policy_state": _TEXT,
    "policy_csl": _TEXT,
    "policy_deductable": _NUMBER,
    "policy_annual_premium": _NUMBER,
    "umbrella_limit": _NUMBER,
    "insured_zip": _TEXT,
    "insured_sex": _TEXT,
    "insured_education_level": _TEXT,
    "insured_occupation": _TEXT,
    "insured_hobbies": _TEXT,
    "insured_relationship": _TEXT,
    "capital_gains": _NUMBER,
    "capital_loss": _NUMBER,
    "incident_date": _DAY,
    "incident_type": _TEXT,
    "collision_type": _GAPPY,
    "incident_severity": _TEXT,
    "authorities_contacted": Reading(Holds.TEXT, gap=""),  # "None" is an answer: nobody
    "incident_state": _TEXT,
    "incident_city": _TEXT,
    "incident_location": _TEXT,
    "incident_hour_of_the_day": _NUMBER,
    "number_of_vehicles_involved": _NUMBER,
    "property_damage": _GAPPY,
    "bodily_injuries": _NUMBER,
    "witnesses": _NUMBER,
    "police_report_available": _GAPPY,
    "total_claim_amount": _NUMBER,
    "injury_claim": _NUMBER,
    "property_claim": _NUMBER,
    "vehicle_claim": _NUMBER,
    "auto_make": _TEXT,
    "auto_model": _TEXT,
    "auto_year": _NUMBER,
    OUTCOME: Reading(Holds.YES_NO),
}


def _category(name: str, says: str, *, gap: bool = False, protected: bool = False) -> Feature:
    return Feature(name, Sort.CATEGORY, says, optional=gap, protected=protected)


FEATURES = FeatureSet(
    LINE,
    (
        _category("incident_severity", "severity of the accident: {value}"),
        _category("insured_hobbies", "hobby of the insured: {value}", protected=True),
        _category("incident_type", "kind of accident: {value}"),
        _category("collision_type", "kind of collision: {value}", gap=True),
        _category("authorities_contacted", "authority called: {value}", gap=True),
        _category("property_damage", "damage to property: {value}", gap=True),
        Feature("witnesses", Sort.NUMBER, "witnesses: {value}"),
        Feature("number_of_vehicles_involved", Sort.NUMBER, "vehicles involved: {value}"),
        Feature("bodily_injuries", Sort.NUMBER, "people injured: {value}"),
    ),
    outcome=OUTCOME,
)
SUSPICIOUS_HOBBIES = ("chess", "cross-fit")


def features(known: Row) -> dict[str, Value]:
    """What a model reads of a claim, for learning and for scoring; `known` has no outcome."""
    return {name: known[name] for name in FEATURES.names}


def plain_rule(known: Row) -> float:
    """The published rule: major damage, or a hobby that most frauds here share."""
    major = known["incident_severity"] == "Major Damage"
    return float(major or known["insured_hobbies"] in SUSPICIOUS_HOBBIES)


def read_claims(path: Path, *, outcome: bool = True) -> Dataset:
    """The claims of a file. Without `outcome` its column may be absent. Raises BadTable."""
    rows = read_table(path, COLUMNS, frozenset() if outcome else frozenset({OUTCOME}))
    keys = texts(rows, KEY)
    if twice := [key for key, count in Counter(keys).items() if count > 1]:
        raise BadTable(f"{path.name}: the {KEY} {twice[0]} comes twice")
    known = [FEATURES.known(row) for row in rows]
    told = texts(rows, OUTCOME)
    days = [date.fromisoformat(one) for one in texts(rows, "incident_date")]
    return Dataset(
        features=FEATURES,
        rows=tuple(features(row) for row in known),
        keys=keys,
        units=keys,
        stakes=np.array(numbers(rows, "total_claim_amount")).round().astype(np.int64),
        rule=np.array([plain_rule(row) for row in known]),
        rule_at=0.5,
        fraud=np.array([one == "Y" for one in told]) if all(told) else None,
        groups={
            "insured_sex": texts(rows, "insured_sex"),
            "age": tuple(_age_band(age) for age in numbers(rows, "age")),
            "insured_education_level": texts(rows, "insured_education_level"),
        },
        from_on=min(days),
        until_on=max(days) + timedelta(days=1),
    )


def _age_band(age: float) -> str:
    return "under 35" if age < 35 else "35 to 49" if age < 50 else "50 and above"


def reference_part(project: Path) -> Path:
    """Where the published training part lies, beside the project or where BIMA_SHARED says."""
    shared = Path(os.environ.get("BIMA_SHARED") or project.parent / "shared")
    return shared / FOLDER / TRAINING_PART


def files_of(path: Path) -> tuple[list[Path], Path | None]:
    """The files to be judged, and the training part in the folder that they lie in, if any.

    In a folder, the file that ends in `_train.csv` is learnt from and every other CSV is judged;
    where there is no other, the training part itself is. Raises BadTable.
    """
    alone = not path.is_dir()
    files = sorted((path.parent if alone else path).glob("*.csv"))
    training = next((file for file in files if file.stem.endswith("_train")), None)
    if alone:
        return [path], training
    others = [file for file in files if file != training]
    if not files:
        raise BadTable(f"{path.name} holds no CSV file")
    return others or files, training
