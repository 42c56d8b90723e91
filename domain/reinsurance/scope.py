"""Which losses a treaty takes: its scope rows, its period, and the date that attaches a loss."""

from datetime import date
from fractions import Fraction

from domain.refusals import RuleBroken
from domain.reinsurance.loss import Loss, Risk
from domain.reinsurance.surplus import surplus_share
from domain.reinsurance.terms import Basis, ScopeRow, Section, Treaty

_EVERYTHING = ScopeRow()
# Those that differ most often stand first: most rows are then told apart by one comparison.
_FIELDS = (
    "portfolio", "account", "member", "policy", "group", "line_of_business", "country", "tag",
)  # fmt: skip


def row_of(section: Section, risk: Risk) -> ScopeRow | None:
    """The first scope row that holds the risk; a section without rows covers everything."""
    if not section.scope:
        return _EVERYTHING
    return next((row for row in section.scope if _holds(row, risk)), None)


def ceded_share(section: Section, risk: Risk) -> Fraction:
    """The share of this risk that enters the section; zero out of scope.

    A share of the scope row multiplies the section's own; a surplus share follows from the sum
    insured. Raises RuleBroken `treaty.missing_sum_insured` where a surplus cannot be worked out.
    """
    row = row_of(section, risk)
    if row is None:
        return Fraction(0)
    share = section.cession.exact
    if row.cession is not None:
        return share * row.cession.exact
    if section.surplus is None:
        return share
    if risk.sum_insured is None:
        raise RuleBroken(
            "treaty.missing_sum_insured",
            f"policy {risk.policy!r} member {risk.member!r} has no sum insured, which surplus "
            f"{section.section_id} needs",
        )
    return share * surplus_share(section.surplus, risk.sum_insured, risk.grade)


def attaches(treaty: Treaty, loss: Loss) -> bool:
    """Whether the loss falls into the treaty period by the treaty's own basis.

    Raises RuleBroken `treaty.missing_loss_date` or `treaty.missing_inception` where the date
    that decides is not known: a guess would move money between two treaty years.
    """
    if treaty.period is None:
        return True
    match treaty.basis:
        case Basis.LOSSES_OCCURRING:
            return treaty.period.holds(_known(loss.loss_on, "loss_date", loss, treaty))
        case Basis.RISKS_ATTACHING:
            return treaty.period.holds(_known(loss.risk.inception_on, "inception", loss, treaty))


def _known(day: date | None, what: str, loss: Loss, treaty: Treaty) -> date:
    if day is None:
        raise RuleBroken(
            f"treaty.missing_{what}",
            f"loss {loss.item!r} has no {what.replace('_', ' ')}; treaty {treaty.treaty_id} "
            f"attaches by it ({treaty.basis}): complete the claim or the policy first",
            item=loss.item,
        )
    return day


def _holds(row: ScopeRow, risk: Risk) -> bool:
    for name in _FIELDS:
        asked = getattr(row, name)
        if asked and asked != getattr(risk, name):
            return False
    return True
