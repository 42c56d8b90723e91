"""The year's claims: submitted as they come, and waited for until everybody's work is done."""

import time
from threading import Thread

from cli.demo_book import planted
from cli.demo_book.visits import Visit
from cli.demo_year import lanes, wire
from cli.demo_year.portal import PortalRefused
from cli.demo_year.year import Year

# How the ledger must answer what should not be claimed; everything else must be taken in.
MUST_REFUSE = {
    planted.LAPSED: "claim.no_cover",
    planted.SAME_INVOICE: "invoice.already_registered",
}
LONGEST_STANDSTILL = 60.0
COUNTED_UP_TO = 10_000  # beyond that a list does not tell how many more there are


class StandsStill(Exception):
    """Claims wait and none of them moves."""


def submit(year: Year, visit: Visit) -> None:
    """Submit a visit as a claim; a refusal is kept beside the claims that were taken in."""
    known = year.known
    body = wire.claim(
        visit,
        known.members[visit.person],
        known.policies[visit.family],
        known.providers[visit.facility],
    )
    try:
        known.claims[visit.key] = year.as_("desk").post("/claims", body, visit.key)["id"]
    except PortalRefused as refused:
        if not refused.rule:
            raise
        known.refused[visit.key] = refused.rule


def submit_all(year: Year) -> None:
    """All visits in the order of their days; those of one family never pass each other."""
    visits = year.book.visits
    with year.screen.step("claims submitted", len(visits)) as bar:

        def one(visit: Visit) -> None:
            submit(year, visit)
            bar.step()

        lanes.run(lanes.by_key(visits, lambda visit: visit.family), one)
    refused = year.known.refused
    wrong = {
        visit.key: f"{refused.get(visit.key, 'taken in')} ({visit.planted or 'ordinary'})"
        for visit in visits
        if refused.get(visit.key) != MUST_REFUSE.get(visit.planted)
    }
    year.promises.keep(
        "claims without cover and doubled invoices are refused, all others taken in",
        not wrong,
        f"{len(year.known.claims):,} taken in, {len(refused)} refused"
        + "".join(f"; {key}: {why}" for key, why in list(wrong.items())[:5]),
    )


def wait_until_none(year: Year, what: str, **filters: str) -> None:
    """Wait until none of this demo's claims fits the filters any more; raises StandsStill."""
    left = year.count(**filters)
    total, moved_at = left, time.monotonic()
    with year.screen.step(what, total) as bar:
        while left:
            time.sleep(0.25)
            now = year.count(**filters)
            if now != left or now >= COUNTED_UP_TO:
                left, moved_at = now, time.monotonic()
                total = max(total, left)
                bar.at(total - left)
            elif time.monotonic() - moved_at > LONGEST_STANDSTILL:
                raise StandsStill(
                    f"{left} claims stay {filters}: `bima failures list` and `bima status` tell why"
                )
        bar.at(total)


class FirstPaid(Thread):
    """Watches for the first payment from the side; `at` is its instant (monotonic)."""

    def __init__(self, year: Year) -> None:
        super().__init__(name="first-paid", daemon=True)
        self._year = year
        self.at: float | None = None

    def run(self) -> None:
        claim_id = self._year.known.claims[planted.OUTPATIENT_EXAMPLE]
        auditor = self._year.as_("auditor")
        until = time.monotonic() + 120
        while self.at is None and time.monotonic() < until:
            try:
                if auditor.get(f"/claims/{claim_id}")["stage"] == "closed":
                    self.at = time.monotonic()
            except PortalRefused:  # the read model has not seen the claim yet
                pass
            time.sleep(0.1)
