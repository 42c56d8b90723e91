"""Terms of a treaty are stored in events: they come back as they went in."""

import msgspec
from hypothesis import given

from domain.periods import through
from domain.ratio import Ratio
from domain.reinsurance.accounting_terms import AccountTerms, Levy, LossCorridor, ProfitCommission
from domain.reinsurance.commission_terms import Commission, ScalePoint, SlidingScale
from domain.reinsurance.premium_terms import ExcessPremium, Reinstatements
from domain.reinsurance.terms import (
    Kind,
    LineOfTable,
    Participant,
    ScopeRow,
    Section,
    Surplus,
    Treaty,
)
from tests.domain.reinsurance.book import DAY, treaties, tzs

EVERYTHING = Treaty(
    "T1",
    "TZS",
    (
        Section(
            "S1",
            Kind.SURPLUS,
            cession=Ratio.of("1/3"),
            surplus=Surplus(tzs(50), Ratio(4), table=(LineOfTable("A", tzs(10)),)),
            scope=(ScopeRow(policy="P1", cession=Ratio.of("0.2")),),
            commission=Commission(
                Ratio.of("0.3"), SlidingScale((ScalePoint(Ratio(1), Ratio.of("0.2")),))
            ),
            premium=ExcessPremium(deposit=tzs(9), reinstatements=Reinstatements((Ratio(1),))),
        ),
    ),
    period=through(DAY, DAY),
    participants=(Participant("R1", Ratio(1), Ratio.of("0.225")),),
    hours_clause=72,
    corridor=LossCorridor(Ratio.of("0.8"), Ratio(1)),
    profit_commission=ProfitCommission(Ratio.of("0.2"), deficit_years=2),
    account=AccountTerms(levies=(Levy("tax", Ratio.of("0.05")),), cash_loss_limit=tzs(20)),
)


def test_every_term_survives_storage() -> None:
    assert msgspec.json.decode(msgspec.json.encode(EVERYTHING), type=Treaty) == EVERYTHING


@given(treaty=treaties())
def test_any_treaty_survives_storage(treaty: Treaty) -> None:
    assert msgspec.json.decode(msgspec.json.encode(treaty), type=Treaty) == treaty
