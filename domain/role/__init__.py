"""Role: a name for what people of one kind of work may do."""

from domain.decider import Decider
from domain.role.decide import RoleCommand, decide
from domain.role.events import RoleEvent
from domain.role.state import NotDefined, Role, evolve

ROLE: Decider[Role, RoleCommand, RoleEvent] = Decider("role", NotDefined(), decide, evolve)
