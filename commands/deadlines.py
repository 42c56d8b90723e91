"""What comes about when its day has come and nobody has acted: use cases of the scheduler.

Each looks at how things stand on that day; what was settled in time is refused or left alone.
"""

from datetime import date, timedelta
from uuid import UUID

from commands.context import Context, Desk
from commands.desk_work import step
from commands.handling import Outcome, carry_out_on
from commands.policies import PolicyChange, change_policy
from commands.preauthorisations import RequestStep, change_request
from domain.claim.desk_work import NoteSilence
from domain.fraud_case import FRAUD_CASE
from domain.fraud_case.decide import NoteOverdue
from domain.ids import fraud_case_id
from domain.policy.decide import LapsePolicy
from domain.preauthorisation.decide import ExpireRequest


def lapse_unpaid(desk: Desk, context: Context, policy_id: UUID) -> Outcome:
    """Let a policy lapse today; refused with `policy.nothing_overdue` where its premium is paid."""
    command = LapsePolicy(context.effective_on)
    return change_policy(desk, context, PolicyChange(policy_id, command))


def expire_approval(desk: Desk, context: Context, preauthorisation_id: UUID) -> Outcome:
    """End an approval that was not used; what it reserved is free again."""
    command = ExpireRequest(context.effective_on)
    return change_request(desk, context, RequestStep(preauthorisation_id, command))


def note_silence(
    desk: Desk, context: Context, claim_id: UUID, asked_of: str, due_on: date
) -> Outcome:
    """Note that nobody has answered what a claim waits for."""
    return step(desk, context, claim_id, NoteSilence(asked_of, due_on))


def note_investigation_overdue(
    desk: Desk, context: Context, claim_id: UUID, over_on: date
) -> Outcome:
    """Note that an investigation was to be decided before `over_on`."""
    command = NoteOverdue(over_on - timedelta(days=1))
    case, answer = fraud_case_id(claim_id), {"id": str(claim_id)}
    return carry_out_on(desk.store, context, FRAUD_CASE, case, command, answer=answer)
