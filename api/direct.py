"""Answers reads without the framework's general steps, where our own parts are all there is to one.

The framework finds out anew at every request what an operation needs: forms, cookies, files that
are to be closed, and much that most reads have nothing of. For an operation that needs rules of
access and ids from its address alone, this is found out once, when the application starts. What is
unusual about a request goes the framework's way, which knows how to say what is wrong with it.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import fields
from inspect import iscoroutinefunction, signature
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic.fields import FieldInfo
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access import Allowed

_ID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NEEDS = [one.name for one in fields(Dependant) if one.name.endswith(("_params", "_param_name"))]
_Call = Callable[..., Awaitable[Response]]


def directly(route: BaseRoute) -> ASGIApp:
    """What answers a route's requests: the route itself where it is not one of the simple reads."""
    if not isinstance(route, APIRoute) or route.methods != {"GET"} or not _simple(route.dependant):
        return route.handle
    call: _Call = route.endpoint
    ids = [(one.name, one.alias) for one in route.dependant.path_params]
    rules = [(one.name, one.call) for one in route.dependant.dependencies]

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        given = scope["path_params"]
        if not all(_ID.fullmatch(given[alias]) for _, alias in ids):
            await route.handle(scope, receive, send)
            return
        request = Request(scope, receive, send)
        values: dict[str, Any] = {name: UUID(given[alias]) for name, alias in ids}
        for name, rule in rules:
            assert isinstance(rule, Allowed)
            checked = await rule(request)
            if name is not None:
                values[name] = checked
        response = await call(**values)
        await response(scope, receive, send)

    return answer


def _simple(operation: Dependant) -> bool:
    """Whether an operation needs rules of access and ids from its address, and nothing else."""
    return (
        _needs(operation) <= {"path_params"}
        and all(_is_id(one.field_info) for one in operation.path_params)
        and all(map(_is_rule, operation.dependencies))
        and iscoroutinefunction(operation.call)
        and signature(operation.call).return_annotation is Response
    )


def _needs(part: Dependant) -> set[str]:
    return {name for name in _NEEDS if getattr(part, name)}


def _is_id(parameter: FieldInfo) -> bool:
    return parameter.annotation is UUID and not parameter.metadata


def _is_rule(part: Dependant) -> bool:
    ours = isinstance(part.call, Allowed) and not part.dependencies
    return ours and _needs(part) == {"request_param_name"}
