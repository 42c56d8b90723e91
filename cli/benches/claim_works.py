"""How fast claims are decided: as pure functions, and end to end from submission to decision."""

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import count
from uuid import UUID, uuid4

from adapters.reaction_tasks import ReactionTasks, Task
from adapters.settings import Settings
from adapters.wakeup import Wakeup
from cli.benches.measuring import Work
from cli.benches.yardsticks import PLAIN
from commands.claims import Submission, submit_claim
from commands.context import Context, Desk
from commands.members import Enrolment, enrol_member
from commands.policies import NewPolicy, issue_policy
from commands.products import VersionOfProduct, product_id, publish_version
from commands.providers import Registration, TariffPublication, publish_tariff, register_provider
from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances
from domain.adjudication.case import Case, ClaimLine, Cover, CoveredMember, Member
from domain.adjudication.configurations import requirements_plan
from domain.adjudication.product import (
    Benefit,
    Copay,
    CopayPer,
    Limit,
    Scope,
    Share,
    ShareKind,
    Terms,
    Threshold,
)
from domain.claim.events import BilledLine
from domain.member.events import MemberDetails, Sex
from domain.money import Money
from domain.periods import Period
from domain.provider.events import Level, TariffPrice
from projections.__main__ import serve
from workers.feed import Feed
from workers.handling import Handler
from workers.place import open_handler
from workers.queues import Sender, bundled

DAY = date(2025, 3, 3)
YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
FAMILIES = 400
AT_ONCE = 400
WORKERS = 4
PATIENCE = 120.0
PURE = "claims of two lines decided, pure, one process"
WHOLE = "claims from submission to decision, feed and workers"


def tzs(shillings: int) -> Money:
    return Money.of(shillings, "TZS")


def terms() -> Terms:
    """Deductible, copay, coinsurance, out-of-pocket maximum, and limits of member and family."""
    tenth = Share("any", ShareKind.PERCENT, Decimal("0.1"), Decimal("0.1"))
    return replace(
        requirements_plan("BENCH"),
        benefits=(
            Benefit(category="outpatient", copay=Copay(tzs(1_500), CopayPer.CLAIM)),
            Benefit(category="laboratory", shares=(tenth,)),
        ),
        deductibles=(Threshold(Scope.MEMBER, tzs(20_000)),),
        out_of_pocket=(Threshold(Scope.MEMBER, tzs(500_000)),),
        limits=(
            Limit("annual limit", tzs(5_000_000), Scope.MEMBER, reason="ANNUAL_LIMIT"),
            Limit("family limit", tzs(9_000_000), Scope.FAMILY, reason="FAMILY_LIMIT"),
        ),
    )


def pure(seconds: float) -> Work:
    """The engine alone: a case, terms and balances in, a determination with its trace out."""

    def rate() -> float:
        plan, one = terms(), _case()
        decided, started = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - started) < seconds:
            for _ in range(50):
                adjudicate(one, plan, Balances())
            decided += 50
        return decided / elapsed

    return Work(PURE, "claims/s", rate)


def _case() -> Case:
    lines = (
        ClaimLine(1, "CON-001", "outpatient", Decimal(1), tzs(15_000), tzs(12_000)),
        ClaimLine(2, "LAB-014", "laboratory", Decimal(2), tzs(30_000), tzs(28_000)),
    )
    cover = Cover(
        "POL", "BENCH", "active", "new", YEAR.from_on, date(2025, 12, 31), (CoveredMember("M"),)
    )
    born = Member(date(1985, 2, 14), "F")
    return Case("C", "M", "POL", DAY, lines, claimed_on=DAY, member=born, covers=(cover,))


@dataclass
class ClaimBook:
    """Families, each a member with a policy, and a provider with its prices."""

    desk: Desk
    provider: UUID = field(default_factory=uuid4)
    families: list[tuple[UUID, UUID]] = field(default_factory=list)
    number: Iterator[int] = field(default_factory=lambda: count(1))

    def prepare(self) -> None:
        version = VersionOfProduct("BENCH", "Bench", YEAR.from_on, terms())
        publish_version(self.desk, self.context(), version)
        registration = Registration("Bench Hospital", Level.HOSPITAL, "Mwanza", "1", "C-1", YEAR)
        made = register_provider(self.desk, self.context(), registration)
        self.provider = UUID(made.answer["id"])
        prices = (
            TariffPrice("CON-001", "Consultation", "outpatient", tzs(12_000)),
            TariffPrice("LAB-014", "Malaria test", "laboratory", tzs(14_000)),
        )
        publish_tariff(self.desk, self.context(), TariffPublication(self.provider, YEAR, prices))
        with ThreadPoolExecutor(8) as pool:
            self.families = list(pool.map(self._family, range(FAMILIES)))

    def _family(self, number: int) -> tuple[UUID, UUID]:
        details = MemberDetails("Asha", f"Mushi {number}", date(1985, 2, 14), Sex.FEMALE)
        member = UUID(enrol_member(self.desk, self.context(), Enrolment(details)).answer["id"])
        policy = NewPolicy(product_id("BENCH"), member, (member,), YEAR, tzs(100_000))
        return member, UUID(issue_policy(self.desk, self.context(), policy).answer["id"])

    def submit(self) -> None:
        """The next claim of the next family, of two lines."""
        number = next(self.number)
        member, policy = self.families[number % len(self.families)]
        lines = (
            BilledLine(1, "CON-001", "Consultation", "outpatient", Decimal(1), tzs(15_000)),
            BilledLine(2, "LAB-014", "Malaria test", "laboratory", Decimal(2), tzs(30_000)),
        )
        claim = Submission(
            member, policy, self.provider, "outpatient", DAY, DAY, ("B54",), lines,
            invoice_no=f"B-{number}",
        )  # fmt: skip
        submit_claim(self.desk, self.context(), claim)

    def context(self) -> Context:
        command = uuid4()
        return Context("bench", command, command, self.desk.clock.now(), DAY)


class InProcess(Sender):
    """Hands tasks to threads of this process, where Bima puts them on the queues of Valkey."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._pool = ThreadPoolExecutor(WORKERS)
        self._open = 0
        self._lock = threading.Lock()

    def send(self, tasks: Iterable[Task]) -> bool:
        for together in bundled(tasks):
            with self._lock:
                self._open += 1
            self._pool.submit(self._handle, [(it.position, it.reaction) for it in together])
        return True

    def waiting(self) -> int | None:
        return self._open

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _handle(self, keys: list[tuple[int, str]]) -> None:
        try:
            self._handler.handle(keys)
        finally:
            with self._lock:
                self._open -= 1


@contextmanager
def machinery(desk: Desk, settings: Settings) -> Iterator[None]:
    """Feed, workers and read models, while the block runs."""
    sender = InProcess(open_handler(settings))
    feed = Feed(desk.store, ReactionTasks(desk.store.pool, settings.tenant), sender)
    leave, wakeup = threading.Event(), Wakeup(settings.database_url)
    wakeup.listen()
    threads = [
        threading.Thread(target=feed.run, daemon=True),
        threading.Thread(target=serve, args=(settings.database_url, wakeup, leave), daemon=True),
    ]
    try:
        with redirect_stdout(sys.stderr):  # what the read models tell is no figure
            for thread in threads:
                thread.start()
            yield
    finally:
        feed.stop()
        leave.set()
        wakeup.nudge()
        for thread in threads:
            thread.join(20)
        sender.close()
        wakeup.close()


def whole(book: ClaimBook, callers: int) -> Work:
    """Submit claims with as many callers, and wait until every one of them is decided."""

    def rate() -> float:
        before = _decided(book.desk)
        started = time.perf_counter()
        with ThreadPoolExecutor(callers) as pool:
            for done in [pool.submit(book.submit) for _ in range(AT_ONCE)]:
                done.result()
        give_up = started + PATIENCE
        while _decided(book.desk) < before + AT_ONCE:
            assert time.perf_counter() < give_up, "the claims were not decided in time"
            time.sleep(0.02)
        return AT_ONCE / (time.perf_counter() - started)

    return Work(WHOLE, "claims/s", rate, against=(PLAIN,))


def _decided(desk: Desk) -> int:
    with desk.store.pool.connection() as conn:
        row = conn.execute(
            "SELECT count(*) FROM es_event e JOIN es_type t ON t.id = e.type"
            " WHERE t.name = 'claim.adjudicated'"
        ).fetchone()
    return int(row[0]) if row else 0
