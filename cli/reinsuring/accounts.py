"""`bima treaty account`, `cash-call`, `settle` and `compulsory`."""

import json
import sys
from typing import Annotated

import typer

from cli.reinsuring.place import (
    By,
    Json,
    Treaty,
    context_of,
    in_words,
    tell,
    the_desk,
    the_report_desk,
)

Period = Annotated[str, typer.Argument(help="Such as 2025-03 or 2025-Q1.")]


def account(code: Treaty, period: Period, by: By = "", as_json: Json = False) -> None:
    """Render the technical account of a period whose claims report was issued."""
    from commands.treaty_accounts import AccountOf, render_account
    from domain.ids import treaty_account_id, treaty_id
    from domain.treaty_account.events import AccountRendered
    from projections.treaty_reports.asking import Wanted
    from projections.treaty_reports.figures import account_figures

    with in_words(), the_report_desk() as desk:
        with desk.store.pool.connection() as conn:
            version = _issued_version(desk, code, period)
            asked = desk.ask(conn, Wanted(code, "claims", period, version=version))
            figures = account_figures(conn, asked)
        request = AccountOf(code, period, figures)
        answer = render_account(desk.desk, context_of(desk.desk, by), request).answer
        events = desk.store.stream(treaty_account_id(treaty_id(code)))
    rendered = [e.fact for e in events if isinstance(e.fact, AccountRendered)][-1]
    if as_json:
        lines = {line.name: format(line.amount.amount, "f") for line in rendered.lines}
        typer.echo(json.dumps({**answer, "lines": lines, "due_on": str(rendered.due_on)}))
        return
    for line in rendered.lines:
        typer.echo(f"  {line.name:<28}{line.amount!s:>24}")
    typer.echo(f"  {'balance':<28}{rendered.balance!s:>24}  due on {rendered.due_on}")


def _issued_version(desk: object, code: str, period: str) -> int:
    from api.report_desk import ReportDesk
    from domain.ids import report_id, treaty_id
    from domain.report import REPORT
    from domain.report.state import Reported

    assert isinstance(desk, ReportDesk)
    state = desk.store.load(REPORT, report_id(treaty_id(code), "claims", period)).state
    issued = state.last_issued if isinstance(state, Reported) else None
    if issued is None:
        sys.exit(f"bima: the claims report of {period} was not issued yet: issue it first")
    return issued.number


def cash_call(
    code: Treaty,
    period: Period,
    claim: Annotated[str, typer.Argument(help="Number of the claim.")],
    by: By = "",
    as_json: Json = False,
) -> None:
    """Call the reinsurers' share of a large claim outside the account, where the terms let it."""
    from commands.treaty_accounts import CashCallFor, call_cash
    from projections.treaty_reports.asking import Wanted
    from projections.treaty_reports.figures import shares_paid

    with in_words(), the_report_desk() as desk:
        with desk.store.pool.connection() as conn:
            asked = desk.ask(conn, Wanted(code, "claims", period))
            shares = shares_paid(conn, asked, claim)
            row = conn.execute(
                "SELECT claim_id FROM claim_register WHERE tenant = %s AND number = %s",
                (desk.store.tenant, claim),
            ).fetchone()
        if row is None:
            sys.exit(f"bima: there is no claim {claim}")
        request = CashCallFor(code, row[0], claim, shares)
        answer = call_cash(desk.desk, context_of(desk.desk, by), request).answer
    called = "called" if answer["facts"] else "nothing can be called yet"
    tell(answer, as_json=as_json, words=f"{claim}: {called}.")


def settle(
    code: Treaty,
    amount: Annotated[str, typer.Option(help="Above zero: we paid. In the treaty's currency.")],
    reference: Annotated[str, typer.Option(help="The payment's own reference.")],
    by: By = "",
    as_json: Json = False,
) -> None:
    """Book a payment on the account current."""
    from cli.reinsuring.treaties import in_currency_of
    from commands.treaty_accounts import settle_account

    with in_words(), the_desk() as desk:
        money = in_currency_of(desk, code, amount)
        context = context_of(desk, by)
        outcome = settle_account(desk, context, code, money, reference, context.effective_on)
    answer = outcome.answer
    words = f"{money} booked; the cedant now owes {answer['balance']}."
    tell(answer, as_json=as_json, words=words)


def compulsory(
    year: Annotated[int, typer.Argument(help="The calendar year.")],
    by: By = "",
    as_json: Json = False,
) -> None:
    """Place and sign the cessions that the market makes compulsory, as the settings name them."""
    from adapters.settings import get_settings
    from commands.compulsory import compulsory_placements
    from commands.treaties import Signing, place_treaty, sign_treaty
    from domain.ids import treaty_id

    settings = get_settings()
    with in_words(), the_desk() as desk:
        placements = compulsory_placements(settings.compulsory_cessions, year, desk.currency)
        if not placements:
            sys.exit("bima: BIMA_COMPULSORY_CESSIONS names none")
        for one in placements:
            place_treaty(desk, context_of(desk, by), one)
            sign_treaty(desk, context_of(desk, by), Signing(treaty_id(one.code)))
    codes = [one.code for one in placements]
    tell({"treaties": codes}, as_json=as_json, words=f"{', '.join(codes)} signed.")
