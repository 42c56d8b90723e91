"""Enrolling several: a family, all or nobody, and a file of people, each taken or refused alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

from adapters.envelope import Change
from commands.bulk import NotTaken
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out
from commands.members import Enrolment, enrol_member, enrolment
from domain.refusals import Refused, RuleBroken


@dataclass(frozen=True, slots=True)
class Family:
    """A principal and the dependants who are covered through them."""

    principal: Enrolment
    dependants: tuple[Enrolment, ...]


def enrol_family(desk: Desk, context: Context, request: Family) -> Outcome:
    """Enrol all of a family at once, or nobody."""
    principal_id = request.principal.member_id or desk.ids.new()

    def decide() -> Decision:
        first = enrolment(desk, context, replace(request.principal, member_id=principal_id))
        changes: list[Change] = list(first.changes)
        told = []
        for one in request.dependants:
            dependant = replace(one, principal_id=principal_id, with_principal=True)
            decided = enrolment(desk, context, dependant)
            changes += decided.changes
            told.append(decided.answer)
        each_once(changes)
        return Decision(tuple(changes), {**first.answer, "dependants": told})

    return carry_out(desk.store, context, decide)


def each_once(changes: Sequence[Change]) -> None:
    """Two of one family cannot be the same person: a stream is changed once."""
    streams = [change.loaded.stream_id for change in changes]
    if len(set(streams)) < len(streams):
        raise RuleBroken(
            "member.twice_in_family", "two of the family have the same id or national id",
            field="dependants",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """A person of a file, by the name that the file gives them; `principal` is another's name."""

    name: str
    enrolment: Enrolment
    principal: str = ""


@dataclass(frozen=True, slots=True)
class Enrolled:
    name: str
    member_id: str
    number: str


@dataclass(slots=True)
class Roll:
    """What came of a file; `position` is that of the last enrolment recorded, 0 without any."""

    enrolled: list[Enrolled] = field(default_factory=list)
    refused: list[NotTaken] = field(default_factory=list)
    position: int = 0


def enrol_many(desk: Desk, context: Context, people: Sequence[Listed]) -> Roll:
    """Enrol each; one who is refused stops nobody but their own dependants.

    Principals stand before their dependants. The same file under the same command id enrols once.
    In a dry run nothing is recorded: dependants are judged as if their principal were enrolled.
    """
    roll = Roll()
    ids: dict[str, UUID] = {}
    for listed in people:
        own = uuid5(context.command_id, listed.name)
        wanted = replace(listed.enrolment, member_id=uuid5(own, "member"))
        if listed.principal:
            if listed.principal not in ids:
                words = f"{listed.principal}, whose dependant this is, was refused"
                roll.refused.append(
                    NotTaken(listed.name, "member.principal_refused", "principal", words)
                )
                continue
            wanted = replace(
                wanted, principal_id=ids[listed.principal], with_principal=context.dry_run
            )
        try:
            outcome = enrol_member(
                desk, replace(context, command_id=own, expected_version=None), wanted
            )
        except Refused as refused:
            roll.refused.append(NotTaken.of(listed.name, refused))
            continue
        ids[listed.name] = UUID(outcome.answer["id"])
        roll.enrolled.append(Enrolled(listed.name, outcome.answer["id"], outcome.answer["number"]))
        if outcome.receipt is not None:
            roll.position = max(roll.position, outcome.receipt.position)
    return roll
