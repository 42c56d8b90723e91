"""The shape of every answer: success with data, a list with its pages, or an error."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

import msgspec
from fastapi import Response
from pydantic import BaseModel, Field

from api.money import shown as amount
from domain.money import Money

T = TypeVar("T")
Headers = Mapping[str, str]

_encode = msgspec.json.Encoder(enc_hook=str).encode


class Answer(Response):
    """An answer whose body is JSON bytes already."""

    media_type = "application/json"


class Raw:
    """JSON that is written already, as the database made it."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = msgspec.Raw(text.encode())


def success(
    data: object,
    message: str = "",
    *,
    status: int = 200,
    at: datetime | None = None,
    headers: Headers | None = None,
) -> Response:
    """The answer to a request that did what it was asked; `at` is now where left out."""
    content = {
        "success": True,
        "data": data.text if isinstance(data, Raw) else data,
        "message": message,
        "timestamp": stamp(at),
    }
    return Answer(_encode(content), status, headers=headers)


def failure(
    status: int,
    code: str,
    message: str,
    details: Mapping[str, object] | None = None,
    headers: Headers | None = None,
) -> Response:
    """The answer to a request that could not be carried out."""
    content = {
        "success": False,
        "error": {"code": code, "message": message, "details": plain(details or {})},
        "timestamp": stamp(None),
    }
    return Answer(_encode(content), status, headers=headers)


def stamp(at: datetime | None) -> str:
    """An instant as answers show it: UTC, to the microsecond where there is one."""
    at = datetime.now(UTC) if at is None else at.astimezone(UTC)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def plain(value: object) -> Any:
    """A value of the domain as JSON shows it: amounts, days and choices as text."""
    if isinstance(value, Money):
        return amount(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    fields = getattr(type(value), "__dataclass_fields__", None)
    if fields is None:
        return str(value)
    return {name: plain(getattr(value, name)) for name in fields}


# What OpenAPI says of the three shapes.


class Success(BaseModel, Generic[T]):
    """A request that did what it was asked."""

    success: bool = Field(True, json_schema_extra={"const": True})
    data: T
    message: str = ""
    timestamp: datetime


class PageOf(BaseModel, Generic[T]):
    """A part of a list. `cursor` continues it, however many entries come in between."""

    results: Sequence[T]
    count: int
    count_is_exact: bool = True
    page: int | None = None
    page_size: int
    num_pages: int | None = None
    next: str | None = None
    previous: str | None = None
    cursor: str | None = None


class Fault(BaseModel):
    """What was wrong; `details.errors` lists every field with its reason."""

    code: str
    message: str
    details: dict[str, Any] = {}


class Failure(BaseModel):
    """A request that could not be carried out."""

    success: bool = Field(False, json_schema_extra={"const": False})
    error: Fault
    timestamp: datetime
