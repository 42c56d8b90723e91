"""Use cases of erasure: keep for the law, ask, approve, and destroy what makes data readable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from adapters.biometric_templates import BiometricTemplates
from adapters.envelope import Change, Loaded
from adapters.traces import remove_traces
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from commands.members import national_id_released
from domain.member import MEMBER
from domain.member.decide import MemberCommand
from domain.member.erasing import EraseMember, LiftLegalHold, PlaceLegalHold, RequestErasure
from domain.member.erasing_events import MemberErased, MemberErasureRefused
from domain.member.state import Enrolled, Erased, Member, NotEnrolled


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold by its reference, such as a court's file number."""

    member_id: UUID
    hold: str
    grounds: str = ""


@dataclass(frozen=True, slots=True)
class Erasure:
    member_id: UUID
    grounds: str = ""


def place_legal_hold(desk: Desk, context: Context, request: Hold) -> Outcome:
    """From now on the member's data may not be erased."""
    command = PlaceLegalHold(request.hold, request.grounds, context.actor)
    return _on_member(desk, context, request.member_id, command)


def lift_legal_hold(desk: Desk, context: Context, request: Hold) -> Outcome:
    return _on_member(desk, context, request.member_id, LiftLegalHold(request.hold, context.actor))


def request_erasure(desk: Desk, context: Context, request: Erasure) -> Outcome:
    """Ask for an erasure; under a legal hold the answer says so, and the refusal is recorded."""
    command = RequestErasure(request.grounds, context.actor)
    return _on_member(desk, context, request.member_id, command)


def erase_member(desk: Desk, context: Context, request: Erasure) -> Outcome:
    """Approve an erasure that somebody else asked for, and carry it out.

    The event is recorded first and the key destroyed after it, so that nothing becomes unreadable
    without a reason in the ledger. A repeat, and `finish_erasure`, do what an interrupted one left.
    """
    outcome = _on_member(
        desk,
        context,
        request.member_id,
        EraseMember(context.actor),
        lambda member: _registers_released(desk, member),
    )
    if outcome.receipt is not None and not outcome.answer["refused_for"]:
        finish_erasure(desk, context, request.member_id)
    return outcome


def finish_erasure(desk: Desk, context: Context, member_id: UUID) -> bool:
    """Destroy the key of a member whose erasure is recorded; False where nothing was left to do."""
    if not isinstance(desk.store.load(MEMBER, member_id).state, Erased):
        return False
    remove_traces(desk.store.pool, desk.store.tenant, member_id)
    BiometricTemplates(desk.store).destroy_all_of(member_id, context.recorded_at)
    desk.store.states.cache.clear()
    return desk.store.keys.destroy(desk.store.tenant, member_id, context.recorded_at)


def _on_member(
    desk: Desk,
    context: Context,
    member_id: UUID,
    command: MemberCommand,
    also: Callable[[Loaded[Member]], tuple[Change, ...]] = lambda member: (),
) -> Outcome:
    def decide() -> Decision:
        member = desk.store.load(MEMBER, member_id)
        facts = MEMBER.decide(member.state, command)
        erased = any(isinstance(fact, MemberErased) for fact in facts)
        others = also(member) if erased else ()
        return Decision((changed(member, facts), *others), _answer(member, facts))

    return carry_out(desk.store, context, decide)


def _registers_released(desk: Desk, member: Loaded[Member]) -> tuple[Change, ...]:
    """The person may come back one day, as somebody new."""
    match member.state:
        case Enrolled(details=details):
            return national_id_released(desk, details.national_id, member.stream_id)
        case _:
            return ()


def _answer(member: Loaded[Member], facts: Sequence[object]) -> dict[str, object]:
    state = member.state
    refusal = next((fact for fact in facts if isinstance(fact, MemberErasureRefused)), None)
    return {
        "id": str(member.stream_id),
        "number": "" if isinstance(state, NotEnrolled) else state.number,
        "refused_for": [] if refusal is None else list(refusal.holds),
        "erased": isinstance(state, Erased) or any(isinstance(f, MemberErased) for f in facts),
    }
