"""Use cases of fraud scores: a claim is scored as it comes in, and again whenever it is asked."""

from dataclasses import dataclass
from uuid import UUID

from adapters.envelope import Change
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from commands.review_sampling import why_reviewed
from domain.claim import CLAIM
from domain.claim.decide import ScoreClaim, submitted
from domain.claim.state import Submitted
from domain.fraud.judgement import Judgement, by_rules
from domain.fraud.known import Known, SeenClaim
from domain.fraud.rules import score
from domain.fraud.suspect import Suspect
from domain.fraud_case import FRAUD_CASE
from domain.fraud_case.decide import RaiseAlert, RescoreClaim
from domain.fraud_case.events import FraudAlerted
from domain.ids import fraud_case_id
from domain.money import Money
from domain.refusals import WrongStage

BY_SCORE, BY_RESCORE = "score", "rescore"


class RulesAlone:
    """Judges where no model is wired in."""

    def judge(self, claim_id: UUID, claim: SeenClaim, known: Known) -> Judgement:
        return by_rules(score(Suspect(claim, known)), "no model is used here")


@dataclass(frozen=True, slots=True)
class ScoreOfClaim:
    """`as_of` is the claim's own log position: nothing recorded later is looked at."""

    claim_id: UUID
    as_of: int


def score_claim(desk: Desk, context: Context, request: ScoreOfClaim) -> Outcome:
    """Score a submitted claim; a suspicious one raises an alert, a very suspicious one waits."""

    def decide() -> Decision:
        claim = desk.store.load(CLAIM, request.claim_id)
        standing = submitted(claim.state)
        found = judged(desk, request.claim_id)
        usual = usual_bills(desk, request.claim_id, standing)
        command = ScoreClaim(
            score=found.score,
            model=found.model,
            reasons=found.reasons,
            evidence_position=request.as_of,
            suspend_at=desk.bands.fraud_suspend_at,
            review_because=why_reviewed(desk.review, request.claim_id, standing, usual),
            words=found.words,
            features_hash=found.features_hash,
            note=found.note,
            beside=found.beside,
        )
        changes = [changed(claim, CLAIM.decide(claim.state, command))]
        suspends = found.score >= desk.bands.fraud_suspend_at
        if found.alerts or suspends:
            alert = alert_of(request.claim_id, standing, found, BY_SCORE, suspended=suspends)
            changes.append(raised(desk, alert))
        return Decision(tuple(changes), {"id": str(request.claim_id)})

    return carry_out(desk.store, context, decide)


def usual_bills(desk: Desk, claim_id: UUID, claim: Submitted) -> tuple[Money, ...]:
    """Earlier bills for the same diagnosis, where somebody wants to compare with them."""
    seen = desk.claims_known.beside(claim_id) if desk.review.variance_percent else None
    if seen is None:
        return ()
    return tuple(Money(minor, claim.billed.currency) for minor in seen[1].like.bills)


@dataclass(frozen=True, slots=True)
class Rescoring:
    """`found` is what was thought of the claim when somebody has looked already."""

    claim_id: UUID
    found: Judgement | None = None


def rescore_claim(desk: Desk, context: Context, request: Rescoring) -> Outcome:
    """Score a claim again by what judges now, with what was known when it came in.

    It raises an alert where there is reason to; a claim that was decided is not held up by it.
    """

    def decide() -> Decision:
        standing = submitted(desk.store.load(CLAIM, request.claim_id).state)
        found = request.found or judged(desk, request.claim_id)
        case = desk.store.load(FRAUD_CASE, fraud_case_id(request.claim_id))
        again = rescored(request.claim_id, standing.member_id, found)
        facts = list(FRAUD_CASE.decide(case.state, again))
        if found.alerts:
            alert = alert_of(request.claim_id, standing, found, BY_RESCORE, suspended=False)
            facts += FRAUD_CASE.decide(case.state, RaiseAlert(alert))
        answer = {
            "id": str(request.claim_id),
            "number": standing.number,
            "score": str(found.score),
            "model": found.model,
            "alerts": found.alerts,
        }
        return Decision((changed(case, facts),), answer)

    return carry_out(desk.store, context, decide)


def judged(desk: Desk, claim_id: UUID) -> Judgement:
    """What is thought of a claim, with what was known when it came in.

    Raises WrongStage while the read model of known claims has not seen it.
    """
    found = desk.claims_known.beside(claim_id)
    if found is None:
        raise WrongStage("claim.not_yet_known", "the claim has only just come in; try again soon")
    return desk.judge.judge(claim_id, *found)


def alert_of(
    claim_id: UUID, claim: Submitted, found: Judgement, raised_by: str, *, suspended: bool
) -> FraudAlerted:
    return FraudAlerted(
        claim_id=claim_id,
        number=claim.number,
        member_id=claim.member_id,
        provider_id=claim.provider_id,
        billed=claim.billed,
        score=found.score,
        model=found.model,
        kind=found.kind,
        reasons=found.reasons,
        words=found.words,
        suspended=suspended,
        raised_by=raised_by,
    )


def raised(desk: Desk, alert: FraudAlerted) -> Change:
    case = desk.store.load(FRAUD_CASE, fraud_case_id(alert.claim_id))
    return changed(case, FRAUD_CASE.decide(case.state, RaiseAlert(alert)))


def rescored(claim_id: UUID, member_id: UUID, found: Judgement) -> RescoreClaim:
    return RescoreClaim(
        claim_id=claim_id,
        member_id=member_id,
        score=found.score,
        model=found.model,
        reasons=found.reasons,
        words=found.words,
        features_hash=found.features_hash,
    )
