"""Users over HTTP: who may sign in, as what, and for how long."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from adapters.identities import Kind
from adapters.passwords import BadPassword
from api.answers import done, made
from api.documentation import listed, single
from api.envelope import Success, success
from api.errors import not_found, wrong_field
from api.fields import Asked, Code, Id, Name, OptionalWords
from api.identity import Secret
from api.members import Email
from api.parts import parts_of
from api.readable import USERS
from api.reads import Read, Reads
from api.roles import CHANGE_USER, VIEW_USER
from api.routing import resource_router
from api.writing import Write, Writes
from commands.identity import users
from domain.user.decide import ChangeUser

PREFIX = "/api/v1/users"
router = resource_router(PREFIX, "User Management")

Roles = Annotated[tuple[Code, ...], Field(min_length=1, max_length=20, examples=[["auditor"]])]
RoleName = Annotated[str, Path(max_length=100)]
Changes = Annotated[Write, Depends(Writes(CHANGE_USER))]


class NewUser(Asked):
    """`subject_id` is the member or provider that an outside user acts for. Without a password
    the user chooses one by a link (`/auth/forgot-password`); one that is given here is good for a
    few days, in which they choose their own."""

    username: Name = Field(examples=["asha.mtei"])
    name: Name = Field(examples=["Asha Mtei"])
    kind: Kind = Kind.STAFF
    roles: Roles
    subject_id: UUID | None = None
    email: Email = ""
    password: Secret | None = None


class CorrectedUser(Asked):
    name: Name = Field(examples=["Asha Mtei"])
    email: Email = ""


class GivenRoles(Asked):
    roles: Roles


class RolesHeld(BaseModel):
    roles: list[str]


class Permitted(BaseModel):
    permissions: list[str]


@router.get("", **listed(USERS))
async def list_users(read: Annotated[Read, Depends(Reads(USERS))]) -> Response:
    """Users, filtered, sorted, page by page."""
    return await read.page()


@router.post("", **made())
async def add_user(
    body: NewUser,
    request: Request,
    write: Annotated[Write, Depends(Writes(CHANGE_USER, creates=PREFIX))],
) -> Response:
    """Let somebody sign in."""
    parts = parts_of(request)
    known = await parts.known_roles()
    if strange := sorted(set(body.roles) - known):
        raise wrong_field("roles", f"there is no role {', '.join(strange)}")
    hashed = until = None
    if body.password is not None:
        try:
            hashed = await run_in_threadpool(
                parts.passwords.hash, body.password, about=(body.username, body.name, body.email)
            )
        except BadPassword as bad:
            raise wrong_field("password", str(bad)) from bad
        until = parts.desk.clock.now() + timedelta(days=parts.settings.given_password_days)
    new = users.NewUser(
        body.username, body.name, str(body.kind), body.roles, body.subject_id, body.email, hashed,
        password_until=until,
    )  # fmt: skip
    return await write(body, users.add_user, new)


@router.get("/{id}", **single(USERS))
async def show_user(
    user_id: Id, read: Annotated[Read, Depends(Reads(USERS, past=True))]
) -> Response:
    """One user, now or as known then."""
    return await read.shown(user_id)


@router.put("/{id}", **done())
async def correct_user(user_id: Id, body: CorrectedUser, write: Changes) -> Response:
    """Correct a user's name or address."""
    return await write(body, users.change_user, user_id, ChangeUser(body.name, body.email))


@router.delete("/{id}", **done())
async def remove_user(user_id: Id, write: Changes, body: OptionalWords = None) -> Response:
    """Take access away for good; what the user did stays recorded."""
    return await write(body, users.remove_user, user_id, write.caller.user.user_id)


@router.get("/{id}/roles", response_model=Success[RolesHeld])
async def show_roles_of_user(
    user_id: Id, request: Request, _: Annotated[Read, Depends(Reads(USERS, VIEW_USER))]
) -> Response:
    """The roles that a user holds."""
    user = await run_in_threadpool(parts_of(request).identities.by_id, user_id)
    if user is None:
        raise not_found()
    return success({"roles": sorted(user.roles)})


@router.post("/{id}/roles", **done())
async def give_roles(user_id: Id, body: GivenRoles, request: Request, write: Changes) -> Response:
    """Give a user more roles; nobody gives themselves any."""
    parts = parts_of(request)
    known = await parts.known_roles()
    if strange := sorted(set(body.roles) - known):
        raise wrong_field("roles", f"there is no role {', '.join(strange)}")
    user = await run_in_threadpool(parts.identities.by_id, user_id)
    if user is None:
        raise not_found()
    after = sorted(user.roles | set(body.roles))
    return await write(body, users.change_roles, user_id, after, write.caller.user.user_id)


@router.delete("/{id}/roles/{role_id}", **done())
async def take_role(
    user_id: Id,
    role_id: RoleName,
    request: Request,
    write: Changes,
    body: OptionalWords = None,
) -> Response:
    """Take a role (its code or id) from a user; every sign-in of theirs ends."""
    parts = parts_of(request)
    user = await run_in_threadpool(parts.identities.by_id, user_id)
    code = await parts.code_of_role(role_id)
    if user is None or code not in user.roles:
        raise not_found()
    after = sorted(user.roles - {code})
    return await write(body, users.change_roles, user_id, after, write.caller.user.user_id)


@router.get("/{id}/permissions", response_model=Success[Permitted])
async def show_permissions_of_user(
    user_id: Id, request: Request, _: Annotated[Read, Depends(Reads(USERS, VIEW_USER))]
) -> Response:
    """Everything that a user is permitted, by all roles together."""
    parts = parts_of(request)
    user = await run_in_threadpool(parts.identities.by_id, user_id)
    if user is None:
        raise not_found()
    return success({"permissions": sorted(await parts.may(user))})


@router.post("/{id}/lock", **done())
async def lock_user(user_id: Id, body: Asked, write: Changes) -> Response:
    """Keep a user out until unlocked; every sign-in of theirs ends."""
    return await write(body, users.lock_user, user_id, write.caller.user.user_id)


@router.post("/{id}/unlock", **done())
async def unlock_user(user_id: Id, write: Changes, body: OptionalWords = None) -> Response:
    """Let a locked user in again."""
    return await write(body, users.unlock_user, user_id)
