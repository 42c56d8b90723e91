"""Roles over HTTP: what people of one kind of work may do."""

from typing import Annotated

from fastapi import Depends, Path, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.answers import done, made
from api.documentation import listed, single
from api.fields import Asked, Code, Id, Name, OptionalWords
from api.parts import Parts
from api.readable import ROLES
from api.reads import Read, Reads
from api.roles import CHANGE_ROLE, PERMISSIONS
from api.routing import resource_router
from api.writing import Write, Writes
from commands.identity import roles

PREFIX = "/api/v1/roles"
router = resource_router("/api/v1", "Role & Permission")

Permissions = Annotated[tuple[Code, ...], Field(max_length=200, examples=[["claims.view_claim"]])]
Changes = Annotated[Write, Depends(Writes(CHANGE_ROLE))]
PermissionName = Annotated[str, Path(max_length=100)]


class RoleTerms(Asked):
    """`permissions` are its own; those of the roles that it `inherits` come on top."""

    name: Name = Field(examples=["Night desk"])
    permissions: Permissions = ()
    inherits: Annotated[tuple[Code, ...], Field(max_length=20)] = ()

    async def terms(self, parts: Parts) -> roles.RoleTerms:
        known = PERMISSIONS | set(await run_in_threadpool(parts.identities.permissions_named))
        return roles.RoleTerms(self.name, self.permissions, self.inherits, known)


class NewRole(RoleTerms):
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", examples=["night_desk"])]


class GivenPermissions(Asked):
    permissions: Annotated[tuple[Code, ...], Field(min_length=1, max_length=200)] = Field(
        examples=[["claims.view_claim"]]
    )


@router.get("/roles", **listed(ROLES))
async def list_roles(read: Annotated[Read, Depends(Reads(ROLES))]) -> Response:
    """Roles: those that come with the software, and the insurer's own."""
    return await read.page()


@router.post("/roles", **made())
async def define_role(
    body: NewRole, write: Annotated[Write, Depends(Writes(CHANGE_ROLE, creates=PREFIX))]
) -> Response:
    """Define a role of the insurer's own."""
    return await write(body, roles.define_role, body.code, await body.terms(write.parts))


@router.get("/roles/{id}", **single(ROLES))
async def show_role(
    role_id: Id, read: Annotated[Read, Depends(Reads(ROLES, past=True))]
) -> Response:
    """One role, now or as known then."""
    return await read.shown(role_id)


@router.put("/roles/{id}", **done())
async def change_role(role_id: Id, body: RoleTerms, write: Changes) -> Response:
    """Say anew what a role permits; one that comes with the software stays as it is."""
    return await write(body, roles.change_role, role_id, await body.terms(write.parts))


@router.delete("/roles/{id}", **done())
async def remove_role(role_id: Id, write: Changes, body: OptionalWords = None) -> Response:
    """Take a role out of use: nobody may do anything by it any more."""
    return await write(body, roles.remove_role, role_id)


@router.get("/roles/{id}/permissions", **single(ROLES))
async def show_permissions_of_role(
    role_id: Id, read: Annotated[Read, Depends(Reads(ROLES, past=True))]
) -> Response:
    """What a role permits by itself, and what it inherits."""
    return await read.shown(role_id)


@router.post("/roles/{id}/permissions", **done())
async def grant_permissions(role_id: Id, body: GivenPermissions, write: Changes) -> Response:
    """Have a role permit more."""
    known = PERMISSIONS | set(await run_in_threadpool(write.parts.identities.permissions_named))
    return await write(body, roles.change_permissions, role_id, known, grant=body.permissions)


@router.delete("/roles/{id}/permissions/{permission_id}", **done())
async def withdraw_permission(
    role_id: Id,
    permission_id: PermissionName,
    write: Changes,
    body: OptionalWords = None,
) -> Response:
    """Have a role permit this no more."""
    known = PERMISSIONS | set(await run_in_threadpool(write.parts.identities.permissions_named))
    return await write(body, roles.change_permissions, role_id, known, withdraw=(permission_id,))
