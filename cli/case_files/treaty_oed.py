"""Cases whose contracts are Open Exposure Data tables."""

from cli.case_files.treaty_reading import Answer, Fields, shown
from domain.reinsurance.loss import Loss, Risk
from domain.reinsurance.oed import from_oed
from domain.reinsurance.programme import apply_programme

_EVENT = "event"


def oed(terms: Fields, inputs: Fields) -> Answer:
    """Contracts as OED tables; the nets are rounded each, the recoveries once in total."""
    terms.first("rule")
    info = [{"ReinsCurrency": terms.currency} | dict(row) for row in terms["reins_info"]]
    treaties = from_oed(info, terms.first("reins_scope") or ())
    losses = [_oed_loss(row) for row in inputs.rows("insured_losses")]
    result = apply_programme(treaties, losses)
    answer = {f"recovered.{x.treaty_id}": shown(x.recovered) for x in result.cessions}
    answer |= {f"net.{loss.item}": shown(loss.amount) for loss in result.net}
    return answer | {"net.total": shown(result.retained)}


def _oed_loss(row: Fields) -> Loss:
    account, policy, location = (str(row.first(x) or "") for x in ("account", "policy", "location"))
    return Loss(
        "|".join((account, policy, location)),
        row.needed_money("loss"),
        Risk(
            member=location,
            policy=policy,
            account=account,
            portfolio=str(row.first("portfolio") or ""),
            group=str(row.first("loc_group") or ""),
            line_of_business=str(row.first("lob") or ""),
            country=str(row.first("country") or ""),
            tag=str(row.first("tag") or ""),
        ),
        event=str(row.first("event") or _EVENT),
    )
