"""Beneficiary: somebody who receives a share of what is paid when a member dies."""

from domain.beneficiary.decide import BeneficiaryCommand, decide
from domain.beneficiary.events import BeneficiaryEvent
from domain.beneficiary.state import Beneficiary, NotNominated, evolve
from domain.decider import Decider

BENEFICIARY: Decider[Beneficiary, BeneficiaryCommand, BeneficiaryEvent] = Decider(
    "beneficiary", NotNominated(), decide, evolve
)
