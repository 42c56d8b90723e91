"""The year from its first policy to its last payment, step by step."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

from adapters.clock import SystemClock
from adapters.event_store import EventStore
from adapters.settings import Settings
from cli.demo_book import make_book, planted
from cli.demo_book.plans import HOSPITAL_DEDUCTIBLE, OUTPATIENT_COPAY
from cli.demo_year import claiming, deciding, enrolling, evidence, figures, underwriting
from cli.demo_year.portal import Portal
from cli.demo_year.screen import Screen
from cli.demo_year.staff import hire
from cli.demo_year.telling import Told
from cli.demo_year.year import Year
from deploy.running import Running
from domain.events import CATALOGUE

PATIENCE = 20.0


def play(
    stack: Running,
    settings: Settings,
    members: int,
    seed: int,
    screen: Screen,
    started: float,
) -> tuple[Year, Told]:
    """Play the year against a running stack; `started` is the monotonic time of its beginning.

    A ledger that is not empty gets another book of the same seed beside what it holds. Raises
    StandsStill, PortalRefused or PortalUnreachable where the year cannot go on.
    """
    store = EventStore(stack.database_url, CATALOGUE, tenant=settings.tenant)
    before = store.safe_position()
    book = make_book(members, seed, SystemClock(settings.timezone).today(), edition=before)
    with screen.step("staff hired"):
        hired = hire(settings, stack.database_url)
    portal = Portal(stack.api_url, uuid4())
    year = Year(book, portal, hired, screen, datetime.now(UTC))
    try:
        with screen.step("first family, first claims"):
            enrolling.first_of_all(year)
            for visit in book.examples:
                claiming.submit(year, visit)
        first = claiming.FirstPaid(year)
        with screen.step("first claim scored, decided and paid"):
            first.start()
            first.join(timeout=PATIENCE)  # the year's work would only stand in its way
        enrolling.all_the_rest(year)
        underwriting.all_cases(year)
        commands, claiming_from = portal.counted.writes, time.monotonic()
        claiming.submit_all(year)
        rate = (portal.counted.writes - commands) / (time.monotonic() - claiming_from)
        claiming.wait_until_none(
            year, "claims scored and adjudicated", stage__in="submitted,scored"
        )
        decided = len(year.known.claims) / (time.monotonic() - claiming_from)
        people_decide(year)
        first.join(timeout=1)
        found = figures.gather(year)
        figures.check(year, found)
        examples(year)
        proof = evidence.produce(year, settings.state_dir)
        paid_after = None if first.at is None else first.at - started
        events = store.safe_position() - before
        told = Told(
            found, proof, paid_after, time.monotonic() - started, portal.counted.writes, rate,
            decided, events, portal.counted.repeated,
        )  # fmt: skip
        return year, told
    finally:
        portal.close()
        store.close()


def people_decide(year: Year) -> None:
    """Investigators, processors and managers do their part; then everything approved is paid."""
    deciding.four_eyes(year)
    deciding.investigate(year)
    claiming.wait_until_none(year, "cleared claims adjudicated", stage="scored")
    deciding.approve(year)
    claiming.wait_until_none(year, "approved claims paid", stage="approved")


def examples(year: Year) -> None:
    """The three worked examples came out to the shilling."""
    auditor = year.as_("auditor")

    def shown(key: str) -> str:
        claim = auditor.get(f"/claims/{year.known.claims[key]}")
        return f"{claim['stage']}, {Decimal(claim['paid']):,.0f} paid, {claim['route']}"

    equal = year.promises.equal
    visit, operation = 25_000 - OUTPATIENT_COPAY, 780_000 - HOSPITAL_DEDUCTIBLE
    equal(
        f"25,000 for malaria: {visit:,} is approved by the rules and paid",
        shown(planted.OUTPATIENT_EXAMPLE), f"closed, {visit:,} paid, auto_approved",
    )  # fmt: skip
    equal(
        f"850,000 for surgery: {operation:,} is approved by a manager and paid",
        shown(planted.SURGERY_EXAMPLE), f"closed, {operation:,} paid, manager_approval",
    )  # fmt: skip
    wandering = [v for v in year.book.visits if v.planted == planted.FREQUENT]
    fifths = wandering[4::5]
    reasons = {
        reason
        for visit in fifths
        for reason in auditor.get(f"/claims/{year.known.claims[visit.key]}")["score_reasons"]
    }
    year.promises.keep(
        "five claims in two weeks from five providers: the fifth is suspended",
        "FREQUENCY_ABUSE" in reasons,
        ", ".join(sorted(reasons)) or "no reason found",
    )
