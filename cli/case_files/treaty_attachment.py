"""Cases of the treaty year that a claim belongs to, by loss date or by policy inception."""

from cli.case_files.treaty_reading import Answer, Fields, shown
from domain.money import Money, total
from domain.reinsurance.cede import cede
from domain.reinsurance.check import require_sound
from domain.reinsurance.loss import Loss, Risk
from domain.reinsurance.terms import Basis, Kind, Section, Treaty


def attachment(terms: Fields, inputs: Fields) -> Answer:
    """Which treaty year a claim belongs to; on both bases where the case names none."""
    bases = {"LO": "losses_occurring", "RA": "risks_attaching"}
    asked = terms.first("basis")
    answer: Answer = {}
    for code, name in bases.items():
        if asked in (None, code, name):
            treaty = _dated(terms, Basis(code))
            recovered = _ceded(treaty, inputs)
            answer |= {f"{claim}.{name}": shown(own) for claim, own in recovered.items()}
            answer[f"total.{name}"] = shown(total(recovered.values(), terms.currency))
            if asked is not None:
                answer |= {f"{claim}.ceded_loss": shown(own) for claim, own in recovered.items()}
                answer |= {
                    f"claim.{claim}.ceded_loss": shown(own) for claim, own in recovered.items()
                }
    return answer


def _dated(terms: Fields, basis: Basis) -> Treaty:
    section = Section("QS", Kind.QUOTA_SHARE, cession=terms.whole_ratio("cession"))
    treaty = Treaty("QS", terms.currency, (section,), period=terms.period("period"), basis=basis)
    require_sound(treaty)
    return treaty


def _ceded(treaty: Treaty, inputs: Fields) -> dict[str, Money]:
    losses = [
        Loss(
            row["claim"],
            row.needed_money("paid", "loss", "amount"),
            Risk(inception_on=row.day("policy_inception", "inception")),
            loss_on=row.day("loss_date", "service_date"),
        )
        for row in inputs.rows("claims")
    ]
    recovered = cede(treaty, treaty.sections[0], losses).by_item()
    nothing = Money.zero(treaty.currency)
    return {
        loss.item: recovered[loss.item].recovered if loss.item in recovered else nothing
        for loss in losses
    }
