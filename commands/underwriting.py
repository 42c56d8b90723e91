"""Use cases of underwriting: open a case with its first assessment, refer, decide, offer."""

from dataclasses import dataclass, replace
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.ids import UNDERWRITING as UNDERWRITING_SERIES
from domain.ids import numbered
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.money import Money
from domain.underwriting import UNDERWRITING
from domain.underwriting.decide import (
    ApproveCase,
    AssessRisk,
    MakeCounterOffer,
    OpenCase,
    UnderwritingCommand,
    opened,
)
from domain.underwriting.events import Declaration

SENIOR = frozenset({"senior_underwriter", "admin"})


@dataclass(frozen=True, slots=True)
class Application:
    applicant_id: UUID
    sum_assured: Money
    base_premium: Money
    declaration: Declaration
    case_id: UUID | None = None


def open_case(desk: Desk, context: Context, request: Application) -> Outcome:
    """Open a case and assess it at once; a small low risk is approved by the rules."""

    def decide() -> Decision:
        case = desk.store.load(UNDERWRITING, request.case_id or desk.ids.new())
        enrolled(desk.store.load(MEMBER, request.applicant_id).state)
        command = OpenCase(
            "", request.applicant_id, request.sum_assured, request.base_premium,
            request.declaration, context.actor,
        )  # fmt: skip
        UNDERWRITING.decide(case.state, command)  # refuse before a number is used up
        year = context.effective_on.year
        series = f"{UNDERWRITING_SERIES}|{year}"
        number = numbered(UNDERWRITING_SERIES, year, desk.numbers.take(series)[0])
        facts = list(UNDERWRITING.decide(case.state, replace(command, number=number)))
        facts += UNDERWRITING.decide(
            UNDERWRITING.fold(facts), AssessRisk(desk.underwriting_auto_up_to)
        )
        answer = {"id": str(case.stream_id), "number": number}
        return Decision((changed(case, facts),), answer)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class CaseChange:
    case_id: UUID
    command: UnderwritingCommand


def change_case(desk: Desk, context: Context, request: CaseChange) -> Outcome:
    """Refer, approve, offer, accept or decline; high risks need a senior underwriter."""
    command = signed(request.command, context)

    def decide() -> Decision:
        case = desk.store.load(UNDERWRITING, request.case_id)
        number = opened(case.state).number
        facts = UNDERWRITING.decide(case.state, command)
        return Decision((changed(case, facts),), {"id": str(request.case_id), "number": number})

    return carry_out(desk.store, context, decide)


def signed(command: UnderwritingCommand, context: Context) -> UnderwritingCommand:
    """The command with the authority of the person who is signed in, whatever it claimed."""
    senior = bool(context.roles & SENIOR)
    match command:
        case ApproveCase():
            return replace(command, approver=context.actor, senior=senior)
        case MakeCounterOffer():
            return replace(command, offered_by=context.actor, senior=senior)
        case _:
            return command
