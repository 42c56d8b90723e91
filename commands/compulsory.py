"""Cessions that the law of a market demands, made from the settings: a share of everything."""

from collections.abc import Sequence
from datetime import date

from commands.treaties import Placement
from domain.periods import Period
from domain.ratio import BadRatio, Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.commission_terms import Commission
from domain.reinsurance.terms import Kind, Participant, Section, Treaty
from domain.treaty.administration import Administration


def compulsory_placements(
    said: str, year: int, currency: str, reinsured: str = "the insurer"
) -> Sequence[Placement]:
    """One treaty for each cession that the setting names: `NAME:share:commission`, by commas.

    They act first (priority 0) on every premium and loss of the year. Raises RuleBroken
    `treaty.bad_compulsory_setting`.
    """
    placements = []
    for one in filter(None, (part.strip() for part in said.split(","))):
        try:
            name, share, commission = one.split(":")
            section = Section(
                "C",
                Kind.QUOTA_SHARE,
                cession=Ratio.of(share),
                commission=Commission(Ratio.of(commission)),
            )
        except (ValueError, BadRatio) as fault:
            raise RuleBroken(
                "treaty.bad_compulsory_setting",
                f"{one!r} is not a compulsory cession like TAN-RE:0.15:0.25",
                field="BIMA_COMPULSORY_CESSIONS",
            ) from fault
        code = f"COMPULSORY-{name.upper()}-{year}"
        terms = Treaty(
            code,
            currency,
            (section,),
            priority=0,
            period=Period(date(year, 1, 1), date(year + 1, 1, 1)),
            participants=(Participant(name, Ratio(1)),),
        )
        administration = Administration(umr=code, reinsured=reinsured)
        placements.append(Placement(code, f"Compulsory cession to {name}", terms, administration))
    return placements
