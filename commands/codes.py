"""Use cases of code lists: publish many codes at once, take one out of use, look codes up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.adjudication.case import Service
from domain.adjudication.product import Terms
from domain.code import CODE
from domain.code.decide import PublishCode, RetireCode, published
from domain.code.events import System
from domain.code.state import Code, Published
from domain.ids import code_id
from domain.refusals import RuleBroken

CHECKED_BY = "code_valid"
"""The step whose presence means that a product is decided by the catalogue of services."""


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes of one list; each once."""

    codes: tuple[PublishCode, ...]


def publish_codes(desk: Desk, context: Context, request: CodeList) -> Outcome:
    """Publish or describe anew every code of a list, in one transaction."""

    def decide() -> Decision:
        streams = [code_id(it.system, it.code) for it in request.codes]
        if len(set(streams)) < len(streams):
            raise RuleBroken("code.twice", "a code comes twice in the list", field="codes")
        loaded = desk.store.load_many(CODE, streams)
        changes = tuple(
            changed(loaded[stream], CODE.decide(loaded[stream].state, command))
            for stream, command in zip(streams, request.codes, strict=True)
        )
        return Decision(changes, {"id": str(streams[0]), "codes": len(streams)})

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Retirement:
    code_id: UUID
    from_on: date
    replaced_by: str = ""


def retire_code(desk: Desk, context: Context, request: Retirement) -> Outcome:
    """Take a code out of use from a day on; claims for earlier days may still name it."""

    def decide() -> Decision:
        code = desk.store.load(CODE, request.code_id)
        facts = CODE.decide(code.state, RetireCode(request.from_on, request.replaced_by))
        answer = {"id": str(request.code_id), "code": published(code.state).code}
        return Decision((changed(code, facts),), answer)

    return carry_out(desk.store, context, decide)


def services_for(
    desk: Desk, terms: Terms, codes: Iterable[str], day: date
) -> Mapping[str, Service]:
    """The catalogue entries that some codes have on a day, for products that look at them."""
    if not looks_at_codes(terms):
        return {}
    streams = {code_id(System.SERVICE, code): code for code in dict.fromkeys(codes)}
    found = desk.store.load_many(CODE, streams)
    return entries_on(day, {streams[stream]: it.state for stream, it in found.items()})


def looks_at_codes(terms: Terms) -> bool:
    """Whether the catalogue of services matters to a product."""
    return any(CHECKED_BY in order.steps for order in terms.orders)


def entries_on(day: date, codes: Mapping[str, Code]) -> Mapping[str, Service]:
    """The entries of those codes that have one on a day."""
    entries = {
        code: state.service_on(day) for code, state in codes.items() if isinstance(state, Published)
    }
    return {code: entry for code, entry in entries.items() if entry is not None}
