"""Use cases that take a claim one step further without saying which: hand in, process."""

from commands.claims import ClaimStep, Note, adjudicate_claim, prepare_claim
from commands.context import Context, Desk
from commands.desk_work import Answered, receive_information
from commands.handling import Decision, Outcome, carry_out
from commands.payments import PaymentOfClaim, schedule_payment
from domain.claim import CLAIM
from domain.claim.decide import submitted
from domain.claim.state import Stage
from domain.refusals import WrongStage


def hand_in(desk: Desk, context: Context, request: Answered) -> Outcome:
    """With the answer that was asked for; a claim that waits for none is where it was."""
    standing = submitted(desk.store.load(CLAIM, request.claim_id).state)
    if standing.stage is Stage.PENDED:
        return receive_information(desk, context, request)

    def decide() -> Decision:
        claim = submitted(desk.store.load(CLAIM, request.claim_id).state)
        answer = {
            "id": str(request.claim_id), "number": claim.number, "stage": str(claim.stage),
        }  # fmt: skip
        return Decision((), answer)

    return carry_out(desk.store, context, decide)


def process(desk: Desk, context: Context, request: ClaimStep) -> Outcome:
    """Adjudicate a scored claim, put an adjudicated one forward, schedule an approved one's money.

    Raises WrongStage `claim.nothing_to_process` where a person must judge, or all is done.
    """
    earlier = desk.store.receipt(context.command_id, context.fingerprint)
    if earlier is not None:  # the step was taken before, and another one would follow now
        return Outcome(earlier.answer, earlier, None)
    stage = submitted(desk.store.load(CLAIM, request.claim_id).state).stage
    match stage:
        case Stage.SCORED:
            return adjudicate_claim(desk, context, request)
        case Stage.ADJUDICATED:
            return prepare_claim(desk, context, Note(request.claim_id))
        case Stage.APPROVED:
            return schedule_payment(desk, context, PaymentOfClaim(request.claim_id))
        case _:
            raise WrongStage(
                "claim.nothing_to_process", f"the claim is {stage}: no step follows by itself",
                stage=str(stage),
            )  # fmt: skip
