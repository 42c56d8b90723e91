"""Who is calling, and whether they may: the one door that every operation goes through.

Every operation names its permission; the application does not start if one does not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from adapters.identities import Kind, User
from adapters.reading import Seer
from api.errors import NOT_PERMITTED, SIGN_IN_FAILED, SIGN_IN_FIRST, Problem
from api.parameters import Parameter
from api.roles import (
    OUTSIDE,
    OUTSIDE_ROLES,
    OWN_ACCOUNT,
    PERMISSIONS,
    PUBLIC,
    ROLES,
    STEP_UP,
    counted,
)
from projections.guarding import role_of

if TYPE_CHECKING:
    from api.parts import Parts


FACTOR_FIRST = "Set up an authenticator first: POST /api/v1/security/mfa/enable."
CODE_FIRST = "Show a code of your authenticator first: POST /api/v1/security/mfa/verify."
RFC_9470 = {"WWW-Authenticate": 'Bearer error="insufficient_user_authentication"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in user of one request."""

    user: User
    session_id: UUID
    permissions: frozenset[str]
    lacks_factor: bool = False
    """Staff who must set up an authenticator before anything else."""
    code_is_old: bool = False
    """An approval of money asks for a code first."""
    own: tuple[str, ...] = ()
    """What is an outside user's own: ids of the family, the provider or the reinsurer; an agent's
    own name as author."""

    @property
    def outside(self) -> bool:
        """A member, provider, agent or reinsurer, who sees and touches their own only."""
        return self.user.kind in OUTSIDE

    @property
    def seer(self) -> Seer | None:
        """As whom the database is asked; None for those who see everything."""
        return Seer(role_of(self.user.kind), self.own) if self.outside else None

    def owns(self, which: object) -> bool:
        """Whether something is the caller's own by its id."""
        return str(which) in self.own

    @property
    def roles(self) -> frozenset[str]:
        """The roles that count; an outside user has that of their kind and no other."""
        return counted(self.user.kind, self.user.roles)

    def may(self, permission: str) -> bool:
        return permission in self.permissions


class Whose(Protocol):
    """Whose business an operation touches, where a table's rule does not say it."""

    def in_words(self, kind: Kind) -> str | None:
        """What a kind of outside user may touch; None where nothing is said of the kind."""

    async def check(self, request: Request, parts: "Parts", caller: Caller) -> None:
        """Raises Problem unless it is an outside caller's own."""


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

    def rule_for(self, kind: Kind) -> str | None:
        """What of all that there is a kind of outside user may touch, in words."""
        own_account = self.permission in (PUBLIC, OWN_ACCOUNT)
        return "the own account" if own_account else None

    def checked(self, request: Request) -> Caller | None:
        """The caller, None for an anonymous one of a public operation; raises Problem."""
        caller: Caller | None = request.scope["state"].get("caller")
        if self.permission == PUBLIC:
            return caller
        if caller is None:
            refused = request.scope["state"].get("token_refused")
            raise Problem(SIGN_IN_FAILED, refused) if refused else Problem(SIGN_IN_FIRST)
        if not caller.may(self.permission):
            words = FACTOR_FIRST if caller.lacks_factor else ""
            raise Problem(NOT_PERMITTED, words, {"permission": self.permission})
        if caller.code_is_old and self.permission in STEP_UP:
            raise Problem(SIGN_IN_FIRST, CODE_FIRST, {"step_up": "totp"}, RFC_9470)
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
    """Raises Undeclared, naming every operation without exactly one permission, and every one
    that outside users may call and that does not say whose business it touches."""
    missing, unsaid = [], []
    for route in operations(routes):
        name = f"{', '.join(sorted(route.methods or ()))} {route.path}"
        permission = permission_of(route)
        if permission is None:
            missing.append(name)
        else:
            unsaid += [f"{name} ({kind})" for kind in reached_by(permission)
                       if rule_of(route, kind) is None]  # fmt: skip
    if missing:
        raise Undeclared(f"no single permission is declared for: {'; '.join(missing)}")
    if unsaid:
        raise Undeclared(f"whose business it is, is not declared for: {'; '.join(unsaid)}")


def reached_by(permission: str) -> Iterator[Kind]:
    """The kinds of outside users whose role holds a permission."""
    if permission == PUBLIC:
        return
    for kind, role in OUTSIDE_ROLES.items():
        if permission in ROLES[role]:
            yield kind


def rule_of(route: APIRoute, kind: Kind) -> str | None:
    """What of all that there is an outside user of a kind may touch by an operation, in words;
    None where one of its parts does not say it."""
    rules = [allowed.rule_for(kind) for allowed in declared(route.dependant)]
    said = list(dict.fromkeys(rule for rule in rules if rule is not None))
    return " / ".join(said) if rules and None not in rules else None
