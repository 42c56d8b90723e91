"""Lead: somebody who may become a member, and what was done so that they do."""

from domain.decider import Decider
from domain.lead.decide import LeadCommand, decide
from domain.lead.events import LeadEvent
from domain.lead.state import Lead, NotCaptured, evolve

LEAD: Decider[Lead, LeadCommand, LeadEvent] = Decider("lead", NotCaptured(), decide, evolve)
