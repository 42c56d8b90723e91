"""Whose a row is: which rows of the read models somebody outside the insurer may see.

Said once, here. The API limits every query by it, and the database guards the tables by it, so
that a query which forgets the limit still shows nothing (docs/access.md). A table that is not
named here is for staff alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapters.identities import Kind
from projections.biometrics import BIOMETRICS
from projections.claim_rows import CLAIMS
from projections.declaring import Table
from projections.leads import LEADS
from projections.members import MEMBERS
from projections.policy_rows import POLICIES
from projections.preauthorisations import PREAUTHORISATIONS
from projections.treaties import TREATIES

OUTSIDE = (Kind.MEMBER, Kind.PROVIDER, Kind.AGENT, Kind.REINSURER)


@dataclass(frozen=True, slots=True)
class Own:
    """Rows that have one of the caller's own in `column`; of several values, one is enough."""

    column: str


@dataclass(frozen=True, slots=True)
class Below:
    """Rows whose parent, in the table `parent`, the caller may see."""

    column: str
    parent: Table[Any]


@dataclass(frozen=True, slots=True)
class Everybody:
    """Every row, without what is personal in it."""


Rule = Own | Below | Everybody
Rules = Mapping[Kind, Rule]

STAFF_ONLY: Rules = {}
_PUBLISHED: Rules = dict.fromkeys(OUTSIDE, Everybody())
_OF_PATIENT = {Kind.MEMBER: Own("member_id"), Kind.PROVIDER: Own("provider_id")}
_OF_MEMBER = {Kind.MEMBER: Own("member_id")}
_OF_POLICY = {kind: Below("policy_id", POLICIES) for kind in (Kind.MEMBER, Kind.AGENT)}
_OF_CLAIM = {kind: Below("claim_id", CLAIMS) for kind in _OF_PATIENT}
_OF_REQUEST = {kind: Below("preauthorisation_id", PREAUTHORISATIONS) for kind in _OF_PATIENT}
_OF_TREATY = {Kind.REINSURER: Below("treaty_id", TREATIES)}

WHOSE: Mapping[str, Rules] = {
    "members": {Kind.MEMBER: Own("member_id"), Kind.AGENT: Own("brought_by")},
    "providers": {**_PUBLISHED, Kind.PROVIDER: Own("provider_id")},
    "provider_contracts": {Kind.PROVIDER: Own("provider_id")},
    "provider_tariffs": {Kind.PROVIDER: Own("provider_id")},
    "tariff_prices": {Kind.PROVIDER: Own("provider_id")},
    "products": _PUBLISHED,
    "product_terms": _PUBLISHED,
    "benefits": _PUBLISHED,
    "premium_rates": _PUBLISHED,
    "premium_prices": _PUBLISHED,
    "codes": _PUBLISHED,
    "policies": {Kind.MEMBER: Own("holder_id"), Kind.AGENT: Below("holder_id", MEMBERS)},
    "policy_periods": _OF_POLICY,
    "policy_members": _OF_POLICY,
    "policy_instalments": _OF_POLICY,
    "policy_receipts": _OF_POLICY,
    "claims": _OF_PATIENT,
    "claim_lines": _OF_CLAIM,
    "claim_inbox": STAFF_ONLY,
    "movements": STAFF_ONLY,
    "disputes": {Kind.MEMBER: Own("member_id")},
    "accumulator_balances": {Kind.MEMBER: Own("who")},
    "preauthorisations": _OF_PATIENT,
    "preauthorisation_items": _OF_REQUEST,
    "reservations": {Kind.MEMBER: Own("who")},
    "documents": _OF_PATIENT,
    "leads": {Kind.AGENT: Own("agent")},
    "lead_activities": {Kind.AGENT: Below("lead_id", LEADS)},
    "member_profiles": _OF_MEMBER,
    "emergency_contacts": _OF_MEMBER,
    "beneficiaries": _OF_MEMBER,
    "designation_shares": _OF_MEMBER,
    "member_cards": _OF_MEMBER,
    "notices": _OF_MEMBER,
    "biometrics": _OF_MEMBER,
    "biometric_comparisons": {Kind.MEMBER: Below("biometric_id", BIOMETRICS)},
    "payments": {Kind.MEMBER: Own("payee_id"), Kind.PROVIDER: Own("payee_id")},
    "treaties": {Kind.REINSURER: Own("reinsurer_ids")},
    "treaty_versions": _OF_TREATY,
    "treaty_reports": _OF_TREATY,
}


def rules_of(table: Table[Any]) -> Rules | None:
    """Who beside staff sees which rows; None for a table of which nothing is said."""
    return WHOSE.get(table.name)


def member_column(table: Table[Any]) -> str:
    """The column that says which member a row tells of; empty where it tells of none."""
    named = next((name for name in _MEMBER if name in table.column_names), "")
    return named or ("payee_id" if table.name == "payments" else "")


_MEMBER = ("member_id", "holder_id", "applicant_id")


def condition(table: Table[Any], kind: Kind, row: str, own: str) -> str:
    """SQL that holds for the rows `row` of a table that a caller of this kind may see.

    `own` is SQL for the texts of what is the caller's own. Nothing is seen where no rule is.
    """
    match WHOSE.get(table.name, STAFF_ONLY).get(kind):
        case Own(column):
            return owned(table, column, row, own)
        case Below(column, parent):
            return (
                f"EXISTS (SELECT FROM {parent.name} above WHERE above.tenant = {row}.tenant "
                f"AND above.{parent.key[0]} = {row}.{column} "
                f"AND {condition(parent, kind, 'above', own)})"  # nosec B608  # names of declared tables
            )
        case Everybody():
            return "true"
        case None:
            return "false"


def owned(table: Table[Any], column: str, row: str, own: str) -> str:
    """SQL that holds where a column has one of the caller's own; an index on it can be used."""
    declared = table.column(column)
    if declared.type is tuple:
        return f"{row}.{column} && {own}::text[]"
    return f"{row}.{column} = ANY ({own}::{'uuid' if declared.type is UUID else 'text'}[])"


def in_words(table: Table[Any], kind: Kind) -> str:
    """The rule as people read it."""
    match WHOSE.get(table.name, STAFF_ONLY).get(kind):
        case Own(column):
            return f"own (`{column}`)"
        case Below(_, parent):
            return f"of own {parent.name}"
        case Everybody():
            return "all, impersonal"
        case None:
            return "nothing"
