"""Three applications for cover, one for every way that underwriting can go."""

from dataclasses import dataclass

from cli.demo_book.facilities import CURRENCY
from domain.money import Money
from domain.underwriting.events import Declaration, Occupation


@dataclass(frozen=True, slots=True)
class Applied:
    """`ends` says how the case must end: by the rules, signed by an underwriter, or offered."""

    key: str
    sum_assured: Money
    base_premium: Money
    declaration: Declaration
    ends: str
    loading_bps: int
    exclusions: tuple[str, ...]
    premium: Money


def tzs(shillings: int) -> Money:
    return Money.of(shillings, CURRENCY)


APPLICATIONS = (
    Applied(
        "young-and-well", tzs(1_000_000), tzs(50_000),
        Declaration(28, False, 231, (), Occupation.LOW_RISK),
        "approved_by_rules", 0, (), tzs(50_000),
    ),
    Applied(
        "builder-with-hypertension", tzs(5_000_000), tzs(75_000),
        Declaration(45, False, 320, ("hypertension, controlled",), Occupation.MEDIUM_RISK),
        "approved", 1_500, (), tzs(86_250),
    ),
    Applied(
        "smoker-with-diabetes", tzs(10_000_000), tzs(200_000),
        Declaration(55, True, 290, ("type 2 diabetes",), Occupation.LOW_RISK),
        "offered", 4_000, ("E11.9",), tzs(280_000),
    ),
)  # fmt: skip
