"""Provider: who treats members, in or out of network, at which prices."""

from domain.decider import Decider
from domain.provider.decide import ProviderCommand, decide
from domain.provider.events import ProviderEvent
from domain.provider.state import NotRegistered, Provider, evolve

PROVIDER: Decider[Provider, ProviderCommand, ProviderEvent] = Decider(
    "provider", NotRegistered(), decide, evolve
)
