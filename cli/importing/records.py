"""The records of an export, ready to be taken over, whatever file layout they came from."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from cli.importing.rejects import Reject
from commands.taking_over import Taking
from domain.adjudication.product import Terms
from domain.adjudication.steps import commercial
from domain.claim import CLAIM
from domain.claim.events import ClaimBalanceTransferred, ClaimClosed, ClaimPaymentPosted
from domain.claim.taking_over import TakeOverClaim
from domain.ids import CLAIM as CLAIM_SERIES
from domain.ids import MEMBER as MEMBER_SERIES
from domain.ids import POLICY as POLICY_SERIES
from domain.ids import PROVIDER as PROVIDER_SERIES
from domain.member import MEMBER
from domain.member.decide import EnrolMember
from domain.member.events import MemberDetails
from domain.member.state import NotEnrolled
from domain.money import Money
from domain.periods import Period
from domain.policy import POLICY
from domain.policy.decide import IssuePolicy, RenewPolicy
from domain.policy.events import PolicyIssued, PolicyRenewed
from domain.policy.state import Issued
from domain.product import PRODUCT
from domain.product.decide import PublishVersion
from domain.product.state import NotPublished
from domain.provider import PROVIDER
from domain.provider.decide import RegisterProvider
from domain.provider.events import Level
from domain.provider.state import NotRegistered

BEGINNING = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of record of an export, in the order in which kinds are taken over."""

    title: str
    count: int
    takings: Callable[[], Iterator[Taking]]


@dataclass(slots=True)
class Totals:
    """What was read, in minor units: to be held against what the ledger then shows."""

    claims: int = 0
    lines: int = 0
    charges: int = 0
    payments: int = 0
    transfers: int = 0
    overpaid_claims: int = 0
    overpaid: int = 0
    open_claims: int = 0

    def count(self, command: TakeOverClaim) -> None:
        """Add one claim as it was read."""
        paid = sum(e.amount.minor for e in command.account if isinstance(e, ClaimPaymentPosted))
        moved = (e for e in command.account if isinstance(e, ClaimBalanceTransferred))
        self.claims += 1
        self.lines += len(command.lines)
        self.charges += command.billed.minor
        self.payments += paid
        self.transfers += sum(entry.amount.minor for entry in moved)
        self.open_claims += command.closed_on is None
        if paid > command.billed.minor:
            self.overpaid_claims += 1
            self.overpaid += paid - command.billed.minor


@dataclass(slots=True)
class Export:
    """A whole export as it was read: its records by kind, its totals, and what was rejected."""

    origin: str
    currency: str
    sections: tuple[Section, ...]
    totals: Totals = field(default_factory=Totals)
    rejects: list[Reject] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def member(stream_id: UUID, details: MemberDetails, origin: str, source: str) -> Taking:
    """A person, enrolled once, effective from the day of birth."""

    def commands(number: str, state: Any) -> Sequence[Any]:
        if not isinstance(state, NotEnrolled):
            return ()
        return (EnrolMember(number, details, details.born_on, origin=origin),)

    def day_of(_: Any) -> date:
        return details.born_on

    return Taking(MEMBER, stream_id, commands, day_of, MEMBER_SERIES, source, details.national_id)


def provider(
    stream_id: UUID, name: str, level: Level, region: str, origin: str, source: str
) -> Taking:
    """An organisation or a practitioner, registered once, known from the beginning."""

    def commands(number: str, state: Any) -> Sequence[Any]:
        if not isinstance(state, NotRegistered):
            return ()
        return (RegisterProvider(number, name, level, region, origin=origin),)

    return Taking(PROVIDER, stream_id, commands, _from_beginning, PROVIDER_SERIES, source)


def product(stream_id: UUID, code: str, name: str, origin: str, currency: str) -> Taking:
    """A payer's plan: its terms are not in the export, so it promises nothing by itself."""

    def commands(_: str, state: Any) -> Sequence[Any]:
        if not isinstance(state, NotPublished):
            return ()
        checks = ("dates", "member", "coverage")
        terms = Terms(code, currency=currency, claim_checks=checks, orders=commercial())
        return (PublishVersion(code, name, BEGINNING, terms, origin),)

    return Taking(PRODUCT, stream_id, commands, _from_beginning, "", f"payer {name}")


def policy(
    stream_id: UUID,
    product_id: UUID,
    holder_id: UUID,
    periods: Sequence[Period],
    origin: str,
    currency: str,
    source: str,
) -> Taking:
    """Cover of one person by one payer without a gap: the first period, then its renewals.

    Premiums are not in the export; they are taken over as nothing rather than made up.
    """
    nothing = Money.zero(currency)

    def commands(number: str, state: Any) -> Sequence[Any]:
        known = len(state.periods) if isinstance(state, Issued) else 0
        issue = IssuePolicy(
            number, product_id, holder_id, periods[0], (holder_id,), nothing, origin=origin
        )
        renewals = [RenewPolicy(period, nothing) for period in periods[max(known, 1) :]]
        return renewals if known else [issue, *renewals]

    def day_of(fact: Any) -> date:
        assert isinstance(fact, PolicyIssued | PolicyRenewed)
        return fact.period.from_on

    return Taking(POLICY, stream_id, commands, day_of, POLICY_SERIES, source)


def claim(stream_id: UUID, command: Callable[[str], TakeOverClaim], source: str) -> Taking:
    """A claim with its account; each entry holds from the day on which it was posted."""
    service_from = command("").service_from

    def commands(number: str, _: Any) -> Sequence[Any]:
        return (command(number),)

    def day_of(fact: Any) -> date:
        match fact:
            case ClaimPaymentPosted() | ClaimBalanceTransferred():
                return fact.posted_on
            case ClaimClosed():
                return fact.closed_on
            case _:
                return service_from

    return Taking(CLAIM, stream_id, commands, day_of, CLAIM_SERIES, source)


def uninterrupted(periods: Iterable[Period]) -> list[list[Period]]:
    """Periods sorted and grouped into runs in which each begins where the one before ended."""
    runs: list[list[Period]] = []
    for period in sorted(periods, key=lambda p: (p.from_on, p.until_on or date.max)):
        if runs and runs[-1][-1].until_on == period.from_on:
            runs[-1].append(period)
        else:
            runs.append([period])
    return runs


def _from_beginning(_: Any) -> date:
    return BEGINNING
