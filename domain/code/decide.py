"""What we allow for codes: entries that make sense, and an end to their use."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from domain.adjudication.case import Service
from domain.code.events import CodeEvent, CodePublished, CodeRetired, System
from domain.code.state import Code, Published
from domain.refusals import RuleBroken, WrongStage

GROUPS = frozenset({"male", "female", "adult", "child"})


@dataclass(frozen=True, slots=True)
class PublishCode:
    system: System
    code: str
    description: str
    from_on: date
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class RetireCode:
    from_on: date
    replaced_by: str = ""


CodeCommand = PublishCode | RetireCode


def decide(code: Code, command: CodeCommand) -> Sequence[CodeEvent]:
    match command:
        case PublishCode():
            return publish(command)
        case RetireCode():
            return retire(published(code), command)
        case _:
            assert_never(command)


def publish(command: PublishCode) -> Sequence[CodeEvent]:
    service = command.service
    if (service is None) is not (command.system is System.DIAGNOSIS):
        raise RuleBroken(
            "code.service_expected", "services and goods have an entry, diagnoses have none",
            field="service",
        )  # fmt: skip
    if service is not None:
        makes_sense(command.code, service)
        service = replace(service, code=command.code, retired=False)
    return [
        CodePublished(command.system, command.code, command.description, command.from_on, service)
    ]


def makes_sense(code: str, service: Service) -> None:
    """Raises RuleBroken for a price or a number of days below zero, or an unknown group."""
    prices = [p for p in (service.base_price, service.bundle_price) if p is not None]
    if service.frequency_days < 0 or any(price < 0 for price in prices):
        raise RuleBroken("code.below_zero", f"{code}: a price or a number of days is below zero")
    strange = [group for group in service.who if group not in GROUPS]
    if strange:
        raise RuleBroken(
            "code.unknown_group",
            f"{code}: {', '.join(strange)} is none of {', '.join(sorted(GROUPS))}",
            field="who",
        )


def retire(code: Published, command: RetireCode) -> Sequence[CodeEvent]:
    meaning = code.on(command.from_on)
    if meaning is not None and meaning.retired:
        raise WrongStage("code.already_retired", f"{code.code} is out of use by then")
    return [CodeRetired(command.from_on, command.replaced_by)]


def published(code: Code) -> Published:
    """The code if published; otherwise the refusal."""
    if isinstance(code, Published):
        return code
    raise WrongStage("code.not_found", "there is no such code", field="code")
