"""Whether a claim stands where a command makes sense."""

from domain.claim.state import Claim, Stage, Submitted, TakenOver
from domain.refusals import WrongStage


def at_stage(claim: Submitted, *stages: Stage) -> None:
    """Raises WrongStage `claim.wrong_stage` for a claim at any other stage."""
    if claim.stage not in stages:
        wanted = " or ".join(stages)
        raise WrongStage(
            "claim.wrong_stage", f"the claim is {claim.stage}; this needs {wanted}",
            stage=str(claim.stage),
        )  # fmt: skip


def submitted(claim: Claim) -> Submitted:
    """The claim if it is one of ours; otherwise the refusal."""
    if isinstance(claim, Submitted):
        return claim
    if isinstance(claim, TakenOver):
        raise WrongStage("claim.taken_over", "this claim was decided in another system")
    raise WrongStage("claim.not_found", "there is no such claim", field="claim_id")
