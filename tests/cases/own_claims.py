"""Claim cases of our own, in the form of the agreed files, so that the path is always tried.

The figures were worked out by hand.
"""

from typing import Any

PLAN: dict[str, Any] = {
    "currency": "TZS",
    "rounding": {"unit": "1", "mode": "half_up"},
    "year_start": "01-01",
    "order": ["deductible", "copay", "coinsurance"],
    "deductible": {"individual": "40000", "family": "60000", "family_style": "embedded"},
    "family_annual_limit": "500000",
    "categories": {
        "outpatient": {"copay": "2000", "copay_per": "claim", "deductible_applies": False},
        "surgery": {"coinsurance": "0.10"},
        "optical": {"annual_limit": "30000", "deductible_applies": False},
    },
}


def claim(
    number: str, member: str, day: str, *lines: dict[str, Any], **more: Any
) -> dict[str, Any]:
    numbered = [{"line": n, **line} for n, line in enumerate(lines, 1)]
    return {"id": number, "member": member, "service_date": day, "lines": numbered, **more}


CASES: list[dict[str, Any]] = [
    {
        "id": "OWN-H1",
        "kind": "claims",
        "title": "A copay once a claim, and an optical limit that cuts the second line",
        "plan": PLAN,
        "events": [
            claim(
                "C1",
                "A",
                "2025-03-03",
                {"category": "outpatient", "billed": "15000"},
                {"category": "optical", "billed": "45000", "contract": "36000"},
            )
        ],
        "expected": {
            "steps": [
                {
                    "event": "C1",
                    "lines": [
                        {"line": 1, "billed": "15000", "allowed": "15000", "copay": "2000",
                         "plan_pays": "13000"},
                        {"line": 2, "billed": "45000", "allowed": "36000", "write_off": "9000",
                         "over_limit": "6000", "plan_pays": "30000", "reason": "CATEGORY_LIMIT"},
                    ],
                    "plan_pays": "43000",
                    "member_pays": "8000",
                }
            ],
            "accumulators": {
                "A|2025-01-01|oop": "2000", "FAMILY|2025-01-01|oop": "2000",
                "A|2025-01-01|paid": "43000", "FAMILY|2025-01-01|paid": "43000",
            },
        },
    },
    {
        "id": "OWN-H2",
        "kind": "claims",
        "title": "Out of network the gap is the member's; the family's deductible is met by two",
        "plan": PLAN,
        "opening": {"A|2025-01-01|deductible": "30000", "FAMILY|2025-01-01|deductible": "30000"},
        "events": [
            claim("C1", "B", "2025-04-01",
                  {"category": "surgery", "billed": "200000", "contract": "180000"}, network="out"),
            claim("C2", "A", "2025-04-02", {"category": "surgery", "billed": "50000"}),
            {"type": "reverse", "claim": "C2"},
            {"type": "reverse", "claim": "C2"},
        ],
        "expected": {
            "steps": [
                {
                    "event": "C1",
                    "lines": [
                        {"line": 1, "billed": "200000", "allowed": "180000",
                         "balance_bill": "20000", "deductible": "30000", "coinsurance": "15000",
                         "plan_pays": "135000"},
                    ],
                    "plan_pays": "135000",
                    "member_pays": "65000",
                },
                {
                    "event": "C2",
                    "lines": [
                        {"line": 1, "billed": "50000", "allowed": "50000", "coinsurance": "5000",
                         "plan_pays": "45000"},
                    ],
                    "plan_pays": "45000",
                    "member_pays": "5000",
                },
                {"event": "reverse:C2", "money_back": "45000"},
                {"event": "reverse:C2", "refused": "ALREADY_REVERSED"},
            ],
            "accumulators": {
                "A|2025-01-01|deductible": "30000",
                "B|2025-01-01|deductible": "30000",
                "FAMILY|2025-01-01|deductible": "60000",
                "B|2025-01-01|oop": "45000", "FAMILY|2025-01-01|oop": "45000",
                "B|2025-01-01|paid": "135000", "FAMILY|2025-01-01|paid": "135000",
            },
        },
    },
    {
        "id": "OWN-H9",
        "kind": "claims",
        "title": "A claim is replaced by a dearer one, and then the cover turns out to have ended",
        "plan": PLAN,
        "events": [
            claim("C1", "A", "2025-03-03", {"category": "outpatient", "billed": "15000"}),
            {
                "type": "replace",
                "claim": "C1",
                "with": claim(
                    "C1", "A", "2025-03-03", {"category": "outpatient", "billed": "20000"}
                ),
            },
            {"type": "terminate", "last_day": "2025-02-28"},
        ],
        "expected": {
            "steps": [
                {"event": "C1", "plan_pays": "13000", "member_pays": "2000"},
                {"event": "replace:C1", "plan_pays": "18000", "member_pays": "2000",
                 "delta_to_pay": "5000"},
                {"event": "terminate", "recover": {"C1": "18000"}},
            ],
            "accumulators": {},
        },
    },
]  # fmt: skip
