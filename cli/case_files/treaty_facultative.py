"""Facultative cases: reinsurance of single policies, in excess or by shares."""

from fractions import Fraction

from cli.case_files.treaty_reading import Answer, Fields, participants, shown
from domain.money import Money
from domain.ratio import Ratio
from domain.reinsurance.cede import cede
from domain.reinsurance.ceded_premium import cede_premiums, premium_by_reinsurer
from domain.reinsurance.check import require_sound
from domain.reinsurance.loss import Loss, Premium, Risk
from domain.reinsurance.posting import shared
from domain.reinsurance.terms import Cover, Kind, ScopeRow, Section, Treaty


def excess(terms: Fields, inputs: Fields) -> Answer:
    """A facultative cover in excess, or a share, on the policies in scope only."""
    scope = tuple(
        ScopeRow(policy=name) for name in inputs.first("scope") or terms.first("scope") or ()
    )
    section = Section(
        section_id="FAC",
        kind=Kind.FACULTATIVE,
        cession=terms.whole_ratio("cession", "share"),
        scope=scope,
        risk=Cover(terms.money("attachment"), terms.money("limit")),
        placed=terms.whole_ratio("placed"),
    )
    treaty = Treaty("FAC", terms.currency, (section,))
    require_sound(treaty)
    given = inputs.inside("policy_losses")
    losses = [Loss(p, given.needed_money(p), Risk(policy=p)) for p in given] if given else []
    cession = cede(treaty, section, losses)
    recovered = {line.item: line.recovered for line in cession.losses}
    answer: Answer = {"total.recovered": shown(cession.recovered)}
    for loss in losses:
        own = recovered.get(loss.item, Money.zero(terms.currency))
        answer[f"{loss.item}.recovered"] = shown(own)
        answer[f"{loss.item}.retained"] = shown(loss.amount - own)
    premium = terms.money("premium")
    return answer | ({"premium": shown(premium)} if premium else {})


def shares(terms: Fields, inputs: Fields) -> Answer:
    """Several facultative reinsurers of one policy, each with its own share and commission."""
    takers = participants(terms.rows("participants"))
    ceded_share = Ratio.of(sum((one.share.exact for one in takers), Fraction(0)))
    section = Section("FAC", Kind.FACULTATIVE, cession=ceded_share)
    treaty = Treaty("FAC", terms.currency, (section,), participants=takers)
    require_sound(treaty)
    answer: Answer = {}
    premium, loss = inputs.money("premium", "gross_premium"), inputs.money("loss", "paid")
    if premium is not None:
        made = cede_premiums([treaty], [Premium("premium", premium)])
        for line in made.lines:
            for name, (own, commission) in premium_by_reinsurer(
                treaty, section, line.premium
            ).items():
                answer[f"{name}.premium"] = shown(own)
                answer[f"{name}.commission"] = shown(commission)
        answer["retained.premium"] = shown(made.net["premium"])
    if loss is not None:
        recovered = cede(treaty, section, [Loss("loss", loss)]).recovered
        answer |= {f"{name}.loss": shown(own) for name, own in shared(recovered, takers).items()}
        answer["retained.loss"] = shown(loss - recovered)
    return answer
