"""Dispute: somebody does not accept how a claim was decided, and wants it looked at again."""

from domain.decider import Decider
from domain.dispute.decide import DisputeCommand, decide
from domain.dispute.events import DisputeEvent
from domain.dispute.state import Dispute, NotOpened, evolve

DISPUTE: Decider[Dispute, DisputeCommand, DisputeEvent] = Decider(
    "dispute", NotOpened(), decide, evolve
)
