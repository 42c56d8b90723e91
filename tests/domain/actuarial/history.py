"""Claim histories that the actuarial tests share, and how hypothesis draws them."""

from datetime import date, timedelta

from hypothesis import strategies as st

from domain.actuarial.movement import ClaimMovement, MovementKind, Segment
from domain.money import Money

IN, OUT = (("care", "inpatient"),), (("care", "outpatient"),)
FIRST = date(2024, 11, 5)


def tzs(amount: str | int) -> Money:
    return Money.of(amount, "TZS")


class History:
    """Writes movements in the order they are recorded."""

    def __init__(self) -> None:
        self.movements: list[ClaimMovement] = []

    def add(
        self,
        claim: str,
        kind: MovementKind,
        effective_on: date,
        recorded_on: date | None = None,
        *,
        amount: str | int | None = None,
        service_on: date | None = None,
        into: str = "",
        segment: Segment = (),
    ) -> "History":
        self.movements.append(
            ClaimMovement(
                len(self.movements) + 1,
                claim,
                kind,
                effective_on,
                recorded_on or effective_on,
                None if amount is None else tzs(amount),
                service_on,
                into,
                segment,
            )
        )
        return self

    def opened(self, claim: str, service_on: date, on: date, segment: Segment = ()) -> "History":
        kind = MovementKind.OPENED
        return self.add(claim, kind, on, service_on=service_on, segment=segment)

    def paid(
        self, claim: str, amount: str | int, on: date, recorded_on: date | None = None
    ) -> "History":
        return self.add(claim, MovementKind.PAID, on, recorded_on, amount=amount)


@st.composite
def histories(draw: st.DrawFn) -> list[ClaimMovement]:
    """A few claims with payments, reserves, corrections, voids and merges, recorded in order."""
    history = History()
    names = [f"C{at}" for at in range(draw(st.integers(1, 4)))]
    for name in names:
        service_on = FIRST + timedelta(days=draw(st.integers(0, 200)))
        history.opened(name, service_on, service_on, draw(st.sampled_from([IN, OUT])))
    kinds = st.sampled_from([k for k in MovementKind if k is not MovementKind.OPENED])
    merged: set[str] = set()
    on = FIRST + timedelta(days=200)
    for _ in range(draw(st.integers(0, 12))):
        name, kind = draw(st.sampled_from(names)), draw(kinds)
        on += timedelta(days=draw(st.integers(0, 40)))
        effective_on = on - timedelta(days=draw(st.integers(0, 90)))
        into = ""
        if kind is MovementKind.MERGED:
            others = [one for one in names if one != name and one not in merged]
            if name in merged or not others:
                continue
            into = others[0]
            merged.add(name)
        history.add(
            name,
            kind,
            effective_on,
            on,
            amount=draw(st.integers(-500, 1000))
            if kind in (MovementKind.PAID, MovementKind.RESERVE)
            else None,
            service_on=FIRST + timedelta(days=draw(st.integers(0, 200)))
            if kind is MovementKind.SERVICE_DATE
            else None,
            into=into,
        )
    return history.movements
