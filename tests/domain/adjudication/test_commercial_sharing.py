"""What the member of a commercial plan bears, with figures to check by hand."""

from decimal import Decimal

import pytest

from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances
from domain.adjudication.case import Network, Service
from domain.adjudication.product import (
    Benefit,
    Copay,
    CopayPer,
    FamilyStyle,
    Rounding,
    Whose,
    family_thresholds,
)
from domain.adjudication.steps import commercial
from domain.money import RoundingMode
from tests.domain.adjudication.written_short import (
    claim,
    decide,
    line,
    one,
    parts,
    plan,
    rate,
    tzs,
    used,
)


def test_without_any_sharing_the_plan_pays_the_bill() -> None:
    assert one(plan(), line(5000)) == {"plan_pays": "5000"}


@pytest.mark.parametrize(
    ("network", "gap"), [(Network.IN, "write_off"), (Network.OUT, "balance_bill")]
)
def test_the_gap_above_the_contract_price_depends_on_the_network(
    network: Network, gap: str
) -> None:
    case = claim(line(5000, contract_price=tzs(4000)), network=network)
    decided = adjudicate(case, plan(), Balances()).lines[0]
    assert parts(decided) == {gap: "1000", "plan_pays": "4000"}
    assert decided.member_pays == (tzs(0) if network is Network.IN else tzs(1000))


def test_a_contract_price_above_the_bill_changes_nothing() -> None:
    assert one(plan(), line(5000, contract_price=tzs(9000))) == {"plan_pays": "5000"}


@pytest.mark.parametrize(
    ("order", "shared"),
    [
        (
            ("deductible", "copay", "coinsurance"),
            {"deductible": "1000", "copay": "500", "coinsurance": "700", "plan_pays": "2800"},
        ),
        (
            ("copay", "coinsurance", "deductible"),
            {"deductible": "1000", "copay": "500", "coinsurance": "900", "plan_pays": "2600"},
        ),
        (
            ("coinsurance", "deductible", "copay"),
            {"deductible": "1000", "copay": "500", "coinsurance": "1000", "plan_pays": "2500"},
        ),
        (("copay",), {"copay": "500", "plan_pays": "4500"}),
    ],
)
def test_the_order_of_sharing_is_the_plans_own(
    order: tuple[str, ...], shared: dict[str, str]
) -> None:
    terms = plan(
        orders=commercial(order),
        deductibles=family_thresholds(tzs(1000), None),
        benefits=(Benefit(category="care", copay=Copay(tzs(500)), shares=rate("0.20")),),
    )
    assert one(terms, line(5000)) == shared


@pytest.mark.parametrize(
    ("per", "copays"),
    [(CopayPer.LINE, [500, 500]), (CopayPer.CLAIM, [500, 0]), (CopayPer.UNIT, [1500, 500])],
)
def test_a_copay_is_for_a_line_a_claim_or_a_unit(per: CopayPer, copays: list[int]) -> None:
    terms = plan(benefits=(Benefit(category="care", copay=Copay(tzs(500), per)),))
    decided = decide(terms, line(5000, quantity=Decimal(3)), line(5000))
    assert [each.copay for each in decided.lines] == [tzs(amount) for amount in copays]


def test_what_a_small_line_could_not_bear_of_a_copay_per_claim_the_next_one_bears() -> None:
    terms = plan(benefits=(Benefit(category="care", copay=Copay(tzs(500), CopayPer.CLAIM)),))
    decided = decide(terms, line(300), line(5000), line(5000))
    assert [each.copay for each in decided.lines] == [tzs(300), tzs(200), tzs(0)]


@pytest.mark.parametrize(
    ("least", "most", "share"),
    [(None, None, 1000), (1500, None, 1500), (None, 400, 400), (9000, None, 5000)],
)
def test_coinsurance_stays_within_its_least_and_most(
    least: int | None, most: int | None, share: int
) -> None:
    benefit = Benefit(
        category="care",
        shares=rate("0.20"),
        coinsurance_min=None if least is None else tzs(least),
        coinsurance_max=None if most is None else tzs(most),
    )
    assert decide(plan(benefits=(benefit,)), line(5000)).lines[0].coinsurance == tzs(share)


@pytest.mark.parametrize(
    ("mode", "unit", "share"),
    [
        (RoundingMode.HALF_UP, 100, "42"),
        (RoundingMode.HALF_EVEN, 100, "42"),
        (RoundingMode.FLOOR, 100, "41"),
        (RoundingMode.HALF_UP, 1, "41.63"),
        (RoundingMode.FLOOR, 1, "41.62"),
        (RoundingMode.HALF_UP, 500, "40"),
    ],
)
def test_rounding_unit_and_mode_are_the_plans_own(
    mode: RoundingMode, unit: int, share: str
) -> None:
    terms = plan(
        rounding=Rounding(unit, mode),
        benefits=(Benefit(category="care", shares=rate("0.125")),),
    )
    assert decide(terms, line(333)).lines[0].coinsurance == tzs(share)


@pytest.mark.parametrize(("whose", "paid"), [(Whose.MEMBER, "1000"), (Whose.PLAN, "4000")])
def test_a_percentage_is_the_members_or_the_plans(whose: Whose, paid: str) -> None:
    terms = plan(percent_is=whose, benefits=(Benefit(category="care", shares=rate("0.80")),))
    assert one(terms, line(5000))["plan_pays"] == paid


@pytest.mark.parametrize(
    ("style", "mine", "ours", "deducted"),
    [
        (FamilyStyle.EMBEDDED, 0, 0, 1000),
        (FamilyStyle.EMBEDDED, 0, 1700, 300),
        (FamilyStyle.EMBEDDED, 1000, 1000, 0),
        (FamilyStyle.AGGREGATE, 0, 0, 2000),
        (FamilyStyle.AGGREGATE, 1000, 1500, 500),
    ],
)
def test_family_deductibles_are_embedded_or_aggregate(
    style: FamilyStyle, mine: int, ours: int, deducted: int
) -> None:
    terms = plan(deductibles=family_thresholds(tzs(1000), tzs(2000), style))
    before = Balances(
        {"A|2025-01-01|deductible": mine * 100, "F|2025-01-01|deductible": ours * 100}
    )
    assert decide(terms, line(9000), before=before).lines[0].deductible == tzs(deducted)


def test_the_out_of_pocket_maximum_cuts_coinsurance_then_copay_then_deductible() -> None:
    terms = plan(
        deductibles=family_thresholds(tzs(1000), None),
        out_of_pocket=family_thresholds(tzs(5000), None),
        benefits=(Benefit(category="care", copay=Copay(tzs(500)), shares=rate("0.20")),),
    )
    shared = [
        {"deductible": "1000", "copay": "500", "coinsurance": "700", "plan_pays": "2800"},
        {"deductible": "1000", "copay": "500", "coinsurance": "300", "plan_pays": "3200"},
        {"deductible": "1000", "copay": "100", "plan_pays": "3900"},
        {"deductible": "600", "plan_pays": "4400"},
        {"plan_pays": "5000"},
    ]
    borne = [0, 3200, 3900, 4400, 6000]
    assert [one(terms, line(5000), before=used(oop=oop)) for oop in borne] == shared


def test_only_what_the_member_really_pays_is_credited() -> None:
    terms = plan(
        deductibles=family_thresholds(tzs(1000), None),
        out_of_pocket=family_thresholds(tzs(600), None),
    )
    decided = decide(terms, line(5000))
    assert {entry.key: entry.amount_minor for entry in decided.entries} == {
        "A|2025-01-01|deductible": 60000,
        "F|2025-01-01|deductible": 60000,
        "A|2025-01-01|oop": 60000,
        "F|2025-01-01|oop": 60000,
        "A|2025-01-01|paid": 440000,
        "F|2025-01-01|paid": 440000,
    }


def test_a_categorys_cap_on_the_deductible_holds_for_the_whole_year() -> None:
    terms = plan(
        deductibles=family_thresholds(tzs(1000), None),
        benefits=(Benefit(category="care"), Benefit(category="xray", deductible_cap=tzs(300))),
    )
    decided = decide(terms, line(200, "xray"), line(200, "xray"), line(2000))
    assert [each.deductible for each in decided.lines] == [tzs(200), tzs(100), tzs(700)]


def test_a_bundle_costs_no_more_than_its_flat_price_in_a_commercial_plan_either() -> None:
    bundle = Service("B", bundle_price=Decimal(300))
    assert one(plan(), line(800, quantity=Decimal(2), service=bundle)) == {
        "write_off": "200",
        "plan_pays": "600",
    }
    assert one(plan(), line(500, service=bundle)) == {"write_off": "200", "plan_pays": "300"}


def test_a_copay_per_claim_waits_for_a_line_that_the_deductible_has_not_eaten() -> None:
    terms = plan(
        deductibles=family_thresholds(tzs(300), None),
        benefits=(Benefit(category="care", copay=Copay(tzs(500), CopayPer.CLAIM)),),
    )
    decided = decide(terms, line(300), line(5000))
    assert [each.copay for each in decided.lines] == [tzs(0), tzs(500)]
