"""The hours clause: which losses are one event is the cedant's choice of a window of hours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.money import Money, total
from domain.refusals import RuleBroken
from domain.reinsurance.loss import Loss


@dataclass(frozen=True, slots=True)
class TimedLoss:
    """A loss and the moment at which it happened."""

    loss: Loss
    at: datetime


@dataclass(frozen=True, slots=True)
class EventWindow:
    """One event: losses from `starts_at` up to, and without, `ends_at`."""

    starts_at: datetime
    ends_at: datetime
    loss: Money
    items: tuple[str, ...]


def largest_window(losses: Sequence[TimedLoss], hours: int) -> EventWindow:
    """The window of so many hours with the largest loss; the earliest of equal ones.

    It starts with a loss, because no other start could hold more. Raises RuleBroken
    `treaty.no_losses` without losses and `treaty.bad_hours_clause` for hours below one.
    """
    if hours < 1:
        raise RuleBroken("treaty.bad_hours_clause", f"an hours clause of {hours} hours")
    if not losses:
        raise RuleBroken("treaty.no_losses", "an hours clause needs at least one loss")
    ordered = sorted(losses, key=lambda one: (one.at, one.loss.item))
    windows = (_window(ordered, start, hours) for start in dict.fromkeys(x.at for x in ordered))
    return max(windows, key=lambda window: window.loss)  # the first of equal ones


def split_into_events(losses: Sequence[TimedLoss], hours: int) -> tuple[EventWindow, ...]:
    """Cut losses into events: the largest window first, then the rest on each side of it.

    Windows never overlap, every loss is in exactly one, and the answer is in order of time.
    """
    if not losses:
        return ()
    main = largest_window(losses, hours)
    before = [one for one in losses if one.at < main.starts_at]
    after = [one for one in losses if one.at >= main.ends_at]
    earlier = [_cut(window, main.starts_at) for window in split_into_events(before, hours)]
    return (*earlier, main, *split_into_events(after, hours))


def in_events(losses: Sequence[TimedLoss], hours: int) -> tuple[Loss, ...]:
    """The losses with the event that the hours clause puts them into, in the order given."""
    names = {
        item: f"event from {window.starts_at:%Y-%m-%dT%H:%M}"
        for window in split_into_events(losses, hours)
        for item in window.items
    }
    return tuple(
        replace(one.loss, event=names[one.loss.item], loss_on=one.loss.loss_on or one.at.date())
        for one in losses
    )


def _window(ordered: Sequence[TimedLoss], start: datetime, hours: int) -> EventWindow:
    end = start + timedelta(hours=hours)
    inside = [one.loss for one in ordered if start <= one.at < end]
    whole = total((loss.amount for loss in inside), inside[0].amount.currency)
    return EventWindow(start, end, whole, tuple(loss.item for loss in inside))


def _cut(window: EventWindow, at: datetime) -> EventWindow:
    return replace(window, ends_at=min(window.ends_at, at))
