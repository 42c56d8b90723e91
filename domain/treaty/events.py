"""What can happen to a treaty: placed, signed, endorsed, ended, commuted, portfolios handed over.

An endorsement is the next version of the whole terms, never an edit: what was posted under the
earlier version stands, and what the new one changes is posted as a difference.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.money import Money
from domain.reinsurance.terms import Participant, Treaty
from domain.treaty.administration import Administration


class Portfolio(StrEnum):
    """What one treaty year hands to another: unearned premium, or outstanding losses."""

    PREMIUM = "premium"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class TreatyPlaced:
    """The slip as offered to the market: terms of version 1, with written lines."""

    code: str
    name: str
    terms: Treaty
    administration: Administration


@dataclass(frozen=True, slots=True)
class TreatySigned:
    """The treaty binds; `participants` hold the signed lines, which may be below the written."""

    participants: tuple[Participant, ...]
    signed_on: date
    signed_by: str


@dataclass(frozen=True, slots=True)
class TreatyEndorsed:
    """Version `treaty_version` of the terms, for what attaches from `effective_from` on."""

    treaty_version: int
    effective_from: date
    terms: Treaty
    administration: Administration
    reason: str


@dataclass(frozen=True, slots=True)
class TreatyCancelled:
    """Nothing that attaches on or after `from_on` is ceded; what attached before runs off."""

    from_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class TreatyCommuted:
    """The reinsurers pay `amount` once and owe nothing more: every later cession is nil."""

    commuted_on: date
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class PortfolioTransferred:
    """Unearned premium or outstanding losses pass from or to another treaty year.

    `amount` is above zero where this treaty receives it, below zero where it hands it over.
    """

    portfolio: Portfolio
    amount: Money
    other: str
    transferred_on: date


TreatyEvent = (
    TreatyPlaced
    | TreatySigned
    | TreatyEndorsed
    | TreatyCancelled
    | TreatyCommuted
    | PortfolioTransferred
)
