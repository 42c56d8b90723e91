"""What an excess cover costs, as data: fixed, by rate with a minimum, or by its own losses."""

from dataclasses import dataclass

from domain.money import Money
from domain.ratio import Ratio


@dataclass(frozen=True, slots=True)
class BurningCost:
    """Premium rate = losses to the layer ÷ subject premium x `loading`, held between two rates."""

    loading: Ratio
    least: Ratio
    most: Ratio


@dataclass(frozen=True, slots=True)
class Reinstatements:
    """`charges[k]` of the premium for the k-th time that the limit is restored (0 is free).

    `by_time` charges only the part of the period that is left after the day of the loss, of
    `days_in_year`; `day_of_loss_is_left` counts that day as well.
    """

    charges: tuple[Ratio, ...]
    by_time: bool = False
    days_in_year: int = 365
    day_of_loss_is_left: bool = False


@dataclass(frozen=True, slots=True)
class ExcessPremium:
    """Premium of the placed share: `fixed`, or `rate` of subject premium but at least `minimum`.

    `deposit` is paid in advance in equal `instalments` and adjusted when the subject premium is
    known. Without `reinstatements` the cover is not limited in the period.
    """

    fixed: Money | None = None
    rate: Ratio | None = None
    minimum: Money | None = None
    deposit: Money | None = None
    instalments: int = 1
    burning_cost: BurningCost | None = None
    reinstatements: Reinstatements | None = None
