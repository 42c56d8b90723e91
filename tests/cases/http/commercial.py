"""A commercial case, played over HTTP: the plan becomes a scheme, its events become requests."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from api.envelope import plain
from cli.case_files.commercial import ORDERS, SHOWN, merged
from cli.case_files.plan_terms import terms_of
from domain.adjudication.questions import COUNTS
from tests.api.running import data_of, error_of
from tests.cases.http.office import FROM, NUMBERS, UNTIL, V1, Json, Office, text

FAMILY = "FAMILY"
LINE_PARTS = (
    "billed", "allowed", "write_off", "balance_bill", "deductible", "copay", "coinsurance",
    "over_limit", "not_covered", "plan_pays",
)  # fmt: skip


def playable(case: Json) -> bool:
    """Whether every event of the case is one that can be asked for over HTTP."""
    return case["kind"] == "claims" and all(
        event.get("type", "claim") in EVENTS for event in case["events"]
    )


def played(office: Office, case: Json) -> Json:
    """What came of it, in the form of the case's `expected`."""
    story = Story(office, case)
    steps = [story.tell(event) for event in case["events"]]
    return {"steps": steps, "accumulators": story.accumulators()}


class Story:
    """One family with its plan, its providers and its claims."""

    def __init__(self, office: Office, case: Json) -> None:
        self.office = office
        self.claims = [e for e in case["events"] if e.get("type", "claim") == "claim"]
        self.members = {name: office.member(self._born_on(name)) for name in self._names(case)}
        self.code = f"PLAN-{next(NUMBERS)}"
        self.plan: Json = case["plan"]
        self.scheme = self.publish()
        self.policy = self._policy()
        self.providers = {
            network: office.provider(self._prices(network), contract=network == "in")
            for network in {_network(event) for event in self.claims}
        }
        self.ids: dict[str, str] = {}
        self.pays: dict[str, Decimal] = {}
        if case.get("opening"):
            self._bring_forward(case["opening"])

    def publish(self) -> str:
        """The plan as it stands now: the same code again is the next version."""
        terms = plain(terms_of(self.plan))
        return self.office.make(
            "/schemes",
            {"code": self.code, "name": "A plan", "effective_from": FROM, "terms": terms},
        )

    def tell(self, event: Json) -> Json:
        kind = event.get("type", "claim")
        return EVENTS[kind](self, event)

    def accumulators(self) -> dict[str, str]:
        """The totals that the case reports, by the case's own names."""
        names = {made: name for name, made in self.members.items()} | {self.policy: FAMILY}
        return {
            f"{names[row['who']]}|{row['year']}|{row['what']}": text(
                Decimal(row["amount_minor"]).scaleb(-2)
            )
            for row in self.office.everything(f"/policies/{self.policy}/accumulators")
            if row["what"] in SHOWN and row["amount_minor"]
        }

    def _names(self, case: Json) -> list[str]:
        found = dict.fromkeys(str(event["member"]) for event in self.claims)
        openings = (key.split("|")[0] for key in case.get("opening") or {})
        found |= dict.fromkeys(name for name in openings if name != FAMILY)
        return list(found)

    def _born_on(self, name: str) -> str:
        """The day that makes the member as old as the case says on the day of service."""
        for event in self.claims:
            if event["member"] == name and event.get("age") is not None:
                year = date.fromisoformat(event["service_date"]).year - int(event["age"])
                return date(year, 1, 1).isoformat()
        return "1985-02-14"

    def _policy(self) -> str:
        holder, *others = self.members.values()
        return self.office.make(
            "/policies",
            {
                "product_id": self.scheme,
                "holder_id": holder,
                "member_ids": [holder, *others],
                "period": {"from_on": FROM, "until_on": UNTIL},
                "premium": "120000.00",
            },
        )

    def _prices(self, network: str) -> list[Json]:
        """The contract price of each line, under a code of its own."""
        return [
            {"code": _code(event, line), "unit_price": text(price)}
            for event in self.claims
            if _network(event) == network
            for line in event["lines"]
            if (price := _unit_price(line)) is not None
        ]

    def _bring_forward(self, opening: Json) -> None:
        balances = []
        for key, value in opening.items():
            who, year, what = key.split("|", 2)
            counted = what.split(":")[0] in COUNTS
            balances.append(
                {
                    "member_id": None if who == FAMILY else self.members[who],
                    "year_start": None if year == "LIFE" else year,
                    "what": what,
                    "count" if counted else "amount": int(value) if counted else text(value),
                }
            )
        body = {"origin": "the case", "balances": balances}
        data_of(self.office.post(f"/policies/{self.policy}/opening-balances", body))


def _claim(story: Story, event: Json) -> Json:
    body = {
        "member_id": story.members[event["member"]],
        "policy_id": story.policy,
        "provider_id": story.providers[_network(event)],
        "service_from": event["service_date"],
        "lines": _lines(event),
    }
    story.ids[event["id"]] = story.office.make("/claims", body)
    lines, told = _decided(story, event["id"])
    return {"event": event["id"], "lines": lines, **told}


def _lines(event: Json) -> list[Json]:
    return [
        {
            "line": line["line"],
            "code": _code(event, line),
            "category": line["category"],
            "quantity": str(line.get("units", 1)),
            "billed": text(line["billed"]),
            "site": str(line.get("site") or ""),
        }
        for line in event["lines"]
    ]


def _decided(story: Story, name: str) -> tuple[list[Json], Json]:
    """A claim as it stands decided: its lines, and who pays what of it."""
    decided = story.office.decided(story.ids[name])["determination"]
    lines = [_line_told(line) for line in decided["lines"]]

    def total(part: str) -> Decimal:
        return sum((Decimal(line[part]) for line in lines), Decimal(0))

    pays = story.pays[name] = total("plan_pays")
    member = total("billed") - total("write_off") - pays
    return lines, {"plan_pays": text(pays), "member_pays": text(member)}


def _reverse(story: Story, event: Json) -> Json:
    claim = story.ids[event["claim"]]
    name = f"reverse:{event['claim']}"
    story.office.until(claim, "closed", "reversed")
    answer = story.office.post(f"/claims/{claim}/reverse", {"reason": "as the case says"})
    if answer.status_code == 409:
        rule = error_of(answer, 409, "RESOURCE_CONFLICT")["details"]["rule"]
        return {"event": name, "refused": rule.partition(".")[2].upper()}
    return {"event": name, "money_back": data_of(answer)["to_recover"].split()[0].replace(",", "")}


def _replace(story: Story, event: Json) -> Json:
    name, right = event["claim"], event["with"]
    claim, paid = story.ids[name], story.pays[name]
    story.office.until(claim, "closed")
    body = {
        "reason": "as the case says",
        "service_from": right["service_date"],
        "lines": _lines(right),
    }
    data_of(story.office.post(f"/claims/{claim}/replace", body))
    told = _decided(story, name)[1]
    return {"event": f"replace:{name}", **told, "delta_to_pay": text(story.pays[name] - paid)}


def _change_plan(story: Story, event: Json) -> Json:
    story.plan = merged(story.plan, event["set"])
    story.publish()
    return {"event": "plan_change"}


def _cascade(story: Story, event: Json) -> Json:
    """Decide all claims again: first as a dry run, which must tell the same and change nothing."""
    for claim in story.ids.values():
        story.office.until(claim, "closed", "reversed")
    body = {
        "policy_ids": [story.policy],
        "change_id": str(uuid4()),
        "order": ORDERS[event.get("order") or "processing"].value,
        "reason": "as the case says",
    }
    foreseen = data_of(story.office.post("/cascades?dry_run=true", body))["policies"]
    done = data_of(story.office.post("/cascades", body))["policies"]
    assert foreseen == done
    names = {claim: name for name, claim in story.ids.items()}
    told = [(names[one["claim_id"]], one) for policy in done for one in policy["changed"]]
    changed = {
        name: {"was": one["pays"], "now": one["would_pay"], "delta": one["difference"]}
        for name, one in told
        if Decimal(one["difference"])
    }
    return {"event": "cascade", "changed": changed}


def _terminate(story: Story, event: Json) -> Json:
    """End the policy back to a day; the claims after it are found by a cascade."""
    first_without = date.fromisoformat(event["last_day"]) + timedelta(days=1)
    body = {"until_on": first_without.isoformat(), "reason": "as the case says"}
    data_of(story.office.client.patch(f"{V1}/policies/{story.policy}/terminate", json=body))
    changed = _cascade(story, {})["changed"]
    return {"event": "terminate", "recover": {name: one["was"] for name, one in changed.items()}}


EVENTS: Mapping[str, Callable[[Story, Json], Json]] = {
    "claim": _claim,
    "reverse": _reverse,
    "replace": _replace,
    "plan_change": _change_plan,
    "cascade": _cascade,
    "terminate": _terminate,
}


def _line_told(line: Json) -> dict[str, Any]:
    told = {"line": line["line"], **{part: line[part] for part in LINE_PARTS}}
    return {**told, "reason": line["reasons"][-1]} if line["reasons"] else told


def _network(event: Json) -> str:
    return str(event.get("network") or "in")


def _code(event: Json, line: Json) -> str:
    return f"{event['id']}-{line['line']}"


def _unit_price(line: Json) -> Decimal | None:
    if line.get("contract") is not None:
        return Decimal(str(line["contract"])) / Decimal(str(line.get("units", 1)))
    unit = line.get("contract_unit")
    return None if unit is None else Decimal(str(unit))
