"""Striking only what a movement touches gives what striking everything would, on every day."""

import random
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from domain.cession import CESSION
from domain.cession.decide import CedeLosses, MovedClaim, RestrikeLife
from domain.cession.losses import Movement, of_life
from domain.cession.programme import TreatyVersion
from domain.cession.state import Cession
from domain.ids import treaty_id
from domain.money import Money
from domain.periods import Period
from domain.ratio import Ratio
from domain.reinsurance.loss import Risk
from domain.reinsurance.programme import apply_programme
from domain.reinsurance.terms import Attribution, Cover, RiskLevel, Treaty
from tests.support.sample_facts import tzs
from tests.support.sample_treaties import PER_LIFE, QUOTA_SHARE

FIRST = date(2024, 12, 1)
Figures = dict[tuple[UUID, str, UUID], tuple[Money, Money]]
RISK = Risk(member="M-1", policy="P-1", inception_on=date(2024, 12, 1))
YEARS = (Period(date(2024, 1, 1), date(2025, 1, 1)), Period(date(2025, 1, 1), date(2026, 1, 1)))


def version(terms: Treaty, period: Period, **section: object) -> TreatyVersion:
    """One treaty year of its own, whose only section differs as said."""
    changed = replace(terms.sections[0], **section)  # type: ignore[arg-type]  # fields of a section
    code = f"{terms.treaty_id}-{period.from_on.year}"
    own = replace(terms, treaty_id=code, period=period, sections=(changed,))
    return TreatyVersion(treaty_id(code), 1, own)


PROGRAMMES: dict[str, dict[str, object]] = {
    "a share and an excess in order": {},
    "an excess in proportion": {"attribution": Attribution.IN_PROPORTION},
    "an excess from the ground": {"risk": Cover(tzs(900), tzs(2_000), franchise=True)},
    "an excess by claim": {"risk_level": RiskLevel.CLAIM},
}


def programme(kind: str, share: str = "0.4") -> tuple[TreatyVersion, ...]:
    section: dict[str, object] = {"risk": Cover(tzs(900), tzs(2_000)), **PROGRAMMES[kind]}
    return tuple(
        one
        for year in YEARS
        for one in (
            version(QUOTA_SHARE, year, cession=Ratio.of(share)),
            version(PER_LIFE, year, **section),
        )
    )


def history(seed: int, claims: int = 5) -> list[MovedClaim]:
    """Claims of a life, paid and reserved on days that come in no order; some are dated anew."""
    of = random.Random(seed)
    made = []
    for number in range(1, claims + 1):
        loss_on = FIRST + timedelta(days=of.randrange(60))
        movements = []
        for at in range(1, of.randrange(2, 6)):
            if of.random() < 0.15:
                loss_on += timedelta(days=of.randrange(-30, 30))
            day = FIRST + timedelta(days=of.randrange(90))
            paid = Money(of.randrange(-3_000, 99_999), "TZS")
            incurred = Money(of.randrange(-3_000, 99_999), "TZS")
            movements.append((Movement(at, day, loss_on, RISK, paid, incurred), "claim.paid"))
        made.append(MovedClaim(UUID(int=number), f"C-{number}", tuple(movements)))
    return made


def struck_wholly(state: Cession, treaties: tuple[TreatyVersion, ...], day: date) -> Figures:
    paid, incurred = of_life(state.claims.values(), treaties, day)
    of_paid = {(one.version.treaty_id, one.section, one.item): one.ceded for one in paid.taken}
    return {
        (one.version.treaty_id, one.section, UUID(one.item)): (
            of_paid[one.version.treaty_id, one.section, one.item], one.ceded,
        )
        for one in incurred.taken
        if one.ceded or of_paid[one.version.treaty_id, one.section, one.item]
    }  # fmt: skip


def posted(state: Cession, day: date) -> Figures:
    return {key: figures for key, figures in state.posted_by(day).items() if any(figures)}


def assert_as_struck_wholly(state: Cession, treaties: tuple[TreatyVersion, ...]) -> None:
    for after in range(0, 95, 15):
        day = FIRST + timedelta(days=after)
        assert posted(state, day) == struck_wholly(state, treaties, day), day


@pytest.mark.parametrize("kind", PROGRAMMES)
@settings(max_examples=5, deadline=None)
@given(seed=some.integers(0, 10**6), by_one=some.booleans())
def test_every_day_shows_what_the_treaties_take_of_the_whole(
    kind: str, seed: int, by_one: bool
) -> None:
    treaties, claims = programme(kind), history(seed)
    random.Random(seed).shuffle(claims)
    steps = [[claim] for claim in claims] if by_one else [claims[:2], claims[2:]]
    state = Cession()
    for step in steps:
        facts = CESSION.decide(state, CedeLosses(tuple(step), treaties))
        state = CESSION.fold(facts, state)
    assert_as_struck_wholly(state, treaties)
    assert CESSION.decide(state, RestrikeLife(treaties, "nothing is new")) == []
    endorsed = programme(kind, "0.25")
    facts = CESSION.decide(state, RestrikeLife(endorsed, "a smaller share"))
    assert_as_struck_wholly(CESSION.fold(facts, state), endorsed)


def test_the_work_grows_with_the_movements_not_with_their_square(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Claims that come day by day under a limit of many years: counted in losses struck."""
    whole = Period(date(2020, 1, 1), date(2040, 1, 1))
    treaties = (version(QUOTA_SHARE, whole), version(PER_LIFE, whole))
    struck = 0

    def counted(terms, losses, opened=None):  # type: ignore[no-untyped-def]  # as the real one
        nonlocal struck
        struck += len(losses)
        return apply_programme(terms, losses, opened)

    monkeypatch.setattr("domain.cession.together.apply_programme", counted)
    for many in (100, 200):
        claims = tuple(
            MovedClaim(UUID(int=at), f"C-{at:03}", tuple(
                (Movement(n, day + timedelta(days=n), day, RISK, tzs(50), tzs(50)), "claim.paid")
                for n in (1, 2)
            ))
            for at in range(1, many + 1)
            for day in (date(2020, 1, 1) + timedelta(days=at * 3),)
        )  # fmt: skip
        struck = 0
        facts = CESSION.decide(Cession(), CedeLosses(claims, treaties))
        assert len(facts) == 2 * many
        assert struck == 2 * 2 * many  # each movement: its claim alone, paid and incurred
