"""Which roles there are, and what each of them permits."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.role.events import RoleChanged, RoleDefined, RoleRemoved
from projections.declaring import SEARCHED, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class RoleRow(Row):
    """`permissions` are its own; those of the roles that it `inherits` come on top."""

    role_id: UUID
    code: Annotated[str, SEARCHED]
    name: Annotated[str, SEARCHED]
    permissions: tuple[str, ...]
    inherits: tuple[str, ...]
    built_in: Annotated[bool, SORTS]
    removed: Annotated[bool, SORTS] = False


ROLES = Table(
    RoleRow,
    "roles",
    ("role_id",),
    indexes=(Index(("code",)), Index(("created_at", "role_id"))),
)


def defined(event: Recorded, fact: RoleDefined, rows: Rows) -> None:
    row = rows.find(ROLES, event.stream_id)
    if row is None:
        row = rows.add(
            ROLES,
            RoleRow(
                role_id=event.stream_id,
                code=fact.code,
                name=fact.name,
                permissions=fact.permissions,
                inherits=fact.inherits,
                built_in=fact.built_in,
            ),
        )
    rows.touch(ROLES, row)
    row.name, row.permissions, row.inherits = fact.name, fact.permissions, fact.inherits
    row.built_in, row.removed = fact.built_in, False


def changed(event: Recorded, fact: RoleChanged, rows: Rows) -> None:
    row = rows.change(ROLES, event.stream_id)
    row.name, row.permissions, row.inherits = fact.name, fact.permissions, fact.inherits


def removed(event: Recorded, fact: RoleRemoved, rows: Rows) -> None:
    rows.change(ROLES, event.stream_id).removed = True


PROJECTION = Projection(
    name="roles",
    version=1,
    question="Which roles are there, and what do they permit?",
    tables=(ROLES,),
    on={RoleDefined: defined, RoleChanged: changed, RoleRemoved: removed},
)
