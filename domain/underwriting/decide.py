"""What we allow in underwriting: open, assess, refer, approve with loading, offer, decline."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never
from uuid import UUID

from domain.four_eyes import another_person
from domain.money import Money, share
from domain.refusals import RuleBroken, WrongStage
from domain.underwriting.events import (
    CounterOfferAccepted,
    CounterOfferMade,
    Declaration,
    RiskAssessed,
    RiskCategory,
    UnderwritingApproved,
    UnderwritingCaseOpened,
    UnderwritingDeclined,
    UnderwritingEvent,
    UnderwritingReferred,
)
from domain.underwriting.risk import assess
from domain.underwriting.state import NotOpened, Opened, Stage, UnderwritingCase

MOST_LOADING_BPS = 30_000


@dataclass(frozen=True, slots=True)
class OpenCase:
    number: str
    applicant_id: UUID
    sum_assured: Money
    base_premium: Money
    declaration: Declaration
    opened_by: str = ""


@dataclass(frozen=True, slots=True)
class AssessRisk:
    """`auto_approve_up_to` is the sum assured up to which a low risk needs nobody's signature."""

    auto_approve_up_to: Money


@dataclass(frozen=True, slots=True)
class ReferCase:
    reason: str


@dataclass(frozen=True, slots=True)
class ApproveCase:
    """`senior` tells that the approver may sign high risks."""

    approver: str
    senior: bool
    loading_bps: int
    exclusions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MakeCounterOffer:
    offered_by: str
    senior: bool
    loading_bps: int
    exclusions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptCounterOffer:
    pass


@dataclass(frozen=True, slots=True)
class DeclineCase:
    reasons: tuple[str, ...]
    note: str = ""


UnderwritingCommand = (
    OpenCase
    | AssessRisk
    | ReferCase
    | ApproveCase
    | MakeCounterOffer
    | AcceptCounterOffer
    | DeclineCase
)

UNDECIDED = (Stage.ASSESSED, Stage.REFERRED, Stage.OFFERED)


def decide(case: UnderwritingCase, command: UnderwritingCommand) -> Sequence[UnderwritingEvent]:
    match command:
        case OpenCase():
            return open_case(case, command)
        case AssessRisk():
            return assess_risk(opened(case), command)
        case ReferCase():
            at_stage(opened(case), Stage.ASSESSED)
            return [UnderwritingReferred(command.reason)]
        case ApproveCase():
            return approve(opened(case), command)
        case MakeCounterOffer():
            return offer(opened(case), command)
        case AcceptCounterOffer():
            at_stage(opened(case), Stage.OFFERED)
            return [CounterOfferAccepted()]
        case DeclineCase():
            return decline(opened(case), command)
        case _:
            assert_never(command)


def open_case(case: UnderwritingCase, command: OpenCase) -> Sequence[UnderwritingEvent]:
    if not isinstance(case, NotOpened):
        raise WrongStage("underwriting.already_open", "this case has been opened before")
    if command.sum_assured.minor <= 0 or command.base_premium.minor <= 0:
        raise RuleBroken(
            "underwriting.amount_not_positive", "sum assured and premium are above zero",
            field="sum_assured",
        )  # fmt: skip
    if command.sum_assured.currency != command.base_premium.currency:
        raise RuleBroken(
            "underwriting.currencies_mixed", "sum assured and premium are in one currency",
            field="base_premium",
        )  # fmt: skip
    return [
        UnderwritingCaseOpened(
            command.number,
            command.applicant_id,
            command.sum_assured,
            command.base_premium,
            command.declaration,
            command.opened_by,
        )
    ]


def assess_risk(case: Opened, command: AssessRisk) -> Sequence[UnderwritingEvent]:
    at_stage(case, Stage.OPEN)
    found = assess(case.declaration)
    assessed = RiskAssessed(
        found.score, found.category, found.factors, found.recommended_loading_bps
    )
    if found.category is RiskCategory.LOW and within(case.sum_assured, command.auto_approve_up_to):
        return [assessed, UnderwritingApproved(case.base_premium, 0, (), "rules")]
    if found.category is RiskCategory.HIGH:
        return [assessed, UnderwritingReferred("high risk")]
    return [assessed]


def within(amount: Money, most: Money) -> bool:
    """Whether an amount is small enough; in another currency somebody has to look."""
    return amount.currency == most.currency and amount <= most


def approve(case: Opened, command: ApproveCase) -> Sequence[UnderwritingEvent]:
    at_stage(case, *UNDECIDED)
    may_sign(case, command.approver, senior=command.senior)
    premium = loaded(case.base_premium, command.loading_bps)
    return [
        UnderwritingApproved(premium, command.loading_bps, command.exclusions, command.approver)
    ]


def offer(case: Opened, command: MakeCounterOffer) -> Sequence[UnderwritingEvent]:
    at_stage(case, *UNDECIDED)
    may_sign(case, command.offered_by, senior=command.senior)
    premium = loaded(case.base_premium, command.loading_bps)
    return [CounterOfferMade(premium, command.loading_bps, command.exclusions, command.offered_by)]


def decline(case: Opened, command: DeclineCase) -> Sequence[UnderwritingEvent]:
    at_stage(case, *UNDECIDED)
    if not command.reasons:
        raise RuleBroken("underwriting.declined_without_reason", "say why", field="reasons")
    return [UnderwritingDeclined(command.reasons, command.note)]


def loaded(base: Money, loading_bps: int) -> Money:
    """The premium with its medical loading: 75,000 with 1,500 basis points is 86,250."""
    if not 0 <= loading_bps <= MOST_LOADING_BPS:
        raise RuleBroken(
            "underwriting.loading_out_of_range", f"{loading_bps} basis points",
            field="loading_bps",
        )  # fmt: skip
    return base + share(base, Fraction(loading_bps, 10_000))


def may_sign(case: Opened, who: str, *, senior: bool) -> None:
    """Raises RuleBroken: high risks are for seniors, and nobody decides upon an own case."""
    another_person(
        who,
        {case.opened_by},
        "underwriting.same_person",
        "who opened a case does not decide upon it",
    )
    if (case.category is RiskCategory.HIGH or case.stage is Stage.REFERRED) and not senior:
        raise RuleBroken("underwriting.needs_senior", "a senior underwriter decides this case")


def at_stage(case: Opened, *stages: Stage) -> None:
    if case.stage not in stages:
        raise WrongStage(
            "underwriting.wrong_stage", f"the case is {case.stage}; this needs "
            + " or ".join(stages),
        )  # fmt: skip


def opened(case: UnderwritingCase) -> Opened:
    """The case if opened; otherwise the refusal."""
    if isinstance(case, Opened):
        return case
    raise WrongStage("underwriting.not_found", "there is no such case", field="case_id")
