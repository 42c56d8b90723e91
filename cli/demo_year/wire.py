"""The book's people, policies and visits as bodies of requests: amounts and days as text."""

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cli.demo_book.facilities import Facility
from cli.demo_book.people import Person
from cli.demo_book.plans import Plan
from cli.demo_book.visits import Visit
from domain.money import Money
from domain.periods import Period

Body = dict[str, Any]


def form(value: object) -> Any:
    """A value of the domain as JSON that a request can hold."""
    match value:
        case Money():
            return format(value.amount, "f")
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case tuple():
            return [form(item) for item in value]
        case _ if is_dataclass(value):
            return {one.name: form(getattr(value, one.name)) for one in fields(value)}
        case _:
            return value


def scheme(plan: Plan, from_on: date) -> Body:
    """The first version of a plan, from the day on which the year begins."""
    return {
        "code": plan.code,
        "name": plan.name,
        "effective_from": form(from_on),
        "terms": form(plan.terms),
    }


def provider(facility: Facility, year: Period) -> Body:
    body = {
        "name": facility.name,
        "level": form(facility.level),
        "region": facility.region,
        "payee_account": facility.account,
        "effective_on": form(year.from_on),
    }
    if facility.in_network:
        body |= {
            "contract_no": f"C-{facility.account}",
            "contract_period": form(year),
            "advice_to": f"+255 22 {facility.account[-7:]}",
        }
    return body


def tariff(facility: Facility, year: Period) -> Body:
    return {"period": form(year), "prices": form(facility.tariff)}


def member(person: Person, principal_id: str | None, enrolled_on: date) -> Body:
    body: Body = form(person.details) | {
        "relationship": form(person.relationship),
        "effective_on": form(enrolled_on),
    }
    return body if principal_id is None else body | {"principal_id": principal_id}


def claim(visit: Visit, member_id: str, policy_id: str, provider_id: str) -> Body:
    return {
        "member_id": member_id,
        "policy_id": policy_id,
        "provider_id": provider_id,
        "kind": visit.kind,
        "visit_type": visit.visit_type,
        "invoice_no": visit.invoice_no,
        "service_from": form(visit.service_from),
        "service_until": form(visit.service_until),
        "diagnoses": list(visit.diagnoses),
        "lines": form(visit.lines),
        "payee": form(visit.payee),
        "effective_on": form(visit.service_until),
    }
