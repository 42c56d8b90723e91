"""Requests that are the domain's own data: a dataclass becomes a body, and the body a dataclass.

Large configurations (the terms of a product) are not written down a second time for the API: the
form follows from the class, with amounts as text and unknown fields refused by name.
"""

from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import GenericAlias, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, create_model

from api.fields import Body, Count, Day, Flag, Word
from api.money import Amount
from domain.money import Money
from domain.ratio import Ratio

T = TypeVar("T")

_EXACT = r"^-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?$"
Exact = Annotated[
    str,
    StringConstraints(strict=True, pattern=_EXACT),
    AfterValidator(Decimal),
    Field(examples=["0.20"]),
]
Small = Annotated[Count, Field(ge=-1_000_000_000, le=1_000_000_000)]

_RATIO = r"^(\d{1,9}(\.\d{1,9})?|\.\d{1,9})(/\d{1,9})?%?$"
Fractional = Annotated[
    str,
    StringConstraints(strict=True, pattern=_RATIO),
    AfterValidator(Ratio.of),
    Field(examples=["0.40"]),
]
"""A share or rate: `0.40`, `40%` or `1/3`, exactly."""
_KINDS: dict[Any, Any] = {
    Ratio: Fractional,
    Money: Amount, Decimal: Exact, date: Day, int: Small, bool: Flag, str: Word,
}  # fmt: skip
MOST_ITEMS = 2_000


@cache
def form_of(kind: type) -> type[BaseModel]:
    """A body with the fields and defaults of a dataclass."""
    hints = get_type_hints(kind)
    made: dict[str, Any] = {}
    for one in fields(kind):
        default = ... if one.default is MISSING else one.default
        if is_dataclass(default):
            default = None
        made[one.name] = (_of(hints[one.name]) | None if default is None else _of(hints[one.name]),
                          default)  # fmt: skip
    return create_model(f"{kind.__name__}Form", __base__=Body, __doc__=kind.__doc__, **made)


def filled(form: BaseModel, kind: type[T]) -> T:
    """The dataclass that a validated form describes; what was not said keeps its default."""
    hints = get_type_hints(kind)
    said = {name: _value(getattr(form, name), hints[name]) for name in form.model_fields_set}
    return kind(**{name: value for name, value in said.items() if value is not _UNSAID})


_UNSAID = object()


def _of(hint: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (UnionType, Union):
        return Union[tuple(_of(one) for one in inner)]  # noqa: UP007  # made at run time
    if origin is tuple:
        if inner[-1] is Ellipsis:
            several = GenericAlias(tuple, (_of(inner[0]), ...))
            return Annotated[several, Field(max_length=MOST_ITEMS)]
        return GenericAlias(tuple, tuple(_of(one) for one in inner))
    if hint in _KINDS:
        return _KINDS[hint]
    return form_of(hint) if is_dataclass(hint) and isinstance(hint, type) else hint


def _value(value: Any, hint: Any) -> Any:
    kinds = [one for one in _parts(hint) if one is not type(None)]
    if value is None:
        return None if type(None) in _parts(hint) else _UNSAID
    if isinstance(value, BaseModel):
        return filled(value, next(one for one in kinds if isinstance(one, type)))
    if isinstance(value, tuple):
        inner = get_args(kinds[0])
        return tuple(
            _value(item, inner[0 if inner[-1] is Ellipsis else at]) for at, item in enumerate(value)
        )
    return value


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (UnionType, Union) else (hint,)
