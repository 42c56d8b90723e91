"""Does a result agree with the known answer? Numbers are compared as decimals.

A result may say more than the answer, but what the answer leaves out as zero must be zero: the
parts of a line, and the entries of tables of amounts.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

# Parts of a line and tables of amounts in which an absent figure means zero.
PARTS = (
    "write_off",
    "balance_bill",
    "deductible",
    "copay",
    "coinsurance",
    "over_limit",
    "over_category",
    "over_ceiling",
    "not_covered",
    "plan_pays",
    "pays",
)
TABLES = ("accumulators", "accumulator_change", "changed", "recover")


def differences(expected: Any, result: Any, where: str = "") -> list[str]:
    """Every place where the result contradicts the answer; empty = they agree."""
    return list(_differences(expected, result, where))


def cells_too_many(expected: Mapping[str, Any], result: Mapping[str, Any]) -> list[str]:
    """Cells of triangles that the answer does not have: a zero there is not the same as nothing.

    Only tables of rows are held to it; what else a query answers may say more.
    """
    return [
        f"{name}.{origin}.{lag}: no cell expected, {_shown(value)} found"
        for name, rows in expected.items()
        if rows and all(_is_row(row) for row in rows.values())
        for origin, row in result.get(name, {}).items()
        for lag, value in (row.items() if _is_row(row) else ())
        if lag not in rows.get(origin, {})
    ]


def _is_row(row: Any) -> bool:
    return isinstance(row, Mapping) and all(lag.isdigit() for lag in row)


def _differences(expected: Any, result: Any, where: str) -> Iterator[str]:
    if isinstance(expected, Mapping) and isinstance(result, Mapping):
        for key, value in expected.items():
            below = f"{where}.{key}" if where else str(key)
            if key not in result:
                yield f"{below}: {_shown(value)} is missing"
            else:
                yield from _differences(value, result[key], below)
        yield from _not_zero(expected, result, where)
    elif isinstance(expected, list) and isinstance(result, list):
        if len(expected) != len(result):
            yield f"{where}: {len(expected)} entries expected, {len(result)} found"
        for number, (one, other) in enumerate(zip(expected, result, strict=False)):
            yield from _differences(one, other, f"{where}[{number}]")
    elif not same(expected, result):
        yield f"{where}: {_shown(expected)} expected, {_shown(result)} found"


def _not_zero(expected: Mapping[str, Any], result: Mapping[str, Any], where: str) -> Iterator[str]:
    table = where.rpartition(".")[2] in TABLES
    for key, value in result.items():
        counts = table or ("line" in expected and key in PARTS)
        if counts and key not in expected and not same(value, "0"):
            yield f"{where}.{key}: zero expected, {_shown(value)} found"


def same(one: Any, other: Any) -> bool:
    """Equal as decimals where both are numbers, else equal as they stand."""
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return bool(one == other)


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)
