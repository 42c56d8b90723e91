"""What OpenAPI says of the API beyond what the routes say themselves.

Clients are generated from it: every operation has an id, a permission, examples of failure, and
the parameters that lists take, which follow from the read models.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, create_model
from starlette.routing import BaseRoute

from api import errors, money
from api.access import declared, operations, permission_of
from api.envelope import Failure, PageOf, Success
from api.errors import Kind
from api.examples import example_of
from api.resources import Field, Resource
from api.roles import PUBLIC
from api.values import KINDS
from api.writing import Writes

DESCRIPTION = """The ledger of a health insurer over HTTP.

Every write is a command that becomes events; nothing is ever overwritten. Amounts are decimal
text in the ledger's currency. `Idempotency-Key` makes a repeated write harmless, `If-Match` makes
it depend on a version, `dry_run=true` decides without recording. Every write answers with
`X-Ledger-Position`; a read that is sent it shows what was written. `known_at` and `effective_on`
show the past as it was known and as it held.
"""

_ALWAYS = (errors.TOO_MANY, errors.INTERNAL, errors.UNAVAILABLE)
_SIGNED = (errors.SIGN_IN_FIRST, errors.NOT_PERMITTED)
_READING = (errors.NOT_FOUND, errors.INVALID)
_BODIES = (errors.UNREADABLE, errors.TOO_LARGE)
_WRITING = (*_READING, *_BODIES, errors.CONFLICT, errors.STALE)

FAILURES: dict[int | str, dict[str, Any]] = {
    errors.INVALID.status: {"model": Failure, "description": errors.INVALID.meaning}
}

"""What every operation may answer beside what it is there for."""
RULES: dict[str, Any] = {
    "responses": {
        str(errors.CONFLICT.status): {
            "$ref": f"#/components/responses/Failure{errors.CONFLICT.status}"
        }
    }
}
"""For a read that asks a rule of the business, and may be told that it forbids it."""


BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def operation_id(route: APIRoute) -> str:
    """The name of the function: it is what clients call the operation."""
    return route.name


def describe(app: FastAPI, currency: str) -> None:
    """Complete what `app` says of itself in /openapi.json; made once, at the first need."""

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = json.loads(_of_routes(app.title, app.version, tuple(map(_Same, app.routes))))
            schema["info"]["description"] = DESCRIPTION
            components = schema.setdefault("components", {})
            components["securitySchemes"] = {"bearer": BEARER}
            components["responses"] = _failures()
            components["parameters"] = {}
            for route in operations(app.routes):
                if not route.include_in_schema:
                    continue
                for method in route.methods or ():
                    _operation(schema["paths"][route.path][method.lower()], method, route)
                    _parameters_of(schema, schema["paths"][route.path][method.lower()], route)
            _amounts(schema, currency)
            _examples(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]  # the way that FastAPI's manual tells


class _Same:
    """A route, equal to itself alone: as it is, it cannot be remembered by."""

    def __init__(self, route: BaseRoute) -> None:
        self.route = route

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.route is self.route

    def __hash__(self) -> int:
        return id(self.route)


@lru_cache(maxsize=1)
def _of_routes(title: str, version: str, routes: tuple[_Same, ...]) -> str:
    """What FastAPI itself says of these routes; it takes seconds, and is the same for every
    application of a process."""
    return json.dumps(get_openapi(title=title, version=version, routes=[it.route for it in routes]))


def _operation(operation: dict[str, Any], method: str, route: APIRoute) -> None:
    permission = permission_of(route) or ""
    operation["x-permission"] = permission
    public = permission == PUBLIC
    operation["security"] = [] if public else [{"bearer": []}]
    writes = any(isinstance(one, Writes) for one in declared(route.dependant))
    kinds = [*_ALWAYS, *(_WRITING if writes else _READING)]
    if method != "GET" and not writes:
        kinds += _BODIES
    kinds += [errors.SIGN_IN_FAILED] if public else _SIGNED
    if public and method == "GET":
        kinds.remove(errors.INVALID)
        operation["responses"].pop(str(errors.INVALID.status), None)
    for kind in kinds:
        reference = {"$ref": f"#/components/responses/Failure{kind.status}"}
        operation["responses"][str(kind.status)] = reference


def _parameters_of(schema: dict[str, Any], operation: dict[str, Any], route: APIRoute) -> None:
    """Parameters that many operations share are told once and referred to."""
    shared = schema["components"]["parameters"]
    told = operation.setdefault("parameters", [])
    for one in dict.fromkeys(p for rule in declared(route.dependant) for p in rule.parameters):
        shared[one.component] = one.described()
        told.append({"$ref": f"#/components/parameters/{one.component}"})


def _failures() -> dict[str, Any]:
    """One answer for each status, with an example of every code that comes with it."""
    by_status: dict[int, list[Kind]] = {}
    for kind in errors.KINDS:
        by_status.setdefault(kind.status, []).append(kind)
    return {f"Failure{status}": _failure(kinds) for status, kinds in sorted(by_status.items())}


def _failure(kinds: list[Kind]) -> dict[str, Any]:
    examples = {
        kind.code.lower(): {
            "value": {
                "success": False,
                "error": {"code": kind.code, "message": kind.meaning, "details": {}},
                "timestamp": "2025-10-13T10:30:00Z",
            }
        }
        for kind in kinds
    }
    content = {"schema": {"$ref": "#/components/schemas/Failure"}, "examples": examples}
    meaning = " ".join(kind.meaning for kind in kinds)
    return {"description": meaning, "content": {"application/json": content}}


def _examples(schema: dict[str, Any]) -> None:
    """An example of every body that a request has."""
    for item in schema["paths"].values():
        for operation in item.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                content["example"] = example_of(content["schema"], schema["components"])


def _amounts(node: Any, currency: str) -> None:
    """Have every amount say how many decimals the ledger's currency has."""
    if isinstance(node, dict):
        if node.get("format") == "amount":
            node["pattern"] = money.pattern(currency)
        for inner in node.values():
            _amounts(inner, currency)
    elif isinstance(node, list):
        for inner in node:
            _amounts(inner, currency)


# What a resource looks like, and how its lists may be asked.


def listed(resource: Resource) -> dict[str, Any]:
    """For the decorator of a route that answers with a list of a resource."""
    return {
        "response_model": Success[PageOf[model_of(resource)]],  # type: ignore[misc]  # made at run time
        "openapi_extra": {"parameters": list(_parameters(resource))},
    }


def single(resource: Resource) -> dict[str, Any]:
    """For the decorator of a route that answers with one of a resource."""
    return {
        "response_model": Success[model_of(resource)],  # type: ignore[misc]  # made at run time
        "openapi_extra": {"parameters": list(_shape(resource))},
    }


@cache
def model_of(resource: Resource) -> type[BaseModel]:
    """A resource as a class, for the documentation; `fields=` may leave any of it out."""
    fields: dict[str, Any] = {
        one.name: (_type(one) | None, None) for one in resource.fields.values()
    }
    fields |= dict.fromkeys(resource.expands, (dict[str, Any] | None, None))
    name = "".join(word.capitalize() for word in resource.name.split())
    return create_model(name, __doc__=resource.table.row.__doc__ or "", **fields)


def _type(one: Field) -> Any:
    if one.column.mark.money or one.column.type is Decimal:
        return str
    if one.column.mark.json:
        return dict[str, Any] | list[Any]
    return list[str] if one.column.type is tuple else one.column.type


def _parameters(resource: Resource) -> Iterator[dict[str, Any]]:
    yield from _shape(resource)
    sorts = sorted(one.name for one in resource.fields.values() if one.column.mark.sorts)
    yield _parameter(
        "ordering", {"type": "string"}, f"Fields to sort by, `-` first for descending: {sorts}."
    )
    yield _parameter("page", {"type": "integer", "minimum": 1}, "Page number, from 1.")
    yield _parameter(
        "page_size", {"type": "integer", "minimum": 1, "maximum": 100}, "20 if unsaid."
    )
    yield _parameter("cursor", {"type": "string"}, "In place of a page: empty to begin with.")
    if resource.table.searched:
        yield _parameter(
            "search", {"type": "string", "maxLength": 200}, "Words, all of which must occur."
        )
    for one in resource.fields.values():
        for operator in one.operators:
            name = f"{one.name}__{operator}" if operator else one.name
            schema = {"type": "string"} if operator == "in" else _schema(one)
            yield _parameter(name, schema, _OPERATORS[operator])


_OPERATORS = {
    "": "Exactly this.",
    "gte": "This or more.",
    "lte": "This or less.",
    "in": "One of these, separated by commas.",
    "contains": "Holds this.",
}


def _schema(one: Field) -> dict[str, Any]:
    if one.column.mark.money:
        return {"type": "string", "format": "amount", "pattern": money.pattern("TZS")}
    return KINDS[one.column.type].schema


def _shape(resource: Resource) -> Iterator[dict[str, Any]]:
    yield _parameter("fields", {"type": "string"}, "Only these fields, separated by commas.")
    if resource.expands:
        names = ", ".join(resource.expands)
        yield _parameter("expand", {"type": "string"}, f"Show beside it: {names}.")


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": name, "in": "query", "required": False, "schema": schema,
        "description": description,
    }  # fmt: skip
