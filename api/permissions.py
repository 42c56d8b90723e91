"""Permissions over HTTP: what the software asks for, and what the insurer's own programs do.

An operation of ours asks for a permission that comes with the software. A portal or another program
of the insurer names its own here, has roles permit it, and finds it in `/auth/profile` and
`/users/{id}/permissions` of whoever holds such a role.
"""

from typing import Annotated

from fastapi import Depends, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from api.answers import done, made
from api.envelope import Success, success
from api.errors import not_found
from api.fields import Asked, Name, OptionalWords
from api.parts import Parts, parts_of
from api.readable import NAMED_PERMISSIONS
from api.reads import Read, Reads
from api.roles import CHANGE_ROLE, PERMISSIONS, VIEW_ROLE
from api.routing import resource_router
from api.writing import Write, Writes
from commands.identity import permissions
from commands.identity.permissions import Released
from domain.ids import permission_id

PREFIX = "/api/v1/permissions"
RELEASED = Released(PERMISSIONS)
router = resource_router(PREFIX, "Role & Permission")

OnePermission = Annotated[str, Path(alias="id", max_length=100)]
Viewer = Annotated[Read, Depends(Reads(NAMED_PERMISSIONS, VIEW_ROLE))]
Changes = Annotated[Write, Depends(Writes(CHANGE_ROLE))]
CODE = r"^[a-z][a-z0-9_]{1,39}\.[a-z][a-z0-9_]{1,59}$"


class Permission(BaseModel):
    """`id` is `module.action`; `built_in` ones come with the software."""

    id: str
    module: str
    action: str
    meaning: str = ""
    built_in: bool = True


class PermissionList(BaseModel):
    results: list[Permission]
    count: int


class Meaning(Asked):
    meaning: Name = Field(examples=["export statements from the portal"])


class NewPermission(Meaning):
    id: Annotated[str, Field(pattern=CODE, examples=["portal.export_statements"])]


@router.get("", response_model=Success[PermissionList])
async def list_permissions(request: Request, read: Viewer) -> Response:
    """Everything that there is to permit."""
    read.nothing_else()
    found = [_shown(code, meaning) for code, meaning in sorted((await _all(request)).items())]
    return success({"results": found, "count": len(found)})


@router.post("", **made())
async def name_permission(
    body: NewPermission, write: Annotated[Write, Depends(Writes(CHANGE_ROLE, creates=PREFIX))]
) -> Response:
    """Name something that the insurer's own programs will ask for."""
    return await write(body, permissions.name_permission, body.id, body.meaning, RELEASED)


@router.get("/{id}", response_model=Success[Permission])
async def show_permission(which: OnePermission, request: Request, read: Viewer) -> Response:
    """One thing to permit, by `module.action` or by the id that naming it answered."""
    read.nothing_else()
    known = await _all(request)
    code = _code(which, known)
    if code not in known:
        raise not_found()
    return success(_shown(code, known[code]))


@router.put("/{id}", **done())
async def reword_permission(
    which: OnePermission, body: Meaning, request: Request, write: Changes
) -> Response:
    """Say better what a permission means; those of the software stay as they are."""
    code = _code(which, await _all(request))
    return await write(body, permissions.reword_permission, code, body.meaning, RELEASED)


@router.delete("/{id}", **done())
async def retire_permission(
    which: OnePermission, request: Request, write: Changes, body: OptionalWords = None
) -> Response:
    """Take a permission of the insurer's own out of use: no role permits it any more."""
    code = _code(which, await _all(request))
    return await write(body, permissions.retire_permission, code, RELEASED)


async def _all(request: Request) -> dict[str, str]:
    parts: Parts = parts_of(request)
    named = await run_in_threadpool(parts.identities.permissions_named)
    return {**named, **dict.fromkeys(PERMISSIONS, "")}


def _code(which: str, known: dict[str, str]) -> str:
    """A permission by its code or its id; one that looks like neither is a code that nobody
    knows."""
    ids = {str(permission_id(code)): code for code in known}
    return ids.get(which.lower(), which)


def _shown(code: str, meaning: str) -> dict[str, object]:
    module, _, action = code.partition(".")
    return {
        "id": code, "module": module, "action": action, "meaning": meaning,
        "built_in": code in PERMISSIONS,
    }  # fmt: skip
