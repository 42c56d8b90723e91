"""Everything that is wrong with the terms of a treaty, said before any money moves by them."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.accounting_terms import AccountTerms, LossCorridor, ProfitCommission
from domain.reinsurance.check_section import (
    Fault,
    section_faults,
    surplus_faults,
    tower_faults,
)
from domain.reinsurance.terms import Treaty


def check(treaty: Treaty) -> tuple[Fault, ...]:
    """Every fault of one treaty; empty when it may be applied."""
    return tuple(_treaty_faults(treaty))


def check_programme(treaties: Sequence[Treaty]) -> tuple[Fault, ...]:
    """The faults of all treaties and of their combination."""
    faults = [fault for treaty in treaties for fault in check(treaty)]
    names = [treaty.treaty_id for treaty in treaties]
    faults += [
        Fault("treaty.named_twice", "treaty_id", f"{name} is in the programme twice")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if len({treaty.currency for treaty in treaties}) > 1:
        faults.append(
            Fault("treaty.mixed_currencies", "currency", "convert to one currency before ceding")
        )
    return tuple(faults)


def require_sound(*treaties: Treaty) -> None:
    """Raise RuleBroken with the code of the first fault; its detail lists every fault."""
    faults = check_programme(treaties)
    if faults:
        said = "; ".join(f"{fault.field}: {fault.detail}" for fault in faults)
        raise RuleBroken(faults[0].code, said, faults=faults)


def _treaty_faults(treaty: Treaty) -> Iterator[Fault]:
    if not treaty.sections:
        yield Fault("treaty.no_sections", "sections", "a treaty needs at least one section")
    names = [section.section_id for section in treaty.sections]
    if len(set(names)) < len(names):
        yield Fault("treaty.section_twice", "sections", "two sections have one name")
    if treaty.period is not None and treaty.period.until_on == treaty.period.from_on:
        yield Fault("treaty.empty_period", "period", "the treaty period holds no day")
    if treaty.hours_clause is not None and treaty.hours_clause < 1:
        yield Fault("treaty.bad_hours_clause", "hours_clause", "needs at least one hour")
    yield from _participant_faults(treaty)
    for section in treaty.sections:
        yield from section_faults(treaty, section)
    yield from tower_faults(treaty)
    yield from surplus_faults(treaty)
    yield from _account_faults(treaty.account, treaty.corridor, treaty.profit_commission)


def _participant_faults(treaty: Treaty) -> Iterator[Fault]:
    names = [one.reinsurer for one in treaty.participants]
    if len(set(names)) < len(names):
        yield Fault("treaty.participant_twice", "participants", "a reinsurer is listed twice")
    for one in treaty.participants:
        if one.share.exact < 0:
            yield Fault("treaty.bad_share", f"participants.{one.reinsurer}", "share below zero")
    signed = sum((one.share.exact for one in treaty.participants), Fraction(0))
    if signed > 1:
        yield Fault(
            "treaty.shares_exceed_whole",
            "participants",
            f"the shares add up to {Ratio.of(signed)}: lower one of them",
        )


def _account_faults(
    terms: AccountTerms, corridor: LossCorridor | None, profit: ProfitCommission | None
) -> Iterator[Fault]:
    rates = [("brokerage", terms.brokerage)]
    rates += [(f"levies.{levy.name}", levy.rate) for levy in terms.levies]
    if profit is not None:
        rates.append(("profit_commission.rate", profit.rate))
    if corridor is not None:
        rates.append(("corridor.cedant_share", corridor.cedant_share))
        if corridor.from_ratio.exact > corridor.to_ratio.exact:
            yield Fault("treaty.reversed_corridor", "corridor", "ends below where it starts")
    for name, rate in rates:
        if not 0 <= rate.exact <= 1:
            yield Fault("treaty.bad_rate", name, f"{rate} is not between 0 and 1")
