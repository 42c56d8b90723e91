"""What falls due by itself when nobody acts: DEADLINES, beside what follows at once (REACTIONS).

A deadline is put down with the event that sets it and waits in the same durable table as all other
work; on its day it is carried out like any other task, with retries, a list of failures, and a
command id derived from event and deadline, so that twice is once. Where the matter was settled in
time nothing happens. What was entered late is not timed out at once: a day is left to put it right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from adapters.envelope import Recorded
from commands.ports import Clock
from domain.claim.desk_events import ClaimInformationRequested
from domain.fraud_case.events import FraudInvestigationOpened
from domain.fraud_model.checks import first_check
from domain.fraud_model.events import ModelChecked, ModelPromoted
from domain.policy.events import PolicyIssued, PolicyRenewed
from domain.preauthorisation.events import PreauthorisationApproved
from workers.reactions import Queue
from workers.requests import (
    ExpireApproval,
    LapseUnpaid,
    NoteInvestigationOverdue,
    NoteModelCheckDue,
    NoteSilence,
)

DAYS_TO_ANSWER = 30  # for what was asked of a provider or member
USUAL_GRACES = (15, 30, 60, 90)
AT_LEAST = timedelta(days=1)  # between what comes in and what falls due of it


class Timed(Protocol):
    """A request that is carried out from the beginning of a day on."""

    @property
    def due_on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Deadline:
    """A pure function under its name: an event in, what falls due and when, in order of days."""

    name: str
    asks_for: tuple[type, ...]
    meaning: str
    set_by: Callable[[Recorded], Sequence[Timed]]
    queue: Queue = Queue.GENERAL

    def __call__(self, event: Recorded) -> Sequence[Timed]:
        return self.set_by(event)


def deadline(
    asks_for: type,
) -> Callable[[Callable[[Recorded], Sequence[Timed]]], Deadline]:
    """Make a deadline of a function; its name and the first line of its docstring are shown."""

    def made(set_by: Callable[[Recorded], Sequence[Timed]]) -> Deadline:
        meaning = (set_by.__doc__ or "").partition("\n")[0]
        return Deadline(set_by.__name__, (asks_for,), meaning, set_by)

    return made


@deadline(LapseUnpaid)
def grace_ends(event: Recorded) -> Sequence[LapseUnpaid]:
    """Let the policy lapse where a premium is unpaid at the end of its grace."""
    issued: PolicyIssued = event.fact
    grace = timedelta(days=issued.grace_days)
    days = sorted(instalment.due_on + grace for instalment in issued.instalments)
    return [LapseUnpaid(event.stream_id, day) for day in days]


@deadline(LapseUnpaid)
def grace_of_renewal_ends(event: Recorded) -> Sequence[LapseUnpaid]:
    """Let the renewed policy lapse where a premium is unpaid at the end of its grace."""
    renewed: PolicyRenewed = event.fact
    # The renewal does not tell the policy's grace: the policy is looked at after each usual one.
    days = sorted(
        instalment.due_on + timedelta(days=grace)
        for instalment in renewed.instalments
        for grace in USUAL_GRACES
    )
    return [LapseUnpaid(event.stream_id, day) for day in days]


@deadline(ExpireApproval)
def approval_expires(event: Recorded) -> Sequence[ExpireApproval]:
    """End the approval that nobody has used, and free what it reserved."""
    approved: PreauthorisationApproved = event.fact
    return [ExpireApproval(event.stream_id, approved.valid_until)]


@deadline(NoteInvestigationOverdue)
def investigation_overdue(event: Recorded) -> Sequence[NoteInvestigationOverdue]:
    """Note that the investigation was not decided in time."""
    opened: FraudInvestigationOpened = event.fact
    return [NoteInvestigationOverdue(opened.claim_id, opened.due_on + timedelta(days=1))]


@deadline(NoteSilence)
def answer_overdue(event: Recorded) -> Sequence[NoteSilence]:
    """Note that nobody has answered what the claim waits for."""
    asked: ClaimInformationRequested = event.fact
    day = event.meta.effective_on + timedelta(days=DAYS_TO_ANSWER)
    return [NoteSilence(event.stream_id, asked.asked_of, day)]


@deadline(NoteModelCheckDue)
def new_model_is_checked(event: Recorded) -> Sequence[NoteModelCheckDue]:
    """Hold the fraud model that came into charge against the claims of its first month."""
    promoted: ModelPromoted = event.fact
    version, day = first_check(promoted, event.meta.effective_on)
    return [NoteModelCheckDue(event.stream_id, version, day)]


@deadline(NoteModelCheckDue)
def model_is_checked_again(event: Recorded) -> Sequence[NoteModelCheckDue]:
    """Hold the fraud model against the claims of late once more, while it is in charge."""
    checked: ModelChecked = event.fact
    return [NoteModelCheckDue(event.stream_id, checked.version, checked.next_on)]


DEADLINES: Mapping[type, tuple[Deadline, ...]] = {
    PolicyIssued: (grace_ends,),
    PolicyRenewed: (grace_of_renewal_ends,),
    PreauthorisationApproved: (approval_expires,),
    FraudInvestigationOpened: (investigation_overdue,),
    ClaimInformationRequested: (answer_overdue,),
    ModelPromoted: (new_model_is_checked,),
    ModelChecked: (model_is_checked_again,),
}


def first_due(event: Recorded, set_by: Deadline, clock: Clock) -> timedelta | None:
    """How long until a deadline is first looked at; None where the event sets none."""
    first = next(iter(set_by(event)), None)
    return None if first is None else max(clock.begins(first.due_on) - clock.now(), AT_LEAST)


def named(event: Recorded, name: str) -> Deadline | None:
    """The deadline of that name that an event of this kind sets, if there is one."""
    return next((it for it in DEADLINES.get(type(event.fact), ()) if it.name == name), None)
