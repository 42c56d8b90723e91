"""Product: what a scheme or benefit plan promises, version by version."""

from domain.decider import Decider
from domain.product.decide import ProductCommand, decide
from domain.product.events import ProductEvent
from domain.product.state import NotPublished, Product, evolve

PRODUCT: Decider[Product, ProductCommand, ProductEvent] = Decider(
    "product", NotPublished(), decide, evolve
)
