"""Payment: money that leaves for a provider or a member, once."""

from domain.decider import Decider
from domain.payment.decide import PaymentCommand, decide
from domain.payment.events import PaymentEvent
from domain.payment.state import NotScheduled, Payment, evolve

PAYMENT: Decider[Payment, PaymentCommand, PaymentEvent] = Decider(
    "payment", NotScheduled(), decide, evolve
)
