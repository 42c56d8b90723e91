"""A determination in words, line by line and rule by rule, as its trace has them."""

from collections.abc import Iterator, Mapping

from domain.adjudication.determination import Determination, LineDetermination, Step
from domain.money import Money

# What a rule did, by the part of the bill that it put the amount into.
PARTS: Mapping[str, str] = {
    "write_off": "written off by the provider",
    "balance_bill": "above the tariff, for the member",
    "deductible": "to the deductible",
    "copay": "fixed share of the member",
    "coinsurance": "percentage share of the member",
    "over_limit": "above the limit, for the member",
    "not_covered": "not covered, for the member",
}


def explained(determination: Determination) -> list[str]:
    """Every line with its steps, then the sums; the text tells no personal data."""
    told = [line for decided in determination.lines for line in _line(decided)]
    if determination.reason:
        told.append(f"The whole claim: {_word(determination.reason)}")
    told.append(
        f"Together: billed {determination.billed}, allowed {determination.allowed}, "
        f"the plan pays {determination.plan_pays}, the member {determination.member_pays}"
    )
    return told


def explained_line(line: LineDetermination) -> list[str]:
    """One line with its steps."""
    return list(_line(line))


def _line(line: LineDetermination) -> Iterator[str]:
    quantity = f"{line.quantity.normalize():f} × " if line.quantity != 1 else ""
    yield f"Line {line.line}: {quantity}{line.code} ({line.category or 'no category'})"
    if line.asked != line.billed:
        yield f"  asked {line.asked}, charged by the list {line.billed}"
    else:
        yield f"  billed {line.billed}"
    if line.checks:
        yield f"  passed: {', '.join(_word(check) for check in line.checks)}"
    for step in line.trace:
        yield f"  {told_step(step)}"
    if line.reasons:
        yield f"  reasons: {', '.join(line.reasons)}"
    yield f"  allowed {line.allowed}; the plan pays {line.plan_pays}, the member {line.member_pays}"


def told_step(step: Step) -> str:
    """One rule at work: what was there before, what it took off, what is left."""
    rule = _word(step.rule)
    name = _word(step.limit_name)
    if name and name != rule:
        rule = f"{rule} “{name}”"
    took = PARTS.get(step.part, _word(step.part) or "set aside")
    said = f"{rule}: {_amount(step.before)} → {_amount(step.after)}"
    if step.amount:
        said += f" ({_amount(step.amount)} {took})"
    if step.balance_before is not None and step.balance_after is not None:
        said += f"; left of it {_amount(step.balance_before)} → {_amount(step.balance_after)}"
    if step.reason:
        said += f" [{step.reason}]"
    return said


def _amount(money: Money) -> str:
    return f"{money.amount:,f}"


def _word(code: str) -> str:
    return code.replace("_", " ").lower()
