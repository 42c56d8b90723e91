"""What must hold whatever went wrong, each checked by a way of its own after everything settled."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from adapters.bank import SimulatedBank
from adapters.codec import UnreadableEvent
from adapters.envelope import Recorded
from adapters.event_store import EventStore
from cli.chaos_run.canaries import Canaries, Outputs
from cli.chaos_run.load import Load, Remembered
from cli.chaos_run.place import Place
from cli.demo_year.year import Year
from domain.claim.events import ClaimApproved, ClaimPaid, ClaimSubmitted
from domain.events import CATALOGUE
from domain.payment.events import (
    PaymentConfirmed,
    PaymentScheduled,
    RemittanceSent,
    RemittanceUndeliverable,
)
from projections.verifying import verify

NAMED = 5


@dataclass(frozen=True, slots=True)
class Held:
    """One invariant: how much was looked at, and what was wrong with it."""

    name: str
    looked_at: str
    seconds: float
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.wrong


class Checking:
    """The checks of one run, over what the clients remember and what the ledger holds."""

    def __init__(
        self, place: Place, remembered: Remembered, load: Load, canaries: Canaries, year: Year
    ) -> None:
        self._place = place
        self._kept = remembered
        self._load = load
        self._canaries = canaries
        self._outputs = Outputs(place, remembered.refusals, year)
        self.held: list[Held] = []

    def all(self) -> list[Held]:
        store = EventStore(self._place.stack.database_url, CATALOGUE, tenant=self._place.tenant)
        try:
            log: list[Recorded] = []
            self._check("every event can be read", lambda: read(store, log))
            self._check("numbers are given once", lambda: numbered_once(log))
            self._check("clients were answered rightly", self._answers)
            self._check("acknowledged commands are in the log, once", self._acknowledged)
            self._check("commands are whole", self._whole)
            self._check("claims are decided once and paid once", lambda: sagas(log))
            self._check("the bank paid what was approved", lambda: self._bank(store, log))
            self._check("nothing is left to do", self._left)
            self._check("what was known then is known still", self._past)
            leaks = self._outputs.leaks
            self._check("nothing that leaves names a person", lambda: leaks(self._canaries))
        finally:
            store.close()
        stack = self._place.stack
        for check in verify(stack.models_database_url or stack.database_url):
            self.held.append(Held(check.name, check.looked_at, check.seconds, check.faults))
        return self.held

    def _check(self, name: str, look: Callable[[], tuple[str, Iterable[str]]]) -> None:
        started = time.monotonic()
        try:
            looked_at, found = look()
            wrong = tuple(found)
        except UnreadableEvent as fault:
            looked_at, wrong = "not to its end", (str(fault),)
        if len(wrong) > NAMED:
            wrong = (*wrong[:NAMED], f"and {len(wrong) - NAMED} more")
        self.held.append(Held(name, looked_at, time.monotonic() - started, wrong))

    def _answers(self) -> tuple[str, Iterable[str]]:
        kept = self._kept
        sent = f"{len(kept.written):,} writes, {kept.repeated:,} repeated"
        return f"{sent}, {kept.read_back:,} read back", kept.wrong

    def _acknowledged(self) -> tuple[str, Iterable[str]]:
        """Every position that was told is one that a receipt and an event have."""
        told = [one for one in self._kept.written if one.key and one.status < 400]
        with self._place.database() as conn:
            found = {
                position
                for (position,) in conn.execute(
                    "SELECT r.position FROM es_receipt r JOIN es_event e "
                    "ON e.position = r.position AND e.command_id = r.command_id "
                    "WHERE r.tenant = %s",
                    (self._place.tenant,),
                )
            }
        lost = [one for one in told if one.position and one.position not in found]
        several = Counter(one.position for one in told if one.position)
        keys = {one.position: one.key for one in told}
        mixed = [one for one in told if one.position and keys[one.position] != one.key]
        return f"{len(told):,} acknowledged, {len(several):,} positions", [
            *(f"{one.key}: its position {one.position} is not in the log" for one in lost),
            *(f"{one.key}: position {one.position} is another command's" for one in mixed),
        ]

    def _whole(self) -> tuple[str, Iterable[str]]:
        """A command's events stand in the log together with its receipt, or not at all."""
        with self._place.database() as conn:
            rows = conn.execute(_TORN, {"tenant": self._place.tenant}).fetchall()
            count = conn.execute(
                "SELECT count(DISTINCT command_id) FROM es_event WHERE tenant = %s",
                (self._place.tenant,),
            ).fetchone()
        return f"{count[0] if count else 0:,} commands", [
            f"command {command}: {why}" for command, why in rows
        ]

    def _bank(self, store: EventStore, log: list[Recorded]) -> tuple[str, Iterable[str]]:
        book = SimulatedBank(store.pool, store.tenant).book()
        paid = {e.fact.number: e.fact for e in log if isinstance(e.fact, PaymentScheduled)}
        confirmed = {e.stream_id for e in log if isinstance(e.fact, PaymentConfirmed)}
        wrong = [
            f"{transfer.instruction_id}: the bank moved {transfer.amount}"
            for transfer in book
            if transfer.instruction_id not in paid
            or paid[transfer.instruction_id].amount != transfer.amount
        ]
        settled = sum(transfer.answer.settled for transfer in book)
        if settled != len(confirmed):
            wrong.append(f"{settled} transfers settled, {len(confirmed)} payments confirmed")
        return f"{len(book):,} transfers, asked {sum(t.asked for t in book):,} times", wrong

    def _left(self) -> tuple[str, Iterable[str]]:
        with self._place.database() as conn:
            rows = conn.execute(
                "SELECT reaction, position, state, note FROM reaction_task "
                "WHERE tenant = %s AND state IN ('due', 'failed') ORDER BY position",
                (self._place.tenant,),
            ).fetchall()
            count = conn.execute("SELECT count(*) FROM reaction_task").fetchone()
        return f"{count[0] if count else 0:,} tasks", [
            f"{reaction} at {position} is {state}: {note}"
            for reaction, position, state, note in rows
        ]

    def _past(self) -> tuple[str, Iterable[str]]:
        changed = [
            f"{path} as known at {at}"
            for path, at, answer in self._kept.known_then
            if self._load.as_known(path, at) != answer
        ]
        return f"{len(self._kept.known_then):,} answers", changed


def sagas(log: list[Recorded]) -> tuple[str, Iterable[str]]:
    """Each claim is submitted, scored and approved once, and owed once for each approval; of each
    payment its payee is told once, and then the claim is closed."""
    happened: dict[Any, Counter[str]] = {}
    told = Counter(e.stream_id for e in log if isinstance(e.fact, REMITTANCE))
    advised = {e.fact.payment_id: e.stream_id for e in log if isinstance(e.fact, ClaimPaid)}
    owed: Counter[Any] = Counter()
    due: set[Any] = set()
    for event in log:
        if event.name.startswith("claim."):
            happened.setdefault(event.stream_id, Counter())[event.name] += 1
        if isinstance(event.fact, PaymentScheduled):
            owed[event.fact.claim_id] += 1
        if isinstance(event.fact, ClaimApproved) and event.fact.payable.minor > 0:
            due.add(event.stream_id)
    claims = sum(isinstance(event.fact, ClaimSubmitted) for event in log)
    wrong = [
        f"claim {claim}: {name} {times} times"
        for claim, names in happened.items()
        for name, times in names.items()
        if times > 1 and name in _ONCE
    ]
    wrong += [
        f"claim {claim} was never scored" for claim, n in happened.items() if not n["claim.scored"]
    ]
    wrong += [f"claim {claim} is owed {owed[claim]} times" for claim in due if owed[claim] != 1]
    wrong += [f"claim {claim} is owed, but was not approved" for claim in owed.keys() - due]
    wrong += [
        f"claim {claim}: its payee was told {told[payment]} times of payment {payment}"
        for payment, claim in advised.items()
        if told[payment] != 1
    ]
    wrong += [
        f"claim {claim} is paid and not closed"
        for claim in advised.values()
        if not happened[claim]["claim.closed"]
    ]
    return f"{claims:,} claims, {len(due):,} approved, {len(told):,} payees told", wrong


def numbered_once(log: list[Recorded]) -> tuple[str, Iterable[str]]:
    """No two members, policies, claims, payments … begin with the same number."""
    given = Counter(
        (event.name, event.fact.number)
        for event in log
        if event.version == 1 and getattr(event.fact, "number", None)
    )
    twice = [f"{number}: {times} of {name}" for (name, number), times in given.items() if times > 1]
    return f"{len(given):,} numbers", twice


def read(store: EventStore, log: list[Recorded]) -> tuple[str, Iterable[str]]:
    """Put the log into `log`, from its first event to its last; raises UnreadableEvent."""
    position, safe = 0, store.safe_position()
    while position < safe:
        batch = store.read_after(position, 5_000, until=safe)
        if not batch:
            break
        log += batch
        position = batch[-1].position
    return f"{len(log):,} events", ()


REMITTANCE = (RemittanceSent, RemittanceUndeliverable)
_ONCE = {"claim.submitted", "claim.scored", "claim.approved", "claim.paid", "claim.closed"}

_TORN = """
SELECT coalesce(r.command_id, e.command_id)::text,
       CASE WHEN r.command_id IS NULL THEN 'events without a receipt'
            WHEN e.command_id IS NULL THEN 'a receipt without its events'
            ELSE 'events that its receipt does not know' END
FROM (SELECT command_id, max(position) AS last FROM es_event WHERE tenant = %(tenant)s
      GROUP BY command_id) e
FULL JOIN (SELECT * FROM es_receipt WHERE tenant = %(tenant)s AND position > 0) r
     ON r.command_id = e.command_id
WHERE r.command_id IS NULL OR e.command_id IS NULL OR r.position <> e.last
"""
