"""Posted lines of a treaty: shared among reinsurers, reversed exactly, re-struck by difference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.money import Money, split
from domain.refusals import RuleBroken
from domain.reinsurance.cession import Cession
from domain.reinsurance.terms import Participant


class LineKind(StrEnum):
    """What a posted line is for; the columns of an account."""

    PREMIUM = "premium"
    COMMISSION = "commission"
    PROFIT_COMMISSION = "profit_commission"
    LOSS = "loss"
    EXPENSES = "expenses"
    REINSTATEMENT = "reinstatement"
    PREMIUM_ADJUSTMENT = "premium_adjustment"
    BROKERAGE = "brokerage"
    LEVY = "levy"
    PORTFOLIO = "portfolio"
    RESERVE = "reserve"
    CASH_CALL = "cash_call"
    ROUNDING = "rounding"


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """An amount of one kind on one subject (a policy, a claim, a year) under one section.

    `reinsurer` is empty while the line stands for all participants together.
    """

    treaty_id: str
    section_id: str
    kind: LineKind
    subject: str
    reinsurer: str
    amount: Money

    @property
    def key(self) -> tuple[str, str, LineKind, str, str]:
        return self.treaty_id, self.section_id, self.kind, self.subject, self.reinsurer


def shared(amount: Money, participants: Sequence[Participant]) -> dict[str, Money]:
    """A posted amount split among the reinsurers so that the parts add up to it.

    The largest remainder gets the odd unit, ties go to the first listed. Raises RuleBroken
    `treaty.no_participants` when nobody takes a share.
    """
    if not any(one.share.exact for one in participants):
        raise RuleBroken("treaty.no_participants", "no reinsurer takes a share of the treaty")
    parts = split(amount, [one.share.exact for one in participants])
    return {one.reinsurer: part for one, part in zip(participants, parts, strict=True)}


def share_line(line: Line, participants: Sequence[Participant]) -> tuple[Line, ...]:
    """One line for each reinsurer; together they are the line."""
    return tuple(
        replace(line, reinsurer=name, amount=part)
        for name, part in shared(line.amount, participants).items()
    )


def loss_lines(cession: Cession) -> tuple[Line, ...]:
    """The posted lines of a cession: a loss line a claim item, and one for its expenses."""
    lines = []
    for loss in cession.losses:
        for kind, amount in (
            (LineKind.LOSS, loss.recovered),
            (LineKind.EXPENSES, loss.recovered_expenses),
        ):
            if amount:
                at = (cession.treaty_id, cession.section_id)
                lines.append(Line(*at, kind, loss.item, "", amount))
    return tuple(lines)


def reversal(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The exact negative of posted lines: never computed anew."""
    return tuple(replace(line, amount=-line.amount) for line in lines)


def restruck(posted: Iterable[Line], now: Iterable[Line]) -> tuple[Line, ...]:
    """The lines to post so that the books show `now`: differences only, sorted, without zeros.

    An endorsement, a late loss or a new valuation never edits what stands; it adds this.
    """
    before = _sums(posted)
    after = _sums(now)
    differences = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        amount = new if old is None else (-old if new is None else new - old)
        if amount:
            differences.append(Line(*key, amount=amount))
    return tuple(differences)


def _sums(lines: Iterable[Line]) -> dict[tuple[str, str, LineKind, str, str], Money]:
    sums: dict[tuple[str, str, LineKind, str, str], Money] = {}
    for line in lines:
        known = sums.get(line.key)
        sums[line.key] = line.amount if known is None else known + line.amount
    return sums
