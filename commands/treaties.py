"""Use cases of treaties: place, sign, endorse, cancel, commute, hand portfolios over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.cession.programme import TreatyVersion
from domain.ids import programme_id, treaty_id
from domain.money import Money
from domain.programme import PROGRAMME
from domain.programme.decide import EnterProgramme, overlapping
from domain.programme.state import Programme
from domain.reinsurance.terms import Participant
from domain.reinsurance.terms import Treaty as Terms
from domain.treaty import TREATY
from domain.treaty.administration import Administration
from domain.treaty.decide import (
    CancelTreaty,
    CommuteTreaty,
    EndorseTreaty,
    PlaceTreaty,
    SignTreaty,
    TransferPortfolio,
    TreatyCommand,
    binding,
    placed,
)
from domain.treaty.events import Portfolio
from domain.treaty.state import Placed, Treaty


@dataclass(frozen=True, slots=True)
class Placement:
    """A slip: what is offered to the market."""

    code: str
    name: str
    terms: Terms
    administration: Administration


def place_treaty(desk: Desk, context: Context, request: Placement) -> Outcome:
    """Put down the slip of a treaty; contradictory terms are refused with every fault."""
    command = PlaceTreaty(
        request.code, request.name, request.terms, request.administration, desk.currency
    )
    return _simply(desk, context, treaty_id(request.code), command)


@dataclass(frozen=True, slots=True)
class Signing:
    """Without participants the written lines are signed as they stand."""

    treaty_id: UUID
    participants: tuple[Participant, ...] = ()


def sign_treaty(desk: Desk, context: Context, request: Signing) -> Outcome:
    """Sign a treaty and enter it into the programme, where it may not cede more than there is."""

    def decide() -> Decision:
        treaty = desk.store.load(TREATY, request.treaty_id)
        command = SignTreaty(context.effective_on, context.actor, request.participants)
        facts = TREATY.decide(treaty.state, command)
        signed = placed(TREATY.fold(facts, treaty.state))
        programme = desk.store.load(PROGRAMME, programme_id())
        enter = EnterProgramme(
            request.treaty_id, signed.latest.terms, _beside(desk, programme.state, signed)
        )
        entered = PROGRAMME.decide(programme.state, enter)
        return Decision((changed(treaty, facts), changed(programme, entered)), _answer(signed))

    return carry_out(desk.store, context, decide)


def _beside(desk: Desk, programme: Programme, signed: Placed) -> tuple[Terms, ...]:
    period = signed.latest.terms.period
    assert period is not None
    others = desk.store.load_many(TREATY, overlapping(programme, period))
    return tuple(
        loaded.state.latest.terms
        for loaded in others.values()
        if isinstance(loaded.state, Placed) and loaded.state.code != signed.code
    )


@dataclass(frozen=True, slots=True)
class Endorsement:
    """The whole terms as they hold from a day on."""

    treaty_id: UUID
    effective_from: date
    terms: Terms
    administration: Administration


def endorse_treaty(desk: Desk, context: Context, request: Endorsement) -> Outcome:
    """Publish the next version of a treaty's terms; what it changes is struck again."""
    command = EndorseTreaty(
        request.effective_from,
        request.terms,
        request.administration,
        context.reason,
        desk.currency,
    )
    return _simply(desk, context, request.treaty_id, command)


@dataclass(frozen=True, slots=True)
class Ending:
    treaty_id: UUID
    on: date
    amount: Money | None = None


def cancel_treaty(desk: Desk, context: Context, request: Ending) -> Outcome:
    """End the cession of what attaches from a day on; what attached before runs off."""
    return _simply(desk, context, request.treaty_id, CancelTreaty(request.on, context.reason))


def commute_treaty(desk: Desk, context: Context, request: Ending) -> Outcome:
    """End a treaty for good against one payment."""
    treaty = binding(desk.store.load(TREATY, request.treaty_id).state)
    amount = request.amount or Money.zero(treaty.latest.terms.currency)
    command = CommuteTreaty(request.on, amount, context.reason)
    return _simply(desk, context, request.treaty_id, command)


@dataclass(frozen=True, slots=True)
class Handover:
    treaty_id: UUID
    portfolio: Portfolio
    amount: Money
    other: str
    on: date


def transfer_portfolio(desk: Desk, context: Context, request: Handover) -> Outcome:
    """Book a premium or loss portfolio that one treaty year hands to another."""
    command = TransferPortfolio(request.portfolio, request.amount, request.other, request.on)
    return _simply(desk, context, request.treaty_id, command)


def versions_in_force(desk: Desk) -> tuple[tuple[TreatyVersion, Administration], ...]:
    """Every version of every signed treaty that is not commuted, with its administration."""
    entries = desk.store.load(PROGRAMME, programme_id()).state.entries
    if not entries:
        return ()
    loaded = desk.store.load_many(TREATY, [entry.treaty_id for entry in entries])
    found: list[tuple[TreatyVersion, Administration]] = []
    for entry in entries:
        state: Treaty = loaded[entry.treaty_id].state
        if isinstance(state, Placed) and state.in_force:
            found += _versions(entry.treaty_id, state)
    return tuple(found)


def _versions(which: UUID, treaty: Placed) -> Iterable[tuple[TreatyVersion, Administration]]:
    for one in treaty.versions:
        version = TreatyVersion(
            which, one.number, one.terms, one.effective_from, treaty.cancelled_from
        )
        yield version, one.administration


def _simply(desk: Desk, context: Context, which: UUID, command: TreatyCommand) -> Outcome:
    def decide() -> Decision:
        treaty = desk.store.load(TREATY, which)
        facts = TREATY.decide(treaty.state, command)
        after = placed(TREATY.fold(facts, treaty.state))
        return Decision((changed(treaty, facts),), {"id": str(which), **_answer(after)})

    return carry_out(desk.store, context, decide)


def _answer(treaty: Placed) -> dict[str, object]:
    return {
        "id": str(treaty_id(treaty.code)),
        "code": treaty.code,
        "treaty_version": treaty.latest.number,
        "signed": treaty.signed,
    }
