"""What can be wrong with one section: its shares, covers, lines, scale and premium, and how the
layers of a treaty stand on each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from domain.money import Money
from domain.reinsurance.commission_terms import Commission, SlidingScale
from domain.reinsurance.premium_terms import ExcessPremium
from domain.reinsurance.terms import Cover, Kind, Section, Surplus, Treaty


@dataclass(frozen=True, slots=True)
class Fault:
    """One contradiction: a stable code, the field that holds it, and what to do about it."""

    code: str
    field: str
    detail: str


def section_faults(treaty: Treaty, section: Section) -> Iterator[Fault]:
    at = f"sections.{section.section_id}"
    shares = [("cession", section.cession), ("placed", section.placed)]
    shares += [("scope.cession", row.cession) for row in section.scope if row.cession]
    for name, part in shares:
        if not 0 <= part.exact <= 1:
            yield Fault("treaty.bad_share", f"{at}.{name}", f"{part} is not between 0 and 1")
    for name, cover in (
        ("risk", section.risk),
        ("occurrence", section.occurrence),
        ("aggregate", section.aggregate),
    ):
        yield from _cover_faults(treaty, f"{at}.{name}", cover)
    if section.minimum_lives < 0:
        yield Fault("treaty.bad_minimum_lives", f"{at}.minimum_lives", "is below zero")
    if section.surplus is not None:
        yield from _line_faults(f"{at}.surplus", section.surplus)
    elif section.kind is Kind.SURPLUS and not any(row.cession for row in section.scope):
        yield Fault("treaty.missing_retention", at, "a surplus needs a retention and lines")
    if section.commission is not None:
        yield from _commission_faults(f"{at}.commission", section.commission)
    if section.premium is not None:
        yield from _premium_faults(f"{at}.premium", section, section.premium)


def _cover_faults(treaty: Treaty, at: str, cover: Cover) -> Iterator[Fault]:
    amounts = (
        ("attachment", cover.attachment),
        ("limit", cover.limit),
        ("nothing_above", cover.nothing_above),
    )
    for name, amount in amounts:
        if amount is not None and amount.minor < 0:
            yield Fault("treaty.negative_amount", f"{at}.{name}", f"{amount} is below zero")
        if amount is not None and amount.currency != treaty.currency:
            yield Fault(
                "treaty.other_currency",
                f"{at}.{name}",
                f"{amount.currency} in a treaty of {treaty.currency}",
            )
    if cover.limit is not None and cover.limit.minor == 0:
        yield Fault("treaty.zero_limit", f"{at}.limit", "covers nothing; leave it out for no limit")


def tower_faults(treaty: Treaty) -> Iterator[Fault]:
    """Layers on the same scope stand one on the other: neither a gap nor a loss covered twice."""
    towers: dict[object, list[tuple[str, Cover]]] = {}
    for section in treaty.sections:
        cover = section.occurrence if section.kind is Kind.CATASTROPHE_EXCESS else section.risk
        if section.kind in (Kind.PER_RISK_EXCESS, Kind.CATASTROPHE_EXCESS) and cover.attachment:
            key = (section.kind, section.scope, section.risk_level)
            towers.setdefault(key, []).append((section.section_id, cover))
    for layers in towers.values():
        layers.sort(key=lambda one: one[1].attachment or Money.zero(treaty.currency))
        for (lower, below), (upper, above) in pairwise(layers):
            yield from _joint_fault(f"sections.{lower}/{upper}", below, above)


def _joint_fault(at: str, below: Cover, above: Cover) -> Iterator[Fault]:
    if below.attachment is None or above.attachment is None:
        return
    if below.limit is None or (below.attachment + below.limit) > above.attachment:
        yield Fault("treaty.layer_overlap", at, "both layers cover the same part of a loss")
    elif below.attachment + below.limit < above.attachment:
        yield Fault(
            "treaty.layer_gap",
            at,
            f"nothing covers {below.attachment + below.limit} to {above.attachment}",
        )


def surplus_faults(treaty: Treaty) -> Iterator[Fault]:
    lines = sorted(
        (s.surplus.lines_below.exact, s.surplus.lines.exact, s.section_id)
        for s in treaty.sections
        if s.surplus is not None
    )
    top = Fraction(0)
    for below, own, name in lines:
        if below < top:
            yield Fault("treaty.layer_overlap", f"sections.{name}.surplus", "lines overlap")
        elif below > top:
            yield Fault("treaty.layer_gap", f"sections.{name}.surplus", "lines leave a gap")
        top = below + own


def _line_faults(at: str, surplus: Surplus) -> Iterator[Fault]:
    retentions = [surplus.retention] if not surplus.table else [x.retention for x in surplus.table]
    if any(retention.minor <= 0 for retention in retentions):
        yield Fault("treaty.missing_retention", at, "a retention must be above zero")
    own = [line.lines for line in surplus.table if line.lines is not None]
    if any(lines.exact <= 0 for lines in (surplus.lines, *own)):
        yield Fault("treaty.bad_lines", at, "the number of lines must be above zero")
    grades = [line.grade for line in surplus.table]
    if len(set(grades)) < len(grades):
        yield Fault("treaty.grade_twice", at, "a grade has two lines in the table")


def _commission_faults(at: str, terms: Commission) -> Iterator[Fault]:
    if not 0 <= terms.rate.exact <= 1:
        yield Fault("treaty.bad_rate", at, f"{terms.rate} is not between 0 and 1")
    if terms.scale is not None:
        yield from _scale_faults(at, terms.scale)


def _scale_faults(at: str, scale: SlidingScale) -> Iterator[Fault]:
    if not scale.points:
        yield Fault("treaty.empty_scale", at, "a sliding scale needs at least one point")
    for low, high in pairwise(scale.points):
        if low.loss_ratio.exact >= high.loss_ratio.exact:
            yield Fault("treaty.unordered_scale", at, "loss ratios must rise from point to point")
        if low.rate.exact < high.rate.exact:
            yield Fault("treaty.rising_scale", at, "commission rises with the loss ratio")


def _premium_faults(at: str, section: Section, terms: ExcessPremium) -> Iterator[Fault]:
    if terms.instalments < 1:
        yield Fault("treaty.bad_instalments", at, "a deposit is paid in at least one instalment")
    if terms.reinstatements is None:
        return
    if section.occurrence.limit is None and section.risk.limit is None:
        yield Fault("treaty.reinstatement_without_limit", at, "there is no limit to restore")
    if any(charge.exact < 0 for charge in terms.reinstatements.charges):
        yield Fault("treaty.bad_rate", f"{at}.reinstatements", "a charge below zero")
