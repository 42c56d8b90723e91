"""A Synthea FHIR R4 export: patients, coverages, organisations, claims and their explanations.

Two generators are known. One states coverages with their days; the other names only the payer in
each explanation of benefit, and then the cover is taken to run from the first service on. A
claim's lines carry their own net amounts; what the stated total has beyond them belongs to the
first line, the encounter, which carries none.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from cli.importing import records
from cli.importing.fhir_resources import Resource, Store, read_folder
from cli.importing.records import Export, Section
from cli.importing.rejects import BadRow, Reject
from commands.products import product_id
from commands.taking_over import Taking, origin_id
from domain.claim.events import BilledLine, ClaimPaymentPosted
from domain.claim.taking_over import TakeOverClaim
from domain.member.events import MemberDetails, Sex
from domain.money import Money, total
from domain.periods import Period
from domain.provider.events import Level

ORIGIN = "synthea"
CLAIMS_ORIGIN = "synthea-fhir"
CURRENCY = "USD"
SEXES = {"male": Sex.MALE, "female": Sex.FEMALE}
NO_PAYER = ("", "NO_INSURANCE")
PAID_BY_PAYER = ("benefit", "Line Provider Payment Amount")
PAID_BY_PATIENT = ("copay",)


def read(folder: Path) -> Export:
    """Read a whole export. Raises FileUnusable where it cannot be read or is cut off."""
    store = read_folder(folder)
    export = Export(ORIGIN, CURRENCY, ())
    for resource in store.repeated:
        export.rejects.append(rejected(resource, BadRow("id", resource.id, "comes twice")))
    explained = {e.reference("claim"): e for e in store.all("ExplanationOfBenefit")}
    covers = Covers(store, explained)
    claims = Claims(export, store, covers, explained)
    members = kept(export, store.all("Patient"), member)
    providers = kept(export, store.all("Organization"), organisation)
    providers += kept(export, store.all("Practitioner"), practitioner)
    policies = covers.policies(export)
    taken = kept(export, store.all("Claim"), claims.taking)
    export.sections = (
        section("members", members),
        section("providers", providers),
        section("products", covers.products()),
        section("policies", policies),
        section("claims", taken),
    )
    return export


def section(title: str, takings: list[Taking]) -> Section:
    return Section(title, len(takings), lambda: iter(takings))


def rejected(resource: Resource, bad: BadRow) -> Reject:
    return Reject.of(resource.file, resource.line, resource.id, bad)


def kept(export: Export, resources: Any, make: Callable[[Resource], Taking]) -> list[Taking]:
    """What could be made of the resources; one that cannot be used is rejected."""
    made: list[Taking] = []
    for resource in resources:
        try:
            made.append(make(resource))
        except BadRow as bad:
            export.rejects.append(rejected(resource, bad))
    return made


def member(patient: Resource) -> Taking:
    gender = patient.text("gender")
    details = MemberDetails(
        first_name=patient.needed("name", 0, "given", 0),
        last_name=patient.needed("name", 0, "family"),
        born_on=patient.day("birthDate"),
        sex=SEXES.get(gender, Sex.OTHER),
        national_id=social_security(patient),
        region=patient.text("address", 0, "state"),
        district=patient.text("address", 0, "city"),
        language="en",
    )
    stream = origin_id(ORIGIN, "patient", patient.needed("id"))
    return records.member(stream, details, ORIGIN, place(patient))


def social_security(patient: Resource) -> str:
    identifiers = patient.get("identifier") or []
    return next((i.get("value", "") for i in identifiers if "us-ssn" in i.get("system", "")), "")


def organisation(resource: Resource) -> Taking:
    name = resource.needed("name")
    level = Level.HOSPITAL if "HOSPITAL" in name.upper() else Level.HEALTH_CENTRE
    stream = origin_id(ORIGIN, "organisation", resource.needed("id"))
    region = resource.text("address", 0, "state")
    return records.provider(stream, name, level, region, ORIGIN, place(resource))


def practitioner(resource: Resource) -> Taking:
    name = " ".join([*(resource.get("name", 0, "given") or []), resource.text("name", 0, "family")])
    stream = origin_id(ORIGIN, "practitioner", resource.needed("id"))
    region = resource.text("address", 0, "state")
    return records.provider(stream, name, Level.PRACTITIONER, region, ORIGIN, place(resource))


def place(resource: Resource) -> str:
    return f"{resource.file}:{resource.line}"


@dataclass(frozen=True, slots=True)
class Held:
    """What a patient had with a payer, and the policy that stands for it."""

    patient: str
    payer: str
    period: Period
    source: str

    @property
    def policy(self) -> UUID:
        key = f"{self.patient}|{self.payer}|{self.period.from_on}"
        return origin_id(CLAIMS_ORIGIN, "policy", key)


class Covers:
    """Who was covered by whom and when: from the coverages, else from the explanations."""

    def __init__(self, store: Store, explained: dict[str, Resource]) -> None:
        self.store = store
        self.of_coverage: dict[str, Held | None] = {}
        self.of_payer: dict[tuple[str, str], Held] = {}
        self.faults: list[Reject] = []
        for coverage in store.all("Coverage"):
            try:
                self.of_coverage[coverage.id] = self._held(coverage)
            except BadRow as bad:
                self.faults.append(rejected(coverage, bad))
        for explanation in explained.values():
            self._named(explanation)

    def _held(self, coverage: Resource) -> Held | None:
        """What a coverage promises; None where it names no payer: a time without insurance."""
        patient = coverage.reference("beneficiary")
        if not self.store.has("Patient", patient):
            raise BadRow("beneficiary.reference", patient, "is not among the patients")
        ends = coverage.day("period", "end") if coverage.text("period", "end") else None
        period = Period(coverage.day("period", "start"), ends)
        payer = coverage.text("payor", 0, "display")
        return None if payer in NO_PAYER else Held(patient, payer, period, place(coverage))

    def _named(self, explanation: Resource) -> None:
        """An explanation that only names its payer: the cover runs from the first of them on."""
        payer = explanation.text("insurer", "display")
        if payer in NO_PAYER or explanation.text("insurer", "reference"):
            return
        try:
            patient = explanation.reference("patient")
            first = explanation.day("billablePeriod", "start")
        except BadRow:
            return  # the claim that it explains is rejected for the same fault
        known = self.of_payer.get((patient, payer))
        if known is None or first < known.period.from_on:
            self.of_payer[patient, payer] = Held(patient, payer, Period(first), place(explanation))

    def all(self) -> list[Held]:
        return [*filter(None, self.of_coverage.values()), *self.of_payer.values()]

    def products(self) -> list[Taking]:
        names = sorted({held.payer for held in self.all()})
        return [records.product(product_id(code(n)), code(n), n, ORIGIN, CURRENCY) for n in names]

    def policies(self, export: Export) -> list[Taking]:
        export.rejects += self.faults
        one_each = {held.policy: held for held in self.all()}
        return [
            records.policy(
                held.policy,
                product_id(code(held.payer)),
                origin_id(ORIGIN, "patient", held.patient),
                [held.period],
                CLAIMS_ORIGIN,
                CURRENCY,
                held.source,
            )
            for held in one_each.values()
        ]

    def policy_of(self, claim: Resource, explanation: Resource) -> UUID | None:
        """The policy that a claim names; None for a patient without insurance."""
        if claim.text("insurance", 0, "coverage", "reference"):
            coverage = claim.reference("insurance", 0, "coverage")
            if coverage not in self.of_coverage:
                where = "insurance[0].coverage.reference"
                raise BadRow(where, coverage, "is not among the coverages")
            held = self.of_coverage[coverage]
            return held.policy if held else None
        payer = explanation.text("insurer", "display")
        named = self.of_payer.get((claim.reference("patient"), payer))
        return named.policy if named else None


def code(payer: str) -> str:
    return "SYNTHEA-" + "-".join(payer.upper().split())


@dataclass(frozen=True, slots=True)
class Claims:
    """Makes a claim of its resource and its explanation, and counts what it read."""

    export: Export
    store: Store
    covers: Covers
    explained: dict[str, Resource]

    def taking(self, claim: Resource) -> Taking:
        command = self.command(claim)
        self.export.totals.count(command)
        stream = origin_id(CLAIMS_ORIGIN, "claim", command.origin_id)
        return records.claim(stream, lambda number: replace(command, number=number), place(claim))

    def command(self, claim: Resource) -> TakeOverClaim:
        native, patient = claim.needed("id"), claim.reference("patient")
        if not self.store.has("Patient", patient):
            raise BadRow("patient.reference", patient, "is not among the patients")
        provider = claim.reference("provider")
        if not self.store.has("Organization", provider):
            raise BadRow("provider.reference", provider, "is not among the organisations")
        explanation = self.explained.get(native)
        if explanation is None:
            raise BadRow("id", native, "has no explanation of benefit")
        first, last = serviced(claim)
        lines = tuple(self.lines(claim))
        return TakeOverClaim(
            number="",
            member_id=origin_id(ORIGIN, "patient", patient),
            policy_id=self.covers.policy_of(claim, explanation),
            provider_id=origin_id(ORIGIN, "organisation", provider),
            kind=claim.text("type", "coding", 0, "code") or "professional",
            service_from=first,
            service_until=last,
            diagnoses=(),
            lines=lines,
            billed=total((li.billed for li in lines), CURRENCY),
            origin=CLAIMS_ORIGIN,
            origin_id=native,
            account=tuple(payments(explanation)),
            closed_on=explanation.day("created"),
        )

    def lines(self, claim: Resource) -> Iterator[BilledLine]:
        """The items; the first without a net amount takes what the total has beyond the others."""
        items = claim.get("item") or []
        if not items:
            raise BadRow("item", "", "a claim needs an item")
        nets = [
            claim.money(item["net"], f"item[{n}].net") if "net" in item else None
            for n, item in enumerate(items)
        ]
        stated = claim.money(claim.get("total"), "total")
        beyond = stated - total((net for net in nets if net is not None), CURRENCY)
        if beyond.minor < 0 or (beyond and None not in nets):
            self.export.remarks.append(
                f"{place(claim)}: the stated total {stated} is not the sum of its lines"
            )
        for number, (item, net) in enumerate(zip(items, nets, strict=True), 1):
            coding = item.get("productOrService", {}).get("coding", [{}])[0]
            billed = net
            if billed is None:
                billed, beyond = Money(max(beyond.minor, 0), CURRENCY), Money.zero(CURRENCY)
            yield BilledLine(
                number,
                coding.get("code", ""),
                coding.get("display", ""),
                claim.text("type", "coding", 0, "code") or "professional",
                Decimal(1),
                billed,
            )


def serviced(claim: Resource) -> tuple[date, date]:
    """First and last day of service: the billable period, else the day of making the claim."""
    if claim.get("billablePeriod") is None:
        made = claim.day("created")
        return made, made
    first, last = claim.day("billablePeriod", "start"), claim.day("billablePeriod", "end")
    if last < first:
        raise BadRow("billablePeriod.end", str(last), f"is before the start, {first}")
    return first, last


def payments(explanation: Resource) -> Iterator[ClaimPaymentPosted]:
    """What payer and patient paid for each item, posted on the day of the explanation."""
    posted_on = explanation.day("created")
    for number, item in enumerate(explanation.get("item") or [], 1):
        for amount in item.get("adjudication") or []:
            coding = amount.get("category", {}).get("coding", [{}])[0]
            names = (coding.get("display", ""), coding.get("code", ""))
            by_payer = any(name in PAID_BY_PAYER for name in names)
            if not by_payer and not any(name in PAID_BY_PATIENT for name in names):
                continue
            where = f"item[{number - 1}].adjudication"
            paid = explanation.money(amount.get("amount"), where)
            if paid:
                yield ClaimPaymentPosted(
                    number,
                    "payer" if by_payer else "patient",
                    "BENEFIT" if by_payer else "COPAY",
                    paid,
                    posted_on,
                    f"{explanation.id}|{number}|{'payer' if by_payer else 'patient'}",
                )
