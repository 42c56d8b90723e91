"""Treaty cases of our own, in the form of the agreed ones, with figures worked out by hand."""

from typing import Any

Terms = dict[str, Any]

# Each row: what it is about, terms, inputs, and what must be in the answer.
TREATIES: list[tuple[str, Terms, Terms, dict[str, str]]] = [
    (
        "a refund is ceded as the negative",
        {"type": "QS", "cession": "0.40"},
        {"claims": [{"claim": "C1", "policy": "P1", "paid": "-99999.99"}]},
        {"claim.C1.ceded_loss": "-40000.00", "claim.C1.retained_loss": "-59999.99"},
    ),
    (
        "reinsurers who sign eight tenths leave two with the cedant",
        {
            "type": "QS",
            "cession": "0.5",
            "participants": [
                {"reinsurer": "A", "share": "0.5"},
                {"reinsurer": "B", "share": "0.3"},
            ],
        },
        {"claims": [{"claim": "C1", "policy": "P1", "paid": "1000.00"}]},
        {"total.ceded_loss": "400.00", "reinsurer.A.ceded_loss": "250.00"},
    ),
    (
        "shares above the whole are refused",
        {
            "type": "QS",
            "cession": "0.5",
            "participants": [
                {"reinsurer": "A", "share": "0.7"},
                {"reinsurer": "B", "share": "0.4"},
            ],
        },
        {"claims": []},
        {"error": "shares_exceed_whole"},
    ),
    (
        "two claims of one life share its limit",
        {"type": "QS", "cession": "0.50", "risk_limit_ceded": "30.00"},
        {
            "claims": [
                {"claim": "C1", "policy": "P1", "paid": "50.00"},
                {"claim": "C2", "policy": "P1", "paid": "20.00"},
            ]
        },
        {"claim.C1.ceded_loss": "25.00", "claim.C2.ceded_loss": "5.00"},
    ),
    (
        "credit carried in lowers the loss ratio",
        {
            "commission": {
                "provisional": "0.28",
                "sliding": {
                    "min": "0.24",
                    "at_or_above": "0.71",
                    "max": "0.46",
                    "at_or_below": "0.49",
                },
            }
        },
        {"ceded_earned_premium": "1000.00", "ceded_incurred": "640.00", "carry_in_credit": "40.00"},
        {"loss_ratio": "0.600000", "commission.rate": "0.350000", "commission.adjustment": "70.00"},
    ),
    (
        "a deficit is carried until it is used up",
        {"profit_commission": {"rate": "0.20", "deficit": "until extinguished"}},
        {"years": [{"year": "2021", "profit": "-90.00"}, {"year": "2022", "profit": "100.00"}]},
        {"2022.profit_commission": "2.00", "2022.deficit_left": "0.00"},
    ),
    (
        "a share at the limit is called at once",
        {"type": "QS", "cession": "0.50", "cash_loss_limit_reinsurer_share": "20.00"},
        {"claim_paid": "40.00"},
        {"ceded_loss": "20.00", "cash_call": "true", "call": "20.00"},
    ),
    (
        "the account credits what a cash call has settled",
        {"commission": {"flat": "0.30"}, "brokerage": "0.02", "levies": {"training": "0.01"}},
        {"ceded_premium": "1000.00", "paid_losses": "500.00", "losses_settled_in_cash": "200.00"},
        {"commission": "300.00", "brokerage": "20.00", "levies": "10.00", "balance": "370.00"},
    ),
    (
        "months of writing are earned by twenty-fourths",
        {"method": "1/24"},
        {"written": {"2025-01": "240.00", "2025-12": "240.00"}},
        {"unearned": "240.00", "earned": "240.00"},
    ),
    (
        "a second surplus stands on the first",
        {"type": "SS", "retention": "50.00", "lines": [4, 6]},
        {"sum_insured": "600.00", "premium": "60.00", "loss": "6.00"},
        {
            "surplus1.premium": "20.00",
            "surplus2.premium": "30.00",
            "over_capacity.premium": "5.00",
            "retained.premium": "5.00",
            "surplus2.loss": "3.00",
        },
    ),
    (
        "claims of a life in a year add up before the layer",
        {"layers": [{"id": "L1", "attachment": "10.00", "limit": "15.00"}]},
        {
            "claims": [
                {"claim": "C1", "member": "M1", "paid": "8.00"},
                {"claim": "C2", "member": "M1", "paid": "9.00"},
                {"claim": "C3", "member": "M2", "paid": "9.00"},
            ]
        },
        {"M1.L1": "7.00", "M2.L1": "0.00", "L1.total": "7.00"},
    ),
    (
        "a gap between layers is refused",
        {
            "layers": [
                {"id": "L1", "attachment": "10.00", "limit": "15.00"},
                {"id": "L2", "attachment": "30.00", "limit": "15.00"},
            ]
        },
        {"loss": "20.00"},
        {"error": "layer_gap"},
    ),
    (
        "a reinstatement is charged by amount and by time",
        {
            "layers": [
                {
                    "attachment": "400.00",
                    "limit": "5000.00",
                    "premium": "5000.00",
                    "reinstatements": ["1.00"],
                    "pro_rata_time": True,
                }
            ]
        },
        {"loss": "5400.00", "days_unexpired": 73},
        {"recovered": "5000.00", "reinstatement_premium": "1000.00"},
    ),
    (
        "a burning cost is loaded and held by its rates",
        {"burning_cost": {"loading": "100/80", "min_rate": "0.01", "max_rate": "0.05"}},
        {"gnpi": "10000.00", "losses": "240.00"},
        {"rate": "0.030000", "premium": "300.00"},
    ),
    (
        "too few lives are no catastrophe",
        {"type": "CXL", "attachment": "100.00", "limit": "500.00", "minimum_lives": 3},
        {"lives": 2, "event_loss": "400.00"},
        {"recovered": "0.00"},
    ),
    (
        "enough lives are one",
        {"type": "CXL", "attachment": "100.00", "limit": "500.00", "minimum_lives": 3},
        {"losses": [{"member": m, "loss": "150.00"} for m in ("A", "B", "C")]},
        {"event.loss": "450.00", "recovered": "350.00"},
    ),
    (
        "a lasered member has a deductible of its own",
        {"specific_deductible": "50.00", "lasers": {"M2": "80.00"}},
        {"member_claims": {"M1": "100.00", "M2": "100.00"}},
        {"M1.reimbursed": "50.00", "M2.reimbursed": "20.00", "employer.keeps": "130.00"},
    ),
    (
        "monthly factors make the attachment, but never below the minimum",
        {"monthly_factors": {"single": "4.00", "family": "10.00"}, "minimum_attachment": "120.00"},
        {"months": [{"single": 10, "family": 5}], "eligible_claims": "150.00"},
        {"attachment": "120.00", "aggregate.reimbursed": "30.00"},
    ),
    (
        "an excess that inures first serves the share after it",
        {
            "programme": [
                {"id": "XL", "priority": 1, "type": "PR", "attachment": "20.00", "limit": "30.00"},
                {"id": "QS", "priority": 2, "type": "QS", "cession": "0.40"},
            ]
        },
        {"loss": "100.00"},
        {"XL": "30.00", "QS": "28.00", "net": "42.00"},
    ),
    (
        "a claim without a loss date is refused",
        {"type": "QS", "cession": "0.50", "basis": "LO", "period": ["2024-01-01", "2024-12-31"]},
        {
            "claims": [
                {"claim": "A", "policy_inception": "2024-01-01", "loss_date": None, "paid": "1"}
            ]
        },
        {"error": "missing_loss_date"},
    ),
    (
        "a payment without a rate is refused",
        {"treaty_currency": "USD", "attachment": "20.00", "limit": "50.00"},
        {"payments": [{"on": "2025-02-10", "paid_tzs": "30000.00"}]},
        {"error": "missing_rate"},
    ),
    (
        "converted lines and balance differ by a line of rounding",
        {"settlement_currency": "USD", "rate": "3"},
        {"lines": {"premium": "100.00", "commission": "-50.00", "loss": "-25.00"}},
        {
            "premium": "33.33",
            "commission": "-16.67",
            "loss": "-8.33",
            "balance": "8.33",
            "rounding": "0.00",
        },
    ),
]
