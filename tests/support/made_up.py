"""Made-up values of the domain's own types for hypothesis: any command, any fact.

Values come from small pools, so that the same member, day or amount meets itself often.
"""

import types
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.adjudication.determination import LineDetermination
from domain.money import Money
from domain.periods import Period
from domain.ratio import Ratio

DAYS = st.sampled_from([date(2025, 1, 1) + timedelta(days=30 * n) for n in range(-2, 16)])
CURRENCIES = st.sampled_from(["TZS", "TZS", "TZS", "USD"])
MINOR = st.sampled_from([0, 1, 150_000, 2_350_000, 2_500_000, -1]) | st.integers(-(10**15), 10**15)

PARTS = (
    "write_off", "balance_bill", "deductible", "copay", "coinsurance", "over_limit", "not_covered",
    "plan_pays",
)  # fmt: skip


def moneys() -> SearchStrategy[Money]:
    return st.builds(Money, MINOR, CURRENCIES)


def periods() -> SearchStrategy[Period]:
    return st.builds(
        lambda start, days: Period(start, None if days is None else start + timedelta(days=days)),
        DAYS,
        st.sampled_from([None, 0, 1, 30, 365]),
    )


def decided_lines() -> SearchStrategy[LineDetermination]:
    """Lines whose parts add up, as the constructor demands."""

    def line(parts: list[int], currency: str, rest: dict[str, Any]) -> LineDetermination:
        moneys = {name: Money(minor, currency) for name, minor in zip(PARTS, parts, strict=True)}
        billed = Money(sum(parts), currency)
        return LineDetermination(**{**rest, **moneys, "billed": billed})

    rest = {f: t for f, t in _fields(LineDetermination).items() if f not in {*PARTS, "billed"}}
    return st.builds(
        line,
        st.lists(st.integers(0, 10**9), min_size=len(PARTS), max_size=len(PARTS)),
        CURRENCIES,
        st.fixed_dictionaries({name: made_up(kind) for name, kind in rest.items()}),
    )


SIMPLE: dict[type, SearchStrategy[Any]] = {
    str: st.sampled_from(["", "Asha", "Upanga – Ilala", "CON-001", "neema", "juma"]),
    int: st.integers(-(2**40), 2**40),
    bool: st.booleans(),
    date: DAYS,
    UUID: st.sampled_from([UUID(int=7 << 76 | 2 << 62 | n) for n in range(4)]),
    Decimal: st.decimals(-1000, 1000, places=2, allow_nan=False),
    Money: moneys(),
    Period: periods(),
    Ratio: st.builds(Ratio, st.integers(-(2**40), 2**40), st.integers(1, 2**40)),
    datetime: st.datetimes(
        datetime(2000, 1, 1),  # noqa: DTZ001 - the zone comes beside it
        datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
}


@cache
def made_up(kind: Any) -> SearchStrategy[Any]:
    """Values of a type as the domain declares its fields."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in SIMPLE:
        return SIMPLE[kind]
    if kind is type(None):
        return st.none()
    if kind is LineDetermination:
        return st.deferred(decided_lines)
    if origin is Annotated:
        return made_up(arguments[0])
    if origin in (Union, types.UnionType):
        return st.one_of([made_up(argument) for argument in arguments])
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(made_up(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(made_up, arguments))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    assert isinstance(kind, type), f"say in made_up how values of {kind} are made"
    assert is_dataclass(kind), f"say in made_up how values of {kind} are made"
    return st.builds(kind, **{name: made_up(of) for name, of in _fields(kind).items()})


def _fields(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: hints[field.name] for field in fields(kind) if field.init}
