"""Whose rows a caller sees: staff all, everybody else their own, nobody by default.

What is whose stands in `projections.whose`; here it becomes conditions of queries.
"""

from collections.abc import Iterable

from api.access import Caller
from api.errors import NOT_PERMITTED, Problem, not_found
from api.resources import Field, Resource
from api.statements import Beside, Statement
from projections.whose import Everybody, condition


def visible_fields(caller: Caller, resource: Resource) -> dict[str, Field]:
    """The fields that a caller may see, filter and sort by; raises Problem where there are none."""
    if not caller.outside:
        return resource.fields
    rule = resource.rule_for(caller.user.kind)
    if rule is None:
        raise not_found()
    return resource.impersonal if isinstance(rule, Everybody) else resource.fields


def only_visible(statement: Statement, caller: Caller, resource: Resource) -> None:
    """Add the condition that leaves a caller's own rows; raises Problem where none can be."""
    if not caller.outside:
        return
    if resource.rule_for(caller.user.kind) is None:
        raise not_found()
    statement.conditions.append(_own(statement, caller, resource, "t"))


def expansions(
    statement: Statement,
    caller: Caller,
    resource: Resource,
    names: Iterable[str],
    *,
    masked: bool = False,
) -> tuple[Beside, ...]:
    """What stands beside a row, under the rules of a direct read; raises Problem."""
    return tuple(_expansion(statement, caller, resource, name, masked) for name in names)


def _expansion(
    statement: Statement, caller: Caller, resource: Resource, name: str, masked: bool
) -> Beside:
    column, other = resource.expands[name]
    if not caller.may(other.view):
        raise Problem(NOT_PERMITTED, details={"permission": other.view})
    shown = other.masked if masked else visible_fields(caller, other)
    fields = tuple(shown.values())
    seen = f" AND {_own(statement, caller, other, 'o')}" if caller.outside else ""
    return Beside(name, column, other, fields, seen)


def _own(statement: Statement, caller: Caller, resource: Resource, row: str) -> str:
    rule = resource.rule_for(caller.user.kind)
    speaks_of_own = not (rule is None or isinstance(rule, Everybody))
    own = statement.put(list(caller.own)) if speaks_of_own else ""
    return condition(resource.table, caller.user.kind, row, own)
