"""What we allow: claims and reservations take once, and give back what they took, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.accumulator.events import (
    AccumulatorEvent,
    BalanceBroughtForward,
    BenefitReleased,
    BenefitReserved,
    BenefitRestored,
    BenefitUsed,
)
from domain.accumulator.state import Accumulator
from domain.adjudication.balances import Entry, Use
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class UseBenefit:
    claim_id: UUID
    claim_number: str
    entries: tuple[Entry, ...]
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoreBenefit:
    """Asked for a claim that holds nothing here, there is nothing to give back."""

    claim_id: UUID


@dataclass(frozen=True, slots=True)
class BringForward:
    """What was used before the policy came to this ledger."""

    policy_id: UUID
    entries: tuple[Entry, ...]
    uses: tuple[Use, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ReserveBenefit:
    preauthorisation_id: UUID
    number: str
    entries: tuple[Entry, ...]
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseBenefit:
    """Asked for what keeps nothing here, there is nothing to release."""

    preauthorisation_id: UUID


AccumulatorCommand = UseBenefit | RestoreBenefit | BringForward | ReserveBenefit | ReleaseBenefit


def decide(accumulator: Accumulator, command: AccumulatorCommand) -> Sequence[AccumulatorEvent]:
    match command:
        case UseBenefit():
            return use(accumulator, command)
        case RestoreBenefit():
            return restore(accumulator, command)
        case BringForward():
            return bring_forward(accumulator, command)
        case ReserveBenefit():
            return reserve(accumulator, command)
        case ReleaseBenefit():
            return release(accumulator, command)
        case _:
            assert_never(command)


def use(accumulator: Accumulator, command: UseBenefit) -> Sequence[AccumulatorEvent]:
    if accumulator.of(command.claim_id) is not None:
        raise WrongStage("accumulator.already_posted", "this claim has taken its benefit before")
    if not command.entries and not command.uses:
        return []
    return [BenefitUsed(command.claim_id, command.claim_number, command.entries, command.uses)]


def restore(accumulator: Accumulator, command: RestoreBenefit) -> Sequence[AccumulatorEvent]:
    taken = accumulator.of(command.claim_id)
    if taken is None:
        return []
    return [
        BenefitRestored(
            taken.claim_id,
            taken.claim_number,
            tuple(-entry for entry in taken.entries),
            tuple(-used for used in taken.uses),
        )
    ]


def bring_forward(accumulator: Accumulator, command: BringForward) -> Sequence[AccumulatorEvent]:
    """Once, and before anything has happened here: later it would change what was decided."""
    if not accumulator.untouched:
        raise WrongStage(
            "accumulator.already_begun",
            "something has been used or brought forward in this benefit year already",
            field="balances",
        )
    below = [e.what for e in command.entries if e.amount_minor < 0 or e.count < 0]
    if below:
        raise RuleBroken(
            "accumulator.brought_forward_negative", f"below zero: {', '.join(below)}",
            field="balances",
        )  # fmt: skip
    return [BalanceBroughtForward(command.policy_id, command.entries, command.uses, command.origin)]


def reserve(accumulator: Accumulator, command: ReserveBenefit) -> Sequence[AccumulatorEvent]:
    if accumulator.reserved_for(command.preauthorisation_id) is not None:
        raise WrongStage("accumulator.already_reserved", "this approval has its benefit already")
    if not command.entries and not command.uses:
        return []
    return [
        BenefitReserved(command.preauthorisation_id, command.number, command.entries, command.uses)
    ]


def release(accumulator: Accumulator, command: ReleaseBenefit) -> Sequence[AccumulatorEvent]:
    kept = accumulator.reserved_for(command.preauthorisation_id)
    if kept is None:
        return []
    return [
        BenefitReleased(
            kept.preauthorisation_id,
            kept.number,
            tuple(-entry for entry in kept.entries),
            tuple(-used for used in kept.uses),
        )
    ]
