"""Claim: what a provider or member asks us to pay, and everything decided about it."""

from domain.claim.decide import ClaimCommand, decide
from domain.claim.events import ClaimEvent
from domain.claim.state import Claim, NotSubmitted, evolve
from domain.decider import Decider

CLAIM: Decider[Claim, ClaimCommand, ClaimEvent] = Decider(
    "claim", NotSubmitted(), decide, evolve, state_version=3
)
