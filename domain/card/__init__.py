"""Member card: what a member shows at a provider's desk, on a telephone or on plastic."""

from domain.card.decide import CardCommand, decide
from domain.card.events import CardEvent
from domain.card.state import Card, NotIssued, evolve
from domain.decider import Decider

CARD: Decider[Card, CardCommand, CardEvent] = Decider("card", NotIssued(), decide, evolve)
