"""Chain ladder against published triangles, and the figures that stand on it."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from domain.actuarial.chain_ladder import ChainLadder, chain_ladder, link_ratios
from domain.actuarial.metrics import experience_table, per_member_month, run_off
from domain.money import Money
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from tests.domain.actuarial.history import tzs

# Published with chainladder 0.10.1: name of the total, file, column, columns of a year's lag.
PUBLISHED = (
    ("raa", "raa.csv", "values"),
    ("genins", "genins.csv", "values"),
    ("ukmotor", "ukmotor.csv", "values"),
    ("abc", "abc.csv", "values"),
    ("mw2008", "mw2008.csv", "values"),
    ("mortgage", "mortgage.csv", "values"),
    ("mcl.incurred", "mcl.csv", "incurred"),
    ("mcl.paid", "mcl.csv", "paid"),
    ("quarterly.incurred", "quarterly.csv", "incurred"),
    ("quarterly.paid", "quarterly.csv", "paid"),
)


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def published(path: Path, column: str) -> dict[str, list[int]]:
    """Origin to cumulative amounts in order of development, in cents."""
    cells: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows_of(path):
        if row[column]:
            cells[row["origin"]][row["development"]] = int(Decimal(row[column]) * 100)
    return {at: [row[lag] for lag in sorted(row)] for at, row in sorted(cells.items())}


@pytest.mark.parametrize(("name", "file", "column"), PUBLISHED, ids=[x[0] for x in PUBLISHED])
def test_reserves_are_those_published(shared_data: Path, name: str, file: str, column: str) -> None:
    folder = shared_data / "data/actuarial"
    totals = {row["triangle"]: row for row in rows_of(folder / "expected/totals.csv")}
    ladder = chain_ladder(published(folder / "triangles" / file, column), "USD")
    assert abs(ladder.total_ibnr.amount - Decimal(totals[name]["ibnr"])) <= Decimal("0.01")
    latest = sum(one.latest.minor for one in ladder.origins)
    assert latest == int(Decimal(totals[name]["latest"]) * 100)


def test_a_column_is_developed_by_its_volume_not_by_the_mean_of_its_ratios() -> None:
    assert link_ratios([(100, 200, 220), (300, 300), (50,)]) == (
        Fraction(500, 400), Fraction(220, 200),
    )  # fmt: skip


def small() -> ChainLadder:
    return chain_ladder({"a": (60_000, 90_000), "b": (66_000,)}, "TZS")


def test_the_latest_figure_grows_by_the_factors_that_are_left() -> None:
    ladder = small()
    assert ladder.completion == (Fraction(2, 3), Fraction(1))
    assert ladder.of("b").ultimate == tzs(990)
    assert ladder.of("b").ibnr == ladder.total_ibnr == tzs(330)
    assert ladder.of("a").ibnr == tzs(0)


def test_a_column_of_nothing_keeps_what_there_is() -> None:
    ladder = chain_ladder({"a": (0, 0), "b": (500,)}, "TZS")
    assert ladder.of("b").ultimate == tzs(5)


def test_a_triangle_that_cannot_develop_is_refused() -> None:
    with pytest.raises(RuleBroken, match=r"triangle\.no_development"):
        chain_ladder({"a": (100, 0), "b": (100,)}, "TZS")
    with pytest.raises(RuleBroken, match=r"triangle\.empty_row"):
        chain_ladder({"a": ()}, "TZS")


def test_experience_says_nothing_where_there_is_nothing_to_divide_by() -> None:
    table = experience_table(small(), {"b": tzs(1_100)}, {"a": Ratio(20).exact})
    first, second = table
    assert (first.loss_ratio, first.pmpm_paid) == (None, tzs(45))
    assert (second.loss_ratio, second.pmpm_paid) == (Fraction(9, 10), None)


def test_cost_per_member_and_month_is_rounded_once() -> None:
    assert per_member_month(tzs(1_067), Fraction(21)) == tzs("50.81")
    assert per_member_month(Money(0, "TZS"), Fraction(21)) == tzs(0)


def test_a_reserve_that_was_more_than_enough_shows_a_gain() -> None:
    assert run_off(tzs(1_000), tzs(600), tzs(250)).result == tzs(150)
