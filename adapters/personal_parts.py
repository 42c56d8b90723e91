"""Divides an event into what all may read and what is one person's, and joins the two again.

Both parts have the shape of the event. The open part is whole by itself: each personal field holds
what may be read once the person is erased. The personal part holds the true values of those fields
and nothing else; put over the open part it gives the event.
"""

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from domain.personal import ERASED, Personal, has_personal, personal_mark

_Divided = tuple[Any, Any]  # what all may read, and what is personal or NOTHING
_Divide = Callable[[Any], _Divided]
NOTHING = msgspec.UNSET

# What is read in the place of an erased value, where the mark does not say it.
_ERASED_VALUES: dict[Any, Any] = {
    str: ERASED,
    bool: False,
    int: 0,
    Decimal: Decimal(0),
    date: date.min,
    UUID: UUID(int=0),
    tuple: (),
}
_EMPTY = ("", (), None)  # says nothing of anybody, so nothing is hidden


class Unsealable(TypeError):
    """A personal field of a type for which nothing says what is read when it is erased."""


class Parts(NamedTuple):
    """How events of one class are divided; `flat` where no personal field lies deeper in it."""

    divide: _Divide
    flat: bool


def parts_of(kind: type) -> Parts | None:
    """How to divide events of a class, or None where nothing in them is personal.

    Raises Unsealable, with the name of the field.
    """
    if not has_personal(kind):
        return None
    hints = get_type_hints(kind, include_extras=True)
    flat = all(
        personal_mark(hints[f.name]) is not None or not has_personal(hints[f.name])
        for f in fields(kind)
    )
    return Parts(_of_class(kind), flat)


def _of_class(kind: type) -> _Divide:
    hints = get_type_hints(kind, include_extras=True)
    names = [f.name for f in fields(kind)]
    treated: list[tuple[int, str, _Divide]] = []
    for index, name in enumerate(names):
        try:
            divide = _of_hint(hints[name])
        except Unsealable as error:
            raise Unsealable(f"{kind.__qualname__}.{name}: {error}") from None
        if divide is not None:
            treated.append((index, name, divide))
    # A struct of the same fields is made and written faster than a copy of the event would be.
    public = msgspec.defstruct(kind.__name__, [(name, Any) for name in names])
    values_of = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)

    def divide_one(value: Any) -> _Divided:
        values = list(values_of(value))
        hidden: dict[str, Any] = {}
        for index, name, divide in treated:
            values[index], secret = divide(values[index])
            if secret is not NOTHING:
                hidden[name] = secret
        return public(*values), hidden or NOTHING

    return divide_one


def _of_hint(hint: Any) -> _Divide | None:
    """How a field of this type is divided; None where all may read it as it is."""
    mark = personal_mark(hint)
    if mark is not None:
        return _coarse(mark.coarse) if mark.coarse else _whole(_erased_value(hint, mark))
    if not has_personal(hint):
        return None
    if get_origin(hint) is Annotated:
        return _of_hint(get_args(hint)[0])
    if isinstance(hint, type) and is_dataclass(hint):
        return _of_class(hint)
    if get_origin(hint) in {UnionType, Union}:
        (kind,) = (part for part in get_args(hint) if part is not NoneType)
        return _optional(_inside(kind))
    if get_origin(hint) is tuple and get_args(hint)[1:] == (...,):
        return _each(_inside(get_args(hint)[0]))
    raise Unsealable(f"personal fields inside {hint} cannot be told apart")


def _inside(hint: Any) -> _Divide:
    divide = _of_hint(hint)
    assert divide is not None
    return divide


def _optional(inner: _Divide) -> _Divide:
    return lambda value: (None, NOTHING) if value is None else inner(value)


def _coarse(coarse: Callable[[Any], Any]) -> _Divide:
    def divide(value: Any) -> _Divided:
        public = coarse(value)
        return public, NOTHING if public == value else value

    return divide


def _whole(erased: Any) -> _Divide:
    def divide(value: Any) -> _Divided:
        return (value, NOTHING) if value in _EMPTY else (erased, value)

    return divide


def _each(inner: _Divide) -> _Divide:
    def divide(values: Iterable[Any]) -> _Divided:
        both = [inner(value) for value in values]
        hidden = [{} if secret is NOTHING else secret for _, secret in both]
        return [public for public, _ in both], hidden if any(hidden) else NOTHING

    return divide


def _erased_value(hint: Any, mark: Personal) -> Any:
    kind = get_args(hint)[0]
    if get_origin(kind) in {UnionType, Union} and NoneType in get_args(kind):
        return None
    found = _ERASED_VALUES.get(get_origin(kind) or kind)
    if found is None:
        raise Unsealable(f"say with `coarse` what is read of an erased {kind} ({mark.kind})")
    return found


def joined(public: bytes, personal: bytes, *, flat: bool) -> bytes:
    """The whole event as JSON. Where a name stands twice, readers take the later one."""
    if flat:
        return personal if public == b"{}" else b"%b,%b" % (public[:-1], personal[1:])
    return msgspec.json.encode(_over(msgspec.json.decode(public), msgspec.json.decode(personal)))


def _over(public: Any, personal: Any) -> Any:
    """The personal values over the public ones, as deep as both have the same shape."""
    if isinstance(public, dict) and isinstance(personal, dict):
        return {**public, **{k: _over(public.get(k), v) for k, v in personal.items()}}
    if isinstance(public, list) and isinstance(personal, list) and len(public) == len(personal):
        return [_over(one, other) for one, other in zip(public, personal, strict=True)]
    return personal
