"""Cessions: struck on everything known, posted as differences, the same in whatever order."""

from datetime import date
from itertools import permutations
from uuid import UUID

import pytest

from domain.cession import CESSION
from domain.cession.decide import (
    CedeLosses,
    CedePremium,
    MovedClaim,
    RestrikeLife,
    StrikeYear,
)
from domain.cession.events import CededLine, CessionRestruck, LossCeded, PremiumCeded
from domain.cession.losses import Movement
from domain.cession.programme import TreatyVersion, by_life, by_year, struck_by_life
from domain.cession.state import Cession
from domain.ids import treaty_id
from domain.money import Money
from domain.ratio import Ratio
from domain.reinsurance.loss import Loss, Risk
from tests.support.sample_facts import CLAIM, MEMBER, POLICY, tzs
from tests.support.sample_treaties import CATASTROPHE, PER_LIFE, QUOTA_SHARE, YEAR

OTHER = UUID("01890000-0000-7000-8000-0000000000aa")
QS = TreatyVersion(treaty_id("QS-2025"), 1, QUOTA_SHARE)
XL = TreatyVersion(treaty_id("XL-2025"), 1, PER_LIFE)
RISK = Risk(member=str(MEMBER), policy=str(POLICY), inception_on=YEAR.from_on)


def moved(
    version: int, day: date, paid: int, incurred: int, loss_on: date | None = None
) -> Movement:
    return Movement(version, day, loss_on or date(2025, 3, 3), RISK, tzs(paid), tzs(incurred))


def cede(claim: UUID, number: str, *movements: Movement) -> CedeLosses:
    movements_with_events = tuple((one, "claim.paid") for one in movements)
    return CedeLosses((MovedClaim(claim, number, movements_with_events),), (QS, XL))


def after(*commands: CedeLosses | RestrikeLife) -> tuple[Cession, list[object]]:
    state = Cession()
    facts: list[object] = []
    for command in commands:
        more = CESSION.decide(state, command)
        state = CESSION.fold(more, state)
        facts += more
    return state, facts


def posted(state: Cession, day: date) -> dict[tuple[str, UUID], tuple[int, int]]:
    return {
        (section, claim): (paid.minor, incurred.minor)
        for (_, section, claim), (paid, incurred) in state.posted_by(day).items()
    }


FIRST = moved(3, date(2025, 3, 4), 0, 30_000)
PAID = moved(6, date(2025, 3, 10), 30_000, 0)
SECOND = moved(4, date(2025, 2, 1), 25_000, 25_000, date(2025, 1, 30))


def test_a_quota_share_takes_its_part_and_the_excess_reads_what_is_left() -> None:
    state, facts = after(cede(CLAIM, "C-1", FIRST, PAID))
    assert [type(fact) for fact in facts] == [LossCeded, LossCeded]
    # 40 % of 30,000; of the 18,000 that are left nothing exceeds 20,000
    assert posted(state, date(2025, 3, 4)) == {("QS", CLAIM): (0, 1_200_000)}
    assert posted(state, date(2025, 3, 10)) == {("QS", CLAIM): (1_200_000, 1_200_000)}


def test_two_claims_of_a_life_together_reach_the_excess() -> None:
    state, _ = after(cede(CLAIM, "C-1", FIRST, PAID), cede(OTHER, "C-2", SECOND))
    # 18,000 and 15,000 are left: 13,000 above 20,000, taken from the later loss
    last = posted(state, date(2025, 12, 31))
    assert last["L1", CLAIM] == (1_300_000, 1_300_000)
    assert posted(state, date(2025, 2, 28)) == {("QS", OTHER): (1_000_000, 1_000_000)}


def test_the_order_in_which_movements_come_changes_no_day() -> None:
    days = [date(2025, 2, 1), date(2025, 3, 4), date(2025, 3, 10), date(2025, 12, 31)]
    commands = (
        cede(CLAIM, "C-1", FIRST, PAID),
        cede(OTHER, "C-2", SECOND),
        cede(UUID(int=7), "C-3", moved(2, date(2025, 3, 6), 9_000, 9_000, date(2025, 3, 5))),
    )
    seen = {
        tuple(
            tuple(sorted((k, v) for k, v in posted(after(*order)[0], day).items() if any(v)))
            for day in days
        )
        for order in permutations(commands)
    }
    assert len(seen) == 1


def test_claims_of_a_life_struck_together_are_struck_as_one_by_one() -> None:
    one, two = cede(CLAIM, "C-1", FIRST, PAID), cede(OTHER, "C-2", SECOND)
    together = CedeLosses((*one.claims, *two.claims), (QS, XL))
    state, facts = after(together)
    assert [type(fact) for fact in facts] == [LossCeded] * 3  # by day, nothing is struck twice
    apart, _ = after(one, two)
    for day in (date(2025, 2, 1), date(2025, 3, 4), date(2025, 3, 10)):
        assert posted(state, day) == posted(apart, day)


def test_what_came_before_is_not_ceded_twice() -> None:
    state, _ = after(cede(CLAIM, "C-1", FIRST, PAID))
    assert CESSION.decide(state, cede(CLAIM, "C-1", FIRST, PAID)) == []
    assert CESSION.decide(state, RestrikeLife((QS, XL), "again")) == []


def test_an_endorsement_strikes_again_and_posts_the_difference_only() -> None:
    state, _ = after(cede(CLAIM, "C-1", FIRST, PAID))
    from dataclasses import replace

    section = replace(QUOTA_SHARE.sections[0], cession=Ratio.of("0.5"))
    half = replace(QUOTA_SHARE, sections=(section,))
    endorsed = (QS, TreatyVersion(QS.treaty_id, 2, half, date(2025, 1, 1)), XL)
    facts = CESSION.decide(state, RestrikeLife(endorsed, "endorsement 2"))
    lines = [line for fact in facts if isinstance(fact, CessionRestruck) for line in fact.lines]
    assert sum(line.paid.minor for line in lines) == 300_000
    assert {line.treaty_version for line in lines} == {2}
    july = (QS, TreatyVersion(QS.treaty_id, 2, half, date(2025, 7, 1)), XL)
    assert CESSION.decide(state, RestrikeLife(july, "from July")) == []


def test_a_claim_that_moves_out_of_the_treaty_year_takes_everything_back() -> None:
    outside = moved(9, date(2025, 4, 1), 0, 0, date(2024, 12, 30))
    state, _ = after(cede(CLAIM, "C-1", FIRST, PAID, outside))
    assert posted(state, date(2025, 4, 1)) == {("QS", CLAIM): (0, 0)}


def test_a_reversal_gives_back_to_the_minor_unit() -> None:
    back = moved(8, date(2025, 5, 1), -30_000, -30_000)
    state, _ = after(cede(CLAIM, "C-1", FIRST, PAID, back))
    assert all(v == (0, 0) for v in posted(state, date(2025, 12, 31)).values())


def test_nothing_is_said_of_claims_that_no_treaty_covers() -> None:
    old = moved(2, date(2019, 5, 2), 100, 100, date(2019, 5, 1))
    assert after(cede(CLAIM, "C-1", old))[1] == []


def test_limits_over_events_and_years_are_struck_for_all_losses_together() -> None:
    cat = TreatyVersion(treaty_id("CAT-2025"), 1, CATASTROPHE)
    assert struck_by_life(QUOTA_SHARE)
    assert struck_by_life(PER_LIFE)
    assert not struck_by_life(CATASTROPHE)
    assert (by_life((QS, XL, cat)), by_year((QS, XL, cat))) == ((QS, XL), (cat,))
    losses = tuple(
        (
            Loss(str(UUID(int=at)), tzs(300_000), Risk(member=f"M{at}"), event="flood",
                 loss_on=date(2025, 5, 1)),
        ) * 2
        for at in range(1, 4)
    )  # fmt: skip
    command = StrikeYear(date(2025, 6, 30), losses, (QS, XL, cat), "half year")
    (fact,) = CESSION.decide(Cession(), command)
    assert isinstance(fact, CessionRestruck)
    assert sum(line.incurred.minor for line in fact.lines) == tzs(400_000).minor
    assert CESSION.decide(CESSION.fold([fact]), command) == []


def test_premium_is_ceded_once_with_its_commission() -> None:
    command = CedePremium(POLICY, "POL-1", 1, RISK, date(2025, 1, 1), tzs(600_000), (QS, XL))
    (fact,) = CESSION.decide(Cession(), command)
    assert isinstance(fact, PremiumCeded)
    (line,) = fact.lines
    assert (line.premium, line.commission, line.base) == (tzs(240_000), tzs(72_000), tzs(600_000))
    assert CESSION.decide(CESSION.fold([fact]), command) == []


@pytest.mark.parametrize("share", ["0.4", "1/3", "0.45"])
def test_a_line_carries_its_own_way(share: str) -> None:
    from dataclasses import replace

    section = replace(QUOTA_SHARE.sections[0], cession=Ratio.of(share))
    terms = TreatyVersion(QS.treaty_id, 1, replace(QUOTA_SHARE, sections=(section,)))
    claim = MovedClaim(CLAIM, "C-1", ((FIRST, "claim.adjudicated"),))
    command = CedeLosses((claim,), (terms,))
    (fact,) = CESSION.decide(Cession(), command)
    assert isinstance(fact, LossCeded)
    line: CededLine = fact.lines[0]
    assert line.why[0].rule == "ceded share"
    assert line.why[-1].amount == line.incurred
    assert line.base_incurred == Money(3_000_000, "TZS")
