"""Which permissions the insurer has named beside those of the software."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.permission.events import PermissionNamed, PermissionRetired, PermissionReworded
from projections.declaring import SEARCHED, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class PermissionRow(Row):
    permission_id: UUID
    code: Annotated[str, SEARCHED]
    meaning: Annotated[str, SEARCHED]
    retired: bool = False


NAMED = Table(PermissionRow, "permissions", ("permission_id",), indexes=(Index(("code",)),))


def named(event: Recorded, fact: PermissionNamed, rows: Rows) -> None:
    row = rows.find(NAMED, event.stream_id)
    if row is None:
        row = rows.add(NAMED, PermissionRow(event.stream_id, fact.code, fact.meaning))
    rows.touch(NAMED, row)
    row.meaning, row.retired = fact.meaning, False


def reworded(event: Recorded, fact: PermissionReworded, rows: Rows) -> None:
    rows.change(NAMED, event.stream_id).meaning = fact.meaning


def retired(event: Recorded, fact: PermissionRetired, rows: Rows) -> None:
    rows.change(NAMED, event.stream_id).retired = True


PROJECTION = Projection(
    name="permissions",
    version=1,
    question="What may roles permit beside what the software itself asks for?",
    tables=(NAMED,),
    on={PermissionNamed: named, PermissionReworded: reworded, PermissionRetired: retired},
)
