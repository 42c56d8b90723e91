"""Use case: a month of movements is closed, with what its file holds."""

from dataclasses import replace

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.ids import MOVEMENT_BOOK_ID
from domain.movement_book import MOVEMENT_BOOK
from domain.movement_book.decide import CloseMonth
from domain.movement_book.state import MovementBook


def close_month(desk: Desk, context: Context, request: CloseMonth) -> Outcome:
    """Record that the month is closed, in the name of who closes it, at the command's instant."""
    command = replace(request, asked_at=context.recorded_at, closed_by=context.actor)

    def decide() -> Decision:
        book = desk.store.load(MOVEMENT_BOOK, MOVEMENT_BOOK_ID)
        facts = MOVEMENT_BOOK.decide(book.state, command)
        answer = {"month": f"{command.month:%Y-%m}", "rows": command.rows}
        return Decision((changed(book, facts),), answer)

    return carry_out(desk.store, context, decide)


def book_of(desk: Desk) -> MovementBook:
    """Which months are closed."""
    return desk.store.load(MOVEMENT_BOOK, MOVEMENT_BOOK_ID).state
