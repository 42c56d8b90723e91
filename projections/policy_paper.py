"""A policy as its schedule is printed (PDF, A4): periods, who is covered, what is due and paid."""

from dataclasses import dataclass

from projections.paper import Sheet, bare, day
from projections.policy_schedule import Schedule
from projections.printed_words import Language, label


@dataclass(frozen=True, slots=True)
class Printed:
    """What the schedule says beside its figures; `names` are those of the covered, by number."""

    insurer: str
    holder_name: str
    holder_number: str
    plan: str
    names: dict[str, str]
    language: Language


class PolicySheet(Sheet):
    """The schedule's tables."""

    def people(self, told: Schedule, by: Printed) -> None:
        """Everybody who is covered, and when."""
        say = by.language
        head = [label("member", say), "", label("from", say), label("until", say)]
        rows = [
            [one.number, by.names.get(one.number, ""), day(one.period.from_on),
             day(one.period.until_on)]
            for one in told.covered
        ]  # fmt: skip
        self._table(head, rows, (3, 5, 2.4, 2.4), sums=False, words=2)

    def instalments(self, told: Schedule, by: Printed) -> None:
        """What falls due, and what of it is paid."""
        say = by.language
        head = [label("due_on", say), label("premium", say), label("paid", say)]
        rows = [[day(due.due_on), bare(due.amount), bare(due.paid)] for due in told.instalments]
        self._table(head, rows, (4, 3, 3), sums=False, words=1)


def schedule_pdf(told: Schedule, by: Printed) -> bytes:
    """The schedule as it stands on its day."""
    say = by.language
    page = PolicySheet(by.insurer, label("policy_schedule", say), told.number, say)
    last = told.periods[-1]
    page.facts(
        [
            (label("holder", say), f"{by.holder_name}  ({by.holder_number})"),
            (label("plan", say), by.plan),
            (label("period", say), f"{day(told.periods[0].from_on)} – {day(last.until_on)}"),
            (label("status", say), f"{told.status}, {day(told.on)}"),
        ]
    )
    page.figures(
        [
            (label("premium", say), told.premium, True),
            (label("paid", say), told.received, False),
            (label("unpaid", say), told.unpaid, False),
        ]
    )
    page.heading(label("covered", say))
    page.people(told, by)
    page.heading(label("instalments", say))
    page.instalments(told, by)
    return page.done()
