"""Premium rates: what a policy costs by age, sex and household, version by version."""

from domain.decider import Decider
from domain.premium_rate.decide import PublishRates, decide
from domain.premium_rate.events import PremiumRatesPublished
from domain.premium_rate.state import NotPublished, PremiumRate, evolve

PREMIUM_RATE: Decider[PremiumRate, PublishRates, PremiumRatesPublished] = Decider(
    "premium_rate", NotPublished(), decide, evolve
)
