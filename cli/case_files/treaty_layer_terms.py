"""The terms of an excess layer as a case writes them, and what restoring its limit costs."""

from collections.abc import Sequence

from cli.case_files.treaty_reading import Fields
from domain.ratio import Ratio
from domain.reinsurance.cede import layer_limit
from domain.reinsurance.cession import Cession
from domain.reinsurance.excess_premium import advance_premium
from domain.reinsurance.loss import Loss
from domain.reinsurance.premium_terms import BurningCost, ExcessPremium, Reinstatements
from domain.reinsurance.reinstatement import (
    ReinstatementPremium,
    UsedCover,
    reinstatement_premiums,
)
from domain.reinsurance.terms import Attribution, Cover, Kind, RiskLevel, Section, Treaty


def premium_terms(layer: Fields) -> ExcessPremium:
    """Premium of a layer; `minimum_deposit` is minimum and deposit in one amount."""
    both = layer.money("minimum_deposit", "minimum_and_deposit")
    burning = layer.inside("burning_cost", "swing")
    return ExcessPremium(
        fixed=layer.money("premium"),
        rate=layer.ratio("rate"),
        minimum=both or layer.money("minimum"),
        deposit=both or layer.money("deposit"),
        instalments=layer.first("instalments") or 1,
        burning_cost=_burning(burning) if burning else None,
        reinstatements=_reinstatements(layer),
    )


def _burning(given: Fields) -> BurningCost:
    return BurningCost(
        given.whole_ratio("loading"),
        given.ratio("min_rate", "minimum_rate", "min") or Ratio(0),
        given.whole_ratio("max_rate", "maximum_rate", "max"),
    )


def _reinstatements(layer: Fields) -> Reinstatements | None:
    charges = layer.first("reinstatements", "reinstatement_charges")
    if charges is None:
        return None
    time = layer.like("time", "basis", "pro_rata")
    by_time = "time" in time and "100%" not in time if isinstance(time, str) else bool(time)
    return Reinstatements(tuple(Ratio.of(str(charge)) for charge in charges), by_time)


def layer_section(layer: Fields, name: str, level: RiskLevel) -> Section:
    return Section(
        section_id=name,
        kind=Kind.PER_RISK_EXCESS,
        cession=layer.whole_ratio("cession"),
        risk_level=level,
        attribution=Attribution.IN_ORDER,
        risk=Cover(layer.money("attachment", "deductible"), layer.money("limit")),
        aggregate=Cover(
            layer.money("annual_aggregate_deductible", "aad"),
            layer.money("annual_aggregate_limit", "aal"),
        ),
        placed=layer.whole_ratio("placed"),
        premium=premium_terms(layer),
    )


def charges_of(
    treaty: Treaty, section: Section, losses: Sequence[Loss], cession: Cession
) -> tuple[ReinstatementPremium, ...]:
    terms = section.premium
    limit = layer_limit(section)
    if terms is None or terms.reinstatements is None or limit is None:
        return ()
    on = {loss.item: loss.loss_on for loss in losses}
    used = [UsedCover(line.item, line.layer, on[line.item]) for line in cession.losses]
    return reinstatement_premiums(
        terms.reinstatements, limit, advance_premium(terms), used, treaty.period
    )
