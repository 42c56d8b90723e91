"""The claims of a life as the days go by, and the lines that are posted on each day.

A day is struck after the movements that belong to it. Movements that were struck before are
followed without striking up to the first day on which anything is new; from there on, what they
touch is struck again and differs only where something new concerns it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.cession.events import CededLine, TracedStep
from domain.cession.losses import Movement
from domain.cession.programme import Taken, TreatyVersion, by_life, chosen_for
from domain.cession.state import Cession, Key
from domain.cession.together import Figures, SectionKey, Standing, Together
from domain.money import Money
from domain.reinsurance.loss import Loss

Posted = dict[UUID, dict[SectionKey, Figures]]
Lines = tuple[CededLine, ...]


@dataclass(frozen=True, slots=True)
class NewMovement:
    """A movement that was not struck yet, of a claim."""

    claim_id: UUID
    number: str
    moved: Movement


@dataclass(slots=True)
class Life:
    """Where its claims stand on a day, under the treaties that apply to each."""

    treaties: tuple[TreatyVersion, ...]
    claims: dict[UUID, Standing] = field(default_factory=dict)
    _among: dict[UUID, Together] = field(default_factory=dict)
    _together: dict[tuple[tuple[UUID, int], ...], Together] = field(default_factory=dict)
    _of_days: dict[tuple[date, date | None], Together] = field(default_factory=dict)

    def move(self, claim_id: UUID, number: str, moved: Movement) -> None:
        """Let a claim move; whatever this may change is struck by the next `strike`."""
        claim = self.claims.get(claim_id)
        if claim is None:
            nothing = Money.zero(moved.paid.currency)
            claim = self.claims[claim_id] = Standing(claim_id, number, moved, nothing, nothing)
        place, before = claim.place, self._among.get(claim_id)
        last = moved if moved.version >= claim.last.version else claim.last
        after = self._where(last)
        if before is not None and (before is not after or place[0] != last.loss_on):
            before.take_out(place)
            before = None
        claim.paid, claim.incurred = claim.paid + moved.paid, claim.incurred + moved.incurred
        claim.last = last
        if before is None:
            after.put(claim)
            self._among[claim_id] = after
        after.touched.add(claim.place)

    def strike(self) -> list[Standing]:
        """The claims that were struck again, because something touched them."""
        touched = [together for together in self._together.values() if together.touched]
        return [claim for together in touched for claim in together.strike()]

    def touch(self, claims: Iterable[UUID]) -> None:
        """Have the next `strike` look at these claims as well."""
        for claim_id in claims:
            if (together := self._among.get(claim_id)) is not None:
                together.touched.add(self.claims[claim_id].place)

    def stand(self, posted: Mapping[UUID, Mapping[SectionKey, Figures]]) -> None:
        """Take what was posted for what the sections have, instead of striking."""
        for claim_id, claim in self.claims.items():
            self._among[claim_id].stand(claim, dict(posted.get(claim_id, {})))

    def _where(self, last: Movement) -> Together:
        """Among which claims this one stands: those under the same treaties."""
        days = last.loss_on, last.risk.inception_on
        known = self._of_days.get(days)
        if known is None:
            loss = Loss("", last.paid, last.risk, loss_on=last.loss_on)
            chosen = by_life(chosen_for(self.treaties, loss))
            which = tuple((one.treaty_id, one.number) for one in chosen)
            known = self._of_days[days] = self._together.setdefault(which, Together(chosen))
        return known


def posted_day_by_day(
    cession: Cession,
    treaties: tuple[TreatyVersion, ...],
    new: Sequence[NewMovement],
    since: date = date.max,
) -> Iterator[tuple[date, NewMovement | None, Lines]]:
    """The lines of each new movement; and of each day, from the first new one or `since` on, on
    which what was posted before has changed."""
    first = min((one.moved.on for one in new), default=since)
    known = _by_day(
        NewMovement(claim.claim_id, claim.number, moved)
        for claim in cession.claims.values()
        for moved in claim.moved
    )
    coming = _by_day(new)
    life, posted = Life(treaties), Posted()
    for day in sorted({*known, *cession.posted}):
        if day < first:
            for one in known.get(day, ()):
                life.move(one.claim_id, one.number, one.moved)
            _add(posted, cession.posted.get(day, {}))
    life.stand(posted)
    for day in sorted(day for day in {*known, *coming, *cession.posted} if day >= first):
        for one in known.get(day, ()):
            life.move(one.claim_id, one.number, one.moved)
        before = cession.posted.get(day, {})
        life.touch(claim for _, _, claim in before)
        _add(posted, before)
        for one in coming.get(day, ()):
            life.move(one.claim_id, one.number, one.moved)
            yield day, one, _post(life, posted)
        if day not in coming and (lines := _post(life, posted)):
            yield day, None, lines


def _by_day(movements: Iterable[NewMovement]) -> dict[date, list[NewMovement]]:
    """By day; on a day by number and version, as a claim's own history goes."""
    days: dict[date, list[NewMovement]] = {}
    for one in sorted(movements, key=lambda one: (one.number, one.moved.version)):
        days.setdefault(one.moved.on, []).append(one)
    return days


def _add(posted: Posted, lines: Mapping[Key, Figures]) -> None:
    for (treaty, section, claim), figures in lines.items():
        of_claim = posted.setdefault(claim, {})
        known = of_claim.get((treaty, section))
        of_claim[treaty, section] = (
            figures if known is None else (known[0] + figures[0], known[1] + figures[1])
        )


def _post(life: Life, posted: Posted) -> Lines:
    """The lines that bring what is posted to what is struck; they count as posted from now on."""
    found = [
        line
        for claim in life.strike()
        for line in _differences(claim, posted.get(claim.claim_id, {}))
    ]
    found.sort(key=lambda line: (not line.treaty, line.priority, *_key(line)))
    for line in found:
        _add(posted, {_key(line): (line.paid, line.incurred)})
    return tuple(found)


def _differences(claim: Standing, posted: Mapping[SectionKey, Figures]) -> Iterator[CededLine]:
    """The lines of one claim, without zeros."""
    nothing = Money.zero(claim.paid.currency)
    for key, (paid, incurred) in claim.struck.items():
        before = posted.get(key, (nothing, nothing))
        if before != (paid.ceded, incurred.ceded):
            yield ceded_line(claim.claim_id, before, paid, incurred)
    for key, before in posted.items():
        if key not in claim.struck and any(before):
            yield taken_back((*key, claim.claim_id), before)


def ceded_line(claim_id: UUID, before: Figures, paid: Taken | None, incurred: Taken) -> CededLine:
    """What is posted now, where `before` was posted already."""
    nothing = Money.zero(incurred.ceded.currency)
    return CededLine(
        incurred.version.treaty_id,
        incurred.version.code,
        incurred.version.number,
        incurred.section,
        incurred.version.terms.priority,
        claim_id,
        (paid.ceded if paid else nothing) - before[0],
        incurred.ceded - before[1],
        paid.base if paid else nothing,
        incurred.base,
        tuple(TracedStep(rule, amount) for rule, amount in incurred.why),
    )


def taken_back(key: Key, before: Figures) -> CededLine:
    """A claim that no longer attaches to the treaty: what was ceded of it goes back whole."""
    nothing = Money.zero(before[0].currency)
    return CededLine(key[0], "", 0, key[1], 0, key[2], -before[0], -before[1], nothing, nothing)


def _key(line: CededLine) -> Key:
    return line.treaty_id, line.section, line.claim_id
