"""What a report is checked against: the log's own facts, read past all read models."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from adapters.envelope import Recorded
from adapters.event_store import EventStore
from adapters.postgres import Connection
from domain.cession.events import CededLine, CessionRestruck, LossCeded, PremiumCeded
from domain.cession.losses import Movement, StruckClaim
from domain.cession.programme import TreatyVersion
from domain.treaty.events import TreatyCancelled, TreatyEndorsed, TreatyPlaced, TreatySigned
from projections.treaty_reports.building import Built

_NAMES = (
    "cession.loss_ceded",
    "cession.restruck",
    "cession.premium_ceded",
    "treaty.placed",
    "treaty.signed",
    "treaty.endorsed",
    "treaty.cancelled",
)
_PAGE = 5_000

Key = tuple[UUID, str]  # claim and section
LineSums = dict[Key, tuple[int, int]]  # paid and incurred, in minor units


@dataclass
class Evidence:
    """A report, and everything recorded up to its cut-off that it should follow from.

    `issued` are the versions of the same report that left the house, with the hash of their CSV.
    """

    conn: Connection
    built: Built
    events: tuple[Recorded, ...]
    before: Built | None = None
    issued: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> Mapping[str, Recorded]:
        """The facts by event id, as reports print it."""
        return {f"{event.stream_id}:{event.version}": event for event in self.events}

    def of_kind(self, kind: type) -> Iterator[Recorded]:
        """The facts of one kind that belong to days before the end of the period."""
        until = self.built.asked.period.until_on
        return (
            event
            for event in self.events
            if isinstance(event.fact, kind) and event.meta.effective_on < until
        )

    def lines(self) -> Iterator[tuple[Recorded, CededLine]]:
        """Every line that was posted on the treaty of the report, before the period's end."""
        which = self.built.asked.treaty_id
        for kind in (LossCeded, CessionRestruck):
            for event in self.of_kind(kind):
                yield from ((event, one) for one in event.fact.lines if one.treaty_id == which)

    def ceded(self, events: Iterable[tuple[Recorded, CededLine]] | None = None) -> LineSums:
        """What was posted by claim and layer, paid and incurred."""
        sums: LineSums = {}
        for _, line in self.lines() if events is None else events:
            paid, incurred = sums.get((line.claim_id, line.section), (0, 0))
            sums[line.claim_id, line.section] = (
                paid + line.paid.minor,
                incurred + line.incurred.minor,
            )
        return sums

    def ceded_before(self) -> LineSums:
        """The same as the last issued report knew it."""
        before = self.built.asked.before
        if before is None:
            return {}
        first = self.built.asked.period.from_on
        return self.ceded(
            (event, line)
            for event, line in self.lines()
            if event.position <= before.position and event.meta.effective_on < first
        )

    @cached_property
    def struck(self) -> dict[UUID, StruckClaim]:
        """Every claim with the movements that were struck, as known at the cut-off."""
        claims: dict[UUID, StruckClaim] = {}
        for event in self.events:
            fact = event.fact
            if isinstance(fact, LossCeded):
                known = claims.get(fact.claim_id) or StruckClaim(fact.claim_id, fact.claim_number)
                moved = Movement(
                    fact.claim_version, fact.on, fact.loss_on, fact.risk, fact.paid, fact.incurred
                )
                claims[fact.claim_id] = replace(known, moved=(*known.moved, moved))
        return claims

    @cached_property
    def lives(self) -> dict[str, list[StruckClaim]]:
        """The same, by life."""
        lives: dict[str, list[StruckClaim]] = {}
        for claim in self.struck.values():
            lives.setdefault(claim.moved[0].risk.member, []).append(claim)
        return lives

    def premiums(self) -> Iterator[tuple[Recorded, PremiumCeded]]:
        """The ceded premiums that belong into the report."""
        asked = self.built.asked
        known = asked.before.position if asked.before else 0
        for event in self.of_kind(PremiumCeded):
            late = event.meta.effective_on < asked.period.from_on
            if not late or event.position > known:
                yield event, event.fact

    def treaty_versions(self) -> tuple[TreatyVersion, ...]:
        """All versions of all treaties that bound at the cut-off, from their own events."""
        found: dict[UUID, list[TreatyVersion]] = {}
        signed: set[UUID] = set()
        for event in self.events:
            which, fact = event.stream_id, event.fact
            if isinstance(fact, TreatyPlaced):
                found[which] = [TreatyVersion(which, 1, fact.terms)]
            elif isinstance(fact, TreatySigned):
                signed.add(which)
            elif isinstance(fact, TreatyEndorsed):
                found[which].append(
                    TreatyVersion(which, fact.treaty_version, fact.terms, fact.effective_from)
                )
            elif isinstance(fact, TreatyCancelled):
                found[which] = [_until(one, fact.from_on) for one in found[which]]
        return tuple(one for which in found if which in signed for one in found[which])


def _until(version: TreatyVersion, day: date) -> TreatyVersion:
    return TreatyVersion(
        version.treaty_id, version.number, version.terms, version.effective_from, day
    )


def gathered(
    store: EventStore, conn: Connection, built: Built, before: Built | None = None
) -> Evidence:
    """Everything that the report is checked against. `before` is the last issued report of the
    period before, made again."""
    asked = built.asked
    issued = conn.execute(
        "SELECT report_version, csv_sha256 FROM treaty_reports "
        "WHERE tenant = %s AND treaty_id = %s AND kind = %s AND period = %s "
        "AND issued_on IS NOT NULL",
        (asked.tenant, asked.treaty_id, asked.kind, asked.period.name),
    ).fetchall()
    events = tuple(_read(store, asked.position))
    return Evidence(conn, built, events, before, dict(issued))


def _read(store: EventStore, until: int) -> Iterator[Recorded]:
    position = 0
    while True:
        page = store.read_after(position, _PAGE, until=until, names=_NAMES)
        if not page:
            return
        yield from page
        position = page[-1].position
