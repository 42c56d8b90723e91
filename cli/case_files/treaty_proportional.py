"""Quota share cases: premium, commission, losses with their limits, corridor, cancellation."""

from fractions import Fraction

from cli.case_files.treaty_reading import Answer, Fields, participants, shown, shown_all
from domain.money import Money, share, total
from domain.ratio import Ratio
from domain.reinsurance.accounting_terms import LossCorridor
from domain.reinsurance.cede import cede
from domain.reinsurance.ceded_premium import cancel, cede_premiums
from domain.reinsurance.check import require_sound
from domain.reinsurance.commission_terms import Commission
from domain.reinsurance.loss import Loss, Premium, Risk
from domain.reinsurance.posting import shared
from domain.reinsurance.profit import corridor_retained
from domain.reinsurance.terms import (
    Attribution,
    Cover,
    Kind,
    RiskLevel,
    Section,
    Treaty,
)


def flat_commission(terms: Fields) -> Commission | None:
    """`commission: {flat: "0.30"}`, or the rate alone."""
    given = terms.first("commission")
    if given is None:
        return None
    if isinstance(given, dict):
        inside = Fields(given, terms.currency, "terms.commission")
        return Commission(inside.whole_ratio("flat", "provisional", "rate"))
    return Commission(Ratio.of(str(given)))


def quota_share(terms: Fields, treaty_id: str = "QS", priority: int = 1) -> Treaty:
    """A quota share; a limit on the 100 % amount puts the share after the limits."""
    whole = terms.money("risk_limit_100pct")
    ceded = terms.whole_ratio("cession", "ceded_share", "share")
    event_100 = terms.money("event_limit_100pct")
    after_limits = whole is not None or event_100 is not None
    members = participants(terms.rows("participants"))
    signed = sum((one.share.exact for one in members), Fraction(0)) if members else Fraction(1)
    unplaced = Ratio.of(min(signed, Fraction(1)))
    section = Section(
        section_id=treaty_id,
        kind=Kind.QUOTA_SHARE,
        cession=Ratio(1) if after_limits else ceded,
        placed=Ratio.of(ceded.exact * unplaced.exact) if after_limits else unplaced,
        risk_level=RiskLevel.POLICY,
        attribution=Attribution.IN_ORDER,
        risk=Cover(limit=whole or terms.money("risk_limit_ceded", "risk_limit")),
        occurrence=Cover(
            limit=event_100 or terms.money("event_limit_ceded", "event_limit", "max_cession_event")
        ),
        aggregate=Cover(
            attachment=terms.money("annual_aggregate_deductible"),
            limit=terms.money("annual_aggregate_limit", "aggregate_limit"),
        ),
        commission=flat_commission(terms),
    )
    treaty = Treaty(treaty_id, terms.currency, (section,), priority, participants=members)
    require_sound(treaty)
    return treaty


def plain(terms: Fields, inputs: Fields) -> Answer:
    """Premiums by policy and paid losses by claim, their totals, and each reinsurer's part."""
    treaty = quota_share(terms)
    premiums = [
        Premium(
            row["policy"], row.needed_money("gross_premium", "premium"), Risk(policy=row["policy"])
        )
        for row in inputs.rows("policies")
    ]
    losses = [_loss(row) for row in inputs.rows("claims")]
    answer: Answer = {}
    ceded = cede_premiums([treaty], premiums)
    for line in ceded.lines:
        answer[f"policy.{line.item}.ceded_premium"] = shown(line.premium)
        answer[f"policy.{line.item}.ceding_commission"] = shown(line.commission)
        answer[f"policy.{line.item}.retained_premium"] = shown(ceded.net[line.item])
    cession = cede(treaty, treaty.sections[0], losses)
    for loss in cession.losses:
        answer[f"claim.{loss.item}.ceded_loss"] = shown(loss.recovered)
        answer[f"claim.{loss.item}.retained_loss"] = shown(loss.incoming - loss.recovered)
    for event in cession.events:
        answer[f"event.{event.event}.ceded_loss"] = shown(event.recovered)
    totals = {
        "ceded_premium": total((x.premium for x in ceded.lines), terms.currency),
        "ceding_commission": total((x.commission for x in ceded.lines), terms.currency),
        "ceded_loss": cession.recovered,
    }
    balance = totals["ceded_premium"] - totals["ceding_commission"] - totals["ceded_loss"]
    answer |= {f"total.{name}": shown(value) for name, value in totals.items()}
    answer["total.balance_to_reinsurer"] = shown(balance)
    answer["total.retained_loss"] = shown(
        total((x.incoming for x in cession.losses), terms.currency) - cession.recovered
    )
    return answer | _by_reinsurer(treaty, totals)


def _loss(row: Fields) -> Loss:
    return Loss(
        item=row["claim"],
        amount=row.needed_money("paid", "loss", "amount", "incurred"),
        risk=Risk(
            policy=row.first("member", "life", "policy") or row["claim"],
            inception_on=row.day("policy_inception", "inception"),
        ),
        event=row.first("event") or "",
        loss_on=row.day("loss_date", "on"),
    )


def _by_reinsurer(treaty: Treaty, totals: dict[str, Money]) -> Answer:
    answer: Answer = {}
    parts: dict[str, Money] = {}
    for name, amount in totals.items() if treaty.participants else ():
        sign = 1 if name == "ceded_premium" else -1
        for reinsurer, part in shared(amount, treaty.participants).items():
            answer[f"reinsurer.{reinsurer}.{name}"] = shown(part)
            signed = part if sign > 0 else -part
            parts[reinsurer] = parts.get(reinsurer, Money.zero(treaty.currency)) + signed
    for reinsurer, balance in parts.items():
        answer[f"reinsurer.{reinsurer}.balance"] = shown(balance)
    return answer


def one_loss(terms: Fields, inputs: Fields) -> Answer:
    """A quota share asked about one premium and one loss without names."""
    treaty = quota_share(terms)
    answer: Answer = {}
    premium = inputs.money("gross_premium", "premium", "policy_premium")
    if premium is not None:
        result = cede_premiums([treaty], [Premium("P", premium)])
        for line in result.lines:
            answer["ceded_premium"] = shown(line.premium)
            answer["ceding_commission"] = shown(line.commission)
        answer["retained_premium"] = shown(result.net["P"])
    loss = inputs.money("loss", "claim_paid", "paid")
    if loss is not None:
        cession = cede(treaty, treaty.sections[0], [Loss("L", loss)])
        answer["ceded_loss"] = shown(cession.recovered)
        answer["retained_loss"] = shown(loss - cession.recovered)
    return answer


def corridor(terms: Fields, inputs: Fields) -> Answer:
    """A loss corridor, or a cap, as loss ratios of the ceded premium."""
    premium = inputs.needed_money("ceded_earned_premium", "earned_premium", "ceded_premium")
    losses = inputs.needed_money("ceded_losses_before_corridor", "ceded_losses", "ceded_incurred")
    answer: Answer = {}
    given = terms.inside("loss_corridor")
    if given is not None:
        own = LossCorridor(
            given.whole_ratio("from"), given.whole_ratio("to"), given.whole_ratio("cedant_share")
        )
        retained = corridor_retained(own, premium, losses)
        answer["corridor.retained"] = shown(retained)
        losses -= retained
    cap = terms.ratio("loss_ratio_cap")
    if cap is not None:
        limit = share(premium, cap.exact)
        answer["cap.retained"] = shown(max(losses - limit, Money.zero(losses.currency)))
        losses = min(losses, limit)
    return answer | {"total.ceded_loss": shown(losses), "ceded_loss": shown(losses)}


def cancellation(terms: Fields, inputs: Fields) -> Answer:
    """Return premium of a cancelled policy; what goes back to the cedant is negative."""
    terms.first("type")
    inputs.first("day_count")
    treaty = quota_share(terms)
    cover, day = inputs.period("period"), inputs.day("cancelled_on")
    premium = inputs.needed_money("gross_premium", "premium")
    name = inputs.first("policy") or "policy"
    if cover is None or day is None:
        return {}
    result = cancel(treaty, Premium(name, premium, Risk(policy=name)), cover, day)
    (line,) = result.ceded
    return shown_all(
        {
            "days_on_risk": result.days_on_risk,
            "return_premium": result.return_premium,
            "return_ceded_premium": line.premium,
            "return_commission": line.commission,
            "return_retained_premium": -result.return_premium - line.premium,
        }
    )
