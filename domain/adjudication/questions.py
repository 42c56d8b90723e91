"""Questions about a history as it was known on some day: a total, or a part of a claim.

`acc:WHO:YEAR:WHAT` asks for an accumulator (WHAT may itself hold a colon, as in visits:office);
`claim:ID:PART` for a part of a claim such as plan_pays, member_pays or deductible.
"""

from enum import StrEnum

from domain.adjudication.history import History
from domain.money import Money

COUNTS = ("visits", "claims")


class Unanswered(StrEnum):
    UNKNOWN_CLAIM = "UNKNOWN_CLAIM"
    REVERSED = "REVERSED"


class BadQuestion(ValueError):
    """A question that has not the form `acc:WHO:YEAR:WHAT` or `claim:ID:PART`."""


def answer(history: History, ask: str, currency: str) -> Money | int | Unanswered:
    """The answer from the events in this history; raises BadQuestion."""
    match ask.split(":", 3):
        case ["acc", who, year, what]:
            total = history.balances.total(who, year, what)
            return total if what.split(":")[0] in COUNTS else Money(total, currency)
        case ["claim", claim_id, part]:
            return _of_claim(history, claim_id, part)
        case _:
            raise BadQuestion(f"{ask!r} is neither acc:WHO:YEAR:WHAT nor claim:ID:PART")


def _of_claim(history: History, claim_id: str, part: str) -> Money | Unanswered:
    posted = history.find(claim_id)
    if posted is None:
        return Unanswered.UNKNOWN_CLAIM
    if not posted.live:
        return Unanswered.REVERSED
    if part not in PARTS:
        raise BadQuestion(f"{part!r} is no part of a claim; ask for one of {', '.join(PARTS)}")
    return posted.determination.part(part)


PARTS = (
    "plan_pays",
    "member_pays",
    "billed",
    "allowed",
    "write_off",
    "balance_bill",
    "deductible",
    "copay",
    "coinsurance",
    "over_limit",
    "not_covered",
)
