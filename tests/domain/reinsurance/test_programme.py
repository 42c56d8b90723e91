"""Several treaties on one loss: inuring order, one priority, overspill."""

from dataclasses import replace

import pytest
from hypothesis import given

from domain.money import Money, total
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.ceded_premium import cede_premiums
from domain.reinsurance.commission_terms import Commission
from domain.reinsurance.loss import Loss, Premium
from domain.reinsurance.programme import ProgrammeResult, apply_programme
from domain.reinsurance.terms import (
    Kind,
    Overspill,
    Posting,
    Section,
    Treaty,
)
from tests.domain.reinsurance.book import (
    books,
    cover,
    loss,
    minors,
    pairs_of_shares,
    per_life,
    quota_share,
    treaties,
    tzs,
)


def gross(losses: list[Loss]) -> Money:
    return total((one.amount for one in losses), "TZS")


def ceded(result: ProgrammeResult) -> Money:
    return total((x.recovered for x in result.cessions), "TZS")


@given(losses=books(), first=treaties(), second=treaties())
def test_ceded_and_retained_are_the_gross_loss(
    losses: list[Loss], first: Treaty, second: Treaty
) -> None:
    posted = [replace(x, posting=Posting.LOSS) for x in (first, second)]
    programme = [posted[0], replace(posted[1], treaty_id="T2", priority=2)]
    result = apply_programme(programme, losses)
    assert ceded(result) + result.retained == gross(losses)
    assert all(one.amount.minor >= 0 for one in result.net)


@given(losses=books(), shares=pairs_of_shares())
def test_treaties_of_one_priority_read_the_same_loss_in_any_order(
    losses: list[Loss], shares: tuple[Ratio, Ratio]
) -> None:
    programme = [quota_share(str(shares[0]), "A"), quota_share(str(shares[1]), "B")]
    first, second = apply_programme(programme, losses), apply_programme(programme[::-1], losses)
    assert first.recovered("A") + first.recovered("B") == second.recovered("A") + second.recovered(
        "B"
    )
    assert first.net == second.net


@given(amount=minors)
def test_two_halves_of_an_odd_amount_never_make_more_than_the_whole(amount: int) -> None:
    programme = [quota_share("1/2", "A"), quota_share("1/2", "B")]
    result = apply_programme(programme, [Loss("C1", Money(amount, "TZS"))])
    assert result.retained.minor == 0
    assert ceded(result).minor == amount


@given(amount=minors, shares=pairs_of_shares())
def test_premium_is_ceded_without_remainder_and_goes_back_as_it_came(
    amount: int, shares: tuple[Ratio, Ratio]
) -> None:
    programme = [quota_share(str(shares[0]), "A"), quota_share(str(shares[1]), "B")]
    there = cede_premiums(programme, [Premium("P", Money(amount, "TZS"))])
    back = cede_premiums(programme, [Premium("P", Money(-amount, "TZS"))])
    assert sum(line.premium.minor for line in there.lines) + there.net["P"].minor == amount
    assert [-line.premium for line in back.lines] == [line.premium for line in there.lines]


def test_a_later_priority_reads_the_rounded_rest() -> None:
    programme = [quota_share("0.20", "NAT"), quota_share("0.40", "QS", priority=2)]
    result = apply_programme(programme, [loss("C1", "333333.33")])
    assert result.recovered("NAT") == tzs("66666.67")
    assert result.recovered("QS") == tzs("106666.66")
    assert result.retained == tzs("160000.00")


def test_inuring_order_matters() -> None:
    one = [loss("C1", 100_000_000)]
    share_first = [quota_share("0.40", "QS", 1), per_life(20_000_000, 30_000_000, "XL", 2)]
    excess_first = [per_life(20_000_000, 30_000_000, "XL", 1), quota_share("0.40", "QS", 2)]
    assert apply_programme(share_first, one).retained == tzs(30_000_000)
    assert apply_programme(excess_first, one).retained == tzs(42_000_000)


def test_the_inuring_order_is_the_priority_not_the_order_of_listing() -> None:
    one = [loss("C1", 100_000_000)]
    programme = [quota_share("0.40", "QS", 1), per_life(20_000_000, 30_000_000, "XL", 2)]
    listed = programme[::-1]
    assert apply_programme(listed, one) == apply_programme(programme, one)


def test_more_than_the_whole_in_one_priority_is_refused_and_not_capped() -> None:
    programme = [quota_share("0.70", "A"), quota_share("0.40", "B")]
    with pytest.raises(RuleBroken) as refusal:
        apply_programme(programme, [loss("C1", 1_000_000)])
    assert refusal.value.code == "treaty.over_ceded"
    assert refusal.value.facts["sum_of_cessions"] == Ratio.of("1.10")
    with pytest.raises(RuleBroken, match=r"treaty\.over_ceded"):
        cede_premiums(programme, [Premium("P", tzs(100))])


def capped(name: str, share: str, most: int) -> Treaty:
    section = Section(name, Kind.QUOTA_SHARE, cession=Ratio.of(share), occurrence=cover(limit=most))
    return Treaty(name, "TZS", (section,), posting=Posting.EVENT, overspill=Overspill.TO_THE_EVENT)


def test_what_an_event_limit_cuts_off_goes_back_to_the_event() -> None:
    losses = [loss("1", 12_000, event="e"), loss("2", 5_000, event="e")]
    result = apply_programme([capped("A", "0.5", 5_000)], losses)
    assert result.recovered("A") == tzs(5_000)
    assert result.overspill("A") == tzs(3_500)
    assert result.retained == tzs(12_000)
    assert [one.amount for one in result.net] == [tzs(6_000), tzs(2_500), tzs(3_500)]


def test_an_overspill_meets_the_catastrophe_cover_and_not_the_cover_per_life() -> None:
    losses = [loss("1", 12_000, event="e"), loss("2", 5_000, event="e")]
    working = per_life(200, 3_800, "WXL", 2)
    section = Section("CAT", Kind.CATASTROPHE_EXCESS, occurrence=cover(500, 9_500))
    cat = Treaty("CAT", "TZS", (section,), 3, posting=Posting.EVENT)
    result = apply_programme([capped("A", "0.5", 5_000), working, cat], losses)
    assert result.recovered("WXL") == tzs(3_800 + 2_300)
    assert result.recovered("CAT") == tzs(6_000 + 2_500 + 3_500 - 6_100 - 500)
    assert result.retained == tzs(500)


def test_excess_covers_do_not_share_the_premium() -> None:
    (section,) = quota_share("0.40").sections
    section = replace(section, commission=Commission(Ratio.of("0.30")))
    programme = [Treaty("QS", "TZS", (section,)), per_life(10, 10, "XL", 2)]
    result = cede_premiums(programme, [Premium("P1", tzs("845000.50"))])
    (line,) = result.lines
    assert (line.premium, line.commission) == (tzs("338000.20"), tzs("101400.06"))
    assert result.net["P1"] == tzs("507000.30")
