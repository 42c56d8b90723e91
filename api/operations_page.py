"""All operations, for programs (OpenAPI) and for people: a page made from the same description."""

import json
from collections.abc import Iterator
from html import escape
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.access import Allowed, Caller
from api.envelope import Answer
from api.html import page, table
from api.roles import PUBLIC

router = APIRouter(include_in_schema=False)


Anybody = Annotated[Caller | None, Depends(Allowed(PUBLIC))]


@router.get("/openapi.json", name="show_openapi")
async def show_openapi(request: Request, _: Anybody) -> Response:
    """The description that clients are generated from."""
    described = await run_in_threadpool(request.app.openapi)
    return Answer(msgspec.json.encode(described))


@router.get("/operations", name="show_operations")
async def show_operations(request: Request, _: Anybody) -> Response:
    """Every operation with its permission, parameters and body."""
    schema = await run_in_threadpool(request.app.openapi)
    by_tag: dict[str, list[str]] = {}
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            tag = (operation.get("tags") or ["Others"])[0]
            by_tag.setdefault(tag, []).append("".join(_operation(schema, path, method, operation)))
    content = [
        f"<p>{escape(schema['info']['description'])}</p>",
        '<p><a href="/">Back</a> · <a href="/openapi.json">The same as OpenAPI</a></p>',
    ]
    for tag in sorted(by_tag):
        content += [f"<h2>{escape(tag)}</h2>", *by_tag[tag]]
    return page("Operations of Bima", content)


def _operation(
    schema: dict[str, Any], path: str, method: str, operation: dict[str, Any]
) -> Iterator[str]:
    said = operation.get("description") or operation.get("summary", "")
    yield f"<details><summary><code>{method.upper()} {escape(path)}</code> {escape(said)}</summary>"
    yield f"<p>Permission: <code>{escape(operation['x-permission'])}</code></p>"
    parameters = [
        (one["name"], one["in"], _kind(one["schema"]), one.get("description", ""))
        for one in (_resolved(schema, one) for one in operation.get("parameters", ()))
    ]
    if parameters:
        yield table(("parameter", "in", "is", ""), parameters, "")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        fields = _fields(schema, body["schema"])
        yield table(("field of the body", "is", "needed", ""), fields, "The body is free.")
    yield "</details>"


def _fields(schema: dict[str, Any], body: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    for one in (body, *body.get("anyOf", ())):
        if "$ref" in one:
            body = _resolved(schema, one)
    needed = set(body.get("required", ()))
    return [
        (name, _kind(one), "yes" if name in needed else "", one.get("description", ""))
        for name, one in body.get("properties", {}).items()
    ]


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to; what is no reference stays as it is."""
    if "$ref" not in node:
        return node
    kind, name = node["$ref"].removeprefix("#/components/").split("/")
    found: dict[str, Any] = schema["components"][kind][name]
    return found


def _kind(schema: dict[str, Any]) -> str:
    """A few words for a field's schema: its type, choices or the form that it refers to."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "anything"))
