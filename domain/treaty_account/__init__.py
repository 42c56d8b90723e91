"""Treaty account: what cedant and reinsurers owe each other, and what was paid."""

from domain.decider import Decider
from domain.treaty_account.decide import TreatyAccountCommand, decide
from domain.treaty_account.events import TreatyAccountEvent
from domain.treaty_account.state import TreatyAccount, evolve

TREATY_ACCOUNT: Decider[TreatyAccount, TreatyAccountCommand, TreatyAccountEvent] = Decider(
    "treaty_account", TreatyAccount(), decide, evolve
)
