"""Treaty: one reinsurance contract, from its slip to its end, version by version."""

from domain.decider import Decider
from domain.treaty.decide import TreatyCommand, decide
from domain.treaty.events import TreatyEvent
from domain.treaty.state import NotPlaced, Treaty, evolve

TREATY: Decider[Treaty, TreatyCommand, TreatyEvent] = Decider("treaty", NotPlaced(), decide, evolve)
