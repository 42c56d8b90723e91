"""Whose business a write touches: which outside users may do it, and to what.

An operation that outside users may call declares one of these; without it they are refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import msgspec
from fastapi import Request

from adapters.identities import Kind
from api.access import Caller, Whose
from api.errors import NOT_PERMITTED, Problem
from api.parts import Parts
from api.reads import Read
from api.resources import Resource
from projections.whose import in_words


@dataclass(frozen=True, slots=True)
class Named:
    """New business: the body's field names one of the caller's own."""

    fields: Mapping[Kind, str]

    def in_words(self, kind: Kind) -> str | None:
        return f"in the own name (`{self.fields[kind]}`)" if kind in self.fields else "nothing"

    async def check(self, request: Request, parts: Parts, caller: Caller) -> None:
        said = await said_in(request, self.fields.get(caller.user.kind, ""))
        if said is not None and not caller.owns(said):
            raise Problem(NOT_PERMITTED, "You can act in your own name only.")


@dataclass(frozen=True, slots=True)
class OfRow:
    """The row of a resource that the address (or a field of the body) names is the caller's."""

    resource: Resource
    place: str = "id"
    in_body: bool = False

    def in_words(self, kind: Kind) -> str | None:
        return in_words(self.resource.table, kind)

    async def check(self, request: Request, parts: Parts, caller: Caller) -> None:
        named = request.path_params.get(self.place)
        said = await said_in(request, self.place) if self.in_body else named
        try:
            which = UUID(str(said))
        except ValueError:
            return  # what is wrong with it is told with all other faults of the request
        await Read(parts, caller, self.resource, request.url.path, [], {}).check_there(which)


@dataclass(frozen=True, slots=True)
class Told:
    """The operation itself knows what each kind may touch, and says it here in words."""

    words: Mapping[Kind, str]

    def in_words(self, kind: Kind) -> str | None:
        return self.words.get(kind, "nothing")

    async def check(self, request: Request, parts: Parts, caller: Caller) -> None:
        if caller.user.kind not in self.words:
            raise Problem(NOT_PERMITTED)


async def said_in(request: Request, name: str) -> str | None:
    """A field of the request's body as text; None where there is none to read."""
    try:
        body = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeError):
        return None
    value = body.get(name) if isinstance(body, dict) else None
    return value.lower() if isinstance(value, str) else None


__all__ = ["Named", "OfRow", "Told", "Whose"]
