"""The page on adjudication names the steps, checks and figures that the code has."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances
from domain.adjudication.claim_checks import CLAIM_CHECKS
from domain.adjudication.configurations import TOO_MANY_CLAIMS
from domain.adjudication.product import Limit, Scope, family_thresholds
from domain.adjudication.steps import CHECKS, RULES
from tests.domain.adjudication.written_short import claim, line, plan, tzs

PROJECT = Path(__file__).resolve().parents[3]
PAGE = (PROJECT / "docs" / "adjudication.md").read_text("utf-8")


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_page_lists_every_step_and_tells_checks_from_shares() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", section("The steps"), re.MULTILINE)
    assert dict(rows) == {name: "check" if name in CHECKS else "share" for name in RULES}


def test_the_page_lists_every_claim_check() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section("The claim checks"), re.MULTILINE)
    assert rows == list(CLAIM_CHECKS)


def test_the_page_names_every_word_that_the_rules_refuse_with() -> None:
    sources = [
        PROJECT / "domain" / "adjudication" / f"{name}.py"
        for name in ("checks", "claim_checks", "pricing")
    ]
    words = set(
        re.findall(
            r'"([A-Z]+(?:_[A-Z]+)+|REVIEWED|FREQUENCY)"',
            "".join(source.read_text("utf-8") for source in sources),
        )
    )
    assert len(words) > 12
    assert {
        word for word in words | set(TOO_MANY_CLAIMS.values()) if f"`{word}`" not in PAGE
    } == set()


def test_the_example_on_the_page_is_what_the_engine_answers() -> None:
    terms = plan(
        deductibles=family_thresholds(tzs(50_000), None),
        limits=(Limit("annual_limit", tzs(2_000_000), Scope.MEMBER),),
    )
    surgery = replace(line(850_000), contract_price=tzs(780_000), quantity=Decimal(1))
    used = Balances({"A|2025-01-01|paid": 30_000_000})
    decided = adjudicate(claim(surgery), terms, used).lines[0]
    rows = [
        f"| {step.rule} | {step.before.amount:,.0f} | {step.amount.amount:,.0f} "
        f"| {step.after.amount:,.0f} | {step.part} |"
        for step in decided.trace
    ]
    assert all(row in PAGE for row in rows)
    assert len(rows) == 3
    last = decided.trace[-1]
    assert last.balance_before is not None
    assert last.balance_after is not None
    assert f"{last.balance_before.amount:,.0f} | {last.balance_after.amount:,.0f} |" in PAGE
