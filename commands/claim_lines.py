"""Use cases of single lines of a claim, before it is decided: add, put right, take out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from commands.context import Context, Desk
from commands.deciding_again import Correction
from commands.handling import Decision, Outcome, carry_out, changed
from domain.claim import CLAIM
from domain.claim.decide import submitted
from domain.claim.events import BilledLine
from domain.ids import claim_line_id
from domain.refusals import RuleBroken

Lines = tuple[BilledLine, ...]


@dataclass(frozen=True, slots=True)
class LineOfClaim:
    """`line.line` is the number of the line; 0 for a new one, which gets the next."""

    claim_id: UUID
    line: BilledLine


@dataclass(frozen=True, slots=True)
class LineToRemove:
    claim_id: UUID
    number: int


def add_line(desk: Desk, context: Context, request: LineOfClaim) -> Outcome:
    """One more line, under the next number unless it has one."""

    def added(lines: Lines) -> tuple[Lines, int]:
        number = request.line.line or max(li.line for li in lines) + 1
        return (*lines, replace(request.line, line=number)), number

    return _corrected(desk, context, request.claim_id, added)


def correct_line(desk: Desk, context: Context, request: LineOfClaim) -> Outcome:
    """The line as it should have been, in its place."""

    def corrected(lines: Lines) -> tuple[Lines, int]:
        _there(lines, request.line.line)
        put = tuple(request.line if li.line == request.line.line else li for li in lines)
        return put, request.line.line

    return _corrected(desk, context, request.claim_id, corrected)


def remove_line(desk: Desk, context: Context, request: LineToRemove) -> Outcome:
    """Take a line out; the last one cannot be: withdraw the claim instead."""

    def removed(lines: Lines) -> tuple[Lines, int]:
        _there(lines, request.number)
        return tuple(li for li in lines if li.line != request.number), request.number

    return _corrected(desk, context, request.claim_id, removed)


def _corrected(
    desk: Desk, context: Context, claim_id: UUID, change: Callable[[Lines], tuple[Lines, int]]
) -> Outcome:
    def decide() -> Decision:
        claim = desk.store.load(CLAIM, claim_id)
        standing = submitted(claim.state)
        lines, number = change(standing.lines)
        command = Correction(claim_id, lines=lines).command(standing, context.actor, replaces=False)
        facts = CLAIM.decide(standing, command)
        billed = submitted(CLAIM.fold(facts, claim.state)).billed
        answer = {
            "id": str(claim_line_id(claim_id, number)),
            "claim_id": str(claim_id),
            "number": standing.number,
            "line": number,
            "billed": str(billed.amount),
        }
        return Decision((changed(claim, facts),), answer)

    return carry_out(desk.store, context, decide)


def _there(lines: Lines, number: int) -> None:
    if all(li.line != number for li in lines):
        raise RuleBroken("claim.no_such_line", f"there is no line {number}", field="line")
