"""Answers requests without the framework's general steps, where our own parts are all there is.

The framework finds out anew at every request what an operation needs: forms, cookies, files that
are to be closed, and much that most operations have nothing of. For one that needs rules of access,
ids from its address and at most one body, this is found out once, when the application starts. What
is unusual about a request goes the framework's way, which knows how to say what is wrong with it.
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import fields
from inspect import iscoroutinefunction, signature
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.params import Body
from fastapi.routing import APIRoute
from pydantic.fields import FieldInfo
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import Allowed

_ID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NEEDS = [one.name for one in fields(Dependant) if one.name.endswith(("_params", "_param_name"))]
_JSON = b"application/json"
_Call = Callable[..., Awaitable[Response]]


class Unusual(Exception):
    """The framework has to look at a request; `receive` gives it its body once more."""

    def __init__(self, receive: Receive) -> None:
        super().__init__()
        self.receive = receive


def directly(route: BaseRoute) -> ASGIApp | None:
    """What answers a simple operation, or raises Unusual; None for any other operation."""
    if not isinstance(route, APIRoute) or not _simple(route):
        return None
    call: _Call = route.endpoint
    ids = [(one.name, one.alias) for one in route.dependant.path_params]
    rules = [(one.name, one.call) for one in route.dependant.dependencies]
    body = next(iter(route.dependant.body_params), None)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        given = scope["path_params"]
        if not all(_ID.fullmatch(given[alias]) for _, alias in ids):
            raise Unusual(receive)
        request = Request(scope, receive, send)
        values: dict[str, Any] = {name: UUID(given[alias]) for name, alias in ids}
        if body is not None:
            values[body.name] = await _said(request, body)
        for name, rule in rules:
            assert isinstance(rule, Allowed)
            checked = await rule(request)
            if name is not None:
                values[name] = checked
        response = await call(**values)
        await response(scope, receive, send)

    return answer


async def _said(request: Request, body: ModelField) -> object:
    """The body as the operation takes it; raises Unusual where the framework has to look at it."""
    if [value for name, value in request.scope["headers"] if name == b"content-type"] != [_JSON]:
        raise Unusual(request.receive)
    try:
        content = await request.body()
    except ClientDisconnect as gone:
        raise Unusual(request.receive) from gone
    try:
        value, faults = body.validate(json.loads(content), {}, loc=("body",))
    except (ValueError, RecursionError) as error:
        raise Unusual(_once_more(content)) from error
    if faults:
        # Who may not do this at all is told that, and not what is wrong with the body.
        raise Unusual(_once_more(content))
    return value


def _once_more(content: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    return receive


def _simple(route: APIRoute) -> bool:
    """Whether an operation needs rules of access, ids from its address and at most a whole body,
    and nothing else."""
    operation = route.dependant
    return (
        len(route.methods or ()) == 1
        and _needs(operation) <= {"path_params", "body_params"}
        and all(_is_id(one.field_info) for one in operation.path_params)
        and len(operation.body_params) <= 1
        and all(_is_whole(one.field_info) for one in operation.body_params)
        and all(map(_is_rule, operation.dependencies))
        and iscoroutinefunction(operation.call)
        and signature(operation.call).return_annotation is Response
    )


def _is_whole(parameter: FieldInfo) -> bool:
    """Whether a parameter is what the whole body says, as JSON."""
    return type(parameter) is Body and not parameter.embed


def _needs(part: Dependant) -> set[str]:
    return {name for name in _NEEDS if getattr(part, name)}


def _is_id(parameter: FieldInfo) -> bool:
    return parameter.annotation is UUID and not parameter.metadata


def _is_rule(part: Dependant) -> bool:
    ours = isinstance(part.call, Allowed) and not part.dependencies
    return ours and _needs(part) == {"request_param_name"}
