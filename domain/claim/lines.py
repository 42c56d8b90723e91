"""What makes the lines and days of a claim sound, whoever asks and however it comes in."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from domain.claim.events import BilledLine
from domain.refusals import RuleBroken

MOST_LINES = 500


def dated_well(service_from: date, service_until: date, submitted_on: date) -> None:
    """Raises RuleBroken for days of service that are out of order or still to come."""
    if service_until < service_from:
        raise RuleBroken(
            "claim.service_ends_before_start",
            "the last day of service lies before the first",
            field="service_until",
        )
    if service_until > submitted_on:
        raise RuleBroken(
            "claim.service_in_future",
            f"service until {service_until}, claimed on {submitted_on}",
            field="service_until",
        )


def lines_are_sound(lines: Sequence[BilledLine]) -> None:
    """Raises RuleBroken that names the line and the field."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise RuleBroken(
            "claim.line_count", f"a claim has 1 to {MOST_LINES} lines, not {len(lines)}",
            field="lines",
        )  # fmt: skip
    twice = [n for n, count in Counter(li.line for li in lines).items() if count > 1]
    if twice:
        raise RuleBroken("claim.line_twice", f"line {twice[0]} comes twice", field="lines")
    for li in lines:
        if li.quantity <= 0:
            raise RuleBroken(
                "claim.quantity_not_positive", f"line {li.line}: quantity {li.quantity}",
                field=f"lines.{li.line}.quantity",
            )  # fmt: skip
        if li.billed.minor < 0:
            raise RuleBroken(
                "claim.billed_negative", f"line {li.line}: billed {li.billed}",
                field=f"lines.{li.line}.billed",
            )  # fmt: skip
        if li.billed.currency != lines[0].billed.currency:
            raise RuleBroken(
                "claim.currencies_mixed", f"line {li.line} is in {li.billed.currency}",
                field=f"lines.{li.line}.billed",
            )  # fmt: skip
