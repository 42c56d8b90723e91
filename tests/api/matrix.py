"""Every operation for every role, own, foreign and absent: what must be refused, over HTTP.

Made from the running application: a new operation is tried without anybody's thinking of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx2
from fastapi.routing import APIRoute

from adapters.identities import Kind
from adapters.settings import Settings
from api.access import operations, permission_of, rule_of
from api.app import create_app
from api.roles import OUTSIDE_ROLES, PUBLIC, ROLES
from tests.api.book import V1, Book
from tests.api.running import RunningApi, data_of

LEFT_OUT = {"sign_out", "revoke_all_sessions"}  # they would end the sign-in that the rest needs
_PLACE = re.compile(r"\{(\w+)\}")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_WHEN = re.compile(r'"timestamp":"[^"]*"')


def routes() -> Iterator[APIRoute]:
    """All operations of the application that can be tried without ending the try."""
    for route in operations(create_app(Settings()).routes):
        if route.name not in LEFT_OUT:
            yield route


@dataclass
class Things:
    """Ids of one family's and provider's business, by the address below which they are found."""

    book: Book
    by_place: dict[str, str] = field(default_factory=dict)

    def path(self, route: APIRoute) -> str | None:
        """The operation's address with ids of these things; None where it needs none, or one
        that we have not made."""
        places = _PLACE.findall(route.path)
        if len(places) != 1:
            return None
        known = max((p for p in self.by_place if f"{V1}{p}" in route.path), key=len, default="")
        by_name = {"member_id": "/members/", "claim_id": "/claims/"}.get(places[0], known)
        found = self.by_place.get(by_name)
        return None if found is None else route.path.replace(f"{{{places[0]}}}", found)


def things(admin: httpx2.Client, book: Book) -> Things:
    """A claim and a request for approval beside what the book has."""
    claim = data_of(admin.post(f"{V1}/claims", json=book.claim()), 201)["id"]
    asked = {
        "member_id": book.member, "policy_id": book.policy, "provider_id": book.provider,
        "planned_from": "2025-04-01", "diagnoses": ["J06.9"],
        "items": [{"code": "CONS-GP", "category": "outpatient", "billed": "30000.00"}],
    }  # fmt: skip
    answer = admin.post(f"{V1}/claims/preauth", json=asked)
    made = {
        "/members/": book.member, "/policies/": book.policy, "/providers/": book.provider,
        "/claims/": str(claim), "/schemes/": book.scheme, "/coverage/check/": book.member,
    }  # fmt: skip
    if answer.status_code == 201:
        made["/claims/preauth/"] = answer.json()["data"]["id"]
    return Things(book, made)


def absent_path(route: APIRoute) -> str:
    return _PLACE.sub(lambda _: str(uuid4()), route.path)


def asked(client: httpx2.Client, route: APIRoute, path: str) -> httpx2.Response:
    (method,) = route.methods or {"GET"}
    return client.request(method, path, json=None if method == "GET" else {})


def without_ids(answer: httpx2.Response) -> tuple[int, str, int]:
    """What tells one answer from another, but the instant and the id that was asked for."""
    text = _WHEN.sub("", _ID.sub("", answer.text))
    return answer.status_code, text, len(answer.content)


def outside_faults(
    client: httpx2.Client, kind: Kind, own: Things, foreign: Things, tried: list[str],
    chosen: Iterable[APIRoute],
) -> Iterator[str]:  # fmt: skip
    """Where an outside user is shown what is not theirs, or told that it exists."""
    held = ROLES[OUTSIDE_ROLES[kind]]
    for route in chosen:
        permission = permission_of(route)
        if permission == PUBLIC:
            continue
        gone = asked(client, route, absent_path(route))
        tried.append(f"{kind} absent {route.name}")
        if permission not in held:
            if gone.status_code != 403:
                yield f"{kind} may not {route.name}: {gone.status_code}"
            continue
        theirs = foreign.path(route)
        if theirs is None or "impersonal" in (rule_of(route, kind) or ""):
            continue
        if kind is Kind.PROVIDER and "whom they can name" in (rule_of(route, kind) or ""):
            continue
        hidden = asked(client, route, theirs)
        tried.append(f"{kind} foreign {route.name}")
        if without_ids(hidden) != without_ids(gone):
            yield f"{kind} tells hidden from absent at {route.name}: {hidden.status_code}"
        elif hidden.status_code < 400:
            yield f"{kind} is shown another's by {route.name}"
        mine = own.path(route)
        if mine is not None and route.methods == {"GET"} and _is_own(route, kind):
            shown = asked(client, route, mine)
            tried.append(f"{kind} own {route.name}")
            if shown.status_code == 403:
                yield f"{kind} may not see the own by {route.name}"


def _is_own(route: APIRoute, kind: Kind) -> bool:
    return "nothing" not in (rule_of(route, kind) or "nothing")


def inside_faults(
    client: httpx2.Client, role: str, tried: list[str], chosen: Iterable[APIRoute]
) -> Iterator[str]:
    """Where a member of staff gets past a permission that the role has not, or is kept from one
    that it has. Only things that do not exist are named: nothing is changed."""
    for route in chosen:
        permission = permission_of(route)
        if permission == PUBLIC or (role == "admin" and "/users" in route.path):
            continue
        answer = asked(client, route, absent_path(route))
        tried.append(f"{role} {route.name}")
        refused = answer.status_code == 403 and "permission" in answer.json()["error"]["details"]
        if refused == (permission in ROLES[role]):
            yield f"{role} at {route.name} ({permission}): {answer.status_code}"


def staff_roles() -> list[str]:
    return [role for role in ROLES if role not in OUTSIDE_ROLES.values()]


def table() -> list[Mapping[str, Any]]:
    """The matrix as people read it: a row an operation, sorted by address."""
    rows: list[Mapping[str, Any]] = []
    for route in operations(create_app(Settings()).routes):
        permission = permission_of(route) or ""
        row: dict[str, Any] = {
            "operation": f"{', '.join(sorted(route.methods or ()))} {route.path}",
            "permission": permission,
            "staff": [role for role in staff_roles() if permission in ROLES[role]],
        }
        for kind, role in OUTSIDE_ROLES.items():
            held = permission in ROLES[role]
            row[str(kind)] = (rule_of(route, kind) or "") if held else ""
        rows.append(row)
    return sorted(rows, key=lambda row: (row["operation"].split()[1], row["operation"]))


def outsider(api: RunningApi, kind: Kind, book: Book) -> httpx2.Client:
    """Somebody outside whose own the book is."""
    subject = {Kind.MEMBER: book.member, Kind.PROVIDER: book.provider}.get(kind, str(uuid4()))
    return api.signed_in(api.user(str(kind), kind=kind, subject=UUID(subject)))
