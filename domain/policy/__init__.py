"""Policy: the contract of a holder for the cover of members."""

from domain.decider import Decider
from domain.policy.decide import PolicyCommand, decide
from domain.policy.events import PolicyEvent, PremiumReceived
from domain.policy.state import NotIssued, Policy, evolve, received

POLICY: Decider[Policy, PolicyCommand, PolicyEvent] = Decider(
    "policy", NotIssued(), decide, evolve, together={PremiumReceived: received}
)
