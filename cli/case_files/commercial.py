"""Cases of commercial plans: `claims`, `timeline` and `what_if`. Events are handed to the history
of the family in the order they come; nothing is decided here."""

from collections.abc import Callable, Mapping
from typing import Any

from cli.case_files.parsing import (
    Json,
    day,
    decimal,
    maybe_day,
    maybe_money,
    maybe_number,
    money,
    text,
)
from cli.case_files.plan_terms import terms_of
from domain.adjudication.balances import Balances
from domain.adjudication.case import Case, ClaimLine, Member, Network, line_amount
from domain.adjudication.determination import Determination, LineDetermination
from domain.adjudication.history import (
    History,
    InOrder,
    apply_cascade,
    post,
    readjudicate,
    replace_claim,
    reverse_claim,
    terminate,
)
from domain.adjudication.product import Terms
from domain.adjudication.questions import COUNTS
from domain.adjudication.questions import answer as answer_question
from domain.adjudication.what_if import what_if
from domain.money import Money
from domain.refusals import Refused

FAMILY = "FAMILY"
SHOWN = ("deductible", "oop", "paid")
ORDERS = {
    "processing": InOrder.PROCESSING,
    "processing_order": InOrder.PROCESSING,
    "service_date": InOrder.SERVICE_DATE,
}


class Book:
    """One family's plan and claims while the events of a case are told."""

    def __init__(self, case: Json) -> None:
        self.plan: dict[str, Any] = dict(case["plan"])
        self.terms: Terms = terms_of(self.plan)
        self.history = History.starting_from(
            Balances(_opening(case.get("opening") or {}, self.terms.currency))
        )
        self.cover_ends_on: Any = None

    def tell(self, event: Json) -> dict[str, Any]:
        """Let one event happen; a refusal is the answer to it and changes nothing."""
        kind, name = event.get("type", "claim"), _name(event)
        try:
            return {"event": name, **EVENTS[kind](self, event)}
        except Refused as refused:
            return {"event": name, "refused": refused.code.partition(".")[2].upper()}

    def case(self, event: Json) -> Case:
        return Case(
            event["id"],
            event["member"],
            FAMILY,
            day(event["service_date"], "service_date"),
            tuple(_line(line, self.terms.currency) for line in event["lines"]),
            network=Network(event.get("network") or "in"),
            member=Member(
                born_on=maybe_day(event.get("dob")),
                sex=event.get("sex", ""),
                age=maybe_number(event.get("age"), "age"),
            ),
            cover_ends_on=maybe_day(self.cover_ends_on),
        )


def claims(case: Json) -> dict[str, Any]:
    """Every event's outcome, and the accumulators after the last."""
    book = Book(case)
    steps = [book.tell(event) for event in case["events"]]
    return {"steps": steps, "accumulators": _accumulators(book)}


def timeline(case: Json) -> dict[str, Any]:
    """Each question answered from the events that were recorded on or before its day."""
    answers = []
    for query in case["queries"]:
        known_at = day(query["known_at"], "known_at")
        book = Book(case)
        for event in case["events"]:
            if day(event["recorded_at"], "recorded_at") <= known_at:
                book.tell(event)
        found = answer_question(book.history, query["ask"], book.terms.currency)
        shown = found.value if isinstance(found, str) else text(found)
        answers.append({"ask": query["ask"], "known_at": query["known_at"], "answer": shown})
    return {"answers": answers}


def counterfactual(case: Json) -> dict[str, Any]:
    """The same claims under changed terms; the ledger is compared before and after."""
    book = Book(case)
    for event in case["events"]:
        book.tell(event)
    before = book.history
    outcome = what_if(before, terms_of(merged(book.plan, case["what_if"]["set"])))
    return {
        "plan_pays_actual": text(outcome.actual),
        "plan_pays_counterfactual": text(outcome.counterfactual),
        "difference": text(outcome.difference),
        "claims_that_change": [claim.case.claim_id for claim in outcome.changed],
        "actual_ledger_unchanged": book.history == before,
    }


def _claim(book: Book, event: Json) -> dict[str, Any]:
    book.history = post(book.history, book.case(event), book.terms)
    return _told(book.history.posted[-1].determination)


def _reverse(book: Book, event: Json) -> dict[str, Any]:
    posted = book.history.find(event["claim"])
    book.history = reverse_claim(book.history, event["claim"])
    assert posted is not None
    return {"money_back": text(posted.determination.plan_pays)}


def _replace(book: Book, event: Json) -> dict[str, Any]:
    was = book.history.find(event["claim"])
    corrected = book.case({**event["with"], "id": event["claim"]})
    book.history = replace_claim(book.history, corrected, book.terms)
    now = book.history.find(event["claim"])
    assert was is not None
    assert now is not None
    delta = now.determination.plan_pays - was.determination.plan_pays
    return {**_told(now.determination), "delta_to_pay": text(delta)}


def _plan_change(book: Book, event: Json) -> dict[str, Any]:
    book.plan = merged(book.plan, event["set"])
    book.terms = terms_of(book.plan)
    return {}


def _cascade(book: Book, event: Json) -> dict[str, Any]:
    order = ORDERS[event.get("order") or "processing"]
    cascade = readjudicate(book.history, book.terms, order)
    book.history = apply_cascade(book.history, cascade)
    return {
        "changed": {
            claim.case.claim_id: {
                "was": text(claim.was.plan_pays),
                "now": text(claim.now.plan_pays),
                "delta": text(claim.delta),
            }
            for claim in cascade.changed
        }
    }


def _terminate(book: Book, event: Json) -> dict[str, Any]:
    book.history, late = terminate(book.history, day(event["last_day"], "last_day"))
    book.cover_ends_on = event["last_day"]
    recovered = {posted.case.claim_id: text(posted.determination.plan_pays) for posted in late}
    return {"recover": recovered}


EVENTS: Mapping[str, Callable[[Book, Json], dict[str, Any]]] = {
    "claim": _claim,
    "reverse": _reverse,
    "replace": _replace,
    "plan_change": _plan_change,
    "cascade": _cascade,
    "terminate": _terminate,
}


def _name(event: Json) -> str:
    kind: str = event.get("type", "claim")
    if kind == "claim":
        return str(event["id"])
    return f"{kind}:{event['claim']}" if "claim" in event else kind


def _line(line: Json, currency: str) -> ClaimLine:
    units = decimal(line.get("units", 1), "units")
    contract = maybe_money(line.get("contract"), currency, "contract")
    if contract is None and line.get("contract_unit") is not None:
        contract = line_amount(units, decimal(line["contract_unit"], "contract_unit"), currency)
    return ClaimLine(
        line["line"],
        line.get("code", ""),
        line["category"],
        units,
        money(line["billed"], currency, "billed"),
        contract,
        site=str(line.get("site") or ""),
    )


def _opening(opening: Json, currency: str) -> dict[str, int]:
    """Accumulators before the first event: money in minor units, visits as a number."""
    return {
        key: int(decimal(value, key))
        if key.split("|", 2)[2].split(":")[0] in COUNTS
        else money(value, currency, key).minor
        for key, value in opening.items()
    }


def merged(plan: Json, changes: Json) -> dict[str, Any]:
    """The plan with the changes laid over it, level by level."""
    whole = dict(plan)
    for key, value in changes.items():
        below = whole.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            whole[key] = merged(below, value)
        else:
            whole[key] = value
    return whole


def _told(decided: Determination) -> dict[str, Any]:
    return {
        "lines": [_line_told(line) for line in decided.lines],
        "plan_pays": text(decided.plan_pays),
        "member_pays": text(decided.member_pays),
    }


def _line_told(line: LineDetermination) -> dict[str, Any]:
    told: dict[str, Any] = {
        "line": line.line,
        "billed": text(line.billed),
        "allowed": text(line.allowed),
        "write_off": text(line.write_off),
        "balance_bill": text(line.balance_bill),
        "deductible": text(line.deductible),
        "copay": text(line.copay),
        "coinsurance": text(line.coinsurance),
        "over_limit": text(line.over_limit),
        "not_covered": text(line.not_covered),
        "plan_pays": text(line.plan_pays),
    }
    return {**told, "reason": line.reason} if line.reason else told


def _accumulators(book: Book) -> dict[str, str]:
    """The totals that are reported: deductible, out-of-pocket and paid."""
    return {
        key: text(Money(total, book.terms.currency))
        for key, total in sorted(book.history.balances.totals.items())
        if key.split("|", 2)[2] in SHOWN and total
    }


ROWS = {"claims": claims, "timeline": timeline, "what_if": counterfactual}
