"""Holding a bank statement against our payments: what the bank says and we had not heard is booked,
everything else is put down line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from commands.bank_notices import BankNotice, Told, book_notice
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.ids import RECONCILIATION as RECONCILIATION_SERIES
from domain.ids import numbered, reconciliation_id
from domain.payment.reconciling import BOOKABLE, Difference, OwnPayment, StatementLine, compare
from domain.reconciliation import RECONCILIATION
from domain.reconciliation.decide import ReconcileStatement
from domain.reconciliation.events import Differing
from domain.reconciliation.state import NotReconciled
from domain.refusals import Refused, RuleBroken

COMMANDS = UUID("4d2c8f1e-6b0a-5d3e-9a7c-1f5e0b9d6a24")
"""Under which commands are named by a statement's movements: read twice, booked once."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that has been read; `digest` is the SHA-256 of its bytes, `known` finds our
    payments that it may speak of."""

    name: str
    digest: str
    lines: tuple[StatementLine, ...]
    known: Callable[[Sequence[StatementLine]], Sequence[OwnPayment]]


def reconcile_statement(desk: Desk, context: Context, statement: Statement) -> Outcome:
    """Compare, book what can be booked, and record what came of it; the same statement again is
    its next run. A dry run books nothing.

    Raises RuleBroken `reconciliation.says_nothing`, `reconciliation.another_account`.
    """
    if not statement.lines:
        raise RuleBroken(
            "reconciliation.says_nothing", "no line of it concerns a payment", field="content"
        )
    found = compare(statement.lines, statement.known(statement.lines))
    differing = tuple(_differing(desk, context, one) for one in found)
    days = [line.on for line in statement.lines]
    which = reconciliation_id(desk.store.tenant, statement.digest)

    def decide() -> Decision:
        loaded = desk.store.load(RECONCILIATION, which)
        command = ReconcileStatement(
            number=_number(desk, context) if isinstance(loaded.state, NotReconciled) else "",
            statement=statement.name,
            digest=statement.digest,
            from_on=min(days),
            until_on=max(days) + timedelta(days=1),
            lines=len(statement.lines),
            matched=len(statement.lines) - sum(one.line is not None for one in found),
            differences=differing,
            reconciled_by=context.actor,
        )
        (fact,) = RECONCILIATION.decide(loaded.state, command)
        booked = sum(one.booked for one in differing)
        answer = {
            "id": str(which),
            "number": fact.number,
            "run": fact.run,
            "lines": fact.lines,
            "matched": fact.matched,
            "booked": booked,
            "open": len(differing) - booked,
        }
        return Decision((changed(loaded, [fact]),), answer)

    return carry_out(desk.store, context, decide)


def _number(desk: Desk, context: Context) -> str:
    year = context.recorded_at.year
    running = desk.numbers.take(f"{RECONCILIATION_SERIES}|{year}")[0]
    return numbered(RECONCILIATION_SERIES, year, running)


def _differing(desk: Desk, context: Context, difference: Difference) -> Differing:
    """The difference as it is recorded, after our books have followed the bank where they can."""
    line, payment = difference.line, difference.payment
    bookable = difference.what in BOOKABLE and not context.dry_run
    why_not = _booked(desk, context, difference) if bookable else ""
    on = line.on if line else payment.paid_on if payment else None
    assert on is not None  # a payment without a line is one that was confirmed for a day
    return Differing(
        what=str(difference.what),
        number=line.instruction_id if line else payment.number if payment else "",
        on=on,
        says=difference.says,
        bank=line.amount if line else None,
        ours=payment.amount if payment else None,
        line=line.line if line else None,
        booked=bookable and not why_not,
        why_not=why_not,
    )


def _booked(desk: Desk, context: Context, difference: Difference) -> str:
    """Book what the bank says; empty, or why it could not be booked."""
    line, payment = difference.line, difference.payment
    assert line is not None
    assert payment is not None  # what can be booked has both
    told = Told.RETURNED if line.returned else Told.SETTLED
    own = Context(
        actor="bank statement",
        command_id=uuid5(COMMANDS, f"{desk.store.tenant}|{line.instruction_id}|{told}"),
        correlation_id=desk.store.stream(payment.payment_id)[-1].meta.correlation_id,
        recorded_at=context.recorded_at,
        effective_on=line.on,
    )
    reference = line.reference or line.instruction_id
    notice = BankNotice(payment.payment_id, told, line.amount, reference, "RETURNED", line.on)
    try:
        book_notice(desk, own, notice)
    except Refused as refused:
        return str(refused)
    return ""
