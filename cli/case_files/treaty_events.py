"""Cases of events and years: catastrophe excess, hours clause, franchise, aggregate, stop loss."""

from dataclasses import replace

from cli.case_files.treaty_layer_terms import charges_of, premium_terms
from cli.case_files.treaty_layers import listed
from cli.case_files.treaty_reading import Answer, Fields, moment, shown
from domain.money import split, total
from domain.reinsurance.catastrophe import TimedLoss, in_events, largest_window
from domain.reinsurance.cede import cede
from domain.reinsurance.check import require_sound
from domain.reinsurance.cover import covered_of
from domain.reinsurance.loss import Loss, Risk
from domain.reinsurance.stop_loss import StopLoss, stop_loss
from domain.reinsurance.terms import Cover, Kind, Posting, Section, Treaty

_EVENT = "event"


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
        losses = [replace(one.loss, event=one.loss.event or _EVENT) for one in timed]
        losses = losses or _whole_events(inputs)
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
    charges = charges_of(treaty, section, losses, cession)
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


def _whole_events(inputs: Fields) -> list[Loss]:
    """Events told by their total and the number of their lives, in even parts."""
    told = inputs.rows("events") or [inputs.inside("event") or inputs]
    losses = []
    for at, one in enumerate(told, 1):
        name = _EVENT if len(told) == 1 else f"event{at}"
        whole = one.needed_money("event_loss", "loss", "amount")
        lives = max(int(one.like("lives", "victims", "members") or 1), 1)
        losses += [
            Loss(f"{name} life {life}", part, Risk(member=f"life {life}"), event=name)
            for life, part in enumerate(split(whole, [1] * lives), 1)
        ]
    return losses


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
    losses = [listed(row, at, terms.currency) for at, row in enumerate(given, 1)]
    cession = cede(treaty, section, losses)
    answer = {f"event{line.item}.recovered": shown(line.recovered) for line in cession.losses}
    return answer | {"total.recovered": shown(cession.recovered)}
