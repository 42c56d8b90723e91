"""Visits that are put into the year on purpose, so that every way through the ledger is walked."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from cli.demo_book.facilities import Facility
from cli.demo_book.people import Family
from cli.demo_book.visits import Surroundings, Visit, line

FREQUENT = "frequent"
DUPLICATE = "duplicate"
SAME_INVOICE = "same_invoice"
LAPSED = "lapsed"
OVERPRICED = "overpriced"
OUTPATIENT_EXAMPLE = "example_outpatient"
SURGERY_EXAMPLE = "example_surgery"


def outpatient_example(family: Family, around: Surroundings, day: date) -> Visit:
    """25,000 shillings for malaria: 23,500 is paid after the copay of 1,500."""
    prices = (("CON-GEN", 10_000), ("LAB-MRDT", 5_000), ("MED-ALU", 10_000))
    return _example(family, around, "clinic", prices, ("B54",), day, OUTPATIENT_EXAMPLE)


def surgery_example(family: Family, around: Surroundings, day: date) -> Visit:
    """850,000 shillings asked where 780,000 are agreed: 730,000 after the deductible of 50,000."""
    prices = (("SUR-APP", 850_000),)
    made = _example(family, around, "hospital", prices, ("K35.8",), day, SURGERY_EXAMPLE)
    return replace(made, kind="inpatient", service_until=day + timedelta(days=1))


def _example(
    family: Family,
    around: Surroundings,
    at: str,
    prices: tuple[tuple[str, int], ...],
    diagnoses: tuple[str, ...],
    day: date,
    planted: str,
) -> Visit:
    facility = around.places[at]
    return Visit(
        key=planted,
        family=family.key,
        person=family.principal.key,
        facility=facility.key,
        kind="outpatient",
        visit_type="ordinary",
        service_from=day,
        service_until=day,
        diagnoses=diagnoses,
        lines=tuple(
            line(n, code, 1, price, 10_000) for n, (code, price) in enumerate(prices, start=1)
        ),
        invoice_no=around.invoice(facility.key),
        planted=planted,
    )


def frequent(
    random: Random, family: Family, around: Surroundings, clinics: Iterable[Facility], last_on: date
) -> list[Visit]:
    """One person, five clinics, five claims for the same thing within twelve days."""
    made = []
    for nth, facility in enumerate(random.sample(list(clinics), 5)):
        day = last_on - timedelta(days=12 - 3 * nth)
        prices = (("CON-GEN", 14_000), ("LAB-FBC", 16_000), ("MED-AMX", 8_000))
        here = replace(around, places={**around.places, "clinic": facility})
        example = _example(family, here, "clinic", prices, ("R51",), day, FREQUENT)
        made.append(replace(example, key=f"{family.key}-{FREQUENT}-{nth + 1}"))
    return made


def duplicated(original: Visit, around: Surroundings) -> Visit:
    """The same visit billed again under another invoice number."""
    return replace(
        original,
        key=f"{original.key}-again",
        invoice_no=around.invoice(original.facility),
        planted=DUPLICATE,
    )


def sent_twice(original: Visit) -> Visit:
    """The very same invoice once more."""
    return replace(original, key=f"{original.key}-resent", planted=SAME_INVOICE)


def overpriced(original: Visit) -> Visit:
    """The same lines at four times the price; the tariff cuts it, and the score says so."""
    dear = tuple(
        replace(one, billed=replace(one.billed, minor=4 * one.billed.minor))
        for one in original.lines
    )
    return replace(original, lines=dear, planted=OVERPRICED)
