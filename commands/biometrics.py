"""Use cases of biometric records: register, compare with one member or with all, destroy.

What a finger or face looks like never enters an event: the template is stored beside it, sealed
with a key of its own, in the same transaction.
"""

from dataclasses import dataclass
from uuid import UUID

from adapters.biometric_templates import BiometricTemplates, Found, Reading, Vector, vector
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, carry_out_on, changed
from domain.biometric import BIOMETRIC
from domain.biometric.decide import (
    CompareBiometric,
    DestroyBiometric,
    RegisterBiometric,
)
from domain.biometric.events import Modality
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.refusals import WrongStage

MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Capture:
    """What a device made of a finger or face; `template` is checked by `vector` before."""

    member_id: UUID
    modality: Modality
    part: str
    quality: int
    model: str
    device: str
    template: bytes
    biometric_id: UUID | None = None


def register_biometric(desk: Desk, context: Context, request: Capture) -> Outcome:
    """Record that a member's finger or face is known, and keep the template under its own key."""
    templates = BiometricTemplates(desk.store)

    def decide() -> Decision:
        record = desk.store.load(BIOMETRIC, request.biometric_id or desk.ids.new())
        enrolled(desk.store.load(MEMBER, request.member_id).state)
        command = RegisterBiometric(
            request.member_id, request.modality, request.part, request.quality, request.model,
            request.device, context.actor,
        )  # fmt: skip
        facts = BIOMETRIC.decide(record.state, command)
        answer = {"id": str(record.stream_id)}
        if context.dry_run:
            return Decision((changed(record, facts),), answer)
        sealed = templates.sealed(record.stream_id, request.template)
        return Decision(
            (changed(record, facts),),
            answer,
            lambda conn: templates.keep(
                conn, record.stream_id, request.member_id, request.modality, request.model, sealed
            ),
        )

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Somebody at the desk, held against one member's records, or against everybody's."""

    modality: Modality
    model: str
    template: bytes
    purpose: str
    needed_bps: int
    member_id: UUID | None = None


def verify_biometric(desk: Desk, context: Context, request: Comparison) -> Outcome:
    """Is it this member? The best of their records answers, and the try is recorded with it."""
    shown = vector(request.template)

    def decide() -> Decision:
        found = _like(desk, context, request, shown)
        if not found:
            raise WrongStage(
                "biometric.none_to_compare",
                f"no {request.modality} of this member made by {request.model} is registered",
            )
        decision = _compared(desk, context, request, found[:1])
        best = found[0]
        answer = {
            "id": str(best.biometric_id),
            "matched": best.similarity_bps >= request.needed_bps,
            "similarity_bps": best.similarity_bps,
            "needed_bps": request.needed_bps,
        }
        return Decision(decision.changes, answer)

    return carry_out(desk.store, context, decide)


def match_biometric(desk: Desk, context: Context, request: Comparison) -> Outcome:
    """Who is it? The records that are alike enough, at most five, each with the try recorded."""
    shown = vector(request.template)

    def decide() -> Decision:
        found = [
            one
            for one in _like(desk, context, request, shown)
            if one.similarity_bps >= request.needed_bps
        ][:MOST_CANDIDATES]
        decision = _compared(desk, context, request, found)
        candidates = [
            {
                "id": str(one.biometric_id),
                "member_id": str(one.member_id),
                "similarity_bps": one.similarity_bps,
            }
            for one in found
        ]
        return Decision(decision.changes, {"candidates": candidates})

    return carry_out(desk.store, context, decide)


def _like(desk: Desk, context: Context, request: Comparison, shown: Vector) -> list[Found]:
    asked = Reading(
        context.actor, request.purpose, request.modality, request.model, request.member_id
    )
    return BiometricTemplates(desk.store).like(shown, asked)


def _compared(desk: Desk, context: Context, request: Comparison, found: list[Found]) -> Decision:
    records = desk.store.load_many(BIOMETRIC, [one.biometric_id for one in found])
    changes = []
    for one in found:
        record = records[one.biometric_id]
        command = CompareBiometric(
            request.purpose, request.model, one.similarity_bps, request.needed_bps, context.actor
        )
        changes.append(changed(record, BIOMETRIC.decide(record.state, command)))
    return Decision(tuple(changes))


def destroy_biometric(desk: Desk, context: Context, biometric_id: UUID) -> Outcome:
    """Record it first, then destroy template and key; a repeat finishes what was interrupted."""
    command = DestroyBiometric(context.reason, context.actor)
    outcome = carry_out_on(desk.store, context, BIOMETRIC, biometric_id, command)
    if outcome.receipt is not None:
        BiometricTemplates(desk.store).destroy(biometric_id, context.recorded_at)
    return outcome
