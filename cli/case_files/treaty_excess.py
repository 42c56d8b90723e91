"""Excess cases: layers per risk and per event, reinstatements, premium, and stop loss."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from cli.case_files.parsing import BadCase
from cli.case_files.treaty_reading import Answer, Fields, amount, moment, shown
from domain.money import Money, split, total
from domain.periods import Period
from domain.ratio import Ratio
from domain.reinsurance.catastrophe import TimedLoss, in_events, largest_window
from domain.reinsurance.cede import cede, layer_limit
from domain.reinsurance.cession import Cession
from domain.reinsurance.check import require_sound
from domain.reinsurance.cover import covered_of
from domain.reinsurance.excess_premium import adjust_premium, advance_premium, instalments
from domain.reinsurance.loss import Loss, Risk
from domain.reinsurance.premium_terms import BurningCost, ExcessPremium, Reinstatements
from domain.reinsurance.reinstatement import (
    ReinstatementPremium,
    UsedCover,
    reinstatement_premiums,
)
from domain.reinsurance.stop_loss import StopLoss, stop_loss
from domain.reinsurance.terms import (
    Attribution,
    Cover,
    ExpenseRule,
    Kind,
    Posting,
    RiskLevel,
    Section,
    Treaty,
)


def premium_terms(layer: Fields) -> ExcessPremium:
    """Premium of a layer; `minimum_deposit` is minimum and deposit in one amount."""
    both = layer.money("minimum_deposit", "minimum_and_deposit")
    burning = layer.inside("burning_cost", "swing")
    return ExcessPremium(
        fixed=layer.money("premium"),
        rate=layer.ratio("rate"),
        minimum=both or layer.money("minimum"),
        deposit=both or layer.money("deposit"),
        instalments=layer.first("instalments") or 1,
        burning_cost=_burning(burning) if burning else None,
        reinstatements=_reinstatements(layer),
    )


def _burning(given: Fields) -> BurningCost:
    return BurningCost(
        given.whole_ratio("loading"),
        given.ratio("min_rate", "minimum_rate", "min") or Ratio(0),
        given.whole_ratio("max_rate", "maximum_rate", "max"),
    )


def _reinstatements(layer: Fields) -> Reinstatements | None:
    charges = layer.first("reinstatements", "reinstatement_charges")
    if charges is None:
        return None
    time = layer.first("pro_rata_time", "time_pro_rata", "pro_rata_as_to_time", "pro_rata")
    by_time = "time" in time if isinstance(time, str) else bool(time)
    return Reinstatements(tuple(Ratio.of(str(charge)) for charge in charges), by_time)


def layer_section(layer: Fields, name: str, level: RiskLevel) -> Section:
    return Section(
        section_id=name,
        kind=Kind.PER_RISK_EXCESS,
        cession=layer.whole_ratio("cession"),
        risk_level=level,
        attribution=Attribution.IN_ORDER,
        risk=Cover(layer.money("attachment", "deductible"), layer.money("limit")),
        aggregate=Cover(
            layer.money("annual_aggregate_deductible", "aad"),
            layer.money("annual_aggregate_limit", "aal"),
        ),
        placed=layer.whole_ratio("placed"),
        premium=premium_terms(layer),
    )


def layers(terms: Fields, inputs: Fields) -> Answer:
    """A tower of layers against one loss, a list of losses, or a year's losses by member."""
    by_name = inputs.inside("year_losses", "member_losses")
    if by_name is not None:
        losses = [Loss(m, by_name.needed_money(m), Risk(member=m)) for m in by_name]
        return _tower(_treaty(terms, RiskLevel.MEMBER), losses, prefix="")
    if "loss" in inputs:
        return _single(terms, inputs)
    given = inputs.first("losses", "layer_losses", "claims") or ()
    losses = [_listed(row, at, terms.currency) for at, row in enumerate(given, 1)]
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


def _listed(row: object, at: int, currency: str) -> Loss:
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
    answer: Answer = {}
    left = {loss.item: loss.amount for loss in losses}
    several = len(treaty.sections) > 1 or not prefix
    for section in treaty.sections:
        cession = cede(treaty, section, losses)
        charges = _charges(treaty, section, losses, cession)
        for line in cession.losses:
            left[line.item] -= line.recovered
            name = f"{prefix}{line.item}"
            if several:
                answer[f"{name}.{section.section_id}"] = shown(line.recovered)
                continue
            answer[f"{name}.layer"] = shown(_before_year(treaty, section, line.item, losses))
            answer[f"{name}.recovered"] = shown(line.recovered)
        for charge in charges:
            where = f".{section.section_id}" if several else ""
            answer[f"{prefix}{charge.item}{where}.reinstatement_premium"] = shown(charge.premium)
        answer[f"{section.section_id}.total"] = shown(cession.recovered)
        if charges:
            due = total((charge.premium for charge in charges), treaty.currency)
            answer[f"{section.section_id}.reinstatement_premium"] = shown(due)
            answer["total.reinstatement_premium"] = shown(due)
        answer["total.recovered"] = shown(cession.recovered)
    for item, amount_left in left.items():
        answer[f"{prefix}{item}.retained"] = shown(amount_left)
    return answer


def _before_year(treaty: Treaty, section: Section, item: str, losses: Sequence[Loss]) -> Money:
    """Loss to the layer before the deductible and limit of the year."""
    free = replace(section, aggregate=Cover(), placed=Ratio(1), premium=None)
    return cede(treaty, free, losses).by_item()[item].recovered


def _charges(
    treaty: Treaty, section: Section, losses: Sequence[Loss], cession: Cession
) -> tuple[ReinstatementPremium, ...]:
    terms = section.premium
    limit = layer_limit(section)
    if terms is None or terms.reinstatements is None or limit is None:
        return ()
    on = {loss.item: loss.loss_on for loss in losses}
    used = [UsedCover(line.item, line.layer, on[line.item]) for line in cession.losses]
    return reinstatement_premiums(
        terms.reinstatements, limit, advance_premium(terms), used, treaty.period
    )


def _single(terms: Fields, inputs: Fields) -> Answer:
    """One loss: the layer, what is recovered, the premium of restoring the limit."""
    loss = inputs.needed_money("loss")
    expenses = inputs.money("expenses")
    treaty = _treaty(terms, RiskLevel.CLAIM, inputs)
    one = Loss("1", loss, claim="1", loss_on=inputs.day("loss_date", "on"))
    days = inputs.first("days_unexpired", "unexpired_days")
    if days is not None:
        start = date(2000, 1, 1)
        one = replace(one, loss_on=start)
        treaty = replace(treaty, period=Period(start, start + timedelta(days=int(days) + 1)))
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


def _premium_of_loss(
    treaty: Treaty, section: Section, one: Loss, cession: Cession, inputs: Fields
) -> Answer:
    charged = _charges(treaty, section, [one], cession)
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
        final = _charges(treaty, fixed, [one], cession)[0].premium
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


def catastrophe(terms: Fields, inputs: Fields) -> Answer:
    """One event, or dated losses cut into events by the hours clause."""
    section = Section(
        section_id="CXL",
        kind=Kind.CATASTROPHE_EXCESS,
        occurrence=Cover(terms.money("attachment"), terms.money("limit")),
        minimum_lives=terms.first("minimum_lives", "min_lives") or 0,
        placed=terms.whole_ratio("placed"),
        premium=premium_terms(terms),
    )
    hours = terms.first("hours_clause", "hours")
    treaty = Treaty("CXL", terms.currency, (section,), posting=Posting.EVENT, hours_clause=hours)
    require_sound(treaty)
    timed = [_timed(row, at) for at, row in enumerate(inputs.rows("losses", "claims", "lives"), 1)]
    answer: Answer = {}
    if hours is not None and timed:
        window = largest_window(timed, hours)
        losses = list(in_events(timed, hours))
        answer["window.start"] = f"{window.starts_at:%Y-%m-%dT%H:%M}"
        answer["window.end"] = f"{window.ends_at:%Y-%m-%dT%H:%M}"
        main = set(window.items)
    else:
        losses = [replace(one.loss, event=one.loss.event or "event") for one in timed]
        losses = losses or _whole_event(inputs)
        main = {loss.item for loss in losses}
    cession = cede(treaty, section, losses)
    event = [loss for loss in losses if loss.item in main]
    answer["event.loss"] = shown(total((loss.amount for loss in event), terms.currency))
    answer["event.lives"] = str(len({loss.risk.member or loss.item for loss in event}))
    own = (line.recovered for line in cession.losses if line.item in main)
    answer["recovered"] = shown(total(own, terms.currency))
    answer["total.recovered"] = shown(cession.recovered)
    for one in cession.events:
        answer[f"{one.event}.recovered"] = shown(one.recovered)
    charges = _charges(treaty, section, losses, cession)
    if charges:
        due = total((charge.premium for charge in charges), terms.currency)
        answer["reinstatement_premium"] = shown(due)
    return answer


def _timed(row: Fields, at: int) -> TimedLoss:
    when = moment(row.first("at", "on", "loss_date") or "2000-01-01", f"{row.where}.at")
    name = str(row.first("claim", "id") or at)
    return TimedLoss(
        Loss(
            name,
            row.needed_money("loss", "amount", "paid"),
            Risk(member=str(row.first("member", "life") or name)),
            event=str(row.first("event") or ""),
            loss_on=when.date(),
        ),
        when,
    )


def _whole_event(inputs: Fields) -> list[Loss]:
    """An event told by its total and the number of lives, shared among them for the count."""
    whole = inputs.needed_money("event_loss", "loss")
    lives = int(inputs.first("lives", "number_of_lives", "lives_lost") or 1)
    parts = split(whole, [1] * max(lives, 1))
    return [
        Loss(f"life {at}", part, Risk(member=f"life {at}"), event="event")
        for at, part in enumerate(parts, 1)
    ]


def franchise(terms: Fields, inputs: Fields) -> Answer:
    """A threshold that opens the cover from the ground, and one that closes it."""
    loss = inputs.needed_money("event_loss", "loss")
    limit = terms.money("limit")
    answer: Answer = {}
    opening = terms.money("franchise")
    if opening is not None:
        cover = Cover(attachment=opening, limit=limit, franchise=True)
        answer["with_franchise.recovered"] = shown(covered_of(cover, loss))
    closing = terms.money("reverse_franchise")
    if closing is not None:
        cover = Cover(limit=limit, nothing_above=closing)
        answer["with_reverse_franchise.recovered"] = shown(covered_of(cover, loss))
    return answer


def aggregate(terms: Fields, inputs: Fields) -> Answer:
    """Stop loss by loss ratio on a year, or an amount over the year with each event's part."""
    if "attachment_lr" in terms:
        own = StopLoss(
            terms.whole_ratio("attachment_lr"), terms.ratio("limit_lr"), terms.whole_ratio("placed")
        )
        subject = inputs.needed_money("gnpi", "earned_premium", "subject_premium")
        result = stop_loss(own, subject, inputs.needed_money("incurred", "losses"))
        return {
            "loss_ratio": shown(result.loss_ratio, 4),
            "layer": shown(result.layer),
            "recovered": shown(result.recovered),
        }
    section = Section(
        section_id="AXL",
        kind=Kind.AGGREGATE_EXCESS,
        aggregate=Cover(
            terms.money("agg_attachment", "attachment"), terms.money("agg_limit", "limit")
        ),
        placed=terms.whole_ratio("placed"),
    )
    treaty = Treaty("AXL", terms.currency, (section,))
    require_sound(treaty)
    given = inputs.first("events", "losses") or ()
    losses = [_listed(row, at, terms.currency) for at, row in enumerate(given, 1)]
    cession = cede(treaty, section, losses)
    answer = {f"event{line.item}.recovered": shown(line.recovered) for line in cession.losses}
    return answer | {"total.recovered": shown(cession.recovered)}
