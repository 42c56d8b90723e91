"""Enrolling several over HTTP: a family at once, and a sheet of people, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field, ValidationError

from api.alike import Reached, alike
from api.answers import made
from api.envelope import Success, success
from api.errors import wrong_field
from api.fields import Asked
from api.members import Details, NewMember, reached
from api.roles import ADD_MEMBER
from api.routing import resource_router
from api.sheets import SHEET_BODY, Sheet, faults_of, once, sheet_of
from api.writing import Write, Writes
from commands import enrolling
from commands.enrolling import Listed, Roll
from commands.members import Enrolment, normalised
from domain.member.events import Relationship

PREFIX = "/api/v1/members"
router = resource_router(PREFIX, "Member Management")

SHEETS = UUID("6b0f7f0e-2f0c-5a57-9a53-0b7c9a7f4e21")
"""Under which sheets are named that come without a key."""
MOST_PEOPLE = 1_000
MOST_DEPENDANTS = 30
OF_PERSON = tuple(Details.model_fields)
COLUMNS = ("ref", *OF_PERSON, "relationship", "principal", "not_a_duplicate")
NEEDED = ("first_name", "last_name", "born_on", "sex")


class Dependant(Details):
    """Somebody who is covered through the principal."""

    relationship: Relationship
    id: UUID | None = None
    not_a_duplicate: bool = False

    def enrolment(self) -> Enrolment:
        return Enrolment(
            self.details(), self.relationship, member_id=self.id,
            not_a_duplicate=self.not_a_duplicate,
        )  # fmt: skip


class NewFamily(Asked):
    """A principal and all dependants: enrolled together, or nobody is."""

    principal: NewMember
    dependants: Annotated[tuple[Dependant, ...], Field(min_length=1, max_length=MOST_DEPENDANTS)]


@router.post("/families", **made())
async def enrol_family(
    body: NewFamily, write: Annotated[Write, Depends(Writes(ADD_MEMBER, creates=PREFIX))]
) -> Response:
    """Enrol a principal with all dependants at once."""
    if body.principal.principal_id is not None:
        raise wrong_field("principal.principal_id", "the principal of a family has none")
    people: list[NewMember | Dependant] = [body.principal, *body.dependants]
    known = await alike(write.parts, [Reached(one.phone, one.email) for one in people])
    first, *others = (
        replace(one.enrolment(), alike=numbers) for one, numbers in zip(people, known, strict=True)
    )
    family = enrolling.Family(first, tuple(others))
    return await write(body, enrolling.enrol_family, family)


class Told(BaseModel):
    """What came of one row; `row` counts the heading as 1."""

    row: int
    ref: str
    enrolled: bool
    id: UUID | None = None
    number: str | None = None
    errors: list[dict[str, Any]] = []


class BulkEnrolment(BaseModel):
    enrolled: int
    refused: int
    dry_run: bool
    rows: list[Told]


class Fault(NamedTuple):
    field: str
    reason: str
    rule: str = ""


@dataclass(slots=True)
class Person:
    """A row of the sheet as it came, under its own name or its number."""

    row: int
    ref: str
    said: dict[str, str]
    faults: list[Fault]


@router.post("/bulk-enroll", response_model=Success[BulkEnrolment], openapi_extra=SHEET_BODY)
async def enrol_in_bulk(
    request: Request, write: Annotated[Write, Depends(Writes(ADD_MEMBER))]
) -> Response:
    """Enrol the people of a sheet (CSV or Excel); `dry_run=true` tells who would be refused.

    `ref` names a person within the sheet, `principal` the one whose dependant it is: by `ref`, or
    by the number of a member. The same sheet is taken once, with or without an `Idempotency-Key`.
    """
    sheet = await sheet_of(request, MOST_PEOPLE, COLUMNS, NEEDED)
    people = read_people(sheet)
    check_twice(people)
    listed = await enrolments(write, people)
    context = once(request, write, sheet, SHEETS)
    roll = await run_in_threadpool(enrolling.enrol_many, write.desk, context, listed)
    return told(people, roll, dry_run=write.dry_run)


def read_people(sheet: Sheet) -> list[Person]:
    """Everybody below the heading."""
    people = []
    for number, cells in sheet.rows:
        said = sheet.said(cells)
        person = Person(number, said.pop("ref", f"row {number}"), said, [])
        if len(cells) > len(sheet.head):
            person.faults.append(
                Fault("row", f"{len(cells)} cells under {len(sheet.head)} headings")
            )
        people.append(person)
    return people


def check_twice(people: Sequence[Person]) -> None:
    """Two rows under one name, or of one national id, are told at the later one."""
    seen: dict[tuple[str, str], int] = {}
    for person in people:
        marks = [("ref", person.ref)]
        if national_id := normalised(person.said.get("national_id", "")):
            marks.append(("national_id", national_id))
        for mark in marks:
            if mark in seen:
                person.faults.append(Fault(mark[0], f"stands in row {seen[mark]} already"))
            seen.setdefault(mark, person.row)


async def enrolments(write: Write, people: Sequence[Person]) -> list[Listed]:
    """Those who can be read, principals first; what is wrong with the others is noted."""
    refs = {person.ref for person in people}
    numbers = {
        p.said["principal"] for p in people if p.said.get("principal", "") not in {"", *refs}
    }
    found = await write.parts.reading.rows(
        "SELECT number, member_id FROM members WHERE tenant = %s AND number = ANY (%s)",
        (write.parts.settings.tenant, sorted(numbers)),
    )
    ids: dict[str, UUID] = dict(found)
    listed = [one for person in people if (one := enrolment_of(person, refs, ids)) is not None]
    known = await alike(write.parts, [reached(one.enrolment) for one in listed])
    listed = [
        replace(one, enrolment=replace(one.enrolment, alike=numbers))
        for one, numbers in zip(listed, known, strict=True)
    ]
    return sorted(listed, key=lambda one: bool(one.principal))


def enrolment_of(person: Person, refs: set[str], ids: dict[str, UUID]) -> Listed | None:
    said = dict(person.said)
    principal = said.pop("principal", "")
    ruled_out = said.pop("not_a_duplicate", "").lower() in {"1", "true", "yes", "x"}
    in_sheet = principal if principal in refs else ""
    if principal and not in_sheet and principal not in ids:
        person.faults.append(Fault("principal", "is neither in the sheet nor a member's number"))
    try:
        body = NewMember.model_validate(
            {**said, "principal_id": ids.get(principal), "not_a_duplicate": ruled_out}
        )
    except ValidationError as error:
        person.faults += [Fault(field, reason) for field, reason in faults_of(error)]
        return None
    if person.faults:
        return None
    return Listed(person.ref, body.enrolment(), in_sheet)


def told(people: Sequence[Person], roll: Roll, *, dry_run: bool) -> Response:
    done = {one.name: one for one in roll.enrolled}
    refused = {one.name: one for one in roll.refused}
    rows = []
    for person in people:
        good = None if person.faults else done.get(person.ref)
        bad = refused.get(person.ref)
        if bad is not None and not person.faults:
            person.faults.append(Fault(bad.field, bad.detail, bad.rule))
        rows.append(
            {
                "row": person.row,
                "ref": person.ref,
                "enrolled": good is not None,
                "id": good.member_id if good else None,
                "number": good.number if good else None,
                "errors": [fault._asdict() for fault in person.faults],
            }
        )
    data = {
        "enrolled": len(done), "refused": len(people) - len(done), "dry_run": dry_run, "rows": rows
    }  # fmt: skip
    words = "This was a dry run: nothing has been recorded." if dry_run else "Recorded."
    headers = {"X-Ledger-Position": str(roll.position)} if roll.position else {}
    return success(data, words, headers=headers)
