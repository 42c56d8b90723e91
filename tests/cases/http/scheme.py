"""A scheme case, played over HTTP: catalogue, price list, product and policy, then the claim.

Codes get a name of the case's own, so that many cases can share one ledger.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from api.envelope import plain
from cli.case_files.parsing import days_from_to
from cli.case_files.scheme_terms import terms_of
from domain.adjudication.case import PriceRow, price_on
from tests.api.running import data_of
from tests.cases.http.office import FROM, NUMBERS, Json, Office, text

REVIEWED = ("qty_reviewed", "price_reviewed", "reviewed_out", "void")
LONG_AGO = "1999-01-01"


def playable(case: Json) -> bool:
    """Whether everything that the case tells can be said over HTTP: one policy in force, nothing
    that happened before, no reviewer, and a day of service that is not in the future."""
    if case["kind"] != "claim" or "catalogue" not in case or case.get("history"):
        return False
    policies, claim = case.get("policies") or [], case["claim"]
    day = claim.get("date_to") or claim.get("date_from")
    return (
        len(policies) == 1
        and policies[0]["status"] == "active"
        and (case.get("provider") or {}).get("care_type", "both") in (None, "both")
        and day is not None
        and claim.get("date_from") is not None
        and claim["date_from"] <= day <= (claim.get("claimed_on") or day)
        and policies[0]["effective"] <= day <= policies[0]["expiry"]
        and not any(line.get(name) for line in claim["lines"] for name in REVIEWED)
        and not any(_paid_above_the_bill(case, line, day) for line in claim["lines"])
    )


def _paid_above_the_bill(case: Json, line: Json, day: str) -> bool:
    """A list price above what was asked: the ledger never pays more than it was billed."""
    asked, listed = line.get("price_asked"), _listed_price(case, line["code"], day)
    return asked is not None and listed is not None and Decimal(str(asked)) < listed


def played(office: Office, case: Json) -> Json:
    """What came of the claim, in the form of the case's `expected`."""
    return Story(office, case).claimed()


class Story:
    def __init__(self, office: Office, case: Json) -> None:
        self.office, self.case = office, case
        self.prefix = f"C{next(NUMBERS)}-"
        self.claim, (self.policy_case,) = case["claim"], case["policies"]
        self.day = date.fromisoformat(self.claim.get("date_to") or self.claim["date_from"])
        self._publish_catalogue()
        self.scheme = self._publish_scheme()
        people = {m["id"]: m for m in case["members"]}
        covered = (m["id"] for m in self.policy_case["members"])
        self.members = {
            name: office.member(*_born_and_sex(people.get(name, {})))
            for name in dict.fromkeys((*people, self.claim["member"], *covered))
        }
        self.policy = self._issue()
        for name, person in people.items():
            if person.get("invalid"):
                path = f"/api/v1/members/{self.members[name]}/deactivate"
                data_of(office.client.patch(path, json={"reason": "as the case says"}))
        facility = case.get("provider") or {}
        self.provider = office.provider(self._prices(), level=facility.get("level") or "hospital")

    def claimed(self) -> Json:
        body = {
            "member_id": self.members[self.claim["member"]],
            "policy_id": self.policy,
            "provider_id": self.provider,
            "service_from": self.claim["date_from"],
            "service_until": self.day.isoformat(),
            "visit_type": self.claim.get("visit_type") or "ordinary",
            "lines": [self._line(line) for line in self.claim["lines"]],
        }
        made = self.office.make("/claims", body)
        return self._result(self.office.decided(made)["determination"])

    def _line(self, line: Json) -> Json:
        asked = line.get("price_asked")
        price = self._price(line["code"]) if asked is None else Decimal(str(asked))
        billed = (price or Decimal(0)) * Decimal(str(line["qty"]))
        return {
            "line": line["line"],
            "code": self.prefix + line["code"],
            "quantity": str(line["qty"]),
            "billed": text(billed.quantize(Decimal("0.01"))),
        }

    def _publish_catalogue(self) -> None:
        codes = [
            {
                "code": self.prefix + code,
                "description": code,
                "from_on": LONG_AGO,
                "kind": entry["kind"],
                "category": entry.get("category") or "",
                "base_price": _maybe(entry.get("base_price")),
                "bundle_price": _maybe(entry.get("bundle_price")),
                "care_type": entry.get("care_type") or "both",
                "frequency_days": int(entry.get("frequency_days") or 0),
                "who": entry.get("who") or [],
            }
            for code, entry in self.case["catalogue"].items()
        ]
        data_of(self.office.post("/claims/service-codes", {"codes": codes}), 201)
        retired = [c for c, entry in self.case["catalogue"].items() if entry.get("retired")]
        for code in retired:
            (found,) = self.office.get(
                "/claims/service-codes", self.office.api.last_position(), code=self.prefix + code
            )["results"]
            data_of(self.office.post(f"/claims/codes/{found['id']}/retire", {"from_on": FROM}))

    def _publish_scheme(self) -> str:
        product = self.policy_case["product"]
        renamed = {self.prefix + code: rest for code, rest in product["benefits"].items()}
        policy = {**self.policy_case, "product": {**product, "benefits": renamed}}
        terms = plain(terms_of(policy, "TZS", int(self.case.get("adult_age") or 18)))
        body = {"code": f"SCHEME-{self.prefix}", "name": "A scheme", "effective_from": FROM}
        return self.office.make("/schemes", {**body, "terms": terms})

    def _issue(self) -> str:
        start, last = self.policy_case["effective"], self.policy_case["expiry"]
        covered = self.policy_case["members"]
        later = [m for m in covered if (m.get("effective") or start) > start]
        first = [self.members[m["id"]] for m in covered if m not in later]
        policy = self.office.make(
            "/policies",
            {
                "product_id": self.scheme,
                "holder_id": self.members[covered[0]["id"]],
                "member_ids": first or [self.office.member()],
                "period": {"from_on": start, "until_on": _after(last)},
                "premium": "1000.00",
                "renewal": self.policy_case.get("stage") == "renewal",
            },
        )
        for member in later:
            body = {"member_id": self.members[member["id"]], "from_on": member["effective"]}
            data_of(self.office.post(f"/policies/{policy}/members", body))
        return policy

    def _prices(self) -> list[Json]:
        """The price list as it is on the day of service."""
        return [
            {"code": self.prefix + code, "unit_price": text(price)}
            for code in (self.case.get("provider") or {}).get("prices") or {}
            if (price := self._price(code)) is not None
        ]

    def _price(self, code: str) -> Decimal | None:
        return _listed_price(self.case, code, self.day.isoformat())

    def _result(self, decided: Json) -> Json:
        member = self.members[self.claim["member"]]
        posted = {"deducted": "deductible", "paid": "paid", "exempt_paid": "exempt_paid"}
        change = {
            name: sum(
                Decimal(entry["amount_minor"]).scaleb(-2)
                for entry in decided["entries"]
                if entry["what"] == what and entry["who"].partition("@")[0] == member
            )
            for name, what in posted.items()
        }
        return {
            "claim_status": decided["status"],
            "claim_reason": decided["reason"] or None,
            "claim_category": decided["category"],
            "lines": [_line_told(line) for line in decided["lines"]],
            "paid_total": text(sum(Decimal(line["plan_pays"]) for line in decided["lines"])),
            "accumulator_change": {k: text(v) for k, v in change.items() if v},
        }


def _listed_price(case: Json, code: str, day: str) -> Decimal | None:
    """The provider's price of a code on a day; the catalogue's where its row has none."""
    rows = ((case.get("provider") or {}).get("prices") or {}).get(code) or []
    listed = tuple(
        PriceRow(
            None if row.get("price") is None else Decimal(str(row["price"])),
            days_from_to(row.get("from"), row.get("to")),
        )
        for row in rows
    )
    row = price_on(listed, date.fromisoformat(day))
    if row is None:
        return None
    base = (case["catalogue"].get(code) or {}).get("base_price") or 0
    return Decimal(str(base)) if row.price is None else row.price


def _born_and_sex(person: Json) -> tuple[str, str]:
    return person.get("dob") or "1985-02-14", person.get("sex") or "O"


def _line_told(line: Mapping[str, Any]) -> Json:
    if line["status"] == "rejected":
        return {"line": line["line"], "status": "rejected", "reason": line["reasons"][-1]}
    told: Json = {
        "line": line["line"],
        "status": "passed",
        "qty": line["quantity"],
        "unit_price": line["unit_price"] or "0",
        "valued": line["valued"] or "0",
        "deductible": line["deductible"],
        "over_category": _cut_by(line, "category_amount"),
        "over_ceiling": _cut_by(line, "ceiling"),
        "pays": line["plan_pays"],
    }
    if line["quantity_cut"]:
        told["qty_cut"] = True
    if line["pays_when"] != "now":
        told["pays_when"] = line["pays_when"]
    return told


def _cut_by(line: Mapping[str, Any], limit: str) -> str:
    taken = (Decimal(s["amount"]) for s in line["trace"] if s["limit_name"] == limit)
    return text(sum(taken, Decimal(0)))


def _maybe(price: object) -> str | None:
    return None if price is None else text(price)


def _after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
