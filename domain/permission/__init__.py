"""Permission: something of the insurer's own programs that roles can permit."""

from domain.decider import Decider
from domain.permission.decide import PermissionCommand, decide
from domain.permission.events import PermissionEvent
from domain.permission.state import NotNamed, Permission, evolve

PERMISSION: Decider[Permission, PermissionCommand, PermissionEvent] = Decider(
    "permission", NotNamed(), decide, evolve
)
