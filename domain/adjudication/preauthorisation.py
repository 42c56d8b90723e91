"""Pre-authorisation: items that are asked for, answered, changed and still to be asked about.

An item keeps its sequence number for ever and stays visible once cancelled; each update tells
against the version before what it changed itself (after Da Vinci PAS, HL7).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.periods import add_months
from domain.refusals import RuleBroken

ASKABLE_MONTHS = 6


class Change(StrEnum):
    """What happened to an item against the version before."""

    NONE = ""
    CHANGED = "changed"
    ADDED = "added"


class Answer(StrEnum):
    APPROVED = "approved"
    DENIED = "denied"
    PENDED = "pended"


@dataclass(frozen=True, slots=True)
class Item:
    sequence: int
    code: str
    quantity: Decimal
    cancelled: bool = False
    change: Change = Change.NONE


@dataclass(frozen=True, slots=True)
class CancelItem:
    sequence: int


@dataclass(frozen=True, slots=True)
class ChangeItem:
    """New figures for an item; None = as before."""

    sequence: int
    code: str | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AddItem:
    code: str
    quantity: Decimal


ItemChange = CancelItem | ChangeItem | AddItem


def updated(items: Sequence[Item], changes: Iterable[ItemChange]) -> tuple[Item, ...]:
    """The next version of the items, with only these changes flagged.

    Raises RuleBroken `preauthorisation.unknown_item` and `preauthorisation.item_cancelled`.
    """
    version = {item.sequence: replace(item, change=Change.NONE) for item in items}
    for change in changes:
        match change:
            case AddItem():
                new = max(version, default=0) + 1
                version[new] = Item(new, change.code, change.quantity, change=Change.ADDED)
            case CancelItem():
                item = _open_item(version, change.sequence)
                version[item.sequence] = replace(item, cancelled=True, change=_flag(item))
            case ChangeItem():
                item = _open_item(version, change.sequence)
                version[item.sequence] = replace(
                    item,
                    code=item.code if change.code is None else change.code,
                    quantity=item.quantity if change.quantity is None else change.quantity,
                    change=_flag(item),
                )
    return tuple(version.values())


def cancelled(items: Sequence[Item]) -> tuple[Item, ...]:
    """The whole request taken back: every item that was open is cancelled."""
    return updated(items, [CancelItem(i.sequence) for i in items if not i.cancelled])


def _flag(item: Item) -> Change:
    return Change.ADDED if item.change is Change.ADDED else Change.CHANGED


def _open_item(version: dict[int, Item], sequence: int) -> Item:
    item = version.get(sequence)
    if item is None:
        raise RuleBroken("preauthorisation.unknown_item", f"there is no item {sequence}")
    if item.cancelled:
        raise RuleBroken("preauthorisation.item_cancelled", f"item {sequence} is cancelled")
    return item


@dataclass(frozen=True, slots=True)
class ItemDecision:
    """A decision on an item; `in_time` = before the first response had to leave.

    `moment` names when it fell, `answer` None = still undecided at that moment.
    """

    sequence: int
    moment: str
    in_time: bool
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Responses:
    """What the asker hears at first, what holds in the end, and how often he is told later."""

    first: dict[int, Answer]
    final: dict[int, Answer]
    notifications: int


def responses(items: Sequence[Item], decisions: Iterable[ItemDecision]) -> Responses:
    """Items that cannot be decided in time are answered as pended; later answers are announced."""
    first = {item.sequence: Answer.PENDED for item in items}
    later: list[tuple[str, int, Answer]] = []
    for decision in decisions:
        if decision.answer is None:
            continue
        if decision.in_time:
            first[decision.sequence] = decision.answer
        else:
            later.append((decision.moment, decision.sequence, decision.answer))
    final, told = dict(first), set[str]()
    for moment, sequence, answer in later:
        if final.get(sequence) is not answer:
            final[sequence] = answer
            told.add(moment)
    return Responses(first, final, len(told))


def may_be_asked_on(service_ends_on: date, day: date) -> bool:
    """A once-pended authorisation can be asked for until six months after the planned end."""
    return day <= add_months(service_ends_on, ASKABLE_MONTHS)
