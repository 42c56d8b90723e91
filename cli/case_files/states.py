"""Cases of kind `state`: commands on claims, policies and pre-authorisations, and what then holds.

These cases have no common form; the fields that are present tell which question is asked.
"""

from collections.abc import Callable
from typing import Any

from cli.case_files.parsing import BadCase, Json, day, decimal, text
from domain.adjudication.claim_rules import may, number_is_taken, refusal_to_delete_policy
from domain.adjudication.preauthorisation import (
    AddItem,
    Answer,
    CancelItem,
    ChangeItem,
    Item,
    ItemChange,
    ItemDecision,
    cancelled,
    may_be_asked_on,
    responses,
    updated,
)
from domain.rating.term import has_expired
from domain.refusals import Refused


def state(case: Json) -> dict[str, Any]:
    facts = case["input"]
    for needed, reader in READERS:
        if needed <= set(facts):
            return reader(facts)
    raise BadCase(f"input: a state case with {', '.join(sorted(facts))} is not known")


def _submission(facts: Json) -> dict[str, Any]:
    taken = number_is_taken(
        facts["submitted"]["number"], [claim["number"] for claim in facts["existing"]]
    )
    return {
        "accepted": not taken,
        "reason": "DUPLICATE_CLAIM_NUMBER" if taken else None,
        "existing_claim_changed": False,
    }


def _policy_deletion(facts: Json) -> dict[str, Any]:
    if facts["command"] != "delete_policy":
        raise BadCase(f"input.command: {facts['command']!r} is not known")
    reason = refusal_to_delete_policy(int(facts["claims_valued_on_policy"]))
    return {"allowed": reason is None, "reason": reason}


def _expiry_run(facts: Json) -> dict[str, Any]:
    """Active policies that have expired become expired; every other status stays."""
    today = day(facts["today"], "today")
    after: dict[str, list[str]] = {"expired": [], "active": []}
    for policy in facts["policies"]:
        status = policy["status"]
        if status == "active" and has_expired(day(policy["expiry"], "expiry"), today):
            status = "expired"
        after.setdefault(status, []).append(policy["id"])
    return after


def _claim_commands(facts: Json) -> dict[str, Any]:
    answers = {}
    for command in facts["commands"]:
        if not isinstance(command, str):
            return _items_after(facts)
        verb, stage, *_ = command.split()
        answers[f"{verb}_{stage}"] = may(verb, stage)
    return answers


def _items_after(facts: Json) -> dict[str, Any]:
    """The items once every command was carried out; a refused one changes nothing."""
    items = _items(facts["request"])
    for command in facts.get("commands") or [facts["command"]]:
        try:
            items = _carried_out(items, command)
        except Refused as refused:
            reason = refused.code.partition(".")[2].upper()
            return {"allowed": False, "reason": reason, "items": _shown(items)}
    state = "cancelled" if all(item.cancelled for item in items) else facts.get("state")
    return {"allowed": True, "reason": None, "state": state, "items": _shown(items)}


def _carried_out(items: tuple[Item, ...], command: Json) -> tuple[Item, ...]:
    if command["type"] == "cancel":
        return cancelled(items)
    if command["type"] == "update":
        return updated(items, [_change(change) for change in command["changes"]])
    raise BadCase(f"input.command.type: {command['type']!r} is not known")


def _change(change: Json) -> ItemChange:
    if "cancel" in change:
        return CancelItem(int(change["cancel"]))
    if "add" in change:
        return AddItem(change["add"]["code"], decimal(change["add"].get("qty", 1), "qty"))
    new = change["set"]
    quantity = decimal(new["qty"], "qty") if "qty" in new else None
    return ChangeItem(int(change["item"]), new.get("code"), quantity)


def _items(request: Json) -> tuple[Item, ...]:
    return tuple(
        Item(
            int(item["sequence"]),
            item["code"],
            decimal(item.get("qty", 1), "qty"),
            bool(item.get("cancelled")),
        )
        for item in request["items"]
    )


def _shown(items: tuple[Item, ...]) -> list[dict[str, Any]]:
    return [
        {
            "sequence": item.sequence,
            "code": item.code,
            "qty": text(item.quantity),
            "change": item.change.value or None,
            "cancelled": item.cancelled,
        }
        for item in items
    ]


def _responses(facts: Json) -> dict[str, Any]:
    heard = responses(
        _items(facts["request"]),
        [
            ItemDecision(
                int(decision["item"]),
                decision["after"],
                decision["after"] in ("submit", "timer"),
                None if decision["is"] == "undecided" else Answer(decision["is"]),
            )
            for decision in facts["decisions"]
        ],
    )
    return {
        "first_response": {str(item): answer.value for item, answer in heard.first.items()},
        "final": {str(item): answer.value for item, answer in heard.final.items()},
        "notifications": heard.notifications,
    }


def _still_found(facts: Json) -> dict[str, Any]:
    end = day(facts["service_end"], "service_end")
    return {"found": [may_be_asked_on(end, day(on, "asked_on")) for on in facts["asked_on"]]}


# Which fields make which question; the first that fits is asked.
READERS: tuple[tuple[set[str], Callable[[Json], dict[str, Any]]], ...] = (
    ({"existing", "submitted"}, _submission),
    ({"claims_valued_on_policy", "command"}, _policy_deletion),
    ({"today", "policies"}, _expiry_run),
    ({"request", "decisions"}, _responses),
    ({"request", "command"}, _items_after),
    ({"request", "commands"}, _items_after),
    ({"commands"}, _claim_commands),
    ({"service_end", "asked_on"}, _still_found),
)

ROWS = {"state": state}
