"""Every event says whose its personal fields are, and what is read once they are erased."""

from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

import pytest

from adapters.personal_parts import parts_of
from domain.events import CATALOGUE
from domain.personal import has_personal, person_field, personal_mark
from projections import PROJECTIONS, subjects

PERSONAL = [entry for entry in CATALOGUE.entries if has_personal(entry.type)]
# Words by which fields are called that speak of a person. What is so called is marked, or it is
# said below that it is about nobody.
TELLING = {
    "first_name", "last_name", "full_name", "born_on", "national_id", "phone", "email",
    "address", "district", "ward", "account", "payee_account", "diagnoses", "diagnosis", "note",
    "conditions", "smoker", "bmi_tenths", "photo", "username",
}  # fmt: skip
OF_NO_PERSON = {
    *("ScopeRow.account", "Treaty.account", "Risk.account"),  # an employer's group
    "ClaimScored.note",  # why the rules judged without a model
    "ModelChecked.note",  # why no successor was learnt
}


@pytest.mark.parametrize("entry", PERSONAL, ids=lambda entry: entry.name)
def test_an_event_with_personal_fields_says_whose_they_are(entry: Any) -> None:
    aggregate = entry.name.partition(".")[0]
    first = {e.name.partition(".")[0]: e for e in CATALOGUE.entries if person_field(e.type)}
    assert aggregate in CATALOGUE.persons or aggregate in first, (
        f"{entry.name} holds somebody's data: mark the field that names the person as PersonId, "
        "in this event or in the one that begins its stream and in the state"
    )


@pytest.mark.parametrize("entry", PERSONAL, ids=lambda entry: entry.name)
def test_what_is_read_when_it_is_erased_is_said(entry: Any) -> None:
    assert parts_of(entry.type) is not None


@pytest.mark.parametrize("entry", CATALOGUE.entries, ids=lambda entry: entry.name)
def test_a_field_that_is_called_like_personal_data_is_marked(entry: Any) -> None:
    unmarked = {
        f"{owner.__name__}.{name}"
        for owner, name, hint in all_fields(entry.type)
        if name in TELLING and personal_mark(hint) is None
    }
    assert unmarked <= OF_NO_PERSON, "mark them in the way of domain/personal.py"


def test_the_search_for_unmarked_fields_sees_one() -> None:
    names = {name for entry in CATALOGUE.entries for _, name, _ in all_fields(entry.type)}
    assert {"first_name", "diagnoses", "account", "note"} <= names


def all_fields(kind: Any, seen: frozenset[Any] = frozenset()) -> list[tuple[Any, str, Any]]:
    """The fields of a class and of the classes in it, with their types."""
    if not (isinstance(kind, type) and is_dataclass(kind)) or kind in seen:
        inner = getattr(kind, "__args__", ())
        return [each for part in inner for each in all_fields(part, seen)]
    hints = get_type_hints(kind, include_extras=True)
    found = [(kind, f.name, hints[f.name]) for f in fields(kind)]
    return found + [
        each for _, _, hint in found for each in all_fields(hint, seen | {kind})
    ]  # fmt: skip


def test_a_table_with_personal_columns_says_whose_a_row_is() -> None:
    for projection in PROJECTIONS:
        for table in projection.tables:
            if any(column.personal for column in table.columns):
                other, _, column = table.person.rpartition(".")
                owner = next((t for t in projection.tables if t.name == other), table)
                assert column in owner.column_names, table.name


def test_the_tables_of_things_are_among_those_that_were_looked_at() -> None:
    assert {kind.table for kind in subjects.KINDS.values()} <= {
        table for projection in PROJECTIONS for table in projection.tables
    }
