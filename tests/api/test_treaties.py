"""Treaties over HTTP: every fault of a slip is told, and a sound one is signed and endorsed."""

from typing import Any

import httpx2

from tests.api.book import V1, shown
from tests.api.running import RunningApi, data_of, error_of

TREATIES = f"{V1}/treaties"
SECTION = {"section_id": "QS", "kind": "QS", "cession": "0.40", "commission": {"rate": "30%"}}
SHARES = [{"reinsurer": "Re One", "share": "2/3"}, {"reinsurer": "Re Two", "share": "1/3"}]


def slip(code: str, **changes: Any) -> dict[str, Any]:
    terms = {
        "treaty_id": code,
        "currency": "TZS",
        "priority": 1,
        "period": {"from_on": "2031-01-01", "until_on": "2032-01-01"},
        "sections": [SECTION],
        "participants": SHARES,
        **changes,
    }
    administration = {"umr": f"B{code}", "reinsured": "Afya Mutual", "reports": "month"}
    return {
        "code": code,
        "name": f"Treaty {code}",
        "terms": terms,
        "administration": administration,
    }


def test_a_treaty_is_placed_signed_endorsed_and_shown(
    api: RunningApi, admin: httpx2.Client
) -> None:
    made = data_of(admin.post(TREATIES, json=slip("HTTP-QS")), 201)
    assert made["signed"] is False
    signed = data_of(admin.post(f"{TREATIES}/{made['id']}/sign", json={}))
    assert signed["signed"] is True
    treaty = data_of(shown(api, admin, f"/treaties/{made['id']}"))
    assert (treaty["code"], treaty["stage"], treaty["treaty_version"]) == ("HTTP-QS", "signed", 1)
    terms = slip("HTTP-QS", sections=[{**SECTION, "cession": "0.45"}])
    endorsement = {
        "effective_from": "2031-07-01",
        "terms": terms["terms"],
        "administration": terms["administration"],
        "reason": "45 % from July",
    }
    endorsed = data_of(admin.post(f"{TREATIES}/{made['id']}/endorse", json=endorsement))
    assert endorsed["treaty_version"] == 2
    versions = data_of(shown(api, admin, f"/treaties/{made['id']}/versions"))
    assert [one["treaty_version"] for one in versions["results"]] == [2, 1]


def test_every_fault_of_a_slip_is_listed_and_nothing_is_recorded(admin: httpx2.Client) -> None:
    greedy = [{"reinsurer": "A", "share": "0.7"}, {"reinsurer": "B", "share": "0.7"}]
    refused = admin.post(TREATIES, json=slip("HTTP-BAD", participants=greedy, sections=[]))
    error = error_of(refused, 409, "RESOURCE_CONFLICT")
    rules = {fault["rule"] for fault in error["details"]["faults"]}
    assert rules == {"treaty.shares_exceed_whole", "treaty.no_sections"}
    again = admin.post(TREATIES, json=slip("HTTP-BAD", currency="dollars"))
    assert again.status_code in {409, 422}


def test_a_report_of_an_unknown_treaty_is_refused_with_its_rule(admin: httpx2.Client) -> None:
    refused = admin.post(f"{V1}/treaty-reports/NONE/claims/2025-01/draft")
    assert (
        error_of(refused, 409, "RESOURCE_CONFLICT")["details"]["rule"]
        == "report.treaty_not_in_force"
    )
