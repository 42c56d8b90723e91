"""Which fields are personal data, and whose they are, said where the field is declared.

A field that is marked `Personal` is sealed with the key of one person before it is stored, masked
in lists and logs, and unreadable for ever once that person is erased. A field without a mark is
not personal.

Whose the marked fields are, for each event, in this order:

1. the person named by the field of the event that is marked `Person`;
2. the stream itself, where the aggregate is a person (`Catalogue.persons`);
3. the person of whom the stream has spoken before: the field of its state, or of an earlier event
   of the same command, that is marked `Person`.

An event speaks of one person. What two persons share is recorded in two events. The reason of a
command, which stands in the envelope, names grounds and never a person.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from uuid import UUID

ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Personal:
    """`kind` is identity (who it is), contact (how to reach them), health (sensitive) or note
    (what somebody wrote about them).

    `coarse` makes of the value what may be known without the person: it stays readable beside the
    sealed value, and alone when the person is erased. Made of its own result it gives the same.
    """

    kind: str
    coarse: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Marks the field that names the person whose data an event or a state holds."""


PersonId = Annotated[UUID, Person()]
IdentityText = Annotated[str, Personal("identity")]
ContactText = Annotated[str, Personal("contact")]
HealthText = Annotated[str, Personal("health")]
NoteText = Annotated[str, Personal("note")]
HealthTexts = Annotated[tuple[str, ...], Personal("health")]


@cache
def person_field(kind: Any) -> str | None:
    """The name of the field marked `Person`, in an event's or a state's class."""
    if not is_dataclass(kind):
        return None
    hints = get_type_hints(kind, include_extras=True)
    return next((f.name for f in fields(kind) if _marked(hints[f.name], Person)), None)


@cache
def _person_getter(kind: Any) -> Callable[[Any], UUID | None] | None:
    name = person_field(kind)
    return None if name is None else attrgetter(name)


def person_named(value: Any) -> UUID | None:
    """The person that an event or a state names in the field marked `Person`."""
    kind: Any = type(value)
    getter = _person_getter(kind)
    return None if getter is None else getter(value)


def personal_mark(hint: Any) -> Personal | None:
    """The mark of a field, by its type hint with extras."""
    return next((m for m in getattr(hint, "__metadata__", ()) if isinstance(m, Personal)), None)


@cache
def has_personal(kind: Any) -> bool:
    """Whether a class has a field marked `Personal`, in itself or in what its fields hold."""
    return _has_personal(kind, frozenset())


def _has_personal(hint: Any, seen: frozenset[Any]) -> bool:
    if get_origin(hint) is Annotated:
        return personal_mark(hint) is not None or _has_personal(get_args(hint)[0], seen)
    if isinstance(hint, type) and is_dataclass(hint) and hint not in seen:
        inner = get_type_hints(hint, include_extras=True)
        return any(_has_personal(inner[f.name], seen | {hint}) for f in fields(hint))
    return any(_has_personal(part, seen) for part in get_args(hint))


def _marked(hint: Any, mark: type) -> bool:
    if get_origin(hint) is Annotated:
        return any(isinstance(m, mark) for m in get_args(hint)[1:])
    return any(_marked(part, mark) for part in get_args(hint))
