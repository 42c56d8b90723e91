"""What the treaties together take of one premium, line by line."""

from collections.abc import Iterator
from fractions import Fraction

from domain.cession.events import CededPremiumLine
from domain.cession.programme import Chosen
from domain.ratio import Ratio
from domain.reinsurance.ceded_premium import cede_premiums
from domain.reinsurance.loss import Premium
from domain.reinsurance.scope import ceded_share


def premium_lines(chosen: Chosen, premium: Premium) -> Iterator[CededPremiumLine]:
    """The posted lines of one premium under the treaties chosen for it, in inuring order."""
    result = cede_premiums([one.terms for one in chosen], [premium])
    version_of = {one.code: one for one in chosen}
    base, left, priority = premium.amount, premium.amount, None
    for line in result.lines:
        version = version_of[line.treaty_id]
        if version.terms.priority != priority:
            base, priority = left, version.terms.priority
        section = next(s for s in version.terms.sections if s.section_id == line.section_id)
        share: Fraction = ceded_share(section, premium.risk) * section.placed.exact
        left -= line.premium
        yield CededPremiumLine(
            version.treaty_id,
            version.code,
            version.number,
            line.section_id,
            version.terms.priority,
            Ratio.of(share),
            base,
            line.premium,
            line.commission,
        )
