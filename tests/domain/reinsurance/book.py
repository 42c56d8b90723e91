"""Treaties and losses that the tests of reinsurance share, and how hypothesis draws them."""

from datetime import date

from hypothesis import strategies as st

from domain.money import Money
from domain.ratio import Ratio
from domain.reinsurance.loss import Loss, Risk
from domain.reinsurance.terms import (
    Attribution,
    Cover,
    Kind,
    Participant,
    Posting,
    RiskLevel,
    Section,
    Treaty,
)

DAY = date(2025, 3, 10)


def tzs(amount: str | int) -> Money:
    return Money.of(amount, "TZS")


def cover(attachment: str | int | None = None, limit: str | int | None = None) -> Cover:
    return Cover(
        None if attachment is None else tzs(attachment), None if limit is None else tzs(limit)
    )


def quota_share(share: str = "0.40", name: str = "QS", priority: int = 1) -> Treaty:
    section = Section(name, Kind.QUOTA_SHARE, cession=Ratio.of(share))
    return Treaty(name, "TZS", (section,), priority)


def per_life(
    attachment: str | int, limit: str | int, name: str = "XL", priority: int = 1
) -> Treaty:
    section = Section(
        name,
        Kind.PER_RISK_EXCESS,
        risk_level=RiskLevel.MEMBER,
        attribution=Attribution.IN_ORDER,
        risk=cover(attachment, limit),
    )
    return Treaty(name, "TZS", (section,), priority)


def loss(
    item: str,
    amount: str | int,
    *,
    member: str = "",
    event: str = "",
    loss_on: date | None = DAY,
    inception_on: date | None = None,
) -> Loss:
    risk = Risk(member=member or item, policy=f"policy of {item}", inception_on=inception_on)
    return Loss(item, tzs(amount), risk, claim=item, event=event, loss_on=loss_on)


minors = st.integers(min_value=0, max_value=10**12)
days = st.dates(min_value=date(2025, 1, 1), max_value=date(2025, 12, 31))
shares = st.builds(
    lambda top, bottom: Ratio(min(top, bottom), bottom),
    st.integers(min_value=0, max_value=97),
    st.integers(min_value=1, max_value=97),
)


@st.composite
def pairs_of_shares(draw: st.DrawFn) -> tuple[Ratio, Ratio]:
    """Two shares that are at most the whole together."""
    one, other, rest = (draw(st.integers(0, 50)) for _ in range(3))
    whole = max(one + other + rest, 1)
    return Ratio(one, whole), Ratio(other, whole)


@st.composite
def books(draw: st.DrawFn, most: int = 8) -> list[Loss]:
    """Losses of a few members in a few events, each with its own name and date."""
    count = draw(st.integers(min_value=1, max_value=most))
    return [
        Loss(
            f"C{at}",
            Money(draw(minors), "TZS"),
            Risk(member=draw(st.sampled_from("ABC")), policy=draw(st.sampled_from("PQ"))),
            claim=f"C{at}",
            event=draw(st.sampled_from(["", "flood", "fire"])),
            loss_on=draw(days),
        )
        for at in range(count)
    ]


@st.composite
def covers(draw: st.DrawFn) -> Cover:
    amounts = st.one_of(st.none(), st.integers(1, 10**12).map(lambda x: Money(x, "TZS")))
    return Cover(draw(amounts), draw(amounts), draw(st.booleans()))


@st.composite
def sections(draw: st.DrawFn) -> Section:
    """Any combination of share, covers and settings on one section."""
    return Section(
        "S1",
        draw(st.sampled_from(Kind)),
        cession=draw(shares),
        risk_level=draw(st.sampled_from(RiskLevel)),
        risk=draw(covers()),
        occurrence=draw(covers()),
        minimum_lives=draw(st.integers(0, 3)),
        aggregate=draw(covers()),
        placed=draw(shares),
        attribution=draw(st.sampled_from(Attribution)),
    )


@st.composite
def treaties(draw: st.DrawFn) -> Treaty:
    """One section under any posting."""
    return Treaty("T1", "TZS", (draw(sections()),), posting=draw(st.sampled_from(Posting)))


@st.composite
def panels(draw: st.DrawFn) -> tuple[Participant, ...]:
    """Reinsurers whose shares are the whole, in uneven parts."""
    weights = draw(st.lists(st.integers(1, 50), min_size=1, max_size=7))
    whole = sum(weights)
    return tuple(Participant(f"R{at}", Ratio(part, whole)) for at, part in enumerate(weights))
