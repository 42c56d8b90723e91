"""Many claims at once: each is a command of its own, taken or refused by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self
from uuid import uuid5

from commands.claims import Submission, submit_claim
from commands.context import Context, Desk
from domain.refusals import Refused


@dataclass(frozen=True, slots=True)
class Named:
    """A claim of a file under the name that the file gives it."""

    name: str
    claim: Submission


@dataclass(frozen=True, slots=True)
class Taken:
    name: str
    claim_id: str
    number: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why a row of a file was refused: the rule's code, the field it speaks of, and its words."""

    name: str
    rule: str
    field: str
    detail: str

    @classmethod
    def of(cls, name: str, refused: Refused) -> Self:
        return cls(name, refused.code, str(refused.facts.get("field", "")), refused.detail)


@dataclass(slots=True)
class Many:
    """What came of a file; `position` is that of the last claim recorded, 0 where none was."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[NotTaken] = field(default_factory=list)
    position: int = 0


def submit_many(desk: Desk, context: Context, claims: Sequence[Named]) -> Many:
    """Submit each claim; one that is refused stops no other.

    The same file under the same command id is taken once: what was taken before is told again.
    In a dry run nothing is recorded, and two claims of the file do not see each other.
    """
    many = Many()
    for named in claims:
        own = uuid5(context.command_id, named.name)
        try:
            outcome = submit_claim(
                desk, replace(context, command_id=own, expected_version=None), named.claim
            )
        except Refused as refused:
            many.refused.append(NotTaken.of(named.name, refused))
            continue
        answer = outcome.answer
        many.taken.append(Taken(named.name, answer["id"], answer["number"]))
        if outcome.receipt is not None:
            many.position = max(many.position, outcome.receipt.position)
    return many
