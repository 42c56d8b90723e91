"""Ceding commission as data: flat, or a scale that slides with the loss ratio."""

from dataclasses import dataclass

from domain.ratio import Ratio


@dataclass(frozen=True, slots=True)
class ScalePoint:
    """At this loss ratio the commission has this rate; between two points it is linear."""

    loss_ratio: Ratio
    rate: Ratio


@dataclass(frozen=True, slots=True)
class SlidingScale:
    """Points in rising order of loss ratio; outside the first and last the rate stays theirs.

    `deficit_above`: losses beyond this ratio are carried into the next year, at most
    `deficit_most` of premium. `credit_below` and `credit_most` are the same on the good side.
    """

    points: tuple[ScalePoint, ...]
    deficit_above: Ratio | None = None
    deficit_most: Ratio | None = None
    credit_below: Ratio | None = None
    credit_most: Ratio | None = None


@dataclass(frozen=True, slots=True)
class Commission:
    """`rate` of ceded premium: flat, or provisional where `scale` sets the final one."""

    rate: Ratio
    scale: SlidingScale | None = None
