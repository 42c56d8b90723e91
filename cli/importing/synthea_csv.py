"""A Synthea CSV export: patients, payers and their transitions, organisations, providers, claims.

Two layouts are known; they differ in the names of some columns. Days are the days of the
timestamps as written (UTC). Codes are SNOMED CT and RxNorm; amounts are US dollars.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from uuid import UUID

from cli.importing import records
from cli.importing.csv_rows import Row, rows_of
from cli.importing.records import Export, Section, Totals
from cli.importing.rejects import BadRow, Reject
from commands.products import product_id
from commands.taking_over import Taking, origin_id
from domain.claim.events import BilledLine, ClaimBalanceTransferred, ClaimPaymentPosted
from domain.claim.taking_over import AccountEntry, TakeOverClaim
from domain.member.events import MemberDetails, Sex
from domain.money import total
from domain.periods import Period
from domain.provider.events import Level

ORIGIN = "synthea"
CLAIMS_ORIGIN = "synthea-csv"
CURRENCY = "USD"
COLUMNS = {
    "patients.csv": ("Id", "BIRTHDATE", "SSN", "FIRST", "LAST", "GENDER", "STATE", "CITY"),
    "payers.csv": ("Id", "NAME"),
    "payer_transitions.csv": ("PATIENT", "PAYER"),
    "organizations.csv": ("Id", "NAME", "STATE"),
    "providers.csv": ("Id", "ORGANIZATION", "NAME", "STATE"),
    "claims.csv": (
        "Id", "PATIENTID", "PROVIDERID", "PRIMARYPATIENTINSURANCEID", "DIAGNOSIS1", "SERVICEDATE",
        "STATUS1", "STATUSP", "HEALTHCARECLAIMTYPEID1",
    ),
    "claims_transactions.csv": (
        "ID", "CLAIMID", "CHARGEID", "TYPE", "AMOUNT", "METHOD", "FROMDATE", "TODATE",
        "PROCEDURECODE", "UNITS", "NOTES", "TRANSFEROUTID", "TRANSFERTYPE", "PAYMENTS", "TRANSFERS",
    ),
}  # fmt: skip
UNINSURED = ("", "0")
KINDS = {"1": "professional", "2": "institutional"}
PARTIES = {"1": "payer", "2": "secondary_payer", "p": "patient"}
PAYER_METHOD = "ECHECK"  # the generator's payers pay by electronic cheque, patients otherwise


@dataclass(slots=True)
class Payers:
    """Names of payers, and the policies made of what patients had with them."""

    names: dict[str, str] = field(default_factory=dict)
    policies: dict[tuple[str, str], list[tuple[Period, UUID]]] = field(default_factory=dict)

    def insures(self, payer: str) -> bool:
        """Whether the id stands for an insurer and not for having none."""
        return payer not in UNINSURED and self.names.get(payer) != "NO_INSURANCE"

    def policy_of(self, patient: str, payer: str, day: date) -> UUID | None:
        """The policy that covered a day; failing that the latest begun; None without any."""
        held = self.policies.get((patient, payer), [])
        covering = [policy for period, policy in held if period.holds(day)]
        begun = [policy for period, policy in held if period.from_on <= day]
        return next(iter(covering or begun[-1:]), None)


def read(folder: Path) -> Export:
    """Read a whole export. Raises FileUnusable where a file is missing, cut off or not one."""
    rows = {name: list(rows_of(folder / name, columns)) for name, columns in COLUMNS.items()}
    export = Export(ORIGIN, CURRENCY, ())
    payers = Payers({row.text("Id"): row.text("NAME") for row in rows["payers.csv"]})
    patients = kept(export, rows["patients.csv"], "Id", member)
    practices = {r.text("Id"): r.text("ORGANIZATION") for r in rows["providers.csv"]}
    organisations = kept(export, rows["organizations.csv"], "Id", organisation)
    practitioners = kept(export, rows["providers.csv"], "Id", practitioner)
    products = [
        records.product(product_id(code(name)), code(name), name, ORIGIN, CURRENCY)
        for payer, name in payers.names.items()
        if payers.insures(payer)
    ]
    known = {row.text("Id") for row in rows["patients.csv"]}
    policies = list(covers(export, rows["payer_transitions.csv"], payers, known))
    claims = Claims(export.totals, payers, known, practices, by_claim(rows))
    taken = kept(export, rows["claims.csv"], "Id", claims.taking)
    export.rejects += orphans(rows)
    export.sections = (
        section("members", patients),
        section("providers", organisations + practitioners),
        section("products", products),
        section("policies", policies),
        section("claims", taken),
    )
    return export


def section(title: str, takings: list[Taking]) -> Section:
    return Section(title, len(takings), lambda: iter(takings))


def kept(export: Export, rows: list[Row], key: str, make: Callable[[Row], Taking]) -> list[Taking]:
    """What could be made of the rows; a row that cannot be used, or comes twice, is rejected."""
    made: dict[str, Taking] = {}
    for row in rows:
        try:
            if (native := row.needed(key)) in made:
                raise BadRow(key, native, "comes twice in the file")
            made[native] = make(row)
        except BadRow as bad:
            export.rejects.append(Reject.of(row.file, row.line, row.text(key), bad))
    return list(made.values())


def member(row: Row) -> Taking:
    sexes = {"M": Sex.MALE, "F": Sex.FEMALE}
    if row.text("GENDER") not in sexes:
        raise BadRow("GENDER", row.text("GENDER"), "is neither M nor F")
    details = MemberDetails(
        first_name=row.needed("FIRST"),
        last_name=row.needed("LAST"),
        born_on=row.day("BIRTHDATE"),
        sex=sexes[row.text("GENDER")],
        national_id=row.text("SSN"),
        region=row.text("STATE"),
        district=row.text("CITY"),
        language="en",
    )
    return records.member(
        origin_id(ORIGIN, "patient", row.needed("Id")), details, ORIGIN, place(row)
    )


def organisation(row: Row) -> Taking:
    level = Level.HOSPITAL if "HOSPITAL" in row.needed("NAME").upper() else Level.HEALTH_CENTRE
    stream = origin_id(ORIGIN, "organisation", row.needed("Id"))
    return records.provider(stream, row.text("NAME"), level, row.text("STATE"), ORIGIN, place(row))


def practitioner(row: Row) -> Taking:
    stream = origin_id(ORIGIN, "practitioner", row.needed("Id"))
    name, state = row.needed("NAME"), row.text("STATE")
    return records.provider(stream, name, Level.PRACTITIONER, state, ORIGIN, place(row))


def place(row: Row) -> str:
    return f"{row.file}:{row.line}"


def code(payer: str) -> str:
    """A product code from a payer's name: `Blue Cross` is `SYNTHEA-BLUE-CROSS`."""
    return "SYNTHEA-" + "-".join(payer.upper().split())


def covers(export: Export, rows: list[Row], payers: Payers, patients: set[str]) -> Iterator[Taking]:
    """One policy for each uninterrupted run of years of a patient with the same payer."""
    years: dict[tuple[str, str], list[Period]] = defaultdict(list)
    lines: dict[tuple[str, str], str] = {}
    for row in rows:
        try:
            patient, payer = row.needed("PATIENT"), row.text("PAYER")
            period = transition(row)
            if patient not in patients:
                raise BadRow("PATIENT", patient, "is not in patients.csv")
            if payer not in UNINSURED and payer not in payers.names:
                raise BadRow("PAYER", payer, "is not in payers.csv")
        except BadRow as bad:
            export.rejects.append(Reject.of(row.file, row.line, row.text("MEMBERID"), bad))
            continue
        if period.until_on == period.from_on:
            export.remarks.append(
                f"{place(row)}: a cover of no day, on {period.from_on}, is no cover"
            )
        elif payers.insures(payer):
            years[patient, payer].append(period)
            lines.setdefault((patient, payer), place(row))
    for (patient, payer), periods in years.items():
        for run in records.uninterrupted(periods):
            stream = origin_id(ORIGIN, "policy", f"{patient}|{payer}|{run[0].from_on}")
            whole = Period(run[0].from_on, run[-1].until_on)
            payers.policies.setdefault((patient, payer), []).append((whole, stream))
            yield records.policy(
                stream,
                product_id(code(payers.names[payer])),
                origin_id(ORIGIN, "patient", patient),
                run,
                ORIGIN,
                CURRENCY,
                lines[patient, payer],
            )


def transition(row: Row) -> Period:
    """The days of one transition; a plain year runs from its first day to its last."""
    if row.text("START_YEAR", "START_DATE").isdigit():
        first, last = int(row.needed("START_YEAR")), int(row.needed("END_YEAR"))
        return Period(date(first, 1, 1), date(last + 1, 1, 1))
    from_on, until_on = row.day("START_YEAR", "START_DATE"), row.day("END_YEAR", "END_DATE")
    if until_on < from_on:
        raise BadRow("END_DATE", str(until_on), f"is before the start, {from_on}")
    return Period(from_on, until_on)


def by_claim(rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The transactions of each claim in the order in which they were booked."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows["claims_transactions.csv"]:
        found[row.text("CLAIMID")].append(row)
    return found


def orphans(rows: dict[str, list[Row]]) -> list[Reject]:
    """Transactions of claims that are not in the export."""
    known = {row.text("Id") for row in rows["claims.csv"]}
    return [
        Reject.of(
            row.file, row.line, row.text("ID"),
            BadRow("CLAIMID", row.text("CLAIMID"), "is not in claims.csv"),
        )
        for row in rows["claims_transactions.csv"]
        if row.text("CLAIMID") not in known
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claims:
    """Makes a claim of its row and its transactions, and counts what it read."""

    totals: Totals
    payers: Payers
    patients: set[str]
    practices: dict[str, str]
    transactions: dict[str, list[Row]]

    def taking(self, row: Row) -> Taking:
        command = self.command(row)
        self.totals.count(command)
        stream = origin_id(CLAIMS_ORIGIN, "claim", command.origin_id)
        return records.claim(stream, lambda number: replace(command, number=number), place(row))

    def command(self, row: Row) -> TakeOverClaim:
        """The claim with its whole account; raises BadRow, and then nothing of it is taken."""
        native, patient = row.needed("Id"), row.needed("PATIENTID")
        practitioner = row.needed("PROVIDERID")
        if patient not in self.patients:
            raise BadRow("PATIENTID", patient, "is not in patients.csv")
        if practitioner not in self.practices:
            raise BadRow("PROVIDERID", practitioner, "is not in providers.csv")
        booked = self.transactions.get(native, [])
        charges = [entry for entry in booked if entry.text("TYPE") == "CHARGE"]
        if not charges:
            raise BadRow("Id", native, "has no CHARGE in claims_transactions.csv")
        kind = KINDS.get(row.text("HEALTHCARECLAIMTYPEID1"), "professional")
        lines = tuple(line(number, charge, kind) for number, charge in enumerate(charges, 1))
        day = row.day("SERVICEDATE")
        closed = row.text("STATUS1") == "CLOSED" and row.text("STATUSP") == "CLOSED"
        last = max(entry.day("TODATE") for entry in booked)
        return TakeOverClaim(
            number="",
            member_id=origin_id(ORIGIN, "patient", patient),
            policy_id=self.payers.policy_of(patient, row.text("PRIMARYPATIENTINSURANCEID"), day),
            provider_id=origin_id(ORIGIN, "organisation", self.practices[practitioner]),
            practitioner_id=origin_id(ORIGIN, "practitioner", practitioner),
            kind=kind,
            service_from=day,
            service_until=max([day, *(charge.day("TODATE") for charge in charges)]),
            diagnoses=tuple(filter(None, (row.text(f"DIAGNOSIS{n}") for n in range(1, 9)))),
            lines=lines,
            billed=total((li.billed for li in lines), CURRENCY),
            origin=CLAIMS_ORIGIN,
            origin_id=native,
            account=tuple(account(booked)),
            closed_on=last if closed else None,
        )


def line(number: int, charge: Row, kind: str) -> BilledLine:
    try:
        units = Decimal(charge.text("UNITS") or "1")
    except InvalidOperation as error:
        raise BadRow("UNITS", charge.text("UNITS"), "is not a number") from error
    return BilledLine(
        number,
        charge.needed("PROCEDURECODE"),
        charge.text("NOTES"),
        kind,
        units,
        charge.money("AMOUNT", CURRENCY),
    )


def account(booked: list[Row]) -> Iterator[AccountEntry]:
    """Payments and transfers after the charge that they belong to, in the order of booking."""
    receivers = {
        row.text("TRANSFEROUTID"): row for row in booked if row.text("TYPE") == "TRANSFERIN"
    }
    on_line = 0
    for row in booked:
        match row.text("TYPE"):
            case "CHARGE":
                on_line += 1
            case "PAYMENT":
                yield payment(row, on_line)
            case "TRANSFEROUT":
                yield transfer(row, receivers.pop(row.needed("CHARGEID"), None), on_line)
            case "TRANSFERIN":
                pass  # the other half of a transfer, which stands at its TRANSFEROUT
            case other:
                raise BadRow("TYPE", other, "is not CHARGE, PAYMENT, TRANSFEROUT or TRANSFERIN")
    if receivers:
        lost = next(iter(receivers))
        raise BadRow("TRANSFEROUTID", lost, "names no TRANSFEROUT of the claim")


def payment(row: Row, on_line: int) -> ClaimPaymentPosted:
    method = row.text("METHOD")
    return ClaimPaymentPosted(
        line=on_line,
        source="payer" if method == PAYER_METHOD else "patient",
        method=method,
        amount=row.money("PAYMENTS", CURRENCY),
        posted_on=row.day("TODATE"),
        origin_id=row.needed("ID"),
    )


def transfer(out: Row, received: Row | None, on_line: int) -> ClaimBalanceTransferred:
    amount = out.money("TRANSFERS", CURRENCY)
    if received is None or received.money("TRANSFERS", CURRENCY) != amount:
        raise BadRow("CHARGEID", out.text("CHARGEID"), "has no TRANSFERIN of the same amount")
    party = PARTIES.get(received.text("TRANSFERTYPE"))
    if party is None:
        raise BadRow("TRANSFERTYPE", received.text("TRANSFERTYPE"), "is not 1, 2 or p")
    return ClaimBalanceTransferred(on_line, amount, party, out.day("TODATE"), out.needed("ID"))
