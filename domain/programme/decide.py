"""What we allow for programmes: no treaty twice, no priority that cedes more than there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from domain.periods import Period
from domain.programme.events import ProgrammeEvent, TreatyEnteredProgramme
from domain.programme.state import Programme
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.terms import Kind, Treaty

_PROPORTIONAL = (Kind.QUOTA_SHARE, Kind.FACULTATIVE)


@dataclass(frozen=True, slots=True)
class EnterProgramme:
    """`beside` are the terms of the treaties of the programme whose period overlaps."""

    treaty_id: UUID
    terms: Treaty
    beside: tuple[Treaty, ...] = ()
    compulsory: bool = False


ProgrammeCommand = EnterProgramme


def decide(programme: Programme, command: EnterProgramme) -> Sequence[ProgrammeEvent]:
    terms = command.terms
    if any(entry.treaty_id == command.treaty_id for entry in programme.entries):
        return []
    assert terms.period is not None, "a signed treaty has a period"
    _refuse_other_currency(terms, command.beside)
    _refuse_over_cession(terms, command.beside)
    return [
        TreatyEnteredProgramme(
            command.treaty_id, terms.treaty_id, terms.priority, terms.period, command.compulsory
        )
    ]


def overlapping(programme: Programme, period: Period) -> tuple[UUID, ...]:
    """The treaties whose period shares a day with this one."""
    return tuple(e.treaty_id for e in programme.entries if e.period.overlaps(period))


def _refuse_other_currency(terms: Treaty, beside: Sequence[Treaty]) -> None:
    other = sorted({one.treaty_id for one in beside if one.currency != terms.currency})
    if other:
        raise RuleBroken(
            "treaty.mixed_currencies",
            f"{terms.treaty_id} is in {terms.currency} and {', '.join(other)} is not: treaties "
            "that read the same losses have one currency",
            field="currency",
        )


def _refuse_over_cession(terms: Treaty, beside: Sequence[Treaty]) -> None:
    """Proportional sections of one priority that cover everything may not pass the whole."""
    together = [one for one in (terms, *beside) if one.priority == terms.priority]
    taken = sum(
        (
            section.cession.exact * section.placed.exact
            for one in together
            for section in one.sections
            if section.kind in _PROPORTIONAL and not section.scope and not section.risk.attachment
        ),
        Fraction(0),
    )
    if taken > 1:
        raise RuleBroken(
            "treaty.over_ceded",
            f"{', '.join(one.treaty_id for one in together)} of one priority together take "
            f"{Ratio.of(taken)}: lower a share or change the inuring order",
            field="cession",
            sum_of_cessions=str(Ratio.of(taken)),
        )
