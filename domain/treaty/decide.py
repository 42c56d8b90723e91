"""What we allow for treaties: sound terms, whole shares, endorsements in order, one end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import assert_never

from domain.money import Money
from domain.ratio import Ratio
from domain.refusals import RuleBroken, WrongStage
from domain.reinsurance.check import check
from domain.reinsurance.check_section import Fault
from domain.reinsurance.currency import RateRule
from domain.reinsurance.terms import Participant
from domain.reinsurance.terms import Treaty as Terms
from domain.treaty.administration import Administration
from domain.treaty.events import (
    Portfolio,
    PortfolioTransferred,
    TreatyCancelled,
    TreatyCommuted,
    TreatyEndorsed,
    TreatyEvent,
    TreatyPlaced,
    TreatySigned,
)
from domain.treaty.state import NotPlaced, Placed, Treaty


@dataclass(frozen=True, slots=True)
class PlaceTreaty:
    """`ledger_currency` is what losses are kept in: another treaty currency needs rates."""

    code: str
    name: str
    terms: Terms
    administration: Administration
    ledger_currency: str


@dataclass(frozen=True, slots=True)
class SignTreaty:
    """Without `participants` the written lines are signed as they stand."""

    signed_on: date
    signed_by: str
    participants: tuple[Participant, ...] = ()


@dataclass(frozen=True, slots=True)
class EndorseTreaty:
    effective_from: date
    terms: Terms
    administration: Administration
    reason: str
    ledger_currency: str


@dataclass(frozen=True, slots=True)
class CancelTreaty:
    from_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class CommuteTreaty:
    commuted_on: date
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class TransferPortfolio:
    portfolio: Portfolio
    amount: Money
    other: str
    transferred_on: date


TreatyCommand = (
    PlaceTreaty | SignTreaty | EndorseTreaty | CancelTreaty | CommuteTreaty | TransferPortfolio
)


def decide(treaty: Treaty, command: TreatyCommand) -> Sequence[TreatyEvent]:
    match command:
        case PlaceTreaty():
            return place(treaty, command)
        case SignTreaty():
            return sign(placed(treaty), command)
        case EndorseTreaty():
            return endorse(binding(treaty), command)
        case CancelTreaty():
            return cancel(binding(treaty), command)
        case CommuteTreaty():
            return commute(binding(treaty), command)
        case TransferPortfolio():
            return transfer(binding(treaty), command)
        case _:
            assert_never(command)


def place(treaty: Treaty, command: PlaceTreaty) -> Sequence[TreatyEvent]:
    if not isinstance(treaty, NotPlaced):
        raise WrongStage("treaty.already_placed", f"treaty {command.code} is placed already")
    terms = replace(command.terms, treaty_id=command.code)
    _require_sound(terms, command.administration, command.ledger_currency)
    return [TreatyPlaced(command.code, command.name, terms, command.administration)]


def sign(treaty: Placed, command: SignTreaty) -> Sequence[TreatyEvent]:
    if treaty.signed:
        raise WrongStage("treaty.already_signed", f"treaty {treaty.code} is signed already")
    terms = treaty.latest.terms
    signed = command.participants or terms.participants
    faults = list(_signing_faults(terms.participants, signed))
    faults += check(replace(terms, participants=signed))
    _refuse(faults)
    return [TreatySigned(signed, command.signed_on, command.signed_by)]


def endorse(treaty: Placed, command: EndorseTreaty) -> Sequence[TreatyEvent]:
    terms = replace(command.terms, treaty_id=treaty.code)
    faults = list(_faults(terms, command.administration, command.ledger_currency))
    faults += list(_signing_faults((), terms.participants))
    if terms.period != treaty.latest.terms.period:
        faults.append(
            Fault("treaty.period_changed", "period", "an endorsement keeps the treaty period")
        )
    if terms.period is not None and not terms.period.holds(command.effective_from):
        faults.append(
            Fault(
                "treaty.endorsed_outside_period",
                "effective_from",
                f"{command.effective_from} lies outside the treaty period",
            )
        )
    if not command.reason.strip():
        faults.append(Fault("treaty.reason_missing", "reason", "say what the endorsement is for"))
    _refuse(faults)
    number = treaty.latest.number + 1
    return [
        TreatyEndorsed(
            number, command.effective_from, terms, command.administration, command.reason
        )
    ]


def cancel(treaty: Placed, command: CancelTreaty) -> Sequence[TreatyEvent]:
    if treaty.cancelled_from is not None:
        raise WrongStage("treaty.already_cancelled", f"{treaty.code} is cancelled already")
    period = treaty.latest.terms.period
    if period is not None and not period.holds(command.from_on):
        raise RuleBroken(
            "treaty.cancelled_outside_period",
            f"{command.from_on} lies outside the treaty period",
            field="from_on",
        )
    return [TreatyCancelled(command.from_on, command.reason)]


def commute(treaty: Placed, command: CommuteTreaty) -> Sequence[TreatyEvent]:
    if command.amount.minor < 0 or command.amount.currency != treaty.latest.terms.currency:
        raise RuleBroken(
            "treaty.bad_commutation",
            f"a commutation is an amount in {treaty.latest.terms.currency}, not below zero",
            field="amount",
        )
    return [TreatyCommuted(command.commuted_on, command.amount, command.reason)]


def transfer(treaty: Placed, command: TransferPortfolio) -> Sequence[TreatyEvent]:
    if not command.amount or command.amount.currency != treaty.latest.terms.currency:
        raise RuleBroken(
            "treaty.bad_portfolio",
            f"a portfolio is an amount in {treaty.latest.terms.currency} other than zero",
            field="amount",
        )
    return [
        PortfolioTransferred(
            command.portfolio, command.amount, command.other, command.transferred_on
        )
    ]


def placed(treaty: Treaty) -> Placed:
    """The treaty if there is one; otherwise the refusal."""
    if isinstance(treaty, NotPlaced):
        raise WrongStage("treaty.not_found", "there is no such treaty", field="treaty_id")
    return treaty


def binding(treaty: Treaty) -> Placed:
    """The treaty if it is signed and not commuted; otherwise the refusal."""
    known = placed(treaty)
    if not known.signed:
        raise WrongStage("treaty.not_signed", f"treaty {known.code} is not signed yet")
    if known.commuted_on is not None:
        raise WrongStage("treaty.commuted", f"treaty {known.code} was commuted: it is at its end")
    return known


def _require_sound(terms: Terms, administration: Administration, ledger: str) -> None:
    _refuse(list(_faults(terms, administration, ledger)))


def _refuse(faults: Sequence[Fault]) -> None:
    """Raise RuleBroken with the code of the first fault; every fault is listed."""
    if faults:
        said = "; ".join(f"{fault.field}: {fault.detail}" for fault in faults)
        raise RuleBroken(
            faults[0].code,
            said,
            field="terms",
            faults=[
                {"field": fault.field, "rule": fault.code, "reason": fault.detail}
                for fault in faults
            ],
        )


def _faults(terms: Terms, administration: Administration, ledger: str) -> Iterator[Fault]:
    yield from check(terms)
    if terms.period is None or terms.period.until_on is None:
        yield Fault("treaty.missing_period", "period", "a treaty in the ledger has a first and end")
    for name in ("umr", "reinsured"):
        if not getattr(administration, name).strip():
            yield Fault("treaty.missing_reference", name, "the contract needs it")
    for name in ("report_days", "settle_days", "look_back_days"):
        if getattr(administration, name) < 0:
            yield Fault("treaty.bad_days", name, "is below zero")
    if terms.currency != ledger:
        yield from _rate_faults(terms.currency, ledger, administration)
    limit = administration.large_loss
    if limit is not None and limit.currency != terms.currency:
        yield Fault("treaty.other_currency", "large_loss", f"is not in {terms.currency}")


def _rate_faults(currency: str, ledger: str, administration: Administration) -> Iterator[Fault]:
    if administration.rate_rule is RateRule.FIXED:
        if administration.fixed_rate is None:
            yield Fault("treaty.missing_rate", "fixed_rate", "the fixed-rate clause names no rate")
        return
    if not any({rate.base, rate.quote} == {currency, ledger} for rate in administration.rates):
        yield Fault(
            "treaty.missing_rate",
            "rates",
            f"the treaty is in {currency} and the ledger in {ledger}: name a dated rate",
        )
    for rate in administration.rates:
        if rate.price.exact <= 0:
            yield Fault("treaty.bad_rate", "rates", f"the rate of {rate.on} is not above zero")


def _signing_faults(
    written: Sequence[Participant], signed: Sequence[Participant]
) -> Iterator[Fault]:
    if not any(one.share.exact for one in signed):
        yield Fault("treaty.no_participants", "participants", "nobody takes a share of the treaty")
    lines = {one.reinsurer: one.share for one in written}
    for one in signed:
        line = lines.get(one.reinsurer)
        if line is not None and one.share.exact > line.exact:
            yield Fault(
                "treaty.signed_above_written",
                f"participants.{one.reinsurer}",
                f"signs {one.share}, but wrote {line}",
            )
    whole = sum((one.share.exact for one in signed), Fraction(0))
    if 0 < whole < 1:
        yield Fault(
            "treaty.shares_below_whole",
            "participants",
            f"the signed lines add up to {Ratio.of(whole)}: what is not placed belongs into "
            "`placed` of the sections, and the lines share the placed part",
        )
