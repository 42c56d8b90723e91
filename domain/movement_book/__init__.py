"""The book of movements: which months of recording are closed, and what was in them."""

from domain.decider import Decider
from domain.movement_book.decide import MovementBookCommand, decide
from domain.movement_book.events import MovementBookEvent
from domain.movement_book.state import MovementBook, evolve

MOVEMENT_BOOK: Decider[MovementBook, MovementBookCommand, MovementBookEvent] = Decider(
    "movement_book", MovementBook(), decide, evolve
)
