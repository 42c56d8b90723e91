"""How fast a whole book is decided again under other terms: read, decided and compared."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from adapters.envelope import Batch, Change, Loaded, Meta, Receipt
from cli.benches.measuring import Work
from commands.adjudication import the_case
from commands.context import Desk
from commands.what_if import Otherwise
from commands.what_if_shared import what_if_shared
from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances
from domain.adjudication.case import Case
from domain.adjudication.product import (
    Benefit,
    Copay,
    CopayPer,
    Limit,
    Order,
    Scope,
    Setting,
    Share,
    ShareKind,
    Terms,
    Threshold,
)
from domain.adjudication.routing import Route
from domain.claim import CLAIM
from domain.claim.events import BilledLine, ClaimAdjudicated, ClaimSubmitted, Payee
from domain.claim.state import Submitted
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.member.events import MemberDetails, MemberEnrolled, Sex
from domain.money import Money, total
from domain.periods import Period
from domain.policy import POLICY
from domain.policy.decide import issued
from domain.policy.events import Covered, PolicyIssued
from domain.product.events import ProductVersionPublished
from domain.provider import PROVIDER
from domain.provider.decide import registered
from domain.provider.events import (
    Level,
    ProviderContractAgreed,
    ProviderRegistered,
    ProviderTariffPublished,
    TariffPrice,
)

WORLD = UUID("7d0a4c1e-2b5f-5d3c-9a6e-1f8e3b7c2d90")
YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
CLAIMS_A_POLICY, PROVIDERS, TOGETHER = 10, 20, 2_000
ALONE = "claims of three lines decided, pure, one process"
CODES = tuple(f"SRV-{n:02d}" for n in range(40))


def tzs(shillings: int) -> Money:
    return Money.of(shillings, "TZS")


TERMS = Terms(
    product="BENCH",
    version=1,
    effective_from=YEAR.from_on,
    claim_checks=("dates", "member", "coverage"),
    orders=(Order("", ("benefit", "price", "deductible", "copay", "coinsurance", "limits")),),
    benefits=(
        Benefit(
            category="outpatient",
            copay=Copay(tzs(1_500), CopayPer.CLAIM),
            shares=(Share("any", ShareKind.PERCENT, Decimal("0.10"), None),),
        ),
        Benefit(category="surgery"),
    ),
    deductibles=(Threshold(Scope.MEMBER, tzs(50_000), Setting.INPATIENT),),
    limits=(Limit("annual limit", tzs(300_000), Scope.FAMILY, reason="ANNUAL_LIMIT"),),
)
OTHER = replace(TERMS, limits=(replace(TERMS.limits[0], amount=tzs(200_000)),))


@dataclass(frozen=True, slots=True)
class DecidedBook:
    """A desk with a book of decided claims in its log: three lines each, ten to a policy."""

    desk: Desk

    def prepare(self, claims: int) -> int:
        """Write about so many claims with all that stands behind them; how many there are."""
        families = max(claims // CLAIMS_A_POLICY, 1)
        self._write(_behind(families))
        self._write(change for n in range(families) for change in _claims_of(n))
        return families * CLAIMS_A_POLICY

    def _write(self, streams: Iterator[tuple[UUID, tuple[Any, ...]]]) -> None:
        new, now = self.desk.ids.new, self.desk.clock.now()
        while some := list(islice(streams, TOGETHER)):
            batches = [
                Batch(
                    (Change(Loaded(stream, 0, None), facts),),
                    Meta(now, date(2025, 12, 31), "bench", new(), new()),
                )
                for stream, facts in some
            ]
            for answer in self.desk.store.append_many(batches):
                assert isinstance(answer, Receipt), answer


def what_if_rate(desk: Desk, url: str, processes: int) -> Work:
    """The whole book under other terms, by so many processes."""

    def rate() -> float:
        otherwise = Otherwise(None, OTHER)
        started = time.perf_counter()
        tenant = desk.store.tenant
        answer = what_if_shared(
            url, tenant, otherwise, "TZS", processes, told=lambda at, last: None
        )
        assert answer.changed
        return answer.claims / (time.perf_counter() - started)

    name = "process" if processes == 1 else "processes"
    work = f"what-if over the book, {processes} {name}"
    return Work(work, "claims/s", rate, against=(ALONE,))


def engine_alone(seconds: float) -> Work:
    """The limit: such claims decided by the engine in one process, read from nowhere."""
    cases = [_case(0, number, _submitted(0, number)) for number in range(CLAIMS_A_POLICY)]

    def rate() -> float:
        decided, started = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - started) < seconds:
            for case in cases:
                adjudicate(case, OTHER, Balances(), traced=False)
            decided += len(cases)
        return decided / elapsed

    return Work(ALONE, "claims/s", rate)


def cores() -> int:
    return os.cpu_count() or 1


def _id(kind: str, number: int) -> UUID:
    return uuid5(WORLD, f"{kind}|{number}")


def _behind(families: int) -> Iterator[tuple[UUID, tuple[Any, ...]]]:
    yield PRODUCT_ID, (ProductVersionPublished("BENCH", "Bench", YEAR.from_on, TERMS),)
    for n in range(PROVIDERS):
        yield _id("provider", n), _provider(n)
    for n in range(families):
        yield _id("member", n), (_member(n),)
        yield _id("policy", n), (_policy(n),)


PRODUCT_ID = _id("product", 0)


def _provider(number: int) -> tuple[Any, ...]:
    prices = tuple(TariffPrice(c, c, "outpatient", tzs(9_000 + 100 * number)) for c in CODES)
    return (
        ProviderRegistered(f"PRV-2025-{number:05d}", "Clinic", Level.HOSPITAL, "Mwanza", "0150"),
        ProviderContractAgreed("C-1", YEAR),
        ProviderTariffPublished(1, YEAR, prices),
    )


def _member(number: int) -> MemberEnrolled:
    details = MemberDetails("Asha", "Mushi", date(1985, 2, 14), Sex.FEMALE)
    return MemberEnrolled(f"MB-2025-{number:05d}", details)


def _policy(number: int) -> PolicyIssued:
    member = _id("member", number)
    covered = (Covered(member, YEAR),)
    return PolicyIssued(f"POL-2025-{number:05d}", PRODUCT_ID, member, YEAR, covered, tzs(600_000))


def _claims_of(family: int) -> Iterator[tuple[UUID, tuple[Any, ...]]]:
    """The claims of a family, decided one after another by the engine itself."""
    balances = Balances()
    for n in range(CLAIMS_A_POLICY):
        number = family * CLAIMS_A_POLICY + n
        submitted = _submitted(family, number)
        decided = adjudicate(_case(family, number, submitted), TERMS, balances)
        balances = balances.apply(decided.entries, decided.uses)
        yield (
            _id("claim", number),
            (
                submitted,
                ClaimAdjudicated(
                    decided, decided.plan_pays, Route.AUTO_APPROVED, PRODUCT_ID, 1, 1, n, 0
                ),
            ),
        )


def _case(family: int, number: int, submitted: ClaimSubmitted) -> Case:
    claim = CLAIM.fold((submitted,))
    assert isinstance(claim, Submitted)
    policy = issued(POLICY.fold((_policy(family),)))
    member = enrolled(MEMBER.fold((_member(family),)))
    provider = registered(PROVIDER.fold(_provider(number % PROVIDERS)))
    return the_case(
        _id("claim", number), claim, policy, TERMS, member, provider, claim.submitted_on
    )


def _submitted(family: int, number: int) -> ClaimSubmitted:
    day = YEAR.from_on + timedelta(days=10 + number % 340)
    lines = tuple(
        BilledLine(
            n, CODES[(number + 7 * n) % len(CODES)], "Service", "outpatient", Decimal(1),
            tzs(8_000 + 500 * ((number + n) % 9)),
        )
        for n in range(1, 4)
    )  # fmt: skip
    return ClaimSubmitted(
        number=f"CLM-2025-{number:05d}",
        member_id=_id("member", family),
        policy_id=_id("policy", family),
        provider_id=_id("provider", number % PROVIDERS),
        kind="outpatient",
        invoice_no="",
        service_from=day,
        service_until=day,
        diagnoses=("B54",),
        lines=lines,
        billed=total((line.billed for line in lines), "TZS"),
        payee=Payee.PROVIDER,
        submitted_by="bench",
        submitted_on=day,
    )
