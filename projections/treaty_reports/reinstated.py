"""Premiums for restoring the limits that paid losses have used, as a claims bordereau tells them.

They follow from what was ceded of the paid losses of a layer up to the cut-off, earlier losses
first: to date, and in the period what has come to what the last report knew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.postgres import Connection
from domain.money import Money
from domain.reinsurance.reinstatement import UsedCover, charged
from domain.reinsurance.terms import Treaty
from projections.treaty_reports.asking import Asked

Line = tuple[UUID, str]  # claim and section

_SQL = """
SELECT c.claim_id, c.section, sum(c.paid_minor),
       COALESCE(sum(c.paid_minor) FILTER (WHERE c.position <= %(before)s
           AND c.effective_on < %(from_on)s), 0),
       (SELECT s.loss_on FROM cessions_struck s
        WHERE s.tenant = c.tenant AND s.claim_id = c.claim_id AND s.position <= %(position)s
          AND s.effective_on < %(until_on)s ORDER BY s.claim_version DESC LIMIT 1)
FROM cessions c
WHERE c.tenant = %(tenant)s AND c.treaty_id = %(treaty)s AND c.what = 'loss'
  AND c.position <= %(position)s AND c.effective_on < %(until_on)s
GROUP BY c.tenant, c.claim_id, c.section
"""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What one section has paid of one claim, in minor units."""

    line: Line
    paid: int
    loss_on: date | None


@dataclass(frozen=True, slots=True)
class Charge:
    """What restoring the limit costs for one line: to date, and of that in the period."""

    to_date: Money
    this_period: Money


def restoring(conn: Connection, asked: Asked) -> Mapping[Line, Charge]:
    """The charges of every line of a layer whose limit is restored; empty for other treaties."""
    if not any(one.premium and one.premium.reinstatements for one in asked.terms.sections):
        return {}
    found = conn.execute(_SQL.encode(), asked.parameters).fetchall()
    now = charges(asked.terms, [Recovered((c, s), int(paid), on) for c, s, paid, _, on in found])
    known = charges(asked.terms, [Recovered((c, s), int(paid), on) for c, s, _, paid, on in found])
    return {line: Charge(premium, premium - known[line]) for line, premium in now.items()}


def charges(terms: Treaty, recovered: Iterable[Recovered]) -> dict[Line, Money]:
    """The premiums of all lines under sections that restore their limit."""
    lines = list(recovered)
    return {
        (UUID(item), section.section_id): premium
        for section in terms.sections
        for item, premium in charged(
            terms, section,
            [
                UsedCover(str(one.line[0]), Money(one.paid, terms.currency), one.loss_on)
                for one in lines if one.line[1] == section.section_id
            ],
        ).items()
    }  # fmt: skip
