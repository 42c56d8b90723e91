"""Cases about who decides (`route`) and who pays what remains (`cob`): parsing only."""

from typing import Any

from cli.case_files.parsing import Json, decimal, maybe_decimal, money, text
from domain.adjudication.coordination import Method, coordinate
from domain.adjudication.routing import Bands
from domain.adjudication.routing import route as route_of

CURRENCY = "TZS"


def route(case: Json) -> dict[str, Any]:
    facts = case["input"]
    rules = facts["rules"]
    bands = Bands(
        money(rules["auto_below"], CURRENCY),
        money(rules["manager_above"], CURRENCY),
        decimal(rules["fraud_suspend_at"], "fraud_suspend_at"),
    )
    score = maybe_decimal(facts.get("fraud_score"), "fraud_score")
    return {"route": route_of(money(facts["payable"], CURRENCY), score, bands).value}


def cob(case: Json) -> dict[str, Any]:
    facts = case["input"]
    found = coordinate(
        Method(facts["method"]),
        normal_benefit=money(facts["secondary_normal_benefit"], CURRENCY),
        primary_paid=money(facts["primary_paid"], CURRENCY),
        member_owes=money(facts["member_owes_after_primary"], CURRENCY),
        own_allowed=money(facts["secondary_allowed"], CURRENCY),
    )
    return {
        "secondary_pays": text(found.secondary_pays),
        "member_owes_finally": text(found.member_owes),
    }


ROWS = {"route": route, "cob": cob}
