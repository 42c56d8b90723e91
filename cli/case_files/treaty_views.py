"""Cases of one period seen three ways: as known, restated, and the adjustment between them."""

from datetime import date, timedelta

from cli.case_files.treaty_proportional import quota_share
from cli.case_files.treaty_reading import Answer, Fields, any_day, shown
from domain.actuarial.grain import Grain, index_of, start_of
from domain.money import Money, share, total
from domain.reinsurance.terms import Treaty
from domain.reinsurance.views import ClaimPayment, adjustment, as_known


def three_views(terms: Fields, inputs: Fields) -> Answer:
    """Each quarter as known at its cut-off, run again later, restated, and what the next account
    adjusts. The last question is asked on the first day of the month after the last cut-off."""
    treaty = quota_share(terms)
    delay = int(terms.first("cut_off_days_after_quarter") or 0)
    payments = [
        ClaimPayment(
            row["claim"],
            row.needed_money("paid", "amount"),
            any_day(row["effective"], "effective"),
            any_day(row["recorded"], "recorded"),
        )
        for row in inputs.rows("movements")
    ]
    given = inputs.inside("cut_offs")
    cut_offs = {name: any_day(given[name], name) for name in given} if given else {}
    answer: Answer = {}
    names = sorted(cut_offs, key=lambda name: cut_offs[name])
    later = start_of(index_of(cut_offs[names[-1]], Grain.MONTH) + 1, Grain.MONTH)
    for at, name in enumerate(names):
        cut_off = cut_offs[name]
        end = _quarter_end(cut_off - timedelta(days=delay))
        issued = _ceded_sum(treaty, as_known(payments, end, cut_off))
        answer[f"{name}.as_known_{cut_off}.ceded_loss"] = shown(issued)
        for asked in (*(cut_offs[x] for x in names[at + 1 :]), later):
            now = _ceded_sum(treaty, as_known(payments, end, asked))
            answer[f"{name}.rerun_on_{asked}.ceded_loss"] = shown(issued)
            answer[f"{name}.restated_{asked}.ceded_loss"] = shown(now)
        reported = cut_off
        for following in names[at + 1 :]:
            change = adjustment(
                payments,
                end,
                reported,
                cut_offs[following],
                lambda paid: _ceded_payment(treaty, paid),
                terms.currency,
            )
            answer[f"{following}.adjustment_for_{name}.ceded_loss"] = shown(change)
            reported = cut_offs[following]
    return answer


def _ceded_payment(treaty: Treaty, paid: ClaimPayment) -> Money:
    return share(paid.amount, treaty.sections[0].cession.exact, treaty.rounding)


def _ceded_sum(treaty: Treaty, payments: list[ClaimPayment]) -> Money:
    return total((_ceded_payment(treaty, paid) for paid in payments), treaty.currency)


def _quarter_end(day: date) -> date:
    """The last day of the quarter that is over on this day."""
    start = start_of(index_of(day + timedelta(days=1), Grain.QUARTER), Grain.QUARTER)
    return start - timedelta(days=1)
