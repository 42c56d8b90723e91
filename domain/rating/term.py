"""How long cover lasts: first and last covered day, last day to pay, expiry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.periods import add_months

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TermRules:
    """Months of cover, and what stands between enrolment and its start.

    `cycle_starts` are the (month, day) on which cover may begin; empty = on any day. Within the
    grace months after a cycle's start one still joins that cycle. Administration takes its
    months for new policies only.
    """

    insurance_months: int
    administration_months: int = 0
    cycle_starts: tuple[tuple[int, int], ...] = ()
    grace_months_enrolment: int = 0
    grace_months_renewal: int = 0
    grace_months_payment: int = 0

    def grace(self, *, renewal: bool) -> int:
        return self.grace_months_renewal if renewal else self.grace_months_enrolment


@dataclass(frozen=True, slots=True)
class Term:
    """First and last covered day."""

    starts_on: date
    expires_on: date


def term(rules: TermRules, enrolled_on: date, *, renewal: bool = False) -> Term:
    """The cover that enrolment on a day leads to."""
    reference = enrolled_on
    if not renewal:
        reference = add_months(reference, rules.administration_months)
    starts_on = reference
    if rules.cycle_starts:
        earliest = add_months(reference, -rules.grace(renewal=renewal))
        starts_on = next_cycle(rules.cycle_starts, earliest)
    return Term(starts_on, add_months(starts_on, rules.insurance_months) - ONE_DAY)


def next_cycle(cycle_starts: Iterable[tuple[int, int]], earliest: date) -> date:
    """The first day on or after `earliest` on which a cycle starts."""
    days = [
        date(year, month, first)
        for year in (earliest.year, earliest.year + 1)
        for month, first in cycle_starts
    ]
    return min(day for day in days if day >= earliest)


def last_payment_day_of_cycle(rules: TermRules, starts_on: date, *, renewal: bool) -> date:
    """The last day to pay for cover that starts with a cycle: its grace months, less a day."""
    grace = rules.grace(renewal=renewal) or rules.grace_months_payment
    return add_months(starts_on, grace) - ONE_DAY


def last_payment_day(rules: TermRules, counted_from: date) -> date:
    """The last day to pay where cover starts on any day.

    `counted_from` is the day of enrolment, or for a renewal the day after the previous expiry.
    """
    return add_months(counted_from, rules.grace_months_payment) - ONE_DAY


def has_expired(expires_on: date, today: date) -> bool:
    """A policy is still in force on the day it expires."""
    return expires_on < today
