"""Who is calling, and whether they may: the one door that every operation goes through.

Every operation names its permission; the application does not start if one does not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from adapters.identities import User
from api.errors import NOT_PERMITTED, SIGN_IN_FAILED, SIGN_IN_FIRST, Problem
from api.parameters import Parameter
from api.roles import OUTSIDE, PERMISSIONS, PUBLIC, counted


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in user of one request."""

    user: User
    session_id: UUID
    permissions: frozenset[str]

    @property
    def outside(self) -> bool:
        """A member or provider, who sees and touches their own only."""
        return self.user.kind in OUTSIDE

    @property
    def roles(self) -> frozenset[str]:
        """The roles that count; an outside user has that of their kind and no other."""
        return counted(self.user.kind, self.user.roles)

    def may(self, permission: str) -> bool:
        return permission in self.permissions


class Allowed:
    """A route's dependency: lets callers with one permission pass and says who they are.

    `parameters` are those that it reads of every request.
    """

    parameters: tuple[Parameter, ...] = ()

    def __init__(self, permission: str) -> None:
        """Raises ValueError for a permission that is not in the list."""
        if permission != PUBLIC and permission not in PERMISSIONS:
            raise ValueError(f"there is no permission {permission!r}")
        self.permission = permission

    async def __call__(self, request: Request) -> Caller | None:
        return self.checked(request)

    def checked(self, request: Request) -> Caller | None:
        """The caller, None for an anonymous one of a public operation; raises Problem."""
        caller: Caller | None = request.scope["state"].get("caller")
        if self.permission == PUBLIC:
            return caller
        if caller is None:
            refused = request.scope["state"].get("token_refused")
            raise Problem(SIGN_IN_FAILED, refused) if refused else Problem(SIGN_IN_FIRST)
        if not caller.may(self.permission):
            raise Problem(NOT_PERMITTED, details={"permission": self.permission})
        return caller


class Signed(Allowed):
    """The same for operations that need a signed-in caller; it never gives None."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        if permission == PUBLIC:
            raise ValueError("a public operation may have an anonymous caller")

    async def __call__(self, request: Request) -> Caller:
        caller = self.checked(request)
        assert caller is not None
        return caller


def permission_of(route: APIRoute) -> str | None:
    """The permission that a route declares, if it declares exactly one."""
    permissions = {allowed.permission for allowed in declared(route.dependant)}
    return permissions.pop() if len(permissions) == 1 else None


def declared(dependant: Dependant) -> Iterator[Allowed]:
    """Every rule of access that a route depends on."""
    for needed in dependant.dependencies:
        if isinstance(needed.call, Allowed):
            yield needed.call
        yield from declared(needed)


class Undeclared(Exception):
    """An operation of the application says not, or not clearly, who may call it."""


def operations(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """Those routes that are operations of ours."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route


def check_declared(routes: Iterable[BaseRoute]) -> None:
    """Raises Undeclared, naming every operation without exactly one permission."""
    missing = [
        f"{', '.join(sorted(route.methods or ()))} {route.path}"
        for route in operations(routes)
        if permission_of(route) is None
    ]
    if missing:
        raise Undeclared(f"no single permission is declared for: {'; '.join(missing)}")
