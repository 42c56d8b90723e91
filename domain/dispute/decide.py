"""What we allow for disputes: one appeal, and never the same person twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.dispute.events import (
    DisputeAmended,
    DisputeAppealed,
    DisputeDecided,
    DisputeEvent,
    DisputeOpened,
    DisputeWithdrawn,
    Outcome,
)
from domain.dispute.state import Dispute, NotOpened, Opened, Stage
from domain.four_eyes import another_person
from domain.money import Money
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """`claim_is_decided` tells that there is a decision to dispute; `line_numbers` those of the
    claim."""

    number: str
    claim_id: UUID
    claim_number: str
    member_id: UUID
    lines: tuple[int, ...]
    grounds: str
    opened_by: str
    claim_is_decided: bool
    line_numbers: tuple[int, ...]
    claimed: Money | None = None


@dataclass(frozen=True, slots=True)
class AmendDispute:
    grounds: str
    amended_by: str
    claimed: Money | None = None


@dataclass(frozen=True, slots=True)
class DecideDispute:
    outcome: Outcome
    why: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class AppealDispute:
    grounds: str
    appealed_by: str


@dataclass(frozen=True, slots=True)
class WithdrawDispute:
    withdrawn_by: str


DisputeCommand = OpenDispute | AmendDispute | DecideDispute | AppealDispute | WithdrawDispute


def decide(dispute: Dispute, command: DisputeCommand) -> Sequence[DisputeEvent]:
    match command:
        case OpenDispute():
            return open_dispute(dispute, command)
        case AmendDispute():
            return amend(opened(dispute), command)
        case DecideDispute():
            return settle(opened(dispute), command)
        case AppealDispute():
            return appeal(opened(dispute), command)
        case WithdrawDispute():
            at_stage(opened(dispute), Stage.OPEN, Stage.APPEALED)
            return [DisputeWithdrawn(command.withdrawn_by)]
        case _:
            assert_never(command)


def open_dispute(dispute: Dispute, command: OpenDispute) -> Sequence[DisputeEvent]:
    if not isinstance(dispute, NotOpened):
        raise WrongStage("dispute.already_opened", "this dispute has been opened before")
    if not command.claim_is_decided:
        raise WrongStage("dispute.claim_not_decided", "there is no decision to dispute yet")
    _said(command.grounds, "grounds")
    for line in command.lines:
        if line not in command.line_numbers:
            raise RuleBroken("dispute.no_such_line", f"the claim has no line {line}", field="lines")
    return [
        DisputeOpened(
            command.number,
            command.claim_id,
            command.claim_number,
            command.member_id,
            command.lines,
            command.grounds,
            command.opened_by,
            command.claimed,
        )
    ]


def amend(dispute: Opened, command: AmendDispute) -> Sequence[DisputeEvent]:
    at_stage(dispute, Stage.OPEN, Stage.APPEALED)
    _said(command.grounds, "grounds")
    return [DisputeAmended(command.grounds, command.amended_by, command.claimed)]


def settle(dispute: Opened, command: DecideDispute) -> Sequence[DisputeEvent]:
    at_stage(dispute, Stage.OPEN, Stage.APPEALED)
    _said(command.why, "why")
    another_person(
        command.decided_by,
        dispute.spoken,
        "dispute.same_person",
        "who has spoken in a dispute does not decide it",
    )
    return [DisputeDecided(command.outcome, command.why, command.decided_by)]


def appeal(dispute: Opened, command: AppealDispute) -> Sequence[DisputeEvent]:
    at_stage(dispute, Stage.DECIDED)
    _said(command.grounds, "grounds")
    return [DisputeAppealed(command.grounds, command.appealed_by)]


def at_stage(dispute: Opened, *stages: Stage) -> None:
    if dispute.stage not in stages:
        raise WrongStage(
            "dispute.wrong_stage",
            f"the dispute is {dispute.stage}; this needs {' or '.join(stages)}",
        )


def opened(dispute: Dispute) -> Opened:
    """The dispute if there is one; otherwise the refusal."""
    if isinstance(dispute, Opened):
        return dispute
    raise WrongStage("dispute.not_found", "there is no such dispute", field="dispute_id")


def _said(text: str, field: str) -> None:
    if not text.strip():
        raise RuleBroken("dispute.nothing_said", "say why", field=field)
