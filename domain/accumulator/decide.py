"""What we allow: a claim takes once, and gives back what it took, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.accumulator.events import AccumulatorEvent, BenefitRestored, BenefitUsed
from domain.accumulator.state import Accumulator
from domain.adjudication.balances import Entry, Use
from domain.refusals import WrongStage


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


AccumulatorCommand = UseBenefit | RestoreBenefit


def decide(accumulator: Accumulator, command: AccumulatorCommand) -> Sequence[AccumulatorEvent]:
    match command:
        case UseBenefit():
            return use(accumulator, command)
        case RestoreBenefit():
            return restore(accumulator, command)
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
