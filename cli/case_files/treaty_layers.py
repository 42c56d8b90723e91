"""Excess cases per risk: towers of layers, reinstatements, expenses and the premium of a layer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from cli.case_files.parsing import BadCase
from cli.case_files.treaty_layer_terms import charges_of, layer_section, premium_terms
from cli.case_files.treaty_reading import Answer, Fields, amount, shown
from domain.money import Money, total
from domain.periods import Period
from domain.ratio import Ratio
from domain.reinsurance.cede import cede
from domain.reinsurance.cession import Cession
from domain.reinsurance.check import require_sound
from domain.reinsurance.excess_premium import adjust_premium, instalments
from domain.reinsurance.loss import Loss, Risk
from domain.reinsurance.terms import (
    Cover,
    ExpenseRule,
    RiskLevel,
    Section,
    Treaty,
)

_SOME_DAY = date(2000, 1, 1)


def layers(terms: Fields, inputs: Fields) -> Answer:
    """A tower of layers against one loss, a list of losses, or a year's losses by member."""
    by_name = inputs.inside("year_losses", "member_losses")
    if by_name is not None:
        losses = [Loss(m, by_name.needed_money(m), Risk(member=m)) for m in by_name]
        return _tower(_treaty(terms, RiskLevel.MEMBER), losses, prefix="")
    if "loss" in inputs:
        return _single(terms, inputs)
    given = inputs.first("losses", "layer_losses", "claims") or ()
    losses = [listed(row, at, terms.currency) for at, row in enumerate(given, 1)]
    level = RiskLevel.MEMBER if any(loss.risk.member for loss in losses) else RiskLevel.CLAIM
    return _tower(_treaty(terms, level, inputs), losses, prefix="loss")


def _treaty(terms: Fields, level: RiskLevel, inputs: Fields | None = None) -> Treaty:
    rows = terms.rows("layers")
    names = [row.first("id") or f"L{at}" for at, row in enumerate(rows, 1)]
    sections = [layer_section(row, n, level) for row, n in zip(rows, names, strict=True)]
    period = terms.period("period") or (inputs.period("period") if inputs else None)
    treaty = Treaty("XL", terms.currency, tuple(sections), period=period)
    require_sound(treaty)
    return treaty


def listed(row: object, at: int, currency: str) -> Loss:
    if not isinstance(row, dict):
        return Loss(str(at), amount(row, currency, f"inputs.losses[{at}]"), claim=str(at))
    fields = Fields(row, currency, f"inputs.losses[{at}]")
    name = str(fields.first("loss_id", "id", "claim") or at)
    return Loss(
        name,
        fields.needed_money("amount", "loss", "layer_loss", "paid"),
        Risk(member=fields.first("member", "life") or ""),
        claim=name,
        loss_on=fields.day("loss_date", "on", "date"),
    )


def _tower(treaty: Treaty, losses: Sequence[Loss], prefix: str) -> Answer:
    """What each loss gives to each layer; by member as well where members have several."""
    answer: Answer = {}
    left = {loss.item: loss.amount for loss in losses}
    recovered = Money.zero(treaty.currency)
    several = len(treaty.sections) > 1 or not prefix
    for section in treaty.sections:
        cession = cede(treaty, section, losses)
        recovered += cession.recovered
        where = f".{section.section_id}" if several else ""
        for line in cession.losses:
            left[line.item] -= line.recovered
            name = f"{prefix}{line.item}"
            answer[f"{name}{where}.layer"] = shown(_before_year(treaty, section, line.item, losses))
            answer[f"{name}{where}" if several else f"{name}.recovered"] = shown(line.recovered)
        answer |= _by_member(section, losses, cession)
        charges = charges_of(treaty, section, losses, cession)
        for charge in charges:
            answer[f"{prefix}{charge.item}{where}.reinstatement_premium"] = shown(charge.premium)
        answer[f"{section.section_id}.total"] = shown(cession.recovered)
        if charges:
            due = total((charge.premium for charge in charges), treaty.currency)
            answer[f"{section.section_id}.reinstatement_premium"] = shown(due)
            answer["total.reinstatement_premium"] = shown(due)
    for item, amount_left in left.items():
        answer[f"{prefix}{item}.retained"] = shown(amount_left)
    return answer | {"total.recovered": shown(recovered)}


def _by_member(section: Section, losses: Sequence[Loss], cession: Cession) -> Answer:
    members = {loss.item: loss.risk.member for loss in losses if loss.risk.member}
    sums: dict[str, Money] = {}
    for line in cession.losses:
        member = members.get(line.item)
        if member is not None and member != line.item:
            sums[member] = sums.get(member, Money.zero(cession.currency)) + line.recovered
    answer = {f"{m}.{section.section_id}": shown(amount) for m, amount in sums.items()}
    return answer | {f"{m}.recovered": shown(amount) for m, amount in sums.items()}


def _before_year(treaty: Treaty, section: Section, item: str, losses: Sequence[Loss]) -> Money:
    """Loss to the layer before the deductible and limit of the year."""
    free = replace(section, aggregate=Cover(), placed=Ratio(1), premium=None)
    return cede(treaty, free, losses).by_item()[item].recovered


def _single(terms: Fields, inputs: Fields) -> Answer:
    """One loss: the layer, what is recovered, the premium of restoring the limit."""
    loss = inputs.needed_money("loss")
    expenses = inputs.money("expenses")
    treaty = _treaty(terms, RiskLevel.CLAIM, inputs)
    one = Loss("1", loss, claim="1", loss_on=inputs.day("loss_date", "on"))
    days = inputs.like("unexpired", "days")
    if days is not None:
        one = replace(one, loss_on=_SOME_DAY)
        treaty = _with_days_left(treaty, int(days))
    answer: Answer = {}
    if expenses is not None:
        return _with_expenses(terms, treaty, replace(one, expenses=expenses))
    layer = recovered = Money.zero(terms.currency)
    for section in treaty.sections:
        cession = cede(treaty, section, [one])
        layer, recovered = layer + cession.layer, recovered + cession.recovered
        answer[section.section_id] = shown(cession.recovered)
        answer |= _premium_of_loss(treaty, section, one, cession, inputs)
    return answer | {
        "layer_loss": shown(layer),
        "recovered": shown(recovered),
        "co_participation": shown(layer - recovered),
        "retained": shown(loss - recovered),
    }


def _with_days_left(treaty: Treaty, days: int) -> Treaty:
    """The treaty with so many days left after some day, its charges depending on them."""
    until = _SOME_DAY + timedelta(days=days + 1)
    sections = []
    for section in treaty.sections:
        terms = section.premium
        if terms is not None and terms.reinstatements is not None:
            timed = replace(terms, reinstatements=replace(terms.reinstatements, by_time=True))
            sections.append(replace(section, premium=timed))
        else:
            sections.append(section)
    return replace(treaty, sections=tuple(sections), period=Period(_SOME_DAY, until))


def _premium_of_loss(
    treaty: Treaty, section: Section, one: Loss, cession: Cession, inputs: Fields
) -> Answer:
    charged = charges_of(treaty, section, [one], cession)
    terms = section.premium
    if not charged or terms is None:
        return {}
    first = charged[0].premium
    answer = {
        "reinstatement_premium": shown(first),
        "reinstatement_premium.initial": shown(first),
    }
    subject = inputs.money("final_gnpi", "gnpi")
    if subject is not None:
        adjusted = adjust_premium(terms, subject).final
        fixed = replace(section, premium=replace(terms, fixed=adjusted))
        final = charges_of(treaty, fixed, [one], cession)[0].premium
        answer["premium.adjusted"] = shown(adjusted)
        answer["reinstatement_premium.final"] = shown(final)
        answer["reinstatement_premium.additional"] = shown(final - first)
    return answer


def _with_expenses(terms: Fields, treaty: Treaty, one: Loss) -> Answer:
    rules = {
        "included": ("included", ExpenseRule.INCLUDED),
        "pro_rata_in_addition": ("pro_rata", ExpenseRule.IN_PROPORTION),
        "pro_rata": ("pro_rata", ExpenseRule.IN_PROPORTION),
        "excluded": ("excluded", ExpenseRule.EXCLUDED),
    }
    asked = terms.first("expense_rules") or [terms.first("expense_rule") or "included"]
    answer: Answer = {}
    for rule in asked:
        if rule not in rules:
            raise BadCase(f"terms.expense_rules: {rule!r} is unknown")
        name, how = rules[rule]
        lines = [
            line
            for section in treaty.sections
            for line in cede(treaty, replace(section, expenses=how), [one]).losses
        ]
        loss = total((line.recovered for line in lines), treaty.currency)
        extra = total((line.recovered_expenses for line in lines), treaty.currency)
        answer[f"{name}.loss"] = shown(loss)
        answer[f"{name}.expenses"] = shown(extra)
        answer[f"{name}.recovered"] = shown(loss + extra)
    return answer


def premium_only(terms: Fields, inputs: Fields) -> Answer:
    """Deposit, instalments and adjustment without a loss; or a rate that the losses set."""
    own = premium_terms(terms)
    subject = inputs.needed_money("final_gnpi", "gnpi", "subject_premium")
    adjusted = adjust_premium(own, subject, inputs.money("losses", "incurred", "layer_losses"))
    answer = {
        "premium.final": shown(adjusted.final),
        "premium.adjusted": shown(adjusted.final),
        "premium": shown(adjusted.final),
        "premium.adjustment": shown(adjusted.adjustment),
    }
    if adjusted.rate is not None:
        answer["rate"] = shown(adjusted.rate)
    parts = instalments(own)
    if parts:
        answer["instalment"] = shown(parts[0])
        answer |= {f"instalment{at}": shown(part) for at, part in enumerate(parts, 1)}
    return answer
