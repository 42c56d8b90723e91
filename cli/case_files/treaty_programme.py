"""Cases with several treaties: inuring order, event caps, OED tables, and attachment by date."""

from collections.abc import Mapping, Sequence
from typing import Any

from cli.case_files.parsing import BadCase
from cli.case_files.treaty_proportional import flat_commission
from cli.case_files.treaty_reading import Answer, Fields, amount, shown
from domain.ratio import Ratio
from domain.reinsurance.ceded_premium import cede_premiums
from domain.reinsurance.check import require_sound
from domain.reinsurance.loss import Loss, Premium, Risk
from domain.reinsurance.programme import apply_programme
from domain.reinsurance.terms import (
    Cover,
    Kind,
    Overspill,
    Posting,
    RiskLevel,
    ScopeRow,
    Section,
    Treaty,
)

_EVENT = "event"


def programme(terms: Fields, inputs: Fields) -> Answer:
    """Treaties in inuring order on one loss (or several) and one premium."""
    treaties = [_contract(row) for row in terms.rows("programme")]
    answer: Answer = {}
    losses = _losses(inputs)
    if losses:
        result = apply_programme(treaties, losses)
        for treaty in treaties:
            recovered = result.recovered(treaty.treaty_id)
            answer[treaty.treaty_id] = answer[f"{treaty.treaty_id}.loss"] = shown(recovered)
        answer["net"] = answer["net.loss"] = shown(result.retained)
    premium = inputs.money("policy_premium", "gross_premium", "premium")
    if premium is not None:
        ceded = cede_premiums(treaties, [Premium("premium", premium)])
        for line in ceded.lines:
            answer[f"{line.treaty_id}.premium"] = shown(line.premium)
            answer[f"{line.treaty_id}.commission"] = shown(line.commission)
        answer["net.premium"] = shown(ceded.net["premium"])
    return answer


def _contract(row: Fields) -> Treaty:
    kind = _kind(row["type"])
    row.first("risk_level")
    risk = Cover(row.money("attachment"), row.money("limit"))
    per_event = kind is Kind.CATASTROPHE_EXCESS
    per_year = kind is Kind.AGGREGATE_EXCESS
    section = Section(
        section_id=row["id"],
        kind=kind,
        cession=row.whole_ratio("cession"),
        risk_level=RiskLevel.CLAIM,
        risk=Cover() if per_event or per_year else risk,
        occurrence=risk if per_event else Cover(limit=row.money("event_limit")),
        aggregate=risk if per_year else Cover(limit=row.money("annual_aggregate_limit")),
        placed=row.whole_ratio("placed"),
        commission=flat_commission(row),
    )
    priority = int(row.first("priority") or 1)
    posting = Posting.EVENT if per_event else Posting.LOSS
    treaty = Treaty(row["id"], row.currency, (section,), priority, posting=posting)
    require_sound(treaty)
    return treaty


def _kind(code: str) -> Kind:
    names = {"XL": Kind.PER_RISK_EXCESS, "WXL": Kind.PER_RISK_EXCESS, "SL": Kind.AGGREGATE_EXCESS}
    try:
        return names[code] if code in names else Kind(code)
    except ValueError:
        raise BadCase(f"terms.programme.type: {code!r} is unknown") from None


def _losses(inputs: Fields) -> list[Loss]:
    one = inputs.money("loss")
    if one is not None:
        return [Loss("loss", one, event=_EVENT)]
    given = inputs.first("losses", "claims") or {}
    if isinstance(given, Mapping):
        pairs = list(given.items())
    else:
        pairs = [(str(at), _bare(row)) for at, row in enumerate(given, 1)]
    return [
        Loss(name, amount(value, inputs.currency, f"inputs.{name}"), Risk(policy=name), name)
        for name, value in pairs
    ]


def _bare(row: Any) -> Any:
    if isinstance(row, Mapping):
        return row.get("paid", row.get("loss", row.get("amount")))
    return row


def event_caps(terms: Fields, inputs: Fields) -> Answer:
    """Proportional treaties with a most per event; what is above goes back to the event."""
    shares = terms["shares"]
    losses = _event_losses(inputs)
    treaties = [_capped(row, shares, losses) for row in terms.rows("treaties")]
    result = apply_programme(treaties, losses)
    answer: Answer = {}
    left = {loss.item: loss.amount for loss in losses}
    for treaty in treaties:
        (cession,) = result.of(treaty.treaty_id)
        for line in cession.losses:
            answer[f"policy.{line.item}.treaty{treaty.treaty_id}"] = shown(line.before_limit)
            left[line.item] -= line.before_limit
        answer[f"event.treaty{treaty.treaty_id}"] = shown(cession.recovered)
        answer[f"event.overspill_{treaty.treaty_id}"] = shown(cession.overspill)
    answer |= {f"policy.{item}.retained": shown(kept) for item, kept in left.items()}
    return answer | {"event.retained": shown(result.retained)}


def _capped(row: Fields, shares: Mapping[str, Any], losses: Sequence[Loss]) -> Treaty:
    name = row["id"]
    covered = row.first("scope") or [loss.item for loss in losses]
    rows = []
    for policy in covered:
        own = shares.get(policy, "0")
        own = own.get(name, "0") if isinstance(own, Mapping) else own
        rows.append(ScopeRow(policy=policy, cession=Ratio.of(str(own))))
    section = Section(
        section_id=name,
        kind=Kind.QUOTA_SHARE,
        scope=tuple(rows),
        occurrence=Cover(limit=row.money("max_cession_event", "event_limit")),
    )
    treaty = Treaty(
        name,
        row.currency,
        (section,),
        posting=Posting.EVENT,
        overspill=Overspill.TO_THE_EVENT,
    )
    require_sound(treaty)
    return treaty


def _event_losses(inputs: Fields) -> list[Loss]:
    given = inputs.first("claims", "losses") or ()
    pairs = (
        list(given.items())
        if isinstance(given, Mapping)
        else [(str(at), value) for at, value in enumerate(given, 1)]
    )
    return [
        Loss(name, amount(value, inputs.currency, name), Risk(policy=name), event=_EVENT)
        for name, value in pairs
    ]


def three_storeys(terms: Fields, inputs: Fields) -> Answer:
    """A proportional treaty with an event cap, a working excess per policy, a catastrophe excess
    on what both leave; a cover is told by its deductible and its top."""
    losses = _event_losses(inputs)
    treaties = []
    proportional = terms.inside("proportional")
    if proportional is not None:
        given = proportional["shares"]
        shares = (
            given
            if isinstance(given, Mapping)
            else {loss.item: part for loss, part in zip(losses, given, strict=True)}
        )
        one = Fields({"id": "proportional", **proportional}, terms.currency, "terms.proportional")
        treaties.append(_capped(one, shares, losses))
    for name, kind, priority in (
        ("working_xl", Kind.PER_RISK_EXCESS, 2),
        ("cat_xl", Kind.CATASTROPHE_EXCESS, 3),
    ):
        cover = terms.inside(name)
        if cover is not None:
            treaties.append(_between(cover, name, kind, priority))
    result = apply_programme(treaties, losses)
    answer = {treaty.treaty_id: shown(result.recovered(treaty.treaty_id)) for treaty in treaties}
    answer["overspill"] = shown(result.overspill("proportional"))
    return answer | {"retained": shown(result.retained)}


def _between(cover: Fields, name: str, kind: Kind, priority: int) -> Treaty:
    low, high = cover.needed_money("deductible", "attachment"), cover.money("top")
    own = Cover(low, high - low if high else cover.money("limit"))
    per_event = kind is Kind.CATASTROPHE_EXCESS
    section = Section(
        section_id=name,
        kind=kind,
        risk=Cover() if per_event else own,
        occurrence=own if per_event else Cover(),
    )
    return Treaty(name, cover.currency, (section,), priority, posting=Posting.EVENT)
