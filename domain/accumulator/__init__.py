"""Accumulator: how much of a benefit members and families have used in a benefit year."""

from domain.accumulator.decide import AccumulatorCommand, decide
from domain.accumulator.events import AccumulatorEvent
from domain.accumulator.state import Accumulator, evolve
from domain.decider import Decider

ACCUMULATOR: Decider[Accumulator, AccumulatorCommand, AccumulatorEvent] = Decider(
    "accumulator", Accumulator(), decide, evolve, state_version=2
)
