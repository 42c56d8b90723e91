"""User: somebody, or something, that may sign in, and what they may do."""

from domain.decider import Decider
from domain.user.decide import UserCommand, decide
from domain.user.events import UserEvent
from domain.user.state import NotAdded, User, evolve

USER: Decider[User, UserCommand, UserEvent] = Decider("user", NotAdded(), decide, evolve)
