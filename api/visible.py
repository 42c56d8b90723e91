"""Whose rows a caller sees: staff all, members and providers their own, nobody by default."""

from collections.abc import Iterable

from api.access import Caller
from api.errors import NOT_PERMITTED, Problem, not_found
from api.resources import Field, Resource
from api.statements import Beside, Statement


def visible_fields(caller: Caller, resource: Resource) -> dict[str, Field]:
    """The fields that a caller may see, filter and sort by; raises Problem where there are none."""
    if not caller.outside or caller.user.kind in resource.owners:
        return resource.fields
    if resource.shared:
        return resource.impersonal
    raise not_found()


def only_visible(statement: Statement, caller: Caller, resource: Resource) -> None:
    """Add the condition that leaves a caller's own rows; raises Problem where none can be."""
    if not caller.outside:
        return
    column = resource.owners.get(caller.user.kind)
    if column is not None:
        subject = caller.user.subject_id
        as_text = resource.table.column(column).type is str
        statement.equals(column, str(subject) if as_text else subject)
    elif not resource.shared:
        raise not_found()


def expansions(
    statement: Statement, caller: Caller, resource: Resource, names: Iterable[str]
) -> tuple[Beside, ...]:
    """What stands beside a row, under the rules of a direct read; raises Problem."""
    return tuple(_expansion(statement, caller, resource, name) for name in names)


def _expansion(statement: Statement, caller: Caller, resource: Resource, name: str) -> Beside:
    column, other = resource.expands[name]
    if not caller.may(other.view):
        raise Problem(NOT_PERMITTED, details={"permission": other.view})
    fields = tuple(visible_fields(caller, other).values())
    condition = ""
    owner = other.owners.get(caller.user.kind)
    if caller.outside and owner is not None:
        condition = f" AND o.{owner} = {statement.put(caller.user.subject_id)}"
    return Beside(name, column, other, fields, condition)
